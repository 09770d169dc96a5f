"""Blobs as files in one folder."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docassay.storage.contract import BlobNotFound

_KEY = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")


class DiskStore:
    """A ``BlobStore`` on a local file system; a blob appears by an atomic rename."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "incoming"
        self.temporary.mkdir(parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a blob key: {key!r}")
        return self.folder / key

    def _publish(self, temporary: Path, target: Path) -> None:
        try:
            os.replace(temporary, target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, target)

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store ``data``; whole or not at all, also when the process is killed."""
        target = self._path(key)
        descriptor, name = tempfile.mkstemp(dir=self.temporary)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            self._publish(Path(name), target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def put_file(self, key: str, path: Path) -> None:
        """Move the file at ``path`` into the store, flushed to the disk first: it cannot be made again."""
        target = self._path(key)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        if path.stat().st_dev != self.folder.stat().st_dev:
            staged = Path(tempfile.mkstemp(dir=self.temporary)[1])
            shutil.copyfile(path, staged)
            path.unlink()
            path = staged
        self._publish(path, target)

    def get_bytes(self, key: str) -> bytes:
        """The whole blob. Raises BlobNotFound."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise BlobNotFound(key) from None

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        """The blob's own file; do not change it. Raises BlobNotFound."""
        path = self._path(key)
        if not path.is_file():
            raise BlobNotFound(key)
        yield path

    def exists(self, key: str) -> bool:
        """Whether there is a blob under this key."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove the blob; a missing one is no error."""
        self._path(key).unlink(missing_ok=True)

    def delete_prefix(self, prefix: str) -> None:
        """Remove every blob below ``prefix``."""
        folder = self._path(prefix)
        if folder.is_dir():
            shutil.rmtree(folder)
