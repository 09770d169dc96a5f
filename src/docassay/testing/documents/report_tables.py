"""Tables with what reports put in: indents, units, sums, raised marks, turned titles, wrapped cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Final

from docassay.testing.documents.drawn_tables import DrawnCell, DrawnTable, cells_of
from docassay.testing.documents.plain_tables import (
    LINE,
    NOUNS,
    PITCH,
    Form,
    label_of,
    lines_around_head,
    number_of,
    rows_of_numbers,
    titles_of,
    whole_lines,
)
from docassay.testing.documents.table_forms import labels_of_two_lines

_UNITS: Final = ("(kg)", "(m)", "(%)", "(EUR)", "(h)", "(mm)", "(1/s)")
_WORDS: Final = [noun.lower() for noun in NOUNS]


def indented_labels(random: Random) -> DrawnTable:
    """Labels further in under the label of their group, whose own values are its sums."""
    groups, columns = random.randint(2, 4), random.randint(3, 5)
    texts: list[list[str]] = [["Item", *titles_of(random, columns - 1)]]
    inner: list[int] = []
    for _ in range(groups):
        texts += rows_of_numbers(random, 1, columns)
        below = random.randint(2, 3)
        inner += range(len(texts), len(texts) + below)
        texts += rows_of_numbers(random, below, columns)
    cells = [
        replace(cell, align="left" if cell.column == 0 else "right", indent=12.0 * (cell.row in inner))
        if cell.column == 0
        else replace(cell, align="right")
        for cell in cells_of(texts, bold_rows=1)
    ]
    table = DrawnTable([140.0, *[62.0] * (columns - 1)], [LINE] * len(texts), cells)
    table.rules = whole_lines(table, 0, 1, len(texts))
    return table


def indented_under_titles(random: Random) -> DrawnTable:
    """Labels further in under titles that have no values, one line under the head."""
    columns = random.randint(3, 5)
    texts: list[list[str]] = [["", *titles_of(random, columns - 1)]]
    titles: list[int] = []
    for _ in range(random.randint(2, 3)):
        titles.append(len(texts))
        texts.append([f"{label_of(random)}:"])
        texts += rows_of_numbers(random, random.randint(2, 4), columns)
    cells = [
        replace(
            cell,
            align="left" if cell.column == 0 else "right",
            indent=10.0 * (cell.column == 0 and cell.row not in titles),
            column_span=columns if cell.row in titles else 1,
        )
        for cell in cells_of(texts)
    ]
    table = DrawnTable([150.0, *[62.0] * (columns - 1)], [LINE] * len(texts), cells)
    table.rules = whole_lines(table, 1)
    return table


def units_below_titles(random: Random) -> DrawnTable:
    """A second row of the head with units in brackets, lines around the head."""
    table = lines_around_head(random)
    columns = len(table.widths)
    cells = [replace(cell, row=cell.row + (cell.row > 0)) for cell in table.cells]
    side = next(cell.align for cell in cells if cell.column)
    cells += [DrawnCell(1, column, random.choice(_UNITS), align=side) for column in range(1, columns)]
    result = replace(table, heights=[*table.heights, table.heights[0]], cells=cells)
    result.rules = whole_lines(result, 0, 2, len(result.heights))
    return result


def totals(random: Random) -> DrawnTable:
    """A line over sums in bold, twice, and a line under the head."""
    columns = random.randint(3, 5)
    texts: list[list[str]] = [["", *titles_of(random, columns - 1)]]
    sums: list[int] = []
    for _ in range(2):
        texts += rows_of_numbers(random, random.randint(2, 5), columns)
        sums.append(len(texts))
        texts.append(["Total", *(number_of(random) for _ in range(columns - 1))])
    cells = [
        replace(cell, align="left" if cell.column == 0 else "right", is_bold=cell.row in (0, *sums))
        for cell in cells_of(texts)
    ]
    table = DrawnTable([130.0, *[66.0] * (columns - 1)], [LINE] * len(texts), cells)
    table.rules = [*whole_lines(table, 1), *((row, 1, columns - 1) for row in sums)]
    return table


def raised_marks(random: Random) -> DrawnTable:
    """Raised letters behind some labels, titles and values."""
    table = lines_around_head(random)
    marks = iter("abcdefgh")
    chosen = random.sample(range(len(table.cells)), 4)
    table.cells = [
        replace(cell, raised=next(marks)) if number in chosen and cell.text else cell
        for number, cell in enumerate(table.cells)
    ]
    return table


def turned_titles(random: Random) -> DrawnTable:
    """Titles of columns that read from the bottom to the top, lines around every cell."""
    table = turned_titles_between_lines(random)
    table.rules = whole_lines(table, *range(len(table.heights) + 1))
    table.walls = [(boundary, 0, len(table.heights) - 1) for boundary in range(len(table.widths) + 1)]
    return table


def turned_titles_between_lines(random: Random) -> DrawnTable:
    """Titles of columns that read from the bottom to the top, lines around the head."""
    table = lines_around_head(random)
    table.cells = [replace(cell, is_turned=cell.row == 0 and cell.column > 0) for cell in table.cells]
    table.heights = [50.0, *table.heights[1:]]
    return replace(table)


def _long_or_short(random: Random) -> str:
    number = random.uniform(0, 10 ** random.randint(1, 4))
    return f"{random.choice(('', '-'))}{number:.{random.randint(1, 4)}f}"


def decimal_points(random: Random) -> DrawnTable:
    """Numbers of different lengths with their points below each other."""
    rows, columns = random.randint(5, 10), random.randint(3, 5)
    texts = [["Name", *titles_of(random, columns - 1)]]
    texts += [[label_of(random), *(_long_or_short(random) for _ in range(columns - 1))] for _ in range(rows)]
    cells = [
        cell if cell.column == 0 else replace(cell, align="point" if cell.row else "centre")
        for cell in cells_of(texts, bold_rows=1)
    ]
    table = DrawnTable([120.0, *[80.0] * (columns - 1)], [LINE] * (rows + 1), cells)
    table.rules = whole_lines(table, 0, 1, rows + 1)
    return table


def uncertainties(random: Random) -> DrawnTable:
    """Values with their errors, intervals in brackets and thousands parted by spaces."""
    rows = random.randint(4, 9)
    texts = [["Method", "Mean", "95% interval", "n", "Share"]]
    for _ in range(rows):
        low = random.uniform(0, 5)
        texts.append(
            [
                label_of(random),
                f"{low + 1:.2f} ± {random.uniform(0, 1):.2f}",
                f"({low:.2f} to {low + 2:.2f})",
                f"{random.randrange(1, 99)} {random.randrange(100, 999)}",
                f"{random.randrange(10, 99)} ({random.uniform(0, 100):.1f}%)",
            ]
        )
    cells = [
        replace(cell, align="left" if cell.column == 0 else "centre") for cell in cells_of(texts, bold_rows=1)
    ]
    table = DrawnTable([110.0, 80.0, 100.0, 60.0, 80.0], [LINE] * (rows + 1), cells)
    table.rules = whole_lines(table, 0, 1, rows + 1)
    return table


def empty_column(random: Random) -> DrawnTable:
    """A column to be filled in, with a title and no value, lines around the head."""
    table = lines_around_head(random)
    column = random.randrange(1, len(table.widths))
    table.cells = [cell for cell in table.cells if cell.column != column or cell.row == 0]
    return table


def wrapped_words_without_lines(random: Random) -> DrawnTable:
    """Sentences of several lines beside labels; space between the rows, lines around the head alone."""
    rows = random.randint(3, 6)
    cells = cells_of([["Name", "Meaning", "Remark"]], bold_rows=1)
    heights = [LINE + 4]
    for row in range(1, rows + 1):
        counts = (random.randint(1, 3), random.randint(1, 3))
        cells.append(DrawnCell(row, 0, label_of(random), is_at_top=True))
        for column, count in enumerate(counts, start=1):
            text = "\n".join(" ".join(random.sample(_WORDS, 4)) for _ in range(count))
            cells.append(DrawnCell(row, column, text.capitalize(), is_at_top=True))
        heights.append(8 + PITCH * 10 * max(counts))
    table = DrawnTable([100, 185, 185], heights, cells)
    table.rules = whole_lines(table, 0, 1, rows + 1)
    return table


def title_beside_titles(random: Random) -> DrawnTable:
    """A head of two levels where some titles are as high as both and stand in their middle."""
    groups, rows = 2, random.randint(3, 8)
    columns = 2 + groups * 2
    cells = [
        DrawnCell(0, 0, "Item", row_span=2),
        DrawnCell(0, columns - 1, "Sum", row_span=2, align="centre"),
    ]
    for number, title in enumerate(random.sample(NOUNS, groups)):
        cells.append(DrawnCell(0, 1 + 2 * number, title, column_span=2, align="centre"))
    cells += [
        DrawnCell(1, column, title, align="centre")
        for column, title in enumerate(titles_of(random, 4), start=1)
    ]
    cells += [
        replace(cell, align="left" if cell.column == 0 else "centre")
        for cell in cells_of(rows_of_numbers(random, rows, columns), first_row=2)
    ]
    table = DrawnTable([105.0, *[62.0] * (columns - 1)], [LINE] * (rows + 2), cells)
    table.rules = [*whole_lines(table, 0, 2, rows + 2), (1, 1, 2), (1, 3, 4)]
    return table


def wrapped_titles_over_columns(random: Random) -> DrawnTable:
    """Titles of two lines over two or three columns each, with short lines under them."""
    groups, rows = 2, random.randint(3, 8)
    size = random.randint(2, 3)
    columns = 1 + groups * size
    cells = [
        DrawnCell(
            0, 1 + size * number, f"{title} of the\n{random.choice(_WORDS)}", column_span=size, align="centre"
        )
        for number, title in enumerate(random.sample(NOUNS, groups))
    ]
    head = ["Item", *(title for _ in range(groups) for title in titles_of(random, size))]
    cells += [
        replace(cell, align="left" if cell.column == 0 else "centre")
        for cell in cells_of([head, *rows_of_numbers(random, rows, columns)], first_row=1)
    ]
    table = DrawnTable([105.0, *[58.0] * (columns - 1)], [2 * LINE, *[LINE] * (rows + 1)], cells)
    table.rules = whole_lines(table, 0, 2, rows + 2)
    table.rules += [(1, 1 + size * number, size * (number + 1)) for number in range(groups)]
    return table


def groups_in_groups(random: Random) -> DrawnTable:
    """Labels over four rows, labels over two of them, lines between the groups at both levels."""
    groups = random.randint(1, 3)
    cells = cells_of([["Group", "Kind", "Name", *titles_of(random, 3)]], bold_rows=1)
    rules = []
    for group in range(groups):
        top = 1 + group * 4
        cells.append(DrawnCell(top, 0, random.choice(NOUNS), row_span=4))
        for half in (0, 2):
            cells.append(DrawnCell(top + half, 1, random.choice(_WORDS), row_span=2))
        rules.append((top + 2, 1, 5))
        cells += [
            replace(cell, column=cell.column + 2, row=cell.row + top)
            for cell in cells_of(rows_of_numbers(random, 4, 4))
        ]
    table = DrawnTable([80, 70, 100, 60, 60, 60], [LINE + 1] * (1 + groups * 4), cells)
    table.rules = [*whole_lines(table, 0, *range(1, 2 + groups * 4, 4)), *rules]
    return table


def tall_head(random: Random) -> DrawnTable:
    """Titles of one to three lines at the foot of the head, one line under it."""
    table = lines_around_head(random)
    cells = []
    for cell in table.cells:
        if cell.row == 0 and cell.column:
            more = random.sample(_WORDS, random.randint(0, 2))
            cell = replace(cell, text="\n".join([cell.text, *more]), is_at_bottom=True)
        elif cell.row == 0:
            cell = replace(cell, is_at_bottom=True)
        cells.append(cell)
    table.cells = cells
    table.heights = [3 * PITCH * table.size + 4, *table.heights[1:]]
    result = replace(table)
    result.rules = whole_lines(result, 1)
    return result


def wall_behind_labels(random: Random) -> DrawnTable:
    """A line under the head and one behind the labels, and none else."""
    table = lines_around_head(random)
    table.rules = whole_lines(table, 1)
    table.walls = [(1, 0, len(table.heights) - 1)]
    return table


def spaces_between_groups(random: Random) -> DrawnTable:
    """Rows in groups of two or three that space alone parts, lines around the head."""
    table = lines_around_head(random)
    size = random.randint(2, 3)
    table.heights = [
        height + 8 * (number > 1 and (number - 1) % size == 0) for number, height in enumerate(table.heights)
    ]
    table.cells = [replace(cell, is_at_bottom=True) for cell in table.cells]
    return replace(table)


def two_tables_in_one(random: Random) -> DrawnTable:
    """The same three titles twice, side by side, over labels and numbers; lines around the head."""
    rows = random.randint(4, 9)
    head = ["Name", *titles_of(random, 2)]
    texts = [[*head, *head]]
    texts += [
        left + right
        for left, right in zip(
            rows_of_numbers(random, rows, 3), rows_of_numbers(random, rows, 3), strict=True
        )
    ]
    cells = [
        replace(cell, align="left" if cell.column % 3 == 0 else "right")
        for cell in cells_of(texts, bold_rows=1)
    ]
    table = DrawnTable([95.0, 55.0, 60.0, 105.0, 55.0, 60.0], [LINE] * (rows + 1), cells, size=9.0)
    table.rules = whole_lines(table, 0, 1, rows + 1)
    return table


def marks_of_choice(random: Random) -> DrawnTable:
    """Single letters and dashes for yes and no, lines around the head."""
    rows, columns = random.randint(4, 9), random.randint(4, 6)
    texts = [["Feature", *titles_of(random, columns - 1)]]
    texts += [[label_of(random), *(random.choice("x–") for _ in range(columns - 1))] for _ in range(rows)]
    cells = [
        replace(cell, align="left" if cell.column == 0 else "centre") for cell in cells_of(texts, bold_rows=1)
    ]
    table = DrawnTable([120.0, *[58.0] * (columns - 1)], [LINE] * (rows + 1), cells)
    table.rules = whole_lines(table, 0, 1, rows + 1)
    return table


REPORT_FORMS: Final[Sequence[Form]] = (
    indented_labels, indented_under_titles, units_below_titles, totals, raised_marks, turned_titles,
    turned_titles_between_lines, decimal_points, uncertainties, empty_column, wrapped_words_without_lines,
    labels_of_two_lines, title_beside_titles, wrapped_titles_over_columns, groups_in_groups, tall_head,
    wall_behind_labels, spaces_between_groups, two_tables_in_one, marks_of_choice,
)  # fmt: skip
"""All forms; the name of a function says what its form is."""
