"""The wire of collections."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from docassay.api.pagination import Name, RowId


class CreateCollectionRequest(BaseModel):
    """A new, empty collection."""

    name: Name
    description: str | None = None


class UpdateCollectionRequest(BaseModel):
    """What to change; a null ``description`` clears it, other nulls change nothing."""

    name: Name | None = None
    description: str | None = None
    archived: bool | None = None


class AddFilesRequest(BaseModel):
    """Files to add at the end, in this order; those that are in it already stay where they are."""

    uploaded_file_ids: Annotated[list[RowId], Field(min_length=1, max_length=100)]


class CollectionFileResponse(BaseModel):
    """A file in a collection; the scores are those of the latest run that scored it."""

    uploaded_file_id: int
    original_filename: str
    file_size: int | None
    content_type: str | None
    sort_order: int
    source_type: str
    external_key: str | None
    external_etag: str | None
    external_last_modified: datetime | None
    external_deleted_at: datetime | None
    last_eval_score: float | None
    last_score_breakdown: list[float] | None


class CollectionResponse(BaseModel):
    """A collection; ``files`` are the first 50 in order (none in lists), ``file_count`` counts all."""

    id: int
    name: str
    description: str | None
    archived: bool
    created: datetime | None
    updated: datetime | None
    file_count: int
    files: list[CollectionFileResponse]


class ListCollectionsResponse(BaseModel):
    """A page of the team's collections, newest first."""

    collections: list[CollectionResponse]
    total: int


class ListCollectionFilesResponse(BaseModel):
    """A page of a collection's files in order; ``next_cursor`` is null on the last one."""

    files: list[CollectionFileResponse]
    total: int
    next_cursor: str | None
