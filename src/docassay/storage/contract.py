"""Where bytes are kept: documents by content hash, conversions by work identity, results by run."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class BlobNotFound(KeyError):
    """There is no blob under this key."""


class BlobStore(Protocol):
    """Keys are slash-separated words of ``[a-z0-9._-]``; values are immutable once written."""

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store ``data``; whole or not at all, also when the process is killed."""
        ...

    def add(self, prefix: str, data: bytes) -> str:
        """Store ``data`` below ``prefix`` under a key of the store's choice, and return that key."""
        ...

    def put_file(self, key: str, path: Path) -> None:
        """Take over the file at ``path`` (it is moved or uploaded, then gone)."""
        ...

    def get_bytes(self, key: str) -> bytes:
        """The whole blob. Raises BlobNotFound."""
        ...

    def local_path(self, key: str) -> AbstractContextManager[Path]:
        """A readable file with the blob's content for the duration of the block. Raises BlobNotFound."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is a blob under this key."""
        ...

    def delete(self, key: str) -> None:
        """Remove the blob; a missing one is no error."""
        ...

    def delete_prefix(self, prefix: str) -> None:
        """Remove every blob whose key starts with ``prefix + "/"``."""
        ...
