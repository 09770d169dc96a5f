"""Thumbnails of a source document, rendered in a slot process: documents are untrusted."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

from docassay.api.services import Services
from docassay.documents.page_range import check_page_range_syntax, parse_page_range
from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure, InvalidField
from docassay.requests.schemas import ThumbnailResponse
from docassay.requests.service import SourceDocument
from docassay.runs.snapshot import read_limits
from docassay.storage.contract import BlobNotFound
from docassay.storage.keys import document_key

MIN_WIDTH: Final = 16
MAX_WIDTH: Final = 2000
MAX_ANSWER_BYTES: Final = 48 * 2**20
_TIMEOUT_SECONDS: Final = 60.0
_RENDER: Final = "docassay.requests.thumbnails:render_thumbnails"


def check_thumbnail_query(width: int, page_range: str | None) -> None:
    """Raises InvalidField for a width out of bounds (16 to 2000 pixels) or a wrong page range."""
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        raise InvalidField(
            ("query", "thumb_width"), f"thumb_width must be from {MIN_WIDTH} to {MAX_WIDTH} pixels."
        )
    if page_range:
        try:
            check_page_range_syntax(page_range)
        except ValueError as error:
            raise InvalidField(("query", "page_range"), str(error)) from error


def make_thumbnails(
    services: Services, document: SourceDocument, width: int, page_range: str | None
) -> ThumbnailResponse:
    """The pages as base64 JPEGs; what is wrong with the document is said in ``error``."""
    try:
        with services.store.local_path(document_key(document.sha256)) as path:
            thumbnails = services.jobs.call(
                _RENDER,
                {
                    "path": str(path),
                    "filename": document.filename,
                    "content_type": document.content_type,
                    "width": width,
                    "page_range": page_range,
                    "limits": read_limits(services.settings),
                },
                _TIMEOUT_SECONDS,
            )
    except BlobNotFound:
        return ThumbnailResponse(
            success=False, error="The source document has been deleted.", thumbnails=None
        )
    except DocumentFailure as failure:
        return ThumbnailResponse(success=False, error=failure.message, thumbnails=None)
    return ThumbnailResponse(success=True, error=None, thumbnails=thumbnails)


def render_thumbnails(
    path: str,
    filename: str,
    content_type: str,
    width: int,
    page_range: str | None,
    limits: ReadLimits,
) -> list[str]:
    """Runs inside a slot. Base64 JPEGs, ``width`` pixels wide. Raises DocumentFailure."""
    from docassay.readers.thumbnails import thumbnails

    indexes = None
    if page_range:
        try:
            indexes = parse_page_range(page_range, limits.max_pages)
        except ValueError as error:
            raise DocumentFailure("page_range", str(error)) from error
    images = thumbnails(Path(path), filename, content_type, indexes, width, limits)
    if sum(map(len, images)) > MAX_ANSWER_BYTES:
        raise DocumentFailure(
            "too_large",
            f"The thumbnails take more than {MAX_ANSWER_BYTES // 2**20} MiB. Ask for fewer pages with "
            "page_range, or for a smaller thumb_width.",
        )
    return [base64.b64encode(image).decode("ascii") for image in images]
