"""Files: uploaded through a signed URL, listed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from docassay.client.content_types import content_type_of
from docassay.client.transport import Transport
from docassay.client.types import FileList, FileMetadata


class Files:
    """The files of the key's team."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(self, path: Path, name: str | None = None, content_type: str | None = None) -> int:
        """Upload one file from disk, never whole in memory, and return its id.

        ``name`` is what the server calls it (default: the file's own name); the content type follows from
        the suffix unless given. Raises OSError when the file cannot be read.
        """
        name = name or path.name
        content_type = content_type or content_type_of(Path(name))
        with path.open("rb") as content:
            ticket = self._transport.post(
                "/api/v1/files/upload", {"filename": name, "content_type": content_type}
            )
            self._transport.upload(ticket["upload_url"], content, content_type)
        self._transport.get(f"/api/v1/files/{ticket['file_id']}/confirm")
        return int(ticket["file_id"])

    def upload_many(
        self, files: list[tuple[Path, str]], on_uploaded: Callable[[int], None] | None = None
    ) -> list[int]:
        """Upload ``(path, name)`` pairs in order; ``on_uploaded`` hears the count so far; returns the ids."""
        ids = []
        for path, name in files:
            ids.append(self.upload(path, name))
            if on_uploaded is not None:
                on_uploaded(len(ids))
        return ids

    def get(self, file_id: int) -> FileMetadata:
        """One file's metadata."""
        return cast(FileMetadata, self._transport.get(f"/api/v1/files/{file_id}"))

    def list_page(self, limit: int = 50, offset: int = 0) -> FileList:
        """A page of the team's files."""
        return cast(FileList, self._transport.get("/api/v1/files", limit=limit, offset=offset))

    def delete(self, file_id: int) -> None:
        """Delete a file."""
        self._transport.delete(f"/api/v1/files/{file_id}")
