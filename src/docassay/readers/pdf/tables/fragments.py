"""Pieces of cells: the words of one text row in one column, or in the columns that they span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docassay.readers.pdf.tables.columns import Column, column_at
from docassay.readers.pdf.tables.text_rows import Run
from docassay.readers.pdf.text import Word


@dataclass(slots=True)
class Fragment:
    """Words of text row ``text_row`` in columns ``first`` to ``last``.

    ``top`` and ``bottom`` are the first and last row of the grid that its cell covers; -1 until known.
    """

    text_row: int
    first: int
    last: int
    words: list[Word]
    top: int = -1
    bottom: int = -1

    @property
    def x0(self) -> float:
        """Left edge of the text."""
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        """Right edge of the text."""
        return max(word.x1 for word in self.words)

    @property
    def text(self) -> str:
        """The words joined by spaces."""
        return " ".join(word.text for word in self.words)


def fragments_of(rows: Sequence[Sequence[Run]], columns: Sequence[Column]) -> list[list[Fragment]]:
    """The fragments of each text row, from left to right; runs that share a column become one."""
    result: list[list[Fragment]] = []
    for row in rows:
        fragments: list[Fragment] = []
        for run in row:
            first, last = _columns_under(run, columns)
            previous = fragments[-1] if fragments else None
            if previous is not None and first <= previous.last:
                previous.words.extend(run.words)
                previous.last = max(previous.last, last)
            else:
                fragments.append(Fragment(run.row, first, last, list(run.words)))
        result.append(fragments)
    return result


def _columns_under(run: Run, columns: Sequence[Column]) -> tuple[int, int]:
    if not run.is_spanning:
        middle = column_at(columns, (run.x0 + run.x1) / 2)
        return middle, middle
    first, last = column_at(columns, run.x0 + 0.5), column_at(columns, run.x1 - 0.5)
    while first < last and columns[first].x1 > columns[first].x0 and run.x0 > columns[first].x1:
        first += 1  # it starts in the gap to the right of this column
    while last > first and columns[last].x1 > columns[last].x0 and run.x1 < columns[last].x0:
        last -= 1
    return first, last
