"""Tables as the table measures compare them: cells in a grid, their text in one form, empty lines dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from docassay.checks.metrics.latex_symbols import folded
from docassay.documents.tables import TableGrid


class Cell(NamedTuple):
    """A cell with the spans that it has; spans are at least 1."""

    text: str
    row_span: int = 1
    column_span: int = 1


class PlacedCell(NamedTuple):
    """A cell at its 0-based place in the grid."""

    row: int
    column: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class ComparableTable:
    """A table ready to be compared. It has at least one cell with text.

    ``rows`` holds the cells that begin in each row, in order. ``grid`` has the text of every slot, the text
    of a spanning cell in each slot that it covers. Text is without any white space, so that a line break or
    a thin space is no difference.
    """

    placed: tuple[PlacedCell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    grid: tuple[tuple[str, ...], ...]

    @property
    def row_count(self) -> int:
        """Number of rows that are not empty."""
        return len(self.grid)

    @property
    def column_count(self) -> int:
        """Number of columns that are not empty."""
        return len(self.grid[0])

    @property
    def text(self) -> str:
        """The cells' texts in reading order, apart by spaces."""
        return " ".join(each.cell.text for each in self.placed if each.cell.text)


def cell_text(text: str) -> str:
    """A cell's text as it is compared: the symbols of ``folded`` without white space. Case stays."""
    return "".join(folded(text).split())


def comparable_table(
    cells: Iterable[PlacedCell], read: Callable[[str], str] = cell_text
) -> ComparableTable | None:
    """Drop the rows and columns without any text and bring each text to one form with ``read``.

    Such lines are how a layout makes room and no engine or reader can tell how many there are. A span counts
    the lines that are left. Cells must not overlap. None when there is no text at all: such a table cannot be
    compared with anything.
    """
    texts = [(each, read(each.cell.text)) for each in cells]
    row_count = max((each.row + each.cell.row_span for each, _ in texts), default=0)
    column_count = max((each.column + each.cell.column_span for each, _ in texts), default=0)
    row_is_used, column_is_used = [False] * row_count, [False] * column_count
    for each, text in texts:
        if text:
            # A spanning cell alone does not fill all lines that it covers: only the first is its own.
            row_is_used[each.row] = column_is_used[each.column] = True
    new_row, new_column = _new_numbers(row_is_used), _new_numbers(column_is_used)
    placed: list[PlacedCell] = []
    for each, text in texts:
        rows = new_row[each.row + each.cell.row_span] - new_row[each.row]
        columns = new_column[each.column + each.cell.column_span] - new_column[each.column]
        if rows and columns:
            place = (new_row[each.row], new_column[each.column])
            placed.append(PlacedCell(*place, Cell(text, rows, columns)))
    placed.sort(key=lambda each: (each.row, each.column))
    return _with_grid(placed, new_row[-1], new_column[-1]) if placed else None


def _new_numbers(is_used: Sequence[bool]) -> list[int]:
    """The number of used lines before each line, and before the end."""
    numbers = [0]
    for used in is_used:
        numbers.append(numbers[-1] + used)
    return numbers


def _with_grid(placed: Sequence[PlacedCell], row_count: int, column_count: int) -> ComparableTable:
    rows: list[list[Cell]] = [[] for _ in range(row_count)]
    grid = [[""] * column_count for _ in range(row_count)]
    for row, column, cell in placed:
        rows[row].append(cell)
        for line in grid[row : row + cell.row_span]:
            line[column : column + cell.column_span] = [cell.text] * cell.column_span
    return ComparableTable(tuple(placed), tuple(map(tuple, rows)), tuple(map(tuple, grid)))


def comparable_grid(table: TableGrid, read: Callable[[str], str] = cell_text) -> ComparableTable | None:
    """The comparable form of a table of the document model; header cells count as any other."""
    return comparable_table(
        (
            PlacedCell(each.row, each.column, Cell(each.text, each.row_span, each.column_span))
            for each in table.cells
        ),
        read,
    )
