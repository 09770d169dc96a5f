"""``segments.match``: whether the document was cut where the expected segments are, and named alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import pages_asked_for
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import shorten, to_words

LEAST_OVERLAP: Final = 0.5
OTHER_NAME: Final = 0.5
MOST_SEGMENTS: Final = 2_000
_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class _Segment:
    name: str
    pages: frozenset[int]

    @property
    def told(self) -> str:
        return f"“{shorten(self.name, 60)}” (pages {_ranges(sorted(self.pages))})"


@check(
    "segments.match",
    version="1",
    levels=("document",),
    needs=frozenset({"segmentation", "expected"}),
    summary=(
        "Whether the segments are the expected ones: the panoptic quality of their sets of pages. Two "
        "segments are a pair when they share more than half of the pages of both; what is missing or was "
        "not expected costs half a segment. A pair with different names is worth half. Pages count from 0."
    ),
    mapping=(
        "5 x sum of the overlaps of pairs (pages of both / pages of either), half for another name, over "
        "pairs + half of the others"
    ),
    source="Panoptic quality: Kirillov et al. (2019), on pages in place of pixels.",
    cost="under 0.1 ms a page",
)
def segments_match(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is 0-1."""
    expected = subject.expected.segments if subject.expected is not None else None
    if expected is None:
        return [not_applicable("The expected output has no segments.")]
    if subject.segmentation is None:
        return [not_applicable("This result holds no segmentation.")]
    asked = set(pages_asked_for(subject)) if subject.document.is_paginated else None
    truths = [_Segment(each.name, _within(each.pages, asked)) for each in expected]
    truths = [each for each in truths if each.pages]
    outputs = _found(subject.segmentation)
    if not truths and not outputs:
        return [not_applicable("No segment is expected and none was found.")]
    if max(len(truths), len(outputs)) > MOST_SEGMENTS:
        return [not_applicable(f"More than {MOST_SEGMENTS:,} segments are too many to compare.")]
    pairs = _pairs(truths, outputs)
    named = sum(_same_name(truths[row], outputs[column]) for row, column, _ in pairs)
    worth = sum(
        overlap * (1.0 if _same_name(truths[row], outputs[column]) else OTHER_NAME)
        for row, column, overlap in pairs
    )
    alone = len(truths) + len(outputs) - 2 * len(pairs)
    value = worth / (len(pairs) + alone / 2)
    quality = sum(overlap for _, _, overlap in pairs) / (len(pairs) + alone / 2)
    return [
        Item(
            score=BEST * value,
            outcome="scored" if outputs else "failed",
            value=value,
            feedback=_feedback(truths, outputs, pairs),
            details={
                "expected": len(truths),
                "found": len(outputs),
                "matched": len(pairs),
                "panoptic_quality": quality,
                "same_name": named / len(pairs) if pairs else None,
            },
        )
    ]


def _within(pages: Sequence[int], asked: set[int] | None) -> frozenset[int]:
    return frozenset(pages) if asked is None else frozenset(pages) & asked


def _found(segmentation: Mapping[str, Any]) -> list[_Segment]:
    found = []
    for segment in segmentation.get("segments") or []:
        pages = [page for page in segment.get("pages") or [] if isinstance(page, int)]
        if pages:
            found.append(_Segment(str(segment.get("name") or ""), frozenset(pages)))
    return found


def _pairs(truths: Sequence[_Segment], outputs: Sequence[_Segment]) -> list[tuple[int, int, float]]:
    """Truth, output and the share of their pages that both have. Of equal overlaps the same name wins."""
    if not truths or not outputs:
        return []
    import numpy as np

    from docassay.checks.metrics.assignment import best_assignment

    overlaps = np.array(
        [
            [len(truth.pages & each.pages) / len(truth.pages | each.pages) for each in outputs]
            for truth in truths
        ]
    )
    overlaps[overlaps <= LEAST_OVERLAP] = 0.0
    names = np.array([[_same_name(truth, each) for each in outputs] for truth in truths])
    weights = np.where(overlaps > 0, overlaps + 1e-6 * names, 0.0)
    return [(row, column, float(overlaps[row, column])) for row, column in best_assignment(weights)]


def _same_name(one: _Segment, other: _Segment) -> bool:
    return to_words(one.name).tokens == to_words(other.name).tokens


def _feedback(
    truths: Sequence[_Segment], outputs: Sequence[_Segment], pairs: Sequence[tuple[int, int, float]]
) -> str:
    told = []
    for row, column, overlap in pairs:
        if overlap < 1 or not _same_name(truths[row], outputs[column]):
            told.append(f"{outputs[column].told} instead of {truths[row].told}.")
    rows, columns = {row for row, _, _ in pairs}, {column for _, column, _ in pairs}
    told += [f"{each.told} was not found." for row, each in enumerate(truths) if row not in rows]
    told += [f"{each.told} was not expected." for row, each in enumerate(outputs) if row not in columns]
    right = len(pairs) - sum(" instead of " in each for each in told)
    more = f" And {len(told) - _SHOWN} more." if len(told) > _SHOWN else ""
    return " ".join([f"{right} of {len(truths)} segments are right.", *told[:_SHOWN]]) + more


def _ranges(pages: Sequence[int]) -> str:
    parts: list[list[int]] = []
    for page in pages:
        if parts and page == parts[-1][-1] + 1:
            parts[-1].append(page)
        else:
            parts.append([page])
    shown = [f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts[:5]]
    return ", ".join(shown) + (", …" if len(parts) > 5 else "")
