"""Invoices, receipts, statements and letters in several layouts and languages."""

from collections.abc import Callable
from typing import Any

import pytest

from docassay.documents.model import Document
from docassay.extraction.contract import Extraction

Make = Callable[..., Document]
Fill = Callable[..., Extraction]

DATE = {"type": "string", "format": "date"}
ITEMS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "description": {"type": "string"},
            "quantity": {"type": "number"},
            "unit_price": {"type": "number"},
            "amount": {"type": "number"},
        },
    },
}


def test_label_and_value_on_one_line(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("SectionHeader", "Invoice"),
            ("Text", "Invoice No.: INV-2024-001\nInvoice Date: 14 March 2024\nDue Date: 13 April 2024"),
            ("Text", "Subtotal: $1,150.00\nVAT (20%): $230.00\nTotal: $1,380.00"),
        ]
    )
    result = fill(
        document,
        {
            "invoice_number": "string",
            "invoice_date": DATE,
            "due_date": DATE,
            "subtotal": "number",
            "tax": "number",
            "total": "number",
            "po_number": "string",
        },
        "turbo",
    )
    assert result.values == {
        "invoice_number": "INV-2024-001",
        "invoice_date": "2024-03-14",
        "due_date": "2024-04-13",
        "subtotal": 1150.0,
        "tax": 230.0,
        "total": 1380.0,
        "po_number": None,
    }
    assert result.average_score is None


def test_several_labels_on_one_line(make_document: Make, fill: Fill) -> None:
    document = make_document([("Text", "Invoice Number: A-17 Date: 3 May 2024 Customer No: K 4")])
    result = fill(document, {"invoiceNumber": "string", "invoiceDate": DATE, "customerNumber": "string"})
    assert result.values["invoiceNumber"] == "A-17"
    assert result.values["invoiceDate"] == "2024-05-03"
    assert result.values["customerNumber"] == "K 4"


def test_a_german_invoice_without_colons(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("Text", "Rechnungsnummer RE-4711 Rechnungsdatum 05.02.2024 Fällig am 06.03.2024"),
            ("Text", "Zwischensumme 3.450,00 €\nMwSt. 19% 655,50 €\nGesamtbetrag 4.105,50 €"),
        ]
    )
    fields = {
        "invoice_number": "string", "invoice_date": DATE, "due_date": DATE, "subtotal": "number",
        "tax_amount": "number", "total_amount": "number", "currency": "string",
    }  # fmt: skip
    values = fill(document, fields, "turbo").values
    assert values == {
        "invoice_number": "RE-4711",
        "invoice_date": "2024-02-05",
        "due_date": "2024-03-06",
        "subtotal": 3450.0,
        "tax_amount": 655.5,
        "total_amount": 4105.5,
        "currency": "EUR",
    }


def test_values_beside_and_below_their_labels(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("Text", "Invoice number\nInvoice date", (50, 100, 130, 124)),
            ("Text", "X-99\n2024-01-31", (160, 100, 230, 124)),
            ("Text", "Due date", (400, 100, 450, 112)),
            ("Text", "2024-02-28", (400, 114, 460, 126)),
        ]
    )
    result = fill(document, {"invoice_number": "string", "invoice_date": DATE, "due_date": DATE})
    assert result.values["invoice_number"] == "X-99"
    assert result.values["invoice_date"] == "2024-01-31"
    assert result.values["due_date"] == "2024-02-28"
    assert result.values["due_date_citations"] == ["/page/0/Text/2", "/page/0/Text/3"]
    assert result.values["due_date_score"]["score"] == 4


