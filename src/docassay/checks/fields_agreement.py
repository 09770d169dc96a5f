"""``fields.agreement``: whether a second reading of the same document finds the same values."""

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

_SHOWN_FIELDS: Final = 8
_LISTED_FIELDS: Final = 200
_COMPARED: Final = frozenset({"matched", "misread"})
_DEEPEST: Final = 64


@check(
    "fields.agreement",
    version="1",
    levels=("document",),
    needs=frozenset({"extraction", "source", "second_reading"}),
    summary=(
        "Without expected outputs: whether a second extraction, made from the file's own text instead of the "
        "engine's conversion, finds the same values. Values that only one of the two has are counted and not "
        "graded, for the second reading sees no tables. Agreement is no proof: both readings share the rules "
        "of extraction and can be wrong together. Not applicable to scans."
    ),
    mapping="5 x weighted share of equal values in those that both readings have; names and prose in part",
    params={name: PARAMS[name] for name in ("types", "weights")},
    source="Self-consistency of two readings, compared as by fields.match.",
    cost="one more extraction by rules",
)
def fields_agreement(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is the weighted agreement of the values that both have, 0-1."""
    from docassay.checks.metrics.field_match import match_fields

    if subject.extraction is None:
        return [not_applicable("This result holds no extraction.")]
    if subject.second_extraction is None:
        return [not_applicable("There is no second reading: the file has no text of its own.")]
    schema = as_object_schema(subject.page_schema or {})
    second, first = (
        _what_is_said(without_envelopes(without_sidecars(side, schema), schema)) or {}
        for side in (subject.second_extraction, subject.extraction)
    )
    try:
        match = match_fields(second, first, field_rules(params, schema))
    except ValueError as error:
        return [not_applicable(f"The readings cannot be compared: {error}.")]
    both = [each for each in match.verdicts if each.verdict in _COMPARED]
    weight = sum(each.weight for each in both)
    details = _details(match, both)
    if not weight:
        told = f"No value is in both readings: {_told_alone(details)}."
        return [Item(score=None, outcome="not_applicable", feedback=told, details=details)]
    value = sum(each.value * each.weight for each in both) / weight
    return [Item(score=BEST * value, value=value, feedback=_feedback(both, value, details), details=details)]


def _what_is_said(value: Any, depth: int = 0) -> Any:
    """The value without nulls, empty texts, lists and objects at any depth; None when nothing is left."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        said = {name: _what_is_said(inner, depth + 1) for name, inner in value.items()}
        return {name: inner for name, inner in said.items() if inner is not None} or None
    if isinstance(value, list | tuple):
        return [inner for each in value if (inner := _what_is_said(each, depth + 1)) is not None] or None
    return None if isinstance(value, str) and not value.strip() else value


def _feedback(both: Sequence[FieldVerdict], value: float, details: Mapping[str, Any]) -> str:
    different = sorted((each for each in both if each.verdict != "matched"), key=lambda each: -each.weight)
    equal = len(both) - len(different)
    told = [f"{equal} of {len(both)} values that both readings have are equal ({percent(value)})."]
    told += [
        f"{each.path}: “{shorten(str(each.found), 60)}”, the second reading has "
        f"“{shorten(str(each.expected), 60)}”."
        for each in different[:_SHOWN_FIELDS]
    ]
    if len(different) > _SHOWN_FIELDS:
        told.append(f"And {len(different) - _SHOWN_FIELDS} more.")
    if details["only_extraction"] or details["only_second_reading"]:
        told.append(f"Not compared: {_told_alone(details)}.")
    return " ".join(told)


def _told_alone(details: Mapping[str, Any]) -> str:
    extraction, second = details["only_extraction"], details["only_second_reading"]
    return f"{extraction} only in the extraction, {second} only in the second reading"


def _details(match: FieldMatch, both: Sequence[FieldVerdict]) -> dict[str, Any]:
    only_second = match.count("unfound")
    return {
        "compared": len(both),
        "only_extraction": len(match.verdicts) - len(both) - only_second,
        "only_second_reading": only_second,
        "rows_matched_exactly": match.is_exact,
        "different": [
            {
                "path": each.path,
                "value": round(each.value, 4),
                "extraction": _plain(each.found),
                "second_reading": _plain(each.expected),
            }
            for each in both
            if each.verdict != "matched"
        ][:_LISTED_FIELDS],
    }


def _plain(value: Any) -> Any:
    return shorten(value) if isinstance(value, str) else value
