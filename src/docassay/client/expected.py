"""Expected outputs: what is right for the files of a collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast

from docassay.client.transport import Transport
from docassay.client.types import ExpectedOutput, ExpectedVersion


class ExpectedOutputs:
    """The expected outputs of the key's team."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def set(
        self, collection_id: int, file_id: int, expected: Mapping[str, Any], note: str | None = None
    ) -> ExpectedOutput:
        """Say what is right for a file; the same again makes no new version."""
        body = {"expected": dict(expected), "note": note}
        return cast(ExpectedOutput, self._transport.put(_path(collection_id, file_id), body))

    def save_output(
        self,
        collection_id: int,
        file_id: int,
        request_id: int,
        parts: Sequence[Literal["text", "fields", "segments"]],
        note: str | None = None,
    ) -> ExpectedOutput:
        """Make the output of a file of a run what is expected."""
        body = {"request_id": request_id, "parts": list(parts), "note": note}
        return cast(ExpectedOutput, self._transport.post(_path(collection_id, file_id) + "/from_run", body))

    def get(self, collection_id: int, file_id: int, version: int | None = None) -> ExpectedOutput:
        """The newest version, or the one asked for."""
        return cast(ExpectedOutput, self._transport.get(_path(collection_id, file_id), version=version))

    def list(self, collection_id: int, page_size: int = 200) -> Iterator[ExpectedVersion]:
        """The newest version of each file that has one, fetched page by page."""
        cursor: str | None = None
        while True:
            page = self._transport.get(
                f"/api/assay/collections/{collection_id}/expected", limit=page_size, cursor=cursor
            )
            yield from page["files"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def delete(self, collection_id: int, file_id: int) -> None:
        """Delete every version."""
        self._transport.delete(_path(collection_id, file_id))


def _path(collection_id: int, file_id: int) -> str:
    return f"/api/assay/collections/{collection_id}/files/{file_id}/expected"
