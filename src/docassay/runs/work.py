"""Runs as a source of work: slices are claimed, begun, recorded and ended in small transactions.

A file's result is written once: what arrives for a file that is at its end already changes nothing, and
the counters of the run move in the same transaction as the rows.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session, load_only

from docassay.db.base import now
from docassay.db.database import Database
from docassay.execution.contract import Batch
from docassay.execution.conversions import MadeConversion, remember_conversions, stored_conversions
from docassay.execution.identity import conversion_identity
from docassay.execution.tasks import FileResult, FileTask, JobSpec, pack_job
from docassay.expected_outputs.service import contents_of
from docassay.files.service import release_content
from docassay.runs.models import Run, RunFile, RunShard
from docassay.runs.repository import (
    FINAL_FILE,
    FINAL_RUN,
    deleted_contents,
    fail_open_files,
    publish_scores,
    totals,
)
from docassay.runs.snapshot import job_of
from docassay.settings import Settings
from docassay.storage.contract import BlobStore
from docassay.storage.keys import run_prefix

MAX_WORKER_DEATHS = 5
"""A file that was in work this often when the whole worker died is given up as errored."""

MAX_LANES_PER_RUN = 8
_REMEMBERED_JOBS = 64


_RESULT_COLUMNS = (
    "status",
    "outcome",
    "eval_score",
    "eval_results",
    "score_breakdown",
    "rule_outcomes",
    "error_code",
    "error",
    "page_count",
    "is_cached",
    "runtime_seconds",
    "result_key",
    "items_key",
    "completed_at",
)
_FILES = cast("Table", RunFile.__table__)
_WRITE_RESULT = (
    update(_FILES)
    .where(_FILES.c.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in _RESULT_COLUMNS})
)
"""One statement for every result, below the ORM: it runs once a file."""


class _Job(NamedTuple):
    spec: JobSpec
    packed: bytes
    skip_cache: bool


class RunSource:
    """See ``WorkSource``; ``work_id`` is the run's id as text, a task's id is that of its row."""

    kind = "run"

    def __init__(self, database: Database, settings: Settings, store: BlobStore | None = None) -> None:
        """With ``store``, documents that were deleted during a run are removed from it at the run's end."""
        self._database = database
        self._settings = settings
        self._store = store
        self._jobs: OrderedDict[int, _Job] = OrderedDict()
        self._lock = threading.Lock()

    def claim(self, work_id: str, lane_id: str) -> Batch | None:
        """The next slice with open files; slices without any are closed on the way."""
        with self._database.write() as session:
            run = session.get(Run, int(work_id))
            if run is None or run.status in FINAL_RUN:
                return None
            if run.status == "pending":
                run.status = "running"
                run.started_at = now()
            job = self._job(run)
            while (shard := _next_shard(session, run.id, lane_id)) is not None:
                shard.lane_id = lane_id
                files = self._open_files(session, run, shard)
                if files:
                    tasks = _tasks(session, job, files)
                    return Batch(work_id, lane_id, shard.shard_number, tasks)
                shard.is_done = True
                session.flush()
            return None

    def _job(self, run: Run) -> _Job:
        with self._lock:
            if run.id not in self._jobs:
                spec = job_of(run, self._settings)
                self._jobs[run.id] = _Job(spec, pack_job(spec), bool(run.snapshot["skip_cache"]))
                if len(self._jobs) > _REMEMBERED_JOBS:
                    self._jobs.popitem(last=False)
            return self._jobs[run.id]

    @staticmethod
    def _open_files(session: Session, run: Run, shard: RunShard) -> list[RunFile]:
        files = session.scalars(
            select(RunFile)
            .options(
                load_only(
                    RunFile.id, RunFile.run_id, RunFile.position, RunFile.sha256, RunFile.filename,
                    RunFile.content_type, RunFile.expected_output_id, RunFile.deaths, RunFile.attempts,
                    RunFile.status,
                )
            )
            .where(
                RunFile.run_id == run.id,
                RunFile.position >= shard.first_position,
                RunFile.position < shard.stop_position,
                RunFile.status.not_in(FINAL_FILE),
            )
            .order_by(RunFile.position)
        ).all()  # fmt: skip
        hopeless = [file for file in files if file.attempts - file.deaths >= MAX_WORKER_DEATHS]
        if hopeless:
            _record(session, run.id, [_given_up(file) for file in hopeless])
        return [file for file in files if file not in hopeless]

    def advance(
        self,
        batch: Batch,
        results: Sequence[FileResult],
        starting: Sequence[FileTask],
        deaths: Sequence[FileTask],
    ) -> Sequence[FileTask] | None:
        """Record, begin and count in one transaction; None when the run is at its end."""
        run_id = int(batch.work_id)
        with self._database.write() as session:
            status = session.scalar(select(Run.status).where(Run.id == run_id))
            if status is None or status in FINAL_RUN:
                if status is not None:
                    _count_judge(session, run_id, results)  # it has been paid for all the same
                return None
            if results:
                _record(session, run_id, results)
                remember_conversions(session, _made_conversions(batch, results))
            if starting:
                session.execute(
                    update(RunFile)
                    .where(RunFile.id.in_([task.task_id for task in starting]))
                    .where(RunFile.status.not_in(FINAL_FILE))
                    .values(
                        status="processing",
                        attempts=RunFile.attempts + 1,
                        started_at=func.coalesce(RunFile.started_at, now()),
                    )
                    .execution_options(synchronize_session=False)
                )
            for task in deaths:
                session.execute(
                    update(RunFile)
                    .where(RunFile.id == task.task_id)
                    .values(deaths=task.deaths)
                    .execution_options(synchronize_session=False)
                )
            if starting and (allowance := _judge_allowance(session, run_id)) is not None:
                return [task._replace(judge_allowance=allowance) for task in starting]
        return starting

    def release(self, batch: Batch, *, is_done: bool) -> None:
        """Close the slice, or put it back; nothing happens when another lane has it by now.

        Files in work go back as if they had not been begun: only a worker's sudden death counts against them.
        """
        with self._database.write() as session:
            released = session.scalars(
                update(RunShard)
                .where(
                    RunShard.run_id == int(batch.work_id),
                    RunShard.shard_number == batch.number,
                    RunShard.lane_id == batch.lane_id,
                )
                .values(lane_id=None, is_done=is_done)
                .returning(RunShard.shard_number)
            ).all()
            if released and not is_done:
                session.execute(
                    update(RunFile)
                    .where(RunFile.id.in_([task.task_id for task in batch.tasks]))
                    .where(RunFile.status == "processing")
                    .values(status="pending", attempts=RunFile.attempts - 1)
                    .execution_options(synchronize_session=False)
                )

    def finish(self, work_id: str) -> None:
        """End the run when none of its slices is open."""
        with self._database.write() as session:
            run = session.get(Run, int(work_id))
            if run is None or run.status in FINAL_RUN:
                return
            is_open = session.scalar(
                select(RunShard.shard_number)
                .where(RunShard.run_id == run.id, RunShard.is_done.is_(False))
                .limit(1)
            )
            if is_open is None:
                end_run(session, run)
                if self._store is not None:
                    release_documents(session, self._store, run)

    def lanes(self, work_id: str) -> int:
        """As many as there are open slices, up to a bound that all workers share."""
        with self._database.read() as session:
            open_slices = session.scalar(
                select(func.count()).select_from(
                    select(RunShard.shard_number)
                    .where(RunShard.run_id == int(work_id), RunShard.is_done.is_(False))
                    .limit(MAX_LANES_PER_RUN)
                    .subquery()
                )
            )
        return max(1, open_slices or 0)

    def unfinished(self) -> list[str]:
        """Runs that are pending or running."""
        with self._database.read() as session:
            return [
                str(run_id)
                for run_id in session.scalars(
                    select(Run.id).where(Run.status.not_in(FINAL_RUN)).order_by(Run.id)
                )
            ]

    def abandon(self, work_id: str, living_lanes: frozenset[str]) -> None:
        """Free the slices of lanes that are gone."""
        with self._database.write() as session:
            held = session.scalars(
                select(RunShard).where(
                    RunShard.run_id == int(work_id),
                    RunShard.is_done.is_(False),
                    RunShard.lane_id.is_not(None),
                )
            )
            for shard in held:
                if shard.lane_id not in living_lanes:
                    shard.lane_id = None

    def give_up(self, work_id: str, reason: str) -> None:
        """End the run as failed; its open files end as errored, results that exist stay."""
        with self._database.write() as session:
            run = session.get(Run, int(work_id))
            if run is not None and run.status not in FINAL_RUN:
                run.error = reason
                fail_open_files(session, run.id, reason)
                end_run(session, run, status="failed")


