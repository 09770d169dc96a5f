"""How good a conversion probably is, without a reference: the wire's ``parse_quality_score``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from docassay.documents.model import Document, Page
from docassay.documents.normalize import words
from docassay.documents.rendering import plain_text
from docassay.documents.source_layer import SourceLayer

_GARBAGE_PENALTY: Final = 10.0
_PHRASE_LENGTH: Final = 8
_REPEATS_ALLOWED: Final = 0.1
_CONTROL_FIRST, _CONTROL_LAST = 0x7F, 0x9F
_PRIVATE_FIRST, _PRIVATE_LAST = 0xE000, 0xF8FF


def parse_quality_score(document: Document, source_layer: SourceLayer | None) -> float | None:
    """An estimate from 0 (useless) to 5 (nothing wrong to be seen), rounded to two decimals.

    ``score = 5 * pages_read * content * clean`` with

    * ``pages_read``: converted pages / (converted + failed pages);
    * ``content``: mean, weighted by pages, of two measures. For pages with a text layer: the harmonic mean
      (F1) of recall and precision of the output's words against the layer's words, both as multisets over
      these pages. For pages read with OCR: the mean confidence of their blocks, weighted by text length;
      an OCR page without any block is not measured;
    * ``clean``: the smaller of ``1 - 10 * g`` and ``1 - max(0, d - d0 - 0.1)``, not below 0, where ``g`` is
      the share of unreadable characters (replacement, control, private use) in the output, ``d`` the share
      of phrases of eight words in the output that repeat an earlier phrase and ``d0`` the same in the layer.

    Returns None when ``content`` cannot be measured: no text layer and no OCR confidence. Cleanliness alone
    says nothing about what is missing.
    """
    layer_pages = _layer_page_indexes(document, source_layer)
    compared = [page for page in document.pages if page.index in layer_pages]
    measures: list[tuple[float, int]] = []
    layer_text = _layer_text(source_layer, layer_pages)
    if layer_text.strip():
        output = plain_text(replace(document, pages=tuple(compared)), keep_furniture=True)
        fidelity = _word_f1(words(output), words(layer_text))
        measures.append((fidelity, len(compared)))
    scanned = [page for page in document.pages if page.index not in layer_pages]
    measures.extend((confidence, 1) for page in scanned if (confidence := _confidence(page)) is not None)
    if not measures:
        return None
    weight = sum(pages for _, pages in measures)
    content = sum(value * pages for value, pages in measures) / weight
    asked = len(document.pages) + len(document.failed_pages)
    pages_read = len(document.pages) / asked
    clean = _cleanness(plain_text(document, keep_furniture=True), layer_text)
    return round(5.0 * pages_read * content * clean, 2)


def _layer_page_indexes(document: Document, layer: SourceLayer | None) -> frozenset[int]:
    """Converted pages that can be compared with the layer: all of them when it has no pages of its own."""
    if layer is None or not layer.has_text:
        return frozenset()
    if not layer.is_paginated or not document.is_paginated:
        return frozenset(page.index for page in document.pages)
    return frozenset(page.index for page in document.pages if layer.page(page.index) is not None)


def _layer_text(layer: SourceLayer | None, page_indexes: frozenset[int]) -> str:
    if layer is None or not page_indexes:
        return ""
    if not layer.is_paginated:
        return "\n".join(page.text for page in layer.pages)
    return "\n".join(page.text for page in layer.pages if page.index in page_indexes)


def _word_f1(output: Sequence[str], reference: Sequence[str]) -> float:
    """Harmonic mean of multiset recall and precision, 0-1; 1.0 when neither side has a word."""
    if not output and not reference:
        return 1.0
    common = (Counter(output) & Counter(reference)).total()
    return 2 * common / (len(output) + len(reference))


def _confidence(page: Page) -> float | None:
    known = [(block.confidence, len(block.html)) for block in page.blocks if block.confidence is not None]
    weight = sum(length for _, length in known)
    return sum(value * length for value, length in known) / weight if weight else None


def _cleanness(output: str, layer_text: str) -> float:
    visible = [character for character in output if not character.isspace()]
    garbage = sum(map(_is_unreadable, visible)) / len(visible) if visible else 0.0
    excess = _repeated_share(words(output)) - _repeated_share(words(layer_text)) - _REPEATS_ALLOWED
    return max(0.0, min(1.0 - _GARBAGE_PENALTY * garbage, 1.0 - max(0.0, excess)))


def _is_unreadable(character: str) -> bool:
    code = ord(character)
    return (
        code == 0xFFFD
        or code < 0x20
        or _CONTROL_FIRST <= code <= _CONTROL_LAST
        or _PRIVATE_FIRST <= code <= _PRIVATE_LAST
    )


def _repeated_share(tokens: Sequence[str]) -> float:
    phrases = [
        tuple(tokens[start : start + _PHRASE_LENGTH]) for start in range(len(tokens) - _PHRASE_LENGTH + 1)
    ]
    return 1.0 - len(set(phrases)) / len(phrases) if phrases else 0.0
