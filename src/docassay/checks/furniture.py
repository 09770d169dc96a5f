"""Running headers, footers and page numbers of a text layer: text that a converter may rightly leave out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from docassay.documents.source_layer import SourceLayer

EDGE_LINES: Final = 3
"""How many lines at the top and at the bottom of a page may be furniture."""
LONGEST_LINE: Final = 150

_DIGITS: Final = re.compile(r"\d+")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_LEADING_NUMBER: Final = re.compile(r"^\W{0,3}(\d{1,4})(?!\S)")
_TRAILING_NUMBER: Final = re.compile(r"(?<!\S)(\d{1,4})\W{0,3}$")
_PAGE_NUMBER: Final = re.compile(
    r"\W{0,4}(?:page|seite|página|pagina|pág|p)?\.?\s{0,3}(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s{0,3}(?:of|/|von|de|sur|di|van)\s{0,3}\d{1,4})?\W{0,4}",
    re.IGNORECASE,
)


def furniture_lines(source: SourceLayer) -> Mapping[int, frozenset[int]]:
    """For each page index the numbers (from 0) of ``text.splitlines()`` that are page furniture.

    A line among the first or last three of its page is furniture when the same line, digits aside, stands
    there on at least three pages (or on both of two), but only once on this one, or when it is the outermost
    one and a bare page number; and when all lines between it and the edge are furniture too. A page is never
    furniture as a whole.
    """
    with_text = [page for page in source.pages if page.text.strip()]
    are_many = len(with_text) > 1
    pages = [_PageEdges(page.index, page.text.splitlines(), is_one_of_many=are_many) for page in with_text]
    page_counts: Counter[str] = Counter()
    for page in pages:
        page_counts.update(set(page.masked.values()))
    needed = 3 if len(pages) > 2 else 2
    running = {line for line, count in page_counts.items() if source.is_paginated and count >= needed}
    return {page.index: page.furniture(running) for page in pages}


def page_number_candidates(text: str) -> tuple[str, ...]:
    """Numbers of up to four digits that begin or end one of the two outermost lines on either side of a page.

    One page alone does not show that ``92 | Programme management`` is a footer, but a converter that leaves
    out its number may be right.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    outermost = [*lines[:2], *lines[max(2, len(lines) - 2) :]]
    return tuple(
        match[1]
        for line in outermost
        if len(line) <= LONGEST_LINE
        for pattern in (_LEADING_NUMBER, _TRAILING_NUMBER)
        for match in [pattern.search(line)]
        if match
    )


class _PageEdges:
    """The lines of one page that may be furniture, each edge from the outside in."""

    def __init__(self, index: int, lines: list[str], *, is_one_of_many: bool) -> None:
        self.index = index
        self.lines = {number: line for number, line in enumerate(map(str.strip, lines)) if line}
        filled = list(self.lines)
        self.top = filled[:EDGE_LINES]
        self.bottom = filled[-1 : -EDGE_LINES - 1 : -1]
        edges = {*self.top, *self.bottom} if is_one_of_many else ()
        self.masked = {number: _masked(self.lines[number]) for number in edges}

    def furniture(self, running: Collection[str]) -> frozenset[int]:
        """The numbers of this page's furniture lines; ``running`` are the masked lines of many pages."""
        # Most pages have no such line, and then their other lines need not be looked at.
        may_run = any(masked in running for masked in self.masked.values())
        on_page = Counter(map(_masked, self.lines.values())) if may_run else Counter[str]()
        found: set[int] = set()
        for edge in (self.top, self.bottom):
            for depth, number in enumerate(edge):
                line, masked = self.lines[number], self.masked.get(number, "")
                is_running = masked in running and on_page[masked] == 1 and len(line) <= LONGEST_LINE
                if not is_running and (depth > 0 or not _PAGE_NUMBER.fullmatch(line)):
                    break
                found.add(number)
        return frozenset() if len(found) == len(self.lines) else frozenset(found)


def _masked(line: str) -> str:
    return _NOT_WORD.sub(" ", _DIGITS.sub("0", line)).strip().casefold() or line
