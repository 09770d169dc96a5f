"""``text.unsupported_passage``: whether the output has a passage that the page has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.checks.agreement import block_name, lone_passages
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.expected_text import AGAINST
from docassay.checks.page_text import TextPair
from docassay.checks.passage_items import SHORTEST, Found, passage_items, too_short
from docassay.checks.passages import MAPPING
from docassay.checks.registry import check
from docassay.checks.words import known_bigrams


@check(
    "text.unsupported_passage",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"source", "expected"}),
    summary=(
        "Whether the output has a passage that the page has not: the longest run of words none of whose "
        "pairs of neighbours occur there. Finds invented text. Compares with the expected text, else with "
        "the file's own text layer (a page read by OCR whose layer holds less than half of its text is left "
        "out). Quotes the passages and names their blocks."
    ),
    mapping=MAPPING,
    params=AGAINST,
    source="Runs of unmatched bigrams; the anchors are the catalogue's own.",
    cost="0.9 ms a page",
)
def text_unsupported_passage(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is score / 5."""

    def find(pair: TextPair, name: str) -> Found | Item:
        output = pair.output
        if output is None:
            reason = f"{pair.place} could not be read, so nothing in it is unsupported."
            return not_applicable(reason, page_index=pair.page_index)
        if pair.is_partly_scanned:
            reason = f"{pair.place} was read by OCR and its text layer holds only part of it."
            return not_applicable(reason, page_index=pair.page_index)
        few = too_short(pair, len(output.words.tokens), "output")
        if few is not None:
            return few
        alone = lone_passages(len(output.words.tokens), pair.is_supported, SHORTEST)
        if alone and pair.layer.whole is not pair.layer.body:
            tokens, known = output.words.tokens, pair.layer.bigrams | pair.layer.whole.bigrams
            alone = lone_passages(len(tokens), known_bigrams(tokens, known), SHORTEST)
        return Found(output.words, tuple(alone), lambda token: f"{block_name(output, token)}, ")

    return passage_items(subject, level, params, find, f"Not in the {_name(subject, params)}")


def _name(subject: Subject, params: Mapping[str, Any]) -> str:
    from docassay.checks.expected_text import reference_of

    return reference_of(subject, str(params.get("against", "auto"))).name
