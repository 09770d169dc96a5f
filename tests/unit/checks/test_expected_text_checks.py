"""Texts against expected ones: distances, words, order, headings, passages and scripts."""

from __future__ import annotations

import itertools
import random

import pytest
from rapidfuzz.distance import Indel

from docassay.checks.contract import Subject
from docassay.checks.metrics.heading_tree import Heading, outline_similarity
from docassay.checks.metrics.text_distance import MAX_LENGTH, indel_distance, levenshtein_distance
from docassay.checks.passages import passage_score
from docassay.checks.scripts import script_counts

DISTANCES = ("text.ned", "text.nid", "text.cer", "text.wer")
TEXT_CHECKS = (*DISTANCES, "text.tokens")
WORDS = ["".join(letters) for letters in itertools.product("bcdfg", "aeiou", "klmn", "aeio")]


def document(build, pages, **more):
    """Pages of texts; a page is a text or a list of blocks."""
    made = []
    for index, page in enumerate(pages):
        blocks = [page] if isinstance(page, str) else page
        made.append(
            build.page(
                *(
                    each if not isinstance(each, str) else build.block(each, page=index, number=number)
                    for number, each in enumerate(blocks)
                ),
                index=index,
            )
        )
    return build.document(*made, **more)


def subject(build, outputs, truths, *, layers=None, **more):
    truth = document(build, truths, **more) if truths is not None else None
    return Subject(
        document(build, outputs),
        build.layer(*layers) if layers is not None else None,
        expected_document=truth,
    )


def value(build, run, name, output, truth, **params):
    (item,) = run(name, subject(build, [output], [truth]), "document", **params)
    return item.value


@pytest.mark.parametrize("name", TEXT_CHECKS)
def test_the_expected_text_itself_is_perfect_and_another_is_not(build, run, name):
    text = "The quick brown fox jumps over the lazy dog, twice."
    for level in ("page", "document"):
        (item,) = run(name, subject(build, [text], [text]), level)
        assert (item.score, item.value) == (5, 1)
    assert value(build, run, name, "Nothing of this kind was ever printed here at all.", text) < 0.6


def test_each_rate_counts_what_its_definition_counts(build, run):
    truth, output = "abcdefghij klm nop", "abXdefghij klm"
    assert value(build, run, "text.ned", output, truth) == pytest.approx(1 - 5 / 18)
    assert value(build, run, "text.nid", output, truth) == pytest.approx(1 - 6 / 32)
    assert value(build, run, "text.cer", output, truth) == pytest.approx(1 - 5 / 18)
    assert value(build, run, "text.wer", output, truth) == pytest.approx(1 - 2 / 3)


def test_a_rate_over_one_is_value_zero_and_stays_in_the_details(build, run):
    (item,) = run("text.cer", subject(build, ["much too long a text"], ["ab"]), "document")
    assert item.value == 0
    assert item.details["rate"] > 5


@pytest.mark.parametrize("name", TEXT_CHECKS)
def test_two_empty_texts_are_not_applicable_and_never_zero(build, run, name):
    for level in ("page", "document"):
        (item,) = run(name, subject(build, [""], [""]), level)
        assert (item.outcome, item.score) == ("not_applicable", None)
    (item,) = run(name, subject(build, ["words"], None), "document")
    assert item.outcome == "not_applicable"


@pytest.mark.parametrize("name", TEXT_CHECKS)
def test_text_where_nothing_is_expected_and_nothing_where_text_is_are_both_zero(build, run, name):
    assert value(build, run, name, "words that nobody wrote", "") == 0
    assert value(build, run, name, "", "words that are there") == 0


def noisy(text, share):
    generator = random.Random(4)
    return "".join(generator.choice("xyz") if generator.random() < share else each for each in text)


def test_two_long_texts_that_are_98_percent_equal_are_so(build, run):
    """What difflib calls nearly unrelated: it drops frequent characters as junk."""
    generator = random.Random(1)
    text = " ".join(generator.choices(WORDS, k=800))
    assert value(build, run, "text.ned", noisy(text, 0.02), text) > 0.97
    assert value(build, run, "text.nid", noisy(text, 0.02), text) > 0.97


