"""Collections: named, ordered sets of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, cast

from docassay.client.transport import Transport
from docassay.client.types import Collection, CollectionFile, CollectionList

_FILES_PER_REQUEST: Final = 100
"""The most that the wire takes in one request."""


class Collections:
    """The collections of the key's team."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, name: str, description: str | None = None) -> Collection:
        """Make an empty collection."""
        body = {"name": name, "description": description}
        return cast(Collection, self._transport.post("/api/v1/collections", body))

    def get(self, collection_id: int) -> Collection:
        """One collection with its first 50 files."""
        return cast(Collection, self._transport.get(f"/api/v1/collections/{collection_id}"))

    def list_page(
        self, limit: int = 50, offset: int = 0, *, include_archived: bool = False
    ) -> CollectionList:
        """A page of collections without their files."""
        return cast(
            CollectionList,
            self._transport.get(
                "/api/v1/collections", limit=limit, offset=offset, include_archived=include_archived
            ),
        )

    def add_files(self, collection_id: int, file_ids: Sequence[int]) -> Collection:
        """Add files at the end, in this order; large lists go in several requests.

        Raises ValueError for an empty list.
        """
        if not file_ids:
            raise ValueError("there are no files to add")
        collection: Collection | None = None
        for start in range(0, len(file_ids), _FILES_PER_REQUEST):
            body = {"uploaded_file_ids": list(file_ids[start : start + _FILES_PER_REQUEST])}
            answer = self._transport.post(f"/api/v1/collections/{collection_id}/files", body)
            collection = cast(Collection, answer)
        return cast(Collection, collection)

    def files(self, collection_id: int, page_size: int = 200) -> Iterator[CollectionFile]:
        """All files in order, fetched page by page."""
        cursor: str | None = None
        while True:
            page = self._transport.get(
                f"/api/v1/collections/{collection_id}/files", limit=page_size, cursor=cursor
            )
            yield from page["files"]
            cursor = page["next_cursor"]
            if cursor is None:
                return
