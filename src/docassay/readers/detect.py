"""What a file really is: magic bytes first, then the inside of a ZIP or OLE container, then the name.

Nothing heavy is imported here, so that the API can refuse a file type before it is queued.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final, NamedTuple

from docassay.errors import DocumentFailure


class FileType(NamedTuple):
    """A type that docassay reads.

    ``name`` is the usual extension without the dot; ``family`` says which reader takes it (``pdf``,
    ``image``, ``word``, ``slides``, ``sheets``, ``opendocument``, ``legacy``, ``html``, ``epub``).
    """

    name: str
    media_type: str
    family: str


_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."

PDF: Final = FileType("pdf", "application/pdf", "pdf")
PNG: Final = FileType("png", "image/png", "image")
JPEG: Final = FileType("jpg", "image/jpeg", "image")
WEBP: Final = FileType("webp", "image/webp", "image")
TIFF: Final = FileType("tiff", "image/tiff", "image")
GIF: Final = FileType("gif", "image/gif", "image")
DOCX: Final = FileType("docx", f"{_OOXML}wordprocessingml.document", "word")
PPTX: Final = FileType("pptx", f"{_OOXML}presentationml.presentation", "slides")
XLSX: Final = FileType("xlsx", f"{_OOXML}spreadsheetml.sheet", "sheets")
XLSM: Final = FileType("xlsm", "application/vnd.ms-excel.sheet.macroenabled.12", "sheets")
XLTX: Final = FileType("xltx", f"{_OOXML}spreadsheetml.template", "sheets")
XLTM: Final = FileType("xltm", "application/vnd.ms-excel.template.macroenabled.12", "sheets")
XLSB: Final = FileType("xlsb", "application/vnd.ms-excel.sheet.binary.macroenabled.12", "legacy")
XLS: Final = FileType("xls", "application/vnd.ms-excel", "sheets")
DOCM: Final = FileType("docm", "application/vnd.ms-word.document.macroenabled.12", "word")
DOTX: Final = FileType("dotx", f"{_OOXML}wordprocessingml.template", "word")
DOTM: Final = FileType("dotm", "application/vnd.ms-word.template.macroenabled.12", "word")
PPTM: Final = FileType("pptm", "application/vnd.ms-powerpoint.presentation.macroenabled.12", "slides")
PPSX: Final = FileType("ppsx", f"{_OOXML}presentationml.slideshow", "slides")
PPSM: Final = FileType("ppsm", "application/vnd.ms-powerpoint.slideshow.macroenabled.12", "slides")
POTX: Final = FileType("potx", f"{_OOXML}presentationml.template", "slides")
POTM: Final = FileType("potm", "application/vnd.ms-powerpoint.template.macroenabled.12", "slides")
ODS: Final = FileType("ods", f"{_ODF}spreadsheet", "sheets")
ODT: Final = FileType("odt", f"{_ODF}text", "opendocument")
OTT: Final = FileType("ott", f"{_ODF}text-template", "opendocument")
ODP: Final = FileType("odp", f"{_ODF}presentation", "opendocument")
OTP: Final = FileType("otp", f"{_ODF}presentation-template", "opendocument")
DOC: Final = FileType("doc", "application/msword", "legacy")
PPT: Final = FileType("ppt", "application/vnd.ms-powerpoint", "legacy")
RTF: Final = FileType("rtf", "application/rtf", "legacy")
CSV: Final = FileType("csv", "text/csv", "sheets")
HTML: Final = FileType("html", "text/html", "html")
EPUB: Final = FileType("epub", "application/epub+zip", "epub")

FILE_TYPES: Final = (
    PDF, DOCX, DOCM, DOTX, DOTM, DOC, RTF, ODT, OTT, PPTX, PPTM, PPSX, PPSM, POTX, POTM, PPT, ODP, OTP, XLSX,
    XLSM, XLTX, XLTM, XLSB, XLS, ODS, CSV, HTML, EPUB, PNG, JPEG, WEBP, TIFF, GIF,
)  # fmt: skip

_BY_EXTENSION: Final = {
    **{file_type.name: file_type for file_type in FILE_TYPES},
    "jpeg": JPEG,
    "tif": TIFF,
    "htm": HTML,
    "xhtml": HTML,
    "dot": DOC,
    "pps": PPT,
    "pot": PPT,
    "xlt": XLS,
    "tsv": CSV,
}
_BY_MEDIA_TYPE: Final = {
    **{file_type.media_type: file_type for file_type in FILE_TYPES},
    "application/x-pdf": PDF,
    "image/jpg": JPEG,
    "application/csv": CSV,
    "application/xhtml+xml": HTML,
    "text/rtf": RTF,
    "text/tab-separated-values": CSV,
}

_HEAD_BYTES: Final = 64 * 1024
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b")
_START_CHARACTERS: Final = 4_096
_MEMBER_BYTES: Final = 1024 * 1024
_OLE_SCAN_BYTES: Final = 64 * 1024 * 1024

_BROKEN_ZIP: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, OSError, EOFError,
    ValueError,
)  # fmt: skip

_IMAGE_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
)

_OOXML_MAIN_PARTS: Final = (
    ("wordprocessingml.document.main+xml", DOCX),
    ("ms-word.document.macroenabled.main+xml", DOCM),
    ("wordprocessingml.template.main+xml", DOTX),
    ("ms-word.template.macroenabledtemplate.main+xml", DOTM),
    ("presentationml.presentation.main+xml", PPTX),
    ("ms-powerpoint.presentation.macroenabled.main+xml", PPTM),
    ("presentationml.slideshow.main+xml", PPSX),
    ("ms-powerpoint.slideshow.macroenabled.main+xml", PPSM),
    ("presentationml.template.main+xml", POTX),
    ("ms-powerpoint.template.macroenabled.main+xml", POTM),
    ("spreadsheetml.sheet.main+xml", XLSX),
    ("ms-excel.sheet.macroenabled.main+xml", XLSM),
    ("spreadsheetml.template.main+xml", XLTX),
    ("ms-excel.template.macroenabled.main+xml", XLTM),
    ("ms-excel.sheet.binary.macroenabled.main", XLSB),
)

_OTHER_OOXML: Final = (
    ("ms-word", "Word file of an unsupported kind", "save it as .docx"),
    ("ms-powerpoint", "PowerPoint file of an unsupported kind", "save it as .pptx"),
    ("ms-excel", "Excel file of an unsupported kind", "save it as .xlsx"),
)

_OPEN_DOCUMENT: Final = {file_type.media_type: file_type for file_type in (ODS, ODT, OTT, ODP, OTP)}

_OTHER_MAGIC: Final = (
    (b"BM", "BMP image", "save it as PNG"),
    (b"\x00\x00\x01\x00", "icon", None),
    (b"%!PS", "PostScript file", "convert it to PDF"),
    (b"\x1f\x8b", "gzip archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive", "unpack it first"),
    (b"Rar!", "RAR archive", "unpack it first"),
    (b"SQLite format 3", "SQLite database", None),
    (b"\x7fELF", "program", None),
    (b"MZ", "program", None),
)


def supported_extensions() -> tuple[str, ...]:
    """All file extensions that can be read, with the dot, in alphabetical order."""
    return tuple(sorted(f".{extension}" for extension in _BY_EXTENSION))


def is_supported_filename(filename: str, content_type: str | None = None) -> bool:
    """Whether the name's extension, or else the declared content type, is one that can be read.

    Only a first look without the bytes: ``detect_type`` has the last word.
    """
    if _extension(filename) in _BY_EXTENSION:
        return True
    return _plain_media_type(content_type) in _BY_MEDIA_TYPE


def detect_type(path: Path, filename: str, content_type: str | None = None) -> FileType:
    """The type of the bytes at ``path``; ``filename`` and ``content_type`` only settle text formats.

    Raises DocumentFailure ``empty`` (0 bytes), ``encrypted`` (password-protected office file), ``corrupt``
    (the name promises a type that the bytes are not, or a broken container) or ``unsupported_type`` (with
    the type found and what is supported).
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    shown = _shown(filename)
    if not head:
        raise DocumentFailure("empty", f"{shown} is empty (0 bytes). Upload the file again.")
    if b"%PDF-" in head[:1024]:
        return PDF
    for magic, file_type in _IMAGE_MAGIC:
        if head.startswith(magic):
            return file_type
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(path, filename)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_type(path, filename)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return RTF
    if _is_heif(head):
        raise _refused(filename, "HEIF or AVIF image", "save it as PNG or JPEG")
    if not _looks_like_text(head):
        for magic, description, hint in _OTHER_MAGIC:
            if head.startswith(magic):
                raise _refused(filename, description, hint)
        expected = _BY_EXTENSION.get(_extension(filename))
        if expected is not None:
            raise DocumentFailure(
                "corrupt",
                f"{shown} is not a readable {expected.name.upper()} file: its first bytes are not those of "
                f"any known format. The file is damaged or has the wrong extension.",
            )
        raise _refused(filename, "unknown binary file", None)
    return _text_type(head, filename, content_type)


