"""A grid of cells to a ``Table`` draft: spans, HTML and cell boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.inline import markup, plain
from docassay.readers.pdf.lines import Line


@dataclass(slots=True)
class Cell:
    """A cell with the lines of text in it; ``row`` and ``column`` are 0-based grid positions."""

    row: int
    column: int
    bbox: BoundingBox
    lines: list[Line]
    row_span: int = 1
    column_span: int = 1
    _text: str | None = None

    @property
    def text(self) -> str:
        """Plain text of the cell; read it when ``lines`` are final."""
        if self._text is None:
            self._text = plain(self.lines) if self.lines else ""
        return self._text

    @property
    def is_bold(self) -> bool:
        """Whether there is text and all of it is bold."""
        return bool(self.lines) and all(line.is_bold for line in self.lines)


def cell_content(lines: Sequence[Line]) -> str:
    """The content of a cell as escaped inline HTML."""
    return markup(lines) if lines else ""


def table_draft(cells: Sequence[Cell], bbox: BoundingBox, header_depth: int) -> Draft:
    """Render cells (in row-major order, every place of the grid covered once) as one ``<table>``."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    children, html = [], []
    last_row = max(cell.row + cell.row_span for cell in cells)
    for number in range(last_row):
        parts = []
        for cell in sorted(rows.get(number, ()), key=lambda item: item.column):
            tag = "th" if number < header_depth else "td"
            spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
            spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
            parts.append(f"<{tag}{spans}>{cell_content(cell.lines)}</{tag}>")
            children.append(Draft("TableCell", cell.bbox, parts[-1], cell.text))
        html.append(f"<tr>{''.join(parts)}</tr>")
    if 0 < header_depth < last_row:
        head, body = "".join(html[:header_depth]), "".join(html[header_depth:])
        inner = f"<thead>{head}</thead><tbody>{body}</tbody>"
    else:
        inner = "".join(html)
    known = [word.confidence for cell in cells for line in cell.lines for word in line.words]
    scores = [value for value in known if value is not None]
    return Draft(
        kind="Table",
        bbox=bbox,
        html=f"<table>{inner}</table>",
        text=" ".join(cell.text for cell in cells if cell.lines),
        children=children,
        confidence=round(sum(scores) / len(scores), 4) if scores else None,
    )
