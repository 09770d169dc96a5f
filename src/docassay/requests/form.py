"""Read a submitted form: small text fields in memory, the document on disk, never more than allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile

from docassay.errors import InvalidField, TooLarge
from docassay.files.content import too_large_message

_FIELD_BYTES: Final = 1024 * 1024
_FIELDS: Final = 50
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_FORM_TYPES: Final = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """The text fields by name (the last value wins) and the uploaded document, if one was sent."""

    fields: dict[str, str]
    file: UploadFile | None


@asynccontextmanager
async def submitted_form(request: Request, max_upload_bytes: int) -> AsyncIterator[SubmittedForm]:
    """The form of ``request`` for the duration of the block; its temporary files are gone afterwards.

    The size of the whole body is bounded before it gets here. Raises TooLarge for a document over
    ``max_upload_bytes``, InvalidField when the body is no form, ``file`` is not a file part or a text holds
    NUL characters, and HTTPException (400) for broken multipart.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _FORM_TYPES:
        raise InvalidField(("body",), f"The body must be a form: send {_FORM_TYPES[0]}.")
    _check_charset(request.headers["content-type"])
    async with request.form(max_files=1, max_fields=_FIELDS, max_part_size=_FIELD_BYTES) as form:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        uploads = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
        for name, value in fields.items():
            if "\x00" in value:
                raise InvalidField(("body", name), "Text must not contain NUL characters.", "string_nul")
        file = uploads.get("file")
        if file is None and fields.get("file"):
            raise InvalidField(("body", "file"), "file must be sent as a file part, with a filename.")
        if file is not None and not file.filename:
            file = None  # what browsers send for an empty file input
        if file is not None and (file.size or 0) > max_upload_bytes:
            raise TooLarge(too_large_message(max_upload_bytes))
        yield SubmittedForm(fields, file)


def _check_charset(content_type: str) -> None:
    """Raises InvalidField for an encoding that could smuggle in text which no table of ours holds."""
    header = Message()
    header["Content-Type"] = content_type
    charset = header.get_content_charset("utf-8")
    if charset not in _CHARSETS:
        raise InvalidField(("body",), "The text of a form must be UTF-8.")
