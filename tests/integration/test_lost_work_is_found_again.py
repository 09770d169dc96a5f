"""Work whose lane, slot process or engine call got lost is given out again; nothing waits for ever."""

from __future__ import annotations

import contextlib
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from docassay.db.database import Database
from docassay.errors import DocumentFailure, TooManyRequests
from docassay.execution import fork_client, supervisor
from docassay.execution.contract import Batch, WorkRef, cancel_after_commit, submit_after_commit
from docassay.execution.dbos_engine import DbosJobEngine
from docassay.execution.supervisor import Supervisor
from docassay.execution.tasks import SlotLimits
from docassay.keys.models import Team
from docassay.settings import Settings

WORK = WorkRef("run", "1")
PATIENCE_SECONDS = 30.0


class OneWork:
    """A source with one work that is done by being claimed."""

    kind = "run"

    def __init__(self) -> None:
        self.is_done = threading.Event()

    def claim(self, work_id: str, lane_id: str) -> Batch | None:
        self.is_done.set()
        return None

    def lanes(self, work_id: str) -> int:
        return 1

    def unfinished(self) -> list[str]:
        return [] if self.is_done.is_set() else ["1"]

    def __getattr__(self, name: str) -> Callable[..., bool]:
        return lambda *_args, **_named: True


@contextlib.contextmanager
def running(
    database: Database,
    settings: Settings,
    source: Any,
    chores: tuple[Callable[[], object], ...] = (),
) -> Iterator[DbosJobEngine]:
    quick = settings.model_copy(update={"heartbeat_seconds": 0.1, "reconcile_seconds": 0.1})
    engine = DbosJobEngine(database, quick, [source], chores)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def test_a_lane_left_by_a_worker_that_nobody_knows_does_not_hold_up_its_work(
    database: Database, settings: Settings
) -> None:
    done = OneWork()
    done.is_done.set()
    with running(database, settings, done) as engine:
        engine.submit(WORK)
        with engine._connection.begin() as connection:
            connection.execute(
                text("UPDATE workflow_status SET status = 'PENDING', executor_id = 'ended-without-a-trace'")
            )
        engine._stopping.set()
    source = OneWork()
    with running(database, settings, source):
        assert source.is_done.wait(PATIENCE_SECONDS), "the work was never given out"


def test_a_lane_that_could_not_be_started_keeps_no_room(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = OneWork()
    source.is_done.set()
    with running(database, settings, source) as engine:
        with monkeypatch.context() as broken:
            broken.setattr(DBOS, "start_workflow", _raise)
            with pytest.raises(RuntimeError):
                engine.submit(WORK)
        assert engine.stats()["lanes_here"] == 0


def test_chores_are_done_and_a_broken_one_stops_no_other(database: Database, settings: Settings) -> None:
    is_done = threading.Event()
    with running(database, settings, OneWork(), (_raise, is_done.set)):
        assert is_done.wait(PATIENCE_SECONDS)


def _raise(*_args: object, **_named: object) -> None:
    raise RuntimeError("broken")


class Engine:
    """Notes what it is told, and with how many connections taken."""

    def __init__(self, database: Database, *, is_broken: bool = False) -> None:
        self.database = database
        self.is_broken = is_broken
        self.told: list[tuple[str, str, int]] = []

    def submit(self, work: WorkRef) -> None:
        self._note("submit", work)

    def cancel(self, work: WorkRef) -> None:
        self._note("cancel", work)

    def _note(self, what: str, work: WorkRef) -> None:
        self.told.append((what, work.id, self.database.engine.pool.checkedout()))  # type: ignore[attr-defined]
        if self.is_broken:
            raise RuntimeError("database is locked")


@pytest.mark.parametrize("tell", [submit_after_commit, cancel_after_commit])
def test_the_engine_is_told_when_the_connection_is_given_back(
    database: Database, tell: Callable[[Session, Any, WorkRef], None]
) -> None:
    engine = Engine(database)
    with database.write() as session:
        tell(session, engine, WORK)
        session.add(Team(name="a"))
        session.flush()
        assert engine.told == []
    assert engine.told == [(tell.__name__.partition("_")[0], "1", 0)]


def test_the_engine_hears_nothing_of_what_was_rolled_back(database: Database) -> None:
    engine = Engine(database)
    with contextlib.suppress(RuntimeError), database.write() as session:
        submit_after_commit(session, engine, WORK)  # type: ignore[arg-type]
        session.add(Team(name="a"))
        session.flush()
        _raise()
    assert engine.told == []


def test_an_engine_that_cannot_be_told_is_no_error_of_the_request(database: Database) -> None:
    engine = Engine(database, is_broken=True)
    with database.write() as session:
        submit_after_commit(session, engine, WORK)  # type: ignore[arg-type]
        session.add(Team(name="a"))
    assert len(engine.told) == 1
    with database.read() as session:
        assert session.scalars(select(Team.name)).all() == ["a"]


def test_sixty_threads_with_a_connection_each_do_not_wait_for_each_other(database: Database) -> None:
    everybody = threading.Barrier(60, timeout=PATIENCE_SECONDS)

    def hold_one() -> None:
        with database.read() as session:
            session.scalars(select(Team.id)).all()
            everybody.wait()

    threads = [threading.Thread(target=hold_one) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not everybody.broken


def test_the_database_file_is_for_its_owner_only(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o755)
    database = Database(settings.sqlalchemy_url)
    with database.write() as session:
        session.execute(text("CREATE TABLE t (id INTEGER)"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.data_dir.iterdir()}
    database.dispose()
    assert set(modes.values()) == {0o600}, modes


def make_supervisor(slots: int = 1) -> Supervisor:
    made = Supervisor(slots=slots, file_timeout_seconds=60.0, limits=SlotLimits(), executor_id="test")
    made.start()
    return made


def test_a_task_survives_a_fork_server_that_did_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "RESTART_SECONDS", 0.01)
    start = subprocess.Popen
    starts: list[Any] = []

    def start_badly_twice(command: list[str], **named: Any) -> Any:
        starts.append(command)
        return start([sys.executable, "-c", "pass"] if len(starts) < 3 else command, **named)

    monkeypatch.setattr(fork_client.subprocess, "Popen", start_badly_twice)
    slots = make_supervisor()
    try:
        assert slots.call("docassay.testing.slot_tasks:double", {"value": 21}, 60.0) == 42
    finally:
        slots.stop()
    assert len(starts) == 3


def test_a_call_does_not_wait_for_ever_for_a_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "CALL_PATIENCE_SECONDS", 0.0)
    idle = Supervisor(slots=1, file_timeout_seconds=60.0, limits=SlotLimits(), executor_id="test")
    with pytest.raises(DocumentFailure, match="busy"):
        idle.call("docassay.testing.slot_tasks:double", {"value": 21}, 0.01)


def test_more_callers_than_may_wait_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "MAX_CALLS", 1)
    monkeypatch.setattr(supervisor, "CALL_PATIENCE_SECONDS", 0.0)
    idle = Supervisor(slots=1, file_timeout_seconds=60.0, limits=SlotLimits(), executor_id="test")
    assert idle._calls.acquire(blocking=False)
    with pytest.raises(TooManyRequests):
        idle.call("docassay.testing.slot_tasks:double", {"value": 21}, 0.01)
    idle._calls.release()
    for _ in range(2):
        with pytest.raises(DocumentFailure):
            idle.call("docassay.testing.slot_tasks:double", {"value": 21}, 0.01)
