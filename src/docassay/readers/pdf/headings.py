"""Section headers and their levels, from font size, weight and numbering over the whole document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Final

from docassay.readers.pdf.draft import Draft, PageDraft, with_marker
from docassay.readers.pdf.list_markers import is_bullet
from docassay.readers.pdf.outline import OutlineEntry, outlined_drafts

_NUMBER: Final = re.compile(r"^(?P<number>(?:\d{1,2}|[A-Z])(?:\.\d{1,2})*)[.)]?\s+[^\W\d_]")
_SUBSECTION: Final = re.compile(r"^\d{1,2}(?:\.\d{1,2})+\.?\s+[A-Z]")
_NAMED: Final = re.compile(
    r"^(?:abstract|introduction|summary|conclusions?|references|bibliography|acknowledge?ments?|contents|"
    r"appendix(?: [A-Z])?|discussion|results|methods?|background)[:.]?$",
    re.IGNORECASE,
)
_MAXIMUM_LENGTH: Final = 200
_OUTLINED: Final = 2
"""So many headings must be found again for the outline to be trusted."""
_MAXIMUM_RANKS: Final = 4
_LARGER: Final = 1.15
_ROOM_ABOVE: Final = 0.45
_LARGER_FOR_OCR: Final = 1.3


def body_size(pages: Sequence[PageDraft]) -> float:
    """The font size (rounded to half points) that sets the most characters; 0 when there is no text."""
    by_size: dict[float, int] = {}
    for page in pages:
        for draft in page.drafts:
            if (draft.kind == "Text" or draft.kind == "ListItem") and draft.size > 0:
                by_size[draft.size] = by_size.get(draft.size, 0) + len(draft.text)
    counts: dict[float, int] = {}
    for size, count in by_size.items():
        counts[_rounded(size)] = counts.get(_rounded(size), 0) + count
    return max(counts, key=lambda size: (counts[size], size)) if counts else 0.0


def mark_headings(pages: Sequence[PageDraft], outline: Sequence[OutlineEntry] = ()) -> None:
    """Turn drafts that look like headings, or that the outline names, into ``SectionHeader``.

    Levels from 1 to 6 are those of the outline where it names headings of that print, else they follow from
    size, weight and numbering.
    """
    body = body_size(pages)
    if body <= 0:
        return
    outlined = outlined_drafts(pages, outline)
    headings = [
        draft
        for page in pages
        for position, draft in enumerate(page.drafts)
        if id(draft) in outlined or _is_heading(page, position, draft, body)
    ]
    levels = _levels(headings)
    if len(outlined) >= _OUTLINED:
        levels = _outline_levels(headings, levels, outlined)
    for draft, level in zip(headings, levels, strict=True):
        draft.html, draft.marker = with_marker(draft), ""
        draft.kind, draft.level = "SectionHeader", max(1, min(6, level))


def _levels(headings: Sequence[Draft]) -> list[int]:
    """Levels by print and numbering alone."""
    rank = _ranks({_style(draft) for draft in headings})
    shallowest: dict[int, int] = {}
    for draft in headings:
        depth = _depth(draft.text)
        if depth:
            level = rank[_style(draft)]
            shallowest[level] = min(depth, shallowest.get(level, depth))
    levels = []
    for draft in headings:
        level, depth = rank[_style(draft)], _depth(draft.text)
        levels.append(level + (depth - shallowest[level] if depth else 0))
    return levels


def _outline_levels(headings: Sequence[Draft], levels: Sequence[int], outlined: dict[int, int]) -> list[int]:
    """Levels of the outline; a heading that it leaves out goes with those of its print or the nearest larger.

    A title in larger print before everything that the outline names is level 1 and moves the others down.
    """
    by_style: dict[tuple[float, bool], list[int]] = {}
    for draft in headings:
        if id(draft) in outlined:
            by_style.setdefault(_style(draft), []).append(outlined[id(draft)])
    known = {
        style: min(found, key=lambda level: (-found.count(level), level)) for style, found in by_style.items()
    }
    largest = max(size for size, _ in known)
    first = headings[0]
    shift = int(id(first) not in outlined and first.size > 1.1 * largest)
    result = []
    for draft in headings:
        style = _style(draft)
        if id(draft) in outlined:
            result.append(outlined[id(draft)] + shift)
        elif style in known:
            result.append(known[style] + shift)
        else:
            larger = [level for (size, _), level in known.items() if size >= style[0]]
            result.append(max(larger) + 1 + shift if larger else 1)
    return result


def _ranks(styles: set[tuple[float, bool]]) -> dict[tuple[float, bool], int]:
    """Level of each (size, bold) style, 1 for the largest.

    Sizes that differ by less than 4 % are one level; then the closest neighbours are joined until at most
    four levels are left, which leaves room for numbered sub-levels.
    """
    groups: list[list[tuple[float, bool]]] = [[style] for style in sorted(styles, reverse=True)]
    while len(groups) > 1:
        ratios = [above[-1][0] / below[0][0] for above, below in pairwise(groups)]
        closest = min(range(len(ratios)), key=lambda number: (ratios[number], -number))
        only_weight_differs = ratios[closest] == 1.0
        if len(groups) <= _MAXIMUM_RANKS and (ratios[closest] > 1.04 or only_weight_differs):
            break
        groups[closest] += groups.pop(closest + 1)
    return {style: number for number, group in enumerate(groups, start=1) for style in group}


def _is_heading(page: PageDraft, position: int, draft: Draft, body: float) -> bool:
    text = draft.text
    if len(text) > _MAXIMUM_LENGTH or draft.line_count > 4:  # nearly all, so it comes first
        return False
    if draft.kind == "ListItem":
        if is_bullet(draft.marker) or not _NUMBER.match(text):
            return False
    elif draft.kind != "Text":
        return False
    if len(list(islice(filter(str.isalpha, text), 2))) < 2:
        return False
    if text[-1] in ",;" or (text[-1] in ".:" and len(text) > 60 and not _NUMBER.match(text)):
        return False
    larger = _LARGER_FOR_OCR if page.method == "ocr" else _LARGER
    if draft.size >= larger * body:
        return True
    if draft.size < 0.95 * body or draft.line_count > 2 or text[-1] == "." or draft.is_monospace:
        return False
    if not _is_followed_by_text(page.drafts, position):
        return False
    if draft.is_bold:
        return draft.kind == "Text" or len(text) < 100
    if not _stands_apart(page.drafts, position):
        return False
    if _SUBSECTION.match(text) and draft.line_count == 1 and len(text) < 80:
        return True
    is_capitals = text.isupper() and len(text.split()) >= 2 and len(text) < 80
    return draft.line_count == 1 and (is_capitals or bool(_NAMED.match(text))) and ":" not in text


def _stands_apart(drafts: Sequence[Draft], position: int) -> bool:
    """Whether there is more room above than between lines, or another column or the page's head."""
    draft = drafts[position]
    if position == 0:
        return True
    gap = draft.bbox.y0 - drafts[position - 1].bbox.y1
    return gap < 0 or gap > _ROOM_ABOVE * draft.size


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
