"""``fields.cited``: whether the blocks that a value cites say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from docassay.checks.agreement import percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.extracted_fields import (
    DEEPEST,
    SIDECARS,
    as_object_schema,
    could_be_said,
    items_of,
    properties_of,
)
from docassay.checks.page_text import block_text
from docassay.checks.registry import check
from docassay.checks.scale import anchored, anchors
from docassay.checks.value_match import Haystack
from docassay.checks.words import listing, shorten

LOW: Final = 0.5
HIGH: Final = 1.0
BEST_ALONE: Final = 4.0
SHOWN_FIELDS: Final = 8


class _Cited(NamedTuple):
    path: str
    value: str | int | float
    blocks: tuple[str, ...]


@check(
    "fields.cited",
    version="1",
    levels=("document",),
    needs=frozenset({"extraction"}),
    summary=(
        "The share of extracted values that the blocks they cite say: the blocks exist and one of them, or "
        "all together, print the value (dates may be spelled, numbers formatted and texts spaced "
        "differently). A value without a citation is not cited. Nulls, booleans and values from a fixed "
        "list (enum, const) are not counted."
    ),
    mapping=(
        "5 x clip((share - low) / (high - low), 0, 1), low 0.50, high 1; at most 4, since a value that is "
        "cited rightly may still be the wrong one"
    ),
    params=anchors(LOW, HIGH),
    source="Groundedness of `fields.grounded`, in the cited blocks alone.",
    cost="0.6 ms for 150 values",
)
def fields_cited(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is the share of values that their citations say, 0-1."""
    if subject.extraction is None:
        return [not_applicable("This result holds no extraction.")]
    schema = as_object_schema(subject.page_schema or {})
    cited = list(_values(subject.extraction, schema, "", (), 0))
    if not cited:
        return [not_applicable("The extraction has no value that a document could say word for word.")]
    if not any(each.blocks for each in cited):
        return [not_applicable("The extraction cites nothing.")]
    wanted = {block for each in cited for block in each.blocks}
    texts = {block.id: block_text(block).text for block in subject.document.walk() if block.id in wanted}
    wrong = [(each, reason) for each in cited if (reason := _objection(each, texts))]
    value = 1 - len(wrong) / len(cited)
    feedback = f"All {len(cited)} values stand in the blocks that they cite."
    if wrong:
        shown = listing(
            (f"{each.path} = “{shorten(str(each.value), 80)}” ({reason})" for each, reason in wrong),
            SHOWN_FIELDS,
        )
        feedback = (
            f"{percent(value)} of {len(cited)} values stand in the blocks that they cite. Not: {shown}."
        )
    return [
        Item(
            score=min(BEST_ALONE, anchored(value, params, LOW, HIGH)),
            value=value,
            feedback=feedback,
            details={
                "values": len(cited),
                "wrong": [
                    {"path": each.path, "value": shorten(str(each.value)), "reason": reason}
                    for each, reason in wrong[:50]
                ],
            },
        )
    ]


def _objection(each: _Cited, texts: Mapping[str, str]) -> str:
    """Why the citation does not hold, empty when it does."""
    if not each.blocks:
        return "cites nothing"
    unknown = [block for block in each.blocks if block not in texts]
    known = [texts[block] for block in each.blocks if block in texts]
    if known and Haystack("\n".join(known)).says(each.value):
        return ""
    if unknown:
        return f"cites {shorten(unknown[0], 60)}, which does not exist"
    return f"not in {shorten(each.blocks[0], 60)}"


def _values(
    value: Any, schema: Mapping[str, Any], path: str, blocks: tuple[str, ...], depth: int
) -> Iterator[_Cited]:
    """Every value that a document could say, with the blocks cited for it or for what it stands in."""
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        declared = properties_of(schema)
        own = _ids(value.get("_citations"), blocks)
        if "value" in value and "citations" in value and "value" not in declared:
            yield from _values(value["value"], schema, path, _ids(value["citations"], own), depth + 1)
            return
        for name, inner in value.items():
            is_beside = name not in declared and any(
                name.endswith(end) and (name[: -len(end)] in value or name == end) for end in SIDECARS
            )
            if not is_beside:
                at = f"{path}.{name}" if path else str(name)
                cited = _ids(value.get(f"{name}_citations"), own)
                yield from _values(inner, declared.get(name, {}), at, cited, depth + 1)
    elif isinstance(value, list | tuple):
        for row, inner in enumerate(value):
            yield from _values(inner, items_of(schema), f"{path}[{row}]", blocks, depth + 1)
    elif could_be_said(value, schema):
        yield _Cited(path, value, blocks)


def _ids(citations: Any, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of blocks in a list of citations: texts, or objects that name their block."""
    if not isinstance(citations, list | tuple):
        return otherwise
    found = []
    for citation in citations:
        if isinstance(citation, Mapping):
            citation = citation.get("block_id") or citation.get("id")
        if isinstance(citation, str):
            found.append(citation)
    return tuple(found)
