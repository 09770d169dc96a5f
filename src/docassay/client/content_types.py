"""The media type to send with a file, by its suffix; not the host's own table, which differs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."

CONTENT_TYPES: Final[dict[str, str]] = {
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".docm": "application/vnd.ms-word.document.macroenabled.12",
    ".dotx": f"{_OFFICE}wordprocessingml.template",
    ".dotm": "application/vnd.ms-word.template.macroenabled.12",
    ".doc": "application/msword",
    ".dot": "application/msword",
    ".rtf": "application/rtf",
    ".odt": f"{_OPEN_DOCUMENT}text",
    ".ott": f"{_OPEN_DOCUMENT}text-template",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    ".ppsx": f"{_OFFICE}presentationml.slideshow",
    ".ppsm": "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
    ".potx": f"{_OFFICE}presentationml.template",
    ".potm": "application/vnd.ms-powerpoint.template.macroenabled.12",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pps": "application/vnd.ms-powerpoint",
    ".pot": "application/vnd.ms-powerpoint",
    ".odp": f"{_OPEN_DOCUMENT}presentation",
    ".otp": f"{_OPEN_DOCUMENT}presentation-template",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    ".xltx": f"{_OFFICE}spreadsheetml.template",
    ".xltm": "application/vnd.ms-excel.template.macroenabled.12",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    ".xls": "application/vnd.ms-excel",
    ".xlt": "application/vnd.ms-excel",
    ".ods": f"{_OPEN_DOCUMENT}spreadsheet",
    ".csv": "text/csv",
    ".tsv": "text/csv",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
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
