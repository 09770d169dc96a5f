"""The bytes of documents on their way into the blob store: streamed to disk, hashed, kept once per hash."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self

from sqlalchemy.orm import Session

from docassay.db.locks import hold_lock
from docassay.errors import TooLarge
from docassay.settings import Settings
from docassay.storage.contract import BlobStore
from docassay.storage.keys import document_key

CHUNK_BYTES: Final = 1024 * 1024


class StoredContent(NamedTuple):
    """A document in the blob store, under ``document_key(sha256)``; ``size`` in bytes."""

    sha256: str
    size: int


class IncomingFile:
    """A temporary file that is hashed while it is written; removed at the end of its ``with`` block.

    ``write`` raises TooLarge beyond ``max_bytes``, with the bytes of the limit in the message.
    """

    def __init__(self, settings: Settings, max_bytes: int | None = None) -> None:
        self.max_bytes = settings.max_upload_bytes if max_bytes is None else max_bytes
        self.size = 0
        self._hash = hashlib.sha256()
        folder = settings.data_dir / "incoming"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self.size += len(chunk)
        if self.size > self.max_bytes:
            raise TooLarge(too_large_message(self.max_bytes))
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self) -> StoredContent:
        """Flush everything to the disk; call before ``publish`` and before a transaction is open."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return StoredContent(self._hash.hexdigest(), self.size)


def too_large_message(max_bytes: int) -> str:
    """What is said about a document over the limit."""
    return f"The file is larger than the limit of {max_bytes:,} bytes."


def publish(session: Session, store: BlobStore, path: Path, content: StoredContent) -> None:
    """Move the finished file at ``path`` into the store unless the same bytes are there already.

    Holds the content's lock until the transaction ends, so that nobody who deletes the last other user of
    these bytes can remove them before the caller's row, which needs them, is committed.
    """
    hold_content(session, content.sha256)
    key = document_key(content.sha256)
    if not store.exists(key):
        store.put_file(key, path)


def hold_content(session: Session, sha256: str) -> None:
    """Keep others from publishing or removing these bytes until the transaction ends."""
    hold_lock(session, f"content:{sha256}")


def keep_upload(session: Session, store: BlobStore, settings: Settings, source: BinaryIO) -> StoredContent:
    """Copy an uploaded file (for example ``UploadFile.file``) into the store.

    Call it before any query of the transaction: until the first one no lock of the database is held, and
    copying may take seconds. Raises TooLarge.
    """
    with IncomingFile(settings) as incoming:
        source.seek(0)
        while chunk := source.read(CHUNK_BYTES):
            incoming.write(chunk)
        content = incoming.finish()
        publish(session, store, incoming.path, content)
    return content