def test_distances_are_exact_near_and_far():
    generator = random.Random(2)
    text = "".join(generator.choices("abcdefgh ", k=3_000))
    for share in (0.0, 0.01, 0.2, 0.9):
        other = noisy(text, share)
        before = list(range(len(other) + 1))
        plain = [before]
        for number, a in enumerate(text[:300], start=1):
            now = [number]
            for column, b in enumerate(other[:300], start=1):
                now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (a != b)))
            before = now
        assert levenshtein_distance(text[:300], other[:300]) == before[300]
        assert plain
        assert indel_distance(text, other) <= 2 * levenshtein_distance(text, other)
    assert indel_distance("abc", "axc") == 2
    with pytest.raises(ValueError, match="page by page"):
        levenshtein_distance("a" * (MAX_LENGTH + 1), "a")


def test_the_band_of_insertions_and_deletions_is_never_too_narrow():
    source = random.Random(3)
    text = "".join(source.choices("abcdefgh ", k=9_000))
    noisy = "".join("x" if source.random() < 0.1 else each for each in text)
    for other in (
        text,
        noisy,
        text[:4_000] + noisy[4_000:],
        noisy[:4_000] + text[4_000:],
        text[:4_500] + text[6_000:],
        text[4_500:] + text[:4_500],
        text[:2_500] + "".join(source.choices("stuvw", k=4_000)) + text[-2_500:],
        "",
    ):
        assert indel_distance(text, other) == Indel.distance(text, other)


