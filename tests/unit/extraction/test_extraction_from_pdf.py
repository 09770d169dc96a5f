"""Extraction from PDFs made by reportlab and read by the built-in reader."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.extraction.contract import Extraction
from docassay.readers.pdf.reader import read_pdf
from docassay.testing.documents.invoices import make_invoice

Read = Callable[[list[Any]], Document]
Fill = Callable[..., Extraction]

STYLES = getSampleStyleSheet()
GRID = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
DATE = {"type": "string", "format": "date"}


@pytest.fixture
def read_story(tmp_path: Path) -> Read:
    """Lay out a reportlab story and read the PDF back."""

    def read(story: list[Any]) -> Document:
        buffer = io.BytesIO()
        SimpleDocTemplate(buffer, pagesize=A4).build(story)
        path = tmp_path / "document.pdf"
        path.write_bytes(buffer.getvalue())
        return read_pdf(SourceFile(path, "document.pdf", "application/pdf", "0"), ConvertOptions())

    return read


def _text(text: str, style: str = "Normal") -> Paragraph:
    return Paragraph(text, STYLES[style])


def _array(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties}}


def test_an_invoice_with_boxes_and_sums_inside_the_item_table(read_story: Read, fill: Fill) -> None:
    boxes = [["INVOICE #", "DATE", "DUE DATE", "TERMS"], ["2211", "02/28/2024", "03/29/2024", "Net 30"]]
    items = [
        ["ITEM", "QTY", "RATE", "AMOUNT"],
        ["Design work, logo and stationery", "12", "$80.00", "$960.00"],
        ["Hosting", "1", "$20.00", "$20.00"],
        ["", "", "Subtotal", "$980.00"],
        ["", "", "Sales Tax (8%)", "$78.40"],
        ["", "", "TOTAL", "$1,058.40"],
    ]
    document = read_story(
        [
            _text("Bright Pixel LLC", "Title"),
            _text("<b>BILL TO</b><br/>Northwind Traders<br/>9 Harbor Rd<br/>Seattle WA 98101"),
            Spacer(1, 12),
            Table(boxes, style=GRID),
            Spacer(1, 12),
            Table(items, style=GRID),
        ]
    )
    number = {"type": "number"}
    text = {"type": "string"}
    fields = {
        "invoice_number": text, "invoice_date": DATE, "due_date": DATE, "vendor_name": text,
        "customer_name": text, "customer_address": text,
        "subtotal": number, "tax": number, "total": number, "payment_terms": text,
        "iban": text,
        "line_items": _array(description=text, quantity=number, unit_price=number, amount=number),
    }  # fmt: skip
    assert fill(document, fields, "turbo").values == {
        "invoice_number": "2211",
        "invoice_date": "2024-02-28",
        "due_date": "2024-03-29",
        "vendor_name": "Bright Pixel LLC",
        "customer_name": "Northwind Traders",
        "customer_address": "9 Harbor Rd\nSeattle WA 98101",
        "subtotal": 980.0,
        "tax": 78.4,
        "total": 1058.4,
        "payment_terms": "Net 30",
        "iban": None,
        "line_items": [
            {
                "description": "Design work, logo and stationery",
                "quantity": 12,
                "unit_price": 80.0,
                "amount": 960.0,
            },
            {"description": "Hosting", "quantity": 1, "unit_price": 20.0, "amount": 20.0},
        ],
    }


def test_a_bank_statement_over_two_pages(read_story: Read, fill: Fill) -> None:
    rows = [
        [f"{day:02d}/01/2024", f"Card payment {number}", f"{number}.25", "", f"{1000 - number:.2f}"]
        for number in range(1, 60)
        for day in (number % 28 + 1,)
    ]
    head = [["Date", "Description", "Debit", "Credit", "Balance"]]
    facts = [
        ["Account holder:", "Maria Lopez"],
        ["Account number:", "123456789"],
        ["Statement period:", "01/01/2024 - 31/01/2024"],
        ["Closing balance:", "$941.00"],
    ]
    document = read_story(
        [
            _text("First National Bank", "Title"),
            Table(facts, hAlign="LEFT"),
            Spacer(1, 12),
            Table(head + rows, repeatRows=1, style=GRID),
        ]
    )
    number, text = {"type": "number"}, {"type": "string"}
    result = fill(
        document,
        {
            "bank_name": text,
            "account_holder": text,
            "account_number": text,
            "period_start": DATE,
            "period_end": DATE,
            "closing_balance": number,
            "transactions": _array(date=DATE, description=text, debit=number, credit=number, balance=number),
        },
    )
    values = result.values
    assert values["bank_name"] == "First National Bank"
    assert values["account_holder"] == "Maria Lopez"
    assert values["account_number"] == "123456789"
    assert (values["period_start"], values["period_end"]) == ("2024-01-01", "2024-01-31")
    assert values["closing_balance"] == 941.0
    assert len(values["transactions"]) == 59
    assert values["transactions"][0] == {
        "date": "2024-01-02",
        "description": "Card payment 1",
        "debit": 1.25,
        "credit": None,
        "balance": 999.0,
    }
    assert len(values["transactions_citations"]) == 2
    assert values["transactions_score"]["score"] == 5


@pytest.mark.parametrize("seed", range(4))
def test_labels_in_a_row_above_their_values(tmp_path: Path, fill: Fill, seed: int) -> None:
    path = tmp_path / "compact.pdf"
    truth = make_invoice(path, seed, "compact")
    document = read_pdf(SourceFile(path, path.name, "application/pdf", "0"), ConvertOptions(mode="balanced"))
    wanted = {"invoice_number": "string", "invoice_date": DATE, "due_date": DATE, "customer": "string"}
    assert fill(document, wanted, "turbo").values == {name: truth[name] for name in wanted}
