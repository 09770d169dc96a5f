"""``text.layer_recall``: how much of the file's own text is in the output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from docassay.checks.agreement import (
    Agreement,
    count_of,
    lone_passage,
    most_common,
    pair_agreement,
    percent,
    quote_words,
)
from docassay.checks.contract import Item, Level, Subject
from docassay.checks.page_text import TextPair, items_by_level, page_name
from docassay.checks.registry import check
from docassay.checks.scale import anchored, anchors

LOW: Final = 0.60
HIGH: Final = 0.99
SHORTEST_PASSAGE: Final = 3


@check(
    "text.layer_recall",
    version="2",
    levels=("page", "document"),
    needs=frozenset({"source"}),
    summary=(
        "The share of the words of the file's own text layer that the output holds. Finds dropped text. "
        "Running headers, footers and page numbers may be left out; a page that could not be read scores 0."
    ),
    mapping="5 x clip((recall - low) / (high - low), 0, 1), low 0.60, high 0.99",
    params=anchors(LOW, HIGH),
    source="Multiset word recall; trigram recall is reported in the details.",
    cost="1.2 ms a page",
)
def text_layer_recall(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is the word recall, 0-1."""

    def judge_pair(pair: TextPair) -> Item:
        if pair.output is None:
            return _failed_page(subject, pair)
        agreement = pair_agreement(subject, pair)
        value = _recall(agreement)
        return Item(
            score=anchored(value, params, LOW, HIGH),
            value=value,
            page_index=pair.page_index,
            feedback=f"{pair.place}: {_sentence(agreement)}{_missing_passage(pair)}",
            details=_details(agreement),
        )

    def judge_all(pairs: tuple[TextPair, ...]) -> Item:
        agreements = [pair_agreement(subject, pair) for pair in pairs]
        total = _sum(agreements)
        value = _recall(total)
        worst_agreement, worst = min(zip(agreements, pairs, strict=True), key=lambda both: _recall(both[0]))
        where = ""
        if worst_agreement.missing and worst.page_index is not None:
            where = f" Worst: {page_name(worst.page_index)} with {percent(_recall(worst_agreement))}."
        return Item(
            score=anchored(value, params, LOW, HIGH),
            value=value,
            feedback=f"The document: {_sentence(total)}{where}{_missing_passage(worst)}",
            details=_details(total),
        )

    return items_by_level(subject, level, judge_pair, judge_all)


def _recall(agreement: Agreement) -> float:
    return agreement.found / agreement.expected


def _sum(agreements: Sequence[Agreement]) -> Agreement:
    missing: Counter[str] = Counter()
    for agreement in agreements:
        missing.update(agreement.missing)
    return Agreement(
        expected=sum(agreement.expected for agreement in agreements),
        printed=sum(agreement.printed for agreement in agreements),
        missing=missing,
        unsupported=Counter(),
        trigram_recall=_weighted_trigram_recall(agreements),
        trigram_precision=None,
    )


def _weighted_trigram_recall(agreements: Sequence[Agreement]) -> float | None:
    known = [
        (each.trigram_recall, each.expected - 2) for each in agreements if each.trigram_recall is not None
    ]
    total = sum(weight for _, weight in known)
    return sum(recall * weight for recall, weight in known) / total if total > 0 else None


def _failed_page(subject: Subject, pair: TextPair) -> Item:
    expected = len(pair.layer.body.tokens)
    reason = subject.document.page_errors.get(pair.page_index if pair.page_index is not None else -1, "")
    return Item(
        score=0.0,
        outcome="failed",
        value=0.0,
        page_index=pair.page_index,
        feedback=(
            f"{pair.place} could not be read; {count_of(expected, 'word')} of its text layer are missing."
            + (f" Reason: {reason}" if reason else "")
        ),
        details={"expected_words": expected, "missing_words": expected},
    )


def _sentence(agreement: Agreement) -> str:
    missing = agreement.missing.total()
    if not missing:
        return f"all {count_of(agreement.expected, 'word')} of the text layer are in the output."
    return (
        f"{percent(_recall(agreement))} of the {count_of(agreement.expected, 'word')} of the text layer are "
        f"in the output; {count_of(missing, 'word')} missing: {most_common(agreement.missing)}."
    )


def _missing_passage(pair: TextPair) -> str:
    layer = pair.layer.body
    passage = lone_passage(len(layer.tokens), pair.is_printed, SHORTEST_PASSAGE)
    if not passage.length:
        return ""
    return f" Longest missing passage ({count_of(passage.length, 'word')}): {quote_words(layer, passage)}."


def _details(agreement: Agreement) -> dict[str, Any]:
    return {
        "expected_words": agreement.expected,
        "missing_words": agreement.missing.total(),
        "trigram_recall": agreement.trigram_recall,
    }
