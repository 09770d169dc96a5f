"""Read a submitted form: small text fields in memory, the document on disk, never more than allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message

from docassay.errors import InvalidField, TooLarge

_FIELD_BYTES: Final = 1024 * 1024
_FIELDS: Final = 200
_OVERHEAD_BYTES: Final = 4 * 1024 * 1024
"""What the text fields and the multipart frame may add to the document."""

_FORM_TYPES: Final = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """The text fields by name (the last value wins) and the uploaded document, if one was sent."""

    fields: dict[str, str]
    file: UploadFile | None


@asynccontextmanager
async def submitted_form(request: Request, max_upload_bytes: int) -> AsyncIterator[SubmittedForm]:
    """The form of ``request`` for the duration of the block; its temporary files are gone afterwards.

    Raises TooLarge as soon as the announced or the received size is over the limit, InvalidField when the
    body is no form or ``file`` is not a file part, and HTTPException (400) for broken multipart.
    """
    limit = max_upload_bytes + _OVERHEAD_BYTES
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large(max_upload_bytes)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _FORM_TYPES:
        raise InvalidField(("body",), f"The body must be a form: send {_FORM_TYPES[0]}.")
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise too_large(max_upload_bytes)
        return message

    bounded = Request(request.scope, receive)
    async with bounded.form(max_files=1, max_fields=_FIELDS, max_part_size=_FIELD_BYTES) as form:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        uploads = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
        file = uploads.get("file")
        if file is None and fields.get("file"):
            raise InvalidField(("body", "file"), "file must be sent as a file part, with a filename.")
        if file is not None and not file.filename:
            file = None  # what browsers send for an empty file input
        if file is not None and (file.size or 0) > max_upload_bytes:
            raise too_large(max_upload_bytes)
        yield SubmittedForm(fields, file)


def too_large(max_upload_bytes: int) -> TooLarge:
    """The error for a document over the limit."""
    return TooLarge(
        f"The document is larger than {max_upload_bytes / 2**20:g} MiB, the limit of this server "
        "(DOCASSAY_MAX_UPLOAD_BYTES)."
    )
