"""Running headers and footers: text near the page edges that repeats from page to page, and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from docassay.readers.pdf.draft import Draft, PageDraft
from docassay.readers.pdf.headings import body_size

_MARGIN: Final = 0.12
_EDGE: Final = 0.08
_LONE_MARGIN: Final = 0.14
_SLOT_HEIGHT: Final = 6.0
_LONGEST: Final = 250
_LARGE: Final = 1.1
_OUTERMOST: Final = 0.05
_PAGE_NUMBER: Final = re.compile(
    r"^(?:(?:page|p\.|seite|página|página|стр\.|pág\.)\s*)?[-–—|\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—|\s]*"
    r"(?:(?:of|/|von|de|из|sur)\s*\d{1,4})?[-–—|\s]*$",
    re.IGNORECASE,
)
_FIRST: Final = re.compile(r"^(?:page\s+)?(\d{1,4})\b(?=\s*\D)", re.IGNORECASE)
_LAST: Final = re.compile(r"(?<![\d.,])(\d{1,4})$")
_ROMAN_END: Final = re.compile(r"(?:^[ivxlc]{1,6}\s+|\s+[ivxlc]{1,6}$)", re.IGNORECASE)

_Kind = Literal["PageHeader", "PageFooter"]


@dataclass(slots=True)
class _Candidate:
    """A short text in the margin. ``slot`` is its distance from the edge in steps of six points."""

    page: PageDraft
    draft: Draft
    kind: _Kind
    slot: int
    key: str
    numbers: tuple[int, ...]
    is_furniture: bool = False


def mark_furniture(pages: Sequence[PageDraft]) -> None:
    """Turn running text at the page edges into ``PageHeader`` and ``PageFooter``, first and last on the page.

    It is running text when, at about the same height, it repeats on two pages and a twelfth of them (numbers
    at its ends and digits not compared: titles of chapters, odd and even pages), when it counts the pages, or
    when it ends in a number like others at its place that do. Bare page numbers at the very edge need none of
    this, nor does a line with a number in smaller print above a page that stands alone.
    """
    candidates = [candidate for page in pages for candidate in _candidates(page)]
    by_slot: dict[tuple[str, int], list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_slot[candidate.kind, candidate.slot].append(candidate)
        candidate.is_furniture = _is_lonely_page_number(candidate)
    body = body_size(pages)
    for (kind, slot), members in list(by_slot.items()):
        around = [*members, *by_slot.get((kind, slot - 1), ()), *by_slot.get((kind, slot + 1), ())]
        _mark_repeated(members, around, len(pages), body)
        _mark_counting(members, around)
    for (kind, slot), members in list(by_slot.items()):
        around = [*members, *by_slot.get((kind, slot - 1), ()), *by_slot.get((kind, slot + 1), ())]
        _mark_companions(members, around, len(pages))
    if len(pages) == 1:
        _mark_lone_header(pages[0])
    for candidate in candidates:
        if candidate.is_furniture:
            candidate.draft.kind, candidate.draft.level = candidate.kind, None
    for page in pages:
        page.drafts.sort(key=_furniture_first_and_last)


def _candidates(page: PageDraft) -> list[_Candidate]:
    result = []
    for draft in page.drafts:
        if draft.kind not in {"Text", "SectionHeader", "ListItem"} or draft.line_count > 3:
            continue
        if not 0 < len(draft.text) <= _LONGEST:
            continue
        if draft.bbox.y1 <= _MARGIN * page.height:
            kind: _Kind = "PageHeader"
            distance = draft.bbox.y0
        elif draft.bbox.y0 >= (1 - _MARGIN) * page.height:
            kind = "PageFooter"
            distance = page.height - draft.bbox.y1
        else:
            continue
        text = draft.text.strip()
        slot = int(max(distance, 0.0) // _SLOT_HEIGHT)
        result.append(_Candidate(page, draft, kind, slot, _key(text), _numbers(text)))
    return result


def _key(text: str) -> str:
    """The text without the page number at an end, digits not told apart."""
    bare = _ROMAN_END.sub("", _LAST.sub("", _FIRST.sub("", text)).strip())
    return re.sub(r"\d+", "#", bare.casefold()).strip(" -–—|·•")


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers at the ends of a text, which may be that of the page."""
    found = (_FIRST.match(text), _LAST.search(text))
    return tuple({int(match.group(1)) for match in found if match is not None})


def _mark_repeated(
    members: Sequence[_Candidate], around: Sequence[_Candidate], page_count: int, body: float
) -> None:
    """Texts that repeat; in large print, like the titles of slides, on a third of all pages."""
    pages_of: dict[str, set[int]] = defaultdict(set)
    for candidate in around:
        pages_of[candidate.key].add(candidate.page.index)
    for candidate in members:
        enough = 2 if candidate.numbers else max(2, page_count // 12)
        if candidate.draft.size > _LARGE * body:
            is_at_edge = candidate.slot * _SLOT_HEIGHT < _OUTERMOST * candidate.page.height
            enough = max(2 if is_at_edge else 3, page_count // 3)
        if candidate.key and len(pages_of[candidate.key]) >= enough:
            candidate.is_furniture = True


def _mark_counting(members: Sequence[_Candidate], around: Sequence[_Candidate]) -> None:
    """Texts whose number goes up with the page: the same difference to the page's index on three pages."""
    differences: Counter[int] = Counter()
    for candidate in around:
        differences.update({number - candidate.page.index for number in candidate.numbers})
    for candidate in members:
        if any(differences[number - candidate.page.index] >= 3 for number in candidate.numbers):
            candidate.is_furniture = True


def _mark_companions(members: Sequence[_Candidate], around: Sequence[_Candidate], page_count: int) -> None:
    """Lines with a number in the print and place of furniture that most pages have."""
    known = [candidate for candidate in around if candidate.is_furniture]
    if len({candidate.page.index for candidate in known}) < max(2, 0.3 * page_count):
        return
    sizes = {round(candidate.draft.size, 1) for candidate in known}
    for candidate in members:
        draft = candidate.draft
        if candidate.numbers and draft.line_count == 1 and round(draft.size, 1) in sizes:
            candidate.is_furniture = True


def _mark_lone_header(page: PageDraft) -> None:
    """A first line with a number at its end, in smaller print than the rest and apart from it."""
    if len(page.drafts) < 3:
        return
    first, second = page.drafts[0], page.drafts[1]
    if first.kind not in {"Text", "SectionHeader"} or first.line_count > 1 or len(first.text) > _LONGEST:
        return
    weights: Counter[float] = Counter()
    for draft in page.drafts[1:]:
        weights[draft.size] += len(draft.text)
    body = weights.most_common(1)[0][0]
    is_apart = second.bbox.y0 - first.bbox.y1 > 0.9 * first.size
    is_at_head = first.bbox.y1 <= _LONE_MARGIN * page.height and is_apart
    if is_at_head and 0 < first.size < 0.96 * body and _numbers(first.text.strip()):
        first.kind, first.level = "PageHeader", None


def _is_lonely_page_number(candidate: _Candidate) -> bool:
    page, draft = candidate.page, candidate.draft
    at_edge = draft.bbox.y1 <= _EDGE * page.height or draft.bbox.y0 >= (1 - _EDGE) * page.height
    is_number = bool(_PAGE_NUMBER.match(draft.text))
    if candidate.kind == "PageHeader":
        is_number = is_number and any(map(str.isdigit, draft.text))
    return at_edge and is_number and len(page.drafts) > 1


def _furniture_first_and_last(draft: Draft) -> int:
    return {"PageHeader": 0, "PageFooter": 2}.get(draft.kind, 1)
