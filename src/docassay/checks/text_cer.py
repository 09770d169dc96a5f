"""``text.cer``: the share of characters that are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.expected_text import TABLES, RawPair
from docassay.checks.page_text import TextPair
from docassay.checks.registry import check
from docassay.checks.scale import anchors
from docassay.checks.text_distances import STRICT, Counted, distance_items

LOW: Final = 0.50
HIGH: Final = 1.0


@check(
    "text.cer",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "1 - character error rate: characters to insert, delete or replace, over those of the expected text. "
        "The usual measure of OCR; a text that is twice too long has nothing left (the value ends at 0, the "
        "rate in the details does not)."
    ),
    mapping="5 x clip((value - low) / (high - low), 0, 1), low 0.50, high 1.00",
    params={**anchors(LOW, HIGH), **STRICT, **TABLES},
    source="Levenshtein (1966); the rate as in the ISRI tools (Rice 1996).",
    cost="1.9 ms a page",
)
def text_cer(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is 0-1."""
    strict = bool(params.get("strict", False))

    def count(raw: RawPair, pair: TextPair) -> Counted:
        from docassay.checks.metrics.edit_similarity import comparable
        from docassay.checks.metrics.text_distance import levenshtein_distance, squeezed

        truth, output = (squeezed(text) if strict else comparable(text) for text in (raw.truth, raw.output))
        return Counted(levenshtein_distance(truth, output), len(truth))

    return distance_items(subject, level, params, count, "text.cer", "character", LOW, HIGH)
