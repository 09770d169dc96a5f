"""``fields.omni_extract``: the extracted fields as the scorer of omni-extract-bench grades them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from docassay.checks.agreement import percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.extracted_fields import as_object_schema, leaves, without_sidecars
from docassay.checks.registry import Scorer, check
from docassay.checks.scale import BEST

SCORER: Final = Scorer("omni-extract-bench", "0.1.7", "omni")
MAX_VALUES: Final = 5_000
"""Of a side. The scorer prices nested lists one pair of rows at a time: with more the file would time out."""

_COUNTS: Final = ("matched", "misread", "unfound", "fabricated", "invented_item", "invented_field")
_MEASURES: Final = ("precision", "recall", "f1", "total", "asserted", *_COUNTS, "matching_exact")


@check(
    "fields.omni_extract",
    version="1",
    levels=("document",),
    needs=frozenset({"extraction", "expected"}),
    summary=(
        "Whether the extracted fields are the expected ones, graded by Datalab's own scorer: right or wrong, "
        "without types and partial credit. For figures that are comparable with that benchmark's; "
        "fields.match is faster and knows types."
    ),
    mapping="5 x accuracy",
    params={
        "order_matters": {
            "type": "array",
            "items": {"type": "string"},
            "default": [],
            "description": "Lists whose order counts, by path as the scorer writes it: `invoice.lines`.",
        }
    },
    source="omni-extract-bench (Datalab, 2026), Apache-2.0.",
    cost="8 s for 2,000 rows of 7 values; minutes for nested lists",
    scorer=SCORER,
)
def fields_omni_extract(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is the scorer's accuracy, 0-1."""
    expected = subject.expected.fields if subject.expected is not None else None
    if expected is None:
        return [not_applicable("The expected output has no fields.")]
    if subject.extraction is None:
        return [not_applicable("This result holds no extraction.")]
    schema = as_object_schema(subject.page_schema or {})
    found = without_sidecars(subject.extraction, schema)
    for side in (expected, found):
        if next(islice(leaves(side, schema), MAX_VALUES, None), None) is not None:
            return [_not_graded(f"There are more than {MAX_VALUES:,} values, too many for this scorer.")]

    from omni_extract_bench import score

    try:
        result = score(found, dict(expected), schema, order_matters=tuple(params.get("order_matters", ())))
    except (TypeError, ValueError, RecursionError) as error:
        return [_not_graded(f"The scorer refuses this: {error}")]
    if not result["total"]:
        return [not_applicable("Nothing is expected and nothing was found.")]
    accuracy = float(result["accuracy"])
    is_failure = not result["asserted"]
    return [
        Item(
            score=0.0 if is_failure else BEST * accuracy,
            outcome="failed" if is_failure else "scored",
            value=accuracy,
            feedback=_feedback(result, accuracy),
            details={
                "scorer": f"{SCORER.package} {SCORER.version}",
                **{name: result[name] for name in _MEASURES},
            },
        )
    ]


def _not_graded(reason: str) -> Item:
    """There is something to grade, and the scorer cannot: that is not the document's doing."""
    return Item(score=None, outcome="errored", feedback=reason)


def _feedback(result: Mapping[str, Any], accuracy: float) -> str:
    wrong = ", ".join(f"{result[name]} {name.replace('_', ' ')}" for name in _COUNTS[1:] if result[name])
    told = f"{result['matched']} of {result['total']} values are right ({percent(accuracy)})"
    return f"{told}: {wrong}." if wrong else f"{told}."
