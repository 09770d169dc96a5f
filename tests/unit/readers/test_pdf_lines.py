"""How words become lines, and lines the text of a paragraph."""

from docassay.readers.pdf.hyphens import UNDECIDED_HYPHEN, HyphenJoiner
from docassay.readers.pdf.inline import joined_across, markup, plain
from docassay.readers.pdf.line_rows import lines_of
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.reading_direction import in_reading_order
from docassay.readers.pdf.segments import segments
from docassay.readers.pdf.text import Font, Word

BOLD = Font(is_bold=True, is_italic=False, is_monospace=False)


def word(text: str, x: float, y: float = 100.0, size: float = 10.0, **more: object) -> Word:
    return Word(text, x, y - 0.9 * size, x + 0.5 * size * len(text), y + 0.2 * size, size, **more)  # type: ignore[arg-type]


def row(text: str, x: float = 50.0, y: float = 100.0, size: float = 10.0) -> list[Word]:
    words = []
    for part in text.split():
        words.append(word(part, x, y, size))
        x = words[-1].x1 + 0.3 * size
    return words


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


def test_words_in_any_order_become_the_same_lines() -> None:
    words = row("one two three four", y=100) + row("five six seven", y=112)
    shuffled = [words[number] for number in (5, 0, 3, 6, 1, 4, 2)]
    assert texts(lines_of(segments(words))) == ["one two three four", "five six seven"]
    assert texts(lines_of(segments(shuffled))) == ["one two three four", "five six seven"]


def test_columns_that_stand_close_stay_apart_when_drawn_apart() -> None:
    left = [item for line in range(3) for item in row("left side text", 50, 100 + 12 * line)]
    edge = max(item.x1 for item in left)
    right = [item for line in range(3) for item in row("right side text", edge + 9, 100 + 12 * line)]
    assert len(segments(left + right)) == 6


def test_a_raised_mark_and_a_lowered_index_are_tagged() -> None:
    base = word("water", 50)
    mark = Word("2", base.x1, base.y0 - 2, base.x1 + 3, base.y0 + 5, 6.0)
    after = word("H", mark.x1 + 3)
    index = Word("2", after.x1, after.y1 - 4, after.x1 + 3, after.y1 + 2, 6.0)
    line = Line([base, mark, after, index, word("O", index.x1)])
    assert markup([line]) == "water<sup>2</sup> H<sub>2</sub>O"
    assert plain([line]) == "water2 H2O"
    assert (line.y0, line.y1) == (base.y0, base.y1)
    assert line.bbox.y0 == mark.y0


def test_a_fraction_joins_the_line_in_whose_gap_it_stands() -> None:
    words = row("The share of one half", 50)
    gap = words[-1].x1 + 3
    above = Word("1", gap, 88, gap + 4, 95, 7.0)
    below = Word("2", gap, 98, gap + 4, 105, 7.0)
    words += row("is given to all", gap + 8)
    words += row("who come to the table first", 50, 112)
    lines = lines_of(segments([*words, above, below]))
    assert texts(lines) == ["The share of one half 1 2 is given to all", "who come to the table first"]
    assert lines[0].y1 == words[0].y1


def test_a_short_last_line_of_a_paragraph_is_no_part_of_a_formula() -> None:
    words = row("a line that is long and has words", y=100) + row("at end.", y=112)
    assert texts(lines_of(segments(words))) == ["a line that is long and has words", "at end."]


def test_thousands_of_words_on_one_line_are_grouped_in_linear_time() -> None:
    words = [word("x", 50 + 40 * number, 100 + number % 3) for number in range(20_000)]
    assert len(segments(words)) == 20_000


def test_hebrew_runs_from_right_to_left_with_latin_words_and_numbers_inside() -> None:
    visual = row("iPhone 15 שלום 2024 עולם")
    assert [item.text for item in in_reading_order(visual)] == ["עולם", "2024", "שלום", "iPhone", "15"]


def test_a_hebrew_quotation_in_an_english_line_is_turned_alone() -> None:
    visual = row("the words עולם שלום mean hello world")
    ordered = [item.text for item in in_reading_order(visual)]
    assert ordered == ["the", "words", "שלום", "עולם", "mean", "hello", "world"]


