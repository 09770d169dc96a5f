"""Our own routes of batch runs, ``/api/assay/runs``: start with every option, cancel, look closer."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from docassay.api.dependencies import CurrentTeam, ReadSession, RequestServices, WriteSession
from docassay.api.pagination import PathId, decode_cursor, encode_cursor
from docassay.errors import NotFound
from docassay.execution.contract import WorkRef, cancel_after_commit
from docassay.runs import present, repository, retry, service
from docassay.runs.schemas import (
    ItemResponse,
    ItemsResponse,
    RetryRunRequest,
    RunFilesResponse,
    RunResponse,
    RunSummaryResponse,
    StartRunRequest,
)
from docassay.runs.work import release_documents
from docassay.storage.answers import read_items
from docassay.storage.contract import BlobNotFound

router = APIRouter(prefix="/api/assay/runs", tags=["runs"])


@router.post("", summary="Start a run")
def start_run(
    body: StartRunRequest, team_id: CurrentTeam, session: WriteSession, services: RequestServices
) -> RunResponse:
    """Start a run with an engine, a mode and options of your choice."""
    run = service.start_run(session, services.jobs, services.settings, team_id, body)
    return present.native_run(session, run)


@router.get("/{run_id}", summary="Get a run")
def get_run(
    run_id: PathId, team_id: CurrentTeam, session: ReadSession, services: RequestServices
) -> RunResponse:
    """A run with its outcomes, coverage, engine and costs, and how far long files are."""
    run = service.get_run(session, team_id, run_id)
    return present.native_run(session, run, services.jobs.progress(WorkRef("run", str(run.id))))


@router.post("/{run_id}/cancel", summary="Cancel a run")
def cancel_run(
    run_id: PathId, team_id: CurrentTeam, session: WriteSession, services: RequestServices
) -> RunResponse:
    """End the run now. Files that are done keep their results; the others end as cancelled."""
    run = service.cancel_run(session, team_id, run_id)
    release_documents(session, services.store, run)
    cancel_after_commit(session, services.jobs, WorkRef("run", str(run.id)))
    return present.native_run(session, run)


@router.post("/{run_id}/retry", summary="Retry files of a run")
def retry_run(
    run_id: PathId,
    body: RetryRunRequest,
    team_id: CurrentTeam,
    session: WriteSession,
    services: RequestServices,
) -> RunResponse:
    """Work again on files of an ended run that have no score they could have: after an outage of the judge
    (`unscored`), of the machinery (`errored`), or a cancellation. Stored conversions and answers are used."""
    run = service.get_run(session, team_id, run_id)
    retry.retry_run(
        session, services.jobs, services.settings, services.store, run, body.outcomes, body.judge_budget
    )
    return present.native_run(session, run)


@router.get("/{run_id}/files", summary="List the files of a run")
def list_files(
    run_id: PathId,
    team_id: CurrentTeam,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query()] = None,
    order: Annotated[Literal["position", "score"], Query()] = "position",
) -> RunFilesResponse:
    """A page of files by position, or lowest score first (files without a score last)."""
    run = service.get_run(session, team_id, run_id)
    if order == "position":
        after = decode_cursor(cursor, 1)[0] if cursor else -1
        files = repository.files_after(session, run.id, after, limit)
    else:
        last = decode_cursor(cursor, 1)[0] if cursor else None
        files = repository.files_by_score(session, run.id, last, limit)
    next_cursor = None
    if len(files) == limit:
        next_cursor = encode_cursor(files[-1].position)
    return RunFilesResponse(files=[present.native_file(file) for file in files], next_cursor=next_cursor)


@router.get("/{run_id}/files/{request_id}/items", summary="Get every item of a file")
def list_items(
    run_id: PathId, request_id: PathId, team_id: CurrentTeam, session: ReadSession, services: RequestServices
) -> ItemsResponse:
    """Every score of every rule on one file, with its evidence."""
    file = service.get_run_file(session, team_id, run_id, request_id)
    if file.items_key is None:
        return ItemsResponse(items=[])
    try:
        items = read_items(services.store, file.items_key)
    except BlobNotFound:
        raise NotFound(f"The items of file {request_id} are no longer stored.") from None
    return ItemsResponse(items=[ItemResponse(**item) for item in items])


@router.get("/{run_id}/summary", summary="Summarise a run by rule")
def get_summary(run_id: PathId, team_id: CurrentTeam, session: ReadSession) -> RunSummaryResponse:
    """The mean of every rule with the number of files behind it."""
    return present.summary(session, service.get_run(session, team_id, run_id))
