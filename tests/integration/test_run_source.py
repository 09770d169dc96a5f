"""Runs as a source of work: what is claimed, begun and recorded, and what happens when lanes disappear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docassay.collections.models import Collection, CollectionFile
from docassay.db.database import Database
from docassay.execution.contract import Batch
from docassay.execution.tasks import FileResult, FileTask, unpack_job
from docassay.files.models import UploadedFile
from docassay.keys.service import ensure_team
from docassay.runs import repository
from docassay.runs.models import Run, RunFile, RunShard
from docassay.runs.service import cancel_run
from docassay.runs.snapshot import make_snapshot
from docassay.runs.work import MAX_WORKER_DEATHS, RunSource
from docassay.settings import Settings

RUBRIC = {"name": "R", "rules": [{"name": "clean", "check": "output.garbage_chars"}]}


@pytest.fixture
def source(database: Database, settings: Settings) -> RunSource:
    return RunSource(database, settings)


@pytest.fixture
def make_run(database: Database) -> Callable[..., Run]:
    """``make_run(files, shard_size, skip_cache)``: a pending run; contents differ."""

    def make(files: int = 5, shard_size: int = 2, skip_cache: bool = False) -> Run:
        with database.write() as session:
            team = ensure_team(session)
            collection = Collection(team_id=team.id, name="c")
            session.add(collection)
            session.flush()
            for n in range(files):
                session.add(_file(session, team.id, collection.id, n))
            run = Run(
                team_id=team.id,
                collection_id=collection.id,
                pipeline_type="convert",
                engine="test-noop",
                engine_version="1",
                snapshot=make_snapshot(
                    mode="fast",
                    max_pages=None,
                    page_range=None,
                    engine_options={},
                    output_formats=("markdown",),
                    page_schema=None,
                    extraction_mode="fast",
                    segmentation_schema=None,
                    skip_cache=skip_cache,
                    languages=("eng",),
                    rubric_name="R",
                    rubric_definition=RUBRIC,
                ),
                total_files=files,
            )
            session.add(run)
            session.flush()
            assert repository.copy_files(session, run) == files
            repository.add_shards(session, run.id, files, shard_size)
            return run

    return make


def _file(session: Session, team_id: int, collection_id: int, n: int) -> CollectionFile:
    file = UploadedFile(
        team_id=team_id,
        token=f"t{collection_id}-{n}",
        original_filename=f"{n}.csv",
        content_type="text/csv",
        upload_status="completed",
        file_size=1,
        sha256=f"{n:x}" * 64,
    )
    session.add(file)
    session.flush()
    return CollectionFile(collection_id=collection_id, uploaded_file_id=file.id, sort_order=n)


def scored(task: FileTask, score: float = 4.0, **rest: Any) -> FileResult:
    return FileResult(
        task_id=task.task_id,
        outcome="scored",
        score=score,
        score_breakdown=(score,),
        rule_outcomes=("scored",),
        conversion_key=f"conversions/{task.sha256[:4]}",
        **rest,
    )


def failed(task: FileTask) -> FileResult:
    return FileResult(task_id=task.task_id, outcome="failed", score=0.0, error_code="corrupt", error="No.")


def stored(database: Database, run: Run) -> tuple[Run, list[RunFile]]:
    with database.read() as session:
        current = session.get(Run, run.id)
        assert current is not None
        files = session.scalars(select(RunFile).where(RunFile.run_id == run.id).order_by(RunFile.position))
        return current, list(files)


def claimed(source: RunSource, run: Run, lane: str = "a") -> Batch:
    batch = source.claim(str(run.id), lane)
    assert batch is not None
    return batch


def work_off(source: RunSource, run: Run, lane: str = "a") -> None:
    while (batch := source.claim(str(run.id), lane)) is not None:
        assert source.advance(batch, [], batch.tasks, []) == batch.tasks
        assert source.advance(batch, [scored(task) for task in batch.tasks], [], []) == []
        source.release(batch, is_done=True)
    source.finish(str(run.id))


def test_lanes_take_different_slices_in_order(source: RunSource, make_run: Callable[..., Run]) -> None:
    run = make_run(5, 2)
    batches = [claimed(source, run, lane) for lane in ("a", "b", "c")]
    assert [[task.filename for task in batch.tasks] for batch in batches] == [
        ["0.csv", "1.csv"],
        ["2.csv", "3.csv"],
        ["4.csv"],
    ]
    assert source.claim(str(run.id), "d") is None
    assert unpack_job(batches[0].tasks[0].packed_job).rubric == RUBRIC


def test_a_lane_that_comes_back_gets_the_slice_that_it_held(
    source: RunSource, make_run: Callable[..., Run]
) -> None:
    run = make_run(5, 2)
    first = claimed(source, run, "a")
    claimed(source, run, "b")
    source.advance(first, [scored(first.tasks[0])], [], [])
    again = claimed(source, run, "a")
    assert (again.number, [task.filename for task in again.tasks]) == (0, ["1.csv"])


def test_a_finished_run_has_counters_equal_to_its_rows(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(5, 2)
    batch = claimed(source, run)
    source.advance(batch, [], batch.tasks, [])
    assert {f.status for f in stored(database, run)[1][:2]} == {"processing"}
    source.advance(batch, [scored(batch.tasks[0], 3.0), failed(batch.tasks[1])], [], [])
    source.release(batch, is_done=True)
    current, _ = stored(database, run)
    assert (current.status, current.completed_files, current.scored_files, current.score_sum) == (
        "running",
        2,
        2,
        3.0,
    )
    work_off(source, run)
    current, files = stored(database, run)
    assert (current.status, current.completed_files) == ("completed", 5)
    assert current.completed_at is not None
    assert current.score_sum == sum(f.eval_score or 0.0 for f in files) == 15.0
    assert [f.status for f in files] == ["complete", "failed", "complete", "complete", "complete"]
    assert [f.attempts for f in files] == [1] * 5


def test_a_result_that_comes_twice_changes_nothing(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(2, 2)
    batch = claimed(source, run)
    source.advance(batch, [scored(batch.tasks[0], 5.0)], [], [])
    source.advance(batch, [scored(batch.tasks[0], 1.0)], [], [])
    current, files = stored(database, run)
    assert (files[0].eval_score, current.completed_files, current.score_sum) == (5.0, 1, 5.0)


def test_slices_of_dead_lanes_are_given_to_others(source: RunSource, make_run: Callable[..., Run]) -> None:
    run = make_run(4, 2)
    lost = claimed(source, run, "dead")
    kept = claimed(source, run, "alive")
    source.abandon(str(run.id), frozenset({"alive"}))
    assert claimed(source, run, "new").number == lost.number
    assert claimed(source, run, "alive").number == kept.number


def test_a_late_release_of_a_lost_slice_does_not_close_it_for_its_new_lane(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(2, 2)
    lost = claimed(source, run, "slow")
    source.abandon(str(run.id), frozenset())
    claimed(source, run, "new")
    source.release(lost, is_done=False)
    with database.read() as session:
        assert session.scalars(select(RunShard.lane_id).where(RunShard.run_id == run.id)).one() == "new"


def test_a_file_that_was_in_work_at_too_many_worker_deaths_is_given_up(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(2, 2)
    for n in range(MAX_WORKER_DEATHS):
        batch = claimed(source, run, f"lane {n}")
        source.advance(batch, [], batch.tasks[:1], [])
        source.abandon(str(run.id), frozenset())
    work_off(source, run)
    current, files = stored(database, run)
    assert [(f.outcome, f.error_code, f.eval_score) for f in files] == [
        ("errored", "worker_died", None),
        ("scored", None, 4.0),
    ]
    assert (current.status, current.completed_files, current.scored_files) == ("completed", 2, 1)


def test_deaths_of_a_slot_are_counted_apart_from_those_of_the_worker(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(1, 1)
    for deaths in range(1, MAX_WORKER_DEATHS + 3):
        batch = claimed(source, run, "a")
        assert batch.tasks[0].deaths == deaths - 1
        source.advance(batch, [], batch.tasks, [batch.tasks[0]._replace(deaths=deaths)])
    assert stored(database, run)[1][0].status == "processing"


def test_a_run_whose_every_file_failed_has_failed(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(2, 2)
    batch = claimed(source, run)
    source.advance(batch, [failed(task) for task in batch.tasks], [], [])
    source.release(batch, is_done=True)
    source.finish(str(run.id))
    current, _ = stored(database, run)
    assert (current.status, current.score_sum, current.scored_files) == ("failed", 0.0, 2)
    assert current.error


def test_a_run_with_an_open_slice_is_not_finished(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(4, 2)
    claimed(source, run, "a")
    source.finish(str(run.id))
    assert stored(database, run)[0].status == "running"
    assert source.unfinished() == [str(run.id)]


def test_a_cancelled_run_keeps_its_results_and_takes_no_more(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    run = make_run(4, 2)
    batch = claimed(source, run)
    source.advance(batch, [scored(batch.tasks[0])], batch.tasks[1:], [])
    with database.write() as session:
        cancel_run(session, run.team_id, run.id)
    assert source.advance(batch, [scored(batch.tasks[1])], [], []) is None
    source.release(batch, is_done=False)
    source.finish(str(run.id))
    assert source.claim(str(run.id), "b") is None
    assert source.unfinished() == []
    current, files = stored(database, run)
    assert (current.status, current.completed_files, current.score_sum) == ("cancelled", 1, 4.0)
    assert [f.status for f in files] == ["complete", "cancelled", "cancelled", "cancelled"]


def test_a_conversion_is_offered_to_later_runs_and_not_to_those_that_skip_the_cache(
    source: RunSource, make_run: Callable[..., Run]
) -> None:
    work_off(source, make_run(2, 2))
    again = claimed(source, make_run(2, 2))
    assert [task.conversion_key for task in again.tasks] == ["conversions/0000", "conversions/1111"]
    afresh = claimed(source, make_run(2, 2, skip_cache=True))
    assert [task.conversion_key for task in afresh.tasks] == [None, None]


def test_scores_show_on_the_collection_and_an_older_run_does_not_overwrite_a_newer_one(
    source: RunSource, make_run: Callable[..., Run], database: Database
) -> None:
    newer = make_run(2, 2)
    with database.write() as session:
        session.execute(update(CollectionFile).values(last_scored_run_id=newer.id + 1, last_eval_score=1.0))
        first = session.scalars(select(CollectionFile).order_by(CollectionFile.sort_order)).first()
        assert first is not None
        first.last_scored_run_id = None
    work_off(source, newer)
    with database.read() as session:
        rows = session.scalars(select(CollectionFile).order_by(CollectionFile.sort_order)).all()
    assert [(row.last_eval_score, row.last_score_breakdown) for row in rows] == [(4.0, [4.0]), (1.0, None)]
