"""``text.number_agreement``: whether the numbers of output and text layer are the same, digit for digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.agreement import count_of, differing, differing_from_page, percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import (
    BlockText,
    TextPair,
    items_by_level,
    no_layer_reason,
    page_name,
    page_pairs,
)
from docassay.checks.registry import check
from docassay.checks.scale import anchored, anchors
from docassay.checks.words import digit_groups, listing, numbers

LOW: Final = 0.80
HIGH: Final = 1.0
BEST_WITH_A_DIFFERENCE: Final = 4.0
BEST_WITH_A_MISREADING: Final = 3.0
SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class _Numbers:
    """How many numbers each side has and which only one of them has."""

    expected: int
    printed: int
    missing: Counter[str]
    unsupported: Counter[str]

    @property
    def value(self) -> float | None:
        """The smaller one of recall and precision; None when neither side has a number."""
        shares = []
        if self.expected:
            shares.append(1 - self.missing.total() / self.expected)
        if self.printed:
            shares.append(1 - self.unsupported.total() / self.printed)
        return min(shares, default=None)


@check(
    "text.number_agreement",
    version="3",
    levels=("page", "document", "block"),
    needs=frozenset({"source"}),
    summary=(
        "Whether the output holds the same numbers as the file's own text layer, as often and digit for "
        "digit. Finds a single changed digit. Thousands marks and spaces do not count; a lost decimal mark "
        "does. A block rule looks for the block's numbers on its page."
    ),
    mapping=(
        "5 x clip((min(recall, precision) - low) / (high - low), 0, 1), low 0.80, high 1; "
        "at most 4 when any number differs, at most 3 when one stands for another of its length"
    ),
    params=anchors(LOW, HIGH),
    source="Multiset agreement of digit strings.",
    cost="0.8 ms a page",
)
def text_number_agreement(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page, a block or one for the document; ``value`` is min(recall, precision), 0-1."""
    if level == "block":
        return _blocks(subject, params)

    def judge_pair(pair: TextPair) -> Item:
        if pair.output is None:
            reason = f"{pair.place} could not be read, so there are no numbers to compare."
            return not_applicable(reason, page_index=pair.page_index)
        found = _compare(pair)
        return _item(found, pair.place, params, page_index=pair.page_index)

    def judge_all(pairs: tuple[TextPair, ...]) -> Item:
        found = [(pair, _compare(pair)) for pair in pairs if pair.output is not None]
        missing: Counter[str] = Counter()
        unsupported: Counter[str] = Counter()
        for _, each in found:
            missing.update(each.missing)
            unsupported.update(each.unsupported)
        total = _Numbers(
            expected=sum(each.expected for _, each in found),
            printed=sum(each.printed for _, each in found),
            missing=missing,
            unsupported=unsupported,
        )
        pages = [
            page_name(pair.page_index)
            for pair, each in found
            if pair.page_index is not None and (each.missing or each.unsupported)
        ]
        where = f" Differences on: {listing(pages)}." if pages else ""
        return _item(total, "The document", params, where=where)

    return items_by_level(subject, level, judge_pair, judge_all)


def _compare(pair: TextPair) -> _Numbers:
    """The numbers of one pair; a partly scanned page is asked for the layer's numbers only."""
    output = pair.output
    printed = numbers(output.words.text) if output is not None else ()
    markers = output.list_markers if output is not None else Counter[str]()
    body = numbers(pair.layer.body.text)
    missing, unsupported = differing_from_page(body, numbers(pair.layer.furniture.text), printed)
    if missing:
        missing -= markers + Counter(pair.layer.page_numbers)
    if output is not None and unsupported:
        unsupported -= Counter(numbers(output.enumerators))
        _forgive_spaces(missing, unsupported, output.words.text)
    if pair.is_partly_scanned:
        return _Numbers(len(body), 0, missing, Counter())
    return _Numbers(len(body), len(printed), missing, unsupported)


def _forgive_spaces(missing: Counter[str], unsupported: Counter[str], printed: str) -> None:
    """Take out of both what the layer has as several numbers and the output as one, with a mark between.

    A formula is set with space around its commas, which its source has not: ``x_{0,1}`` is ``0 , 1`` in the
    layer. The other way round, a number that the output takes apart, stays a fault.
    """
    if not missing or not unsupported:
        return
    groups = digit_groups(printed)
    parts = digit_groups(" ".join(missing))
    for number in list(unsupported):
        while unsupported[number] > 0:
            taken = _as_parts(groups.get(number, ()), parts, missing)
            if len(taken) < 2:
                break
            missing.subtract(taken)
            unsupported[number] -= 1
    for counter in (missing, unsupported):
        for number in [number for number, count in counter.items() if count <= 0]:
            del counter[number]


