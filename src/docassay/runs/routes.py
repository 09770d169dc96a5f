"""The wire's routes of batch runs, ``/api/v1/eval_batch_runs``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from docassay.api.dependencies import CurrentTeam, ReadSession, RequestServices, WriteSession
from docassay.api.pagination import Limit, Offset, PathId, RowId
from docassay.runs import present, repository, service
from docassay.runs.schemas import (
    BatchRunResultsResponse,
    EvalBatchRunResponse,
    ListBatchRunsResponse,
    StartBatchRunRequest,
)

router = APIRouter(prefix="/api/v1/eval_batch_runs", tags=["eval_batch_runs"])


@router.post("", summary="Start Batch Run")
def start_batch_run(
    body: StartBatchRunRequest, team_id: CurrentTeam, session: WriteSession, services: RequestServices
) -> EvalBatchRunResponse:
    """Start a batch evaluation run on all files in the collection."""
    run = service.start_run(session, services.jobs, services.settings, team_id, body)
    return present.wire_run(run)


@router.get("", summary="List Batch Runs")
def list_batch_runs(
    team_id: CurrentTeam,
    session: ReadSession,
    collection_id: Annotated[RowId | None, Query()] = None,
    eval_rubric_id: Annotated[RowId | None, Query()] = None,
    pipeline_id: Annotated[str | None, Query()] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> ListBatchRunsResponse:
    """The team's runs, newest first."""
    runs, total = repository.list_runs(
        session,
        team_id,
        collection_id=collection_id,
        eval_rubric_id=eval_rubric_id,
        pipeline_id=pipeline_id,
        limit=limit,
        offset=offset,
    )
    return ListBatchRunsResponse(batch_runs=[present.wire_run(run) for run in runs], total=total)


@router.get("/{run_id}", summary="Get Batch Run")
def get_batch_run(run_id: PathId, team_id: CurrentTeam, session: ReadSession) -> EvalBatchRunResponse:
    """Status and progress of a run."""
    return present.wire_run(service.get_run(session, team_id, run_id))


@router.get("/{run_id}/results", summary="Get Batch Run Results", response_model=BatchRunResultsResponse)
def get_batch_run_results(
    run_id: PathId, team_id: CurrentTeam, session: ReadSession, services: RequestServices
) -> StreamingResponse:
    """The result of every file, in collection order; streamed, so that any number of files fits."""
    run = service.get_run(session, team_id, run_id)
    return StreamingResponse(present.stream_results(services.database, run), media_type="application/json")
