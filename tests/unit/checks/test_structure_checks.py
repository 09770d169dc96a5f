"""table.wellformed, structure.headings and page.coverage."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.documents.model import BoundingBox
from docassay.documents.source_layer import SourceLayer, SourcePage

SOUND = (
    "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Pen</td><td>2</td></tr>"
    "<tr><td>Ink</td><td>9</td></tr></table>"
)


def table(build, run, html):
    page = build.page(build.block(html, "Table"))
    return run("table.wellformed", Subject(build.document(page)))


def test_a_sound_table_scores_five(build, run):
    (item,) = table(build, run, SOUND)
    assert (item.score, item.block_id, item.block_type, item.page_index) == (5, "/page/0/Table/0", "Table", 0)


def test_spans_do_not_make_a_table_ragged(build, run):
    (item,) = table(
        build, run,
        "<table><tr><th colspan='2'>Both</th></tr><tr><td rowspan='2'>a</td><td>b</td></tr>"
        "<tr><td>c</td></tr></table>",
    )  # fmt: skip
    assert item.score == 5


def test_a_ragged_row_costs_its_share(build, run):
    (item,) = table(build, run, SOUND.replace("<td>Ink</td><td>9</td>", "<td>Ink</td>"))
    assert item.value == pytest.approx(2 / 3)
    assert "Row 2 covers 1 columns" in item.feedback


@pytest.mark.parametrize(
    ("html", "score"),
    [
        ("<p>no table at all</p>", 0),
        ("<table><tr><td></td><td></td></tr></table>", 0),
        ("<table><tr><td>alone</td></tr></table>", 2),
    ],
)
def test_what_is_no_table(build, run, html, score):
    (item,) = table(build, run, html)
    assert item.score == score


def test_copied_rows_and_mostly_empty_tables_lose_points(build, run):
    rows = "<tr><td>same</td><td>row</td></tr>" * 10
    (item,) = table(build, run, f"<table>{rows}</table>")
    assert item.value == pytest.approx(0.2)
    assert "stands there 10 times" in item.feedback
    empty = "<tr><td>x</td><td></td><td></td><td></td></tr><tr><td>y</td><td></td><td></td><td></td></tr>"
    (item,) = table(build, run, f"<table>{empty}</table>")
    assert item.value == pytest.approx(0.75)


def test_an_overlapping_span_and_a_nested_table_lose_points(build, run):
    overlapping = "<table><tr><td>a</td><td rowspan='2'>b</td></tr><tr><td colspan='2'>c</td></tr></table>"
    assert table(build, run, overlapping)[0].score < 5
    nested = SOUND.replace("<td>Pen</td>", "<td><table><tr><td>1</td><td>2</td></tr></table></td>")
    assert table(build, run, nested)[0].score < 5


def test_each_table_is_an_item_and_no_tables_do_not_apply(build, run):
    page = build.page(build.block(SOUND, "Table"), "text", build.block(SOUND, "Table", number=2))
    assert len(run("table.wellformed", Subject(build.document(page)))) == 2
    (item,) = run("table.wellformed", Subject(build.document(build.page("text"))))
    assert item.outcome == "not_applicable"


def outline(build, run, *headings, **params):
    blocks = [
        build.block(text or "<h1></h1>", "SectionHeader", number=number, level=level)
        for number, (level, text) in enumerate(headings)
    ]
    return run("structure.headings", Subject(build.document(build.page(*blocks))), **params)[0]


def test_a_sound_outline_scores_five(build, run):
    item = outline(build, run, (1, "Report"), (2, "Aim"), (3, "Scope"), (2, "Result"))
    assert item.score == 5


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ([(1, "Report"), (3, "Deep")], "level_skipped"),
        ([(1, "Report"), (1, "Another")], "several_top"),
        ([(2, "Aim"), (2, "Result"), (3, "Detail")], "no_top"),
        ([(1, "Report"), (2, "")], "empty"),
        ([(1, "Report"), (2, "x" * 201)], "too_long"),
        ([(1, "Report"), (2, "Aim"), (2, "aim")], "duplicate"),
    ],
)
def test_each_kind_of_defect_costs_one_point(build, run, headings, kind):
    item = outline(build, run, *headings)
    assert item.details["defects"] == [kind], item.feedback
    assert item.score == 4
    assert "/page/0/SectionHeader/" in item.feedback or kind == "no_top"


def test_two_kinds_cost_two_points_and_the_limit_is_a_parameter(build, run):
    headings = [(1, "One"), (1, "Two"), (3, "Deep")]
    assert outline(build, run, *headings).score == 3
    assert outline(build, run, *headings, maximum_top_headings=2).score == 4


def test_the_same_heading_under_other_parents_is_no_duplicate(build, run):
    item = outline(build, run, (1, "All"), (2, "North"), (3, "Sales"), (2, "South"), (3, "Sales"))
    assert item.score == 5


def test_a_running_header_taken_for_a_heading_is_found(build, run):
    pages = [
        build.page(build.block("ACME", "SectionHeader", page=index, level=2), index=index)
        for index in range(3)
    ]
    (item,) = run("structure.headings", Subject(build.document(*pages)))
    assert "running" in item.details["defects"]
    assert "on 3 pages" in item.feedback


def test_only_long_prose_needs_headings(build, run):
    assert run("structure.headings", build.subject(["short"], None))[0].outcome == "not_applicable"
    assert run("structure.headings", build.subject(["some words"] * 4, None))[0].score == 4
    assert run("structure.headings", build.subject(["word " * 1501], None))[0].score == 4
    sheet = build.page(build.block(f"<table><tr>{'<td>x y</td>' * 1000}</tr></table>", "Table"))
    assert run("structure.headings", Subject(build.document(sheet)))[0].outcome == "not_applicable"


LONG = " ".join(f"word{number}" for number in range(15))


def test_a_page_without_output_scores_zero(build, run):
    first, second = run("page.coverage", build.subject([LONG, ""], [LONG, LONG]))
    assert (first.score, second.score, second.page_index) == (5, 0, 1)
    assert "none in the output" in second.feedback
    (item,) = run("page.coverage", build.subject([LONG, ""], [LONG, LONG]), "document")
    assert item.score == 2.5
    assert item.details["pages_without_output"] == [1]


def test_pages_with_few_words_do_not_apply_unless_they_failed(build, run):
    document = build.document(build.page("x"), source_page_count=2, failed_pages=(1,))
    short, failed = run("page.coverage", Subject(document, build.layer("only three words", "two words")))
    assert short.outcome == "not_applicable"
    assert (failed.score, failed.outcome) == (0, "failed")
    assert run("page.coverage", build.subject(["x"], None))[0].outcome == "not_applicable"


def test_words_outside_every_block_are_counted_and_quoted(build, run):
    words = [f"w{number}" for number in range(40)]
    boxes = tuple(BoundingBox(10, 10 * n, 30, 10 * n + 8) for n in range(40))
    layer = SourceLayer((SourcePage(0, " ".join(words), boxes),), 1)
    block = build.block(" ".join(words[:30]), bbox=BoundingBox(0, 0, 100, 299))
    (item,) = run("page.coverage", Subject(build.document(build.page(block)), layer))
    assert item.value == 0.75
    assert item.score == 3.75
    assert "w30 w31" in item.feedback
    without_boxes = build.block(" ".join(words[:30]), bbox=BoundingBox(0, 0, 0, 0))
    (item,) = run("page.coverage", Subject(build.document(build.page(without_boxes)), layer))
    assert (item.score, item.details["by_boxes"]) == (5, False)


def test_a_format_without_pages_has_no_pages_to_cover(build, run):
    words = " ".join(f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    document = build.document(build.page(words[: len(words) // 2]), is_paginated=False)
    subject = Subject(document, build.layer(words, is_paginated=False))
    for level in ("page", "document"):
        (item,) = run("page.coverage", subject, level)
        assert (item.score, item.outcome) == (None, "not_applicable")
