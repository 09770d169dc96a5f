"""Tables between parallel horizontal lines (the usual style of papers and reports) in the light layout."""

from __future__ import annotations

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


def tables_between(text: PageText, horizontal: Values, is_free: Flags) -> list[LightTable]:
    """Tables with a line above, a line below and a line or aligned gaps in between.

    ``horizontal`` are ``merged_lines``, ``is_free`` tells which words belong to no table yet (changed here).
    """
    found: list[LightTable] = []
    middles = (text.boxes[:, :2] + text.boxes[:, 2:]) / 2
    for group in _parallel(horizontal):
        for lines in _stacks(group, middles):
            table = _table(text, middles, is_free, lines)
            if table is not None:
                is_free[table.words] = False
                found.append(table)
    return found


def _parallel(horizontal: Values) -> list[Values]:
    """Groups of lines with the same ends, from top to bottom."""
    groups: list[list[Values]] = []
    for line in horizontal[horizontal[:, 2] - horizontal[:, 1] >= _SHORTEST][: 4 * _MAXIMUM_LINES]:
        for group in groups:
            if abs(group[0][1] - line[1]) < _SAME_ENDS and abs(group[0][2] - line[2]) < _SAME_ENDS:
                group.append(line)
                break
        else:
            groups.append([line])
    return [np.stack(group) for group in groups if 3 <= len(group) <= _MAXIMUM_LINES]


def _stacks(group: Values, middles: Values) -> list[Values]:
    """Cut the lines of a group where nothing stands between two of them."""
    stacks = [[group[0]]]
    for upper, lower in pairwise(group):
        is_between = (middles[:, 1] > upper[0]) & (middles[:, 1] < lower[0])
        is_between &= (middles[:, 0] > upper[1]) & (middles[:, 0] < upper[2])
        if lower[0] - upper[0] > 5.0 and not is_between.any():
            stacks.append([lower])
        else:
            stacks[-1].append(lower)
    return [np.stack(stack) for stack in stacks if len(stack) >= 3]


def _table(text: PageText, middles: Values, is_free: Flags, lines: Values) -> LightTable | None:
    x, y = middles.T
    top, bottom, left, right = lines[0, 0], lines[-1, 0], lines[0, 1] - 3, lines[0, 2] + 3
    words = np.flatnonzero(is_free & (y > top) & (y < bottom) & (x >= left) & (x <= right))
    if len(words) < 4:
        return None
    boxes = text.boxes[words]
    size = text.style(int(words[len(words) // 2])).size
    rows = _rows(boxes)
    row_count = int(rows.max()) + 1
    columns = _columns(boxes, rows, row_count, _COLUMN_GAP * size)
    if row_count < 2 or not 2 <= len(columns) <= _MAXIMUM_COLUMNS:
        return None
    starts = columns[:, 0]
    at_column = np.clip(np.searchsorted(starts, boxes[:, 0] + 1, "right") - 1, 0, len(columns) - 1)
    last_column = np.clip(np.searchsorted(starts, boxes[:, 2] - 1, "right") - 1, 0, len(columns) - 1)
    if len(words) > _CELL_WORDS * len(np.unique(rows * len(columns) + at_column)):
        return None  # running text
    contents: dict[tuple[int, int], list[int]] = {}
    reach: dict[tuple[int, int], int] = {}
    order = np.lexsort((boxes[:, 0], rows))
    place = (-1, 0)
    fields = (rows[order], at_column[order], last_column[order], words[order])
    for row, column, last, word in zip(*(field.tolist() for field in fields), strict=True):
        if row != place[0] or column > reach[place]:
            place = (row, column)
            contents[place], reach[place] = [], last
        contents[place].append(word)
        reach[place] = max(reach[place], last)
    cells: list[GridCell] = []
    for row in range(row_count):
        column = 0
        while column < len(columns):
            place = (row, column)
            span = reach[place] - column + 1 if place in contents else 1
            cells.append(GridCell(row, column, 1, span, contents.get(place, ())))
            column += span
    if len(contents) < 0.4 * row_count * len(columns):
        return None
    xs = [float(lines[0, 1]), *((columns[1:, 0] + columns[:-1, 1]) / 2).tolist(), float(lines[0, 2])]
    tops = np.full(row_count, np.inf)
    np.minimum.at(tops, rows, boxes[:, 1])
    ys = [float(top), *tops[1:].tolist(), float(bottom)]
    return LightTable(table_of(text, cells, xs, ys), words)


def _rows(boxes: Values) -> Numbers:
    """The number of the text row of each word, from the top: rows begin where the middles move on."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    heights = boxes[:, 3] - boxes[:, 1]
    order = np.argsort(middles, kind="stable")
    step = np.diff(middles[order]) > 0.45 * np.median(heights)
    rows = np.empty(len(boxes), np.int64)
    rows[order] = np.cumsum(np.append(0, step))
    return rows


def _columns(boxes: Values, rows: Numbers, row_count: int, gap: float) -> Values:
    """Extents of columns, shape (columns, 2): stretches that words cover, between common gaps.

    A tenth of the rows may cross a gap (headers that span columns).
    """
    start = int(boxes[:, 0].min())
    width = int(boxes[:, 2].max()) - start + 2
    if width > 20_000:
        return np.empty((0, 2))
    first, last = boxes[:, 0].astype(int) - start, boxes[:, 2].astype(int) - start
    changes = np.zeros(width + 1)
    np.add.at(changes, first, 1)
    np.add.at(changes, np.maximum(last, first + 1), -1)
    is_covered = np.cumsum(changes)[:width] > max(1, row_count // 10) * (row_count >= 5)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_covered, [False]))))
    columns = edges.reshape(-1, 2).astype(float) + start
    if len(columns) < 2:
        return columns
    is_apart = np.append(True, columns[1:, 0] - columns[:-1, 1] >= gap)
    starts = np.flatnonzero(is_apart)
    ends = np.append(starts[1:], len(columns)) - 1
    return np.stack((columns[starts, 0], columns[ends, 1]), axis=1)