def hyphenated(first: str, second: str) -> str:
    return plain([Line(row(first, y=100)), Line(row(second, y=112))])


def test_a_hyphen_at_a_line_end_waits_for_the_whole_document() -> None:
    text = hyphenated("a well-known imple-", "mentation of it")
    assert text == f"a well-known imple{UNDECIDED_HYPHEN}mentation of it"
    assert HyphenJoiner([text]).decided(text) == "a well-known implementation of it"


def test_a_compound_keeps_the_hyphen_that_it_has_elsewhere() -> None:
    text = hyphenated("this is decision-", "making at work")
    assert HyphenJoiner([text]).decided(text) == "this is decisionmaking at work"
    elsewhere = "We study decision-making under risk."
    assert HyphenJoiner([text, elsewhere]).decided(text) == "this is decision-making at work"
    joined = "decision-making or decisionmaking"
    assert HyphenJoiner([text, joined]).decided(text) == "this is decisionmaking at work"


def test_parts_of_longer_compounds_and_counted_things_keep_their_hyphens() -> None:
    text = hyphenated("our state-of-the-", "art method")
    assert (
        HyphenJoiner([text, "art is long, the life is short"]).decided(text) == "our state-of-the-art method"
    )
    assert hyphenated("the Anglo-", "American rule") == "the Anglo-American rule"
    assert hyphenated("from 2010-", "2012 on") == "from 2010-2012 on"
    assert hyphenated("Ein-", "und Ausgabe") == "Ein- und Ausgabe"
    text = hyphenated("self-", "made things")
    assert HyphenJoiner([text, "he made it"]).decided(text) == "self-made things"


def test_every_cut_word_of_a_text_is_decided_and_hyphens_without_a_word_before_them_go() -> None:
    cut = UNDECIDED_HYPHEN
    text = f"an imple{cut}mentation of self{cut}made 3{cut}x things{cut} a{cut}b{cut}c"
    assert HyphenJoiner([text, "made"]).decided(text) == "an implementation of self-made 3x things abc"
    assert HyphenJoiner(["self-made"]).decided("x" * 500 + f"{cut}y") == "x" * 500 + "y"


def test_undecided_hyphens_are_decided_inside_markup_too() -> None:
    lines = [Line([*row("some <imple-", y=100)]), Line(row("mentation here", y=112))]
    html = markup(lines)
    assert HyphenJoiner([]).decided(html) == "some &lt;implementation here"


def test_addresses_go_on_without_a_space_and_chinese_lines_too() -> None:
    assert (
        hyphenated("see https://example.org/a/", "b/c for more") == "see https://example.org/a/b/c for more"
    )
    assert hyphenated("see https://example.org/a-", "b for more") == "see https://example.org/a-b for more"
    assert hyphenated("春眠不覺曉", "處處聞啼鳥") == "春眠不覺曉處處聞啼鳥"


def test_text_that_a_column_or_page_cuts_is_joined_by_the_same_rules() -> None:
    assert joined_across("the imple-", "mentation") == f"the imple{UNDECIDED_HYPHEN}mentation"
    assert joined_across("the end", "of it") == "the end of it"
    assert joined_across("the Anglo-", "American") == "the Anglo-American"


def test_emphasis_is_kept_around_marks_and_dropped_when_it_covers_all() -> None:
    bold = [item._replace(font=BOLD) for item in row("Note well")]
    assert markup([Line(bold)]) == "Note well"
    assert markup([Line([*bold, *row("this is plain", 120)])]) == "<b>Note well</b> this is plain"


def test_a_font_size_that_no_page_can_show_costs_no_time():
    huge = [Word(f"w{n}", 10.0 * n, 100.0 + n, 10.0 * n + 8, 110.0 + n, 1e12) for n in range(50)]
    assert sum(len(line.words) for line in segments(huge)) == 50


def test_smaller_print_on_the_same_baseline_is_not_lowered() -> None:
    small = Word("Chapter 1.", 50, 100 - 0.9 * 12, 100, 100 + 0.2 * 12, 12.0)
    large = [word("Securing", 106, 100, 22), word("data", 200, 100, 22)]
    assert markup([Line([small, *large])]) == "Chapter 1. Securing data"
