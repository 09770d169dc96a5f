"""Routes of expected outputs, ``/api/assay/collections/{id}/...``."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query

from docassay.api.dependencies import CurrentTeam, ReadSession, RequestServices, WriteSession
from docassay.api.pagination import PathId, decode_cursor, encode_cursor
from docassay.documents.expected_files import expected_to_json, load_expected
from docassay.errors import CannotUse, NotFound
from docassay.expected_outputs import service
from docassay.expected_outputs.models import ExpectedOutput
from docassay.expected_outputs.schemas import (
    ExpectedOfCollection,
    ExpectedResponse,
    ExpectedVersion,
    ExpectedVersions,
    SaveOutputRequest,
    SetExpectedRequest,
)
from docassay.runs.service import get_file_of_run
from docassay.storage.answers import read_answer
from docassay.storage.contract import BlobNotFound

router = APIRouter(prefix="/api/assay/collections/{collection_id}", tags=["expected outputs"])
_FILE = "/files/{uploaded_file_id}/expected"


def _fields(row: ExpectedOutput) -> dict[str, Any]:
    return {
        "uploaded_file_id": row.uploaded_file_id,
        "version": row.version,
        "parts": row.parts,
        "origin": row.origin,
        "note": row.note,
        "created": row.created,
    }


def _response(row: ExpectedOutput) -> ExpectedResponse:
    return ExpectedResponse(**_fields(row), expected=expected_to_json(load_expected(row.content)))


@router.get("/expected", summary="List expected outputs")
def list_expected(
    collection_id: PathId,
    team: CurrentTeam,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> ExpectedOfCollection:
    """Which files of a collection have an expected output, and what it holds."""
    after = decode_cursor(cursor, 1)[0] if cursor else 0
    rows = service.list_newest(session, team, collection_id, after, limit)
    return ExpectedOfCollection(
        files=[ExpectedVersion(**_fields(row)) for row in rows],
        next_cursor=encode_cursor(rows[-1].uploaded_file_id) if len(rows) == limit else None,
    )


@router.put(_FILE, summary="Set an expected output")
def set_expected(
    collection_id: PathId,
    uploaded_file_id: PathId,
    body: SetExpectedRequest,
    team: CurrentTeam,
    session: WriteSession,
) -> ExpectedResponse:
    """Say what is right for a file. Another content makes the next version; runs keep the one they had."""
    row = service.set_expected(session, team, collection_id, uploaded_file_id, body.expected, note=body.note)
    return _response(row)


@router.post(_FILE + "/from_run", summary="Save an output as expected")
def save_output(
    collection_id: PathId,
    uploaded_file_id: PathId,
    body: SaveOutputRequest,
    team: CurrentTeam,
    session: WriteSession,
    services: RequestServices,
) -> ExpectedResponse:
    """After review: make the output of a run what is expected of its file. Other parts stay as they are."""
    run, file = get_file_of_run(session, team, body.request_id)
    if file.uploaded_file_id != uploaded_file_id:
        raise CannotUse(f"Result {body.request_id} is not one of file {uploaded_file_id}.")
    if file.result_key is None:
        raise CannotUse(f"Result {body.request_id} is {file.status}; it has no output to save.")
    try:
        answer = json.loads(read_answer(services.store, file.result_key))
    except BlobNotFound:
        raise NotFound(f"The output of result {body.request_id} is no longer stored.") from None
    value = service.expected_of_answer(answer, body.parts, run.snapshot["page_schema"])
    row = service.save_parts(
        session,
        team,
        collection_id,
        uploaded_file_id,
        value,
        note=body.note,
        origin=f"run {run.id}, file {file.id}",
    )
    return _response(row)


@router.get(_FILE, summary="Get an expected output")
def get_expected(
    collection_id: PathId,
    uploaded_file_id: PathId,
    team: CurrentTeam,
    session: ReadSession,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> ExpectedResponse:
    """The newest version, or the one asked for."""
    return _response(service.get_expected(session, team, collection_id, uploaded_file_id, version))


@router.get(_FILE + "/versions", summary="List the versions of an expected output")
def list_versions(
    collection_id: PathId, uploaded_file_id: PathId, team: CurrentTeam, session: ReadSession
) -> ExpectedVersions:
    """Every version, newest first."""
    rows = service.list_versions(session, team, collection_id, uploaded_file_id)
    return ExpectedVersions(versions=[ExpectedVersion(**_fields(row)) for row in rows])


@router.delete(_FILE, summary="Delete an expected output")
def delete_expected(
    collection_id: PathId, uploaded_file_id: PathId, team: CurrentTeam, session: WriteSession
) -> dict[str, Any]:
    """Delete every version. Results of runs that used one stay."""
    count = service.delete_expected(session, team, collection_id, uploaded_file_id)
    return {"success": True, "deleted_versions": count}
