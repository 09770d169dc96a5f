"""The two interfaces of the execution layer: what a job engine offers, and what a source of work offers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from docassay.execution.tasks import FileResult, FileTask, PageProgress

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkRef:
    """A piece of accepted work: ``kind`` names its source (``run`` or ``request``)."""

    kind: str
    id: str

    @property
    def group(self) -> str:
        """Name for fairness, cancelling and the engine's partition."""
        return f"{self.kind}-{self.id}"


class JobEngine(Protocol):
    """Carries work to workers. Losing everything it knows costs nothing: sources know what is unfinished."""

    def submit(self, work: WorkRef) -> None:
        """Give out lanes for this work; called after the work is committed. Idempotent."""
        ...

    def cancel(self, work: WorkRef) -> None:
        """Stop working on it now; the source has already marked it as cancelled."""
        ...

    def run_worker(self) -> None:
        """Start working in this process (returns at once)."""
        ...

    def reap(self) -> int:
        """Take work from dead workers and hand it out again; the number of works given out."""
        ...

    def purge(self, work: WorkRef) -> None:
        """Forget what the engine stores about finished work."""
        ...

    def stats(self) -> Mapping[str, Any]:
        """Counts for health checks: lanes active and waiting, slots, workers."""
        ...

    def progress(self, work: WorkRef) -> Sequence[PageProgress]:
        """Pages done of those files of a work that this server's own slots are working on for a while."""
        ...

    def call(self, function: str, arguments: Mapping[str, Any], timeout_seconds: float) -> Any:
        """Run ``module:name`` in a slot process of this server; raises what it raises."""
        ...

    def stop(self) -> None:
        """End lanes and slots; unfinished work stays in its source."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """A slice of a work that one lane has claimed."""

    work_id: str
    lane_id: str
    number: int
    tasks: tuple[FileTask, ...]


class WorkSource(Protocol):
    """A feature that has work: it owns the rows, the lanes just read and write them through this."""

    kind: str

    def claim(self, work_id: str, lane_id: str) -> Batch | None:
        """The next slice for this lane (one that it held before a crash first), or None when none is left."""
        ...

    def advance(
        self,
        batch: Batch,
        results: Sequence[FileResult],
        starting: Sequence[FileTask],
        deaths: Sequence[FileTask],
    ) -> Sequence[FileTask] | None:
        """In one transaction: record results, note that ``starting`` begin and ``deaths`` lost their slot.

        Returns the tasks to start, with what can only be said now, or None when the work was stopped
        (cancelled or deleted) and the lane must let go. A result for a file that is already at its end
        changes nothing.
        """
        ...

    def release(self, batch: Batch, *, is_done: bool) -> None:
        """The lane is through with the slice, or gives it back unfinished."""
        ...

    def finish(self, work_id: str) -> None:
        """Nothing is left to claim: end the work if every file has reached its end."""
        ...

    def lanes(self, work_id: str) -> int:
        """How many lanes are worth having on it."""
        ...

    def unfinished(self) -> list[str]:
        """Works that are not at their end."""
        ...

    def abandon(self, work_id: str, living_lanes: frozenset[str]) -> None:
        """Free the slices held by lanes that no longer live."""
        ...

    def give_up(self, work_id: str, reason: str) -> None:
        """End the work as failed: lanes break on it again and again, through no fault of any one file."""
        ...


def submit_after_commit(session: Session, jobs: JobEngine, work: WorkRef) -> None:
    """Hand the work to the engine once the session's transaction is committed (never when it rolls back).

    An engine that cannot take it now is logged and no error of the request, which is accepted already: the
    reconciler gives out whatever has no lane.
    """
    _call_after_commit(session, lambda: jobs.submit(work), f"{work.group} waits for the reconciler")


def cancel_after_commit(session: Session, jobs: JobEngine, work: WorkRef) -> None:
    """Tell the engine to stop working on it once the session's transaction is committed.

    When that fails it is logged: lanes see by themselves that the work has ended.
    """
    _call_after_commit(session, lambda: jobs.cancel(work), f"lanes of {work.group} end by themselves")


def _call_after_commit(session: Session, call: Callable[[], None], consequence: str) -> None:
    """Call once the outermost transaction is committed and its connection is given back.

    Not in ``after_commit`` itself: the connection is still taken then, and callers that each hold one and
    wait for a second can use up the pool for good.
    """
    state = {"is_committed": False, "is_called": False}

    @event.listens_for(session, "after_commit")
    def note_commit(_session: Session) -> None:
        state["is_committed"] = True

    @event.listens_for(session, "after_transaction_end")
    def call_at_the_end(_session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is not None or state["is_called"]:
            return
        state["is_called"] = True
        if state["is_committed"]:
            try:
                call()
            except Exception:
                log.exception("the job engine did not answer; %s", consequence)
