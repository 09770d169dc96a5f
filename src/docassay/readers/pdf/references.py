"""Entries of a bibliography: what stands under a heading that announces one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.draft import Draft, PageDraft, with_marker

_HEADING: Final = re.compile(
    r"^(?:(?:\d{1,2}|[A-Z]|[IVX]{1,5})(?:\.\d{1,2})*[.)]?\s+)?"
    r"(?:references|bibliography|works cited|literature(?: cited)?|literatur(?:verzeichnis)?|bibliographie|"
    r"bibliografía|referencias|références|bibliografia)[:.]?$",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)|\bin press\b|\bn\.\s?d\.", re.IGNORECASE)
_SHORTEST: Final = 25


def mark_references(pages: Sequence[PageDraft]) -> None:
    """Turn paragraphs and items under such a heading, up to the next one, into ``Reference``.

    They must look like entries: a year in them or a bracketed number in front.
    """
    is_open = False
    for page in pages:
        for draft in page.drafts:
            if draft.kind == "SectionHeader":
                is_open = bool(_HEADING.match(draft.text.strip()))
            elif is_open and _is_entry(draft):
                draft.kind, draft.html, draft.marker = "Reference", with_marker(draft), ""


def _is_entry(draft: Draft) -> bool:
    if draft.kind not in {"Text", "ListItem"} or len(draft.text) < _SHORTEST:
        return False
    return draft.marker.startswith("[") or bool(_YEAR.search(draft.text))
