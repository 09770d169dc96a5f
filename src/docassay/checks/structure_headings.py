"""``structure.headings``: whether the headings make a sensible outline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import block_texts
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import listing, shorten
from docassay.documents.model import PAGE_FURNITURE, Block

LONG_PAGES: Final = 3
LONG_WORDS: Final = 1500
LONGEST_HEADING: Final = 200
MAXIMUM_TOP_HEADINGS: Final = 1
RUNNING_PAGES: Final = 3
"""A heading on as many pages is a running header in disguise."""
FEWEST_FOR_TOP: Final = 3
"""So many headings need a first level among them."""

_NOT_PROSE: Final = PAGE_FURNITURE | {"Table", "Picture", "Figure", "Form"}


@dataclass(frozen=True, slots=True)
class _Heading:
    block: Block
    text: str

    @property
    def level(self) -> int:
        return self.block.level or 1

    @property
    def name(self) -> str:
        return f"“{shorten(self.text, 60)}” ({self.block.id})" if self.text else self.block.id


@check(
    "structure.headings",
    version="2",
    levels=("document",),
    summary=(
        "Whether the headings make a sensible outline. Kinds of defects: a long document (over 3 pages or "
        "1,500 words of prose) without headings; a level skipped on the way down; no first level or more "
        "than one first-level heading; empty headings; headings over 200 characters; the same heading "
        "twice under one parent; a heading that recurs on three or more pages like a running header."
    ),
    mapping="5 - 1 for each kind of defect, never below 0",
    params={
        "maximum_top_headings": {
            "type": "integer",
            "minimum": 1,
            "default": MAXIMUM_TOP_HEADINGS,
            "description": "How many first-level headings a document may have.",
        }
    },
    source="Heading ranks as in the WCAG technique G141 (organising a page using headings).",
    cost="0.4 ms a page",
)
def structure_headings(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is score / 5."""
    headings = [
        _Heading(part.block, " ".join(part.words.text.split()))
        for parts in block_texts(subject).values()
        for part in parts
        if part.block.block_type == "SectionHeader"
    ]
    if not headings:
        pages, words = _prose(subject)
        if pages <= LONG_PAGES and words <= LONG_WORDS:
            reason = "The document has no headings and is too short to need any."
            return [not_applicable(reason)]
        defects = {"no_headings": f"No heading in {words:,} words of prose on {pages} pages."}
    else:
        defects = _defects(headings, int(params.get("maximum_top_headings", MAXIMUM_TOP_HEADINGS)))
    score = max(0.0, BEST - len(defects))
    count = len(headings)
    return [
        Item(
            score=score,
            value=score / BEST,
            feedback=" ".join(defects.values()) or f"The outline of {count} headings is sound.",
            details={"headings": count, "defects": sorted(defects)},
        )
    ]


def _prose(subject: Subject) -> tuple[int, int]:
    """Pages with words outside of tables and figures, and how many such words there are."""
    counts = [
        sum(len(part.words.tokens) for part in parts if part.block.block_type not in _NOT_PROSE)
        for parts in block_texts(subject).values()
    ]
    return sum(count > 0 for count in counts), sum(counts)


def _defects(headings: Sequence[_Heading], maximum_top: int) -> dict[str, str]:
    """One sentence for each kind of defect that occurs."""
    found: dict[str, list[str]] = {
        "level_skipped": [
            f"{after.name} is level {after.level} after level {before.level}"
            for before, after in pairwise(headings)
            if after.level - before.level > 1
        ],
        "empty": [each.name for each in headings if not each.text],
        "too_long": [each.name for each in headings if len(each.text) > LONGEST_HEADING],
    }
    top = [each for each in headings if each.level == 1]
    if len(top) > maximum_top:
        found["several_top"] = [each.name for each in top]
    if not top and len(headings) >= FEWEST_FOR_TOP:
        highest = min(each.level for each in headings)
        found["no_top"] = [f"the highest of {len(headings)} headings is level {highest}"]
    found["running"] = _running(headings)
    if not found["running"]:
        found["duplicate"] = _duplicates(headings)
    words = {
        "level_skipped": "Levels are skipped",
        "empty": "Empty headings",
        "too_long": f"Headings over {LONGEST_HEADING} characters",
        "several_top": f"{len(top)} first-level headings",
        "no_top": "No first-level heading",
        "running": "Headings that recur like a running header",
        "duplicate": "The same heading again under one parent",
    }
    return {kind: f"{words[kind]}: {listing(cases, 4)}." for kind, cases in found.items() if cases}


def _running(headings: Iterable[_Heading]) -> list[str]:
    pages: dict[str, set[int]] = {}
    for each in headings:
        if each.text:
            pages.setdefault(each.text.casefold(), set()).add(each.block.page_index)
    return [
        f"“{shorten(text, 60)}” on {len(where)} pages"
        for text, where in pages.items()
        if len(where) >= RUNNING_PAGES
    ]


def _duplicates(headings: Iterable[_Heading]) -> list[str]:
    """Headings whose whole path from the first level down occurred before."""
    path: list[tuple[int, str]] = []
    seen: Counter[tuple[str, ...]] = Counter()
    again = []
    for each in headings:
        path = [entry for entry in path if entry[0] < each.level]
        path.append((each.level, each.text.casefold()))
        key = tuple(text for _, text in path)
        seen[key] += 1
        if each.text and seen[key] == 2:
            again.append(each.name)
    return again
