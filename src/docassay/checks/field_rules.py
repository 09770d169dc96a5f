"""How the fields of a schema are compared, by their paths: types, weights, defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.extracted_fields import items_of, properties_of

if TYPE_CHECKING:
    from docassay.checks.metrics.field_match import FieldRules
    from docassay.checks.metrics.field_values import FieldType

_KINDS: Final = ["auto", "id", "number", "date", "name", "enum", "prose", "boolean", "text"]
_PART: Final = re.compile(r"\[\]|[^.\[\]]+")

PARAMS: Final[dict[str, Any]] = {
    "types": {
        "type": "object",
        "default": {},
        "description": (
            "How fields are compared, by path: `total`, `lines[].price`; `*` stands for anything "
            "(`*.date`). A type, or an object of type, tolerance and relative_tolerance."
        ),
        "additionalProperties": {
            "anyOf": [
                {"type": "string", "enum": _KINDS},
                {
                    "type": "object",
                    "properties": {
                        "type": {"type": "string", "enum": _KINDS},
                        "tolerance": {"type": "number", "minimum": 0},
                        "relative_tolerance": {"type": "number", "minimum": 0},
                    },
                    "additionalProperties": False,
                },
            ]
        },
    },
    "weights": {
        "type": "object",
        "default": {},
        "description": "What fields weigh, by path as in `types`; 1 without an entry, 0 leaves a field out.",
        "additionalProperties": {"type": "number", "minimum": 0},
    },
    "missing": {
        "type": "string",
        "enum": ["empty", "unknown"],
        "default": "empty",
        "description": (
            "What a field means that the expected object leaves out: known to be empty, so that any value "
            "is fabricated, or unknown, so that it is not graded."
        ),
    },
    "strict": {
        "type": "boolean",
        "default": False,
        "description": "Right or wrong only: no types, tolerances, weights or partial credit.",
    },
}


def field_rules(params: Mapping[str, Any], schema: Mapping[str, Any]) -> FieldRules:
    """The rules that parameters and the extraction's schema make together; parameters win."""
    from docassay.checks.metrics.field_match import FieldRules
    from docassay.checks.metrics.field_values import FieldType

    if params.get("strict", False):
        plain = FieldType()
        return FieldRules(lambda _: plain, lambda _: 1.0, lambda path: schema_at(schema, path) is not None)
    types = _by_pattern(params.get("types", {}))
    weights = _by_pattern(params.get("weights", {}))

    @lru_cache(maxsize=4_096)
    def type_of(path: str) -> FieldType:
        given = types(path)
        if given is None:
            return FieldType(_kind_of(schema_at(schema, path) or {}))
        if isinstance(given, str):
            return FieldType(given)  # type: ignore[arg-type]  # one of the kinds, by the parameters' schema
        return FieldType(
            given.get("type", "number"), given.get("tolerance", 0.0), given.get("relative_tolerance", 0.0)
        )

    @lru_cache(maxsize=4_096)
    def weight_of(path: str) -> float:
        given = weights(path)
        return 1.0 if given is None else float(given)

    return FieldRules(
        type_of,
        weight_of,
        lru_cache(maxsize=4_096)(lambda path: schema_at(schema, path) is not None),
        lambda path: (schema_at(schema, path) or {}).get("default"),
        params.get("missing", "empty") == "empty",
    )


def schema_at(schema: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """The schema of a path (indexes written ``[]``), None where it declares no such field. Without any
    properties at all everything is declared."""
    if not properties_of(schema):
        return {}
    place: Mapping[str, Any] = schema
    for part in _PART.findall(path):
        if part == "[]":
            place = items_of(place)
            continue
        declared = properties_of(place)
        if part not in declared:
            return None
        place = declared[part]
    return place


def _kind_of(schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    kinds = set(kind) - {"null"} if isinstance(kind, list) else {kind}
    if kinds and kinds <= {"number", "integer"}:
        return "number"
    if kinds == {"boolean"}:
        return "boolean"
    if schema.get("format") in ("date", "date-time"):
        return "date"
    return "enum" if "enum" in schema and kinds <= {"string", None} else "auto"


def _by_pattern(given: Mapping[str, Any]) -> Callable[[str], Any]:
    """Looks a path up: the path itself, else the first pattern that it fits."""
    patterns = [
        (re.compile(".*".join(map(re.escape, pattern.split("*")))), value)
        for pattern, value in given.items()
        if "*" in pattern
    ]

    def look_up(path: str) -> Any:
        if path in given:
            return given[path]
        return next((value for pattern, value in patterns if pattern.fullmatch(path)), None)

    return look_up
