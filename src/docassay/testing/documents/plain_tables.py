"""Tables of labels and numbers with one head, drawn with all kinds of lines and none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from docassay.testing.documents.drawn_tables import Alignment, DrawnTable, cells_of

Form = Callable[[Random], DrawnTable]

NOUNS: Final = (
    "Revenue", "Capital", "Reserve", "Interest", "Region", "Payment", "Product", "Method", "Sample",
    "Segment", "Energy", "Output", "Storage", "Network",
    "Traffic", "Forest", "Harbour", "Station", "Library", "Museum",
)  # fmt: skip
_ADJECTIVES: Final = (
    "Net",
    "Other",
    "Total",
    "Average",
    "Local",
    "Annual",
    "Mixed",
    "Public",
    "Early",
    "Late",
)
_TITLES: Final = (
    "Score", "Count", "Share", "Rate", "Price", "Size", "Error", "Speed", "Cost", "Yield", "Depth", "Mean",
)  # fmt: skip
PITCH: Final = 1.2
LINE: Final = 14.0


def label_of(random: Random) -> str:
    """A label of one or two words."""
    if random.random() < 0.4:
        return random.choice(NOUNS)
    return f"{random.choice(_ADJECTIVES)} {random.choice(NOUNS).lower()}"


def titles_of(random: Random, count: int) -> list[str]:
    """Different titles of columns."""
    return random.sample(_TITLES, count)


def number_of(random: Random) -> str:
    """A fraction, a percentage, a whole or a decimal number."""
    kind = random.randrange(4)
    if kind == 0:
        return f"{random.uniform(0, 1):.3f}"
    if kind == 1:
        return f"{random.uniform(0, 100):.1f}%"
    return f"{random.randrange(10, 99_999):,}" if kind == 2 else f"{random.uniform(1, 99):.2f}"


def rows_of_numbers(random: Random, rows: int, columns: int) -> list[list[str]]:
    """Rows of a label and numbers."""
    return [[label_of(random), *(number_of(random) for _ in range(columns - 1))] for _ in range(rows)]


def _shape(random: Random) -> tuple[int, int]:
    return random.randint(4, 10), random.randint(3, 6)


def _numeric(random: Random, *, align: Alignment | None = None, bold: bool | None = None) -> DrawnTable:
    """A head of one row over labels and numbers; no line yet."""
    rows, columns = _shape(random)
    is_bold = random.random() < 0.5 if bold is None else bold
    head = [random.choice(("", "Name", "Item")), *titles_of(random, columns - 1)]
    side = align or random.choice(("centre", "right", "left"))
    cells = [
        replace(cell, align="left" if cell.column == 0 else side)
        for cell in cells_of([head, *rows_of_numbers(random, rows, columns)], bold_rows=int(is_bold))
    ]
    widths = [random.uniform(100, 130), *(random.uniform(55, 70) for _ in range(columns - 1))]
    return DrawnTable(widths, [LINE + random.uniform(0, 3)] * (rows + 1), cells)


def whole_lines(table: DrawnTable, *boundaries: int) -> list[tuple[int, int, int]]:
    """Lines over the whole width at these boundaries."""
    return [(boundary, 0, len(table.widths) - 1) for boundary in boundaries]


def lines_around_head(random: Random) -> DrawnTable:
    """Lines above and below the head and at the end, as in papers."""
    table = _numeric(random)
    table.rules = whole_lines(table, 0, 1, len(table.heights))
    return table


def line_under_head(random: Random) -> DrawnTable:
    """A single line, under the head."""
    table = _numeric(random)
    table.rules = whole_lines(table, 1)
    return table


def no_line(random: Random) -> DrawnTable:
    """Numbers and a bold head without any line."""
    return _numeric(random, bold=True)


def no_line_and_plain_head(random: Random) -> DrawnTable:
    """Numbers under a head of the same face without any line."""
    return _numeric(random, bold=False)


def striped(random: Random) -> DrawnTable:
    """Every second row shaded, no line."""
    table = _numeric(random)
    table.fills = range(1, len(table.heights), 2)
    return table


def shaded_head(random: Random) -> DrawnTable:
    """The head shaded, no line."""
    table = _numeric(random)
    table.fills = [0]
    return table


def full_grid(random: Random) -> DrawnTable:
    """Lines around every cell, some cells empty."""
    table = _numeric(random)
    rows, columns = len(table.heights), len(table.widths)
    table.cells = [cell for cell in table.cells if cell.row == 0 or cell.column == 0 or random.random() > 0.2]
    table.rules = whole_lines(table, *range(rows + 1))
    table.walls = [(boundary, 0, rows - 1) for boundary in range(columns + 1)]
    return table


def inner_walls(random: Random) -> DrawnTable:
    """Vertical lines between the columns and a line under the head."""
    table = _numeric(random)
    table.rules = whole_lines(table, 1)
    table.walls = [(boundary, 0, len(table.heights) - 1) for boundary in range(1, len(table.widths))]
    return table


def blank_cells(random: Random) -> DrawnTable:
    """Lines around the head only, and a third of the cells empty."""
    table = lines_around_head(random)
    table.cells = [
        cell
        for cell in table.cells
        if cell.row == 0 or cell.column == 0 or (cell.row + cell.column) % 2 or random.random() > 0.6
    ]
    return table
