"""The reference-free quality estimate."""

from dataclasses import replace

import pytest

from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.documents.quality import parse_quality_score
from docassay.documents.source_layer import SourceLayer, SourcePage

BOX = BoundingBox(0, 0, 10, 10)
SENTENCE = "The quick brown fox jumps over the lazy dog near the old river bank"


def page(index: int, text: str, *, confidence: float | None = None, method: str = "pdftext") -> Page:
    block = Block(f"/page/{index}/Text/0", "Text", BOX, f"<p>{text}</p>", confidence=confidence)
    return Page(index, 100, 100, (block,), method)


def document(*pages: Page, failed: tuple[int, ...] = ()) -> Document:
    return Document(pages, source_page_count=len(pages) + len(failed), failed_pages=failed)


def layer(*texts: str) -> SourceLayer:
    return SourceLayer(tuple(SourcePage(i, t) for i, t in enumerate(texts)), len(texts))


def test_a_perfect_copy_of_the_layer_scores_five() -> None:
    assert parse_quality_score(document(page(0, SENTENCE)), layer(SENTENCE)) == 5.0


def test_missing_half_of_the_words_costs_as_the_formula_says() -> None:
    half = " ".join(SENTENCE.split()[:7])
    expected = 5 * (2 * 7 / (7 + 14))
    assert parse_quality_score(document(page(0, half)), layer(SENTENCE)) == pytest.approx(expected, abs=0.01)


def test_an_empty_output_for_a_page_with_text_scores_zero() -> None:
    assert parse_quality_score(document(Page(0, 100, 100)), layer(SENTENCE)) == 0.0


def test_without_layer_and_confidence_there_is_no_score() -> None:
    assert parse_quality_score(document(page(0, SENTENCE)), None) is None
    assert parse_quality_score(document(Page(0, 100, 100)), layer("")) is None


def test_ocr_pages_count_with_their_confidence() -> None:
    scanned = page(0, SENTENCE, confidence=0.8, method="ocr")
    assert parse_quality_score(document(scanned), None) == 4.0


def test_a_stamp_on_a_scan_is_no_measure_of_what_ocr_has_read() -> None:
    scanned = page(0, SENTENCE, confidence=0.8, method="ocr")
    assert parse_quality_score(document(scanned), layer("Exhibit 12")) == 4.0


def test_the_layer_that_ocr_left_in_a_scan_is_compared() -> None:
    scanned = page(0, SENTENCE, method="ocr")
    assert parse_quality_score(document(scanned), layer(SENTENCE)) == 5.0


def test_layer_pages_and_ocr_pages_are_weighted_by_pages() -> None:
    mixed = document(page(0, SENTENCE), page(1, "scanned words here", confidence=0.5, method="ocr"))
    assert parse_quality_score(mixed, layer(SENTENCE, "")) == pytest.approx(5 * (1.0 + 0.5) / 2)


def test_failed_pages_lower_the_score_by_their_share() -> None:
    assert parse_quality_score(document(page(0, SENTENCE), failed=(1,)), layer(SENTENCE)) == 2.5


def test_only_converted_pages_are_compared() -> None:
    assert parse_quality_score(document(page(1, SENTENCE)), layer("something else", SENTENCE)) == 5.0


def test_unreadable_characters_are_punished_tenfold() -> None:
    clean = parse_quality_score(document(page(0, "a" * 95, confidence=1.0)), None)
    dirty = parse_quality_score(document(page(0, "a" * 95 + "\ufffd" * 5, confidence=1.0)), None)
    assert clean == 5.0
    assert dirty == pytest.approx(2.5)


def test_repetition_that_the_source_does_not_have_is_punished() -> None:
    looped = document(page(0, " ".join([SENTENCE] * 20), confidence=1.0))
    score = parse_quality_score(looped, None)
    assert score is not None
    assert score < 1.5


def test_repetition_that_the_source_has_too_is_not_punished() -> None:
    text = " ".join([SENTENCE] * 20)
    assert parse_quality_score(document(page(0, text)), layer(text)) == 5.0


def test_documents_without_pages_are_compared_as_a_whole() -> None:
    flow = replace(document(page(0, SENTENCE)), is_paginated=False)
    whole = SourceLayer((SourcePage(0, SENTENCE),), 1, is_paginated=False)
    assert parse_quality_score(flow, whole) == 5.0
