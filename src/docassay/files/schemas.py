"""The wire of files."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class UploadUrlRequest(BaseModel):
    """What a client says about a file before it sends it."""

    filename: str
    content_type: str
    processing_location: str | None = None


class UploadUrlResponse(BaseModel):
    """Where to PUT the bytes, within ``expires_in`` seconds, with the declared content type."""

    file_id: int
    upload_url: str
    expires_in: int
    reference: str


class ConfirmUploadResponse(BaseModel):
    """The bytes have arrived."""

    success: bool
    file_id: int
    reference: str
    message: str


class FileMetadata(BaseModel):
    """An uploaded file; ``file_size`` in bytes, null until the bytes have arrived."""

    file_id: int
    original_filename: str
    content_type: str
    reference: str
    upload_status: Literal["pending", "completed", "failed"]
    file_size: int | None
    created: datetime | None


class ListFilesResponse(BaseModel):
    """A page of the team's files, newest first."""

    files: list[FileMetadata]
    total: int
    limit: int
    offset: int


class DownloadUrlResponse(BaseModel):
    """A link that works without a key for ``expires_in`` seconds."""

    download_url: str
    expires_in: int
    file_id: int
    original_filename: str


class SuccessMessage(BaseModel):
    """Something was done."""

    success: bool
    message: str
