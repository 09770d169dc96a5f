"""Give each page to the segment whose name and description it resembles most.

A page's evidence for a segment is the share of the segment's weighted terms that it shows, terms in headings
counting three times and those of the name three times those of the description; terms that many pages or
several segments share count less. A heading that spells out the segment's name settles the page.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from docassay.segmentation.pages import PageFeatures, inverse_frequencies, terms_of
from docassay.segmentation.schema import SegmentDefinition

Confidence = Literal["high", "medium", "low"]

NAME_WEIGHT: Final = 3.0
HEADING_WEIGHT: Final = 3.0
NAMED_SCORE: Final = 2.0
"""Added when a heading or the head of the page spells out the segment's name."""
MAX_UNNAMED: Final = 1.9
"""What terms alone can reach, so that only a spelled-out name gives high confidence."""
CLEAR: Final = 0.5
"""Evidence from which a page is given to a segment with medium confidence."""
WEAK: Final = 0.25
"""The least evidence that gives a page to a segment."""
MARGIN: Final = 1.2
"""How many times the runner-up's evidence the best one must reach."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring pages of one segment. ``segment`` is the position of its definition."""

    segment: int
    pages: tuple[int, ...]
    confidence: Confidence


def assign_pages(pages: Sequence[PageFeatures], definitions: Sequence[SegmentDefinition]) -> list[Run]:
    """The runs of pages in order; pages before the first evidence are in none.

    A page without evidence joins the segment that is running. A single page with weak evidence between two
    pages of one other segment joins that one. A segment that turns up again later gets another run.
    """
    scores = page_scores(pages, definitions)
    choices = [_choice(row) for row in scores]
    choices = _without_islands(choices, scores)
    runs: list[tuple[int, list[int], list[float]]] = []
    for page, choice, row in zip(pages, choices, scores, strict=True):
        if choice is not None and (not runs or runs[-1][0] != choice):
            runs.append((choice, [page.index], [row[choice]]))
        elif runs:
            segment, indexes, evidence = runs[-1]
            indexes.append(page.index)
            evidence.append(row[segment])
    return [Run(segment, tuple(indexes), _confidence(evidence)) for segment, indexes, evidence in runs]


def page_scores(pages: Sequence[PageFeatures], definitions: Sequence[SegmentDefinition]) -> list[list[float]]:
    """The evidence of each page (row) for each segment (column): 0 is none."""
    weights = _segment_weights(definitions)
    rarity = inverse_frequencies(pages)
    names = [frozenset(terms_of(definition.name)) for definition in definitions]
    rows = []
    for page in pages:
        titles = [terms_of(text) for text in (*page.headings, *page.top[:2])]
        in_headings = frozenset(term for title in titles for term in title)
        rows.append(
            [
                0.0 if page.is_blank else _score(page, in_headings, terms, rarity) + _named(titles, name)
                for terms, name in zip(weights, names, strict=True)
            ]
        )
    return rows


def _segment_weights(definitions: Sequence[SegmentDefinition]) -> list[dict[str, float]]:
    bags = []
    for definition in definitions:
        bag = dict.fromkeys(terms_of(definition.description), 1.0)
        bag.update(dict.fromkeys(terms_of(definition.name), NAME_WEIGHT))
        bags.append(bag)
    shared = Counter(term for bag in bags for term in bag)
    total = len(bags)
    return [
        {term: weight * (math.log((1 + total) / (1 + shared[term])) + 0.5) for term, weight in bag.items()}
        for bag in bags
    ]


def _score(
    page: PageFeatures, in_headings: frozenset[str], terms: dict[str, float], rarity: dict[str, float]
) -> float:
    norm = sum(terms.values())
    if not norm:
        return 0.0
    shown = 0.0
    for term, weight in terms.items():
        if term in page.terms:
            strength = HEADING_WEIGHT if term in in_headings else min(1 + math.log(page.terms[term]), 2.0)
            shown += weight * rarity[term] * strength
    return min(shown / norm, MAX_UNNAMED)


def _named(titles: Sequence[Counter[str]], name: frozenset[str]) -> float:
    """``NAMED_SCORE`` when one title holds all words of the name and hardly any others."""
    is_named = any(name <= title.keys() and title.total() <= len(name) + 4 for title in titles)
    return NAMED_SCORE if name and is_named else 0.0


def _choice(row: Sequence[float]) -> int | None:
    """The segment with enough evidence and enough distance to the next one."""
    ranked = sorted(range(len(row)), key=lambda position: -row[position])
    best = ranked[0]
    if row[best] < WEAK:
        return None
    if len(ranked) > 1 and row[best] < MARGIN * row[ranked[1]]:
        return None
    return best


def _without_islands(choices: list[int | None], scores: Sequence[Sequence[float]]) -> list[int | None]:
    smoothed = list(choices)
    for position in range(1, len(choices) - 1):
        here = choices[position]
        before, after = smoothed[position - 1], choices[position + 1]
        is_island = here is not None and before is not None and before == after and here != before
        if is_island and here is not None and scores[position][here] < CLEAR:
            smoothed[position] = before
    return smoothed


def _confidence(evidence: Sequence[float]) -> Confidence:
    """Of a run: high when its first page names the segment, medium when some page is clear, else low."""
    if evidence[0] >= NAMED_SCORE:
        return "high"
    return "medium" if max(evidence) >= CLEAR else "low"
