"""Blobs as files in one folder."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docassay.storage.contract import BlobNotFound
from docassay.storage.packs import PACKED_BYTES, PackWriter, erase_packed, packed_place, read_packed

_KEY = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a blob key: {key!r}")
    return key


class DiskStore:
    """A ``BlobStore`` on a local file system; a blob appears by an atomic rename."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "incoming"
        for place in (folder, self.temporary):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._packs = PackWriter(folder)

    def _path(self, key: str) -> Path:
        return self.folder / _checked(key)

    def _publish(self, temporary: Path, target: Path) -> None:
        try:
            os.replace(temporary, target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, target)

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store ``data``; whole or not at all, also when the process is killed."""
        target = self._path(key)
        staged = self.temporary / secrets.token_hex(12)
        try:
            staged.write_bytes(data)
            self._publish(staged, target)
        except BaseException:
            staged.unlink(missing_ok=True)
            raise

    def add(self, prefix: str, data: bytes) -> str:
        """Store ``data`` below ``prefix``: small blobs in a pack, large ones in a file of their own."""
        if len(data) <= PACKED_BYTES:
            return self._packs.append(_checked(prefix), data)
        key = f"{prefix}/{secrets.token_hex(12)}"
        self.put_bytes(key, data)
        return key

    def put_file(self, key: str, path: Path) -> None:
        """Move the file at ``path`` into the store, flushed to the disk first: it cannot be made again."""
        target = self._path(key)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        if path.stat().st_dev != self.folder.stat().st_dev:
            staged = self.temporary / secrets.token_hex(12)
            shutil.copyfile(path, staged)
            path.unlink()
            path = staged
        self._publish(path, target)

    def get_bytes(self, key: str) -> bytes:
        """The whole blob. Raises BlobNotFound."""
        place = packed_place(key)
        try:
            if place is not None:
                return read_packed(self._path(place.pack), place)
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise BlobNotFound(key) from None

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        """The blob's own file (do not change it), or a copy of a packed blob. Raises BlobNotFound."""
        if packed_place(key) is not None:
            with tempfile.NamedTemporaryFile(dir=self.temporary) as copy:
                copy.write(self.get_bytes(key))
                copy.flush()
                yield Path(copy.name)
            return
        path = self._path(key)
        if not path.is_file():
            raise BlobNotFound(key)
        yield path

    def exists(self, key: str) -> bool:
        """Whether there is a blob under this key."""
        place = packed_place(key)
        return self._path(place.pack if place else key).is_file()

    def delete(self, key: str) -> None:
        """Remove the blob (a packed one is overwritten); a missing one is no error."""
        place = packed_place(key)
        if place is not None:
            erase_packed(self._path(place.pack), place)
            return
        self._path(key).unlink(missing_ok=True)

    def delete_prefix(self, prefix: str) -> None:
        """Remove every blob below ``prefix``."""
        folder = self._path(prefix)
        if folder.is_dir():
            shutil.rmtree(folder)