def _text_type(head: bytes, filename: str, content_type: str | None) -> FileType:
    start = _decoded(head).lstrip("\ufeff \t\r\n")[:_START_CHARACTERS].lower()
    extension = _extension(filename)
    media_type = _plain_media_type(content_type)
    if start.startswith(("<!doctype html", "<html")) or "<html" in start[:2048]:
        return HTML
    named = _BY_EXTENSION.get(extension)
    if named in (HTML, CSV):
        return named
    if named is None and _BY_MEDIA_TYPE.get(media_type) in (HTML, CSV):
        return _BY_MEDIA_TYPE[media_type]
    if start.startswith("%!ps"):
        raise _refused(filename, "PostScript file", "convert it to PDF")
    if start.startswith(("<?xml", "<svg")):
        raise _refused(filename, "SVG image" if "<svg" in start else "XML file", None)
    if start.startswith(("{", "[")) and extension in {"json", "jsonl", "ndjson"}:
        raise _refused(filename, "JSON file", None)
    raise _refused(filename, "plain text file", None)


def _zip_type(path: Path, filename: str) -> FileType:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = _member(archive, "mimetype", names).strip()
            content_types = _member(archive, "[Content_Types].xml", names).lower()
    except _BROKEN_ZIP as error:
        raise DocumentFailure(
            "corrupt", f"{_shown(filename)} is a damaged ZIP container (office or e-book file): {error}."
        ) from error
    if mimetype == EPUB.media_type or (not content_types and "META-INF/container.xml" in names):
        return EPUB
    if mimetype in _OPEN_DOCUMENT:
        return _OPEN_DOCUMENT[mimetype]
    if mimetype.startswith(_ODF):
        raise _refused(filename, f"OpenDocument {mimetype.removeprefix(_ODF)} file", "save it as PDF")
    for main_part, file_type in _OOXML_MAIN_PARTS:
        if main_part in content_types:
            return file_type
    for marker, description, hint in _OTHER_OOXML:
        if marker in content_types:
            raise _refused(filename, description, hint)
    expected = _BY_EXTENSION.get(_extension(filename))
    if expected is not None and expected.family in {"word", "slides", "sheets", "opendocument", "epub"}:
        raise DocumentFailure(
            "corrupt",
            f"{_shown(filename)} is a ZIP archive without the parts of a {expected.name.upper()} file. "
            f"The file is damaged or has the wrong extension.",
        )
    raise _refused(filename, "ZIP archive", "unpack it and add the documents inside")


