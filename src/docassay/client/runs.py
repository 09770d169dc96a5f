"""Batch runs: started, watched, cancelled, read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final, Literal, cast

from docassay.client.errors import WaitTimeoutError
from docassay.client.transport import Transport
from docassay.client.types import (
    FINAL_RUN_STATUSES,
    Mode,
    PipelineType,
    Run,
    RunFile,
    RunItem,
    RunList,
    RunSummary,
    WireRun,
)

_FIRST_POLL_SECONDS: Final = 0.1
_LONGEST_POLL_SECONDS: Final = 2.0


class Runs:
    """The batch runs of the key's team."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start(
        self,
        collection_id: int,
        eval_rubric_id: int | None = None,
        *,
        pipeline_type: PipelineType = "convert",
        pipeline_id: str | None = None,
        page_schema: str | None = None,
        segmentation_schema: str | None = None,
        output_format: str | None = None,
        name: str | None = None,
        engine: str | None = None,
        mode: Mode | None = None,
        max_pages: int | None = None,
        page_range: str | None = None,
        engine_options: Mapping[str, Any] | None = None,
        skip_cache: bool = False,
        judge_budget: float | None = None,
    ) -> Run:
        """Start a run through the native surface; schemas are JSON texts, None means the server's default."""
        given = {
            "eval_rubric_id": eval_rubric_id,
            "pipeline_id": pipeline_id,
            "page_schema": page_schema,
            "segmentation_schema": segmentation_schema,
            "output_format": output_format,
            "name": name,
            "engine": engine,
            "mode": mode,
            "max_pages": max_pages,
            "page_range": page_range,
            "engine_options": dict(engine_options) if engine_options else None,
            "skip_cache": skip_cache or None,
            "judge_budget": judge_budget,
        }
        body: dict[str, Any] = {"collection_id": collection_id, "pipeline_type": pipeline_type}
        body |= {key: value for key, value in given.items() if value is not None}
        return cast(Run, self._transport.post("/api/assay/runs", body))

    def start_on_wire(
        self,
        collection_id: int,
        eval_rubric_id: int | None = None,
        *,
        pipeline_type: PipelineType = "convert",
        pipeline_id: str | None = None,
        page_schema: str | None = None,
        segmentation_schema: str | None = None,
        output_format: str | None = None,
    ) -> WireRun:
        """Start a run exactly as a client of the wire does."""
        body = {
            "collection_id": collection_id,
            "eval_rubric_id": eval_rubric_id,
            "pipeline_type": pipeline_type,
            "pipeline_id": pipeline_id,
            "page_schema": page_schema,
            "segmentation_schema": segmentation_schema,
            "output_format": output_format,
        }
        return cast(WireRun, self._transport.post("/api/v1/eval_batch_runs", body))

    def get(self, run_id: int) -> Run:
        """One run with its counts of outcomes."""
        return cast(Run, self._transport.get(f"/api/assay/runs/{run_id}"))

    def list_page(
        self,
        limit: int = 50,
        offset: int = 0,
        *,
        collection_id: int | None = None,
        eval_rubric_id: int | None = None,
    ) -> RunList:
        """A page of runs, newest first."""
        return cast(
            RunList,
            self._transport.get(
                "/api/v1/eval_batch_runs",
                limit=limit,
                offset=offset,
                collection_id=collection_id,
                eval_rubric_id=eval_rubric_id,
            ),
        )

    def cancel(self, run_id: int) -> Run:
        """Stop a run; files that are done keep their results."""
        return cast(Run, self._transport.post(f"/api/assay/runs/{run_id}/cancel"))

    def retry(
        self,
        run_id: int,
        outcomes: Sequence[str] = ("unscored", "errored"),
        *,
        judge_budget: float | None = None,
    ) -> Run:
        """Work again on files of an ended run with these outcomes (also ``failed``, ``cancelled``); nothing
        is converted twice. ``judge_budget`` is a new budget for the whole run."""
        body: dict[str, Any] = {"outcomes": list(outcomes)}
        if judge_budget is not None:
            body["judge_budget"] = judge_budget
        return cast(Run, self._transport.post(f"/api/assay/runs/{run_id}/retry", body))

    def wait(
        self,
        run_id: int,
        *,
        on_progress: Callable[[Run], None] | None = None,
        timeout_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Run:
        """Poll until the run has ended and return it; ``on_progress`` hears every state that is seen.

        Polls every 0.1 s at first and every 2 s in the end. WaitTimeoutError after ``timeout_seconds``.
        """
        deadline = None if timeout_seconds is None else clock() + timeout_seconds
        pause = _FIRST_POLL_SECONDS
        while True:
            run = self.get(run_id)
            if on_progress is not None:
                on_progress(run)
            if run["status"] in FINAL_RUN_STATUSES:
                return run
            if deadline is not None and clock() >= deadline:
                raise WaitTimeoutError(
                    f"Run {run_id} is still {run['status']} after {timeout_seconds:g} seconds."
                )
            self._transport.sleep(pause)
            pause = min(pause * 1.3, _LONGEST_POLL_SECONDS)

    def files(
        self, run_id: int, order: Literal["position", "score"] = "position", page_size: int = 200
    ) -> Iterator[RunFile]:
        """All files of a run, fetched page by page; ``order="score"`` gives the lowest scores first."""
        cursor: str | None = None
        while True:
            page = self._transport.get(
                f"/api/assay/runs/{run_id}/files", limit=page_size, cursor=cursor, order=order
            )
            yield from page["files"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def items(self, run_id: int, request_id: int) -> list[RunItem]:
        """Every item of every rule for one file of a run."""
        answer = self._transport.get(f"/api/assay/runs/{run_id}/files/{request_id}/items")
        return cast(list[RunItem], answer["items"])

    def summary(self, run_id: int) -> RunSummary:
        """The rules of a run with their means over all files."""
        return cast(RunSummary, self._transport.get(f"/api/assay/runs/{run_id}/summary"))

    def save_results(self, run_id: int, target: BinaryIO) -> int:
        """Write the wire's results (JSON) to an open binary file as they arrive; returns the byte count."""
        written = 0
        with self._transport.stream(f"/api/v1/eval_batch_runs/{run_id}/results") as pieces:
            for piece in pieces:
                written += target.write(piece)
        return written
