"""What the checks of edit distances share: counts by page, added up for the document, with evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.agreement import block_name, count_of, lone_passage, quote_words
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.expected_text import RawPair, expected_items, raw_pairs, words_of
from docassay.checks.page_text import TextPair, page_name
from docassay.checks.scale import anchored
from docassay.checks.words import known_bigrams

SHORTEST_PASSAGE: Final = 3
STRICT: Final[dict[str, Any]] = {
    "strict": {
        "type": "boolean",
        "default": False,
        "description": (
            "Compare the texts as they are, white space alone folded: no common form of dashes, quotation "
            "marks and compatibility characters (words: case and punctuation count)."
        ),
    }
}


@dataclass(frozen=True, slots=True)
class Counted:
    """``edits`` over ``out_of`` units of text; ``value`` is ``1 - edits / out_of``, at least 0."""

    edits: int
    out_of: int

    @property
    def value(self) -> float:
        if not self.out_of:
            return 0.0 if self.edits else 1.0
        return max(0.0, 1 - self.edits / self.out_of)

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.edits + other.edits, self.out_of + other.out_of)


Count = Callable[[RawPair, TextPair], Counted]
"""Edits of a pair, and out of how many units. Raises ValueError for texts that are too large."""


def distance_items(
    subject: Subject,
    level: Level,
    params: Mapping[str, Any],
    count: Count,
    name: str,
    unit: str,
    low: float,
    high: float,
) -> list[Item]:
    """One item a page or one for the document; ``name`` is the check's, ``unit`` what is counted."""
    tables = bool(params.get("tables", True))
    raw = {pair.page_index: pair for pair in raw_pairs(subject, tables=tables)}

    def counted(pair: TextPair) -> Counted:
        key = f"{name} {params.get('strict', False)} {tables} {pair.page_index}"
        return subject.derive(key, lambda: count(raw[pair.page_index], pair))

    def judge(pairs: Sequence[TextPair], place: str, page_index: int | None) -> Item:
        try:
            each = [counted(pair) for pair in pairs]
        except ValueError as error:
            return not_applicable(f"{place}: {error}.", page_index=page_index)
        total = sum(each, Counted(0, 0))
        worst = min(zip(each, pairs, strict=True), key=lambda both: both[0].value)[1]
        failed = [pair.place for pair in pairs if pair.output is None]
        feedback = f"{place}: {total.edits:,} edits on {count_of(total.out_of, unit)}."
        if failed:
            feedback += f" Could not be read: {', '.join(failed)}."
        if len(pairs) > 1 and worst.page_index is not None and total.edits:
            feedback += f" Worst: {page_name(worst.page_index)}."
        is_lost = len(failed) == len(pairs)
        return Item(
            score=0.0 if is_lost else anchored(total.value, params, low, high),
            outcome="failed" if is_lost else "scored",
            value=0.0 if is_lost else total.value,
            page_index=page_index,
            feedback=feedback + passages(worst),
            details={
                "edits": total.edits,
                "out_of": total.out_of,
                "rate": total.edits / total.out_of if total.out_of else None,
            },
        )

    return expected_items(
        subject,
        level,
        lambda pair: judge([pair], pair.place, pair.page_index),
        lambda pairs: judge(pairs, "The document", None),
        tables=tables,
    )


def passages(pair: TextPair) -> str:
    """The longest passage that is missing and the longest that was not expected, as evidence."""
    truth, output = words_of(pair)
    told = ""
    missing = lone_passage(len(truth.tokens), known_bigrams(truth.tokens, output.bigrams))
    if missing.length >= SHORTEST_PASSAGE:
        told += (
            f" Longest missing passage ({count_of(missing.length, 'word')}): {quote_words(truth, missing)}."
        )
    added = lone_passage(len(output.tokens), known_bigrams(output.tokens, truth.bigrams))
    if added.length >= SHORTEST_PASSAGE and pair.output is not None:
        where = block_name(pair.output, added.first)
        told += (
            f" Longest passage that was not expected ({where}, {count_of(added.length, 'word')}): "
            f"{quote_words(output, added)}."
        )
    return told
