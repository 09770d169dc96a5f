"""The media type to send with a file, by its suffix; not the host's own table, which differs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

CONTENT_TYPES: Final[dict[str, str]] = {
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    ".xltx": f"{_OFFICE}spreadsheetml.template",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
    ".html": "text/html",
    ".htm": "text/html",
    ".epub": "application/epub+zip",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".gif": "image/gif",
}
"""Suffixes of the documents that the server reads."""


def content_type_of(path: Path) -> str:
    """The media type of a file name; ``application/octet-stream`` for a suffix that is not known."""
    return CONTENT_TYPES.get(path.suffix.lower(), "application/octet-stream")


def is_supported(path: Path) -> bool:
    """Whether the server reads files with this suffix."""
    return path.suffix.lower() in CONTENT_TYPES
