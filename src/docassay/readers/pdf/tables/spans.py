"""Cells over several columns or rows: what lines, gaps and centring say about merged cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.tables.boundaries import Boundaries, Walls, walled_columns
from docassay.readers.pdf.tables.columns import Column
from docassay.readers.pdf.tables.fragments import Fragment
from docassay.readers.pdf.tables.logical_rows import GridRow
from docassay.readers.pdf.tables.text_rows import Run, TextRow

_CENTRED: Final = 0.6
_ALIGNED: Final = 0.3


def mark_titles_over_rules(
    rows: Sequence[TextRow], runs: Sequence[Sequence[Run]], horizontal: Sequence[Rule], width: float
) -> None:
    """Mark runs alone above a short line below which several columns stand, before columns are known."""
    for rule in horizontal:
        if rule.end - rule.start > 0.93 * width:
            continue
        below = next((place for place, row in enumerate(rows) if row.middle > rule.position), len(rows))
        if not 0 < below < len(rows):
            continue
        over, under = _within(runs[below - 1], rule), _within(runs[below], rule)
        if (
            len(over) == 1
            and len(under) >= 2
            and rule.position - rows[below - 1].middle < 2 * rows[below].size
        ):
            over[0].is_spanning = True


def _within(runs: Sequence[Run], rule: Rule) -> list[Run]:
    return [run for run in runs if rule.start - 2 <= (run.x0 + run.x1) / 2 <= rule.end + 2]


class SpanFinder:
    """Widens the fragments of a table whose rows are known."""

    def __init__(
        self,
        rows: Sequence[GridRow],
        columns: Sequence[Column],
        boundaries: Boundaries,
        walls: Walls,
        *,
        has_grid: bool,
    ) -> None:
        self._rows = rows
        self._columns = columns
        self._boundaries = boundaries
        self._walls = walls
        self._has_grid = has_grid
        self._walled = walled_columns(columns)

    def widen(self, header_depth: int) -> None:
        """Widen titles over columns, rows that hold a single title, and cells that no line parts."""
        for number, row in enumerate(self._rows):
            fragments = sorted(row.fragments, key=lambda item: (item.first, item.text_row))
            self._over_lines(number, fragments)
            self._without_walls(row, fragments)
            if number < header_depth - 1:
                self._centred(number, fragments)
            if len(row.filled) < len(self._columns) and self._is_single(number, fragments):
                self._single(number, fragments)
            self._right_aligned(fragments)

    def _occupied(self, number: int) -> set[int]:
        """Columns that cells of rows above reach into at this row."""
        return {
            column
            for row in self._rows[:number]
            for item in row.fragments
            if item.bottom >= number
            for column in range(item.first, item.last + 1)
        }

    def _over_lines(self, number: int, fragments: Sequence[Fragment]) -> None:
        """A title over a short line covers the columns under the line."""
        if number + 1 >= len(self._rows):
            return
        row, below = self._rows[number], self._rows[number + 1]
        for covered in self._boundaries.partial(row.middle, below.middle):
            over = [item for item in fragments if item.first in covered or item.last in covered]
            under = [item for item in below.fragments if item.first in covered]
            cells = {item.first for item in over}
            if len(cells) != 1 or len(covered) < 2 or len({item.first for item in under}) < 2:
                continue
            for item in over:
                if item.bottom == item.top:
                    item.first, item.last = min(item.first, covered[0]), max(item.last, covered[-1])

    def _without_walls(self, row: GridRow, fragments: Sequence[Fragment]) -> None:
        """Where other rows have a line and this row has none, an empty neighbour belongs to the cell."""
        filled = row.filled
        for item in fragments:
            while item.last + 1 < len(self._columns) and self._is_open(row, item.last, filled, item.last + 1):
                item.last += 1
                filled.add(item.last)
            while item.first > 0 and self._is_open(row, item.first - 1, filled, item.first - 1):
                item.first -= 1
                filled.add(item.first)

    def _is_open(self, row: GridRow, edge: int, filled: set[int], column: int) -> bool:
        return (
            self._walled[edge]
            and column not in filled
            and not self._walls.stand_between(self._columns[edge], self._columns[edge + 1], row.middle)
        )

    def _centred(self, number: int, fragments: Sequence[Fragment]) -> None:
        """A title without a line below it covers the columns that it is centred over."""
        below = self._rows[number + 1].filled
        taken = self._occupied(number)
        for item in fragments:
            taken.update(range(item.first, item.last + 1))
        for item in fragments:
            size = item.words[0].size
            middle = (item.x0 + item.x1) / 2
            if item.bottom > item.top or (item.last > item.first and self._is_off(item) <= _CENTRED * size):
                continue
            own = self._columns[item.first : item.last + 1]
            if abs(item.x0 - own[0].x0) < _ALIGNED * size or abs(item.x1 - own[-1].x1) < _ALIGNED * size:
                continue
            if self._is_off(item) <= _ALIGNED * size:
                continue
            first = item.first
            while first > 0 and first - 1 not in taken and first - 1 in below:
                first -= 1
            last = item.last
            while last + 1 < len(self._columns) and last + 1 not in taken and last + 1 in below:
                last += 1
            options = [
                (abs((self._columns[a].x0 + self._columns[b].x1) / 2 - middle), a, b)
                for a in range(first, item.first + 1)
                for b in range(item.last, last + 1)
                if b > a
            ]
            if options:
                off, a, b = min(options)
                if off <= _CENTRED * size:
                    item.first, item.last = a, b
                    taken.update(range(a, b + 1))

    def _is_off(self, item: Fragment) -> float:
        own = self._columns[item.first : item.last + 1]
        return abs((own[0].x0 + own[-1].x1) / 2 - (item.x0 + item.x1) / 2)

    def _is_single(self, number: int, fragments: Sequence[Fragment]) -> bool:
        return (
            len({(item.first, item.last) for item in fragments}) == 1
            and all(item.top == item.bottom for item in fragments)
            and not self._occupied(number)
            and len(self._columns) > 1
        )

    def _single(self, number: int, fragments: Sequence[Fragment]) -> None:
        """A row with nothing but a title, at its start or centred, is a title over all columns."""
        first, last = fragments[0].first, fragments[0].last
        size = fragments[0].words[0].size
        x0, x1 = min(item.x0 for item in fragments), max(item.x1 for item in fragments)
        left, right = self._columns[0].x0, self._columns[-1].x1
        own = self._columns[first : last + 1]
        off_own = abs((own[0].x0 + own[-1].x1) / 2 - (x0 + x1) / 2)
        off_all = abs((left + right) / 2 - (x0 + x1) / 2)
        is_centred = off_all < 0.6 * size < off_own or (last > first and off_all < 1.5 * size)
        if self._has_grid and not (is_centred or last > first):
            return
        if (first == 0 and x0 < left + 3 * size) or is_centred:
            for item in fragments:
                item.first, item.last = 0, len(self._columns) - 1

    def _right_aligned(self, fragments: Sequence[Fragment]) -> None:
        """A label that ends with its last column and has only empty cells before it takes them over."""
        if len(fragments) < 2:
            return
        item = fragments[0]
        is_title = item.first > 0 and item.last > item.first and item.top == item.bottom
        if is_title and abs(item.x1 - self._columns[item.last].x1) < item.words[0].size:
            item.first = 0

    def merge_down(self) -> None:
        """In a grid, a cell goes on over the next row where the line between them leaves it out."""
        if not self._has_grid:
            return
        for column in range(len(self._columns)):
            for number, (row, below) in enumerate(pairwise(self._rows)):
                parted = self._boundaries.columns(row.middle, below.middle)
                if column in parted or len(parted) < 0.5 * len(self._columns):
                    continue
                upper = [item for item in row.fragments if item.first <= column <= item.last]
                upper = upper or [
                    item
                    for above in self._rows[:number]
                    for item in above.fragments
                    if item.bottom == number and item.first <= column <= item.last
                ]
                lower = [item for item in below.fragments if item.first <= column <= item.last]
                for item in upper:
                    if item.bottom == number and (not lower or lower[0].first == item.first):
                        item.bottom = number + 1
                        if lower:
                            for other in lower:
                                other.top = min(other.top, item.top)
