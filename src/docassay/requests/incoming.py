"""Documents on their way into a request: the names and types they claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from docassay.errors import InvalidField
from docassay.files.names import clean_content_type, clean_filename

UNKNOWN_TYPE: Final = "application/octet-stream"
_UNNAMED: Final = "document"


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """What is said about a document whose bytes come with the request; untrusted but safe to store."""

    filename: str
    content_type: str


def describe_upload(filename: str, content_type: str | None) -> IncomingDocument:
    """The name and type of an uploaded part. Raises InvalidField on ``file`` for an unusable name."""
    return IncomingDocument(clean_filename(filename, ("body", "file")), known_content_type(content_type))


def known_content_type(content_type: str | None) -> str:
    """The media type, or ``application/octet-stream`` for none and for what is none."""
    try:
        return clean_content_type(content_type or "")
    except InvalidField:
        return UNKNOWN_TYPE


def filename_of_url(url: str) -> str:
    """The last part of the URL's path as a file name; ``document`` when it gives no usable one."""
    try:
        return clean_filename(unquote(urlsplit(url).path, errors="replace"))
    except (InvalidField, ValueError):  # ValueError: urlsplit is stricter than the client that fetches
        return _UNNAMED
