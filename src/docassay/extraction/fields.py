"""The fields of a page schema with what decides how they are looked for: names, kind of value, term."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from docassay.extraction.concepts import Concept, ValueKind
from docassay.extraction.labels import concept_of_field, split_name, words_of

Shape = Literal["scalar", "object", "array"]

_KIND_OF_FORMAT: Final[Mapping[str, ValueKind]] = {
    "date": "date", "date-time": "datetime", "email": "email", "idn-email": "email", "uri": "url",
    "url": "url", "phone": "phone", "tel": "phone", "iban": "iban", "currency": "currency",
}  # fmt: skip
_KIND_OF_LAST_WORD: Final[Mapping[str, ValueKind]] = {
    "date": "date", "day": "date", "number": "identifier", "code": "identifier", "reference": "identifier",
    "email": "email", "phone": "phone", "mobile": "phone", "fax": "phone", "url": "url", "website": "url",
    "amount": "money", "price": "money", "cost": "money", "fee": "money", "tax": "money", "balance": "money",
    "total": "money", "subtotal": "money", "salary": "money", "payment": "money", "address": "address",
    "name": "name", "currency": "currency", "percent": "percent", "iban": "iban",
}  # fmt: skip
_AMOUNT_KINDS: Final = frozenset({"money", "percent"})
_QUOTED: Final = re.compile(r"[\"“„«']([^\"”“»']{2,40})[\"”»']")
_ASKS_FOR_ISO: Final = re.compile(r"\bISO(?:[- ]?8601)?\b|\bYYYY-MM-DD\b", re.IGNORECASE)
_PHRASE_END: Final = re.compile(r"[.,;:()\n]|\s(?:as|that|which|where|if|when|e\.g|such|printed|shown)\b")
_LEADING_FILLER: Final = re.compile(
    r"^(?:the|a|an|this|unique|full|complete|list of|name of the|number of the)\s+", re.IGNORECASE
)
_MAX_DESCRIPTION_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a page schema.

    ``phrases`` are the names to look for, best first: hint, title, name, then what the description quotes or
    starts with. ``parent`` is the enclosing object's business term. ``wants_iso_date`` says that an
    unambiguous date becomes ISO 8601. ``items`` holds the fields of an object or of an array's objects, and
    is empty for an array of plain values, whose ``kind`` is that of its items.
    """

    name: str
    shape: Shape
    kind: ValueKind
    phrases: tuple[str, ...]
    concept: Concept | None = None
    parent: Concept | None = None
    is_numeric: bool = False
    is_integer: bool = False
    wants_iso_date: bool = False
    enum: tuple[Any, ...] = ()
    pattern: str | None = None
    items: tuple[Field, ...] = ()


def fields_of(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a schema that ``parse_page_schema`` returned."""
    return _fields(schema.get("properties", {}), None, "", is_in_row=False)


def _fields(
    properties: Mapping[str, Any], parent: Concept | None, parent_phrase: str, *, is_in_row: bool
) -> tuple[Field, ...]:
    return tuple(
        _field(name, schema, parent, parent_phrase, is_in_row) for name, schema in properties.items()
    )


def _field(
    name: str, schema: Mapping[str, Any], parent: Concept | None, parent_phrase: str, is_in_row: bool
) -> Field:
    types = _types(schema)
    own_phrases = _phrases(name, schema)
    names = own_phrases if not parent_phrase else (f"{parent_phrase} {split_name(name)}", *own_phrases)
    concept = concept_of_field(names, is_in_row)
    if "object" in types:
        return Field(
            name, "object", "text", names, concept, parent,
            items=_fields(schema.get("properties", {}), concept, split_name(name), is_in_row=is_in_row),
        )  # fmt: skip
    described = schema
    items: tuple[Field, ...] = ()
    if "array" in types:
        described = schema.get("items", {})
        if "object" in _types(described):
            items = _fields(described.get("properties", {}), concept, "", is_in_row=True)
    inner_types = _types(described)
    is_numeric = bool({"number", "integer"} & inner_types) and "string" not in inner_types
    kind = _kind(described, inner_types, names, concept)
    return Field(
        name=name,
        shape="array" if "array" in types else "scalar",
        kind=kind,
        phrases=names,
        concept=concept,
        parent=parent,
        is_numeric=is_numeric,
        is_integer=is_numeric and "number" not in inner_types,
        wants_iso_date=_wants_iso_date(described),
        enum=tuple(value for value in described.get("enum", ()) if value is not None),
        pattern=described.get("x-pattern") or described.get("pattern"),
        items=items,
    )


def _types(schema: Mapping[str, Any]) -> set[str]:
    kind = schema.get("type", "string")
    return set(kind if isinstance(kind, list) else [kind]) - {"null"}


def _phrases(name: str, schema: Mapping[str, Any]) -> tuple[str, ...]:
    hint = schema.get("x-label") or ()
    hints = [hint] if isinstance(hint, str) else [text for text in hint if isinstance(text, str)]
    description = schema.get("description") or ""
    title = schema.get("title") or ""
    found = [*hints, split_name(name), title, *_QUOTED.findall(description), _opening_phrase(description)]
    return tuple(dict.fromkeys(phrase for phrase in found if phrase.strip()))


def _opening_phrase(description: str) -> str:
    """What the description calls the field: its first words up to a stop, when they are few."""
    opening = _PHRASE_END.split(description.strip(), maxsplit=1)[0]
    previous = None
    while previous != opening:
        previous, opening = opening, _LEADING_FILLER.sub("", opening)
    return opening if len(opening.split()) <= _MAX_DESCRIPTION_WORDS else ""


def _kind(
    schema: Mapping[str, Any], types: set[str], phrases: tuple[str, ...], concept: Concept | None
) -> ValueKind:
    if schema.get("enum"):
        return "enum"
    if "boolean" in types:
        return "boolean"
    named = concept.kind if concept else _kind_of_name(phrases)
    if types & {"number", "integer"}:
        if named in _AMOUNT_KINDS:
            return named
        return "integer" if "number" not in types else "number"
    of_format = _KIND_OF_FORMAT.get(schema.get("format") or "")
    if of_format:
        return of_format
    return "date" if named == "datetime" else named


def _kind_of_name(phrases: tuple[str, ...]) -> ValueKind:
    for phrase in phrases:
        words = words_of(phrase)
        if words and words[-1] in _KIND_OF_LAST_WORD:
            return _KIND_OF_LAST_WORD[words[-1]]
    return "text"


def _wants_iso_date(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") in ("date", "date-time") or bool(
        _ASKS_FOR_ISO.search(schema.get("description") or "")
    )
