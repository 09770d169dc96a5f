"""``text.nid``: how alike the output and the expected text are by insertions and deletions."""

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
    "text.nid",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "Normalised Indel similarity: 1 - characters to insert or delete, over the length of both texts "
        "together. The text measure of DP-Bench and READoc; kinder than `text.ned`."
    ),
    mapping="5 x clip((value - low) / (high - low), 0, 1), low 0.50, high 1.00",
    params={**anchors(LOW, HIGH), **STRICT, **TABLES},
    source="Indel similarity as in DP-Bench (2024) and READoc (2024).",
    cost="1.8 ms a page",
)
def text_nid(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is 0-1."""
    strict = bool(params.get("strict", False))

    def count(raw: RawPair, pair: TextPair) -> Counted:
        from docassay.checks.metrics.edit_similarity import comparable
        from docassay.checks.metrics.text_distance import indel_distance, squeezed

        truth, output = (squeezed(text) if strict else comparable(text) for text in (raw.truth, raw.output))
        return Counted(indel_distance(truth, output), len(truth) + len(output))

    return distance_items(subject, level, params, count, "text.nid", "character", LOW, HIGH)
