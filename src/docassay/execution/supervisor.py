"""One process per slot, a hard limit on every file, and a bad file costs only itself.

One thread owns all slots: it hands out waiting tasks in turn between groups, kills the process group of a
task that is over its time, notices slots that died, replaces those that are worn, and stops idle ones. It
sleeps in one ``select`` and uses no processor time while nothing happens. After ``idle_seconds`` without work
a slot ends, and the process that forks slots ends with the last of them: a server that waits holds neither.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import pickle
import selectors
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from docassay.errors import DocumentFailure, TooManyRequests
from docassay.execution.fair_queue import FairQueue
from docassay.execution.fork_client import ForkClient, Forked
from docassay.execution.slot import OUT_OF_MEMORY
from docassay.execution.tasks import CallTask, FileTask, PageProgress, ResultKind, SlotLimits

log = logging.getLogger(__name__)

OnDone = Callable[[ResultKind, Any, Exception | None, str], None]
"""``(kind, payload, error, detail)``; runs on the supervisor's thread and must return quickly."""

CALL_GROUP = "calls"
MAX_TASKS = 8
MESSAGE_SECONDS = 0.15
"""Tasks of a group share a message while they are expected to take no longer than this together."""
RESTART_SECONDS = 1.0
MAX_CALLS = 16
CALL_PATIENCE_SECONDS = 30.0


@dataclass(slots=True)
class _Waiting:
    group: str
    task: FileTask | CallTask
    on_done: OnDone
    timeout_seconds: float
    expected_seconds: float = math.inf
    """Decides how many of its group share a message with it; infinite again when a message went wrong."""


@dataclass(slots=True)
class _Slot:
    pipe: Connection
    pid: int | None = None
    current: list[_Waiting] = field(default_factory=list)
    deadline: float = 0.0
    idle_since: float = 0.0
    ending: ResultKind | None = None
    """Why it is being ended by us; set before it is killed."""
    is_closing: bool = False
    progress: PageProgress | None = None
    """How far it is with the file that it works on, once that has taken a moment."""


