"""A lane: one thread that takes slices of a work one after another and feeds their files to the slots.

It records results in small transactions, retries what may be retried, stops when the work is stopped, and
after its time box gives its place to whoever waits. All it knows can be lost at any moment: a file counts
only once its result is in the source's own tables.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from docassay.execution.contract import Batch, WorkRef, WorkSource
from docassay.execution.supervisor import Supervisor
from docassay.execution.tasks import FileResult, FileTask, ResultKind

LaneEnd = Literal["finished", "stopped", "time_box"]

FLUSH_SECONDS = 0.5
STOP_CHECK_SECONDS = 1.0
MAX_DEATHS = 2
MAX_RETRIES = 3
FAST_FILE_SECONDS = 0.02

_FAILURE_TEXT: dict[str, tuple[str, str]] = {
    "died": ("crashed", "The conversion process crashed on this document {deaths} times: {detail}."),
    "timeout": ("timeout", "The document was not finished within the time limit: {detail}."),
    "memory": ("memory", "The document could not be processed: {detail}."),
}


@dataclass(slots=True)
class _Progress:
    """What one lane knows about the slice it is on."""

    batch: Batch
    waiting: deque[FileTask]
    delayed: list[tuple[float, int, FileTask]] = field(default_factory=list)
    in_flight: int = 0
    results: list[FileResult] = field(default_factory=list)
    deaths: list[FileTask] = field(default_factory=list)
    retries: dict[int | str, int] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return not (self.waiting or self.delayed or self.in_flight or self.results or self.deaths)


class Lane:
    """Works on one ``WorkRef`` until nothing is left, it is stopped, or ``should_yield`` says so."""

    def __init__(
        self,
        source: WorkSource,
        supervisor: Supervisor,
        work: WorkRef,
        lane_id: str,
        should_yield: Callable[[], bool],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._source = source
        self._supervisor = supervisor
        self._work = work
        self._lane_id = lane_id
        self._should_yield = should_yield
        self._is_stopping = is_stopping
        self._ended: queue.SimpleQueue[tuple[FileTask, ResultKind, Any, str]] = queue.SimpleQueue()
        self._mean_seconds = 1.0
        self._numbers = itertools.count()

    def run(self) -> LaneEnd:
        """Take slices until there is a reason to end."""
        while (batch := self._source.claim(self._work.id, self._lane_id)) is not None:
            end = self._work_on(_Progress(batch, deque(batch.tasks)))
            if end is not None:
                return end
            if self._should_yield():
                return "time_box"
        self._source.finish(self._work.id)
        return "finished"

    def _work_on(self, progress: _Progress) -> LaneEnd | None:
        is_yielding = False
        last_write = time.monotonic()
        while not progress.is_done:
            starting = [] if is_yielding else self._choose(progress)
            is_write_due = bool(progress.results or progress.deaths) and (
                starting or not progress.in_flight or time.monotonic() - last_write >= FLUSH_SECONDS
            )
            if starting or is_write_due or time.monotonic() - last_write >= STOP_CHECK_SECONDS:
                last_write = time.monotonic()
                begun = self._write(progress, starting)
                if begun is None:
                    return self._stop(progress)
                for task in begun:
                    self._start(task)
                progress.in_flight += len(begun)
            self._collect(progress, is_yielding=is_yielding)
            if self._is_stopping():
                return self._hand_back(progress)
            is_yielding = is_yielding or self._should_yield()
            if is_yielding and not progress.in_flight and not progress.is_done:
                return self._hand_back(progress)
        self._source.release(progress.batch, is_done=True)
        return None

    def _choose(self, progress: _Progress) -> list[FileTask]:
        """The tasks to start now: enough to keep the slots busy, in as few transactions as sensible."""
        now = time.monotonic()
        while progress.delayed and progress.delayed[0][0] <= now:
            progress.waiting.appendleft(heapq.heappop(progress.delayed)[2])
        slots = self._supervisor.slot_count
        window = max(50, 3 * slots) if self._mean_seconds < FAST_FILE_SECONDS else 3 * slots
        if progress.in_flight > 2 * window // 3:
            return []
        room = window - progress.in_flight
        return [progress.waiting.popleft() for _ in range(min(room, len(progress.waiting)))]

    def _write(self, progress: _Progress, starting: list[FileTask]) -> Sequence[FileTask] | None:
        results, progress.results = progress.results, []
        deaths, progress.deaths = progress.deaths, []
        return self._source.advance(progress.batch, results, starting, deaths)

    def _start(self, task: FileTask) -> None:
        def done(kind: ResultKind, payload: Any, _error: Exception | None, detail: str) -> None:
            self._ended.put((task, kind, payload, detail))

        self._supervisor.submit(self._work.group, task, done, expected_seconds=self._mean_seconds)

    def _collect(self, progress: _Progress, *, is_yielding: bool) -> None:
        """Wait for one result (or until something is due), then take all that are there."""
        timeout = FLUSH_SECONDS if progress.results else STOP_CHECK_SECONDS
        if progress.delayed and not is_yielding:  # else they go back with the slice
            timeout = min(timeout, max(0.0, progress.delayed[0][0] - time.monotonic()))
        if not progress.in_flight:
            if progress.delayed and not progress.waiting:
                time.sleep(timeout)
            return
        try:
            ended = self._ended.get(timeout=timeout)
            while True:
                progress.in_flight -= 1
                self._take(progress, *ended)
                ended = self._ended.get_nowait()
        except queue.Empty:
            return

    def _take(self, progress: _Progress, task: FileTask, kind: ResultKind, payload: Any, detail: str) -> None:
        if kind == "finished":
            result: FileResult = payload
            self._mean_seconds = 0.8 * self._mean_seconds + 0.2 * result.runtime_seconds
            retries = progress.retries.get(task.task_id, 0)
            if result.is_retryable and retries < MAX_RETRIES:
                progress.retries[task.task_id] = retries + 1
                delay = 2.0**retries * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
                heapq.heappush(progress.delayed, (time.monotonic() + delay, next(self._numbers), task))
            else:
                progress.results.append(result)
        elif kind == "cancelled":
            progress.waiting.append(task)  # given back with the slice, or dropped because the work has ended
        else:
            task = task._replace(deaths=task.deaths + 1)
            progress.deaths.append(task)
            if kind == "died" and task.deaths < MAX_DEATHS:
                progress.waiting.appendleft(task)
            else:
                progress.results.append(end_of_slot(task, kind, detail))

    def _stop(self, progress: _Progress) -> LaneEnd:
        self._supervisor.cancel(self._work.group)
        self._drain(progress)
        if progress.results:
            self._write(progress, [])  # no result of a stopped work is kept, but what it cost is counted
        self._source.release(progress.batch, is_done=False)
        return "stopped"

    def _hand_back(self, progress: _Progress) -> LaneEnd:
        self._drain(progress)
        if progress.results or progress.deaths:
            self._write(progress, [])
        self._source.release(progress.batch, is_done=False)
        return "stopped" if self._is_stopping() else "time_box"

    def _drain(self, progress: _Progress) -> None:
        while progress.in_flight:
            ended = self._ended.get()
            progress.in_flight -= 1
            self._take(progress, *ended)


def end_of_slot(task: FileTask, kind: ResultKind, detail: str) -> FileResult:
    """The result of a file whose slot ended under it: the pipeline failed on it, so its score is 0."""
    code, text = _FAILURE_TEXT[kind]
    return FileResult(
        task_id=task.task_id,
        outcome="failed",
        score=0.0,
        error_code=code,
        error=text.format(deaths=task.deaths, detail=detail),
        error_in="INFERENCE",
    )
