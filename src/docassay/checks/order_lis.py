"""``order.lis``: whether the output reads in the order of the expected text, else of the file's own.

A file may store its text in another order than it is read (captions first, tables last). So an output that
leaves the stored order is right where the page itself shows it: what stands above in one column comes first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from docassay.checks.agreement import block_name, percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.expected_text import AGAINST, expected_items, reference_of
from docassay.checks.layer_geometry import body_boxes, stands_above
from docassay.checks.page_text import (
    OutputText,
    TextPair,
    body_output,
    items_by_level,
    join_blocks,
    join_words,
)
from docassay.checks.registry import check
from docassay.checks.scale import anchored, anchors
from docassay.checks.words import Words, places_of_trigrams
from docassay.documents.model import BoundingBox

LOW: Final = 0.50
HIGH: Final = 0.98
MINIMUM_ANCHORS: Final = 5
MOST_RUNS: Final = 1_000
"""Runs of neighbouring anchors that are compared by their places, each with each."""
_NEIGHBOUR_TOKENS: Final = 3


class _Anchor(NamedTuple):
    """A trigram that stands exactly once in the output and once in the layer, by its first token."""

    output_token: int
    layer_token: int


class _Place(NamedTuple):
    """Where a token of the layer stands; ``box`` is None when nobody knows."""

    page_index: int | None
    box: BoundingBox | None


@dataclass(frozen=True, slots=True)
class _Order:
    """``moved`` is the longest run of anchors, in output order, that break the order of the layer."""

    anchor_count: int
    in_order: int
    moved: tuple[_Anchor, ...]


@check(
    "order.lis",
    version="3",
    levels=("page", "document"),
    needs=frozenset({"source", "expected"}),
    summary=(
        "Whether the output follows the order of the expected text, else of the file's own text layer: of "
        "the word trigrams that stand "
        "exactly once on both sides, the share on a longest increasing subsequence. Finds swapped passages "
        "and interleaved columns. Where a PDF stores its text in another order than the page shows, a "
        "passage that stands above another in one column may come before it. Running headers and footers "
        "are left out; needs five such trigrams."
    ),
    mapping="5 x clip((share - low) / (high - low), 0, 1), low 0.50, high 0.98",
    params={**anchors(LOW, HIGH), **AGAINST},
    source="Longest increasing subsequence: Schensted (1961), in O(n log n).",
    cost="1.1 ms a page",
)
def order_lis(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is the share of anchors in order, 0-1."""
    name = reference_of(subject, str(params.get("against", "auto"))).name

    def judge_pair(pair: TextPair) -> Item:
        output = body_output(pair)
        if output is None:
            reason = f"{pair.place} could not be read, so it has no order."
            return not_applicable(reason, page_index=pair.page_index)
        places = _places(subject, [pair]) if name == "text layer" else None
        layer = pair.layer.body
        is_whole = output is pair.output
        in_layer = pair.trigrams_in_layer if is_whole else places_of_trigrams(output.words, layer)
        return _judge(output, layer, in_layer, pair.place, pair.page_index, params, places, name)

    def judge_all(pairs: tuple[TextPair, ...]) -> Item:
        outputs = [(pair, body_output(pair)) for pair in pairs]
        blocks = [part for _, output in outputs if output is not None for part in output.blocks]
        read = [pair for pair, output in outputs if output is not None]
        layer = join_words([pair.layer.body for pair in read])
        places = _places(subject, read) if name == "text layer" else None
        whole = join_blocks(blocks)
        in_layer = places_of_trigrams(whole.words, layer)
        return _judge(whole, layer, in_layer, "The document", None, params, places, name)

    if name == "text layer":
        return items_by_level(subject, level, judge_pair, judge_all)
    return expected_items(subject, level, judge_pair, judge_all)


def _judge(
    output: OutputText,
    layer: Words,
    in_layer: Sequence[int | None],
    place: str,
    page_index: int | None,
    params: Mapping[str, Any],
    places: Callable[[], list[_Place]] | None,
    name: str,
) -> Item:
    unique_places = _unique_places(in_layer, output.words, layer)
    shared = [place for place in unique_places if place is not None]
    if len(shared) < MINIMUM_ANCHORS:
        return not_applicable(
            f"{place} shares {len(shared)} unique three-word passages with the {name}; "
            f"at least {MINIMUM_ANCHORS} are needed to judge an order.",
            page_index=page_index,
        )
    order = _Order(len(shared), len(shared), ())
    if shared != sorted(shared):
        anchors_found = [
            _Anchor(position, place) for position, place in enumerate(unique_places) if place is not None
        ]
        order = _order(anchors_found)
        if places is not None and order.in_order < HIGH * order.anchor_count:
            by_place = _order_by_place(anchors_found, places())
            order = max(order, by_place, key=lambda each: each.in_order)
    value = order.in_order / order.anchor_count
    feedback = (
        f"{place}: {percent(value)} of {order.anchor_count} unique passages are in the order of the {name}."
    )
    if order.moved:
        first, last = order.moved[0].output_token, order.moved[-1].output_token + 3
        feedback += (
            f" Longest passage out of place ({block_name(output, first)}): "
            f"“{output.words.quote(first, last)}”."
        )
    return Item(
        score=anchored(value, params, LOW, HIGH),
        value=value,
        page_index=page_index,
        feedback=feedback,
        details={"anchors": order.anchor_count, "in_order": order.in_order, "against": name},
    )


