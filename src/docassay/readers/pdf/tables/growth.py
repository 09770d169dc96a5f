"""Rows of cells right above the first or below the last line of a region, which belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.list_markers import is_caption
from docassay.readers.pdf.tables.prose import is_prose_row
from docassay.readers.pdf.tables.regions import Region, WordsByHeight
from docassay.readers.pdf.tables.text_rows import TextRow, is_number, runs_of, text_rows

_SIDE: Final = 3.0
_USUAL_ROWS: Final = 12
_FIRST_GAP: Final = 1.1
_TITLE_GAP: Final = 0.7
_ROW_GAP: Final = 0.9
_WIDE_GAP: Final = 1.6
_UPWARD: Final = 60.0
_DOWNWARD: Final = 700.0


def grown(region: Region, words: WordsByHeight, others: Sequence[Region], *, is_upward: bool) -> Region:
    """The region with the rows of cells that follow right above its first or below its last rule.

    It does not grow into ``others``.
    """
    box = region.box
    beside = [other.box for other in others if min(box.x1, other.box.x1) > max(box.x0, other.box.x0)]
    upper = max((other.y1 for other in beside if other.y1 < box.y0), default=0.0)
    lower = min((other.y0 for other in beside if other.y0 > box.y1), default=float("inf"))
    if is_upward:
        around = BoundingBox(box.x0, max(box.y0 - _UPWARD, upper), box.x1, box.y0 - 1)
    else:
        around = BoundingBox(box.x0, box.y1 + 1, box.x1, min(box.y1 + _DOWNWARD, lower))
    indexes = words.inside(around)
    if not indexes or len(indexes) > 2_000:
        return region
    rows = text_rows([words.words[index] for index in indexes])
    ordered = list(reversed(rows)) if is_upward else rows
    new_edge = edge = box.y0 if is_upward else box.y1
    run_count = 0
    skipped = False
    row_gap = max(_ROW_GAP, 1.15 * _usual_gap(words, box)) if is_upward else _ROW_GAP
    for number, row in enumerate(ordered):
        gap = edge - row.y1 if is_upward else row.y0 - edge
        count = _cell_count(row, box)
        is_later = number > 0 or not is_upward or _overlaps_next(ordered, number)
        if count == 0 and not skipped and is_later and gap < _ROW_GAP * row.size and _may_be_label(row, box):
            skipped = True  # a label beside two rows or a title between them, if cells follow
            if gap > 0:
                edge = row.y0 if is_upward else row.y1
            continue
        first_gap = _TITLE_GAP if is_upward and len(region.horizontal) > 1 else _FIRST_GAP
        limit = first_gap if number == 0 else _WIDE_GAP if count == run_count else row_gap
        if gap > limit * row.size or count == 0:
            break
        if not words.inside_alone(BoundingBox(box.x0, row.y0, box.x1, row.y1)):
            break
        run_count, skipped = count, False
        new_edge = edge = min(edge, row.y0) if is_upward else max(edge, row.y1)
        if is_upward and _overlaps_next(ordered, number) and _may_be_label(ordered[number + 1], box):
            new_edge = edge = min(edge, ordered[number + 1].y0)  # the first of two lines beside this one
    if new_edge == (box.y0 if is_upward else box.y1):
        return region
    top, bottom = (new_edge, box.y1) if is_upward else (box.y0, new_edge)
    return Region(BoundingBox(box.x0, top, box.x1, bottom), region.horizontal, region.vertical)


def _usual_gap(words: WordsByHeight, box: BoundingBox) -> float:
    """The usual gap between the first rows of a box, in font sizes; 0 for less than three rows."""
    rows = text_rows([words.words[index] for index in words.inside(box)[: 20 * _USUAL_ROWS]])
    gaps = [(below.y0 - above.y1) / above.size for above, below in pairwise(rows[:_USUAL_ROWS])]
    return median(gaps) if len(gaps) > 1 else 0.0


def _overlaps_next(rows: Sequence[TextRow], number: int) -> bool:
    """Whether the next row reaches well into the height of this one."""
    if number + 1 >= len(rows):
        return False
    row, other = rows[number], rows[number + 1]
    return min(row.y1, other.y1) - max(row.y0, other.y0) > 0.25 * row.size


def _may_be_label(row: TextRow, box: BoundingBox) -> bool:
    """Whether a row holds one short text."""
    if row.words[0].x0 < box.x0 - 2 * _SIDE or row.words[-1].x1 > box.x1 + 2 * _SIDE:
        return False
    runs = runs_of(0, row)
    is_short = runs[-1].x1 - runs[0].x0 < 0.5 * (box.x1 - box.x0)
    return len(runs) == 1 and is_short and not is_caption(runs[0].text)


def _cell_count(row: TextRow, box: BoundingBox) -> int:
    """How many cells the row has; 0 when it does not look like a row of cells."""
    if row.words[0].x0 < box.x0 - 2 * _SIDE or row.words[-1].x1 > box.x1 + 2 * _SIDE:
        return 0
    runs = runs_of(0, row)
    if len(runs) < 2 or is_caption(runs[0].text):
        return 0
    gaps = [after.x0 - before.x1 for before, after in pairwise(runs)]
    has_number = any(is_number(run.text) for run in runs[1:])
    if (max(gaps) < 0.8 * row.size and not has_number) or is_prose_row(row, runs, box):
        return 0
    return len(runs)
