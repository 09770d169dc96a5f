"""Real slot processes: each bad task costs only itself and its own process."""

from __future__ import annotations

import math
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from docassay.errors import DocumentFailure
from docassay.execution.slot import EXECUTOR_VARIABLE
from docassay.execution.supervisor import Supervisor
from docassay.execution.tasks import CallTask, PageProgress, SlotLimits

TASKS = "docassay.testing.slot_tasks"
EXECUTOR = f"test-executor-{os.getpid()}"
GENEROUS_SECONDS = 60.0


class Slots:
    """A supervisor whose answers are collected by label."""

    def __init__(self, slots: int, **limits: Any) -> None:
        self.supervisor = Supervisor(
            slots=slots,
            file_timeout_seconds=GENEROUS_SECONDS,
            limits=SlotLimits(**limits),
            executor_id=EXECUTOR,
        )
        self.supervisor.start()
        self._ended: queue.Queue[tuple[str, str, Any, Any]] = queue.Queue()

    def give(
        self, label: str, name: str, *, group: str = "g", timeout: float | None = None, **rest: Any
    ) -> None:
        expected_seconds = rest.pop("expected_seconds", math.inf)
        self.supervisor.submit(
            group,
            CallTask(f"{TASKS}:{name}", rest),
            lambda kind, payload, error, _: self._ended.put((label, kind, payload, error)),
            timeout_seconds=timeout,
            expected_seconds=expected_seconds,
        )

    def ends(self, count: int) -> dict[str, tuple[str, Any, Any]]:
        got = [self._ended.get(timeout=GENEROUS_SECONDS) for _ in range(count)]
        assert self._ended.empty(), "a task has ended twice"
        return {label: (kind, payload, error) for label, kind, payload, error in got}


@pytest.fixture
def slots() -> Iterator[Slots]:
    slots = Slots(2)
    yield slots
    slots.supervisor.stop()
    assert not left_over()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + GENEROUS_SECONDS
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def test_a_slot_tells_how_many_pages_of_a_long_file_are_done(slots: Slots, tmp_path: Path) -> None:
    sign = tmp_path / "go-on"
    slots.give("long", "report_pages_and_wait", group="run-7", done=30, total=7000, sign=str(sign))
    until(lambda: slots.supervisor.progress("run-7") == [PageProgress(30, 7000)])
    assert slots.supervisor.progress("run-8") == []
    sign.touch()
    assert slots.ends(1) == {"long": ("finished", None, None)}
    assert slots.supervisor.progress("run-7") == []


def left_over() -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(EXECUTOR_VARIABLE) == EXECUTOR:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def test_neighbours_of_a_crash_a_hang_and_an_exit_are_unharmed(slots: Slots) -> None:
    slots.give("crash", "crash")
    slots.give("hang", "hang_holding_the_interpreter", timeout=1.0)
    slots.give("exit", "leave", code=3)
    for n in range(20):
        slots.give(f"good {n}", "double", value=n)
    ends = slots.ends(23)
    assert ends["crash"][0] == ends["exit"][0] == "died"
    assert ends["hang"][0] == "timeout"
    assert [ends[f"good {n}"][1] for n in range(20)] == [2 * n for n in range(20)]


def test_a_timeout_ends_what_the_task_has_started(slots: Slots) -> None:
    slots.give("child", "start_a_child_and_hang", timeout=1.0)
    assert slots.ends(1)["child"][0] == "timeout"
    until(lambda: not [process for process in left_over() if "sleep" in process.name()])


def test_memory_over_the_limit_is_an_answer_and_the_slot_is_replaced() -> None:
    slots = Slots(1, memory_mb=700)
    try:
        slots.give("large", "fill_memory")
        slots.give("good", "double", value=4)
        ends = slots.ends(2)
        assert isinstance(ends["large"][2], MemoryError)
        assert ends["good"][1] == 8
    finally:
        slots.supervisor.stop()