class Supervisor:
    """Runs tasks in slot processes. ``start`` before use, ``stop`` at the end; methods are thread-safe."""

    def __init__(
        self,
        *,
        slots: int,
        file_timeout_seconds: float,
        limits: SlotLimits,
        executor_id: str,
        on_groups_changed: Callable[[list[int]], None] | None = None,
    ) -> None:
        self.slot_count = slots
        self._timeout = file_timeout_seconds
        self._limits = limits
        self._executor_id = executor_id
        self._on_groups_changed = on_groups_changed
        self._queue: FairQueue[_Waiting] = FairQueue()
        self._lock = threading.Lock()
        self._cancelled: set[str] = set()
        self._calls = threading.BoundedSemaphore(MAX_CALLS)
        self._is_stopping = False
        self._slots: list[_Slot] = []
        self._unnamed: deque[_Slot] = deque()
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        self._fork_client: ForkClient | None = None
        self._last_work = 0.0
        self._thread = threading.Thread(target=self._loop, name="slot-supervisor", daemon=True)

    # -- what other threads call -------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread; processes are started when the first task arrives."""
        self._thread.start()

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Kill every slot and end the thread; tasks in flight end as ``cancelled``."""
        with self._lock:
            self._is_stopping = True
        self._wake()
        self._thread.join(timeout_seconds)

    def submit(
        self,
        group: str,
        task: FileTask | CallTask,
        on_done: OnDone,
        *,
        timeout_seconds: float | None = None,
        first: bool = False,
        expected_seconds: float = math.inf,
    ) -> None:
        """Queue a task. ``group`` takes part in the round-robin; ``on_done`` is called exactly once.

        ``expected_seconds``: short tasks of a group travel several in one message, because handing each over
        alone would keep the slot waiting. Without it a task travels alone.
        """
        waiting = _Waiting(group, task, on_done, timeout_seconds or self._timeout, expected_seconds)
        with self._lock:
            is_accepted = not self._is_stopping
            if is_accepted:
                self._queue.push(group, waiting, first=first)
        if is_accepted:
            self._wake()
        else:
            on_done("cancelled", None, None, "the worker is stopping")

    def call(self, function: str, arguments: Mapping[str, Any], timeout_seconds: float) -> Any:
        """Run ``module:name`` in a slot and return what it returns.

        Raises what the function raises, DocumentFailure when the slot died, was out of time or none became
        free, and TooManyRequests when ``MAX_CALLS`` callers wait already: each of them keeps a thread.
        """
        if not self._calls.acquire(blocking=False):
            raise TooManyRequests(
                "Too many pages are being rendered at once. Try again in a moment.", retry_after_seconds=2
            )
        try:
            return self._call(function, arguments, timeout_seconds)
        finally:
            self._calls.release()

    def _call(self, function: str, arguments: Mapping[str, Any], timeout_seconds: float) -> Any:
        future: Future[Any] = Future()

        def done(kind: ResultKind, payload: Any, error: Exception | None, detail: str) -> None:
            if kind == "finished" and error is None:
                future.set_result(payload)
            else:
                future.set_exception(
                    error or DocumentFailure(kind, f"The work was ended: {detail}", error_in="OTHER")
                )

        self.submit(
            CALL_GROUP, CallTask(function, arguments), done, timeout_seconds=timeout_seconds, first=True
        )
        try:
            return future.result(timeout_seconds + CALL_PATIENCE_SECONDS)
        except FutureTimeout:
            raise DocumentFailure(
                "busy",
                "All conversion processes are busy. Try again later.",
                outcome="errored",
                error_in="OTHER",
            ) from None

    def cancel(self, group: str) -> None:
        """End the group's tasks now: waiting ones are dropped, slots that work on one are killed."""
        with self._lock:
            self._cancelled.add(group)
        self._wake()

    def progress(self, group: str) -> list[PageProgress]:
        """How far the slots are with those files of a group that take more than a moment."""
        return [
            slot.progress
            for slot in list(self._slots)
            if slot.progress is not None and slot.current and slot.current[0].group == group
        ]

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_write, b"w")

    # -- the supervisor's own thread ---------------------------------------------------------------------

    def _loop(self) -> None:
        while not self._is_stopping:
            try:
                self._turn()
            except Exception:
                log.exception("the slots are started anew after an unexpected error")
                self._start_anew()
        self._shut_down()

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._next_timeout()):
            self._handle(key)
        with self._lock:
            cancelled, self._cancelled = self._cancelled, set()
        for group in cancelled:
            self._cancel_now(group)
        self._enforce_deadlines()
        if not self._is_stopping:
            self._dispatch()
            self._rest()

    def _start_anew(self) -> None:
        """Kill everything; tasks in flight are given out again, as none of them is to blame."""
        for slot in list(self._slots):
            self._kill(slot)
            self._close_pipe(slot)
            self._retry_alone(slot.current)
        self._slots.clear()
        if self._fork_client is not None:
            self._lose_fork_client()
        time.sleep(RESTART_SECONDS)  # if the error comes back at once, not in a tight loop
        self._wake()  # tasks wait, and nothing else may happen

    def _handle(self, key: selectors.SelectorKey) -> None:
        if key.fileobj == self._wake_read:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._wake_read, 65536):
                    pass
        elif isinstance(key.data, ForkClient) and key.data is self._fork_client:
            self._read_control(key.data)
        elif isinstance(key.data, _Slot) and not key.data.pipe.closed:
            self._read_answer(key.data)

    def _next_timeout(self) -> float | None:
        times = [slot.deadline for slot in self._slots if slot.current and not slot.ending]
        times += [
            slot.idle_since + self._limits.idle_seconds
            for slot in self._slots
            if not slot.current and not slot.is_closing
        ]
        if self._fork_client is not None and not self._slots:
            times.append(self._last_work + self._limits.idle_seconds)
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _dispatch(self) -> None:
        while True:
            slot = next((s for s in self._slots if not s.current and not s.is_closing), None)
            with self._lock:
                if not len(self._queue) or (slot is None and len(self._slots) >= self.slot_count):
                    return
                waiting = self._pop_message()
            if slot is None:
                try:
                    slot = self._start_slot()
                except Exception:
                    self._retry_alone(waiting)
                    raise
            slot.current = waiting
            slot.deadline = time.monotonic() + waiting[0].timeout_seconds
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # a slot that is gone is noticed by its exit message
                slot.pipe.send([item.task for item in waiting])

    def _pop_message(self) -> list[_Waiting]:
        """The next task, and more of its group as long as that keeps no slot idle and nobody waiting."""
        fair_share = len(self._queue) // self.slot_count
        first = self._queue.pop()
        fitting = int(MESSAGE_SECONDS / max(first.expected_seconds, 1e-9))
        more = min(MAX_TASKS, fair_share, fitting) - 1
        if more < 1:
            return [first]
        bound = max(2 * first.expected_seconds, MESSAGE_SECONDS / MAX_TASKS)
        rest = self._queue.pop_more(first.group, more, lambda waiting: waiting.expected_seconds <= bound)
        return [first, *rest]

    def _start_slot(self) -> _Slot:
        client = self._fork_client
        if client is None:
            client = self._fork_client = ForkClient(self._limits, self._executor_id)
            self._selector.register(client.socket, selectors.EVENT_READ, client)
        ours, theirs = socket.socketpair()
        slot = _Slot(Connection(ours.detach()), idle_since=time.monotonic())
        try:
            client.fork(theirs.fileno())
        except OSError:
            slot.pipe.close()
            raise
        finally:
            theirs.close()
        self._slots.append(slot)
        self._unnamed.append(slot)
        self._selector.register(slot.pipe, selectors.EVENT_READ, slot)
        return slot

    def _read_control(self, client: ForkClient) -> None:
        message = client.receive()
        if message is None:
            self._lose_fork_client()
        elif isinstance(message, Forked):
            slot = self._unnamed.popleft()
            slot.pid = message.pid
            if slot.ending:
                self._kill(slot)
            self._report_groups()
        else:
            for ended in [slot for slot in self._slots if slot.pid == message.pid]:
                self._bury(ended, message.code)

    def _lose_fork_client(self) -> None:
        """The fork server has ended, or shall end, and its slots with it; the next task starts a new one."""
        assert self._fork_client is not None
        self._selector.unregister(self._fork_client.socket)
        self._fork_client.close()
        self._fork_client = None
        self._unnamed.clear()
        for slot in list(self._slots):
            self._bury(slot, -signal.SIGKILL)

    def _read_answer(self, slot: _Slot) -> None:
        try:
            answer = slot.pipe.recv()
        except (EOFError, ConnectionResetError, pickle.UnpicklingError):
            self._close_pipe(slot)  # its end follows as an exit message
            return
        if slot.ending:
            return  # it answered while being killed: the kill decides
        if isinstance(answer, PageProgress):
            slot.progress = answer
            return
        answers, is_last = answer
        slot.progress = None
        waiting, slot.current = slot.current, []
        slot.idle_since = self._last_work = time.monotonic()
        slot.is_closing = is_last
        for item, (payload, error) in zip(waiting, answers, strict=False):
            if payload == OUT_OF_MEMORY:
                bound = self._limits.memory_mb
                item.on_done("memory", None, None, f"it needs more than the {bound} MiB that a slot may use")
            else:
                item.on_done("finished", payload, error, "")
        self._retry_alone(waiting[len(answers) :])

    def _retry_alone(self, waiting: list[_Waiting]) -> None:
        """Give tasks out again one by one: what went wrong with their message was not their fault."""
        with self._lock:
            for item in reversed(waiting):
                item.expected_seconds = math.inf
                self._queue.push(item.group, item, first=True)

    def _close_pipe(self, slot: _Slot) -> None:
        slot.is_closing = True
        if not slot.pipe.closed:
            self._selector.unregister(slot.pipe)
            slot.pipe.close()

    def _bury(self, slot: _Slot, code: int) -> None:
        self._close_pipe(slot)
        self._slots.remove(slot)
        if slot.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(slot.pid, signal.SIGKILL)  # what it had started
        waiting, slot.current = slot.current, []
        if waiting:
            self._last_work = time.monotonic()
        kind: ResultKind = slot.ending or "died"
        if len(waiting) > 1 and kind != "cancelled":
            self._retry_alone(waiting)  # which of them it was shows when each has a slot to itself
            waiting = []
        for item in waiting:
            item.on_done(kind, None, None, _describe(kind, code, item.timeout_seconds))
        self._report_groups()

    def _kill(self, slot: _Slot) -> None:
        if slot.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(slot.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(slot.pid, signal.SIGKILL)  # it may not have made its group yet

    def _enforce_deadlines(self) -> None:
        now = time.monotonic()
        for slot in list(self._slots):
            if slot.current and not slot.ending and now >= slot.deadline:
                slot.ending = "timeout"
                self._kill(slot)
            elif (
                not slot.current
                and not slot.is_closing
                and now - slot.idle_since >= self._limits.idle_seconds
            ):
                self._close_pipe(slot)

    def _rest(self) -> None:
        """End the fork server when there has been nothing to do for long."""
        is_due = time.monotonic() - self._last_work >= self._limits.idle_seconds
        if self._fork_client is not None and not self._slots and is_due:
            self._lose_fork_client()

    def _cancel_now(self, group: str) -> None:
        with self._lock:
            dropped = self._queue.drop(group)
        for waiting in dropped:
            waiting.on_done("cancelled", None, None, "cancelled before it began")
        for slot in self._slots:
            if slot.current and slot.current[0].group == group and not slot.ending:
                slot.ending = "cancelled"
                self._kill(slot)

    def _report_groups(self) -> None:
        if self._on_groups_changed is not None:
            self._on_groups_changed([slot.pid for slot in self._slots if slot.pid is not None])

    def _shut_down(self) -> None:
        with self._lock:
            self._is_stopping = True
            waiting = [self._queue.pop() for _ in range(len(self._queue))]
        for slot in self._slots:
            slot.ending = "cancelled"
            self._kill(slot)
            waiting += slot.current
        for item in waiting:
            item.on_done("cancelled", None, None, "the worker is stopping")
        if self._fork_client is not None:
            self._fork_client.close()


def _describe(kind: ResultKind, code: int, timeout_seconds: float) -> str:
    if kind == "timeout":
        return f"it was still working after {timeout_seconds:g} s"
    if kind == "cancelled":
        return "cancelled"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"its process died of {signal.Signals(-code).name}"
    return f"its process ended unexpectedly with exit code {code}"
