"""Section headers and their levels, from font size, weight and numbering over the whole document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Final

from docassay.readers.pdf.blocks import is_bullet
from docassay.readers.pdf.draft import Draft, PageDraft

_NUMBER: Final = re.compile(r"^(?P<number>(?:\d{1,2}|[A-Z])(?:\.\d{1,2})*)[.)]?\s+[^\W\d_]")
_NAMED: Final = re.compile(
    r"^(?:abstract|introduction|summary|conclusions?|references|bibliography|acknowledge?ments?|contents|"
    r"appendix(?: [A-Z])?|discussion|results|methods?|background)[:.]?$",
    re.IGNORECASE,
)
_MAXIMUM_LENGTH: Final = 200
_LARGER: Final = 1.12
_LARGER_FOR_OCR: Final = 1.3


def body_size(pages: Sequence[PageDraft]) -> float:
    """The font size (rounded to half points) that sets the most characters; 0 when there is no text."""
    counts: Counter[float] = Counter()
    for page in pages:
        for draft in page.drafts:
            if draft.kind in {"Text", "ListItem"} and draft.size > 0:
                counts[_rounded(draft.size)] += len(draft.text)
    return max(counts, key=lambda size: (counts[size], size)) if counts else 0.0


def mark_headings(pages: Sequence[PageDraft]) -> None:
    """Turn drafts that look like headings into ``SectionHeader`` with a level from 1 to 6."""
    body = body_size(pages)
    if body <= 0:
        return
    headings = [
        draft
        for page in pages
        for position, draft in enumerate(page.drafts)
        if _is_heading(page, position, draft, body)
    ]
    styles = sorted({_style(draft) for draft in headings}, reverse=True)
    rank = {style: number for number, style in enumerate(styles, start=1)}
    shallowest: dict[tuple[float, bool], int] = {}
    for draft in headings:
        depth = _depth(draft.text)
        if depth:
            style = _style(draft)
            shallowest[style] = min(depth, shallowest.get(style, depth))
    for draft in headings:
        style, depth = _style(draft), _depth(draft.text)
        level = rank[style] + (depth - shallowest[style] if depth else 0)
        if draft.marker:
            draft.html, draft.marker = f"{escape(draft.marker, quote=False)} {draft.html}", ""
        draft.kind, draft.level = "SectionHeader", max(1, min(6, level))


def _is_heading(page: PageDraft, position: int, draft: Draft, body: float) -> bool:
    text = draft.text
    is_numbered = bool(_NUMBER.match(text))
    if draft.kind == "ListItem":
        if is_bullet(draft.marker) or not is_numbered:
            return False
    elif draft.kind != "Text":
        return False
    if len(text) > _MAXIMUM_LENGTH or draft.line_count > 4 or sum(map(str.isalpha, text)) < 2:
        return False
    if text[-1] in ",;" or (text[-1] in ".:" and not is_numbered and len(text) > 60):
        return False
    larger = _LARGER_FOR_OCR if page.method == "ocr" else _LARGER
    if draft.size >= larger * body:
        return True
    if draft.size < 0.95 * body or draft.line_count > 2 or text[-1] == ".":
        return False
    if not _is_followed_by_text(page.drafts, position):
        return False
    if draft.is_bold:
        return draft.kind == "Text" or len(text) < 100
    is_capitals = text.isupper() and len(text.split()) >= 2 and len(text) < 80
    return draft.line_count == 1 and (is_capitals or bool(_NAMED.match(text))) and ":" not in text


def _is_followed_by_text(drafts: Sequence[Draft], position: int) -> bool:
    """A heading heads something: running text, a list, a table or another heading below it."""
    return any(
        draft.kind not in {"PageFooter", "PageHeader"} for draft in drafts[position + 1 : position + 2]
    )


def _style(draft: Draft) -> tuple[float, bool]:
    return (_rounded(draft.size), draft.is_bold)


def _depth(text: str) -> int:
    """1 for ``2 Title``, 2 for ``2.1 Title``; 0 without a number."""
    match = _NUMBER.match(text)
    return match.group("number").count(".") + 1 if match else 0


def _rounded(size: float) -> float:
    return round(size * 2) / 2
