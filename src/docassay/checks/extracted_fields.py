"""The fields of an extraction: its values without the notes beside them, each one by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

SIDECARS: Final = ("_citations", "_meta", "_score")
DEEPEST: Final = 64
"""Levels of nesting that are looked into."""


class Leaf(NamedTuple):
    """One value that is no object or array; ``path`` is like ``lines[0].amount``, ``schema`` may be empty."""

    path: str
    value: Any
    schema: Mapping[str, Any]


def as_object_schema(page_schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as JSON Schema of an object: a bare map of fields becomes its ``properties``."""
    if isinstance(page_schema.get("properties"), Mapping):
        return dict(page_schema)
    fields = {
        name: field if isinstance(field, Mapping) else {}
        for name, field in page_schema.items()
        if name[:1] != "$"
    }
    return {"type": "object", "properties": fields}


def without_sidecars(value: Any, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """The values alone: ``f_citations``, ``f_meta`` and ``f_score`` beside a field ``f`` are dropped.

    A field that the schema itself calls ``credit_score`` stays. Levels below ``DEEPEST`` are left alone.
    """
    if depth > DEEPEST:
        return value
    if isinstance(value, Mapping):
        declared = properties_of(schema)
        return {
            name: without_sidecars(inner, declared.get(name, {}), depth + 1)
            for name, inner in value.items()
            if not _is_sidecar(name, value, declared)
        }
    if isinstance(value, list | tuple):
        return [without_sidecars(inner, items_of(schema), depth + 1) for inner in value]
    return value


def _is_sidecar(name: str, siblings: Mapping[str, Any], declared: Mapping[str, Any]) -> bool:
    if name in declared:
        return False
    base = next((name[: -len(suffix)] for suffix in SIDECARS if name.endswith(suffix)), None)
    return bool(base) and (base in siblings or base in declared)


def without_nulls(value: Any) -> Any:
    """The values without nulls: not found is the same as absent, so that only ``required`` can object."""
    if isinstance(value, Mapping):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value if inner is not None]
    return value


def leaves(value: Any, schema: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[Leaf]:
    """Every value below ``value``, in order; levels below ``DEEPEST`` are left out."""
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        declared = properties_of(schema)
        for name, inner in value.items():
            inner_path = f"{path}.{name}" if path else str(name)
            yield from leaves(inner, declared.get(name, {}), inner_path, depth + 1)
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from leaves(inner, items_of(schema), f"{path}[{position}]", depth + 1)
    else:
        yield Leaf(path, value, schema)


def properties_of(schema: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The declared fields of an object schema, those inside ``anyOf``, ``oneOf`` and ``allOf`` included."""
    found: dict[str, Mapping[str, Any]] = {}
    for part in (schema, *_parts(schema)):
        declared = part.get("properties")
        if isinstance(declared, Mapping):
            found.update({name: each for name, each in declared.items() if isinstance(each, Mapping)})
    return found


def items_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of an array's entries; empty when it is not declared."""
    for part in (schema, *_parts(schema)):
        if isinstance(part.get("items"), Mapping):
            items: Mapping[str, Any] = part["items"]
            return items
    return {}


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in ("anyOf", "oneOf", "allOf"):
        parts = schema.get(key)
        if isinstance(parts, list | tuple):
            yield from (part for part in parts if isinstance(part, Mapping))


_BESIDE_A_VALUE: Final = frozenset(
    {"value", "citations", "citation", "confidence", "score", "meta", "page", "bbox", "source"}
)


def without_envelopes(value: Any, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """The values alone where each is wrapped with its evidence: ``{"value": 5, "citations": [...]}`` is 5.

    An object whose schema declares a field ``value`` stays as it is. Levels below ``DEEPEST`` are left alone.
    """
    if depth > DEEPEST:
        return value
    if isinstance(value, Mapping):
        declared = properties_of(schema)
        is_envelope = "value" in value and len(value) > 1 and value.keys() <= _BESIDE_A_VALUE
        if is_envelope and "value" not in declared:
            return without_envelopes(value["value"], schema, depth + 1)
        return {
            name: without_envelopes(inner, declared.get(name, {}), depth + 1) for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_envelopes(inner, items_of(schema), depth + 1) for inner in value]
    return value


def could_be_said(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a document could say the value word for word: no null, no boolean, none of a fixed list."""
    if isinstance(value, bool) or "enum" in schema or "const" in schema:
        return False
    if isinstance(value, str):
        return any(character.isalnum() for character in value)
    return isinstance(value, int | float)
