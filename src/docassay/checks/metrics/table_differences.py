"""What is different between two tables, in words: rows and columns left out or added, cells that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from docassay.checks.metrics.grid_match import matched_lines
from docassay.checks.metrics.table_cells import ComparableTable


class CellDifference(NamedTuple):
    """A slot of matched lines whose texts differ; 0-based place in the truth."""

    row: int
    column: int
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class TableDifferences:
    """0-based lines of the truth that the output lacks, lines of the output that the truth lacks, and cells
    that differ where both lines are matched."""

    missing_rows: tuple[int, ...]
    added_rows: tuple[int, ...]
    missing_columns: tuple[int, ...]
    added_columns: tuple[int, ...]
    cells: tuple[CellDifference, ...]

    @property
    def are_none(self) -> bool:
        """Whether both tables say the same."""
        lines = (self.missing_rows, self.added_rows, self.missing_columns, self.added_columns)
        return not self.cells and not any(lines)


def table_differences(truth: ComparableTable, output: ComparableTable) -> TableDifferences:
    """By a best alignment of rows and of columns by alike cells. Raises ValueError for tables too large."""
    rows, columns = matched_lines(truth, output)
    cells = [
        CellDifference(row, column, truth.grid[row][column], output.grid[other_row][other_column])
        for row, other_row in rows
        for column, other_column in columns
        if truth.grid[row][column] != output.grid[other_row][other_column]
    ]
    return TableDifferences(
        _left_out([row for row, _ in rows], truth.row_count),
        _left_out([row for _, row in rows], output.row_count),
        _left_out([column for column, _ in columns], truth.column_count),
        _left_out([column for _, column in columns], output.column_count),
        tuple(cells),
    )


def _left_out(used: Sequence[int], count: int) -> tuple[int, ...]:
    kept = set(used)
    return tuple(number for number in range(count) if number not in kept)
