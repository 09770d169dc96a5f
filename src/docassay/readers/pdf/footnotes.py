"""Footnotes: small print at the foot of a page that starts with a mark, kept out of the running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.draft import Draft, PageDraft, with_marker

_SMALLER: Final = 0.92
_FEWEST_CHARACTERS: Final = 40
_MOST_TEXTS: Final = 60
_FOOT: Final = 0.5
"""Notes of a page that has few lines may start as high as this share of its height."""


def mark_footnotes(pages: Sequence[PageDraft], body: float) -> None:
    """Turn notes in print smaller than ``body`` points into ``Footnote`` and put them at the page's end.

    What goes on below a note in the same print and column is part of it.
    """
    for page in pages:
        if not any(draft.may_be_footnote for draft in page.drafts):
            continue
        lowest = _lowest_text(page, body)
        note: Draft | None = None
        has_notes = False
        for draft in page.drafts:
            if draft.kind in {"PageHeader", "PageFooter"}:
                continue
            is_small = draft.kind in {"Text", "ListItem"} and 0 < draft.size < _SMALLER * body
            is_small = is_small and not _is_above_text(draft, lowest)
            if is_small and (draft.may_be_footnote or (note is not None and _follows(draft, note))):
                draft.kind, draft.html, draft.marker = "Footnote", with_marker(draft), ""
                note, has_notes = draft, True
            else:
                note = None
        if has_notes:
            page.drafts.sort(key=_notes_last)


def _lowest_text(page: PageDraft, body: float) -> list[Draft]:
    """Running text in the ordinary size that starts in the lower part of the page."""
    return [
        draft
        for draft in page.drafts
        if draft.kind in {"Text", "ListItem"}
        and draft.size >= _SMALLER * body
        and len(draft.text) >= _FEWEST_CHARACTERS
        and draft.bbox.y0 > _FOOT * page.height
    ][-_MOST_TEXTS:]


def _is_above_text(draft: Draft, lowest: Sequence[Draft]) -> bool:
    box = draft.bbox
    return any(
        other.bbox.y0 >= box.y1 - 0.3 * draft.size and other.bbox.x0 < box.x1 and other.bbox.x1 > box.x0
        for other in lowest
    )


def _follows(draft: Draft, note: Draft) -> bool:
    is_below = -draft.size < draft.bbox.y0 - note.bbox.y1 < 2 * draft.size
    is_in_column = abs(draft.bbox.x0 - note.bbox.x0) < 3 * draft.size
    return is_below and is_in_column and abs(draft.size - note.size) < 0.05 * note.size


def _notes_last(draft: Draft) -> int:
    return {"PageHeader": 0, "Footnote": 2, "PageFooter": 3}.get(draft.kind, 1)


STARTS_NOTE: Final = re.compile(r"^(?:\d{1,3}[.)]?|[*†‡§¶]+|[a-z]\))\s*[^\W\d_]")
"""The text of a note: a number or sign, then words."""


def may_be_footnote(text: str, top: float, bottom: float, page_height: float) -> bool:
    """Whether a piece of text looks like a note and stands where notes do; the print size decides later."""
    return bool(STARTS_NOTE.match(text)) and top > _FOOT * page_height and bottom < 0.97 * page_height