def test_exceptions_come_back_as_they_are(slots: Slots) -> None:
    failure = DocumentFailure("empty", "The file is empty.", outcome="failed")
    slots.give("failure", "fail", failure=failure)
    kind, _, error = slots.ends(1)["failure"]
    assert (kind, error.code, error.message) == ("finished", "empty", "The file is empty.")


def test_a_call_returns_raises_and_times_out(slots: Slots) -> None:
    call = slots.supervisor.call
    assert call(f"{TASKS}:double", {"value": 21}, GENEROUS_SECONDS) == 42
    with pytest.raises(ZeroDivisionError):
        call(f"{TASKS}:divide_by_zero", {}, GENEROUS_SECONDS)
    with pytest.raises(DocumentFailure, match=r"still working after 0\.5 s"):
        call(f"{TASKS}:hang_holding_the_interpreter", {}, 0.5)


def test_quick_tasks_of_one_message_survive_a_bad_one_among_them() -> None:
    slots = Slots(1)
    try:
        slots.give("gate", "double", value=0)
        for n in range(12):
            if n == 5:
                slots.give("crash", "crash", expected_seconds=0.001)
            slots.give(f"good {n}", "double", value=n, expected_seconds=0.001)
        ends = slots.ends(14)
        assert ends["crash"][0] == "died"
        assert [ends[f"good {n}"][1] for n in range(12)] == [2 * n for n in range(12)]
    finally:
        slots.supervisor.stop()


def test_cancelling_a_group_ends_its_tasks_and_no_others() -> None:
    slots = Slots(1)
    try:
        slots.give("running", "hang_holding_the_interpreter", group="a")
        slots.give("waiting", "double", group="a", value=1)
        slots.give("other", "double", group="b", value=2)
        slots.supervisor.cancel("a")
        ends = slots.ends(3)
        assert ends["running"][0] == ends["waiting"][0] == "cancelled"
        assert ends["other"][1] == 4
    finally:
        slots.supervisor.stop()


def test_slots_are_replaced_after_their_share_of_files() -> None:
    slots = Slots(1, recycle_files=2)
    try:
        for n in range(6):
            slots.give(str(n), "process_id")
        pids = [payload for _, payload, _ in slots.ends(6).values()]
        assert len(set(pids)) == 3
    finally:
        slots.supervisor.stop()


def test_work_goes_on_after_the_fork_server_was_killed(slots: Slots, tmp_path: Path) -> None:
    slots.give("first", "parent_process_id")
    fork_server = slots.ends(1)["first"][1]
    sign = tmp_path / "begun"
    slots.give("caught", "hang_holding_the_interpreter", sign=str(sign))
    deadline = time.monotonic() + GENEROUS_SECONDS
    while not sign.exists():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    psutil.Process(fork_server).kill()
    assert slots.ends(1)["caught"][0] == "died"
    slots.give("after", "double", value=3)
    assert slots.ends(1)["after"][1] == 6


def test_without_work_no_process_is_left_and_the_next_task_starts_them_again() -> None:
    slots = Slots(2, idle_seconds=0.2)
    try:
        slots.give("first", "parent_process_id")
        fork_server = psutil.Process(slots.ends(1)["first"][1])
        until(lambda: not fork_server.is_running() and not left_over())
        slots.give("after", "parent_process_id")
        assert slots.ends(1)["after"][1] not in (None, fork_server.pid)
    finally:
        slots.supervisor.stop()


def test_stopping_ends_tasks_in_flight_and_refuses_new_ones() -> None:
    slots = Slots(1)
    slots.give("running", "hang_holding_the_interpreter")
    slots.give("waiting", "double", value=1)
    stopper = threading.Thread(target=slots.supervisor.stop)
    stopper.start()
    assert {kind for kind, _, _ in slots.ends(2).values()} == {"cancelled"}
    stopper.join(GENEROUS_SECONDS)
    slots.give("late", "double", value=1)
    assert slots.ends(1)["late"][0] == "cancelled"
    assert not left_over()
