"""order.lis where a PDF stores its text in another order than its page shows."""

from __future__ import annotations

from docassay.checks.contract import Subject
from docassay.documents.model import BoundingBox
from docassay.documents.source_layer import SourceLayer, SourcePage

TOP = " ".join(f"top{letter}" for letter in "abcdefghijkl")
MIDDLE = " ".join(f"middle{letter}" for letter in "abcdefghijkl")
BOTTOM = " ".join(f"bottom{letter}" for letter in "abcdefghijkl")


def line(text: str, y: float, x: float = 50) -> list[BoundingBox]:
    """The boxes of one printed line, 20 points a word."""
    return [BoundingBox(x + 20 * n, y, x + 20 * n + 18, y + 10) for n in range(len(text.split()))]


def layer(*lines: tuple[str, list[BoundingBox]]) -> SourceLayer:
    text = "\n".join(words for words, _ in lines)
    return SourceLayer((SourcePage(0, text, tuple(box for _, boxes in lines for box in boxes)),), 1)


def test_a_table_stored_after_the_text_below_it_may_be_read_first(build, run):
    stored = layer((TOP, line(TOP, 100)), (BOTTOM, line(BOTTOM, 300)), (MIDDLE, line(MIDDLE, 200)))
    subject = Subject(build.document(build.page(TOP, MIDDLE, BOTTOM)), stored)
    (page,) = run("order.lis", subject)
    assert (page.score, page.value) == (5, 1)
    (whole,) = run("order.lis", subject, "document")
    assert whole.score == 5


def test_a_passage_moved_up_against_file_and_page_is_still_out_of_order(build, run):
    stored = layer((TOP, line(TOP, 100)), (MIDDLE, line(MIDDLE, 200)), (BOTTOM, line(BOTTOM, 300)))
    (item,) = run("order.lis", Subject(build.document(build.page(TOP, BOTTOM, MIDDLE)), stored))
    assert item.score is not None
    assert item.score < 2.5


def test_columns_swapped_or_interleaved_are_still_out_of_order(build, run):
    left = [f"left{n}a left{n}b left{n}c left{n}d" for n in "abcdef"]
    right = [f"right{n}a right{n}b right{n}c right{n}d" for n in "abcdef"]
    stored = layer(
        *((text, line(text, 100 + 12 * n)) for n, text in enumerate(left)),
        *((text, line(text, 100 + 12 * n, 320)) for n, text in enumerate(right)),
    )
    swapped = Subject(build.document(build.page(" ".join(right), " ".join(left))), stored)
    rows = [f"{one} {other}" for one, other in zip(left, right, strict=True)]
    interleaved = Subject(build.document(build.page(" ".join(rows))), stored)
    for subject in (swapped, interleaved):
        (item,) = run("order.lis", subject)
        assert item.score is not None
        assert item.score < 2.5


def test_places_on_another_page_excuse_nothing(build, run):
    pages = tuple(
        SourcePage(index, text, tuple(line(text, y)))
        for index, (text, y) in enumerate(((TOP, 500), (BOTTOM, 100)))
    )
    document = build.document(build.page(BOTTOM, index=0), build.page(TOP, index=1))
    (item,) = run("order.lis", Subject(document, SourceLayer(pages, 2)), "document")
    assert item.value is not None
    assert item.value <= 0.5


def test_words_joined_over_a_line_end_keep_their_places(build, run):
    broken = MIDDLE.replace("middlef", "mid-\ndlef")
    boxes = line(MIDDLE.replace("middlef", "mid dlef"), 200)
    stored = layer((TOP, line(TOP, 100)), (BOTTOM, line(BOTTOM, 300)), (broken, boxes))
    (item,) = run("order.lis", Subject(build.document(build.page(TOP, MIDDLE, BOTTOM)), stored))
    assert item.value == 1