def test_parties_with_their_addresses(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("Text", "From:\nAcme Tools Ltd\n1 Mill Lane\nLeeds LS1 4DY", (50, 100, 200, 148)),
            ("Text", "Bill to:\nJane Doe\n12 High Street\nLondon N1 9GU", (300, 100, 450, 148)),
        ]
    )
    party = {"type": "object", "properties": {"name": {"type": "string"}, "address": {"type": "string"}}}
    result = fill(document, {"vendor": party, "customer": party, "customer_name": "string"}, "turbo")
    assert result.values["vendor"] == {"name": "Acme Tools Ltd", "address": "1 Mill Lane\nLeeds LS1 4DY"}
    assert result.values["customer"] == {"name": "Jane Doe", "address": "12 High Street\nLondon N1 9GU"}
    assert result.values["customer_name"] == "Jane Doe"


def test_line_items_across_pages_with_repeated_headers_and_sums(make_document: Make, fill: Fill) -> None:
    header = ["Description", "Qty", "Unit Price", "Amount"]
    document = make_document(
        [
            (
                "Table",
                [header, ["Bolt", "10", "0.50", "5.00"], ["Nut,", "4", "0.25", "1.00"], ["zinc", "", "", ""]],
            )
        ],
        [
            ("Table", [header, ["Saw", "1", "19.90", "19.90"], ["Subtotal", "", "", "25.90"]]),
            ("Table", [["Total", "25.90"]]),
        ],
    )
    result = fill(document, {"line_items": ITEMS, "total": "number"})
    assert result.values["line_items"] == [
        {"description": "Bolt", "quantity": 10, "unit_price": 0.5, "amount": 5.0},
        {"description": "Nut, zinc", "quantity": 4, "unit_price": 0.25, "amount": 1.0},
        {"description": "Saw", "quantity": 1, "unit_price": 19.9, "amount": 19.9},
    ]
    assert result.values["line_items_citations"] == ["/page/0/Table/0", "/page/1/Table/0"]
    assert result.values["line_items_score"]["score"] == 5
    assert result.values["total"] == 25.9


def test_a_table_that_goes_on_without_a_header(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [("Table", [["Date", "Details", "Amount"], ["01.02.2024", "Rent", "-900,00"]])],
        [("Table", [["03.02.2024", "Salary", "2.400,00"], ["05.02.2024", "Shoes", "-89,90"]])],
    )
    item = {"date": DATE, "description": {"type": "string"}, "amount": {"type": "number"}}
    schema = {"transactions": {"type": "array", "items": {"type": "object", "properties": item}}}
    # The factory marks the first row as a header; a continuation has none.
    continued = document.pages[1].blocks[0]
    object.__setattr__(continued, "html", continued.html.replace("<th>", "<td>").replace("</th>", "</td>"))
    rows = fill(document, schema, "turbo").values["transactions"]
    assert [(row["date"], row["amount"]) for row in rows] == [
        ("2024-02-01", -900.0),
        ("2024-02-03", 2400.0),
        ("2024-02-05", -89.9),
    ]


def test_a_matching_table_without_rows_is_an_empty_list_and_no_table_is_null(
    make_document: Make, fill: Fill
) -> None:
    empty = make_document([("Table", [["Description", "Qty", "Unit Price", "Amount"]])])
    assert fill(empty, {"line_items": ITEMS}, "turbo").values == {"line_items": []}
    other = make_document([("Table", [["River", "Length", "Country"], ["Elbe", "1094", "DE"]])])
    assert fill(other, {"line_items": ITEMS}, "turbo").values == {"line_items": None}


def test_key_value_tables_and_one_row_under_a_header(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("Table", [["Account holder", "Ana Silva"], ["IBAN", "DE89 3704 0044 0532 0130 00"]]),
            (
                "Table",
                [["Statement date", "Opening balance", "Closing balance"], ["2024-05-31", "10.00", "25.50"]],
            ),
        ]
    )
    fields = {
        "account_holder": "string", "iban": "string", "statement_date": DATE, "opening_balance": "number",
        "closing_balance": "number",
    }  # fmt: skip
    assert fill(document, fields, "turbo").values == {
        "account_holder": "Ana Silva",
        "iban": "DE89 3704 0044 0532 0130 00",
        "statement_date": "2024-05-31",
        "opening_balance": 10.0,
        "closing_balance": 25.5,
    }