def _unique_places(in_layer: Sequence[int | None], output: Words, layer: Words) -> Sequence[int | None]:
    """``in_layer`` with None for each trigram that stands more than once on either side."""
    if not output.repeated_trigrams and not layer.repeated_trigrams:
        return in_layer
    several = set(map(layer.trigram_places.get, (*output.repeated_trigrams, *layer.repeated_trigrams)))
    return [None if place in several else place for place in in_layer]


def _order(anchors_found: Sequence[_Anchor]) -> _Order:
    """``anchors_found`` are sorted by output token, so the layer's tokens must increase."""
    tails: list[int] = []
    tail_index: list[int] = []
    previous: list[int] = []
    for index, anchor in enumerate(anchors_found):
        length = bisect_left(tails, anchor.layer_token)
        previous.append(tail_index[length - 1] if length else -1)
        if length == len(tails):
            tails.append(anchor.layer_token)
            tail_index.append(index)
        else:
            tails[length] = anchor.layer_token
            tail_index[length] = index
    kept: set[int] = set()
    index = tail_index[-1]
    while index >= 0:
        kept.add(index)
        index = previous[index]
    return _Order(len(anchors_found), len(kept), _longest_moved(anchors_found, kept))


def _places(subject: Subject, pairs: Sequence[TextPair]) -> Callable[[], list[_Place]]:
    """The places of all layer tokens of these pairs, looked up when they are needed."""

    def look_up() -> list[_Place]:
        found: list[_Place] = []
        for pair in pairs:
            tokens = pair.layer.body.tokens
            boxes = body_boxes(subject, pair.page_index, tokens) if pair.page_index is not None else None
            found.extend(_Place(pair.page_index, box) for box in boxes or [None] * len(tokens))
        return found

    return look_up


def _order_by_place(anchors_found: Sequence[_Anchor], places: Sequence[_Place]) -> _Order:
    """As ``_order``; one run of anchors may also follow another that stands above it in one column."""
    runs = _runs(anchors_found)
    if len(runs) > MOST_RUNS:
        return _Order(len(anchors_found), 0, ())
    areas = [
        _area(anchors_found[run.start].layer_token, anchors_found[run.stop - 1].layer_token, places)
        for run in runs
    ]
    best: list[int] = []
    previous: list[int] = []
    for number, run in enumerate(runs):
        first = anchors_found[run.start].layer_token
        longest, before = 0, -1
        for other in range(number):
            if best[other] <= longest:
                continue
            last = anchors_found[runs[other].stop - 1].layer_token
            if last < first or _is_read_first(areas[other], areas[number]):
                longest, before = best[other], other
        best.append(longest + len(run))
        previous.append(before)
    kept: set[int] = set()
    number = max(range(len(runs)), key=best.__getitem__)
    while number >= 0:
        kept.update(runs[number])
        number = previous[number]
    return _Order(len(anchors_found), len(kept), _longest_moved(anchors_found, kept))


def _runs(anchors_found: Sequence[_Anchor]) -> list[range]:
    """Anchors that follow each other in the output and in the layer, by their indexes."""
    runs: list[range] = []
    start = 0
    for index in range(1, len(anchors_found) + 1):
        if index < len(anchors_found):
            step = anchors_found[index].layer_token - anchors_found[index - 1].layer_token
            if 0 < step <= _NEIGHBOUR_TOKENS:
                continue
        runs.append(range(start, index))
        start = index
    return runs


def _area(first_token: int, last_token: int, places: Sequence[_Place]) -> _Place:
    """The box around the trigrams from ``first_token`` to ``last_token``; None across pages."""
    inside = places[first_token : last_token + 3]
    boxes = [place.box for place in inside if place.box is not None]
    if len(boxes) < len(inside) or len({place.page_index for place in inside}) > 1:
        return _Place(None, None)
    area = boxes[0]
    for box in boxes[1:]:
        area = area.union(box)
    return _Place(inside[0].page_index, area)


def _is_read_first(before: _Place, after: _Place) -> bool:
    if before.box is None or after.box is None or before.page_index != after.page_index:
        return False
    return stands_above(before.box, after.box)


def _longest_moved(anchors_found: Sequence[_Anchor], kept: set[int]) -> tuple[_Anchor, ...]:
    best: tuple[int, int] = (0, 0)
    first = 0
    for index in range(len(anchors_found) + 1):
        if index == len(anchors_found) or index in kept:
            if index - first > best[1] - best[0]:
                best = (first, index)
            first = index + 1
    return tuple(anchors_found[best[0] : best[1]])
