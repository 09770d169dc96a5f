"""Cells over several columns or rows: what lines, gaps and centring say about merged cells."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.tables.boundaries import Boundaries, Walls, walled_columns
from docassay.readers.pdf.tables.columns import Column
from docassay.readers.pdf.tables.fragments import Fragment
from docassay.readers.pdf.tables.grid_rows import GridRow
from docassay.readers.pdf.tables.text_rows import Run, TextRow

_CENTRED: Final = 0.6
_ALIGNED: Final = 0.3
_LINE_PITCH: Final = 1.35


def mark_titles_over_rules(
    rows: Sequence[TextRow], runs: Sequence[Sequence[Run]], horizontal: Sequence[Rule], width: float
) -> None:
    """Mark runs alone above a short line below which several columns stand, before columns are known."""
    middles = [row.middle for row in rows]
    for rule in horizontal:
        if rule.end - rule.start > 0.93 * width:
            continue
        place = bisect_left(middles, rule.position)
        over = _nearest_within(runs, range(place - 1, max(place - 3, -1), -1), rule)
        under = _nearest_within(runs, range(place, min(place + 2, len(rows))), rule)
        if len(over) == 1 and len(under) >= 2:
            above = rows[over[0].row]
            if rule.position - above.middle < 2 * above.size:
                over[0].is_spanning = True
                _mark_line_above(rows, runs, over[0])


def _mark_line_above(rows: Sequence[TextRow], runs: Sequence[Sequence[Run]], title: Run) -> None:
    """Mark the text that is centred right above a title as the first line of it."""
    number = title.row - 1
    if number < 0 or rows[title.row].middle - rows[number].middle > _LINE_PITCH * rows[number].size:
        return
    middle = title.x0 + title.x1
    for run in runs[number]:
        if abs(run.x0 + run.x1 - middle) < 2 * _ALIGNED * rows[number].size:
            run.is_spanning = True


def _nearest_within(runs: Sequence[Sequence[Run]], order: range, rule: Rule) -> list[Run]:
    """The runs above or below the line in the nearest row that has some."""
    for number in order:
        found = [run for run in runs[number] if rule.start - 2 <= (run.x0 + run.x1) / 2 <= rule.end + 2]
        if found:
            return found
    return []


def _span_of(item: Fragment) -> range:
    return range(item.first, item.last + 1)


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
            self._within_walls(row, fragments)
            if number < header_depth - 1:
                self._centred(number, fragments)
            if len(row.filled) < len(self._columns) and self._is_single(number, fragments):
                self._single(number, fragments)
            if number >= header_depth:
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
            if 1 < len(cells) < len(covered) and set(covered) <= below.filled:
                self._nearest_titles(over, covered)
                continue
            if len(cells) != 1 or len(covered) < 2 or len({item.first for item in under}) < 2:
                continue
            for item in over:
                if item.bottom == item.top:
                    item.first, item.last = min(item.first, covered[0]), max(item.last, covered[-1])

    def _nearest_titles(self, titles: Sequence[Fragment], covered: range) -> None:
        """Share the columns below one long line between the titles above it, each to the nearest."""
        if any(item.bottom > item.top for item in titles):
            return
        lines: dict[int, list[Fragment]] = {}
        for item in titles:
            lines.setdefault(item.first, []).append(item)
        several = list(lines.values())
        middles = [(min(item.x0 for item in title) + max(item.x1 for item in title)) / 2 for title in several]
        shares: list[list[int]] = [[] for _ in several]
        for column in covered:
            place = (self._columns[column].x0 + self._columns[column].x1) / 2
            nearest = min(range(len(several)), key=lambda number: abs(middles[number] - place))
            shares[nearest].append(column)
        if all(shares):
            for title, share in zip(several, shares, strict=True):
                for item in title:
                    item.first, item.last = share[0], share[-1]

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

    def _within_walls(self, row: GridRow, fragments: Sequence[Fragment]) -> None:
        """A title over several columns, alone between two vertical lines, covers all columns between them."""
        for item in fragments:
            if item.last == item.first or item.top != item.bottom:
                continue
            first, last = item.first, item.last
            while first > 0 and not self._walled[first - 1]:
                first -= 1
            while last + 1 < len(self._columns) and not self._walled[last]:
                last += 1
            others = {column for other in fragments if other is not item for column in _span_of(other)}
            middle = (self._columns[first].x0 + self._columns[last].x1) / 2
            is_walled = first > 0 or last + 1 < len(self._columns)
            off = abs(middle - (item.x0 + item.x1) / 2)
            if is_walled and not others & set(range(first, last + 1)) and off < item.words[0].size:
                item.first, item.last = first, last

    def _centred(self, number: int, fragments: Sequence[Fragment]) -> None:
        """Titles without lines below them cover the columns that they are centred over."""
        below = self._rows[number + 1].filled
        taken = self._occupied(number)
        titles: list[Fragment] = []
        for item in fragments:
            if item.bottom > item.top:
                taken.update(_span_of(item))
            else:
                titles.append(item)
        start = 0
        while start < len(self._columns):
            end = start
            while end < len(self._columns) and end not in taken and end in below:
                if end > start and self._is_parted(number, end):
                    break
                end += 1
            inside = [item for item in titles if start <= item.first and item.last < end]
            if inside and len(inside) < end - start:
                self._share_out(inside, start, end)
            start = max(end, start + 1)

    def _is_parted(self, number: int, column: int) -> bool:
        """Whether a line stands on the left of a column in this row."""
        if not self._walled[column - 1]:
            return False
        before, after = self._columns[column - 1], self._columns[column]
        return self._walls.stand_between(before, after, self._rows[number].middle)

    def _share_out(self, titles: Sequence[Fragment], start: int, end: int) -> None:
        """Let titles cover the columns ``start`` to ``end`` so that each is centred over its own."""
        for begin in range(start, titles[0].first + 1):
            shares: list[range] = []
            first = begin
            for item in titles:
                size = item.words[0].size
                middle = (item.x0 + item.x1) / 2
                options = [
                    (abs((self._columns[first].x0 + self._columns[last].x1) / 2 - middle), last)
                    for last in range(max(first, item.last), end)
                    if first <= item.first
                ]
                off, last = min(options, default=(2 * size, first))
                if off > _CENTRED * size:
                    break
                shares.append(range(first, last + 1))
                first = last + 1
            if len(shares) == len(titles) and first == end:
                for item, share in zip(titles, shares, strict=True):
                    item.first, item.last = share[0], share[-1]
                return
        for item in titles:
            self._centre(item, titles, start, end)

    def _centre(self, item: Fragment, titles: Sequence[Fragment], start: int, end: int) -> None:
        """Widen one title over empty neighbours if it is centred over them and not over its own column."""
        size = item.words[0].size
        own = self._columns[item.first : item.last + 1]
        if self._is_off(item) <= (_CENTRED if item.last > item.first else _ALIGNED) * size:
            return
        if abs(item.x0 - own[0].x0) < _ALIGNED * size or abs(item.x1 - own[-1].x1) < _ALIGNED * size:
            return
        taken = {column for other in titles if other is not item for column in _span_of(other)}
        first, last = item.first, item.last
        while first > start and first - 1 not in taken:
            first -= 1
        while last + 1 < end and last + 1 not in taken:
            last += 1
        middle = (item.x0 + item.x1) / 2
        options = [
            (abs((self._columns[left].x0 + self._columns[right].x1) / 2 - middle), left, right)
            for left in range(first, item.first + 1)
            for right in range(item.last, last + 1)
            if right > left
        ]
        off, left, right = min(options, default=(2 * size, item.first, item.last))
        if off <= _CENTRED * size:
            item.first, item.last = left, right

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
        middles = ((left + right) / 2, (self._columns[0].left + self._columns[-1].right) / 2)
        off_all = min(abs(place - (x0 + x1) / 2) for place in middles)
        is_centred = off_all < 0.6 * size < off_own or (last > first and off_all < 1.5 * size)
        if self._has_grid and not (is_centred or last > first):
            return
        is_label = first == 0 and x0 < left + 3 * size
        if len(self._columns) == 2 and not is_centred:
            is_label = is_label and self._stands_out(number)
        if is_label or is_centred:
            for item in fragments:
                item.first, item.last = 0, len(self._columns) - 1

    def _stands_out(self, number: int) -> bool:
        """Whether the row is bold or italic and most labels are not."""
        labels = [
            all(
                word.font.is_bold or word.font.is_italic
                for item in row.fragments
                if item.first == 0
                for word in item.words
            )
            for row in self._rows
        ]
        return labels[number] and sum(labels) < 0.6 * len(labels)

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
        parted_columns = [
            self._boundaries.columns(row.middle, below.middle) for row, below in pairwise(self._rows)
        ]
        for column in range(len(self._columns)):
            is_ruled = sum(column in parted for parted in parted_columns) >= 0.6 * len(parted_columns)
            for number, (row, below) in enumerate(pairwise(self._rows)):
                parted = parted_columns[number]
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
                if upper and lower and not is_ruled:
                    continue
                for item in upper:
                    if item.bottom == number and (not lower or lower[0].first == item.first):
                        item.bottom = number + 1
                        if lower:
                            for other in lower:
                                other.top = min(other.top, item.top)
