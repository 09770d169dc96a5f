"""The reading order of columns, sidebars and boxes, on lines made here."""

import itertools
import random

from docassay.readers.pdf.columns import reading_regions
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.text import Word

VOCABULARY = [
    "river", "stone", "under", "the", "of", "and", "mountain", "walked", "slowly", "a", "green", "light",
    "children", "sang", "harvest", "to", "village", "bread", "window", "in",
]  # fmt: skip


def line(text: str, x: float, y: float, size: float = 10.0) -> Line:
    words = []
    for part in text.split():
        words.append(Word(part, x, y - 0.9 * size, x + 0.5 * size * len(part), y + 0.2 * size, size))
        x = words[-1].x1 + 0.3 * size
    return Line(words)


def prose(name: str, x: float, y: float, width: float, count: int, pitch: float = 12.0) -> list[Line]:
    """Ragged lines of running text that start with ``name`` and their number; the last one is short."""
    numbers = random.Random(name)
    result = []
    for number in range(count):
        text = f"{name}{number}"
        limit = width if number < count - 1 else 0.4 * width
        while True:
            longer = f"{text} {numbers.choice(VOCABULARY)}"
            if 5.0 * len(longer) > limit:
                break
            text = longer
        result.append(line(text, x, y + pitch * number))
    return result


def order(*groups: list[Line], from_right: bool = False) -> list[str]:
    """The first words of all lines in reading order, whatever order they came in."""
    lines = [item for group in groups for item in group]
    random.Random(3).shuffle(lines)
    regions = reading_regions(lines, from_right=from_right)
    return [item.words[0].text for region in regions for item in region]


def expected(*groups: list[Line]) -> list[str]:
    return [item.words[0].text for group in groups for item in group]


def test_two_columns_with_a_heading_over_both_and_one_between() -> None:
    title = [line("Title over both of the columns of the page", 150, 60, 16)]
    left, right = prose("a", 50, 100, 240, 15), prose("b", 320, 100, 240, 15)
    between = [line("Heading that stands across the page in the middle", 150, 320, 14)]
    lower_left, lower_right = prose("c", 50, 350, 240, 12), prose("d", 320, 350, 240, 9)
    groups = (title, left, right, between, lower_left, lower_right)
    assert order(*groups) == expected(*groups)


def test_three_columns_below_two_and_a_headline_over_two_of_the_three() -> None:
    upper = prose("a", 50, 60, 240, 10), prose("b", 320, 60, 240, 10)
    headline = [line("A headline over two", 50, 220, 18)]
    first, second = prose("c", 50, 250, 155, 14), prose("d", 227, 250, 155, 14)
    third = prose("e", 404, 220, 155, 17)
    groups = (*upper, headline, first, second, third)
    assert order(*groups) == expected(*groups)


def test_a_narrow_sidebar_of_sentences_is_a_column() -> None:
    side = prose("s", 50, 100, 105, 18, pitch=12.0)
    text = prose("t", 190, 100, 370, 24, pitch=12.0)
    assert order(side, text) == expected(side, text)


def test_a_sidebar_of_short_items_beside_text_is_a_column() -> None:
    side = [line(f"Item{number} here", 50, 103 + 15 * number) for number in range(9)]
    text = prose("t", 190, 100, 370, 24)
    assert order(side, text) == expected(side, text)


def test_terms_stay_with_their_descriptions() -> None:
    groups = []
    for number, count in enumerate((4, 3, 5, 2)):
        y = 100 + sum((4, 3, 5, 2)[:number]) * 12 + 10 * number
        groups.append([line(f"Term{number}", 50, y)])
        groups.append(prose(f"d{number}x", 190, y, 370, count))
    lines = list(itertools.chain(*groups))
    assert len(reading_regions(lines)) == 1


def test_rows_of_short_cells_are_no_columns() -> None:
    left = [line(f"Name{number}", 50, 100 + 14 * number) for number in range(8)]
    right = [line(f"{number} pieces", 300, 100 + 14 * number) for number in range(8)]
    assert len(reading_regions([*left, *right])) == 1


def test_a_line_that_sticks_out_of_its_column_does_not_cut_it() -> None:
    left, right = prose("a", 50, 100, 240, 15), prose("b", 320, 100.0, 240, 15)
    left[6] = line("a6 this line is far too long for its column and so it sticks out", 50, 172)
    right[6] = line("b6 short", 420, 172)
    assert left[6].x1 > 320
    assert order(left, right) == expected(left, right)


def test_a_figure_across_the_columns_separates_what_is_above_from_what_is_below() -> None:
    above = prose("a", 50, 60, 240, 8), prose("b", 320, 60, 240, 8)
    figure = [Line([Word("figure", 100, 180, 500, 380, 10.0)])]
    below = prose("c", 50, 410, 240, 8), prose("d", 320, 410, 240, 8)
    groups = (*above, figure, *below)
    assert order(*groups) == expected(*groups)


def test_pages_in_arabic_and_hebrew_start_with_the_right_column() -> None:
    left, right = prose("a", 50, 100, 240, 15), prose("b", 320, 100, 240, 15)
    assert order(left, right, from_right=True) == expected(right, left)


def test_many_random_pages_of_columns_are_read_in_order() -> None:
    numbers = random.Random(11)
    for _ in range(150):
        groups: list[list[Line]] = []
        y = 50.0
        for band in range(numbers.randint(1, 3)):
            columns = numbers.choice((1, 2, 2, 3))
            count = numbers.randint(7, 14)
            if band:
                groups.append([line(f"h{band} heading of the part below here", 60, y + 8, 15)])
                y += 30
            gutter = numbers.uniform(14, 30)
            width = (500 - gutter * (columns - 1)) / columns
            for column in range(columns):
                start = y + numbers.uniform(0, 6)
                length = count if column < columns - 1 else numbers.randint(count - 3, count)
                name = f"{'abc'[band]}{'xyz'[column]}"
                groups.append(prose(name, 50 + column * (width + gutter), start, width, length))
            y += 12 * count + numbers.uniform(8, 30)
        assert order(*groups) == expected(*groups)


def test_a_page_of_thousands_of_scattered_pieces_is_still_ordered() -> None:
    numbers = random.Random(5)
    pieces = [line("x", numbers.uniform(0, 600), numbers.uniform(0, 800)) for _ in range(4_000)]
    regions = reading_regions(pieces)
    assert sum(len(region) for region in regions) == 4_000
