"""Text rows to rows of the grid: wrapped cells, cells centred beside several lines, labels over many rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from docassay.readers.pdf.tables.boundaries import Boundaries
from docassay.readers.pdf.tables.columns import Column
from docassay.readers.pdf.tables.fragments import Fragment
from docassay.readers.pdf.tables.text_rows import TextRow, is_number

_CONFLICT: Final = 0.7
"""Text rows nearer than this many font sizes cannot both be rows of the grid."""

_TIGHT: Final = 0.8
"""A pitch below this share of the usual one joins two lines into one row."""

_STACKED: Final = 1.5


@dataclass(slots=True)
class GridRow:
    """A row of the grid: its own text rows, and ``middle`` and ``size`` of the one that places it."""

    middle: float
    size: float
    base: int
    last_base: int
    fragments: list[Fragment] = field(default_factory=list)

    @property
    def filled(self) -> set[int]:
        """The columns with text."""
        return {column for item in self.fragments for column in range(item.first, item.last + 1)}


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
        result: list[GridRow] = []
        for row in rows:
            above = result[-1] if result else None
            if above is not None and self._continues(above, row, free, is_header=is_header):
                above.fragments.extend(row.fragments)
                above.last_base = row.base
                above.middle = (self._rows[above.base].middle + self._rows[row.base].middle) / 2
            else:
                result.append(row)
        return result

    def _continues(self, above: GridRow, row: GridRow, free: set[int], *, is_header: bool) -> bool:
        if self._boundaries.ranges(self._rows[above.last_base].middle, self._rows[row.base].middle):
            return False
        upper, lower = above.filled, row.filled
        if not upper or not lower:
            return False
        if any(item.first < item.last for item in (*above.fragments, *row.fragments)):
            return False
        pitch = self._rows[row.base].middle - self._rows[above.last_base].middle
        if pitch > 1.6 * row.size:
            return False
        if is_header:
            return self._is_header_line(above, row, free)
        if not lower < upper:
            return False
        if any(is_number(item.text) for item in row.fragments):
            return False
        if self._pitch is not None and pitch < _TIGHT * self._pitch:
            return True
        if lower == {0} or 0 not in lower:
            return all(self._goes_on(above, item) for item in row.fragments)
        return False

    def _is_header_line(self, above: GridRow, row: GridRow, free: set[int]) -> bool:
        """Whether two rows of a header are lines of the same titles.

        ``free`` are the columns of titles that stand centred beside them.
        """
        pairs = [(up, low) for up in above.fragments for low in row.fragments if up.first == low.first]
        if any(is_number(item.text) for item in (*above.fragments, *row.fragments)):
            return False
        if any(up.text.endswith("-") and up.text_row == above.last_base for up, _ in pairs):
            return True
        upper, lower = above.filled, row.filled
        has_title_beside = bool(free) and upper == lower and not free & upper
        if not (upper < lower or lower < upper or has_title_beside) or not pairs:
            return False
        return all(_is_aligned(up, low) for up, low in pairs)

    def _goes_on(self, above: GridRow, item: Fragment) -> bool:
        """Whether the cell above was full and its text goes on in small letters or is long."""
        before = [other for other in above.fragments if other.first == item.first]
        if not before:
            return False
        last = max(before, key=lambda other: other.text_row)
        first = item.words[0]
        column = self._columns[item.first]
        room = (column.x1 - column.x0) - (last.x1 - last.x0)
        if room >= (first.x1 - first.x0) + 0.3 * first.size:
            return False
        is_long = len(last.words) >= 4 and column.x1 - column.x0 > 8 * first.size
        return is_long or first.text[:1].islower() or first.text[:1] in "(&" or last.text.endswith(("-", ","))

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
            if may_span and _LabelColumn(rows, column, self._boundaries).place(items):
                grouped.add(column)
        for items in by_column.values():
            for middle, item in items:
                _put_between(rows, middle, item)


def _is_aligned(upper: Fragment, lower: Fragment) -> bool:
    """Whether two lines share their left edge, right edge or middle."""
    tolerance = 0.35 * lower.words[0].size
    left, right = abs(upper.x0 - lower.x0), abs(upper.x1 - lower.x1)
    return min(left, right, abs(upper.x0 + upper.x1 - lower.x0 - lower.x1) / 2) < tolerance


class _LabelColumn:
    """One column of a band whose cells may cover several rows."""

    def __init__(self, rows: Sequence[GridRow], column: int, boundaries: Boundaries) -> None:
        self._rows = rows
        self._column = column
        self._boundaries = boundaries

    def place(self, floating: Sequence[tuple[float, Fragment]]) -> bool:
        """Spread the labels over the rows; True when some label got more than one row."""
        items = self._stacked(floating)
        spread = self._spread(items)
        if spread is not None and not floating and not self._is_regular(spread):
            spread = None
        if spread is None:
            for middle, fragments in items:
                for fragment in fragments:
                    if any(fragment is other for _, other in floating):
                        _put_between(self._rows, middle, fragment)
            return bool(floating)
        for (_, fragments), (top, bottom) in zip(items, spread, strict=True):
            for fragment in fragments:
                if top < bottom:
                    fragment.top, fragment.bottom = top, bottom
                if not any(fragment is other for row in self._rows for other in row.fragments):
                    self._rows[top].fragments.append(fragment)
        return any(top < bottom for top, bottom in spread)

    @staticmethod
    def _is_regular(spread: Sequence[tuple[int, int]]) -> bool:
        """Whether labels on rows of their own tell of spans: one for all rows, or all of the same size."""
        sizes = {bottom - top for top, bottom in spread}
        return len(sizes) == 1 and sizes != {0}

    def _stacked(self, floating: Sequence[tuple[float, Fragment]]) -> list[tuple[float, list[Fragment]]]:
        """All labels of the column from top to bottom, lines of one label taken together."""
        own = [
            (row.middle, item)
            for row in self._rows
            for item in row.fragments
            if item.first == item.last == self._column
        ]
        free = {id(item) for _, item in floating}
        merged: list[tuple[list[float], list[Fragment]]] = []
        for middle, item in sorted([*own, *floating], key=lambda pair: pair[0]):
            near = merged and middle - merged[-1][0][-1] < _STACKED * item.words[0].size
            if near and id(item) in free and id(merged[-1][1][-1]) in free:
                merged[-1][0].append(middle)
                merged[-1][1].append(item)
            else:
                merged.append(([middle], [item]))
        return [((middles[0] + middles[-1]) / 2, items) for middles, items in merged]

    def _spread(self, items: Sequence[tuple[float, list[Fragment]]]) -> list[tuple[int, int]] | None:
        """Rows for each label so that all are covered and each label is centred; None if impossible."""
        result: list[tuple[int, int]] = []
        middles = [row.middle for row in self._rows]
        top = 0
        for middle, _ in items:
            if top >= len(middles):
                return None
            wanted = 2 * middle - middles[top]
            place = bisect_left(middles, wanted)
            near = [spot for spot in (place - 1, place) if top <= spot < len(middles)]
            if not near:
                return None
            bottom = min(near, key=lambda spot: abs(middles[spot] - wanted))
            if abs(middles[bottom] - wanted) > 0.7 * self._rows[bottom].size:
                return None
            if self._column in self._boundaries.columns(middles[top], middles[bottom]):
                return None
            result.append((top, bottom))
            top = bottom + 1
        return result if top == len(middles) and items else None


def _put_between(rows: Sequence[GridRow], middle: float, item: Fragment) -> None:
    """Let a fragment cover the two rows that it stands between."""
    place = bisect_left([row.middle for row in rows], middle)
    bottom = min(place, len(rows) - 1)
    top = max(place - 1, 0)
    item.top, item.bottom = top, bottom
    rows[top].fragments.append(item)
