"""Which leading rows of a table are headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.tables.grid import Cell

NUMERIC: Final = re.compile(r"^[^\w]*[\d][\d\s.,:/%()+\-–—−'’±]*[^\w]*(?:[a-zA-Z%°€$£]{0,4})[^\w]*$")
_MAXIMUM_DEPTH: Final = 5


def header_depth(cells: Sequence[Cell], first_band: int) -> int:
    """How many leading rows are headers, 0 for none.

    ``first_band`` is how many rows stand above the first line over the whole width; 0 when every row or none
    is ruled, so that only the look of the rows can tell.
    """
    row_count = max(cell.row + cell.row_span for cell in cells)
    if row_count < 2:
        return 0
    reach = _reach(cells, 1)
    if 0 < first_band <= _MAXIMUM_DEPTH and first_band < row_count:
        depth = max(first_band, _reach(cells, first_band))
        if depth < row_count and not _is_numeric_row(cells, 0, depth):
            return _with_second_level(cells, depth, row_count)
    if reach > row_count // 2:
        reach = 1
    elif reach == 1 and row_count > 3 and any(c.column_span > 1 for c in cells if c.row == 0):
        second = [cell for cell in cells if cell.row == 1]
        reach = 2 if _is_header_like(second, cells, 2) else 1
    head = [cell for cell in cells if cell.row < reach]
    return reach if _is_header_like(head, cells, reach) else 0


def _reach(cells: Sequence[Cell], depth: int) -> int:
    """``depth``, or more where a cell of these rows goes on below them."""
    changed = True
    while changed:
        changed = False
        for cell in cells:
            if cell.row < depth < cell.row + cell.row_span and cell.lines:
                depth = cell.row + cell.row_span
                changed = True
    return depth


def _with_second_level(cells: Sequence[Cell], depth: int, row_count: int) -> int:
    """Add the row below when the head is only titles over several columns and that row names the columns."""
    head = [cell for cell in cells if cell.row < depth and cell.lines]
    if depth + 1 >= row_count or not any(cell.column_span > 1 for cell in head):
        return depth
    below = [cell for cell in cells if cell.row == depth]
    if any(cell.column_span > 1 or cell.row_span > 1 for cell in below):
        return depth
    if all(cell.column_span == 1 for cell in head) or not _is_header_like(below, cells, depth + 1):
        return depth
    return depth + 1


def _is_numeric_row(cells: Sequence[Cell], start: int, end: int) -> bool:
    """Whether most filled cells of the rows, the first column aside, are plain numbers."""
    filled = [cell for cell in cells if start <= cell.row < end and cell.lines and cell.column > 0]
    numbers = sum(bool(NUMERIC.match(cell.text)) and not _is_year(cell.text) for cell in filled)
    body = [cell for cell in cells if cell.row >= end and cell.lines and cell.column > 0]
    decimal = sum("." in cell.text or "%" in cell.text for cell in filled)
    return bool(filled) and bool(body) and numbers > 0.6 * len(filled) and decimal > 0.5 * len(filled)


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
    if any(NUMERIC.match(cell.text) and not _is_year(cell.text) for cell in filled):
        return False
    numeric = sum(bool(NUMERIC.match(cell.text)) for cell in body) / len(body)
    return numeric >= 0.25


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and 1800 <= int(text) <= 2200
