"""``text.missing_passage``: whether a passage of the page is not in the output at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.checks.agreement import count_of, lone_passages
from docassay.checks.contract import Item, Level, Subject
from docassay.checks.expected_text import AGAINST
from docassay.checks.page_text import TextPair
from docassay.checks.passage_items import SHORTEST, Found, passage_items, too_short
from docassay.checks.passages import MAPPING
from docassay.checks.registry import check


@check(
    "text.missing_passage",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"source", "expected"}),
    summary=(
        "Whether a passage of the page is not in the output at all: the longest run of words none of whose "
        "pairs of neighbours occur there. Compares with the expected text, else with the file's own text "
        "layer. Quotes the passages."
    ),
    mapping=MAPPING,
    params=AGAINST,
    source="Runs of unmatched bigrams; the anchors are the catalogue's own.",
    cost="0.8 ms a page",
)
def text_missing_passage(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is score / 5."""

    def find(pair: TextPair, name: str) -> Found | Item:
        body = pair.layer.body
        few = too_short(pair, len(body.tokens), name)
        if few is not None:
            return few
        if pair.output is None:
            return Item(
                score=0.0,
                outcome="failed",
                value=0.0,
                page_index=pair.page_index,
                feedback=f"{pair.place} could not be read; {count_of(len(body.tokens), 'word')} are missing.",
            )
        missing = lone_passages(len(body.tokens), pair.is_printed, SHORTEST)
        page = "" if pair.page_index is None else f"page {pair.page_index + 1}, "
        return Found(body, tuple(missing), lambda _: page)

    return passage_items(subject, level, params, find, "Missing")
