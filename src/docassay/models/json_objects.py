"""JSON objects in what a model wrote, whatever stands around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def json_objects(text: str) -> Iterator[Mapping[str, Any]]:
    """The outermost JSON objects of a text in their order; what only looks like one is left out.

    Their texts can be stored: escapes of half a character and of NUL are replaced.
    """
    for piece in _balanced(text):
        try:
            value = json.loads(piece)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield _storable(value)


def storable(text: str) -> str:
    """The text without what neither UTF-8 nor a database can hold: halves of characters and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): _storable(each) for key, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value


def _balanced(text: str) -> Iterator[str]:
    """The outermost pieces of a text between matching braces, quotes respected."""
    depth, start, in_string, is_escaped = 0, 0, False, False
    for position, character in enumerate(text):
        if in_string:
            if is_escaped:
                is_escaped = False
            elif character == "\\":
                is_escaped = True
            elif character == '"':
                in_string = False
        elif character == '"' and depth:
            in_string = True
        elif character == "{":
            if not depth:
                start = position
            depth += 1
        elif character == "}" and depth:
            depth -= 1
            if not depth:
                yield text[start : position + 1]
