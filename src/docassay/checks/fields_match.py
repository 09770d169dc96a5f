"""``fields.match``: whether the extracted fields are the expected ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.agreement import percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.extracted_fields import as_object_schema, without_envelopes, without_sidecars
from docassay.checks.field_rules import PARAMS, field_rules
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import shorten

if TYPE_CHECKING:
    from docassay.checks.metrics.field_match import FieldMatch, FieldVerdict

SHOWN_FIELDS: Final = 8
LISTED_FIELDS: Final = 200
_WORDS: Final = {
    "misread": "misread",
    "unfound": "not found",
    "fabricated": "fabricated",
    "invented_item": "in invented rows",
    "invented_field": "in invented fields",
}


@check(
    "fields.match",
    version="1",
    levels=("document",),
    needs=frozenset({"extraction", "expected"}),
    summary=(
        "Whether the extracted fields are the expected ones: every value by its path, compared by its type "
        "(from the schema or `types`), rows of lists matched so that the most is right, wherever they "
        "stand. Six verdicts: matched, misread, unfound, fabricated (nothing is expected there), "
        "invented_item and invented_field. Citations, metadata and scores beside the fields are left out."
    ),
    mapping="5 x weighted share of matched values in all values of both sides; names and prose in part",
    params=PARAMS,
    source=(
        "Addresses and six verdicts after omni-extract-bench (Datalab, 2026); optimal assignment by the "
        "Hungarian method."
    ),
    cost="1.6 ms for 150 values",
)
def fields_match(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is the weighted accuracy, 0-1."""
    from docassay.checks.metrics.field_match import match_fields

    expected = subject.expected.fields if subject.expected is not None else None
    if expected is None:
        return [not_applicable("The expected output has no fields.")]
    if subject.extraction is None:
        return [not_applicable("This result holds no extraction.")]
    schema = as_object_schema(subject.page_schema or {})
    truth, found = (
        without_envelopes(without_sidecars(side, schema), schema) for side in (expected, subject.extraction)
    )
    try:
        match = match_fields(truth, found, field_rules(params, schema))
    except ValueError as error:
        return [not_applicable(f"The fields cannot be compared: {error}.")]
    accuracy = match.accuracy
    if accuracy is None:
        return [not_applicable("Nothing is expected and nothing was found.")]
    nothing_found = match.count("unfound") == len(match.verdicts)
    return [
        Item(
            score=0.0 if nothing_found else BEST * accuracy,
            outcome="failed" if nothing_found else "scored",
            value=accuracy,
            feedback=_feedback(match, accuracy),
            details=_details(match),
        )
    ]


def _feedback(match: FieldMatch, accuracy: float) -> str:
    total = len(match.verdicts)
    right = match.count("matched")
    told = f"{right} of {total} values are right ({percent(accuracy)})"
    counts = [f"{count} {words}" for verdict, words in _WORDS.items() if (count := _count(match, verdict))]
    told = f"{told}: {', '.join(counts)}." if counts else f"{told}."
    wrong = sorted(
        (each for each in match.verdicts if each.verdict != "matched"), key=lambda each: -each.weight
    )
    more = f" And {len(wrong) - SHOWN_FIELDS} more." if len(wrong) > SHOWN_FIELDS else ""
    return " ".join([told, *(_told(each) for each in wrong[:SHOWN_FIELDS])]) + more


def _count(match: FieldMatch, verdict: str) -> int:
    return sum(each.verdict == verdict for each in match.verdicts)


def _told(each: FieldVerdict) -> str:
    expected, found = (f"“{shorten(str(value), 60)}”" for value in (each.expected, each.found))
    if each.verdict == "misread":
        return f"{each.path}: {found} instead of {expected}."
    if each.verdict == "unfound":
        return f"{each.path}: {expected} was not found."
    words = {
        "fabricated": "where nothing is expected",
        "invented_item": "in a row that does not exist",
        "invented_field": "in a field that does not exist",
    }
    return f"{each.path}: {found} {words[each.verdict]}."


def _details(match: FieldMatch) -> dict[str, Any]:
    total = sum(each.weight for each in match.verdicts)
    right = sum(each.value * each.weight for each in match.verdicts)
    expected = sum(each.weight for each in match.verdicts if each.expected is not None)
    found = sum(each.weight for each in match.verdicts if each.found is not None)
    wrong = [each for each in match.verdicts if each.verdict != "matched"]
    return {
        "values": len(match.verdicts),
        "weight": total,
        "verdicts": {name: _count(match, name) for name in ("matched", *_WORDS)},
        "precision": right / found if found else None,
        "recall": right / expected if expected else None,
        "skipped": dict(match.skipped),
        "rows_matched_exactly": match.is_exact,
        "wrong": [
            {
                "path": each.path,
                "verdict": each.verdict,
                "value": round(each.value, 4),
                "expected": _plain(each.expected),
                "found": _plain(each.found),
            }
            for each in wrong[:LISTED_FIELDS]
        ],
    }


def _plain(value: Any) -> Any:
    return shorten(value) if isinstance(value, str) else value
