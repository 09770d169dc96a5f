"""Tables between parallel horizontal lines (the usual style of papers and reports) in the light layout."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from docassay.readers.pdf.light.grids import Flags, GridCell, LightTable, Numbers, Values, table_of
from docassay.readers.pdf.text import PageText

_SHORTEST: Final = 60.0
_SAME_ENDS: Final = 4.0
_MAXIMUM_LINES: Final = 60
_COLUMN_GAP: Final = 0.6
_MAXIMUM_COLUMNS: Final = 40
_CELL_WORDS: Final = 6.0


_Line = Sequence[float]
"""Position, start and end of a line."""


def tables_between(text: PageText, horizontal: Values, is_free: Flags) -> list[LightTable]:
    """Tables with a line above, a line below and a line or aligned gaps in between.

    ``horizontal`` are ``merged_lines``, ``is_free`` tells which words belong to no table yet (changed here).
    """
    groups = _parallel(horizontal)
    if not groups:
        return []
    found: list[LightTable] = []
    middles = (text.boxes[:, :2] + text.boxes[:, 2:]) / 2
    by_height = np.argsort(middles[:, 1], kind="stable")
    xs, ys = middles[by_height].T.tolist()
    for group in groups:
        for lines in _stacks(group, xs, ys):
            table = _table(text, middles, is_free, lines)
            if table is not None:
                is_free[table.words] = False
                found.append(table)
    return found


def _parallel(horizontal: Values) -> list[list[_Line]]:
    """Groups of lines with the same ends, from top to bottom."""
    groups: list[list[_Line]] = []
    for line in horizontal[horizontal[:, 2] - horizontal[:, 1] >= _SHORTEST][: 4 * _MAXIMUM_LINES].tolist():
        _, start, end = line
        for group in groups:
            _, first_start, first_end = group[0]
            if abs(first_start - start) < _SAME_ENDS and abs(first_end - end) < _SAME_ENDS:
                group.append(line)
                break
        else:
            groups.append([line])
    return [group for group in groups if 3 <= len(group) <= _MAXIMUM_LINES]


def _stacks(group: Sequence[_Line], xs: Sequence[float], ys: Sequence[float]) -> list[list[_Line]]:
    """Cut the lines of a group where nothing stands between two of them.

    ``xs`` and ``ys`` are the middles of the words from top to bottom.
    """
    stacks = [[group[0]]]
    for upper, lower in pairwise(group):
        top, start, end = upper
        is_empty = lower[0] - top > 5.0 and not any(
            start < x < end for x in xs[bisect_right(ys, top) : bisect_left(ys, lower[0])]
        )
        if is_empty:
            stacks.append([lower])
        else:
            stacks[-1].append(lower)
    return [stack for stack in stacks if len(stack) >= 3]


def _table(text: PageText, middles: Values, is_free: Flags, lines: Sequence[_Line]) -> LightTable | None:
    x, y = middles.T
    top, left, right = lines[0]
    bottom = lines[-1][0]
    is_inside = is_free & (y > top) & (y < bottom) & (x >= left - 3) & (x <= right + 3)
    words = is_inside.nonzero()[0]
    if len(words) < 4:
        return None
    boxes = text.boxes[words]
    size = text.style(int(words[len(words) // 2])).size
    rows = _rows(boxes)
    row_count = int(rows.max()) + 1
    if row_count < 2:
        return None
    columns = _columns(boxes, row_count, _COLUMN_GAP * size)
    column_count = len(columns)
    if not 2 <= column_count <= _MAXIMUM_COLUMNS:
        return None
    starts = np.array([start for start, _ in columns])
    at_column = np.maximum(np.searchsorted(starts, boxes[:, 0] + 1, "right") - 1, 0)
    last_column = np.maximum(np.searchsorted(starts, boxes[:, 2] - 1, "right") - 1, 0)
    if len(words) > _CELL_WORDS * len(set((rows * column_count + at_column).tolist())):
        return None  # running text
    contents: dict[tuple[int, int], list[int]] = {}
    reach: dict[tuple[int, int], int] = {}
    order = np.lexsort((boxes[:, 0], rows))
    place, last_of_place = (-1, 0), -1
    fields = (rows[order], at_column[order], last_column[order], words[order])
    for row, column, last, word in zip(*(field.tolist() for field in fields), strict=True):
        if row != place[0] or column > last_of_place:
            place, last_of_place = (row, column), last
            contents[place] = [word]
        else:
            contents[place].append(word)
            last_of_place = max(last_of_place, last)
        reach[place] = last_of_place
    if len(contents) < 0.4 * row_count * column_count:
        return None
    cells: list[GridCell] = []
    for row in range(row_count):
        column = 0
        while column < column_count:
            place = (row, column)
            span = reach[place] - column + 1 if place in contents else 1
            cells.append(GridCell(row, column, 1, span, contents.get(place, ())))
            column += span
    xs = [left, *((end + start) / 2 for (_, end), (start, _) in pairwise(columns)), right]
    tops = np.full(row_count, np.inf)
    np.minimum.at(tops, rows, boxes[:, 1])
    ys = [top, *tops[1:].tolist(), bottom]
    return LightTable(table_of(text, cells, xs, ys), words)


def _rows(boxes: Values) -> Numbers:
    """The number of the text row of each word, from the top: rows begin where the middles move on."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    heights = np.sort(boxes[:, 3] - boxes[:, 1])
    count = len(heights)
    usual = (heights[count // 2] + heights[(count - 1) // 2]) / 2
    order = np.argsort(middles, kind="stable")
    ordered = middles[order]
    step = np.zeros(count, np.int64)
    np.greater(ordered[1:] - ordered[:-1], 0.45 * usual, out=step[1:], casting="unsafe")
    rows = np.empty(count, np.int64)
    rows[order] = step.cumsum()
    return rows


def _columns(boxes: Values, row_count: int, gap: float) -> list[tuple[float, float]]:
    """Left and right end of each column: stretches that words cover, between common gaps.

    A tenth of the rows may cross a gap (headers that span columns).
    """
    x0, x1 = boxes[:, 0], boxes[:, 2]
    start = int(x0.min())
    width = int(x1.max()) - start + 2
    if width > 20_000:
        return []
    first, last = x0.astype(np.int64) - start, x1.astype(np.int64) - start
    changes = np.bincount(first, minlength=width + 1)
    changes -= np.bincount(np.maximum(last, first + 1), minlength=width + 1)
    is_covered = np.zeros(width + 2, np.int8)
    is_covered[1:-1] = changes.cumsum()[:width] > max(1, row_count // 10) * (row_count >= 5)
    edges = ((is_covered[1:] != is_covered[:-1]).nonzero()[0] + start).tolist()
    columns: list[tuple[float, float]] = []
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        if columns and left - columns[-1][1] < gap:
            columns[-1] = (columns[-1][0], right)
        else:
            columns.append((left, right))
    return columns
