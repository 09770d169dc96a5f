"""Types of path, query and body values that every route shares: ids, names, pages of lists, cursors.

Ids are 32-bit rows. A larger one cannot exist: in a path it is unknown (404), in a query or a body it is a
wrong value (422). The bounds stay out of the OpenAPI document, which follows the wire.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final

import orjson
from fastapi import Path, Query
from pydantic import AfterValidator, Field

from docassay.errors import InvalidField, NotFound

MAX_ROW_ID: Final = 2**31 - 1
_MAX_OFFSET: Final = 2**63 - 1
_MAX_CURSOR_CHARACTERS: Final = 400


def _known_row_id(value: int) -> int:
    if not -MAX_ROW_ID <= value <= MAX_ROW_ID:
        raise NotFound(f"Nothing with the id {str(value)[:24]} was found.")
    return value


def _possible_row_id(value: int) -> int:
    if not -MAX_ROW_ID <= value <= MAX_ROW_ID:
        raise ValueError(f"an id is at most {MAX_ROW_ID}")
    return value


def _possible_offset(value: int) -> int:
    if value > _MAX_OFFSET:
        raise ValueError(f"an offset is at most {_MAX_OFFSET}")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("a name has at least one visible character")
    return value


PathId = Annotated[int, Path(), AfterValidator(_known_row_id)]
"""An id in a path: ``def get_run(run_id: PathId)``."""

RowId = Annotated[int, AfterValidator(_possible_row_id)]
"""An id in a body or a query: ``collection_id: RowId | None = None``."""

Name = Annotated[str, Field(max_length=200), AfterValidator(_not_blank)]
"""A name of at most 200 characters, at least one of them visible."""

Limit = Annotated[int, Query(ge=1, le=200)]
"""Rows of one page, 1 to 200; give it the default 50."""

Offset = Annotated[int, Query(ge=0), AfterValidator(_possible_offset)]
"""Rows to skip; give it the default 0."""


def encode_cursor(*position: int) -> str:
    """An opaque text for the place after the row at ``position`` (its sort values)."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> tuple[int, ...]:
    """The position in ``cursor``. Raises InvalidField for a text that ``encode_cursor`` did not make."""
    try:
        if len(cursor) > _MAX_CURSOR_CHARACTERS:
            raise ValueError("too long")
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        position = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if (
            not isinstance(position, list)
            or len(position) != length
            or not all(type(value) is int and abs(value) <= _MAX_OFFSET for value in position)
        ):
            raise ValueError("not a position")
    except (ValueError, binascii.Error):
        raise InvalidField(
            ("query", "cursor"), "The cursor is not one that this server gave out. Start without a cursor."
        ) from None
    return tuple(position)