@pytest.mark.parametrize("name", DISTANCES)
def test_texts_too_long_to_compare_say_so(build, run, name):
    text = "ab " * (MAX_LENGTH // 2)
    if name == "text.wer":
        text = "a " * (MAX_LENGTH + 1)
    (item,) = run(name, subject(build, [text], [text]), "document")
    assert item.outcome == "not_applicable"
    assert "page by page" in item.feedback


def test_chinese_and_japanese_have_one_word_a_character(build, run):
    truth, output = "本合同由双方签订", "本合同由双方签字"
    assert value(build, run, "text.wer", output, truth) == pytest.approx(7 / 8)
    assert value(build, run, "text.wer", output, truth, strict=True) == 0
    assert value(build, run, "text.tokens", output, truth) == pytest.approx(7 / 8)
    assert value(build, run, "text.ned", output, truth) == pytest.approx(7 / 8)


def test_typography_costs_nothing_unless_strict(build, run):
    truth, output = "“Yes” – he said: ﬁne", '"Yes" - he  said: fine'
    assert value(build, run, "text.ned", output, truth) == 1
    assert value(build, run, "text.ned", output, truth, strict=True) < 1
    assert value(build, run, "text.wer", "He Said: yes", "he said yes") == 1
    assert value(build, run, "text.wer", "He Said: yes", "he said yes", strict=True) == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", TEXT_CHECKS)
def test_pages_are_compared_with_their_own_text_and_added_up(build, run, name):
    pages = [" ".join(WORDS[:40]), " ".join(WORDS[40:80])]
    swapped = subject(build, pages[::-1], pages)
    assert all(item.value < 0.75 for item in run(name, swapped, "page"))
    right = run(name, subject(build, [pages[0], "nothing of it"], pages), "page")
    assert (right[0].value, right[0].page_index, right[1].page_index) == (1, 0, 1)
    assert right[1].value < 0.4
    (whole,) = run(name, subject(build, [pages[0], "nothing of it"], pages), "document")
    assert right[1].value < whole.value < 1


@pytest.mark.parametrize("name", TEXT_CHECKS)
def test_a_page_that_could_not_be_read_has_failed(build, run, name):
    case = Subject(
        build.document(build.page("some words on it", index=0), failed_pages=(1,), source_page_count=2),
        expected_document=document(build, ["some words on it", "and more of them"]),
    )
    items = run(name, case, "page")
    assert [(item.outcome, item.score) for item in items] == [("scored", 5), ("failed", 0)]


def test_a_text_without_pages_is_compared_as_a_whole(build, run):
    case = subject(build, ["first part", "second part"], ["first part second part"], is_paginated=False)
    (item,) = run("text.ned", case, "page")
    assert item.value == 1
    assert item.feedback.startswith("The whole document is compared")


def test_evidence_names_passages_and_their_block(build, run):
    truth = " ".join(WORDS[:30])
    output = " ".join([*WORDS[:10], *WORDS[20:30], *WORDS[100:110]])
    (item,) = run("text.ned", subject(build, [output], [truth]), "page")
    assert f"Longest missing passage (10 words): “{WORDS[10]}" in item.feedback
    assert f"not expected (/page/0/Text/0, 10 words): “{WORDS[100]}" in item.feedback


def test_words_are_counted_wherever_they_stand(build, run):
    words = WORDS[:40]
    (item,) = run("text.tokens", subject(build, [" ".join(words[::-1])], [" ".join(words)]), "page")
    assert item.value == 1
    (item,) = run(
        "text.tokens", subject(build, [" ".join([*words[:30], "new", "new"])], [" ".join(words)]), "page"
    )
    assert item.details["expected_words"] == 40
    assert item.details["found"] == pytest.approx(30 / 40)
    assert item.details["added"] == pytest.approx(2 / 32)
    assert "“new” x2" in item.feedback


def test_order_is_that_of_the_expected_text_when_there_is_one(build, run):
    halves = [" ".join(WORDS[:30]), " ".join(WORDS[30:60])]
    case = subject(build, [" ".join(halves)], [" ".join(halves)], layers=[" ".join(halves[::-1])])
    (item,) = run("order.lis", case, "page")
    assert (item.score, item.details["against"]) == (5, "expected text")
    (item,) = run("order.lis", case, "page", against="layer")
    assert item.details["against"] == "text layer"
    assert item.value < 0.7
    swapped = subject(build, [" ".join(halves[::-1])], [" ".join(halves)])
    for level in ("page", "document"):
        (item,) = run("order.lis", swapped, level)
        assert item.score < 1
        assert "out of place" in item.feedback
    (item,) = run("order.lis", subject(build, ["a"], None), "page", against="expected")
    assert item.outcome == "not_applicable"


def test_passages_that_only_one_side_has_are_quoted_and_scored_by_length(build, run):
    truth = " ".join(WORDS[:100])
    missing = " ".join([*WORDS[:20], *WORDS[40:100]])
    case = subject(build, [missing], [truth])
    (item,) = run("text.missing_passage", case, "page")
    assert item.details["longest_words"] == 20
    assert item.score == pytest.approx(passage_score(20))
    assert f"Missing (page 1, 20 words): “{WORDS[20]}" in item.feedback
    assert run("text.unsupported_passage", case, "page")[0].score == 5
    added = subject(build, [truth + " " + " ".join(WORDS[200:220])], [truth])
    (item,) = run("text.unsupported_passage", added, "document")
    assert item.details["longest_words"] == 20
    assert f"Not in the expected text (/page/0/Text/0, 20 words): “{WORDS[200]}" in item.feedback
    layered = subject(build, [missing], None, layers=[truth])
    (item,) = run("text.missing_passage", layered, "page")
    assert (item.details["against"], item.details["longest_words"]) == ("text layer", 20)
    (item,) = run("text.missing_passage", subject(build, ["a"], None), "page")
    assert item.outcome == "not_applicable"


def test_passage_scores_fall_between_their_anchors():
    assert [passage_score(words) for words in (0, 3, 15, 80, 500)] == pytest.approx([5, 5, 3, 0, 0])
    scores = [passage_score(words) for words in range(1, 100)]
    assert scores == sorted(scores, reverse=True)


def test_scripts_of_the_page_are_kept(build, run):
    russian = "Это предложение написано кириллицей для проверки"
    latin = "Eto predlozhenie napisano kirillitsey dlya proverki"
    assert value(build, run, "language.script", russian, russian) == 1
    (item,) = run("language.script", subject(build, [latin], [russian]), "page")
    assert (item.score, item.value) == (0, 0)
    assert "100 % Latin instead of" in item.feedback
    layered = subject(build, [latin], None, layers=[russian])
    assert run("language.script", layered, "page")[0].score == 0
    (item,) = run("language.script", subject(build, ["12 34"], ["12 34"]), "page")
    assert item.outcome == "not_applicable"
    assert script_counts("aбγ漢あ한 1") == dict.fromkeys(
        ("Latin", "Cyrillic", "Greek", "Han", "Kana", "Hangul"), 1
    )


def outline(build, *headings):
    """Blocks from ``(level, title, text)``."""
    blocks = []
    for number, (level, title, text) in enumerate(headings):
        blocks.append(build.block(title, "SectionHeader", number=number, level=level))
        if text:
            blocks.append(build.block(text, number=100 + number))
    return blocks


OUTLINE = (
    (1, "Report", "Opening words"),
    (2, "Scope", "What it covers"),
    (3, "Limits", "x"),
    (2, "Costs", "y"),
)


def mhs(build, run, output, **params):
    case = subject(build, [outline(build, *output)], [outline(build, *OUTLINE)])
    (item,) = run("headings.mhs", case, "document", **params)
    return item


def test_the_outline_itself_is_perfect_and_so_is_one_that_is_deeper_throughout(build, run):
    assert mhs(build, run, OUTLINE).score == 5
    assert mhs(build, run, [(level + 1, title, text) for level, title, text in OUTLINE]).score == 5


def test_levels_matter_unless_the_published_measure_is_asked_for(build, run):
    flat = [(1, title, text) for _, title, text in OUTLINE]
    found = mhs(build, run, flat)
    assert found.value < 0.8
    assert "Levels: “Scope” is 1 instead of 2" in found.feedback
    assert mhs(build, run, flat, strict=True).value == 1


def test_missing_and_invented_headings_are_named(build, run):
    found = mhs(build, run, [*OUTLINE[:2], (2, "Annex", "z")])
    assert found.value < 1
    assert "Missing: “Limits”, “Costs”." in found.feedback
    assert "Not expected: “Annex”." in found.feedback
    none = mhs(build, run, [])
    assert (none.value, none.outcome) == (0, "failed")


def test_content_counts_as_far_as_it_is_asked_for(build, run):
    other = [(level, title, text and "something else entirely") for level, title, text in OUTLINE]
    assert mhs(build, run, other).value < 1
    assert mhs(build, run, other, content=False).value == 1


def test_a_text_without_headings_is_not_applicable(build, run):
    (item,) = run("headings.mhs", subject(build, ["a"], ["a"]), "document")
    assert item.outcome == "not_applicable"


def test_outline_similarity_counts_edits_of_the_tree():
    truth = [Heading(1, "a"), Heading(2, "b"), Heading(2, "c")]
    assert outline_similarity(truth, truth[:2]) == pytest.approx(1 - 1 / 3)
    assert outline_similarity(truth, [Heading(1, "a"), Heading(2, "x"), Heading(2, "c")]) == pytest.approx(
        2 / 3
    )
    deeper = [Heading(1, "a"), Heading(2, "b"), Heading(3, "c")]
    assert outline_similarity(truth, deeper) == pytest.approx(1 - 2 / 3)
    assert outline_similarity(truth, []) == 0
    with pytest.raises(ValueError, match="too large"):
        outline_similarity([Heading(1, "a")] * 3_000, [Heading(1, "a")] * 3_000)


@pytest.mark.parametrize("name", TEXT_CHECKS)
def test_tables_may_be_left_to_checks_of_their_own(build, run, name):
    def page(cell):
        table = build.block(f"<table><tr><td>{cell}</td><td>kept</td></tr></table>", "Table", number=1)
        return ["Some text of the page", table]

    case = subject(build, [page("wrong words here")], [page("right")])
    assert run(name, case, "page")[0].value < 1
    assert run(name, case, "page", tables=False)[0].value == 1
