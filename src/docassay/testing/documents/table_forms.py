"""Tables in the forms that reports, papers and accounts have, with content drawn by chance from a seed.

Each form is a function from a random generator to a ``DrawnTable``; the cells that it draws are the truth.
"""

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
    blank_cells,
    full_grid,
    inner_walls,
    label_of,
    line_under_head,
    lines_around_head,
    no_line,
    no_line_and_plain_head,
    number_of,
    rows_of_numbers,
    shaded_head,
    striped,
    titles_of,
    whole_lines,
)


def _two_level(random: Random) -> DrawnTable:
    groups, rows = random.randint(2, 3), random.randint(3, 8)
    size = random.randint(2, 3) if groups == 2 else 2
    columns = 1 + groups * size
    titles = [
        DrawnCell(0, 1 + number * size, title, column_span=size, align="centre")
        for number, title in enumerate(random.sample(NOUNS, groups))
    ]
    head = ["Item", *(title for _ in range(groups) for title in titles_of(random, size))]
    cells = [
        *titles,
        *(
            replace(cell, align="left" if cell.column == 0 else "centre")
            for cell in cells_of([head, *rows_of_numbers(random, rows, columns)], first_row=1)
        ),
    ]
    table = DrawnTable([105.0, *[50.0] * (columns - 1)], [LINE] * (rows + 2), cells)
    table.size = 9.0
    table.rules = whole_lines(table, 0, 2, rows + 2)
    return table


def titles_over_columns(random: Random) -> DrawnTable:
    """Titles over two or three columns each, with no line under them."""
    return _two_level(random)


def titles_over_lines(random: Random) -> DrawnTable:
    """Titles over two or three columns each, with short lines under them."""
    table = _two_level(random)
    spans = [cell for cell in table.cells if cell.column_span > 1]
    table.rules = [
        *table.rules,
        *((1, cell.column, cell.column + cell.column_span - 1) for cell in spans),
    ]
    return table


def titles_without_lines(random: Random) -> DrawnTable:
    """Titles over two or three columns each in a table with a line under the head alone."""
    table = _two_level(random)
    table.rules = whole_lines(table, 2)
    return table


def wrapped_labels(random: Random) -> DrawnTable:
    """Labels of two lines whose numbers stand beside the first line, no lines between rows."""
    table = labels_of_two_lines(random)
    return replace(table, cells=[replace(cell, is_at_top=True) for cell in table.cells])


