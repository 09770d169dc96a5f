"""Text rows to rows of the grid: wrapped cells, cells centred beside several lines, labels over many rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from docassay.readers.pdf.tables.boundaries import Boundaries
from docassay.readers.pdf.tables.columns import Column
from docassay.readers.pdf.tables.fragments import Fragment
from docassay.readers.pdf.tables.grid_rows import GridRow
from docassay.readers.pdf.tables.row_labels import LabelColumn, put_between
from docassay.readers.pdf.tables.text_rows import TextRow, is_number
from docassay.readers.pdf.tables.wrapped_rows import WrappedRows

_CONFLICT: Final = 0.7
"""Text rows nearer than this many font sizes cannot both be rows of the grid."""


class RowBuilder:
    """Assigns the fragments of a table to rows of the grid, band by band."""

    def __init__(
        self,
        rows: Sequence[TextRow],
        fragments: Sequence[list[Fragment]],
        columns: Sequence[Column],
        boundaries: Boundaries,
        *,
        is_closed: bool,
    ) -> None:
        self._rows = rows
        self._fragments = fragments
        self._columns = columns
        self._boundaries = boundaries
        self._bands = self._cut_bands()
        self._pitch = self._usual_pitch()
        self._wrapped = WrappedRows(rows, columns, boundaries, self._pitch)
        single = sum(len(self._bases(band)[0]) == 1 for band in self._bands)
        is_mostly_single = len(self._bands) >= 3 and single >= 0.6 * len(self._bands)
        self._is_row_ruled = is_mostly_single or (is_closed and len(self._bands) >= 2)

    @property
    def band_count(self) -> int:
        """How many bands the full lines make."""
        return len(self._bands)

    def build(self) -> tuple[list[GridRow], list[int]]:
        """The rows of the grid and the number of rows in each band; fragments get ``top`` and ``bottom``."""
        result: list[GridRow] = []
        counts: list[int] = []
        for number, band in enumerate(self._bands):
            grid_rows = self._band_rows(band, is_first=number == 0 and len(self._bands) > 1)
            offset = len(result)
            for place, row in enumerate(grid_rows):
                for fragment in row.fragments:
                    if fragment.top < 0:
                        fragment.top = fragment.bottom = place
                    fragment.top += offset
                    fragment.bottom += offset
            result.extend(grid_rows)
            counts.append(len(grid_rows))
        return result, counts

    def _cut_bands(self) -> list[list[int]]:
        bands: list[list[int]] = []
        above = float("-inf")
        for number, row in enumerate(self._rows):
            if not bands or self._boundaries.is_full(above, row.middle):
                bands.append([])
            bands[-1].append(number)
            above = row.middle
        return bands

    def _fill(self, number: int) -> set[int]:
        return {column for item in self._fragments[number] for column in range(item.first, item.last + 1)}

    def _usual_pitch(self) -> float | None:
        """The distance of neighbouring rows that fill most columns, inside bands."""
        counts = [len(self._fragments[number]) for number in range(len(self._rows))]
        most = max(counts)
        pitches: list[float] = []
        for band in self._bands:
            major = [number for number in band if counts[number] >= max(2, 0.6 * most)]
            pitches.extend(
                self._rows[below].middle - self._rows[above].middle
                for above, below in pairwise(major)
                if below - above == 1
            )
        return median(pitches) if len(pitches) >= 2 else None

    def _bases(self, band: Sequence[int]) -> tuple[list[int], list[int]]:
        """Text rows that are rows of the grid, and those that stand between or beside them."""
        loose = self._between_majors(band)
        rows = [number for number in band if number not in loose]
        middles = [self._rows[number].middle for number in rows]
        best: list[tuple[int, int]] = [(0, -1)]
        for place, number in enumerate(rows):
            limit = middles[place] - _CONFLICT * self._rows[number].size
            before = bisect_left(middles, limit, 0, place)
            take = best[before][0] + 2 * len(self._fill(number)) + (len(self._fragments[number]) > 1)
            best.append((take, place) if take > best[place][0] else (best[place][0], -1))
        chosen: list[int] = []
        place = len(rows)
        while place:
            if best[place][1] < 0:
                place -= 1
                continue
            number = rows[place - 1]
            chosen.append(number)
            limit = self._rows[number].middle - _CONFLICT * self._rows[number].size
            place = bisect_left(middles, limit, 0, place - 1)
        chosen.reverse()
        taken = set(chosen)
        return chosen, [number for number in band if number not in taken]

    def _between_majors(self, band: Sequence[int]) -> set[int]:
        """Text rows half way between two rows, in columns that both leave empty: labels of the two."""
        result: set[int] = set()
        for place in range(1, len(band) - 1):
            above, number, below = band[place - 1 : place + 2]
            if above in result:
                continue
            upper, lower = self._rows[above].middle, self._rows[below].middle
            size = max(self._rows[above].size, self._rows[below].size)
            limit = max(3.0 * size, 1.25 * (self._pitch or 0.0))
            off = abs((upper + lower) / 2 - self._rows[number].middle)
            if lower - upper > limit or off > 0.25 * (lower - upper):
                continue
            fill, top, bottom = self._fill(number), self._fill(above), self._fill(below)
            if not fill & (top | bottom) and top & bottom:
                result.add(number)
        return result

    def _band_rows(self, band: Sequence[int], *, is_first: bool) -> list[GridRow]:
        bases, loose = self._bases(band)
        is_one = self._is_row_ruled or (len(self._bands) > 1 and self._is_set_solid(bases))
        if is_one and len(bases) > 1 and self._is_one_row(bases):
            return [self._joined(band)]
        bases, loose = self._swap_wrapped_labels(bases, loose)
        rows = [
            GridRow(self._rows[n].middle, self._rows[n].size, n, n, list(self._fragments[n])) for n in bases
        ]
        floating = self._attach_loose(rows, loose)
        free = {column for _, item in floating for column in range(item.first, item.last + 1)}
        rows = self._join_wrapped(rows, free, is_header=is_first)
        self._span_labels(rows, floating)
        return rows

    def _joined(self, band: Sequence[int]) -> GridRow:
        items = [item for number in band for item in self._fragments[number]]
        middle = (self._rows[band[0]].middle + self._rows[band[-1]].middle) / 2
        return GridRow(middle, self._rows[band[0]].size, band[0], band[-1], items)

    def _is_set_solid(self, bases: Sequence[int]) -> bool:
        """Whether all lines but the last of each cell reach the right edge of their column."""
        by_column: dict[int, list[Fragment]] = {}
        for number in bases:
            for item in self._fragments[number]:
                if item.first < item.last:
                    return False
                by_column.setdefault(item.first, []).append(item)
        several = [(self._columns[number], items) for number, items in by_column.items() if len(items) > 1]
        return bool(several) and all(
            column.x1 - column.x0 > 8 * item.words[0].size
            and column.x1 - item.x1 < 0.15 * (column.x1 - column.x0)
            for column, items in several
            for item in items[:-1]
        )

    def _is_one_row(self, bases: Sequence[int]) -> bool:
        """Whether the text rows between two lines of a table with lines between its rows are one row."""
        if self._boundaries.ranges(self._rows[bases[0]].middle, self._rows[bases[-1]].middle):
            return False
        with_numbers = 0
        for number in bases:
            values = [item for item in self._fragments[number] if item.first > 0]
            numbers = sum(all(is_number(word.text) for word in item.words) for item in values)
            with_numbers += numbers > 0 and numbers >= 0.5 * len(values)
        if with_numbers >= 2 and with_numbers >= 0.6 * len(bases):
            return False
        by_column: dict[int, int] = {}
        for number in bases:
            for item in self._fragments[number]:
                by_column[item.first] = by_column.get(item.first, 0) + 1
        return len(bases) < 3 or len(by_column) < 2 or min(by_column.values()) < len(bases)

    def _swap_wrapped_labels(self, bases: list[int], loose: list[int]) -> tuple[list[int], list[int]]:
        """Take values centred beside two lines of one label as the row, and the lines as its label."""
        for number in list(loose):
            place = bisect_left(bases, number)
            if not 0 < place < len(bases):
                continue
            above, below = bases[place - 1], bases[place]
            label = self._fill(above)
            if label == self._fill(below) and len(label) == 1 and not label & self._fill(number):
                bases[place - 1 : place + 1] = [number]
                loose.remove(number)
                loose.extend((above, below))
        return bases, sorted(loose)

    def _attach_loose(self, rows: Sequence[GridRow], loose: Sequence[int]) -> list[tuple[float, Fragment]]:
        """Give loose fragments to the row that they belong to; return those between two rows."""
        middles = [row.middle for row in rows]
        floating: list[tuple[float, Fragment]] = []
        for number in loose:
            middle = self._rows[number].middle
            place = bisect_left(middles, middle)
            for item in self._fragments[number]:
                columns = set(range(item.first, item.last + 1))
                near = [rows[spot] for spot in (place - 1, place) if 0 <= spot < len(rows)]
                free = [row for row in near if not columns & self._fill(row.base)]
                if len(free) == 2:
                    up, down = middle - free[0].middle, free[1].middle - middle
                    if abs(up - down) <= 0.4 * (up + down):
                        floating.append((middle, item))
                        continue
                target = min(free or near, key=lambda row: abs(row.middle - middle))
                target.fragments.append(item)
        return floating

    def _join_wrapped(self, rows: list[GridRow], free: set[int], *, is_header: bool) -> list[GridRow]:
        result = self._join_once(rows, free, is_header=is_header)
        if is_header and 1 < len(result) < len(rows):  # titles of three lines over others of one
            result = self._join_once(result, free, is_header=True)
        return result

    def _join_once(self, rows: Sequence[GridRow], free: set[int], *, is_header: bool) -> list[GridRow]:
        result: list[GridRow] = []
        for row in rows:
            above = result[-1] if result else None
            if above is not None and self._wrapped.joins(above, row, free, is_header=is_header):
                above.fragments.extend(row.fragments)
                above.last_base = row.last_base
                above.middle = (self._rows[above.base].middle + self._rows[row.last_base].middle) / 2
            else:
                result.append(row)
        return result

    def _span_labels(self, rows: list[GridRow], floating: Sequence[tuple[float, Fragment]]) -> None:
        """Give labels that stand centred beside several rows all of them."""
        by_column: dict[tuple[int, int], list[tuple[float, Fragment]]] = {}
        for middle, item in floating:
            by_column.setdefault((item.first, item.last), []).append((middle, item))
        grouped: set[int] = set()
        for column in range(len(self._columns)):
            items = by_column.pop((column, column), [])
            is_label = column == 0 or column - 1 in grouped
            may_span = bool(items) or (is_label and len(rows) >= 3)
            if may_span and LabelColumn(rows, column, self._boundaries).place(items):
                grouped.add(column)
        for items in by_column.values():
            for middle, item in items:
                put_between(rows, middle, item)