def _as_parts(
    groups: tuple[str, ...], parts: Mapping[str, tuple[str, ...]], available: Counter[str]
) -> list[str]:
    """Numbers that make up the groups when they are written one after the other; empty if none do."""
    taken: list[str] = []
    position = 0
    while position < len(groups):
        found = [
            number
            for number, of_number in parts.items()
            if available[number] > taken.count(number)
            and groups[position : position + len(of_number)] == of_number
        ]
        if not found:
            return []
        taken.append(max(found, key=lambda number: len(parts[number])))
        position += len(parts[taken[-1]])
    return taken


def _item(
    found: _Numbers, place: str, params: Mapping[str, Any], *, where: str = "", page_index: int | None = None
) -> Item:
    value = found.value
    if value is None:
        return not_applicable(f"{place} has no numbers in the text layer or output.", page_index=page_index)
    score = anchored(value, params, LOW, HIGH)
    if found.missing or found.unsupported:
        misread = _misread(found.missing, found.unsupported)
        score = min(score, BEST_WITH_A_MISREADING if misread else BEST_WITH_A_DIFFERENCE)
        told = f" Misread: {listing(misread, SHOWN)}." if misread else ""
        feedback = f"{place}: {percent(value)} of the numbers agree.{told} {_differences(found)}{where}"
    else:
        count = count_of(max(found.expected, found.printed), "number")
        feedback = f"{place}: {count}, and the output and the text layer agree on all of them."
    return Item(
        score=score,
        value=value,
        page_index=page_index,
        feedback=feedback,
        details={
            "expected_numbers": found.expected,
            "output_numbers": found.printed,
            "missing": _shown(found.missing),
            "unsupported": _shown(found.unsupported),
        },
    )


def _misread(missing: Counter[str], unsupported: Counter[str]) -> list[str]:
    """``4513 for 4512``: numbers of the output with one digit other than in a number that it lacks."""
    patterns: dict[str, str] = {}
    for number in missing:
        for place in range(len(number)):
            patterns.setdefault(f"{number[:place]}?{number[place + 1 :]}", number)
    found = []
    for number in unsupported:
        places = (f"{number[:place]}?{number[place + 1 :]}" for place in range(len(number)))
        meant = next((patterns[place] for place in places if place in patterns), None)
        if meant is not None:
            found.append(f"{number} for {meant}")
    return found


def _differences(found: _Numbers) -> str:
    parts = []
    if found.missing:
        parts.append(f"Only in the text layer: {listing(_each(found.missing), SHOWN)}.")
    if found.unsupported:
        parts.append(f"Only in the output: {listing(_each(found.unsupported), SHOWN)}.")
    return " ".join(parts)


def _each(tokens: Counter[str]) -> list[str]:
    return [f"{number} x{count}" if count > 1 else number for number, count in tokens.items()]


def _shown(tokens: Counter[str]) -> list[str]:
    return list(tokens)[:50]


def _blocks(subject: Subject, params: Mapping[str, Any]) -> list[Item]:
    pairs = page_pairs(subject)
    if not pairs:
        return [not_applicable(no_layer_reason(subject))]
    items = []
    for pair in pairs:
        if pair.output is None or pair.is_partly_scanned:
            continue
        layer = (*numbers(pair.layer.body.text), *numbers(pair.layer.furniture.text))
        for part in pair.output.blocks:
            item = _block(part, layer, params)
            if item is not None:
                items.append(item)
    return items or [not_applicable("No block with a text layer to compare with holds a number.")]


def _block(part: BlockText, layer: tuple[str, ...], params: Mapping[str, Any]) -> Item | None:
    printed = numbers(part.words.text)
    if not printed:
        return None
    _, unsupported = differing(layer, printed)
    unsupported -= Counter(numbers(part.enumerators))
    value = 1 - unsupported.total() / len(printed)
    score = anchored(value, params, LOW, HIGH)
    feedback = f"{part.block.id}: all {count_of(len(printed), 'number')} are in the text layer of the page."
    if unsupported:
        score = min(score, BEST_WITH_A_DIFFERENCE)
        feedback = (
            f"{part.block.id}: {count_of(unsupported.total(), 'number')} of {len(printed)} not in the text "
            f"layer of the page: {listing(_each(unsupported), SHOWN)}."
        )
    return Item(
        score=score,
        value=value,
        feedback=feedback,
        page_index=part.block.page_index,
        block_id=part.block.id,
        block_type=part.block.block_type,
        details={"output_numbers": len(printed), "unsupported": _shown(unsupported)},
    )
