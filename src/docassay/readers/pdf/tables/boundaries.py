"""Which lines part neighbouring rows and columns, as questions about a table's own columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.tables.columns import Column


class Boundaries:
    """The horizontal lines of a table and the columns under each."""

    def __init__(self, columns: Sequence[Column], horizontal: Sequence[Rule]) -> None:
        self._count = len(columns)
        lines = []
        for rule in sorted(horizontal):
            covered = _covered(columns, rule)
            if covered:
                lines.append((rule.position, covered))
        self._positions = [position for position, _ in lines]
        self._ranges = [covered for _, covered in lines]

    def ranges(self, top: float, bottom: float) -> list[range]:
        """The columns under each line between two heights."""
        first, last = bisect_left(self._positions, top), bisect_right(self._positions, bottom)
        return self._ranges[first:last]

    def columns(self, top: float, bottom: float) -> set[int]:
        """All columns that are parted between two heights."""
        return {column for covered in self.ranges(top, bottom) for column in covered}

    def is_full(self, top: float, bottom: float) -> bool:
        """Whether lines over all columns part what is above from what is below."""
        return len(self.columns(top, bottom)) >= self._count

    def partial(self, top: float, bottom: float) -> list[range]:
        """The columns under each line that does not reach over all columns."""
        return [covered for covered in self.ranges(top, bottom) if len(covered) < self._count]


def _covered(columns: Sequence[Column], rule: Rule) -> range:
    """The columns that the line runs over for the most part."""
    touched = [
        number
        for number, column in enumerate(columns)
        if min(rule.end, column.right) - max(rule.start, column.left) > 0.5 * (column.right - column.left)
        or (column.x1 > column.x0 and rule.start - 2 <= column.x0 and column.x1 <= rule.end + 2)
    ]
    return range(touched[0], touched[-1] + 1) if touched else range(0)


class Walls:
    """The vertical lines of a region, asked for by height."""

    def __init__(self, vertical: Sequence[Rule]) -> None:
        self._rules = sorted(vertical)
        self._positions = [rule.position for rule in self._rules]

    def at(self, y: float) -> list[float]:
        """The x of the lines that pass height ``y``, from left to right."""
        return [rule.position for rule in self._rules if rule.start - 2 <= y <= rule.end + 2]

    def stand_between(self, left: Column, right: Column, y: float) -> bool:
        """Whether a line passes height ``y`` between two neighbouring columns."""
        first = bisect_left(self._positions, min(left.x1, left.right) - 2)
        last = bisect_right(self._positions, max(right.x0, right.left) + 2)
        return any(rule.start - 2 <= y <= rule.end + 2 for rule in self._rules[first:last])


def walled_columns(columns: Sequence[Column]) -> list[bool]:
    """For each column but the last, whether a line stands on its right somewhere in the table."""
    return [after.is_walled for _, after in pairwise(columns)]
