"""Routes of collections and of the files in them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from docassay.api.dependencies import CurrentTeam, ReadSession, WriteSession
from docassay.api.pagination import Limit, Offset, PathId, decode_cursor, encode_cursor
from docassay.collections import service
from docassay.collections.repository import Entry
from docassay.collections.schemas import (
    AddFilesRequest,
    CollectionFileResponse,
    CollectionResponse,
    CreateCollectionRequest,
    ListCollectionFilesResponse,
    ListCollectionsResponse,
    UpdateCollectionRequest,
)
from docassay.collections.service import CollectionView

router = APIRouter(prefix="/collections", tags=["collections"])


def _file_response(entry: Entry) -> CollectionFileResponse:
    place, file = entry
    breakdown = place.last_score_breakdown
    return CollectionFileResponse(
        uploaded_file_id=file.id,
        original_filename=file.original_filename,
        file_size=file.file_size,
        content_type=file.content_type,
        sort_order=place.sort_order,
        source_type="upload",
        external_key=None,
        external_etag=None,
        external_last_modified=None,
        external_deleted_at=None,
        last_eval_score=place.last_eval_score,
        # the wire has numbers only: rules without a score are left out, never counted as 0
        last_score_breakdown=None
        if breakdown is None
        else [score for score in breakdown if score is not None],
    )


def _response(view: CollectionView) -> CollectionResponse:
    collection = view.collection
    return CollectionResponse(
        id=collection.id,
        name=collection.name,
        description=collection.description,
        archived=collection.archived,
        created=collection.created,
        updated=collection.updated,
        file_count=view.file_count,
        files=[_file_response(entry) for entry in view.entries],
    )


@router.post("", summary="Create a collection")
def create_collection(
    body: CreateCollectionRequest, team: CurrentTeam, session: WriteSession
) -> CollectionResponse:
    """A new, empty collection."""
    collection = service.create_collection(session, team, body.name, body.description)
    return _response(service.view_collection(session, collection))


@router.get("", summary="List collections")
def list_collections(
    team: CurrentTeam,
    session: ReadSession,
    limit: Limit = 50,
    offset: Offset = 0,
    include_archived: bool = False,
) -> ListCollectionsResponse:
    """The team's collections, newest first; ``files`` is empty here."""
    views, total = service.list_collections(session, team, limit, offset, include_archived)
    return ListCollectionsResponse(collections=[_response(view) for view in views], total=total)


@router.get("/{collection_id}", summary="Get a collection")
def get_collection(collection_id: PathId, team: CurrentTeam, session: ReadSession) -> CollectionResponse:
    """One collection with its first 50 files."""
    collection = service.get_collection(session, team, collection_id)
    return _response(service.view_collection(session, collection))


@router.put("/{collection_id}", summary="Update a collection")
def update_collection(
    collection_id: PathId, body: UpdateCollectionRequest, team: CurrentTeam, session: WriteSession
) -> CollectionResponse:
    """Rename, describe, archive or, with ``archived: false``, restore a collection."""
    changes = body.model_dump(exclude_unset=True)
    changes = {
        field: value for field, value in changes.items() if value is not None or field == "description"
    }
    collection = service.update_collection(session, team, collection_id, changes)
    return _response(service.view_collection(session, collection))


@router.delete("/{collection_id}", summary="Archive a collection")
def delete_collection(collection_id: PathId, team: CurrentTeam, session: WriteSession) -> Any:
    """A soft delete: files and runs stay, and ``archived: false`` restores it."""
    service.archive_collection(session, team, collection_id)
    return {"success": True, "message": f"Collection {collection_id} was archived."}


@router.get("/{collection_id}/files", summary="List the files of a collection")
def list_files(
    collection_id: PathId,
    team: CurrentTeam,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1)] = 50,
    cursor: str | None = None,
) -> ListCollectionFilesResponse:
    """The files in order; a page holds at most 1000. Follow ``next_cursor`` until it is null."""
    after: tuple[int, int] | None = None
    if cursor is not None:
        sort_order, file_id = decode_cursor(cursor, 2)
        after = sort_order, file_id
    page = service.list_files(session, team, collection_id, limit, after)
    return ListCollectionFilesResponse(
        files=[_file_response(entry) for entry in page.entries],
        total=page.total,
        next_cursor=None if page.next_after is None else encode_cursor(*page.next_after),
    )


@router.post("/{collection_id}/files", summary="Add files to a collection")
def add_files(
    collection_id: PathId, body: AddFilesRequest, team: CurrentTeam, session: WriteSession
) -> CollectionResponse:
    """Add 1 to 100 uploaded files at the end; all or none."""
    collection = service.add_files(session, team, collection_id, body.uploaded_file_ids)
    return _response(service.view_collection(session, collection))


@router.delete("/{collection_id}/files/{uploaded_file_id}", summary="Remove a file from a collection")
def remove_file(
    collection_id: PathId, uploaded_file_id: PathId, team: CurrentTeam, session: WriteSession
) -> Any:
    """Take the file out of the collection; the file itself stays."""
    service.remove_file(session, team, collection_id, uploaded_file_id)
    return {
        "success": True,
        "message": f"File {uploaded_file_id} was removed from collection {collection_id}.",
    }