def _member(archive: zipfile.ZipFile, name: str, names: set[str]) -> str:
    if name not in names:
        return ""
    with archive.open(name) as member:
        return member.read(_MEMBER_BYTES).decode("utf-8", "replace")


def _ole_type(path: Path, filename: str) -> FileType:
    """Tell OLE2 files apart by the stream names in their directory (UTF-16LE)."""
    with path.open("rb") as file:
        content = file.read(_OLE_SCAN_BYTES)
    if _utf16("EncryptedPackage") in content:
        raise DocumentFailure(
            "encrypted", f"{_shown(filename)} is protected with a password. Remove the password first."
        )
    if _utf16("WordDocument") in content:
        return DOC
    if _utf16("PowerPoint Document") in content:
        return PPT
    if _utf16("Workbook") in content or _utf16("Book\x00") in content:
        return XLS
    raise _refused(filename, "OLE container (for example an Outlook message)", None)


def _refused(filename: str, description: str, hint: str | None) -> DocumentFailure:
    article = "an" if description[0].lower() in "aeiou" or description.startswith("HEIF") else "a"
    claimed = _BY_EXTENSION.get(_extension(filename))
    contrast = f", not a {claimed.name.upper()} file" if claimed is not None else ""
    advice = f" Please {hint}." if hint else ""
    supported = ", ".join(file_type.name for file_type in FILE_TYPES)
    return DocumentFailure(
        "unsupported_type",
        f"{_shown(filename)} looks like {article} {description}{contrast}, which is not supported.{advice} "
        f"Supported types: {supported}.",
    )


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    return len(head) - len(head.translate(None, _CONTROLS)) <= len(head) * 0.02


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")


def _is_heif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"}


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _extension(filename: str) -> str:
    return filename.rpartition(".")[2].lower() if "." in filename else ""


def _plain_media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _shown(filename: str) -> str:
    """The user's name, shortened and without control characters, for messages."""
    clean = "".join(character for character in filename if character.isprintable()) or "The file"
    return clean if len(clean) <= 100 else f"{clean[:60]}...{clean[-30:]}"
