"""Routes of S3 sources. This server does not sync with S3: each says so, after the usual checks."""

from __future__ import annotations

from typing import Annotated, Any, NoReturn

from fastapi import APIRouter, Depends

from docassay.api.dependencies import CurrentTeam, ReadSession
from docassay.api.pagination import PathId
from docassay.collections import service
from docassay.collections.s3_schemas import (
    CollectionS3Source,
    S3OutputRequest,
    S3SourceRequest,
    S3StatusesResponse,
)
from docassay.errors import NotAvailable

router = APIRouter(prefix="/collections", tags=["collections"])


def _existing_collection(collection_id: PathId, team: CurrentTeam, session: ReadSession) -> int:
    return service.get_collection(session, team, collection_id).id


ExistingCollection = Annotated[int, Depends(_existing_collection)]


def _refuse(collection_id: int) -> NoReturn:
    raise NotAvailable(
        f"Collection {collection_id} has no S3 source: this server does not sync collections with S3. Upload "
        f"the files with POST /api/v1/files/upload and add them with POST /api/v1/collections/"
        f"{collection_id}/files."
    )


@router.get("/s3-statuses", summary="List the S3 statuses of collections")
def list_s3_statuses(_team: CurrentTeam, include_archived: bool = False) -> S3StatusesResponse:
    """The collections with an S3 source, of which there are none on this server, archived or not."""
    del include_archived
    return S3StatusesResponse(statuses=[])


@router.put("/{collection_id}/s3-source", summary="Set the S3 source of a collection")
def set_s3_source(_body: S3SourceRequest, collection: ExistingCollection) -> CollectionS3Source:
    """Not available on this server (501)."""
    _refuse(collection)


@router.get("/{collection_id}/s3-source", summary="Get the S3 source of a collection")
def get_s3_source(collection: ExistingCollection) -> CollectionS3Source:
    """Not available on this server (501)."""
    _refuse(collection)


@router.delete("/{collection_id}/s3-source", summary="Disconnect the S3 source of a collection")
def delete_s3_source(collection: ExistingCollection) -> Any:
    """Not available on this server (501)."""
    _refuse(collection)


@router.post("/{collection_id}/s3-source/sync", summary="Sync a collection with its S3 source")
def sync_s3_source(collection: ExistingCollection) -> CollectionS3Source:
    """Not available on this server (501)."""
    _refuse(collection)


@router.put("/{collection_id}/s3-source/output", summary="Set the S3 output of a collection")
def set_s3_output(_body: S3OutputRequest, collection: ExistingCollection) -> CollectionS3Source:
    """Not available on this server (501)."""
    _refuse(collection)


@router.delete("/{collection_id}/s3-source/output", summary="Disable the S3 output of a collection")
def delete_s3_output(collection: ExistingCollection) -> CollectionS3Source:
    """Not available on this server (501)."""
    _refuse(collection)


@router.post("/{collection_id}/s3-source/output/writeback", summary="Write results to S3")
def write_back(collection: ExistingCollection) -> Any:
    """Not available on this server (501)."""
    _refuse(collection)
