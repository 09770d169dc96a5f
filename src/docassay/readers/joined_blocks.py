"""Blocks written into one cell, list item or note: paragraphs become lines."""

from __future__ import annotations

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import element


def joined(drafts: list[Draft]) -> str:
    """The drafts as the inner html of a cell, item or note."""
    if len(drafts) == 1:
        inner = _line(drafts[0])
        return drafts[0].html if inner is None else inner
    html = ""
    ends_with_line = False
    for draft in drafts:
        inner = _line(draft)
        is_line = inner is not None
        if is_line and ends_with_line:
            html += "<br/>"
        html += inner if inner is not None else draft.html
        ends_with_line = is_line
    return html


def _line(draft: Draft) -> str | None:
    if draft.block_type == "SectionHeader":
        return element("strong", draft.html[4:-5])
    if draft.block_type in {"Text", "Caption", "Picture", "Equation"} and draft.html.startswith("<p>"):
        return draft.html[3:-4]
    return None
