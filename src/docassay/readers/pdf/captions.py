"""Captions bound to the table, figure or picture that they belong to."""

from __future__ import annotations

import re
from typing import Final

from docassay.readers.pdf.draft import Draft, PageDraft

_OF_TABLE: Final = re.compile(r"tab|tabelle|tableau|tabla", re.IGNORECASE)
_OF_FIGURE: Final = re.compile(r"fig|abb|scheme|chart|plate|exhibit", re.IGNORECASE)
_GROUPS: Final = {
    "Table": "TableGroup",
    "Figure": "FigureGroup",
    "Picture": "PictureGroup",
    "FigureGroup": "FigureGroup",
    "PictureGroup": "PictureGroup",
}
"""The group of what has a caption; figures with labels are groups already."""
_REACH: Final = 3.0
"""A caption stands at most this many of its font sizes above or below its object."""


def bind_captions(page: PageDraft) -> None:
    """Put each caption into one group with the nearest object of its kind right above or below it."""
    drafts = page.drafts
    if not any(draft.kind == "Caption" for draft in drafts):
        return
    position = 0
    while position < len(drafts):
        caption = drafts[position]
        if caption.kind != "Caption":
            position += 1
            continue
        found = [other for other in (position - 1, position + 1) if _fits(drafts, other, caption)]
        if found:
            nearest = min(found, key=lambda other: _gap(caption, drafts[other]))
            first = min(position, nearest)
            drafts[first : first + 2] = [_grouped(drafts[first], drafts[first + 1])]
            position = first
        position += 1


def _fits(drafts: list[Draft], position: int, caption: Draft) -> bool:
    if not 0 <= position < len(drafts):
        return False
    target = drafts[position]
    if target.kind not in _GROUPS or any(part.kind == "Caption" for part in target.children):
        return False
    wants_table, wants_figure = bool(_OF_TABLE.match(caption.text)), bool(_OF_FIGURE.match(caption.text))
    if (target.kind == "Table" and wants_figure) or (target.kind != "Table" and wants_table):
        return False
    shared = min(caption.bbox.x1, target.bbox.x1) - max(caption.bbox.x0, target.bbox.x0)
    narrower = min(caption.bbox.x1 - caption.bbox.x0, target.bbox.x1 - target.bbox.x0)
    return shared > 0.5 * narrower and _gap(caption, target) <= _REACH * caption.size


def _gap(caption: Draft, target: Draft) -> float:
    return max(target.bbox.y0 - caption.bbox.y1, caption.bbox.y0 - target.bbox.y1, 0.0)


def _grouped(first: Draft, second: Draft) -> Draft:
    target = second if first.kind == "Caption" else first
    parts = [part for draft in (first, second) for part in (draft.children if _is_group(draft) else [draft])]
    return Draft(
        _GROUPS[target.kind],
        first.bbox.union(second.bbox),
        "",
        f"{first.text}\n{second.text}".strip(),
        size=target.size,
        children=parts,
    )


def _is_group(draft: Draft) -> bool:
    return draft.kind.endswith("Group")
