"""Words without an end: a pattern that tries every start of them would need minutes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docassay.documents.model import Document
from docassay.extraction.contract import Extraction
from docassay.extraction.labels import words_of


@pytest.mark.parametrize("word", ["9" * 100_000, "a-" * 50_000, "a." * 50_000])
def test_a_word_of_a_hundred_thousand_characters_is_read_in_one_go(
    make_document: Callable[..., Document], fill: Callable[..., Extraction], word: str
) -> None:
    document = make_document([("Text", f"Total: {word}"), ("Text", f"Website: {word}")])
    wanted = {"total": "number", "website": {"type": "string", "format": "uri"}, "vat_id": "string"}
    assert set(fill(document, wanted, "turbo").values) == set(wanted)


def test_rates_in_labels_are_left_out_whole() -> None:
    assert words_of("VAT 19%") == words_of("VAT 7.5 %") == words_of("VAT")
