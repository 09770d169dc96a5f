"""Page ranges such as ``0,2-4,10``: 0-based, inclusive, comma separated."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_PIECE: Final = re.compile(r"\s*([0-9]{1,9})\s*(?:-\s*([0-9]{1,9})\s*)?")
_MAX_TEXT_LENGTH: Final = 10_000
_SHOWN_LENGTH: Final = 60


class _Span(NamedTuple):
    first: int
    last: int


def check_page_range_syntax(text: str) -> None:
    """Raise ``ValueError`` unless ``text`` is a page range; needs no page count."""
    _spans(text)


def parse_page_range(text: str, page_count: int) -> list[int]:
    """The 0-based page indexes that ``text`` names, ascending and without repeats.

    ``page_count`` is the number of pages of the file. Raises ``ValueError`` for wrong syntax and for a page
    that the file does not have (the message names the page and the count).
    """
    spans = _spans(text)
    for span in spans:
        if span.last >= page_count:
            raise ValueError(_out_of_bounds(max(span.first, page_count), page_count))
    return sorted({page for span in spans for page in range(span.first, span.last + 1)})


def select_pages(page_range: str | None, max_pages: int | None, page_count: int) -> list[int]:
    """The page indexes to convert: those of ``page_range`` if given, else the first ``max_pages``, else all.

    An empty ``page_range`` counts as not given. Raises ``ValueError`` as ``parse_page_range`` does, and for
    ``max_pages`` below 1.
    """
    if page_range is not None and page_range.strip():
        return parse_page_range(page_range, page_count)
    if max_pages is None:
        return list(range(page_count))
    if max_pages < 1:
        raise ValueError(f"max_pages must be at least 1, got {max_pages}.")
    return list(range(min(max_pages, page_count)))


def _spans(text: str) -> list[_Span]:
    if len(text) > _MAX_TEXT_LENGTH:
        raise ValueError(
            f"The page range is {len(text)} characters long; at most {_MAX_TEXT_LENGTH} are read."
        )
    if not text.strip():
        raise ValueError("The page range is empty. Write 0-based pages and ranges, for example '0,2-4,10'.")
    return [_span(piece, text) for piece in text.split(",")]


def _span(piece: str, text: str) -> _Span:
    match = _PIECE.fullmatch(piece)
    if match is None:
        raise ValueError(
            f"'{_shown(piece.strip())}' in page range '{_shown(text)}' is not a page or a range. "
            "Write 0-based pages and ranges, for example '0,2-4,10'."
        )
    first = int(match[1])
    last = int(match[2]) if match[2] is not None else first
    if last < first:
        raise ValueError(
            f"The range '{piece.strip()}' in page range '{_shown(text)}' runs backwards; "
            f"write '{last}-{first}'."
        )
    return _Span(first, last)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"


def _out_of_bounds(page: int, page_count: int) -> str:
    if page_count == 0:
        return f"Page {page} is out of bounds: the document has no pages."
    pages = "1 page" if page_count == 1 else f"{page_count} pages"
    valid = "only page 0" if page_count == 1 else f"0 to {page_count - 1}"
    return f"Page {page} is out of bounds: the document has {pages} ({valid}, counting from 0)."
