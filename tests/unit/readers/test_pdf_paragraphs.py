"""How the lines of a column become paragraphs."""

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.paragraphs import paragraphs_of
from docassay.readers.pdf.text import Word


def line(text: str, x: float, y: float, size: float = 10.0, *, right: float | None = None) -> Line:
    """Words from ``x``, or spread so that the line ends at ``right``."""
    parts = text.split()
    widths = [0.5 * size * len(part) for part in parts]
    space = 0.3 * size
    if right is not None and len(parts) > 1:
        space = (right - x - sum(widths)) / (len(parts) - 1)
    words = []
    for part, width in zip(parts, widths, strict=True):
        words.append(Word(part, x, y - 0.9 * size, x + width, y + 0.2 * size, size))
        x += width + space
    return Line(words)


def lengths(lines: list[Line]) -> list[int]:
    return [len(paragraph) for paragraph in paragraphs_of(lines)]


TEXT = "words of a line that fills the whole of the column"


def test_the_usual_pitch_of_the_column_tells_what_a_gap_is() -> None:
    for pitch in (11.0, 15.0, 24.0):
        ys = [100.0]
        for number in range(9):
            ys.append(ys[-1] + pitch + (0.45 * 10 if number == 4 else 0))
        assert lengths([line(TEXT, 50, y, right=320) for y in ys]) == [5, 5], pitch


def test_an_indented_first_line_starts_a_paragraph() -> None:
    lines = [line(TEXT, 65 if number == 4 else 50, 100 + 12 * number, right=320) for number in range(8)]
    assert lengths(lines) == [4, 4]


def test_in_hebrew_and_arabic_indents_and_short_lines_are_on_the_other_side() -> None:
    words = "מילים של שורה שממלאת את כל הטור הזה"
    lines = [line(words, 50, 100 + 12 * n, right=305 if n == 4 else 320) for n in range(8)]
    for each in lines:
        each.words.reverse()
    assert lengths(lines) == [4, 4]


def test_a_bold_phrase_that_fills_a_line_inside_a_sentence_does_not_end_the_paragraph() -> None:
    lines = [line(TEXT, 50, 100 + 12 * number, right=320) for number in range(5)]
    lines[2] = Line([word._replace(font=word.font._replace(is_bold=True)) for word in lines[2].words])
    assert lengths(lines) == [5]


def test_a_title_that_hangs_under_its_number_stays_in_one_piece() -> None:
    first = line("5.4. Continuing education and training at the", 50, 100, 14)
    second = line("initiative of enterprises", first.words[1].x0, 117, 14)
    text = [line(TEXT, 50, 145 + 12 * number, right=420) for number in range(4)]
    assert lengths([first, second, *text]) == [2, 4]


def test_entries_with_hanging_lines_are_paragraphs_of_their_own() -> None:
    lines = [line(TEXT, 50 if number % 3 == 0 else 70, 100 + 12 * number, right=320) for number in range(9)]
    assert lengths(lines) == [3, 3, 3]


def test_a_raised_number_in_front_starts_a_note() -> None:
    notes = []
    for number in range(4):
        y = 100.0 + 12 * number
        words = line(TEXT, 56, y, right=320).words
        if number % 2 == 0:
            words = [Word(str(number), 50, y - 10, 54, y - 3, 6.0), *words]
        notes.append(Line(words))
    assert lengths(notes) == [2, 2]


def test_a_caption_that_hangs_under_its_text_stays_in_one_piece() -> None:
    first = line("Table 6: Number of participants in education and in training in", 50, 100)
    second = line("schools in 2004", first.words[2].x0, 112)
    assert lengths([first, second]) == [2]


def test_in_justified_text_a_line_that_stops_short_ends_the_paragraph() -> None:
    lines = [line(TEXT, 50, 100 + 12 * number, right=320) for number in range(8)]
    lines[3] = line("Here the sentence comes to its end, not quite at edge.", 50, 136, right=308)
    lines[4] = line("Then " + TEXT, 50, 148, right=320)
    assert lengths(lines) == [4, 4]
    ragged = [line(TEXT, 50, 100 + 12 * n, right=320 - 13 * (n % 3)) for n in range(8)]
    ragged[3], ragged[4] = lines[3], lines[4]
    assert lengths(ragged) == [8]


def test_paragraphs_of_one_indented_line_are_told_apart_where_first_lines_are_indented() -> None:
    lines = [line(TEXT, 65 if number in {0, 3} else 50, 100 + 12 * number, right=320) for number in range(6)]
    for number, text in enumerate(["One short line ends here.", "And a second one here.", "The third."]):
        lines.append(line(text, 65, 172 + 12 * number))
    lines[5] = line("words of a line that end the paragraph.", 50, 160)
    assert lengths(lines) == [3, 3, 1, 1, 1]
