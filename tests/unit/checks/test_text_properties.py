"""Properties of the text comparison that hold for any text, and the pieces it is made of."""

from __future__ import annotations

import html
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docassay.checks.agreement import differing, lone_passage
from docassay.checks.contract import Subject
from docassay.checks.fragment_text import fragment_text
from docassay.checks.furniture import furniture_lines, page_number_candidates
from docassay.checks.registry import all_checks
from docassay.checks.scale import linear
from docassay.checks.words import cut, known_bigrams, normalise, numbers, shorten, to_words
from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.documents.source_layer import SourceLayer, SourcePage

BOX = BoundingBox(0, 0, 612, 792)


def subject_of(output: str, layer: str) -> Subject:
    block = Block("/page/0/Text/0", "Text", BOX, f"<p>{html.escape(output)}</p>")
    return Subject(Document((Page(0, 612, 792, (block,)),), 1), SourceLayer((SourcePage(0, layer),), 1))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text())
def test_a_text_always_agrees_with_itself(text: str):
    subject = subject_of(text, text)
    for name in ("text.layer_recall", "text.layer_precision", "text.number_agreement", "order.lis"):
        for item in all_checks()[name].function(subject, "page", {}):
            assert item.score in (None, 5.0), (name, item.feedback)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(), st.text())
def test_any_two_texts_give_scores_within_bounds(output: str, layer: str):
    subject = subject_of(output, layer)
    for check in all_checks().values():
        for level in check.levels:
            for item in check.function(subject, level, {}):
                assert item.score is None or 0 <= item.score <= 5
                assert item.value is None or 0 <= item.value <= 1
                assert item.feedback


def test_what_is_derived_belongs_to_one_subject():
    subject = subject_of("one", "one two")
    recall = all_checks()["text.layer_recall"].function
    assert recall(subject, "page", {})[0].value == 0.5
    other = replace(subject, document=subject_of("one two", "").document)
    assert recall(other, "page", {})[0].value == 1


@pytest.mark.parametrize(("value", "score"), [(0.0, 0), (0.5, 0), (0.75, 2.5), (1.0, 5), (2.0, 5)])
def test_scores_rise_in_a_straight_line_between_the_anchors(value, score):
    assert linear(value, 0.5, 1.0) == score


def test_anchors_must_be_in_order():
    with pytest.raises(ValueError, match="below"):
        linear(0.5, 0.9, 0.9)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Infor-\nmation", ("information",)),
        ("well-known, well-\nknown", ("wellknown", "wellknown")),
        ("2019-2020 COVID-19", ("2019", "2020", "covid", "19")),
        ("of\ufb01ce STRASSE straße", ("office", "strasse", "strasse")),
        ("日本語 text", ("日", "本", "語", "text")),
        ("• a ........ 7 ____", ("a", "7")),
        ("x²", ("x", "2")),
        ("e\u0301t\u00e9", ("\u00e9t\u00e9",)),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ("\u0939\u093f\u0928\u094d\u0926\u0940",)),
    ],
)
def test_words(text, tokens):
    assert to_words(text).tokens == tokens


def test_quotes_keep_the_texts_own_spelling():
    words = to_words("Dear Mr. O'Neill, welcome!")
    assert words.quote(0, 4) == "Dear Mr. O'Neill"
    assert len(shorten("x " * 500)) <= 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,240.50 1.240,50 1'240.50", ("1240.50",) * 3),
        ("1.000 1,000 1000", ("1000",) * 3),
        ("0.5 12", ("0.5", "12")),
        ("1 000", ("1", "000")),
    ],
)
def test_numbers(text, expected):
    assert numbers(text) == expected


def test_differences_count_copies_and_forgive_spacing():
    assert differing(["a", "a", "b"], ["a", "b", "c"]) == ({"a": 1}, {"c": 1})
    assert differing(["the", "of", "fice"], ["the", "office"]) == ({}, {})
    assert differing(["the", "fice", "of"], ["the", "office"])[1] == {"office": 1}


def test_the_longest_lone_passage_is_found():
    tokens = ["a", "b", "c", "d", "e", "f", "g"]
    is_known = known_bigrams(tokens, {("a", "b"), ("f", "g")})
    passage = lone_passage(len(tokens), is_known)
    assert (passage.first, passage.last) == (2, 5)
    assert lone_passage(len(tokens), is_known, 4).length == 0
    assert lone_passage(len(tokens), known_bigrams(tokens, set(pairwise(tokens)))).length == 0
    assert lone_passage(len(tokens), known_bigrams(tokens, set()), 7).length == 7
    assert lone_passage(1, b"").length == 1


def test_all_ways_to_cut_a_text_give_the_same_words():
    """A letter of India needs the full pattern; without it a faster one will do."""
    texts = [normalise(f"x{chr(point)} {chr(point)}1_{chr(point)}y") for point in range(0x2C00)]
    assert [cut(text) for text in texts] == [cut(f"{text} \u0915")[:-1] for text in texts]
    assert [numbers(text) for text in texts] == [numbers(f"{text} \u0915") for text in texts]


@pytest.mark.parametrize(
    "fragment",
    [
        "<p>a &amp; b</p>",
        "<p>a > b</p>",
        '<p>a<b>b</b> <i>c</i><br/>d<img src="x.png" alt="1"/></p>',
        '<table><tbody><tr><td colspan="2">1</td><td>&lt;2</td></tr></tbody></table>',
        "<ul><li>a &am<b>p;</b></li><li>b</li></ul>",
        '<h2 id="a">Title</h2>',
        "a < b <p>c</p>",
        "<p title='a>b'>c</p>",
    ],
)
def test_a_fragment_of_plain_tags_reads_like_any_other(fragment):
    """A comment is no text, but with one the fragment is read tag by tag."""
    assert fragment_text(fragment) == fragment_text(f"{fragment}<!-- -->")


def test_running_lines_are_those_of_many_pages_at_the_edge():
    pages = [
        f"The Report\nChapter {n}\nOwn words {'x' * n}\nmiddle {'y' * n}\nmore {'z' * n}\n{n} of 4"
        for n in range(1, 5)
    ]
    source = SourceLayer(tuple(SourcePage(n, text) for n, text in enumerate(pages)), 4)
    assert set(furniture_lines(source).values()) == {frozenset({0, 1, 5})}
    alone = SourceLayer((SourcePage(0, "Title\nText\nPage 3"),), 1)
    assert furniture_lines(alone)[0] == {2}
    only = SourceLayer((SourcePage(0, "7"),), 1)
    assert furniture_lines(only)[0] == frozenset()


def test_page_number_candidates_stand_at_the_ends_of_outer_lines():
    text = "12 Annual report\nBody 99 text\nmore 55\nlast line 2 here\n1997 | 14"
    assert page_number_candidates(text) == ("12", "1997", "14")
