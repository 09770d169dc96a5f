"""Byte-level writers for files that lie about their size: cheap to write, expensive to open carelessly."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_DOS_DATE: Final = ((2024 - 1980) << 9) | (1 << 5) | 1
_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A zip entry that is already deflated: ``deflated`` unpacks to ``size`` bytes with checksum ``crc``."""

    name: str
    deflated: bytes
    size: int
    crc: int


def deflated_member(name: str, content: bytes) -> ZipMember:
    """``content`` as an ordinary deflated entry."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return ZipMember(name, squeezer.compress(content) + squeezer.flush(), len(content), zlib.crc32(content))


def inflated_member(name: str, head: bytes, filler: bytes, tail: bytes, mebibytes: int) -> ZipMember:
    """An entry that unpacks to ``head``, ``mebibytes`` MiB of the byte ``filler`` and ``tail``.

    One MiB is deflated once and its bits are repeated, so gigabytes cost milliseconds; the entry is valid,
    with its true size and checksum. Raises ValueError when ``filler`` is not one byte.
    """
    if len(filler) != 1:
        raise ValueError("filler must be a single byte")
    block = filler * _MEBIBYTE
    parts = [_flushed(head), _flushed(block) * mebibytes, _finished(tail)]
    crc = zlib.crc32(head)
    for _ in range(mebibytes):
        crc = zlib.crc32(block, crc)
    return ZipMember(
        name, b"".join(parts), len(head) + mebibytes * _MEBIBYTE + len(tail), zlib.crc32(tail, crc)
    )


def _flushed(content: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # After a full flush the bits end on a byte and refer to nothing before them, so copies can be joined.
    return squeezer.compress(content) + squeezer.flush(zlib.Z_FULL_FLUSH)


def _finished(content: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezer.compress(content) + squeezer.flush()


def write_raw_zip(path: Path, members: list[ZipMember]) -> None:
    """Write a zip archive of already deflated members (APPNOTE 6.3.10: local headers, directory, end)."""
    body, directory = bytearray(), bytearray()
    for member in members:
        name = member.name.encode()
        fields = struct.pack(
            "<HHHHHIIIHH",
            20, 0x800, 8, 0, _DOS_DATE, member.crc, len(member.deflated), member.size, len(name), 0,
        )  # fmt: skip
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fields
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + fields + name + member.deflated
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    path.write_bytes(bytes(body) + bytes(directory) + b"PK\x05\x06" + end)


def write_blank_png(path: Path, width: int, height: int) -> None:
    """A valid one-bit PNG of that many pixels, all black: 100 megapixels are a file of a few KiB.

    The rows are compressed as they are made; the memory needed does not grow with ``height``.
    """
    squeezer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join([squeezer.compress(row) for _ in range(height)]) + squeezer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", header)
        + _png_chunk(b"IDAT", data)
        + _png_chunk(b"IEND", b"")
    )


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
