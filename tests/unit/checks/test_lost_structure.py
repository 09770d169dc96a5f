"""table.columns and structure.headings_kept: structure that only the page itself still shows."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.documents.model import BoundingBox
from docassay.documents.source_layer import SourceLayer, SourcePage, WordStyle

BODY, BOLD, LARGE = WordStyle(10, False), WordStyle(10, True), WordStyle(14, False)
AREA = BoundingBox(50, 90, 400, 300)
ROWS = [("North bridge", "1,240", "17"), ("South bridge", "980", "4"), ("Old mill weir", "77", "120")]
COLUMNS = (60, 200, 300)


def printed_table(rows, columns=COLUMNS):
    """A page with the cells at these left edges, six points a letter, a line each 15 points."""
    words, boxes = [], []
    for number, row in enumerate(rows):
        top = 100 + 15 * number
        for text, left in zip(row, columns, strict=True):
            x = left
            for word in text.split():
                words.append(word)
                boxes.append(BoundingBox(x, top, x + 6 * len(word), top + 7))
                x += 6 * len(word) + 3
    return SourceLayer((SourcePage(0, " ".join(words), tuple(boxes)),), 1)


def html(rows):
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def columns_of(build, run, rows, layer, bbox=AREA):
    block = build.block(html(rows), "Table", bbox=bbox)
    return run("table.columns", Subject(build.document(build.page(block)), layer))


def test_columns_that_are_those_of_the_page_score_five(build, run):
    (item,) = columns_of(build, run, ROWS, printed_table(ROWS))
    assert (item.score, item.block_id, item.page_index) == (5, "/page/0/Table/0", 0)


def test_merged_columns_are_named_with_what_they_hold(build, run):
    merged = [(f"{name} {length}", count) for name, length, count in ROWS]
    (item,) = columns_of(build, run, merged, printed_table(ROWS))
    assert item.value == pytest.approx(2 / 3)
    assert "column 1 holds both “North bridge” and “1,240” (row 1)" in item.feedback
    assert item.details == {"lost_borders": 1, "columns": [1]}


def test_the_more_columns_are_merged_the_lower_the_score(build, run):
    everything = [(" ".join(row),) for row in ROWS]
    (item,) = columns_of(build, run, everything, printed_table(ROWS))
    assert item.value == pytest.approx(1 / 3)


def test_very_many_merged_columns_are_told_up_to_a_bound(build, run):
    rows = [[f"{letter}{number}" for number in range(1_100)] for letter in "ab"]
    layer = printed_table(rows, [60 + 50 * number for number in range(1_100)])
    wide = BoundingBox(0, 0, 60_000, 700)
    (item,) = columns_of(build, run, [(" ".join(row),) for row in rows], layer, wide)
    assert item.details["lost_borders"] == 64


def test_a_gap_that_does_not_run_through_the_rows_is_no_border(build, run):
    layer = printed_table([("one two", "5"), ("three", "6"), ("fourteen five", "7")], (60, 200))
    (item,) = columns_of(build, run, [("one two", "5"), ("three", "6"), ("fourteen five", "7")], layer)
    assert item.score == 5


def test_cells_of_several_lines_have_no_border_between_their_lines(build, run):
    page = [("upper", "1", "9"), ("lower", "", ""), ("higher", "2", "8"), ("deeper", "", "")]
    output = [("upper lower", "1", "9"), ("higher deeper", "2", "8")]
    (item,) = columns_of(build, run, output, printed_table(page))
    assert item.score == 5


def test_the_space_inside_of_formulas_is_no_border(build, run):
    page = [("T = 2", "5"), ("T = 3", "6"), ("T = 4", "7")]
    output = [("<math>T\\to 2</math>", "5"), ("<math>T\\to 3</math>", "6"), ("<math>T\\to 4</math>", "7")]
    (item,) = columns_of(build, run, output, printed_table(page, (60, 200)))
    assert item.score == 5


def test_a_table_whose_box_holds_other_words_is_not_judged(build, run):
    (item,) = columns_of(build, run, ROWS, printed_table(ROWS), BoundingBox(0, 500, 400, 600))
    assert item.outcome == "not_applicable"


@pytest.mark.parametrize("layer", [None, SourceLayer((SourcePage(0, "North bridge 1,240"),), 1)])
def test_without_places_of_words_columns_are_not_judged(build, run, layer):
    (item,) = columns_of(build, run, ROWS, layer)
    assert item.outcome == "not_applicable"


PROSE = "the water stood high at both locks for most of the year and fell late in autumn"
LINES = [
    ("Annual report of the district", LARGE),
    (PROSE, BODY),
    (PROSE, BODY),
    ("Repairs", BOLD),
    (PROSE, BODY),
    ("Costs of 2024", BOLD),
    (PROSE, BODY),
]


def printed_lines(lines):
    words, boxes, styles = [], [], []
    for number, (text, style) in enumerate(lines):
        for place, word in enumerate(text.split()):
            words.append(word)
            boxes.append(BoundingBox(60 + 40 * place, 100 + 30 * number, 95 + 40 * place, 110 + 30 * number))
            styles.append(style)
    text = "\n".join(text for text, _ in lines)
    return SourceLayer((SourcePage(0, text, tuple(boxes), tuple(styles)),), 1)


def kept(build, run, lines, headings, **more):
    blocks = [
        build.block(text, "SectionHeader", number=number, level=1)
        if text in headings
        else build.block(text, number=number)
        for number, (text, _) in enumerate(lines)
    ]
    (item,) = run(
        "structure.headings_kept", Subject(build.document(build.page(*blocks, **more)), printed_lines(lines))
    )
    return item


ALL = {"Annual report of the district", "Repairs", "Costs of 2024"}


def test_headings_that_are_headings_score_five(build, run):
    item = kept(build, run, LINES, ALL)
    assert (item.score, item.details["kept"]) == (5, 3)


def test_a_lost_heading_is_quoted_with_its_block_and_page(build, run):
    item = kept(build, run, LINES, ALL - {"Repairs"})
    assert item.value == pytest.approx(2 / 3)
    assert "“Repairs” (/page/0/Text/3)" in item.feedback
    assert item.page_index == 0


def test_a_short_heading_does_not_stand_for_every_line_that_holds_its_words(build, run):
    lines = [*LINES, ("Repairs in the north", LINES[0][1])]
    item = kept(build, run, lines, ALL)
    assert item.value == pytest.approx(3 / 4)
    assert "“Repairs in the north”" in item.feedback


def test_without_any_heading_the_score_is_0(build, run):
    assert kept(build, run, LINES, set()).score == 0


def test_bold_lines_that_follow_each_other_are_a_list_and_no_headings(build, run):
    lines = [*LINES, ("Ministry of works", BOLD), ("Ministry of rivers", BOLD), ("Ministry of roads", BOLD)]
    assert kept(build, run, lines, ALL).score == 5


def test_bold_sentences_are_no_headings(build, run):
    lines = [*LINES, ("Nothing of this was planned.", BOLD), (PROSE, BODY)]
    assert kept(build, run, lines, ALL).score == 5


def test_where_all_text_is_set_alike_nothing_is_set_apart(build, run):
    item = kept(build, run, [(text, BODY) for text, _ in LINES], set())
    assert item.outcome == "not_applicable"


def test_pages_read_by_ocr_are_not_judged(build, run):
    assert kept(build, run, LINES, set(), method="ocr").outcome == "not_applicable"
