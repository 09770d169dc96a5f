"""ZIP containers (OOXML, ODF, EPUB) opened with every bound enforced; nothing is ever written to disk.

The central directory is checked when the archive is opened. Declared sizes lie, so reads are counted as
they inflate, and ``count_real_sizes`` inflates everything once before a library opens the file itself.
Archives inside archives are bytes like any other and are never opened.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from docassay.engines.contract import ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.stored_file import open_stored

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RATIO_FLOOR_BYTES: Final = 8 * 1024 * 1024
"""Members smaller than this may have any ratio: an empty bitmap in a document reaches the thousands."""

_CHUNK: Final = 64 * 1024
_MAX_KEPT_BYTES: Final = 32 * 1024 * 1024
_LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_XML_NAME: Final = re.compile(r"\.(?:xml|rels|vml|opf)\Z", re.IGNORECASE)
_DECLARATIONS: Final = tuple(
    marker.encode(encoding)
    for marker in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


class Archive:
    """An opened and checked ZIP file; ``names`` are its members in the archive's own order."""

    def __init__(self, file: BinaryIO, zip_file: zipfile.ZipFile, limits: ReadLimits) -> None:
        self._file = file
        self._zip = zip_file
        self._limits = limits
        self._bytes_read = 0
        self._counted: set[str] = set()
        self._kept: dict[str, bytes] = {}
        self._room_to_keep = _MAX_KEPT_BYTES
        self._size = file.seek(0, os.SEEK_END)
        # Not is_dir(): it fails on a member without a name.
        self._members = {
            info.filename: info for info in zip_file.infolist() if not info.filename.endswith("/")
        }
        self.names: tuple[str, ...] = tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str, max_bytes: int | None = None, *, is_kept: bool = False) -> bytes:
        """The content of the member ``name``; with ``is_kept`` a small one is remembered for the next time.

        Raises ``DocumentFailure``: ``corrupt`` when it is missing, damaged or longer than declared,
        ``zip_bomb`` when it is over ``max_bytes`` or all members read are together over the limit.
        """
        kept = self._kept.get(name)
        if kept is not None:
            return kept
        info = self._members.get(name)
        if info is None:
            raise DocumentFailure("corrupt", f"The part '{_shown(name)}' is missing from the archive.")
        is_counted = name in self._counted
        left = self._limits.max_uncompressed_bytes - (0 if is_counted else self._bytes_read)
        limit = left if max_bytes is None else min(left, max_bytes)
        chunks: list[bytes] = []
        size = 0
        for chunk in self._inflate(info):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise _bomb(f"its part '{_shown(name)}' is over {limit} bytes")
        if not is_counted:
            self._bytes_read += size
            self._counted.add(name)
        data = b"".join(chunks)
        if size != info.file_size or zlib.crc32(data) != info.CRC:
            raise DocumentFailure(
                "corrupt", f"The part '{_shown(name)}' is damaged (wrong length or checksum)."
            )
        if is_kept and len(data) <= self._room_to_keep:
            self._kept[name] = data
            self._room_to_keep -= len(data)
        return data

    def read_optional(self, name: str, max_bytes: int | None = None) -> bytes | None:
        """As ``read``, or None when there is no such member."""
        return self.read(name, max_bytes) if name in self._members else None

    def head(self, name: str, count: int = 16) -> bytes:
        """The first ``count`` bytes of a member; nothing when there is none. Raises as ``read``."""
        info = self._members.get(name)
        return b"" if info is None else next(self._inflate(info), b"")[:count]

    def declared_size(self, name: str) -> int:
        """The uncompressed bytes that the directory declares for a member; 0 when there is none."""
        return self._members[name].file_size if name in self._members else 0

    def count_real_sizes(self, *, only_xml: bool = False) -> None:
        """Inflate every member once, in chunks, and compare with what the directory declares.

        ``only_xml`` leaves out what is no XML, for libraries that do not open it.

        To be called before a library opens the file by itself. XML parts with a document type
        declaration are refused too: the OPC standard forbids them, and they serve entity attacks only.
        Raises ``DocumentFailure`` (``zip_bomb``, ``corrupt``).
        """
        total = 0
        for info in self._zip.infolist():
            size = 0
            is_xml = _XML_NAME.search(info.filename) is not None
            if only_xml and not is_xml:
                continue
            tail = b""
            kept = self._kept.get(info.filename)
            for chunk in self._inflate(info) if kept is None else (kept,):
                size += len(chunk)
                if total + size > self._limits.max_uncompressed_bytes:
                    raise _bomb(f"it inflates to more than {self._limits.max_uncompressed_bytes} bytes")
                if size > info.file_size:
                    raise _bomb(f"its part '{_shown(info.filename)}' is longer than declared")
                if is_xml:
                    window = tail + chunk
                    if any(marker in window for marker in _DECLARATIONS):
                        raise DocumentFailure(
                            "corrupt",
                            f"The part '{_shown(info.filename)}' declares a document type or entities, which "
                            "office files must not do; it was not read.",
                        )
                    tail = window[-20:]
            if size != info.file_size:
                raise DocumentFailure("corrupt", f"The part '{_shown(info.filename)}' is cut short.")
            total += size

    def _inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The member's real bytes in chunks, whatever length the headers declare."""
        left = info.compress_size
        header = b""
        if 0 <= info.header_offset < self._size:
            self._file.seek(info.header_offset)
            header = self._file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise DocumentFailure("corrupt", f"The part '{_shown(info.filename)}' has a damaged header.")
        fields = _LOCAL_HEADER.unpack(header)
        position = info.header_offset + _LOCAL_HEADER.size + fields[9] + fields[10]
        inflater = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
        while left > 0:
            self._file.seek(position)
            data = self._file.read(min(_CHUNK, left))
            if not data:
                raise DocumentFailure("corrupt", f"The part '{_shown(info.filename)}' is cut short.")
            position += len(data)
            left -= len(data)
            if inflater is None:
                yield data
                continue
            while data and not inflater.eof:  # the tail of a stream that ended early would never be consumed
                try:
                    yield inflater.decompress(data, _CHUNK)
                except zlib.error as error:
                    raise DocumentFailure(
                        "corrupt", f"The part '{_shown(info.filename)}' cannot be decompressed ({error})."
                    ) from error
                data = inflater.unconsumed_tail
            if inflater.eof:
                return