def test_a_letter_with_values_in_its_sentences(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("Text", "Leeds, 3 March 2024"),
            ("Text", "Re: Late payment"),
            (
                "Text",
                "Dear Sir, we refer to invoice number INV-22, which is not paid in spite of two reminders. "
                "The total amount due is £512.40 and we ask you to pay it without any further delay.",
            ),
        ]
    )
    fields = {"subject": "string", "invoice_number": "string", "amount_due": "number", "document_date": DATE}
    result = fill(document, fields)
    assert result.values["subject"] == "Late payment"
    assert result.values["invoice_number"] == "INV-22"
    assert result.values["amount_due"] == 512.4
    assert result.values["amount_due_score"]["score"] <= 3
    assert result.values["document_date"] == "2024-03-03"
    assert result.values["document_date_score"]["score"] <= 2


def test_lists_of_plain_values(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("SectionHeader", "Required skills"),
            ("ListGroup", ["Python", "SQL"]),
            ("Text", "Languages: German, English and Dutch"),
        ]
    )
    strings = {"type": "array", "items": {"type": "string"}}
    result = fill(document, {"required_skills": strings, "languages": strings, "hobbies": strings})
    assert result.values["required_skills"] == ["Python", "SQL"]
    assert len(result.values["required_skills_citations"]) == 2
    assert result.values["languages"] == ["German", "English", "Dutch"]
    assert result.values["hobbies"] is None
    assert result.values["hobbies_citations"] == []


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        ({"type": "boolean"}, "Paid: yes", True),
        ({"type": "boolean"}, "☐ Paid", False),
        ({"type": "string", "enum": ["CARD", "BANK_TRANSFER"]}, "Paid: by bank transfer", "BANK_TRANSFER"),
        ({"type": "string", "enum": ["CARD", "CASH"]}, "Paid: by cheque", None),
        ({"type": "string", "pattern": r"^\d{4}-[A-Z]$"}, "Paid: 1234-X", "1234-X"),
        ({"type": "string", "pattern": r"^\d{4}-[A-Z]$"}, "Paid: 1234", None),
        ({"type": "integer"}, "Paid: 12 times", 12),
        ({"type": "integer"}, "Paid: 12.5", None),
        ({"type": "string", "format": "email"}, "Paid: a.b@example.org", "a.b@example.org"),
        ({"type": "string", "format": "date-time"}, "Paid: 2024-03-01 2:05 pm", "2024-03-01T14:05:00"),
        ({"type": "string"}, "Paid: n/a", None),
        ({"type": "number"}, "Paid: soon", None),
    ],
)
def test_the_type_decides_what_may_stand_after_a_label(
    make_document: Make, fill: Fill, schema: dict[str, Any], text: str, expected: Any
) -> None:
    assert fill(make_document([("Text", text)]), {"paid": schema}, "turbo").values == {"paid": expected}


def test_descriptions_titles_and_hints_name_a_field(make_document: Make, fill: Fill) -> None:
    document = make_document([("Text", "Vorgangskennung: 77-A\nPolicy holder: Eve Ray\nRisk class: B2")])
    fields = {
        "f1": {"type": "string", "x-label": "Vorgangskennung"},
        "f2": {"type": "string", "description": "Policy holder as printed on the first page"},
        "f3": {"type": "string", "title": "Risk class"},
    }
    assert fill(document, fields, "turbo").values == {"f1": "77-A", "f2": "Eve Ray", "f3": "B2"}