def labels_of_two_lines(random: Random) -> DrawnTable:
    """Labels of two lines with their values beside their middle, lines around the head alone."""
    table = lines_around_head(random)
    chosen = random.sample(range(1, len(table.heights)), len(table.heights) // 3)
    table.heights = [
        height + (PITCH * table.size if number in chosen else 0)
        for number, height in enumerate(table.heights)
    ]
    table.cells = [
        replace(cell, text=f"{cell.text} and the\n{random.choice(NOUNS).lower()} of others")
        if cell.row in chosen and cell.column == 0
        else cell
        for cell in table.cells
    ]
    return replace(table, widths=[130.0, *table.widths[1:]])


def wrapped_words(random: Random) -> DrawnTable:
    """Sentences of several lines beside a label, lines between all rows."""
    rows = random.randint(3, 6)
    words = [noun.lower() for noun in NOUNS]
    cells = cells_of([["Name", "Meaning", "Year"]], bold_rows=1)
    heights = [LINE + 4]
    for row in range(1, rows + 1):
        count = random.randint(1, 3)
        text = "\n".join(" ".join(random.sample(words, 4)) for _ in range(count))
        cells += [
            DrawnCell(row, 0, label_of(random), is_at_top=True),
            DrawnCell(row, 1, text.capitalize(), is_at_top=True),
            DrawnCell(row, 2, str(random.randrange(1980, 2025)), is_at_top=True),
        ]
        heights.append(4 + PITCH * 10 * count + 2)
    table = DrawnTable([110, 180, 60], heights, cells)
    table.rules = whole_lines(table, *range(rows + 2))
    return table


def wrapped_head(random: Random) -> DrawnTable:
    """Titles of two lines, the others at the foot of the head."""
    table = lines_around_head(random)
    table.heights = [2 * PITCH * table.size + 4, *table.heights[1:]]
    chosen = random.randrange(1, len(table.widths))
    table.cells = [
        replace(cell, text=f"{cell.text}\nper day") if (cell.row, cell.column) == (0, chosen) else cell
        for cell in table.cells
    ]
    return table


def row_groups(random: Random) -> DrawnTable:
    """Labels in the middle of two or three rows each, short lines between the groups."""
    groups, size = random.randint(2, 4), random.randint(2, 3)
    cells = cells_of([["Group", "Name", *titles_of(random, 3)]], bold_rows=1)
    for group in range(groups):
        top = 1 + group * size
        cells.append(DrawnCell(top, 0, random.choice(NOUNS), row_span=size))
        cells += [replace(cell, column=cell.column + 1, row=cell.row + top) for cell in cells_of(
            rows_of_numbers(random, size, 4)
        )]  # fmt: skip
    table = DrawnTable([80, 110, 60, 60, 60], [LINE + 1] * (1 + groups * size), cells)
    table.rules = whole_lines(table, 0, 1, *range(1 + size, 2 + groups * size, size))
    return table


def row_groups_without_lines(random: Random) -> DrawnTable:
    """Labels in the middle of three rows each, no lines between the groups."""
    table = row_groups(random)
    table.rules = whole_lines(table, 0, 1, len(table.heights))
    return table


def titles_between(random: Random) -> DrawnTable:
    """Bold titles of the rows below, at the left, between the rows."""
    table = lines_around_head(random)
    rows, columns = len(table.heights), len(table.widths)
    at = rows // 2
    cells = [replace(cell, row=cell.row + 1 + (cell.row >= at)) if cell.row else cell for cell in table.cells]
    for number, row in enumerate((1, at + 1)):
        title = f"Panel {'AB'[number]}: {label_of(random).lower()} of all members"
        cells.append(DrawnCell(row, 0, title, column_span=columns, is_bold=True, align="left"))
    result = replace(table, heights=[*table.heights, LINE, LINE], cells=cells)
    result.rules = whole_lines(result, 0, 1, rows + 2)
    return result


def note_inside(random: Random) -> DrawnTable:
    """A note over all columns between the last two lines."""
    table = lines_around_head(random)
    rows, columns = len(table.heights), len(table.widths)
    note = DrawnCell(rows, 0, "Note: values are means of all members", column_span=columns, align="left")
    result = replace(table, heights=[*table.heights, LINE], cells=[*table.cells, note])
    result.rules = whole_lines(result, 0, 1, rows, rows + 1)
    return result


def accounts(random: Random) -> DrawnTable:
    """Two years of amounts with dollar signs set apart, negatives in brackets, lines over the totals."""
    rows = random.randint(6, 12)
    cells = [
        DrawnCell(0, 1, "2024", align="right", is_bold=True),
        DrawnCell(0, 2, "2023", align="right", is_bold=True),
    ]
    for row in range(1, rows + 1):
        cells.append(DrawnCell(row, 0, "Total" if row == rows else label_of(random)))
        for column in (1, 2):
            amount = f"{random.randrange(1_000, 99_999):,}"
            if random.random() < 0.3:
                amount = f"({amount})"
            cells.append(DrawnCell(row, column, amount, align="right"))
            if row in (1, rows):
                cells[-1] = replace(cells[-1], mark="$")
    table = DrawnTable([190, 80, 80], [LINE] * (rows + 1), cells)
    table.rules = [(rows, 1, 1), (rows, 2, 2), (rows + 1, 1, 1), (rows + 1, 2, 2)]
    table.rules = [(1, 1, 2), *table.rules]
    return table


def leaders(random: Random) -> DrawnTable:
    """Dots from the label to three columns of amounts, a line under the head."""
    rows = random.randint(5, 10)
    cells = cells_of([["", "2024", "2023", "2022"]], bold_rows=1)
    for row in range(1, rows + 1):
        cells.append(DrawnCell(row, 0, label_of(random), has_leader=True))
        cells += [
            DrawnCell(row, column, f"{random.randrange(1_000, 99_999):,}", align="right")
            for column in (1, 2, 3)
        ]
    cells = [replace(cell, align="right") if cell.column else cell for cell in cells]
    table = DrawnTable([190, 60, 60, 60], [LINE] * (rows + 1), cells)
    table.rules = whole_lines(table, 1)
    return table


def labels_and_values(random: Random) -> DrawnTable:
    """Two columns of labels and values in boxes, without a head."""
    rows = random.randint(4, 8)
    cells = [
        cell
        for row in range(rows)
        for cell in (
            DrawnCell(row, 0, label_of(random), is_bold=True),
            DrawnCell(row, 1, f"{random.choice(NOUNS)} {random.randrange(100)}"),
        )
    ]
    table = DrawnTable([120, 160], [LINE + 4] * rows, cells)
    table.rules = whole_lines(table, *range(rows + 1))
    table.walls = [(boundary, 0, rows - 1) for boundary in range(3)]
    return table


def words_only(random: Random) -> DrawnTable:
    """Short words in every cell, lines around the head."""
    rows, columns = random.randint(3, 7), random.randint(3, 4)
    texts = [[label_of(random) for _ in range(columns)] for _ in range(rows + 1)]
    table = DrawnTable([110.0] * columns, [LINE + 2] * (rows + 1), cells_of(texts, bold_rows=1))
    table.rules = whole_lines(table, 0, 1, rows + 1)
    return table


def labels_at_the_last_line(random: Random) -> DrawnTable:
    """Labels of two lines whose numbers stand beside the last line, no lines between rows."""
    table = lines_around_head(random)
    chosen = random.sample(range(1, len(table.heights)), len(table.heights) // 3)
    step = PITCH * table.size
    table.heights = [
        height + (step if number in chosen else 0) for number, height in enumerate(table.heights)
    ]
    table.cells = [
        replace(cell, text=f"{cell.text} held for\nthe {random.choice(NOUNS).lower()}")
        if cell.row in chosen and cell.column == 0
        else replace(cell, is_at_bottom=True)
        for cell in table.cells
    ]
    return replace(table, widths=[130.0, *table.widths[1:]])


def labels_at_the_first_row(random: Random) -> DrawnTable:
    """Labels on the first row of each group, the places below them empty, no lines between groups."""
    table = row_groups_without_lines(random)
    table.cells = [replace(cell, row_span=1) for cell in table.cells]
    return table


def errors_below(random: Random) -> DrawnTable:
    """Estimates with marks of significance, and their errors in brackets in a row of their own."""
    rows, columns = random.randint(3, 6), random.randint(3, 5)
    texts = [["", *(f"({number})" for number in range(1, columns))]]
    for _ in range(rows):
        stars = [random.choice(("", "*", "**", "***")) for _ in range(columns - 1)]
        texts.append([label_of(random), *(f"{random.uniform(-2, 2):.3f}{mark}" for mark in stars)])
        texts.append(["", *(f"({random.uniform(0, 1):.3f})" for _ in range(columns - 1))])
    texts.append(["Observations", *(f"{random.randrange(100, 9999):,}" for _ in range(columns - 1))])
    cells = [
        replace(cell, align="left" if cell.column == 0 else "centre") for cell in cells_of(texts, bold_rows=0)
    ]
    table = DrawnTable([110, *[70.0] * (columns - 1)], [LINE] * len(texts), cells)
    table.rules = whole_lines(table, 0, 1, len(texts) - 1, len(texts))
    return table


def many_columns(random: Random) -> DrawnTable:
    """Twelve columns in small type."""
    rows, columns = random.randint(5, 14), 12
    head = ["Year", *(title[:4] for title in titles_of(random, 11))]
    texts = [head, *([str(2000 + row), *(number_of(random) for _ in range(11))] for row in range(rows))]
    cells = [replace(cell, align="right") for cell in cells_of(texts, bold_rows=1)]
    table = DrawnTable([38.0] * columns, [10.0] * (rows + 1), cells, size=7.0, padding=3.0)
    table.rules = whole_lines(table, 0, 1, rows + 1)
    return table


def double_spaced(random: Random) -> DrawnTable:
    """Rows two lines apart, lines around the head."""
    table = lines_around_head(random)
    table.heights = [2.2 * table.size] * len(table.heights)
    return replace(table)


def head_of_three_levels(random: Random) -> DrawnTable:
    """One title over all columns of values, titles over pairs below it, then a title for each column."""
    table = titles_over_lines(random)
    columns = len(table.widths)
    cells = [replace(cell, row=cell.row + 1) for cell in table.cells]
    cells.append(DrawnCell(0, 1, random.choice(NOUNS), column_span=columns - 1, align="centre"))
    rules = [(boundary + 1, first, last) for boundary, first, last in table.rules if boundary]
    result = replace(table, heights=[*table.heights, LINE], cells=cells)
    result.rules = [*whole_lines(result, 0), (1, 1, columns - 1), *rules]
    return result


def numbered_rows(random: Random) -> DrawnTable:
    """A first column that counts the rows, no line but under the head."""
    table = line_under_head(random)
    cells = [replace(cell, column=cell.column + 1) for cell in table.cells]
    cells += [DrawnCell(row, 0, str(row) if row else "No.") for row in range(len(table.heights))]
    result = replace(table, widths=[30, *table.widths], cells=cells)
    result.rules = whole_lines(result, 1)
    return result


def words_without_lines(random: Random) -> DrawnTable:
    """Short words in every cell under a bold head, no line."""
    table = words_only(random)
    table.rules = ()
    return table


def words_in_boxes(random: Random) -> DrawnTable:
    """Texts of one to three lines in a grid of boxes."""
    table = wrapped_words(random)
    table.walls = [(boundary, 0, len(table.heights) - 1) for boundary in range(4)]
    return table


FORMS: Final[Sequence[Form]] = (
    lines_around_head, line_under_head, no_line, no_line_and_plain_head, striped, shaded_head, full_grid,
    inner_walls, blank_cells, titles_over_columns, titles_over_lines, titles_without_lines, wrapped_labels,
    wrapped_words, wrapped_head, row_groups, row_groups_without_lines, titles_between, note_inside, accounts,
    leaders, labels_and_values, words_only, labels_at_the_last_line, labels_at_the_first_row, errors_below,
    many_columns, double_spaced, head_of_three_levels, numbered_rows, words_without_lines, words_in_boxes,
)  # fmt: skip
"""All forms; the name of a function says what its form is."""