@contextmanager
def open_archive(source: SourceFile, limits: ReadLimits) -> Iterator[Archive]:
    """The file as a checked ``Archive``, closed at the end.

    Raises ``DocumentFailure``: ``empty``, ``encrypted`` (a password protects the file),
    ``unsupported_type`` (a binary office file of before 2007), ``corrupt``, ``zip_bomb``.
    """
    with open_stored(source.path) as file:
        _check_magic(file)
        try:
            zip_file = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise DocumentFailure(
                "corrupt", f"The file is not a complete ZIP archive ({error}). Upload it again or repair it."
            ) from error
        with zip_file:
            _check_directory(zip_file, limits)
            yield Archive(file, zip_file, limits)


def _check_magic(file: BinaryIO) -> None:
    head = file.read(8)
    if not head:
        raise DocumentFailure("empty", "The file has no content (0 bytes).")
    if head == OLE_MAGIC:
        if is_encrypted_office_file(file):
            raise DocumentFailure(
                "encrypted", "The file is protected by a password. Remove the password and upload it again."
            )
        raise DocumentFailure(
            "unsupported_type",
            "This is an office file of the format used before 2007 under a newer name. "
            "Save it as .docx, .pptx or .xlsx and upload it again.",
        )
    file.seek(0)


def is_encrypted_office_file(file: BinaryIO) -> bool:
    """Whether an OLE compound file wraps an encrypted OOXML package (MS-OFFCRYPTO 2.3.2)."""
    marker = "EncryptedPackage".encode("utf-16-le")
    file.seek(0)
    tail = b""
    while chunk := file.read(1024 * 1024):
        if marker in tail + chunk:
            return True
        tail = chunk[-len(marker) :]
    return False


def _check_directory(zip_file: zipfile.ZipFile, limits: ReadLimits) -> None:
    members = zip_file.infolist()
    if len(members) > limits.max_archive_members:
        raise _bomb(f"it has {len(members)} members, {limits.max_archive_members} are allowed")
    total = 0
    for info in members:
        if info.flag_bits & 0x1:
            raise DocumentFailure(
                "encrypted", "The archive is encrypted. Remove the password and upload it again."
            )
        if info.compress_type not in _METHODS:
            raise DocumentFailure(
                "corrupt",
                f"The part '{_shown(info.filename)}' uses compression method {info.compress_type}, which "
                "office and EPUB files do not use.",
            )
        total += info.file_size
        if total > limits.max_uncompressed_bytes:
            raise _bomb(f"it declares more than {limits.max_uncompressed_bytes} uncompressed bytes")
        if info.file_size > RATIO_FLOOR_BYTES:
            ratio = info.file_size / max(info.compress_size, 1)
            if ratio > limits.max_compression_ratio:
                raise _bomb(
                    f"its part '{_shown(info.filename)}' is compressed {ratio:.0f}-fold, "
                    f"{limits.max_compression_ratio:.0f}-fold is allowed"
                )


def _bomb(reason: str) -> DocumentFailure:
    return DocumentFailure("zip_bomb", f"The archive was refused as a decompression bomb: {reason}.")


def _shown(name: str) -> str:
    printable = "".join(char if char.isprintable() else "?" for char in name)
    return printable if len(printable) <= 80 else printable[:80] + "…"
