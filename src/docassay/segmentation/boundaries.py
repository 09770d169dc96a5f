"""Where one document of a stack ends and the next begins.

Each page after the first is asked whether it starts a document. Printed page numbers decide where there are
any; otherwise the signs below are added up and ``STARTS`` or more makes a boundary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from docassay.segmentation.pages import PageFeatures, cosine, inverse_frequencies

Confidence = Literal["high", "medium", "low"]

STARTS: Final = 0.6
CERTAIN: Final = 1.0

NUMBER_RESTARTS: Final = 2.0
NUMBER_CONTINUES: Final = -3.0
AFTER_BLANK_PAGE: Final = 1.0
NEW_FURNITURE: Final = 0.6
SAME_FURNITURE: Final = -0.6
KIND_IN_TITLE: Final = 0.5
TITLE_AT_HEAD: Final = 0.3
SALUTATION: Final = 0.3
SIGNED_BEFORE: Final = 0.2
OTHER_PAGE_SIZE: Final = 0.3
OTHER_WORDS: Final = 0.7
"""Added in full at a cosine of 0.05 and less, nothing at 0.2, in proportion between."""
SAME_WORDS: Final = -0.4
"""Added in full at a cosine of 0.35 and more, nothing at 0.2, in proportion between."""
FEW_TERMS: Final = 12
"""Pages with fewer different words say less by them, in proportion."""

_KINDS: Final = re.compile(
    r"\b(?:invoice|receipt|statement|contract|agreement|purchase order|delivery note|quotation|memo"
    r"|memorandum"
    r"|report|application|certificate|minutes|resume|curriculum vitae|rechnung|lieferschein|kontoauszug"
    r"|vertrag"
    r"|angebot|bescheid|mahnung|facture|contrat|relevé|factura|contrato)\b",
    re.IGNORECASE,
)
_SALUTATION: Final = re.compile(
    r"^(?:dear|sehr geehrte|liebe|madame|monsieur|estimad)", re.IGNORECASE | re.MULTILINE
)
_SIGNED: Final = re.compile(
    r"\b(?:sincerely|(?:best|kind) regards|yours faithfully|mit freundlichen grüßen|cordialement"
    r"|atentamente)\b",
    re.IGNORECASE,
)
_MAX_NAME_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """One document of the stack: a name from its first page, its page indexes, how sure its start is."""

    name: str
    pages: tuple[int, ...]
    confidence: Confidence


def find_documents(pages: Sequence[PageFeatures]) -> list[FoundDocument]:
    """The documents in order. Every page is in exactly one: a blank page goes with the document before it,
    blank pages at the very start with the first one."""
    if not pages:
        return []
    rarity = inverse_frequencies(pages)
    starts: list[tuple[int, float]] = []
    previous: int | None = None
    for position, page in enumerate(pages):
        if page.is_blank:
            continue
        if previous is None:
            starts.append((0, CERTAIN))
        else:
            score = start_score(pages[previous], page, rarity, blank_between=position - previous > 1)
            if score >= STARTS:
                starts.append((position, score))
        previous = position
    starts = starts or [(0, CERTAIN)]
    ends = [position for position, _ in starts[1:]] + [len(pages)]
    names: dict[str, int] = {}
    documents = []
    for number, ((start, score), end) in enumerate(zip(starts, ends, strict=True), 1):
        part = pages[start:end]
        name = _unique(_name(part, number), names)
        documents.append(FoundDocument(name, tuple(page.index for page in part), _confidence(score)))
    return documents


def start_score(
    before: PageFeatures, page: PageFeatures, rarity: dict[str, float], *, blank_between: bool
) -> float:
    """How much speaks for ``page`` starting a document after ``before``; negative speaks against it."""
    score = _number_sign(before, page)
    if blank_between:
        score += AFTER_BLANK_PAGE
    if before.furniture and page.furniture:
        alike = _is_alike(before.furniture, page.furniture)
        score += SAME_FURNITURE if alike else NEW_FURNITURE
    if any(_KINDS.search(text) for text in page.top if len(text) <= _MAX_NAME_CHARACTERS):
        score += KIND_IN_TITLE
    is_chapter = page.top_heading[:1].isdigit()
    if page.top_heading and not is_chapter and page.top_heading == next(iter(page.top), ""):
        score += TITLE_AT_HEAD
    if _SALUTATION.search(page.text):
        score += SALUTATION
    if _SIGNED.search(before.text[-400:]):
        score += SIGNED_BEFORE
    if before.size != page.size:
        score += OTHER_PAGE_SIZE
    return score + _word_sign(before, page, rarity)


def _word_sign(before: PageFeatures, page: PageFeatures, rarity: dict[str, float]) -> float:
    """What the change of vocabulary says."""
    difference = max(-1.0, min(1.0, (0.2 - cosine(before.terms, page.terms, rarity)) / 0.15))
    trust = min(1.0, min(len(before.terms), len(page.terms)) / FEW_TERMS)
    return trust * (OTHER_WORDS * difference if difference > 0 else -SAME_WORDS * difference)


def _is_alike(left: str, right: str) -> bool:
    return SequenceMatcher(None, left[:300], right[:300], autojunk=False).ratio() >= 0.8


def _number_sign(before: PageFeatures, page: PageFeatures) -> float:
    """What the printed page numbers say: a restart at 1, another total, or the next number."""
    if page.number is None:
        return 0.0
    if page.number == 1:
        return NUMBER_RESTARTS
    if before.number is None:
        return NUMBER_CONTINUES if page.number > 1 and page.number_of else 0.0
    same_total = before.number_of == page.number_of
    if page.number > before.number and same_total:
        return NUMBER_CONTINUES
    return NUMBER_RESTARTS / 2 if not same_total or page.number <= before.number else 0.0


def _confidence(score: float) -> Confidence:
    if score >= CERTAIN:
        return "high"
    return "medium" if score >= (STARTS + CERTAIN) / 2 else "low"


def _name(pages: Sequence[PageFeatures], number: int) -> str:
    """The title of the first page that has one: its first heading, else its first short line."""
    for page in pages:
        if page.is_blank:
            continue
        lines = (page.top_heading, *page.headings[:1], *page.top, *page.text.splitlines()[:3])
        name = next((line.strip() for line in lines if re.search(r"[^\W\d_]{2}", line)), "")
        if name:
            return (
                name if len(name) <= _MAX_NAME_CHARACTERS else name[: _MAX_NAME_CHARACTERS - 1].rstrip() + "…"
            )
    return f"Document {number}"


def _unique(name: str, names: dict[str, int]) -> str:
    """``Invoice``, ``Invoice (2)``, ... for documents with the same title."""
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name} ({names[name]})"
