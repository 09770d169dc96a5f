"""``text.layer_precision``: how much of the output is in the file's own text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from docassay.checks.agreement import (
    Agreement,
    block_name,
    count_of,
    differing,
    lone_passage,
    most_common,
    pair_agreement,
    percent,
    quote_words,
)
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
from docassay.checks.words import Words, known_bigrams, to_words

LOW: Final = 0.70
HIGH: Final = 0.99
SHORTEST_PASSAGE: Final = 3
MINIMUM_BLOCK_WORDS: Final = 3


@check(
    "text.layer_precision",
    version="2",
    levels=("page", "document", "block"),
    needs=frozenset({"source"}),
    summary=(
        "The share of the output's words that the file's own text layer holds. Finds invented and misread "
        "text. A page read by OCR whose layer holds less than half of its text is left out: there the "
        "layer proves nothing."
    ),
    mapping="5 x clip((precision - low) / (high - low), 0, 1), low 0.70, high 0.99",
    params={
        **anchors(LOW, HIGH),
        "minimum_words": {
            "type": "integer",
            "minimum": 1,
            "default": MINIMUM_BLOCK_WORDS,
            "description": "Block rules leave out blocks with fewer words.",
        },
    },
    source="Multiset word precision (1 - hallucination rate); trigram precision is reported in the details.",
    cost="1.3 ms a page",
)
def text_layer_precision(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page, a block or one for the document; ``value`` is the word precision, 0-1."""
    if level == "block":
        return _blocks(subject, params)

    def judge_pair(pair: TextPair) -> Item:
        reason = _why_not(pair)
        if reason:
            return not_applicable(reason, page_index=pair.page_index)
        agreement = pair_agreement(subject, pair)
        value = agreement.supported / agreement.printed
        return Item(
            score=anchored(value, params, LOW, HIGH),
            value=value,
            page_index=pair.page_index,
            feedback=f"{pair.place}: {_sentence(agreement)}{_unsupported_passage(pair)}",
            details=_details(agreement.printed, agreement.unsupported, agreement.trigram_precision),
        )

    def judge_all(pairs: tuple[TextPair, ...]) -> Item:
        judged = [(pair, pair_agreement(subject, pair)) for pair in pairs if not _why_not(pair)]
        if not judged:
            return not_applicable(_why_not(pairs[0]))
        unsupported: Counter[str] = Counter()
        for _, agreement in judged:
            unsupported.update(agreement.unsupported)
        printed = sum(agreement.printed for _, agreement in judged)
        total = Agreement(0, printed, Counter(), unsupported, None, None)
        worst_pair, worst = min(judged, key=lambda both: both[1].supported / both[1].printed)
        where = ""
        if worst.unsupported and worst_pair.page_index is not None:
            where = (
                f" Worst: {page_name(worst_pair.page_index)} with {percent(worst.supported / worst.printed)}."
            )
        value = total.supported / printed
        return Item(
            score=anchored(value, params, LOW, HIGH),
            value=value,
            feedback=f"The document: {_sentence(total)}{where}{_unsupported_passage(worst_pair)}",
            details=_details(printed, unsupported, None),
        )

    return items_by_level(subject, level, judge_pair, judge_all)


def _why_not(pair: TextPair) -> str:
    """Why the pair says nothing about precision; empty when it does."""
    if pair.output is None:
        return f"{pair.place} could not be read, so there is no output to judge."
    if not pair.output.words.tokens:
        return f"{pair.place} has no words in the output, so there is nothing that could be invented."
    if pair.is_partly_scanned:
        return (
            f"{pair.place} was read by OCR and its text layer holds less than half of the text, "
            "so the layer cannot tell what was invented."
        )
    return ""


def _sentence(agreement: Agreement) -> str:
    unsupported = agreement.unsupported.total()
    if not unsupported:
        return f"all {count_of(agreement.printed, 'word')} of the output are in the text layer."
    return (
        f"{percent(agreement.supported / agreement.printed)} of the {count_of(agreement.printed, 'word')} of "
        f"the output are in the text layer; not there: {most_common(agreement.unsupported)}."
    )


def _unsupported_passage(pair: TextPair) -> str:
    if pair.output is None:
        return ""
    words = pair.output.words
    passage = lone_passage(len(words.tokens), pair.is_supported, SHORTEST_PASSAGE)
    if not passage.length:
        return ""
    return (
        f" Longest passage without support ({count_of(passage.length, 'word')}, "
        f"{block_name(pair.output, passage.first)}): {quote_words(words, passage)}."
    )


def _details(printed: int, unsupported: Counter[str], trigram_precision: float | None) -> dict[str, Any]:
    details: dict[str, Any] = {"output_words": printed, "unsupported_words": unsupported.total()}
    if trigram_precision is not None:
        details["trigram_precision"] = trigram_precision
    return details


def _blocks(subject: Subject, params: Mapping[str, Any]) -> list[Item]:
    pairs = page_pairs(subject)
    if not pairs:
        return [not_applicable(no_layer_reason(subject))]
    minimum = int(params.get("minimum_words", MINIMUM_BLOCK_WORDS))
    items = [
        _block(part, pair, params)
        for pair in pairs
        if pair.output is not None and not pair.is_partly_scanned
        for part in pair.output.blocks
        if len(part.words.tokens) >= minimum
    ]
    return items or [
        not_applicable(f"No block with a text layer to compare with has {minimum} words or more.")
    ]


def _block(part: BlockText, pair: TextPair, params: Mapping[str, Any]) -> Item:
    tokens = part.words.tokens
    layer = (*pair.layer.body.tokens, *pair.layer.furniture.tokens)
    _, unsupported = differing(layer, tokens)
    unsupported -= Counter(to_words(part.enumerators).tokens)
    value = 1 - unsupported.total() / len(tokens)
    is_known = known_bigrams(tokens, Words("", layer).bigrams)
    passage = lone_passage(len(tokens), is_known, SHORTEST_PASSAGE)
    quoted = ""
    if passage.length:
        quoted = f" Longest passage without support: {quote_words(part.words, passage)}."
    agreement = Agreement(0, len(tokens), Counter(), unsupported, None, None)
    return Item(
        score=anchored(value, params, LOW, HIGH),
        value=value,
        feedback=f"{part.block.id}: {_sentence(agreement)}{quoted}",
        page_index=part.block.page_index,
        block_id=part.block.id,
        block_type=part.block.block_type,
        details=_details(len(tokens), unsupported, None),
    )
