"""The outline (bookmarks) of a PDF, and which lines of the pages it names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from docassay.readers.pdf.draft import Draft, PageDraft

_MAXIMUM_ENTRIES: Final = 5_000
_MAXIMUM_DEPTH: Final = 12
_MOST_DRAFTS: Final = 400
_LONGEST_TITLE: Final = 300
_TEXT_KINDS: Final = frozenset({"Text", "ListItem", "SectionHeader", "Caption"})


class OutlineEntry(NamedTuple):
    """A bookmark: its title, level (1 at the top) and 0-based page."""

    title: str
    level: int
    page_index: int


def read_outline(document: Any) -> list[OutlineEntry]:
    """The bookmarks of an open pdfium document that lead to a page, at most 5,000; damaged ones end it."""
    entries: list[OutlineEntry] = []
    try:
        for bookmark in document.get_toc(max_depth=_MAXIMUM_DEPTH):
            if len(entries) >= _MAXIMUM_ENTRIES:
                break
            target = bookmark.get_dest()
            index = target.get_index() if target is not None else None
            title = " ".join(bookmark.get_title().split())
            if index is not None and 0 < len(title) <= _LONGEST_TITLE:
                entries.append(OutlineEntry(title, bookmark.level + 1, index))
    except (RuntimeError, ValueError, UnicodeError):
        return entries
    return entries


def outlined_drafts(pages: Sequence[PageDraft], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """The level in the outline by ``id()`` of the draft that shows the entry's title on its page.

    A title may stand in two drafts (``Chapter 3`` above its name); then both have the level.
    """
    if not outline:
        return {}
    by_page = {page.index: page for page in pages}
    keys: dict[int, list[tuple[str, Draft]]] = {}
    levels: dict[int, int] = {}
    for entry in outline:
        page = by_page.get(entry.page_index)
        if page is None:
            continue
        if entry.page_index not in keys:
            keys[entry.page_index] = [
                (_key(draft.marker + draft.text if draft.marker else draft.text), draft)
                for draft in page.drafts
                if draft.kind in _TEXT_KINDS and len(draft.text) <= _LONGEST_TITLE
            ][:_MOST_DRAFTS]
        for draft in _showing(_key(entry.title), keys[entry.page_index]):
            levels.setdefault(id(draft), entry.level)
    return levels


def _showing(title: str, drafts: Sequence[tuple[str, Draft]]) -> list[Draft]:
    if not title:
        return []
    for key, draft in drafts:
        if key == title:
            return [draft]
    for (key, draft), (below, second) in pairwise(drafts):
        if key + below == title:
            return [draft, second]
    for key, draft in drafts:
        # A number before the name may stand in only one of them.
        longer, shorter = (key, title) if len(key) > len(title) else (title, key)
        if len(shorter) >= 4 and longer.endswith(shorter) and len(longer) - len(shorter) <= 12:
            return [draft]
    return []


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
