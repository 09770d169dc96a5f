"""The job engine on DBOS Transact: durable lanes on SQLite or PostgreSQL, nothing per file.

A lane is one DBOS workflow ``{work}:{token}``. When this process works and has room, a lane is started
here at once; else it waits in a queue partitioned by work, which every worker polls once a second. What
DBOS stores may be lost: sources know what is unfinished, and the reconciler gives out new lanes for it.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID
from sqlalchemy.exc import OperationalError

from docassay.db.database import Database, make_job_engine_connection
from docassay.execution.contract import WorkRef, WorkSource
from docassay.execution.lanes import Lane
from docassay.execution.supervisor import Supervisor
from docassay.execution.tasks import PageProgress, SlotLimits
from docassay.execution.workers import WorkerRecord, Workers, new_executor_id, sweep_orphans
from docassay.settings import Settings

log = logging.getLogger(__name__)

QUEUE = "docassay-lanes"
LANE_PROTOCOL = "1"
"""Goes up when an older worker could not work on lanes of this one."""

MAX_LANES = 16
MAX_LANES_PER_WORK = 2
POLL_SECONDS = 1.0
YIELD_SECONDS = 10.0
STOP_SECONDS = 5.0
MAX_LANE_FAILURES = 5
CHORE_SECONDS = 600.0
_ACTIVE = ["ENQUEUED", "PENDING"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

_engine: DbosJobEngine | None = None


@DBOS.workflow(name="docassay.lane")
def _lane(kind: str, work_id: str) -> str:
    if _engine is None:
        raise RuntimeError("a lane was given to a process that has no worker")
    return _engine.work_lane(WorkRef(kind, work_id), DBOS.workflow_id or "")


class DbosJobEngine:
    """See ``JobEngine``. DBOS allows one instance per process, and so does this class."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        sources: Sequence[WorkSource],
        chores: Sequence[Callable[[], object]] = (),
    ) -> None:
        """``chores`` are done when a worker starts and every ten minutes, on a thread of their own."""
        self._settings = settings
        self._chores = tuple(chores)
        self._sources = {source.kind: source for source in sources}
        self._workers = Workers(database)
        self.executor_id = new_executor_id()
        self._record = WorkerRecord.of_this_process(self.executor_id)
        self._lock = threading.Lock()
        self._lanes: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._lane_ids: set[str] = set()
        self._stopping = threading.Event()
        self._has_worker = False
        self._housekeeper = threading.Thread(target=self._keep_house, name="housekeeper", daemon=True)
        self._cleaner = threading.Thread(target=self._do_chores, name="chores", daemon=True)
        self._connection = make_job_engine_connection(database.url)
        self.supervisor = Supervisor(
            slots=settings.slots,
            file_timeout_seconds=settings.file_timeout_seconds,
            limits=SlotLimits(
                settings.slot_memory_mb,
                settings.slot_recycle_files,
                settings.slot_recycle_mb,
                settings.slot_idle_seconds,
            ),
            executor_id=self.executor_id,
            on_groups_changed=self._record.set_groups,
        )

    def start(self, *, has_worker: bool = True) -> None:
        """Connect to the engine's tables; with ``has_worker`` also begin to work in this process."""
        global _engine
        if _engine is not None:
            raise RuntimeError("this process already has a job engine")
        _engine = self
        DBOS(
            config={
                "name": "docassay",
                "system_database_engine": self._connection,
                "executor_id": self.executor_id,
                "application_version": LANE_PROTOCOL,
                "log_level": "ERROR",
                "notification_listener_polling_interval_sec": 1.0,
            }
        )
        if has_worker:
            self._workers.beat(self._record)  # before any lane: those of unknown workers count as lost
        DBOS.listen_queues([QUEUE] if has_worker else [])
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=MAX_LANES,
            partition_worker_concurrency=MAX_LANES_PER_WORK,
            polling_interval_sec=POLL_SECONDS,
        )
        self.supervisor.start()
        if has_worker:
            self.run_worker()

    def run_worker(self) -> None:
        """Say that this process works, take up what others left behind, and keep doing both."""
        self._has_worker = True
        self._workers.beat(self._record)
        self._housekeeper.start()
        self._cleaner.start()

    def stop(self) -> None:
        """End lanes and slots; unfinished slices go back to their source."""
        global _engine
        self._stopping.set()
        self.supervisor.stop()
        for thread in (self._housekeeper, self._cleaner):
            if thread.is_alive():
                thread.join(STOP_SECONDS)
        deadline = time.monotonic() + STOP_SECONDS
        while self._lanes.total() and time.monotonic() < deadline:
            time.sleep(0.02)  # lanes hand their slices back within moments of their slots' end
        DBOS.destroy()
        if self._has_worker:
            self._workers.forget(self.executor_id)
        self._connection.dispose()
        _engine = None

    # -- work in, work out -------------------------------------------------------------------------------

    def submit(self, work: WorkRef) -> None:
        """Start lanes here as far as there is room, and queue the rest for any worker."""
        wanted = self._sources[work.kind].lanes(work.id)
        for _ in range(max(0, wanted - self._lanes[work.group])):
            if not self._try_start_here(work):
                self._enqueue(work)

    def _try_start_here(self, work: WorkRef) -> bool:
        with self._lock:
            has_room = (
                self._has_worker
                and not self._stopping.is_set()
                and self._lanes.total() < MAX_LANES
                and self._lanes[work.group] < MAX_LANES_PER_WORK
            )
            if has_room:
                self._lanes[work.group] += 1
        if has_room:
            try:
                with SetWorkflowID(self._new_lane_id(work, "here")):
                    DBOS.start_workflow(_lane, work.kind, work.id)
            except BaseException:
                self._give_back_room(work)
                raise
        return has_room

    def _give_back_room(self, work: WorkRef) -> None:
        with self._lock:
            self._lanes[work.group] -= 1
            if self._lanes[work.group] <= 0:
                del self._lanes[work.group]

    def _enqueue(self, work: WorkRef) -> None:
        with (
            SetWorkflowID(self._new_lane_id(work, "queued")),
            SetEnqueueOptions(queue_partition_key=work.group),
        ):
            DBOS.enqueue_workflow(QUEUE, _lane, work.kind, work.id)

    @staticmethod
    def _new_lane_id(work: WorkRef, how: str) -> str:
        return f"{work.group}:{how}-{secrets.token_hex(6)}"

    def work_lane(self, work: WorkRef, lane_id: str) -> str:
        """The body of a lane's workflow."""
        with self._lock:
            self._lane_ids.add(lane_id)
            if ":queued-" in lane_id:
                self._lanes[work.group] += 1
        end = "failed"
        try:
            deadline = time.monotonic() + YIELD_SECONDS
            lane = Lane(
                self._sources[work.kind],
                self.supervisor,
                work,
                lane_id,
                should_yield=lambda: time.monotonic() > deadline and self._others_wait(),
                is_stopping=self._stopping.is_set,
            )
            end = lane.run()
            self._failures.pop(work.group, None)
        except Exception as error:
            log.exception("lane %s ended with an error; its work is given out again", lane_id)
            self._count_failure(work, error)
            raise
        finally:
            self._give_back_room(work)
            with self._lock:
                self._lane_ids.discard(lane_id)
        if end == "time_box":
            self._enqueue(work)
        return end

    def _count_failure(self, work: WorkRef, error: Exception) -> None:
        """Give a work up on which lanes fail every time, so that it ends instead of going round for ever.

        A database that cannot be reached is everybody's trouble and is waited out.
        """
        if isinstance(error, OperationalError):
            return
        self._failures[work.group] += 1
        if self._failures[work.group] >= MAX_LANE_FAILURES:
            self._failures.pop(work.group)
            reason = f"The worker failed on it {MAX_LANE_FAILURES} times: {type(error).__name__}: {error}"
            self._sources[work.kind].give_up(work.id, f"{reason}. See the server's log.")

    def _others_wait(self) -> bool:
        return self._lanes.total() >= MAX_LANES

    def cancel(self, work: WorkRef) -> None:
        """Kill the work's slots in this process and take its waiting lanes out of the queue."""
        self.supervisor.cancel(work.group)
        waiting = [lane.workflow_id for lane in self._list(work, ["ENQUEUED"])]
        if waiting:
            DBOS.cancel_workflows(waiting)

    def purge(self, work: WorkRef) -> None:
        """Delete every lane of the work from the engine's tables."""
        lanes = [lane.workflow_id for lane in self._list(work, _ENDED)]
        if lanes:
            DBOS.delete_workflows(lanes)

    def call(self, function: str, arguments: Mapping[str, Any], timeout_seconds: float) -> Any:
        """Run ``module:name`` in a slot of this process."""
        return self.supervisor.call(function, arguments, timeout_seconds)

    def progress(self, work: WorkRef) -> Sequence[PageProgress]:
        """Pages done of those files of a work that this process's slots are working on for a while."""
        return self.supervisor.progress(work.group)

    def stats(self) -> Mapping[str, Any]:
        """Lanes here and waiting anywhere, slots, and the workers that are alive."""
        waiting = DBOS.list_workflows(
            status="ENQUEUED", queue_name=QUEUE, load_input=False, load_output=False
        )
        return {
            "lanes_here": self._lanes.total(),
            "lanes_waiting": len(waiting),
            "slots": self.supervisor.slot_count,
            "workers": self._workers.count(),
        }

    @staticmethod
    def _list(work: WorkRef, statuses: list[str]) -> list[Any]:
        return DBOS.list_workflows(
            workflow_id_prefix=f"{work.group}:", status=statuses, load_input=False, load_output=False
        )

    # -- housekeeping ------------------------------------------------------------------------------------

    def _keep_house(self) -> None:
        next_reconcile = 0.0
        waited = 0.0
        while True:
            try:
                self._workers.beat(self._record)
                if waited >= next_reconcile:
                    self.reap()
                    self._forget_ended_lanes()
                    next_reconcile = waited + self._settings.reconcile_seconds
            except Exception:
                log.exception("housekeeping failed; it is tried again")
            if self._stopping.wait(self._settings.heartbeat_seconds):
                return
            waited += self._settings.heartbeat_seconds

    def _do_chores(self) -> None:
        while True:
            for chore in self._chores:
                try:
                    chore()
                except Exception:
                    log.exception("a chore failed; it is tried again")
                if self._stopping.is_set():
                    return
            if self._stopping.wait(CHORE_SECONDS):
                return

    def reap(self) -> int:
        """Bury dead workers, then give out lanes for every unfinished work that has none."""
        for dead in self._workers.find_dead(self._settings.stale_worker_seconds, self.executor_id):
            log.warning(
                "worker %s (process %d) is gone; its work is handed on", dead.executor_id, dead.process_id
            )
            lanes = DBOS.list_workflows(
                status="PENDING", executor_id=dead.executor_id, load_input=False, load_output=False
            )
            if lanes:
                DBOS.cancel_workflows([lane.workflow_id for lane in lanes])
            sweep_orphans(dead)
            self._workers.forget(dead.executor_id)
        unfinished = [
            WorkRef(source.kind, work_id)
            for source in self._sources.values()
            for work_id in source.unfinished()
        ]  # before the lanes are listed: a lane of work that comes later must not be taken for dead
        lanes_by_group = self._living_lanes()
        given_out = 0
        for work in unfinished:
            source = self._sources[work.kind]
            with self._lock:
                living = frozenset(lanes_by_group[work.group] | self._lane_ids)
            source.abandon(work.id, living)
            if len(lanes_by_group[work.group]) < source.lanes(work.id):
                self.submit(work)
                given_out += 1
        return given_out

    def _living_lanes(self) -> Mapping[str, set[str]]:
        """Lanes that wait or are worked on, by work. A lane of a worker that nobody knows is ended here.

        A worker may end without its lanes: one that had to stop while a lane was busy, or that was killed
        before its first heartbeat.
        """
        lanes = DBOS.list_workflows(status=_ACTIVE, name="docassay.lane", load_input=False, load_output=False)
        workers = self._workers.executor_ids() | {self.executor_id}
        lost = [
            lane.workflow_id for lane in lanes if lane.status == "PENDING" and lane.executor_id not in workers
        ]
        if lost:
            log.warning("%d lanes of workers that are gone are given out again", len(lost))
            DBOS.cancel_workflows(lost)
        living: defaultdict[str, set[str]] = defaultdict(set)
        for lane in lanes:
            if lane.workflow_id not in lost:
                living[lane.workflow_id.rpartition(":")[0]].add(lane.workflow_id)
        return living

    @staticmethod
    def _forget_ended_lanes() -> None:
        ended = DBOS.list_workflows(
            status=_ENDED, name="docassay.lane", limit=1000, load_input=False, load_output=False
        )
        if ended:
            DBOS.delete_workflows([lane.workflow_id for lane in ended])
