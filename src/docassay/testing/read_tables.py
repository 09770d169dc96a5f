"""Drawn tables converted and shown as grids, for tests of what is read of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import lxml.html
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from docassay.documents.model import Block, Document
from docassay.engines.contract import ConvertOptions, Mode, SourceFile
from docassay.readers.pdf.reader import read_pdf
from docassay.testing.documents.drawn_tables import DrawnCell, DrawnTable

Grid = list[list[str]]


LEFT, TOP = 72.0, 700.0


SCORES = [
    ["Model", "Recall", "Precision", "F1"],
    ["Alpha base", "0.71", "0.82", "0.76"],
    ["Beta large", "0.75", "0.79", "0.77"],
    ["Gamma", "0.81", "0.85", "0.83"],
]


WIDTHS = [110.0, 80.0, 80.0, 80.0]


PROSE = (
    "The stations were read every morning before the gates were opened",
    "and the clerk wrote down what the gauges showed on that day. Later",
    "readings were added by hand when the line to the office was down,",
    "which happened more than once in the winter of that year because",
    "the wires came down in the storm and nobody was sent to mend them.",
)


def drawn(tmp_path: Path, draw: Callable[[Canvas], None], mode: Mode = "balanced") -> Document:
    """A PDF page that ``draw`` has drawn, converted."""
    path = tmp_path / "tables.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 10)
    draw(canvas)
    canvas.save()
    return read_pdf(SourceFile(path, path.name, "application/pdf", "0" * 64), ConvertOptions(mode=mode))


def tables_of(document: Document) -> list[Block]:
    """The tables of a document."""
    return [block for block in document.walk() if block.block_type == "Table"]


def one_table(tmp_path: Path, table: DrawnTable, mode: Mode = "balanced") -> Block:
    """The only table of a page with this one."""
    document = drawn(tmp_path, lambda canvas: table.draw(canvas, LEFT, TOP), mode)
    (block,) = tables_of(document)
    return block


def grid(block: Block) -> Grid:
    """Cell texts; ``|2`` marks a colspan and ``_2`` a rowspan of two, ``*`` a header cell."""
    rows = []
    for row in lxml.html.fromstring(block.html).iter("tr"):
        texts = []
        for cell in row:
            text = cell.text_content() + ("*" if cell.tag == "th" else "")
            text += f"|{cell.get('colspan')}" if cell.get("colspan") else ""
            texts.append(text + (f"_{cell.get('rowspan')}" if cell.get("rowspan") else ""))
        rows.append(texts)
    return rows


def header(texts: Sequence[str]) -> list[str]:
    """The texts as header cells."""
    return [f"{text}*" for text in texts]


def booktabs(
    cells: list[DrawnCell], row_count: int, widths: Sequence[float] = WIDTHS, head: int = 1
) -> DrawnTable:
    """A table with lines above, below and under its head."""
    last = len(widths) - 1
    rules = [(0, 0, last), (head, 0, last), (row_count, 0, last)]
    return DrawnTable(widths, [16.0] * row_count, cells, rules)


def full_grid(cells: list[DrawnCell], widths: Sequence[float], heights: Sequence[float]) -> DrawnTable:
    """A table with lines around every cell."""
    rules = [(boundary, 0, len(widths) - 1) for boundary in range(len(heights) + 1)]
    walls = [(boundary, 0, len(heights) - 1) for boundary in range(len(widths) + 1)]
    return DrawnTable(widths, heights, cells, rules, walls)


def lines_of_text(canvas: Canvas, x: float, top: float, size: float = 10.0) -> None:
    """Lines of running text."""
    canvas.setFont("Helvetica", size)
    for number, line in enumerate(PROSE * 3):
        canvas.drawString(x, top - 13 * number, line)
