"""``fields.grounded``: whether every extracted value stands somewhere in the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from docassay.checks.agreement import percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.extracted_fields import as_object_schema, could_be_said, leaves, without_sidecars
from docassay.checks.page_text import block_texts, has_page_pairs
from docassay.checks.registry import check
from docassay.checks.scale import anchored, anchors
from docassay.checks.value_match import Haystack
from docassay.checks.words import listing, shorten

LOW: Final = 0.5
HIGH: Final = 1.0
BEST_ALONE: Final = 4.0
SHOWN_FIELDS: Final = 8


@check(
    "fields.grounded",
    version="2",
    levels=("document",),
    needs=frozenset({"extraction", "source"}),
    summary=(
        "The share of extracted values that the document says somewhere, in its text layer or, on pages "
        "without one, in the converted text. Dates may be spelled, numbers formatted and texts spaced "
        "differently. Nulls, booleans and values from a fixed list (enum, const) are not counted. Finds "
        "inventions and misreadings, never a right value in a wrong field."
    ),
    mapping=(
        "5 x clip((share - low) / (high - low), 0, 1), low 0.50, high 1; at most 4, since a value that "
        "stands in the document may still be the wrong one"
    ),
    params=anchors(LOW, HIGH),
    source="Groundedness as a necessary condition for correct values.",
    cost="13 ms for 150 values",
)
def fields_grounded(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is the share of grounded values, 0-1."""
    if subject.extraction is None:
        return [not_applicable("This result holds no extraction.")]
    schema = as_object_schema(subject.page_schema or {})
    values = without_sidecars(subject.extraction, schema)
    counted = [leaf for leaf in leaves(values, schema) if could_be_said(leaf.value, leaf.schema)]
    if not counted:
        return [not_applicable("The extraction has no value that a document could say word for word.")]
    haystack = Haystack(reference_text(subject))
    lone = [leaf for leaf in counted if not haystack.says(leaf.value)]
    value = 1 - len(lone) / len(counted)
    feedback = f"All {len(counted)} values stand in the document."
    if lone:
        shown = listing((f"{leaf.path} = “{shorten(str(leaf.value), 80)}”" for leaf in lone), SHOWN_FIELDS)
        feedback = (
            f"{percent(value)} of {len(counted)} values stand in the document. Not found there: {shown}."
        )
    return [
        Item(
            score=min(BEST_ALONE, anchored(value, params, LOW, HIGH)),
            value=value,
            feedback=feedback,
            details={
                "values": len(counted),
                "ungrounded": [{"path": leaf.path, "value": shorten(str(leaf.value))} for leaf in lone[:50]],
            },
        )
    ]


def reference_text(subject: Subject) -> str:
    """The text layer of each converted page that has one, and the converted text of the others.

    A page that was not asked for grounds nothing: no value can have come from it.
    """
    converted = {
        index: "\n".join(part.words.text for part in parts) for index, parts in block_texts(subject).items()
    }
    source = subject.source
    if source is None or not source.has_text:
        return "\n".join(converted.values())
    layers = {page.index: page.text for page in source.pages if page.text.strip()}
    if not has_page_pairs(subject):
        return "\n".join(layers.values())
    return "\n".join(layers.get(index, text) for index, text in sorted(converted.items()))
