"""``text.tokens``: how many of the expected words are there, and how many were added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.agreement import count_of, differing, most_common, percent
from docassay.checks.contract import Item, Level, Subject
from docassay.checks.expected_text import TABLES, expected_items, words_of
from docassay.checks.page_text import TextPair
from docassay.checks.registry import check
from docassay.checks.scale import anchored, anchors
from docassay.checks.text_distances import passages

LOW: Final = 0.60
HIGH: Final = 0.99


@dataclass(frozen=True, slots=True)
class _Tokens:
    expected: int
    printed: int
    missing: Counter[str]
    added: Counter[str]

    @property
    def found(self) -> float:
        """The share of expected words that are in the output."""
        return 1 - self.missing.total() / self.expected if self.expected else 1.0

    @property
    def supported(self) -> float:
        """The share of the output's words that are expected."""
        return 1 - self.added.total() / self.printed if self.printed else 1.0

    @property
    def f1(self) -> float:
        both = self.expected + self.printed
        return 1 - (self.missing.total() + self.added.total()) / both if both else 1.0


@check(
    "text.tokens",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "The words of the output against the expected ones, with copies, wherever they stand: F1 of words "
        "found and words added. Order does not matter; a word that one side has in two pieces is no fault. "
        "Both shares and the words themselves are reported."
    ),
    mapping="5 x clip((F1 - low) / (high - low), 0, 1), low 0.60, high 0.99",
    params={**anchors(LOW, HIGH), **TABLES},
    source="TokensFound and TokensAdded of SCORE (Unstructured, 2025), as recall and precision of multisets.",
    cost="1.0 ms a page",
)
def text_tokens(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is F1, 0-1."""
    tables = bool(params.get("tables", True))

    def judge(pairs: Sequence[TextPair], place: str, page_index: int | None) -> Item:
        counted = [_counted(subject, pair, tables=tables) for pair in pairs]
        total = _Tokens(
            sum(each.expected for each in counted),
            sum(each.printed for each in counted),
            _sum(each.missing for each in counted),
            _sum(each.added for each in counted),
        )
        is_lost = all(pair.output is None for pair in pairs)
        worst = min(zip(counted, pairs, strict=True), key=lambda both: both[0].f1)[1]
        return Item(
            score=0.0 if is_lost else anchored(total.f1, params, LOW, HIGH),
            outcome="failed" if is_lost else "scored",
            value=0.0 if is_lost else total.f1,
            page_index=page_index,
            feedback=f"{place}: {_sentence(total)}{passages(worst)}",
            details={
                "expected_words": total.expected,
                "found": total.found,
                "added": 1 - total.supported,
            },
        )

    return expected_items(
        subject,
        level,
        lambda pair: judge([pair], pair.place, pair.page_index),
        lambda pairs: judge(pairs, "The document", None),
        tables=tables,
    )


def _counted(subject: Subject, pair: TextPair, *, tables: bool) -> _Tokens:
    return subject.derive(f"text.tokens {tables} {pair.page_index}", lambda: _count(pair))


def _count(pair: TextPair) -> _Tokens:
    truth, output = words_of(pair)
    missing, added = differing(truth.tokens, output.tokens)
    if pair.output is not None:
        # A list that numbers itself shows its numbers without having them in its text.
        missing -= pair.output.list_markers
    return _Tokens(len(truth.tokens), len(output.tokens), missing, added)


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _sentence(total: _Tokens) -> str:
    told = f"{percent(total.found)} of the {count_of(total.expected, 'expected word')} are in the output"
    if total.missing:
        told += f", missing: {most_common(total.missing)}"
    if total.added:
        told += f"; {count_of(total.added.total(), 'word')} not expected: {most_common(total.added)}"
    return told + "."
