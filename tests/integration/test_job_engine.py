"""The job engine on its real tables: lanes, cancelling, dead workers, lost engine state."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest
from dbos import DBOS
from sqlalchemy import select, text

from docassay.collections.models import Collection, CollectionFile
from docassay.db.base import now
from docassay.db.database import Database, make_job_engine_connection
from docassay.execution import dbos_engine
from docassay.execution.contract import WorkRef
from docassay.execution.dbos_engine import QUEUE, DbosJobEngine
from docassay.execution.models import Worker
from docassay.files.models import UploadedFile
from docassay.keys.service import ensure_team
from docassay.runs import repository
from docassay.runs.models import Run, RunFile, RunShard
from docassay.runs.snapshot import make_snapshot
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.storage.keys import document_key

CONTENT = b"a,b\n1,2\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PATIENCE_SECONDS = 60.0


@pytest.fixture
def engine_settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"slots": 2, "engine_modules": ("docassay.testing.engines",), "reconcile_seconds": 0.5}
        | {"heartbeat_seconds": 0.25}
    )


@contextmanager
def running(database: Database, settings: Settings, *, has_worker: bool = True) -> Iterator[DbosJobEngine]:
    engine = DbosJobEngine(database, settings, [RunSource(database, settings)])
    engine.start(has_worker=has_worker)
    try:
        yield engine
    finally:
        engine.stop()


@pytest.fixture
def make_run(database: Database, store: DiskStore) -> Callable[..., Run]:
    """``make_run(files, engine, **engine_options)``: a pending run on copies of one small file."""
    store.put_bytes(document_key(SHA256), CONTENT)

    def make(files: int = 20, engine: str = "test-noop", shard_size: int = 5, **options: float) -> Run:
        with database.write() as session:
            team = ensure_team(session)
            collection = Collection(team_id=team.id, name="c")
            session.add(collection)
            session.flush()
            for n in range(files):
                file = UploadedFile(
                    team_id=team.id,
                    token=f"t{collection.id}-{n}",
                    original_filename=f"{n}.csv",
                    content_type="text/csv",
                    upload_status="completed",
                    file_size=len(CONTENT),
                    sha256=SHA256,
                )
                session.add(file)
                session.flush()
                session.add(
                    CollectionFile(collection_id=collection.id, uploaded_file_id=file.id, sort_order=n)
                )
            snapshot = make_snapshot(
                mode="fast",
                max_pages=None,
                page_range=None,
                engine_options=options,
                output_formats=("markdown",),
                page_schema=None,
                extraction_mode="fast",
                segmentation_schema=None,
                skip_cache=True,
                languages=("eng",),
                rubric_name="R",
                rubric_definition={"rules": [{"name": "clean", "check": "output.garbage_chars"}]},
            )
            run = Run(
                team_id=team.id,
                collection_id=collection.id,
                pipeline_type="convert",
                engine=engine,
                engine_version="1",
                snapshot=snapshot,
                total_files=files,
            )
            session.add(run)
            session.flush()
            repository.copy_files(session, run)
            repository.add_shards(session, run.id, files, shard_size)
            return run

    return make


def until(is_true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"{what} did not happen"
        threading.Event().wait(0.02)


def status_of(database: Database, run: Run) -> str:
    with database.read() as session:
        return session.scalars(select(Run.status).where(Run.id == run.id)).one()


def check_completed(database: Database, run: Run) -> None:
    until(lambda: status_of(database, run) == "completed", "the end of the run")
    with database.read() as session:
        current = session.get(Run, run.id)
        files = session.scalars(select(RunFile).where(RunFile.run_id == run.id)).all()
    assert current is not None
    assert [file.status for file in files] == ["complete"] * run.total_files
    assert current.completed_files == run.total_files
    assert current.score_sum == sum(file.eval_score or 0.0 for file in files)


def test_a_submitted_run_is_worked_off_and_the_engine_forgets_it(
    database: Database, engine_settings: Settings, make_run: Callable[..., Run]
) -> None:
    with running(database, engine_settings) as engine:
        run = make_run()
        engine.submit(WorkRef("run", str(run.id)))
        check_completed(database, run)
        until(lambda: engine.stats()["lanes_here"] == 0, "the end of the lanes")
        until(
            lambda: not DBOS.list_workflows(workflow_id_prefix=f"run-{run.id}:"), "the removal of ended lanes"
        )
        assert engine.stats() == {"lanes_here": 0, "lanes_waiting": 0, "slots": 2, "workers": 1}
    with database.read() as session:
        assert session.scalars(select(Worker)).all() == []


def test_a_run_that_the_engine_never_heard_of_is_found(
    database: Database, engine_settings: Settings, make_run: Callable[..., Run]
) -> None:
    run = make_run()
    with running(database, engine_settings):
        check_completed(database, run)


def test_work_submitted_to_a_process_without_a_worker_waits_for_one(
    database: Database, engine_settings: Settings, make_run: Callable[..., Run]
) -> None:
    run = make_run()
    with running(database, engine_settings, has_worker=False) as engine:
        engine.submit(WorkRef("run", str(run.id)))
        waiting = DBOS.list_workflows(queue_name=QUEUE, status="ENQUEUED")
        assert len(waiting) == 4
        assert status_of(database, run) == "pending"
    with running(database, engine_settings):
        check_completed(database, run)


def test_work_of_a_dead_worker_is_handed_on_and_its_programs_are_ended(
    database: Database, engine_settings: Settings, make_run: Callable[..., Run]
) -> None:
    run = make_run()
    source = RunSource(database, engine_settings)
    assert source.claim(str(run.id), f"run-{run.id}:here-dead") is not None
    orphan = psutil.Popen(["sleep", "600"], env={"DOCASSAY_EXECUTOR": "dead-worker", "PATH": "/usr/bin:/bin"})
    gone = psutil.Popen(["true"])
    gone.wait()
    with database.write() as session:
        session.add(
            Worker(
                executor_id="dead-worker",
                host=dbos_engine.WorkerRecord.of_this_process("x").host,
                process_id=gone.pid,
                slot_process_groups=[orphan.pid],
            )
        )
    with running(database, engine_settings):
        check_completed(database, run)
    assert orphan.wait(PATIENCE_SECONDS) != 0
    with database.read() as session:
        assert session.scalars(select(Worker)).all() == []


def test_a_worker_that_was_silent_for_too_long_counts_as_dead(
    database: Database, engine_settings: Settings
) -> None:
    with database.write() as session:
        old = now().replace(year=2020)
        session.add(
            Worker(
                executor_id="far-away",
                host="elsewhere",
                process_id=1,
                slot_process_groups=[],
                started=old,
                heartbeat=old,
            )
        )
        session.add(
            Worker(executor_id="far-and-alive", host="elsewhere", process_id=1, slot_process_groups=[])
        )
    with running(database, engine_settings):
        pass
    with database.read() as session:
        assert session.scalars(select(Worker.executor_id)).all() == ["far-and-alive"]


def test_a_cancelled_run_stops_and_lets_its_slots_go(
    database: Database, engine_settings: Settings, make_run: Callable[..., Run]
) -> None:
    from docassay.runs.service import cancel_run

    with running(database, engine_settings) as engine:
        run = make_run(20, "test-sleep", seconds=300.0)
        engine.submit(WorkRef("run", str(run.id)))
        until(lambda: status_of(database, run) == "running", "the start of the run")
        with database.write() as session:
            cancel_run(session, run.team_id, run.id)
        engine.cancel(WorkRef("run", str(run.id)))
        until(lambda: engine.stats()["lanes_here"] == 0, "the end of the lanes")
        after = make_run(4)
        engine.submit(WorkRef("run", str(after.id)))
        check_completed(database, after)
    assert status_of(database, run) == "cancelled"


def test_stopping_in_the_middle_loses_nothing(
    database: Database, engine_settings: Settings, make_run: Callable[..., Run]
) -> None:
    run = make_run(60, "test-sleep", seconds=0.05)
    with running(database, engine_settings):
        until(lambda: _ended(database, run) > 5, "some progress")
    assert 5 < _ended(database, run) < 60
    with database.read() as session:
        held = session.scalars(select(RunShard.lane_id).where(RunShard.lane_id.is_not(None))).all()
    assert held == []
    with running(database, engine_settings):
        check_completed(database, run)


def _ended(database: Database, run: Run) -> int:
    with database.read() as session:
        return session.scalars(select(Run.completed_files).where(Run.id == run.id)).one()


def test_more_runs_than_lanes_all_come_to_their_end(
    database: Database,
    engine_settings: Settings,
    make_run: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dbos_engine, "MAX_LANES", 2)
    monkeypatch.setattr(dbos_engine, "YIELD_SECONDS", 0.2)
    with running(database, engine_settings) as engine:
        runs = [make_run(30, "test-sleep", seconds=0.02) for _ in range(4)]
        for run in runs:
            engine.submit(WorkRef("run", str(run.id)))
        for run in runs:
            check_completed(database, run)


def test_a_run_that_no_lane_can_work_on_ends_as_failed_with_the_reason(
    database: Database, engine_settings: Settings, make_run: Callable[..., Run]
) -> None:
    run = make_run()
    with database.write() as session:
        stored = session.get(Run, run.id)
        assert stored is not None
        stored.snapshot = {"mode": "fast"}
    with running(database, engine_settings):
        until(lambda: status_of(database, run) == "failed", "the end of the run")
    with database.read() as session:
        stored = session.get(Run, run.id)
        files = session.scalars(select(RunFile).where(RunFile.run_id == run.id)).all()
    assert stored is not None
    assert "KeyError" in str(stored.error)
    assert {(file.status, file.outcome, file.eval_score) for file in files} == {("failed", "errored", None)}
    assert stored.completed_files == run.total_files


def test_the_clock_of_the_engine_works_on_every_sqlite(settings: Settings) -> None:
    settings.data_dir.mkdir()
    connection_maker = make_job_engine_connection(settings.sqlalchemy_url)
    with connection_maker.connect() as connection:
        seconds = connection.execute(text("SELECT unixepoch('subsec')")).scalar()
    connection_maker.dispose()
    assert isinstance(seconds, float)
    assert abs(seconds - time.time()) < PATIENCE_SECONDS
