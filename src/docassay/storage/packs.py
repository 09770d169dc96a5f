"""Small blobs side by side in large files: one append instead of a file each.

Creating a file costs a hundred times more than appending to one, and a run makes thousands of small
results. Every process appends to packs of its own, so no two writers share one. A blob's key is
``{prefix}/{name}.pack.{offset}.{length}``.
"""

from __future__ import annotations

import os
import re
import secrets
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

PACKED_BYTES = 64 * 1024
"""Blobs up to this size are packed."""

_PACK_BYTES = 64 * 1024 * 1024
_MAX_OPEN = 32
_PACKED_KEY = re.compile(r"(?P<pack>.+\.pack)\.(?P<offset>\d+)\.(?P<length>\d+)")


class PackedPlace(NamedTuple):
    """Where a packed blob lies: the pack's key, and the bytes in it."""

    pack: str
    offset: int
    length: int


def packed_place(key: str) -> PackedPlace | None:
    """The place that a key names, or None when it is not the key of a packed blob."""
    match = _PACKED_KEY.fullmatch(key)
    if match is None:
        return None
    return PackedPlace(match["pack"], int(match["offset"]), int(match["length"]))


class _OpenPack:
    def __init__(self, folder: Path, prefix: str) -> None:
        self.key = f"{prefix}/{secrets.token_hex(8)}.pack"
        path = folder / self.key
        path.parent.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self.size = 0

    def append(self, data: bytes) -> str:
        offset = self.size
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view) :]
        self.size += len(data)
        return f"{self.key}.{offset}.{len(data)}"


class PackWriter:
    """The packs that this process writes to, one for each prefix. Not thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[str, _OpenPack] = OrderedDict()
        self._process_id = os.getpid()

    def append(self, prefix: str, data: bytes) -> str:
        """Store ``data`` and return its key; an append cut short by a kill has no key and no effect."""
        if self._process_id != os.getpid():  # forked: the packs belong to the parent
            self._open.clear()
            self._process_id = os.getpid()
        pack = self._open.get(prefix)
        if pack is not None and pack.size >= _PACK_BYTES:
            self._close(prefix)
            pack = None
        if pack is None:
            while len(self._open) >= _MAX_OPEN:
                self._close(next(iter(self._open)))
            pack = self._open[prefix] = _OpenPack(self._folder, prefix)
        self._open.move_to_end(prefix)
        try:
            return pack.append(data)
        except OSError:
            self._close(prefix)  # its size is not known any more
            raise

    def _close(self, prefix: str) -> None:
        os.close(self._open.pop(prefix).descriptor)


def read_packed(path: Path, place: PackedPlace) -> bytes:
    """The bytes of a packed blob. Raises FileNotFoundError when the pack or the bytes are gone."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.pread(descriptor, place.length, place.offset)
    finally:
        os.close(descriptor)
    if len(data) != place.length or (data and not any(data)):
        raise FileNotFoundError(path)
    return data


def erase_packed(path: Path, place: PackedPlace) -> None:
    """Overwrite a packed blob with zeros; a missing pack is no error."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.pwrite(descriptor, bytes(place.length), place.offset)
    finally:
        os.close(descriptor)
