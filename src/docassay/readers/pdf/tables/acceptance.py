"""Whether a grid of cells is a table, and not running text, a form, a list or the labels of a drawing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median, median_low
from typing import Final

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.list_markers import is_caption, list_marker
from docassay.readers.pdf.tables.structure import Structure

_LEADER: Final = re.compile(r"(?:\.\s?){4,}|…{2,}|_{4,}")
_FORMULA: Final = re.compile("[^=<>]=|^[^\\w\\-–—−+✓✗×xX]+[•�]|[�\ufffd∂∑∏∫∈√∞]|^•$")
_AMOUNT: Final = re.compile(r"[$€£¥%]|\d[.,]\d|\(\d")
_CELL_WORDS: Final = 6
_LONG_CELL: Final = 14
_FEW_WORDS: Final = 6
_TABLE_LINES: Final = 3


def is_table(found: Structure) -> bool:
    """Whether a structure found between lines is a table."""
    filled = [cell for cell in found.cells if cell.lines]
    slots = len(found.cells)
    if len(filled) < 3 or found.row_count < 2 or found.column_count < 2:
        return False
    if len({cell.row for cell in filled}) < 2 or len({cell.column for cell in filled}) < 2:
        return False
    if len(filled) < (0.25 if found.has_grid else 0.4) * slots:
        return False
    if has_leaders(found) or _is_hollow(found):
        return False
    if found.has_grid:
        return found.is_closed or not _is_running_text(found)
    if _is_running_text(found):
        return False
    return found.line_count >= _TABLE_LINES or (aligned_share(found) >= 0.5 and not is_patchy(found))


def is_patchy(found: Structure) -> bool:
    """Cells over several columns in many rows, or formulas in many cells: gaps that met by chance."""
    body = [cell for cell in found.cells if cell.row >= max(found.header_depth, 1)]
    spanned = {cell.row for cell in body if 1 < cell.column_span < found.column_count}
    rows = {cell.row for cell in body}
    if len(spanned) > max(1.0, 0.3 * len(rows)):
        return True
    filled = [cell for cell in found.cells if cell.lines]
    symbols = sum(bool(_FORMULA.search(cell.text)) for cell in filled)
    return symbols > 0.25 * len(filled)


def aligned_share(found: Structure) -> float:
    """The share (0-1) of cells in columns whose cells share their left edges, right edges or middles."""
    good = total = 0
    for column in range(found.column_count):
        boxes = [
            (cell.lines[0].x0, cell.lines[0].x1)
            for cell in found.cells
            if cell.column == column and cell.column_span == 1 and cell.lines
        ]
        if len(boxes) < 2:
            continue
        size = median(cell.lines[0].size for cell in found.cells if cell.column == column and cell.lines)
        total += len(boxes)
        sides = (
            [x0 for x0, _ in boxes],
            [x1 for _, x1 in boxes],
            [(x0 + x1) / 2 for x0, x1 in boxes],
        )
        good += max(_near_median(side, 0.4 * size) for side in sides)
    return good / total if total else 0.0


def _near_median(values: Sequence[float], tolerance: float) -> int:
    middle = median_low(values)
    count = sum(abs(value - middle) <= tolerance for value in values)
    return count if count >= 2 else 0


def has_leaders(found: Structure) -> bool:
    """Dot leaders in many rows that lead to page numbers: a table of contents."""
    with_leader = {cell.row for cell in found.cells if cell.lines and _LEADER.search(cell.text)}
    if len(with_leader) <= 0.2 * found.row_count:
        return False
    values = [cell.text for cell in found.cells if cell.column > 0 and cell.lines and cell.row in with_leader]
    amounts = sum(bool(_AMOUNT.search(text)) for text in values)
    return amounts < 0.6 * len(values) or len(values) < len(with_leader)


def _is_hollow(found: Structure) -> bool:
    """Rows far higher than their text: the panels of a drawing."""
    text: dict[int, float] = {}
    height: dict[int, float] = {}
    for cell in found.cells:
        if cell.lines and cell.row_span == 1:
            lines = sum(line.size for line in cell.lines)
            text[cell.row] = max(text.get(cell.row, 0.0), lines)
            height[cell.row] = cell.bbox.y1 - cell.bbox.y0
    return sum(text.values()) < 0.12 * sum(height.values())


def _is_running_text(found: Structure) -> bool:
    lines = [line for cell in found.cells for line in cell.lines]
    if is_fixed_pitch(lines):
        return True
    if _is_list(found) or any(
        is_caption(cell.text) for cell in found.cells if cell.lines and cell.row > 0 and cell.column == 0
    ):
        return True
    body = [cell for cell in found.cells if cell.lines and cell.row >= found.header_depth]
    counts = [sum(len(line.words) for line in cell.lines) for cell in body]
    long = sum(count for count in counts if count > _LONG_CELL)
    if median(counts or [0]) <= _CELL_WORDS and long <= 0.6 * sum(counts):
        return False
    # Long texts are cells under a head of their own, beside labels.
    labels = [len(cell.lines[0].words) for cell in body if cell.column == 0]
    return found.header_depth == 0 or not labels or median(labels) > _CELL_WORDS


def is_fixed_pitch(lines: Sequence[Line]) -> bool:
    """Whether the letters are all of the same width: code, or the output of a program."""
    if all(line.is_monospace for line in lines):
        return True
    by_text = {
        word.text: (word.x1 - word.x0) / (len(word.text) * word.size)
        for line in lines
        for word in line.words
        if word.text.isascii() and sum(map(str.isalpha, word.text)) >= 4
    }
    pitches = list(by_text.values())
    if len(pitches) < _FEW_WORDS:
        return False
    usual = median(pitches)
    return sum(abs(pitch - usual) < 0.02 * usual for pitch in pitches) > 0.9 * len(pitches)


def _is_list(found: Structure) -> bool:
    """A first column of bullets or enumerators with text beside it."""
    if found.column_count > 2:
        return False
    firsts = {cell.row: cell for cell in found.cells if cell.column == 0 and cell.lines}
    seconds = {cell.row: cell for cell in found.cells if cell.column == 1 and cell.lines}
    markers = sum(
        len(firsts[row].lines[0].words) == 1
        and list_marker(Line([firsts[row].lines[0].words[0], seconds[row].lines[0].words[0]])) is not None
        for row in firsts.keys() & seconds.keys()
    )
    return markers > 0.5 * found.row_count
