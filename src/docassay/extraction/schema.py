"""Read a page schema: JSON text in, one JSON Schema object with ``properties`` out.

Only the standard library is imported, because the API validates requests with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

MAX_CHARACTERS: Final = 200_000
MAX_DEPTH: Final = 16
"""How many objects and arrays of *fields* may be nested in each other."""
MAX_FIELDS: Final = 1_000
MAX_PATTERN_CHARACTERS: Final = 500

_TYPES: Final = ("string", "number", "integer", "boolean", "array", "object", "null")
_TYPE_ALIASES: Final[Mapping[str, Mapping[str, str]]] = {
    "str": {"type": "string"},
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "decimal": {"type": "number"},
    "currency": {"type": "number"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "list": {"type": "array"},
    "dict": {"type": "object"},
}
_SCHEMA_WORDS: Final = frozenset(
    {
        "$ref", "allOf", "anyOf", "const", "default", "description", "enum", "examples", "format", "items",
        "oneOf", "pattern", "properties", "title", "type", "x-label", "x-pattern",
    }
)  # fmt: skip


def parse_page_schema(text: str) -> dict[str, Any]:
    """The JSON Schema object that ``text`` describes, always with a non-empty ``properties``.

    ``text`` is a full JSON Schema object or a bare map ``{field: {"type", "description", ...}}``, which
    becomes the ``properties`` of an object. Local references (``#/$defs/...``) are put in place; informal
    type names (``float``, ``int``, ``date``, ...) become JSON Schema's, so that the answer is a valid schema.

    Raises ValueError, with the path of the offending part, when the text is not JSON, not an object, has no
    fields, names an unknown type, or goes over ``MAX_CHARACTERS``, ``MAX_FIELDS`` or ``MAX_DEPTH``.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"page_schema is longer than {MAX_CHARACTERS} characters; shorten its descriptions.")
    loaded = _load(text)
    if not isinstance(loaded, dict):
        raise ValueError("page_schema must be a JSON object, either a JSON Schema or a map of fields.")
    return _Normaliser(loaded).root()


