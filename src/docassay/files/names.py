"""File names as users send them, made safe to store and to show. They are never used as paths."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from docassay.errors import InvalidField

MAX_NAME_BYTES: Final = 255

_DIRECTION_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MEDIA_TYPE: Final = re.compile(
    r"[\w.+-]{1,100}/[\w.+-]{1,100}(\s*;\s*[\w.+-]+=(\"[ -!#-~]*\"|[\w.+-]+))*", re.A
)


def clean_filename(name: str, loc: tuple[str | int, ...] = ("body", "filename")) -> str:
    """The last component of ``name`` without control characters and text-direction overrides.

    Raises InvalidField at ``loc`` when nothing is left or it is longer than 255 bytes in UTF-8.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        character
        for character in last
        if unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        and character not in _DIRECTION_OVERRIDES
    ).strip()
    if not kept.strip("."):
        raise InvalidField(loc, "The file name is empty.")
    if len(kept.encode()) > MAX_NAME_BYTES:
        raise InvalidField(loc, f"The file name is longer than {MAX_NAME_BYTES} bytes in UTF-8.")
    return kept


def clean_content_type(value: str, loc: tuple[str | int, ...] = ("body", "content_type")) -> str:
    """The media type, trimmed. Raises InvalidField for a text that is none (``application/pdf`` is one)."""
    trimmed = value.strip()
    if len(trimmed) > 255 or not _MEDIA_TYPE.fullmatch(trimmed):
        raise InvalidField(loc, "The content type must look like application/pdf.")
    return trimmed


def content_disposition(name: str) -> str:
    """An attachment header for any name: RFC 6266 with the UTF-8 form of RFC 5987 and a plain fallback."""
    fallback = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"
