"""Columns of a region: vertical lines part them, and gaps that no cell of the region covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.tables.rules import distinct_positions
from docassay.readers.pdf.tables.spanning_runs import mark_spanning_runs
from docassay.readers.pdf.tables.text_rows import Run

_MAXIMUM_COLUMNS: Final = 80


class _Support(NamedTuple):
    """What a gap inside a stripe needs to part columns: its width in font sizes, rows with text on both sides
    (and their share), or text on either side in different rows."""

    gap: float
    rows: int
    share: float
    may_alternate: bool


_OPEN: Final = _Support(0.0, 2, 0.0, may_alternate=True)
_WALLED: Final = _Support(0.4, 2, 0.5, may_alternate=False)
_CLOSED: Final = _Support(0.8, 3, 0.7, may_alternate=False)


class Column(NamedTuple):
    """A column: the extent of its text and the edges of its cells; ``is_walled``: a line on its left."""

    x0: float
    x1: float
    left: float
    right: float
    is_walled: bool


def columns_of(
    rows: Sequence[Sequence[Run]],
    vertical: Sequence[Rule],
    left: float,
    right: float,
    size: float,
    *,
    is_closed: bool,
) -> list[Column]:
    """The columns between ``left`` and ``right``, and mark runs over several columns as spanning.

    ``rows`` are the runs of each text row, ``size`` the usual font size; ``is_closed`` says that cells are
    boxes. Returns [] when there are more than 80 columns.
    """
    walls = [
        position
        for position in distinct_positions(vertical)
        if left + 0.3 * size < position < right - 0.3 * size
    ]
    stripes: list[list[Run]] = [[] for _ in range(len(walls) + 1)]
    for row in rows:
        for run in row:
            first = bisect_right(walls, (run.words[0].x0 + run.words[0].x1) / 2)
            last = bisect_right(walls, (run.words[-1].x0 + run.words[-1].x1) / 2)
            if first == last:
                stripes[first].append(run)
            else:
                run.is_spanning = True
    columns: list[Column] = []
    for number, stripe in enumerate(stripes):
        start = walls[number - 1] if number else left
        end = walls[number] if number < len(walls) else right
        support = _CLOSED if is_closed else _WALLED if walls else _OPEN
        extents = _extents(stripe, size, (start + end) / 2, support)
        if not extents:
            if end - start < 1.2 * size:  # the two strokes of a double line
                if columns:
                    columns[-1] = columns[-1]._replace(right=end)
                continue
            extents = [((start + end) / 2, (start + end) / 2)]
        edges = [start, *((before[1] + after[0]) / 2 for before, after in pairwise(extents)), end]
        for place, (x0, x1) in enumerate(extents):
            is_walled = place == 0 and number > 0
            columns.append(Column(x0, x1, edges[place], edges[place + 1], is_walled))
    return columns if len(columns) <= _MAXIMUM_COLUMNS else []


def column_at(columns: Sequence[Column], x: float) -> int:
    """The number of the column that holds ``x``; the nearest one outside of all."""
    edges = [column.right for column in columns[:-1]]
    return bisect_left(edges, x)


def _extents(runs: Sequence[Run], size: float, middle: float, support: _Support) -> list[tuple[float, float]]:
    """Where the text of each column of a stripe starts and ends."""
    rows: dict[int, list[Run]] = {}
    for run in runs:
        if not run.is_spanning:
            rows.setdefault(run.row, []).append(run)
    if not rows:
        return []
    mark_spanning_runs(rows, 0.3 * size)
    extents = _column_clusters(rows, size, middle)
    if not extents:
        return [(min(run.x0 for run in runs), max(run.x1 for run in runs))]
    if len(extents) > 1 and _drop_floating_headers(rows, extents):
        extents = _column_clusters(rows, size, middle)
    return _supported(extents, rows, size, support)


def _column_clusters(rows: dict[int, list[Run]], size: float, middle: float) -> list[tuple[float, float]]:
    """Clusters of the runs; a run alone in its row may join one column, but not close the gap to the next."""
    several = [run for row in rows.values() if len(row) > 1 for run in row if not run.is_spanning]
    alone = [row[0] for row in rows.values() if len(row) == 1 and not row[0].is_spanning]
    if len({run.row for run in several}) < 2:
        return _clusters([*several, *alone])
    extents = _clusters(several)
    centre = (extents[0][0] + extents[-1][1]) / 2
    kept: list[Run] = []
    for run in alone:
        touched = [
            extent
            for extent in extents
            if run.x0 < extent[1] + 0.5 * size and run.x1 > extent[0] - 0.5 * size
        ]
        off = min(abs((run.x0 + run.x1) / 2 - place) for place in (centre, middle))
        is_title = not touched and off < 0.8 * size
        if len(touched) > 1 or is_title:
            run.is_spanning = True
        else:
            kept.append(run)
    return _clusters([*several, *kept])


def _clusters(runs: Sequence[Run]) -> list[tuple[float, float]]:
    result: list[tuple[float, float]] = []
    for run in sorted(runs, key=lambda item: item.x0):
        if result and run.x0 < result[-1][1] + 0.8:
            result[-1] = (result[-1][0], max(result[-1][1], run.x1))
        else:
            result.append((run.x0, run.x1))
    return result


def _drop_floating_headers(rows: dict[int, list[Run]], extents: Sequence[tuple[float, float]]) -> bool:
    """Mark titles that hang over the gap between two columns: they would look like a column of their own."""
    starts = [start for start, _ in extents]
    by_column: dict[int, list[Run]] = {}
    for row in rows.values():
        for run in row:
            if not run.is_spanning:
                by_column.setdefault(bisect_right(starts, run.x0 + 0.01) - 1, []).append(run)
    changed = False
    order = sorted(rows)
    for column in range(1, len(extents) - 1):
        (run, *more) = by_column.get(column, [])
        if more or len(order) < 3 or run.row not in order[: max(1, len(order) // 3)]:
            continue
        beside = {other.row for near in (column - 1, column + 1) for other in by_column.get(near, ())}
        if run.row not in beside:
            run.is_spanning = changed = True
    return changed


def _supported(
    extents: list[tuple[float, float]], rows: dict[int, list[Run]], size: float, support: _Support
) -> list[tuple[float, float]]:
    """Join columns whose gap is seen in too few rows to be one."""
    starts = [start for start, _ in extents]
    seen: list[set[int]] = [set() for _ in extents]
    for number, row in rows.items():
        for run in row:
            if not run.is_spanning:
                seen[max(bisect_right(starts, run.x0 + 0.01) - 1, 0)].add(number)
    result = [extents[0]]
    before = seen[0]
    since = set(seen[0])
    titles = rows[min(rows)]
    untitled = len(extents) - len(titles)  # the column of labels may have none
    has_titles = support.may_alternate and (
        untitled == 0 or (untitled == 1 and titles[0].x0 > extents[0][1] and len(titles) > 1)
    )
    has_titles = has_titles and not any(run.is_spanning for run in titles)
    needed = max(min(support.rows, max(len(rows) // 2, 1)), support.share * len(rows))
    for extent, own in zip(extents[1:], seen[1:], strict=True):
        is_wide = extent[0] - result[-1][1] >= support.gap * size
        is_beside = len(before & own) >= needed
        is_apart = support.may_alternate and min(len(since), len(own)) >= 2
        is_titled = has_titles and extent[0] - result[-1][1] >= 0.5 * size
        is_label = not result[1:] and support.may_alternate and _is_lone_label(rows, extent, before, size)
        if is_wide and (is_beside or is_apart or is_titled or is_label):
            result.append(extent)
            since = set(own)
        else:
            result[-1] = (result[-1][0], extent[1])
            since |= own
        before = before | own
    return result


def _is_lone_label(
    rows: dict[int, list[Run]], extent: tuple[float, float], labelled: set[int], size: float
) -> bool:
    """Whether one text stands on the left of rows that all others start further right: a label for all."""
    if len(labelled) != 1 or len(rows) < 3 or min(rows) in labelled:
        return False
    (number,) = labelled
    label = rows[number][0]
    starts = [row[0].x0 for other, row in rows.items() if other != number]
    aligned = sum(abs(start - extent[0]) < 0.5 * size for start in starts)
    return extent[0] - label.x1 >= 0.8 * size and aligned >= max(2, 0.6 * len(starts))