def test_an_ambiguous_date_stays_as_printed_until_the_document_settles_it(
    make_document: Make, fill: Fill
) -> None:
    alone = fill(make_document([("Text", "Due date: 03/05/2024")]), {"due_date": DATE})
    assert alone.values["due_date"] == "03/05/2024"
    assert "more than one way" in alone.values["due_date_score"]["reasoning"]
    settled = make_document([("Text", "Invoice date: 25/04/2024\nDue date: 03/05/2024")])
    assert fill(settled, {"due_date": DATE}).values["due_date"] == "2024-05-03"


def test_absent_fields_are_null_even_when_similar_ones_are_printed(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [("Text", "Invoice date: 2024-01-02\nSubtotal: 10.00\nCustomer number: 5\nPhone: 030 1234567")]
    )
    fields = {
        "due_date": DATE, "total": "number", "invoice_number": "string", "fax": "string", "iban": "string",
        "vendor_name": "string", "tax": "number", "discount": "number",
    }  # fmt: skip
    assert set(fill(document, fields, "turbo").values.values()) == {None}


def test_two_different_values_for_one_label_cost_a_point_and_are_named(
    make_document: Make, fill: Fill
) -> None:
    document = make_document([("Text", "Order number: A1"), ("Text", "Order number: B2")])
    result = fill(document, {"order_number": "string"})
    assert result.values["order_number"] == "A1"
    assert result.values["order_number_score"] == {
        "score": 4,
        "reasoning": "'A1' stands on the same line as 'Order number'. Doubts: other places print 'B2'.",
    }


def test_an_empty_document_gives_nulls(make_document: Make, fill: Fill) -> None:
    result = fill(make_document([]), {"total": "number", "line_items": ITEMS, "vendor_name": "string"})
    assert result.values["total"] is None
    assert result.values["line_items"] is None
    assert result.average_score is None


def test_other_documents_give_no_business_values(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("SectionHeader", "River levels"),
            ("Text", "Measured on 13th December 1994 at three places (N 532, S 12)."),
            ("Table", [["Place", "Level", "Change"], ["Dresden", "n.a.", "113.4"], ["Pirna", "4.1", "0.2"]]),
        ]
    )
    fields = {
        "invoice_number": "string", "invoice_date": DATE, "vendor_name": "string", "customer_name": "string",
        "total": "number", "currency": "string", "line_items": ITEMS,
    }  # fmt: skip
    assert set(fill(document, fields, "turbo").values.values()) == {None}


def test_a_very_long_line_is_searched_in_reasonable_time(make_document: Make, fill: Fill) -> None:
    document = make_document([("Text", "Total: 5.00 " + "Total: " * 100_000)])
    assert fill(document, {"total": "number"}, "turbo").values == {"total": 5.0}


def test_the_currency_in_a_label_does_not_hide_which_amount_it_is(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [("Text", "Net total EUR: 1,150.00\nVAT (20%) EUR: 230.00\nTotal EUR: 1,380.00\nCurrency: EUR")]
    )
    wanted = {"subtotal": "number", "tax": "number", "total": "number", "currency": "string"}
    values = fill(document, wanted, "turbo").values
    assert values == {"subtotal": 1150.0, "tax": 230.0, "total": 1380.0, "currency": "EUR"}


def test_the_addressee_below_a_letterhead_is_not_the_vendor(make_document: Make, fill: Fill) -> None:
    document = make_document(
        [
            ("Text", "Redmire Aggregates\n80 Station Road, Redmire"),
            ("Text", "Thornwick Water Company\n19 Station Road, Dunmore"),
            ("SectionHeader", "Invoice No. INV-2025-1554"),
        ]
    )
    assert fill(document, {"vendor": "string"}, "turbo").values == {"vendor": None}


def test_a_letterhead_below_a_bare_title_is_the_vendor(make_document: Make, fill: Fill) -> None:
    document = make_document([("SectionHeader", "INVOICE"), ("Text", "Acme Pumps Ltd\n1 High Street")])
    assert fill(document, {"vendor": "string"}, "turbo").values == {"vendor": "Acme Pumps Ltd"}
