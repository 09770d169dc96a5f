"""How good a conversion probably is, without a reference: the wire's ``parse_quality_score``."""

from __future__ import annotations

import re
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
_UNREADABLE: Final = re.compile("[\ufffd\x00-\x1f\x7f-\x9f\ue000-\uf8ff]")
"""The replacement character, control characters and the private use area."""


def parse_quality_score(document: Document, source_layer: SourceLayer | None) -> float | None:
    """An estimate from 0 (useless) to 5 (nothing wrong to be seen), rounded to two decimals.

    ``score = 5 * pages_read * content * clean`` with

    * ``pages_read``: converted pages / (converted + failed pages);
    * ``content``: mean, weighted by pages, of two measures. For pages with a text layer: the harmonic mean
      (F1) of recall and precision of the output's words against the layer's words, both as multisets over
      these pages. For pages read with OCR, also those with a layer that is broken or a stamp on a scan: the
      mean confidence of their blocks, weighted by text length; an OCR page without any block is not measured;
    * ``clean``: the smaller of ``1 - 10 * g`` and ``1 - max(0, d - d0 - 0.1)``, not below 0, where ``g`` is
      the share of unreadable characters (replacement, control, private use) in the output, ``d`` the share
      of phrases of eight words in the output that repeat an earlier phrase and ``d0`` the same in the layer.

    Returns None when ``content`` cannot be measured: no text layer and no OCR confidence. Cleanliness alone
    says nothing about what is missing.
    """
    layer_pages = _layer_page_indexes(document, source_layer)
    compared = [page for page in document.pages if page.index in layer_pages]
    output = plain_text(document, keep_furniture=True)
    output_words = words(output)
    measures: list[tuple[float, int]] = []
    layer_words: list[str] = []
    layer_text = _layer_text(source_layer, layer_pages)
    if layer_text.strip():
        layer_words = words(layer_text)
        compared_words = output_words
        if len(compared) < len(document.pages):
            compared_words = words(plain_text(replace(document, pages=tuple(compared)), keep_furniture=True))
        measures.append((_word_f1(compared_words, layer_words), len(compared)))
    scanned = [page for page in document.pages if page.index not in layer_pages]
    measures.extend((confidence, 1) for page in scanned if (confidence := _confidence(page)) is not None)
    if not measures:
        return None
    weight = sum(pages for _, pages in measures)
    content = sum(value * pages for value, pages in measures) / weight
    asked = len(document.pages) + len(document.failed_pages)
    pages_read = len(document.pages) / asked
    excess = _repeated_share(output_words) - _repeated_share(layer_words) - _REPEATS_ALLOWED
    clean = max(0.0, min(1.0 - _GARBAGE_PENALTY * _garbage_share(output), 1.0 - max(0.0, excess)))
    return round(5.0 * pages_read * content * clean, 2)


def _layer_page_indexes(document: Document, layer: SourceLayer | None) -> frozenset[int]:
    """Converted pages that can be compared with the layer: all of them when it has no pages of its own.

    Not those that were read by OCR although they have a layer: theirs is broken or a stamp on a scan.
    """
    if layer is None or not layer.has_text:
        return frozenset()
    if not layer.is_paginated or not document.is_paginated:
        return frozenset(page.index for page in document.pages)
    return frozenset(
        page.index
        for page in document.pages
        if layer.page(page.index) is not None and not (page.method == "ocr" and _confidence(page) is not None)
    )


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


def _garbage_share(text: str) -> float:
    visible = "".join(text.split())
    return len(_UNREADABLE.findall(visible)) / len(visible) if visible else 0.0


def _repeated_share(tokens: Sequence[str]) -> float:
    """The share of phrases of ``_PHRASE_LENGTH`` words that are not the first of their kind."""
    count = len(tokens) - _PHRASE_LENGTH + 1
    if count <= 0:
        return 0.0
    phrases = zip(*(tokens[start : start + count] for start in range(_PHRASE_LENGTH)), strict=True)
    return 1.0 - len(set(phrases)) / count
