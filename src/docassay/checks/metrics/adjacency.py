"""Cell adjacency: which texts stand next to each other in a table, and how many of these pairs are shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from docassay.checks.metrics.table_cells import ComparableTable

Direction = Literal["right", "below"]


class Relation(NamedTuple):
    """The text of a cell and the text of its nearest neighbour that is not empty, to the right or below."""

    first: str
    second: str
    direction: Direction


class Agreement(NamedTuple):
    """Items of the truth, items of the output, and those that are in both."""

    truth: int
    output: int
    shared: int

    @property
    def precision(self) -> float:
        """Shared items over those of the output; 0 without any output."""
        return self.shared / self.output if self.output else 0.0

    @property
    def recall(self) -> float | None:
        """Shared items over those of the truth; None without any truth."""
        return self.shared / self.truth if self.truth else None

    @property
    def f1(self) -> float | None:
        """``2 shared / (truth + output)``, 0 to 1: 0 when all output is spurious, None when there is
        neither truth nor output."""
        total = self.truth + self.output
        return 2 * self.shared / total if total else None

    def __add__(self, other: object) -> Agreement:
        """Both counted together."""
        if not isinstance(other, Agreement):
            return NotImplemented
        return Agreement(self.truth + other.truth, self.output + other.output, self.shared + other.shared)


def relations(table: ComparableTable) -> Counter[Relation]:
    """The adjacency relations of a table with how often each occurs.

    Each cell with text is related to the nearest cells with text to its right and below it, in every line
    that it covers, once a pair of cells; empty cells between two are looked through.

    Source: Göbel, Hassan, Oro and Orsi, A methodology for evaluating algorithms for table understanding in
    PDF documents (2012), as used by the ICDAR 2013 table competition.
    """
    number_at: dict[tuple[int, int], int] = {}
    for number, (row, column, cell) in enumerate(table.placed):
        if cell.text:
            for covered_row in range(row, row + cell.row_span):
                for covered_column in range(column, column + cell.column_span):
                    number_at[covered_row, covered_column] = number
    pairs: dict[tuple[int, int, Direction], None] = {}
    for row in range(table.row_count):
        line = [number_at.get((row, column)) for column in range(table.column_count)]
        pairs.update(dict.fromkeys((*pair, "right") for pair in _neighbours(line)))
    for column in range(table.column_count):
        line = [number_at.get((row, column)) for row in range(table.row_count)]
        pairs.update(dict.fromkeys((*pair, "below") for pair in _neighbours(line)))
    return Counter(
        Relation(table.placed[first].cell.text, table.placed[second].cell.text, direction)
        for first, second, direction in pairs
    )


def _neighbours(line: Iterable[int | None]) -> Iterable[tuple[int, int]]:
    before: int | None = None
    for number in line:
        if number is None or number == before:
            continue
        if before is not None:
            yield before, number
        before = number


def relation_agreement(truth: Counter[Relation], output: Counter[Relation]) -> Agreement:
    """Count the shared relations, each as often as it occurs on both sides."""
    return Agreement(truth.total(), output.total(), (truth & output).total())
