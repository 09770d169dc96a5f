"""Rows of a table's grid while it is built."""

from __future__ import annotations

from dataclasses import dataclass, field

from docassay.readers.pdf.tables.fragments import Fragment


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