def _judge_allowance(session: Session, run_id: int) -> float | None:
    """A file's share of what is left of the run's budget for its judge, None without a budget.

    All files that have been begun share it, so that together they cannot spend it twice.
    """
    budget, cost = session.execute(select(Run.judge_budget, Run.judge_cost).where(Run.id == run_id)).one()
    if budget is None:
        return None
    begun = session.scalar(
        select(func.count()).where(RunFile.run_id == run_id, RunFile.status == "processing")
    )
    return max(0.0, float(budget) - (cost or 0.0)) / max(1, begun or 0)


def _next_shard(session: Session, run_id: int, lane_id: str) -> RunShard | None:
    is_open = select(RunShard).where(RunShard.run_id == run_id, RunShard.is_done.is_(False))
    own = session.scalar(is_open.where(RunShard.lane_id == lane_id).limit(1))
    if own is not None:
        return own
    free = is_open.where(RunShard.lane_id.is_(None)).order_by(RunShard.shard_number).limit(1)
    return session.scalar(free.with_for_update(skip_locked=True))


def _tasks(session: Session, job: _Job, files: Sequence[RunFile]) -> tuple[FileTask, ...]:
    spec = job.spec
    identities = {
        file.id: conversion_identity(file.sha256, spec.engine, spec.engine_version, spec.convert)
        for file in files
    }
    known = {} if job.skip_cache else stored_conversions(session, identities.values())
    expected = contents_of(session, [file.expected_output_id for file in files if file.expected_output_id])
    return tuple(
        FileTask(
            task_id=file.id,
            packed_job=job.packed,
            sha256=file.sha256,
            filename=file.filename,
            content_type=file.content_type,
            identity=identities[file.id],
            conversion_key=known.get(identities[file.id]),
            result_prefix=run_prefix(file.run_id),
            expected=expected.get(file.expected_output_id or 0),
            deaths=file.deaths,
        )
        for file in files
    )


