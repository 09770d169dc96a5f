"""``layout.f1``: whether the blocks of the output stand where the expected ones do, and are of their kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import pages_asked_for
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.documents.model import Block, BoundingBox

LEAST_OVERLAP: Final = 0.5
MOST_BLOCKS: Final = 2_000
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class _Counts:
    expected: int = 0
    found: int = 0
    matched: int = 0

    @property
    def f1(self) -> float:
        both = self.expected + self.found
        return 2 * self.matched / both if both else 1.0

    def __add__(self, other: _Counts) -> _Counts:
        return _Counts(self.expected + other.expected, self.found + other.found, self.matched + other.matched)


@dataclass(frozen=True, slots=True)
class _PageResult:
    by_type: Mapping[str, _Counts]
    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def total(self) -> _Counts:
        return sum(self.by_type.values(), _Counts())


@check(
    "layout.f1",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "Whether the blocks of the output stand where the expected ones do: F1 of the pairs of one type "
        "whose boxes overlap by at least half (intersection over union), by optimal assignment. A group "
        "counts as one block when its type is expected, else as its parts. Reports each type."
    ),
    mapping="5 x F1 over all types",
    params={
        "overlap": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": LEAST_OVERLAP,
            "description": "The least intersection over union of a pair.",
        },
        "types": {
            "type": "boolean",
            "default": True,
            "description": "Whether a pair must be of one type; false compares the boxes alone.",
        },
    },
    source="F1 at a fixed overlap, since outputs have no confidences to rank; as COCO's matching otherwise.",
    cost="under 1 ms a page",
)
def layout_f1(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is F1, 0-1."""
    expected = subject.expected.blocks if subject.expected is not None else None
    if not expected:
        return [not_applicable("The expected output has no blocks.")]
    if not subject.document.is_paginated:
        return [not_applicable("The result has no pages, so its blocks have no places.")]
    asked = set(pages_asked_for(subject))
    truths: dict[int, list[tuple[str, BoundingBox]]] = defaultdict(list)
    for each in expected:
        if each.page_index in asked:
            truths[each.page_index].append((each.block_type, each.bbox))
    if not truths:
        return [not_applicable("None of the pages with expected blocks was converted.")]
    pages = {page.index: page for page in subject.document.pages}
    least, by_type = float(params.get("overlap", LEAST_OVERLAP)), bool(params.get("types", True))
    results: dict[int, _PageResult] = {}
    for index, truth in sorted(truths.items()):
        types = {kind for kind, _ in truth}
        blocks = (
            [block for top in pages[index].blocks for block in _parts(top, types)] if index in pages else []
        )
        if max(len(truth), len(blocks)) > MOST_BLOCKS:
            return [not_applicable(f"Page {index + 1} has more than {MOST_BLOCKS:,} blocks to compare.")]
        results[index] = _compare(truth, blocks, least, by_type=by_type)
    if level == "document":
        return [_item(list(results.values()), "The document", None, is_lost=not set(truths) & set(pages))]
    return [
        _item([result], f"Page {index + 1}", index, is_lost=index not in pages)
        for index, result in results.items()
    ]


def _parts(block: Block, types: set[str]) -> Iterator[Block]:
    if block.block_type in types or not block.children:
        yield block
        return
    for child in block.children:
        yield from _parts(child, types)


def _compare(
    truth: Sequence[tuple[str, BoundingBox]], blocks: Sequence[Block], least: float, *, by_type: bool
) -> _PageResult:
    import numpy as np

    from docassay.checks.metrics.assignment import best_assignment

    names = sorted({kind for kind, _ in truth} | {block.block_type for block in blocks}) if by_type else [""]
    counts: dict[str, _Counts] = {}
    missing: list[str] = []
    added: list[str] = []
    for name in names:
        rows = [(kind, box) for kind, box in truth if not by_type or kind == name]
        columns = [block for block in blocks if not by_type or block.block_type == name]
        overlaps = np.array([[_overlap(box, block.bbox) for block in columns] for _, box in rows])
        overlaps = overlaps.reshape(len(rows), len(columns))
        overlaps[overlaps < least] = 0.0
        pairs = best_assignment(overlaps) if rows and columns else []
        counts[name or "any"] = _Counts(len(rows), len(columns), len(pairs))
        used = {row for row, _ in pairs}, {column for _, column in pairs}
        missing += [f"{kind} at {_told(box)}" for row, (kind, box) in enumerate(rows) if row not in used[0]]
        added += [block.id for column, block in enumerate(columns) if column not in used[1]]
    return _PageResult(counts, tuple(missing), tuple(added))


def _overlap(one: BoundingBox, other: BoundingBox) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in (one, other))
    return width * height / (areas - width * height)


def _told(box: BoundingBox) -> str:
    return f"({box.x0:.0f}, {box.y0:.0f}, {box.x1:.0f}, {box.y1:.0f})"


def _item(results: Sequence[_PageResult], place: str, page_index: int | None, *, is_lost: bool) -> Item:
    by_type: dict[str, _Counts] = defaultdict(_Counts)
    for result in results:
        for name, counts in result.by_type.items():
            by_type[name] = by_type[name] + counts
    total = sum(by_type.values(), _Counts())
    told = [f"{place}: {total.matched} of {total.expected} blocks are where they are expected."]
    missing = [each for result in results for each in result.missing]
    added = [each for result in results for each in result.added]
    if missing:
        told.append(f"Missing: {', '.join(missing[:_SHOWN])}{_more(missing)}.")
    if added:
        told.append(f"Not expected: {', '.join(added[:_SHOWN])}{_more(added)}.")
    return Item(
        score=BEST * total.f1,
        outcome="failed" if is_lost else "scored",
        value=total.f1,
        feedback=" ".join(told),
        page_index=page_index,
        details={
            "types": {
                name: {"expected": c.expected, "found": c.found, "matched": c.matched, "f1": round(c.f1, 4)}
                for name, c in by_type.items()
            }
        },
    )


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
