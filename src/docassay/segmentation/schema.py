"""Read a segmentation schema: JSON text in, one plain request out.

Only the standard library is imported, because the API validates requests with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Strategy = Literal["custom", "document_boundary"]

MAX_CHARACTERS: Final = 200_000
MAX_SEGMENTS: Final = 200
_STRATEGIES: Final = ("custom", "document_boundary")
_LIST_KEYS: Final = ("segments", "sections")


@dataclass(frozen=True, slots=True)
class SegmentDefinition:
    """One part to look for. ``description`` is empty when the user gave none."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class SegmentationRequest:
    """What to do: find ``segments`` (``custom``) or the documents in a stack (``document_boundary``).

    ``segments`` has at least one entry and unique names for ``custom`` and is empty otherwise.
    """

    strategy: Strategy
    segments: tuple[SegmentDefinition, ...] = ()


def parse_segmentation_schema(text: str) -> SegmentationRequest:
    """The request that ``text`` describes.

    Accepted: ``{"segments": [{"name", "description"}], "segmentation_strategy": "custom"}`` (``sections``
    means the same, the strategy may be left out, an entry may be a bare name), a map of name to description,
    and ``{"segmentation_strategy": "document_boundary"}``.

    Raises ValueError when the text is not JSON, not an object, names no segments or the same one twice, or
    has more than ``MAX_SEGMENTS`` of them.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"segmentation_schema is longer than {MAX_CHARACTERS} characters.")
    try:
        loaded = json.loads(text)
    except RecursionError:
        raise ValueError("segmentation_schema is nested too deeply to be read.") from None
    except json.JSONDecodeError as error:
        raise ValueError(
            f"segmentation_schema is not valid JSON: {error.msg} at line {error.lineno}, "
            f"column {error.colno}."
        ) from None
    if not isinstance(loaded, dict):
        raise ValueError("segmentation_schema must be a JSON object with a list of segments.")
    strategy = _strategy(loaded)
    listed = next((key for key in _LIST_KEYS if isinstance(loaded.get(key), list | dict)), None)
    if strategy == "document_boundary":
        return SegmentationRequest("document_boundary")
    segments = _from_value(loaded[listed], listed) if listed else _from_map(loaded, "segmentation_schema")
    _check(segments)
    return SegmentationRequest("custom", segments)


def _strategy(loaded: Mapping[str, Any]) -> Strategy:
    given = loaded.get("segmentation_strategy", "custom")
    if given == "custom":
        return "custom"
    if given == "document_boundary":
        return "document_boundary"
    raise ValueError(f"segmentation_strategy is {given!r}; use one of {', '.join(_STRATEGIES)}.")


def _from_value(value: Any, key: str) -> tuple[SegmentDefinition, ...]:
    if isinstance(value, dict):
        return _from_map(value, key)
    return tuple(_definition(entry, f"{key}[{position}]") for position, entry in enumerate(value))


def _definition(entry: Any, path: str) -> SegmentDefinition:
    if isinstance(entry, str):
        return SegmentDefinition(entry.strip())
    if not isinstance(entry, dict):
        raise ValueError(f'{path} must be an object such as {{"name": "...", "description": "..."}}.')
    name = entry.get("name")
    description = entry.get("description") or ""
    if not isinstance(name, str):
        raise ValueError(f"{path}.name must be text.")
    if not isinstance(description, str):
        raise ValueError(f"{path}.description must be text.")
    return SegmentDefinition(name.strip(), description.strip())


def _from_map(value: Mapping[str, Any], path: str) -> tuple[SegmentDefinition, ...]:
    segments = []
    for name, description in value.items():
        if name == "segmentation_strategy":
            continue
        if isinstance(description, dict):
            description = description.get("description") or ""
        if not isinstance(description, str | None):
            raise ValueError(f"{path}.{name} must be the description of the segment as text.")
        segments.append(SegmentDefinition(name.strip(), (description or "").strip()))
    return tuple(segments)


def _check(segments: tuple[SegmentDefinition, ...]) -> None:
    if not segments:
        raise ValueError(
            "segmentation_schema names no segments; list them under segments or use the strategy "
            "document_boundary."
        )
    if len(segments) > MAX_SEGMENTS:
        raise ValueError(f"segmentation_schema has more than {MAX_SEGMENTS} segments.")
    seen: set[str] = set()
    for segment in segments:
        if not segment.name:
            raise ValueError("segmentation_schema has a segment without a name.")
        if segment.name in seen:
            raise ValueError(f"segmentation_schema names the segment {segment.name!r} twice.")
        seen.add(segment.name)