def _given_up(file: RunFile) -> FileResult:
    return FileResult(
        task_id=file.id,
        outcome="errored",
        error_code="worker_died",
        error=(
            f"The worker died {MAX_WORKER_DEATHS} times while this document was in work, so it was given up. "
            "Look at the worker's log and memory, then start another run."
        ),
        error_in="OTHER",
    )


def _record(session: Session, run_id: int, results: Sequence[FileResult]) -> None:
    ids = [result.task_id for result in results]
    open_ids = set(
        session.scalars(
            select(RunFile.id).where(RunFile.id.in_(ids), RunFile.status.not_in(FINAL_FILE)).with_for_update()
        )
    )
    fresh = {result.task_id: result for result in results if result.task_id in open_ids}
    if not fresh:
        return
    session.connection().execute(_WRITE_RESULT, [_row(result) for result in fresh.values()])
    scores = [result.score for result in fresh.values() if result.score is not None]
    _count_judge(session, run_id, list(fresh.values()))
    session.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(
            completed_files=Run.completed_files + len(fresh),
            scored_files=Run.scored_files + len(scores),
            score_sum=Run.score_sum + sum(scores),
        )
        .execution_options(synchronize_session=False)
    )


def _count_judge(session: Session, run_id: int, results: Sequence[FileResult]) -> None:
    """Add what judges took for these files to what they took for the run."""
    if not any(result.judge_input_tokens or result.judge_output_tokens for result in results):
        return
    costs = [result.judge_cost for result in results if result.judge_cost is not None]
    session.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(
            judge_input_tokens=Run.judge_input_tokens + sum(each.judge_input_tokens for each in results),
            judge_output_tokens=Run.judge_output_tokens + sum(each.judge_output_tokens for each in results),
            **({"judge_cost": func.coalesce(Run.judge_cost, 0.0) + sum(costs)} if costs else {}),
        )
        .execution_options(synchronize_session=False)
    )


def _row(result: FileResult) -> dict[str, Any]:
    is_failure = result.error_code is not None
    return {
        "row_id": result.task_id,
        "status": "failed" if is_failure else "complete",
        "outcome": result.outcome,
        "eval_score": result.score,
        "eval_results": result.evaluation,
        "score_breakdown": list(result.score_breakdown) or None,
        "rule_outcomes": list(result.rule_outcomes) or None,
        "error_code": result.error_code,
        "error": result.error,
        "page_count": result.page_count,
        "is_cached": result.is_cached,
        "runtime_seconds": result.runtime_seconds,
        "result_key": result.result_key,
        "items_key": result.items_key,
        "completed_at": now(),
    }


def _made_conversions(batch: Batch, results: Sequence[FileResult]) -> dict[str, MadeConversion]:
    tasks = {task.task_id: task for task in batch.tasks}
    return {
        task.identity: MadeConversion(result.conversion_key, task.sha256)
        for result in results
        if result.conversion_key and not result.is_cached and (task := tasks.get(result.task_id)) is not None
    }


def end_run(session: Session, run: Run, *, status: str | None = None) -> None:
    """Set the run's end and recompute its counters from the rows.

    Without ``status``: ``completed`` when any file was processed, ``failed`` when none was.
    """
    counted = totals(session, run.id)
    processed = counted.ended - counted.outcomes.get("failed", 0) - counted.outcomes.get("errored", 0)
    run.completed_files = counted.ended
    run.scored_files = counted.with_score
    run.score_sum = counted.score_sum
    run.status = status or ("completed" if processed else "failed")
    run.completed_at = now()
    if run.status == "failed" and run.error is None:
        run.error = "No file could be processed; see the error of each file."
    session.flush()
    publish_scores(session, run)


def release_documents(session: Session, store: BlobStore, run: Run) -> None:
    """Remove the bytes of documents that were deleted while the run, now at its end, needed them."""
    for sha256 in deleted_contents(session, run.id):
        release_content(session, store, sha256)
