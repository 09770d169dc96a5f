"""Running headers and footers: text near the page edges that repeats from page to page, and page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from docassay.readers.pdf.draft import Draft, PageDraft

_MARGIN: Final = 0.12
_EDGE: Final = 0.08
_PAGE_NUMBER: Final = re.compile(
    r"^(?:(?:page|p\.|seite|página|página|стр\.)\s*)?[-–—|\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—|\s]*"
    r"(?:(?:of|/|von|de)\s*\d{1,4})?$",
    re.IGNORECASE,
)


class _Candidate(NamedTuple):
    page: PageDraft
    draft: Draft
    kind: Literal["PageHeader", "PageFooter"]


def mark_furniture(pages: Sequence[PageDraft]) -> None:
    """Turn repeated edge text into ``PageHeader`` and ``PageFooter``.

    A text counts as repeated when it stands at about the same height on at least two pages and a quarter
    of them, digits not compared. Bare page numbers at the very edge need no repetition.
    """
    groups: dict[tuple[str, str, int], list[_Candidate]] = defaultdict(list)
    for page in pages:
        for candidate in _candidates(page):
            key = re.sub(r"\d+", "#", candidate.draft.text.casefold()).strip()
            height = (
                candidate.draft.bbox.y0
                if candidate.kind == "PageHeader"
                else (page.height - candidate.draft.bbox.y1)
            )
            groups[(candidate.kind, key, round(height / 12))].append(candidate)
            if _is_lonely_page_number(page, candidate):
                candidate.draft.kind = candidate.kind
    for (kind, key, slot), group in list(groups.items()):
        neighbours = [*group, *groups.get((kind, key, slot + 1), []), *groups.get((kind, key, slot - 1), [])]
        repeated = {candidate.page.index for candidate in neighbours}
        if len(repeated) >= max(2, len(pages) // 4):
            for candidate in neighbours:
                candidate.draft.kind, candidate.draft.level = candidate.kind, None
    for page in pages:
        page.drafts.sort(key=_furniture_first_and_last)


def _candidates(page: PageDraft) -> list[_Candidate]:
    result = []
    for draft in page.drafts:
        if draft.kind not in {"Text", "SectionHeader", "ListItem"} or draft.line_count > 3:
            continue
        if len(draft.text) > 250:
            continue
        if draft.bbox.y1 <= _MARGIN * page.height:
            result.append(_Candidate(page, draft, "PageHeader"))
        elif draft.bbox.y0 >= (1 - _MARGIN) * page.height:
            result.append(_Candidate(page, draft, "PageFooter"))
    return result


def _is_lonely_page_number(page: PageDraft, candidate: _Candidate) -> bool:
    draft = candidate.draft
    at_edge = draft.bbox.y1 <= _EDGE * page.height or draft.bbox.y0 >= (1 - _EDGE) * page.height
    is_number = bool(_PAGE_NUMBER.match(draft.text))
    if candidate.kind == "PageHeader":
        is_number = is_number and any(map(str.isdigit, draft.text))
    return at_edge and is_number and len(page.drafts) > 1


def _furniture_first_and_last(draft: Draft) -> int:
    return {"PageHeader": 0, "PageFooter": 2}.get(draft.kind, 1)
