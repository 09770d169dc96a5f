"""``order.lis``: whether the output reads in the order of the file's own text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from docassay.checks.agreement import block_name, percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
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
from docassay.checks.words import Words

LOW: Final = 0.50
HIGH: Final = 0.98
MINIMUM_ANCHORS: Final = 5


class _Anchor(NamedTuple):
    """A trigram that stands exactly once in the output and once in the layer, by its first token."""

    output_token: int
    layer_token: int


@dataclass(frozen=True, slots=True)
class _Order:
    """``moved`` is the longest run of anchors, in output order, that break the order of the layer."""

    anchor_count: int
    in_order: int
    moved: tuple[_Anchor, ...]


@check(
    "order.lis",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"source"}),
    summary=(
        "Whether the output follows the order of the file's own text: of the word trigrams that stand "
        "exactly once on both sides, the share on a longest increasing subsequence. Finds swapped passages "
        "and interleaved columns. Running headers and footers are left out; needs five such trigrams."
    ),
    mapping="5 x clip((share - low) / (high - low), 0, 1), low 0.50, high 0.98",
    params=anchors(LOW, HIGH),
    source="Longest increasing subsequence: Schensted (1961), in O(n log n).",
)
def order_lis(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is the share of anchors in order, 0-1."""

    def judge_pair(pair: TextPair) -> Item:
        output = body_output(pair)
        if output is None:
            reason = f"{pair.place} could not be read, so it has no order."
            return not_applicable(reason, page_index=pair.page_index)
        return _judge(output, pair.layer.body, pair.place, pair.page_index, params)

    def judge_all(pairs: tuple[TextPair, ...]) -> Item:
        outputs = [(pair, body_output(pair)) for pair in pairs]
        blocks = [part for _, output in outputs if output is not None for part in output.blocks]
        layer = join_words([pair.layer.body for pair, output in outputs if output is not None])
        return _judge(join_blocks(blocks), layer, "The document", None, params)

    return items_by_level(subject, level, judge_pair, judge_all)


def _judge(
    output: OutputText, layer: Words, place: str, page_index: int | None, params: Mapping[str, Any]
) -> Item:
    anchors_found = _anchors(output.words.tokens, layer.tokens)
    if len(anchors_found) < MINIMUM_ANCHORS:
        return not_applicable(
            f"{place} shares {len(anchors_found)} unique three-word passages with the text layer; "
            f"at least {MINIMUM_ANCHORS} are needed to judge an order.",
            page_index=page_index,
        )
    order = _order(anchors_found)
    value = order.in_order / order.anchor_count
    feedback = f"{place}: {percent(value)} of {order.anchor_count} unique passages are in the layer's order."
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
        details={"anchors": order.anchor_count, "in_order": order.in_order},
    )


def _anchors(output: Sequence[str], layer: Sequence[str]) -> list[_Anchor]:
    in_output, in_layer = _unique_trigrams(output), _unique_trigrams(layer)
    return [
        _Anchor(position, in_layer[trigram])
        for trigram, position in in_output.items()
        if position >= 0 and in_layer.get(trigram, -1) >= 0
    ]


def _unique_trigrams(tokens: Sequence[str]) -> dict[tuple[str, str, str], int]:
    """The position of each trigram in order of first occurrence; -1 when it stands there more than once."""
    found: dict[tuple[str, str, str], int] = {}
    for position, trigram in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        found[trigram] = -1 if trigram in found else position
    return found


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


def _longest_moved(anchors_found: Sequence[_Anchor], kept: set[int]) -> tuple[_Anchor, ...]:
    best: tuple[int, int] = (0, 0)
    first = 0
    for index in range(len(anchors_found) + 1):
        if index == len(anchors_found) or index in kept:
            if index - first > best[1] - best[0]:
                best = (first, index)
            first = index + 1
    return tuple(anchors_found[best[0] : best[1]])