def _load(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("page_schema is nested too deeply to be read.") from None
    except json.JSONDecodeError as error:
        raise ValueError(
            f"page_schema is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"page_schema is not valid JSON: {name} is not a JSON value.")


class _Normaliser:
    """One pass over a schema: resolves references, checks bounds and unifies type names."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._fields = 0

    def root(self) -> dict[str, Any]:
        schema = self._resolve(self._document, "page_schema")
        if "properties" not in schema:
            schema = self._from_bare_map(schema)
        properties = schema["properties"]
        if not isinstance(properties, dict):
            raise ValueError("page_schema.properties must be an object that maps field names to schemas.")
        if not properties:
            raise ValueError("page_schema has no fields; add at least one to its properties.")
        if _type_names(schema.get("type", "object"), "page_schema") != ["object"]:
            raise ValueError("page_schema must describe an object; put an array inside a field of it.")
        result = self._object(schema, "page_schema", 0)
        for key in ("$defs", "definitions"):
            result.pop(key, None)
        return result

    def _from_bare_map(self, schema: dict[str, Any]) -> dict[str, Any]:
        names = [name for name in schema if not name.startswith("$")]
        if not names:
            raise ValueError("page_schema has no fields; add at least one to its properties.")
        wrong = [name for name in names if not self._looks_like_field(schema[name])]
        if wrong:
            raise ValueError(
                "page_schema has no properties, and as a map of fields each value must be an object such as "
                f'{{"type": "string", "description": "..."}}; {wrong[0]!r} is not.'
            )
        return {"type": "object", "properties": {name: schema[name] for name in names}}

    @staticmethod
    def _looks_like_field(value: Any) -> bool:
        return isinstance(value, dict) and bool(_SCHEMA_WORDS & value.keys())

    def _object(self, schema: dict[str, Any], path: str, depth: int) -> dict[str, Any]:
        result = {key: value for key, value in schema.items() if key != "properties"}
        result["type"] = "object"
        properties = schema.get("properties", {})
        if not isinstance(properties, dict):
            raise ValueError(f"{path}.properties must be an object that maps field names to schemas.")
        required = schema.get("required", [])
        if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
            raise ValueError(f"{path}.required must be a list of field names.")
        result["properties"] = {
            name: self._field(child, f"{path}.{name}", depth + 1) for name, child in properties.items()
        }
        return result

    def _field(self, given: Any, path: str, depth: int) -> dict[str, Any]:
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise ValueError(f"page_schema has more than {MAX_FIELDS} fields; split it into several schemas.")
        if depth > MAX_DEPTH:
            raise ValueError(f"{path} is nested more than {MAX_DEPTH} levels deep.")
        if not isinstance(given, dict):
            raise ValueError(f'{path} must be an object such as {{"type": "string"}}.')
        schema = self._with_plain_type(self._resolve(given, path), path)
        self._check_details(schema, path)
        kinds = [name for name in _type_names(schema["type"], path) if name != "null"]
        if kinds == ["object"]:
            return {**self._object(schema, path, depth), "type": schema["type"]}
        if kinds == ["array"]:
            items = schema.get("items", {})
            if isinstance(items, dict) and items:
                return {**schema, "items": self._field(items, f"{path}[]", depth + 1)}
            return {**schema, "items": {"type": "string"}}
        return schema

    def _with_plain_type(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """The schema with an explicit JSON Schema ``type``; a choice with null becomes its other branch."""
        for keyword in ("anyOf", "oneOf", "allOf"):
            branches = schema.get(keyword)
            if branches is None:
                continue
            if not isinstance(branches, list) or not branches:
                raise ValueError(f"{path}.{keyword} must be a list of schemas.")
            rest = {key: value for key, value in schema.items() if key != keyword}
            return self._with_plain_type({**self._merge(branches, path), **rest}, path)
        kind = schema.get("type")
        if isinstance(kind, str) and kind.lower() in _TYPE_ALIASES:
            return {**schema, **_TYPE_ALIASES[kind.lower()]}
        if kind is None:
            return {**schema, "type": _implied_type(schema)}
        _type_names(kind, path)
        return schema

    def _merge(self, branches: list[Any], path: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        types: list[str] = []
        for branch in branches:
            if not isinstance(branch, dict):
                raise ValueError(f"{path} has a choice that is not an object.")
            plain = self._with_plain_type(self._resolve(branch, path), path)
            types += [name for name in _type_names(plain["type"], path) if name not in types]
            if plain["type"] != "null":
                merged = {**plain, **merged}
        merged["type"] = types[0] if len(types) == 1 else types
        return merged

    def _check_details(self, schema: dict[str, Any], path: str) -> None:
        if "enum" in schema and not isinstance(schema["enum"], list):
            raise ValueError(f"{path}.enum must be a list.")
        for keyword in ("title", "description", "format"):
            if not isinstance(schema.get(keyword, ""), str | None):
                raise ValueError(f"{path}.{keyword} must be text.")
        for keyword in ("pattern", "x-pattern"):
            pattern = schema.get(keyword, "")
            if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN_CHARACTERS:
                raise ValueError(
                    f"{path}.{keyword} must be text of at most {MAX_PATTERN_CHARACTERS} characters."
                )
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError) as error:
                raise ValueError(f"{path}.{keyword} is not a regular expression: {error}.") from None

    def _resolve(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """Follow ``$ref`` until there is none; keys beside it win over the target's."""
        for _ in range(MAX_DEPTH):
            reference = schema.get("$ref")
            if reference is None:
                return schema
            if not isinstance(reference, str) or not reference.startswith("#/"):
                raise ValueError(f"{path}.$ref must point inside this schema, such as '#/$defs/Item'.")
            target: Any = self._document
            for part in reference[2:].split("/"):
                part = part.replace("~1", "/").replace("~0", "~")
                target = target.get(part) if isinstance(target, dict) else None
            if not isinstance(target, dict):
                raise ValueError(f"{path}.$ref points to {reference}, which does not exist.")
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        raise ValueError(f"{path}.$ref leads in a circle.")


def _type_names(kind: Any, path: str) -> list[str]:
    names = kind if isinstance(kind, list) else [kind]
    for name in names:
        if not isinstance(name, str) or name not in _TYPES:
            raise ValueError(f"{path}.type is {name!r}; use one of {', '.join(_TYPES)}.")
    return [str(name) for name in names]


def _implied_type(schema: Mapping[str, Any]) -> str:
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    return "string"
