"""``segments.integrity``: whether segments divide the pages of a document without gaps or contradictions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import pages_asked_for
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import listing

_RANGE: Final = re.compile(r"\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?")
MOST_PAGES: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Segment:
    """``pages`` are 0-based; None when they cannot be read."""

    name: str
    pages: tuple[int, ...] | None


@check(
    "segments.integrity",
    version="1",
    levels=("document",),
    needs=frozenset({"segmentation"}),
    summary=(
        "Whether the segments divide the document soundly. Kinds of defects: pages in no segment, pages in "
        "more than one, pages that the document lacks, segments or their pages out of order, segments with "
        "holes, segments without pages, names that were not asked for."
    ),
    mapping=(
        "5 - 1 for each kind of defect - 5 x the share of pages in no segment beyond the first fifth, never "
        "below 0; 0 without any segment"
    ),
    params={
        "require_coverage": {
            "type": "boolean",
            "default": True,
            "description": "Whether every page must be in a segment.",
        },
        "allow_overlap": {
            "type": "boolean",
            "default": False,
            "description": "Whether a page may be in more than one segment.",
        },
    },
    source="Partition of the pages: coverage, disjointness, order.",
    cost="under 0.1 ms a page",
)
def segments_integrity(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is score / 5."""
    if subject.segmentation is None:
        return [not_applicable("This result holds no segmentation.")]
    segments = _segments(subject.segmentation)
    pages = pages_asked_for(subject)
    if not segments:
        feedback = f"The result has no segments for {len(pages)} pages."
        return [Item(score=0.0, value=0.0, feedback=feedback, details={"segments": 0})]
    defects = _defects(segments, set(pages), subject.segmentation_schema)
    uncovered = _uncovered(segments, pages)
    if not uncovered or not params.get("require_coverage", True):
        defects.pop("uncovered", None)
        uncovered = []
    if params.get("allow_overlap", False):
        defects.pop("overlap", None)
    beyond = max(0.0, len(uncovered) / len(pages) - 0.2) if pages else 0.0
    score = max(0.0, BEST - len(defects) - BEST * beyond)
    return [
        Item(
            score=score,
            value=score / BEST,
            feedback=" ".join(defects.values())
            or f"{len(segments)} segments divide {len(pages)} pages soundly.",
            details={
                "segments": len(segments),
                "defects": sorted(defects),
                "uncovered_pages": uncovered[:100],
            },
        )
    ]


def _segments(segmentation: Mapping[str, Any]) -> list[_Segment]:
    listed = segmentation.get("segments")
    if not isinstance(listed, list | tuple):
        return []
    return [
        _Segment(str(each.get("name") or "").strip(), _pages(each))
        for each in listed
        if isinstance(each, Mapping)
    ]


def _pages(segment: Mapping[str, Any]) -> tuple[int, ...] | None:
    """``pages`` as a list of indexes, or ``page_range`` as text such as ``0-2,5``."""
    pages = segment.get("pages")
    if isinstance(pages, list | tuple):
        if all(isinstance(page, int) and not isinstance(page, bool) for page in pages):
            return tuple(pages[:MOST_PAGES])
        return None
    text = segment.get("page_range")
    if not isinstance(text, str):
        return None
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        found.extend(range(first, min(last + 1, first + MOST_PAGES)))
    return tuple(found[:MOST_PAGES])


def _uncovered(segments: Sequence[_Segment], pages: Sequence[int]) -> list[int]:
    covered = {page for segment in segments for page in segment.pages or ()}
    return [page for page in pages if page not in covered]


def _defects(
    segments: Sequence[_Segment], pages: set[int], schema: Mapping[str, Any] | None
) -> dict[str, str]:
    """One sentence for each kind of defect that occurs."""
    holders = Counter(page for segment in segments for page in set(segment.pages or ()))
    filled = [segment for segment in segments if segment.pages]
    names = _allowed_names(schema)
    found = {
        "uncovered": ("Pages in no segment", _ranges(pages - set(holders))),
        "overlap": ("Pages in several segments", _ranges({p for p, count in holders.items() if count > 1})),
        "unknown_page": ("Pages that were not converted", _ranges(set(holders) - pages)),
        "empty": (
            "Segments without pages",
            [segment.name or "unnamed" for segment in segments if not segment.pages],
        ),
        "hole": ("Segments with holes", [each.name for each in filled if _has_hole(each.pages, pages)]),
        "order": ("Segments out of page order", _out_of_order(filled)),
        "unknown_name": (
            "Names that were not asked for",
            sorted({each.name for each in segments if names and each.name.casefold() not in names}),
        ),
    }
    return {kind: f"{words}: {listing(cases)}." for kind, (words, cases) in found.items() if cases}


def _has_hole(segment_pages: tuple[int, ...] | None, pages: set[int]) -> bool:
    held = set(segment_pages or ())
    return any(page not in held for page in pages if min(held) < page < max(held))


def _out_of_order(segments: Sequence[_Segment]) -> list[str]:
    names = [each.name for each in segments if each.pages and list(each.pages) != sorted(set(each.pages))]
    for before, after in pairwise(segments):
        if before.pages and after.pages and min(after.pages) < min(before.pages):
            names.append(f"{after.name} after {before.name}")
    return names


def _ranges(pages: set[int]) -> list[str]:
    """Page numbers with neighbours joined: ``0-2``, ``5``."""
    ordered = sorted(pages)
    starts = [page for page in ordered if page - 1 not in pages]
    ends = [page for page in ordered if page + 1 not in pages]
    return [str(start) if start == end else f"{start}-{end}" for start, end in zip(starts, ends, strict=True)]


def _allowed_names(schema: Mapping[str, Any] | None) -> set[str]:
    """The names asked for, case folded; empty when any name will do."""
    if not schema or schema.get("segmentation_strategy") == "document_boundary":
        return set()
    listed = next((schema[key] for key in ("segments", "sections") if key in schema), None)
    if isinstance(listed, Mapping):
        return {str(name).strip().casefold() for name in listed}
    if isinstance(listed, list | tuple):
        names = (each.get("name") if isinstance(each, Mapping) else each for each in listed)
        return {name.strip().casefold() for name in names if isinstance(name, str)}
    return {str(name).strip().casefold() for name in schema if name != "segmentation_strategy"}
