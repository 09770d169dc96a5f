"""Invoices in several layouts, each with the truth that was printed on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from docassay.testing.documents.content import GOODS, STREETS, Writer, money

INVOICE_PAGE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": "string", "description": "Invoice number"},
        "invoice_date": {"type": "string", "description": "Invoice date, YYYY-MM-DD"},
        "due_date": {"type": "string", "description": "Due date, YYYY-MM-DD"},
        "vendor": {"type": "string", "description": "Company that sends the invoice"},
        "customer": {"type": "string", "description": "Company that has to pay"},
        "subtotal": {"type": "number", "description": "Subtotal before tax"},
        "tax": {"type": "number", "description": "Tax"},
        "total": {"type": "number", "description": "Total amount due"},
        "line_items": {
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
        },
    },
    "required": ["invoice_number", "total"],
}
"""The JSON Schema whose filled form ``make_invoice`` returns."""


@dataclass(frozen=True, slots=True)
class _Line:
    description: str
    quantity: int
    unit_cents: int

    @property
    def cents(self) -> int:
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True)
class _Invoice:
    number: str
    issued: date
    due: date
    vendor: str
    vendor_street: str
    customer: str
    customer_street: str
    lines: tuple[_Line, ...]

    @property
    def subtotal(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def tax(self) -> int:
        return (self.subtotal * 20 + 50) // 100

    @property
    def total(self) -> int:
        return self.subtotal + self.tax


def make_invoice(path: Path, seed: int, layout: str = "ledger") -> dict[str, Any]:
    """Write a one-page invoice PDF and return its truth in the form of ``INVOICE_PAGE_SCHEMA``.

    ``layout`` is one of ``INVOICE_LAYOUTS``: ``ledger`` (ruled table, labels on the left), ``letter``
    (sentence-like labels, totals in a box), ``compact`` (labels above values in a row, no rules).
    Raises ValueError for another name.
    """
    if layout not in INVOICE_LAYOUTS:
        raise ValueError(f"unknown invoice layout {layout!r}; known: {', '.join(INVOICE_LAYOUTS)}")
    invoice = _imagine(seed)
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setTitle(f"Invoice {invoice.number}")
    INVOICE_LAYOUTS[layout](canvas, invoice)
    canvas.showPage()
    canvas.save()
    return {
        "invoice_number": invoice.number,
        "invoice_date": invoice.issued.isoformat(),
        "due_date": invoice.due.isoformat(),
        "vendor": invoice.vendor,
        "customer": invoice.customer,
        "subtotal": invoice.subtotal / 100,
        "tax": invoice.tax / 100,
        "total": invoice.total / 100,
        "line_items": [
            {
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": line.unit_cents / 100,
                "amount": line.cents / 100,
            }
            for line in invoice.lines
        ],
    }


def _imagine(seed: int) -> _Invoice:
    writer = Writer(seed)
    random = writer.random
    vendor = writer.company()
    issued = date(2024, 1, 1) + timedelta(days=random.randint(0, 700))
    goods = random.sample(GOODS, random.randint(3, 6))
    return _Invoice(
        number=f"INV-{issued.year}-{random.randint(1, 9999):04d}",
        issued=issued,
        due=issued + timedelta(days=30),
        vendor=vendor,
        vendor_street=f"{random.randint(1, 99)} {random.choice(STREETS)}, {writer.place()}",
        customer=f"{writer.place()} Water Company",
        customer_street=f"{random.randint(1, 99)} {random.choice(STREETS)}, {writer.place()}",
        lines=tuple(_Line(good, random.randint(1, 12), random.randint(450, 98_000)) for good in goods),
    )


def _ledger(canvas: Canvas, invoice: _Invoice) -> None:
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(25 * mm, 270 * mm, "INVOICE")
    _lines(canvas, 25, 260, [invoice.vendor, invoice.vendor_street])
    _lines(
        canvas,
        25,
        244,
        [
            f"Invoice number: {invoice.number}",
            f"Invoice date: {invoice.issued.isoformat()}",
            f"Due date: {invoice.due.isoformat()}",
            f"Bill to: {invoice.customer}",
        ],
    )
    bottom = _items(canvas, invoice, top=215, is_ruled=True)
    _totals(canvas, invoice, bottom - 8)


def _letter(canvas: Canvas, invoice: _Invoice) -> None:
    _lines(canvas, 25, 275, [invoice.vendor, invoice.vendor_street])
    _lines(canvas, 25, 255, [invoice.customer, invoice.customer_street])
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(25 * mm, 236 * mm, f"Invoice No. {invoice.number}")
    _lines(
        canvas,
        25,
        228,
        [
            f"Date: {invoice.issued.isoformat()}",
            "Thank you for your order. We have supplied the following goods and services.",
            f"Payment is due by {invoice.due.isoformat()}.",
        ],
    )
    bottom = _items(canvas, invoice, top=202, is_ruled=True)
    canvas.rect(118 * mm, (bottom - 27) * mm, 70 * mm, 22 * mm)
    _totals(canvas, invoice, bottom - 12)


def _compact(canvas: Canvas, invoice: _Invoice) -> None:
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(25 * mm, 275 * mm, invoice.vendor)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(25 * mm, 270 * mm, invoice.vendor_street)
    cells = (
        ("Invoice number", invoice.number),
        ("Invoice date", invoice.issued.isoformat()),
        ("Due date", invoice.due.isoformat()),
        ("Customer", invoice.customer),
    )
    for column, (label, value) in enumerate(cells):
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString((25 + 40 * column) * mm, 256 * mm, label)
        canvas.setFont("Helvetica", 9)
        canvas.drawString((25 + 40 * column) * mm, 250 * mm, value)
    bottom = _items(canvas, invoice, top=236, is_ruled=False)
    _totals(canvas, invoice, bottom - 8)


INVOICE_LAYOUTS: Final[dict[str, Callable[[Canvas, _Invoice], None]]] = {
    "ledger": _ledger,
    "letter": _letter,
    "compact": _compact,
}
"""Names of the layouts that ``make_invoice`` can draw."""

_COLUMNS: Final = (25, 110, 140, 165, 190)  # left edge, then right edges of the columns, in mm
_ROW: Final = 8  # height of a row in mm


def _items(canvas: Canvas, invoice: _Invoice, top: int, *, is_ruled: bool) -> int:
    """Draw the line items and return the lower edge of the table in mm."""
    rows = [("Description", "Quantity", "Unit price", "Amount")]
    rows += [
        (line.description, str(line.quantity), money(line.unit_cents), money(line.cents))
        for line in invoice.lines
    ]
    for number, row in enumerate(rows):
        baseline = top - _ROW * number - 5
        canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", 10)
        canvas.drawString((_COLUMNS[0] + 2) * mm, baseline * mm, row[0])
        for right, cell in zip(_COLUMNS[2:], row[1:], strict=True):
            canvas.drawRightString((right - 2) * mm, baseline * mm, cell)
    bottom = top - _ROW * len(rows)
    if is_ruled:
        xs = [x * mm for x in _COLUMNS]
        canvas.grid(xs, [(top - _ROW * n) * mm for n in range(len(rows) + 1)])
    return bottom


def _totals(canvas: Canvas, invoice: _Invoice, top: int) -> None:
    rows = (("Subtotal", invoice.subtotal), ("Tax (20%)", invoice.tax), ("Total EUR", invoice.total))
    for number, (label, cents) in enumerate(rows):
        canvas.setFont("Helvetica-Bold" if number == 2 else "Helvetica", 10)
        canvas.drawString(122 * mm, (top - 6 * number) * mm, f"{label}:")
        canvas.drawRightString(185 * mm, (top - 6 * number) * mm, money(cents))


def _lines(canvas: Canvas, left: int, top: int, lines: list[str]) -> None:
    canvas.setFont("Helvetica", 10)
    for number, line in enumerate(lines):
        canvas.drawString(left * mm, (top - 5 * number) * mm, line)
