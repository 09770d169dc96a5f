"""``fields.schema_valid``: whether an extraction has the shape that its schema asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.agreement import count_of
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.extracted_fields import as_object_schema, leaves, without_nulls, without_sidecars
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import shorten

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MOST_ERRORS: Final = 1_000
SHOWN_ERRORS: Final = 6


@check(
    "fields.schema_valid",
    version="1",
    levels=("document",),
    needs=frozenset({"extraction"}),
    summary=(
        "Whether the extracted object keeps to its page schema: types, formats, enums, required fields. A "
        "null counts as not found and is an error only where the schema requires the field; an extraction "
        "of nothing but nulls that may be null is not applicable. Citations, metadata and scores beside the "
        "fields are left out."
    ),
    mapping="5 x (1 - min(1, places with an error / fields that have or need a value))",
    source="JSON Schema 2020-12, format assertions included.",
    cost="1.0 ms for 150 values",
)
def fields_schema_valid(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is 1 - errors / fields found or required, 0-1."""
    if subject.extraction is None or subject.page_schema is None:
        return [not_applicable("This result holds no extraction with a page schema.")]
    schema = as_object_schema(subject.page_schema)
    values = without_sidecars(subject.extraction, schema)
    try:
        errors = _errors(without_nulls(values), schema)
    except _schema_errors() as error:
        reason = f"The page schema itself cannot be used: {shorten(str(error))}"
        return [Item(score=None, feedback=reason, outcome="errored")]
    found = [leaf for leaf in leaves(values, schema) if leaf.value is not None]
    if not found and not errors:
        return [not_applicable("The extraction found no value, and the schema requires none.")]
    fields = len(found)
    missing = sum(1 for path in errors if path.endswith("?"))
    value = 1 - min(1.0, len(errors) / max(1, fields + missing))
    feedback = f"All {count_of(fields, 'field')} are as the schema says."
    if errors:
        shown = "; ".join(
            f"{path.rstrip('?')}: {message}" for path, message in list(errors.items())[:SHOWN_ERRORS]
        )
        more = f"; and {len(errors) - SHOWN_ERRORS} more" if len(errors) > SHOWN_ERRORS else ""
        places = f"{count_of(len(errors), 'place')} in {count_of(fields, 'field')}"
        feedback = f"{places} break the schema: {shown}{more}."
    return [
        Item(
            score=BEST * value,
            value=value,
            feedback=feedback,
            details={
                "fields": fields,
                "errors": [{"path": p.rstrip("?"), "message": m} for p, m in list(errors.items())[:50]],
            },
        )
    ]


def _schema_errors() -> tuple[type[Exception], ...]:
    from jsonschema.exceptions import SchemaError, UnknownType
    from referencing.exceptions import Unresolvable

    return SchemaError, UnknownType, Unresolvable


def _errors(values: Any, schema: Mapping[str, Any]) -> dict[str, str]:
    """The first message for each place that is wrong; a missing field's place ends in ``?``.

    References to other documents are refused, never fetched.
    """
    from jsonschema import Draft202012Validator
    from referencing import Registry

    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(
        schema, format_checker=Draft202012Validator.FORMAT_CHECKER, registry=Registry()
    )
    found: dict[str, str] = {}
    for error in validator.iter_errors(values):
        if error.validator == "required":
            for name in _missing_names(error):
                place = f"{error.json_path}.{name}".removeprefix("$.")
                found.setdefault(f"{place}?", "a required field is missing")
        else:
            found.setdefault(error.json_path.removeprefix("$.") or "$", shorten(error.message, 120))
        if len(found) >= MOST_ERRORS:
            break
    return found


def _missing_names(error: ValidationError) -> list[str]:
    required = error.validator_value if isinstance(error.validator_value, list) else []
    instance = error.instance if isinstance(error.instance, Mapping) else {}
    return [name for name in required if name not in instance]
