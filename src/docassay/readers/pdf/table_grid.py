"""A grid of cells to a ``Table`` draft: header row, spans, HTML and cell boxes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.inline import markup, plain
from docassay.readers.pdf.lines import Line

_NUMERIC: Final = re.compile(r"^[^\w]*[\d][\d\s.,:/%()+\-–—−'’]*[^\w]*(?:[a-zA-Z%°€$£]{0,4})[^\w]*$")


@dataclass(slots=True)
class Cell:
    """A cell with the lines of text in it; ``row`` and ``column`` are 0-based grid positions."""

    row: int
    column: int
    bbox: BoundingBox
    lines: list[Line]
    row_span: int = 1
    column_span: int = 1

    @property
    def text(self) -> str:
        """Plain text of the cell."""
        return plain(self.lines) if self.lines else ""

    @property
    def is_bold(self) -> bool:
        """Whether there is text and all of it is bold."""
        return bool(self.lines) and all(line.is_bold for line in self.lines)


def table_draft(cells: Sequence[Cell], bbox: BoundingBox) -> Draft:
    """Render cells (in row-major order) as one ``<table>``."""
    header_rows = _header_rows(cells)
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    children, html = [], []
    for number in sorted(rows):
        parts = []
        for cell in sorted(rows[number], key=lambda item: item.column):
            tag = "th" if cell.row < header_rows else "td"
            spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
            spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
            inner = markup(cell.lines) if cell.lines else ""
            parts.append(f"<{tag}{spans}>{inner}</{tag}>")
            children.append(Draft("TableCell", cell.bbox, parts[-1], cell.text))
        html.append(f"<tr>{''.join(parts)}</tr>")
    known = [word.confidence for cell in cells for line in cell.lines for word in line.words]
    scores = [value for value in known if value is not None]
    return Draft(
        kind="Table",
        bbox=bbox,
        html=f"<table>{''.join(html)}</table>",
        text=" ".join(cell.text for cell in cells if cell.lines),
        children=children,
        confidence=round(sum(scores) / len(scores), 4) if scores else None,
    )


def _header_rows(cells: Sequence[Cell]) -> int:
    """How many leading rows are evidently headers: 0, 1, or more where a header cell spans rows."""
    row_count = max(cell.row + cell.row_span for cell in cells)
    if row_count < 2:
        return 0
    first = [cell for cell in cells if cell.row == 0]
    depth = max(cell.row_span for cell in first)
    if depth > row_count // 2:
        depth = 1
    elif depth == 1 and any(cell.column_span > 1 for cell in first) and row_count > 3:
        depth = 2 if _is_header_like([cell for cell in cells if cell.row == 1], cells, 2) else 1
    head = [cell for cell in cells if cell.row < depth]
    return depth if _is_header_like(head, cells, depth) else 0


def _is_header_like(head: Sequence[Cell], cells: Sequence[Cell], depth: int) -> bool:
    filled = [cell for cell in head if cell.lines]
    body = [cell for cell in cells if cell.row >= depth and cell.lines]
    if len(filled) < 2 or len(filled) * 2 < len(head) or not body:
        return False
    if any(cell.text.endswith(":") for cell in filled):
        return False  # labels and values
    body_bold = sum(cell.is_bold for cell in body) / len(body)
    if all(cell.is_bold for cell in filled) and body_bold < 0.6:
        return True
    if any(_NUMERIC.match(cell.text) and not _is_year(cell.text) for cell in filled):
        return False
    numeric = sum(bool(_NUMERIC.match(cell.text)) for cell in body) / len(body)
    return numeric >= 0.25


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and 1800 <= int(text) <= 2200
