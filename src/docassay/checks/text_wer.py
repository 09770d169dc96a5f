"""``text.wer``: the share of words that are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.expected_text import TABLES, RawPair, words_of
from docassay.checks.page_text import TextPair
from docassay.checks.registry import check
from docassay.checks.scale import anchors
from docassay.checks.text_distances import STRICT, Counted, distance_items

LOW: Final = 0.50
HIGH: Final = 1.0


@check(
    "text.wer",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "1 - word error rate: words to insert, delete or replace, over those of the expected text. Words are "
        "those of all text checks: case, punctuation and line-end hyphens do not count, and Chinese, "
        "Japanese and Korean have one word a character. With `strict` words are what white space parts."
    ),
    mapping="5 x clip((value - low) / (high - low), 0, 1), low 0.50, high 1.00",
    params={**anchors(LOW, HIGH), **STRICT, **TABLES},
    source="Word error rate as in speech recognition; `strict` as in jiwer without transforms.",
    cost="1.5 ms a page",
)
def text_wer(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is 0-1."""
    strict = bool(params.get("strict", False))

    def count(raw: RawPair, pair: TextPair) -> Counted:
        from docassay.checks.metrics.text_distance import word_distance

        if strict:
            truth, output = tuple(raw.truth.split()), tuple(raw.output.split())
        else:
            truth, output = (words.tokens for words in words_of(pair))
        return Counted(word_distance(truth, output), len(truth))

    return distance_items(subject, level, params, count, "text.wer", "word", LOW, HIGH)
