"""Labels beside several rows: spread over the rows that each stands in the middle of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.tables.boundaries import Boundaries
from docassay.readers.pdf.tables.fragments import Fragment
from docassay.readers.pdf.tables.grid_rows import GridRow

_STACKED: Final = 1.5


class LabelColumn:
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
                        put_between(self._rows, middle, fragment)
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


def put_between(rows: Sequence[GridRow], middle: float, item: Fragment) -> None:
    """Let a fragment cover the two rows that it stands between."""
    place = bisect_left([row.middle for row in rows], middle)
    bottom = min(place, len(rows) - 1)
    top = max(place - 1, 0)
    item.top, item.bottom = top, bottom
    rows[top].fragments.append(item)
