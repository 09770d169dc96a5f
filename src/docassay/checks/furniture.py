"""Running headers, footers and page numbers of a text layer: text that a converter may rightly leave out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from docassay.documents.source_layer import SourceLayer

EDGE_LINES: Final = 3
"""How many lines at the top and at the bottom of a page may be furniture."""
LONGEST_LINE: Final = 150

_DIGITS: Final = re.compile(r"\d+")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_PAGE_NUMBER: Final = re.compile(
    r"\W{0,4}(?:page|seite|página|pagina|pág|p)?\.?\s{0,3}(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s{0,3}(?:of|/|von|de|sur|di|van)\s{0,3}\d{1,4})?\W{0,4}",
    re.IGNORECASE,
)


def furniture_lines(source: SourceLayer) -> Mapping[int, frozenset[int]]:
    """For each page index the numbers (from 0) of ``text.splitlines()`` that are page furniture.

    A line among the first or last three of its page is furniture when the same line, digits aside, stands
    there on at least three pages (or on both of two), or when it is the outermost one and a bare page number.
    A page is never furniture as a whole.
    """
    edges: dict[int, dict[int, str]] = {}
    outermost: dict[int, set[int]] = {}
    page_counts: Counter[str] = Counter()
    text_pages = 0
    for page in source.pages:
        lines = page.text.splitlines()
        filled = [number for number, line in enumerate(lines) if line.strip()]
        if not filled:
            continue
        text_pages += 1
        near_edge = dict.fromkeys([*filled[:EDGE_LINES], *filled[-EDGE_LINES:]])
        edges[page.index] = {number: lines[number].strip() for number in near_edge}
        outermost[page.index] = {filled[0], filled[-1]}
        page_counts.update({_masked(line) for line in edges[page.index].values()})
    needed = 3 if text_pages > 2 else 2
    found: dict[int, frozenset[int]] = {}
    for page in source.pages:
        lines_of_page = {
            number
            for number, line in edges.get(page.index, {}).items()
            if len(line) <= LONGEST_LINE
            and (
                (source.is_paginated and page_counts[_masked(line)] >= needed)
                or (number in outermost[page.index] and _PAGE_NUMBER.fullmatch(line))
            )
        }
        is_whole_page = lines_of_page >= {
            number for number, line in enumerate(page.text.splitlines()) if line.strip()
        }
        found[page.index] = frozenset() if is_whole_page else frozenset(lines_of_page)
    return found


def _masked(line: str) -> str:
    return _NOT_WORD.sub(" ", _DIGITS.sub("0", line)).strip().casefold() or line
