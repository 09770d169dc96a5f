"""A lane feeds slots, records what comes back, retries, yields and stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from docassay.execution import lanes
from docassay.execution.contract import Batch, WorkRef
from docassay.execution.lanes import Lane
from docassay.execution.tasks import FileResult, FileTask


def task(n: int) -> FileTask:
    return FileTask(n, b"", "0" * 64, f"{n}.pdf", "application/pdf", str(n), "runs/1")


def good(given: FileTask) -> tuple[str, FileResult]:
    return "finished", FileResult(given.task_id, "scored", 4.0, runtime_seconds=0.001)


def flaky(given: FileTask) -> tuple[str, FileResult]:
    return "finished", FileResult(given.task_id, "errored", error_code="api", error="503", is_retryable=True)


class Source:
    """Slices of tasks, and everything that the lane says about them."""

    kind = "run"

    def __init__(self, *slices: Sequence[int]) -> None:
        self.slices = [tuple(task(n) for n in numbers) for numbers in slices]
        self.claimed = 0
        self.results: list[FileResult] = []
        self.started: list[int | str] = []
        self.deaths: list[tuple[int | str, int]] = []
        self.released: list[tuple[int, bool]] = []
        self.finished: list[str] = []
        self.stop_after: int | None = None

    def claim(self, work_id: str, lane_id: str) -> Batch | None:
        if self.claimed == len(self.slices):
            return None
        self.claimed += 1
        return Batch(work_id, lane_id, self.claimed - 1, self.slices[self.claimed - 1])

    def advance(
        self,
        batch: Batch,
        results: Sequence[FileResult],
        starting: Sequence[FileTask],
        deaths: Sequence[FileTask],
    ) -> Sequence[FileTask] | None:
        if self.stop_after is not None and len(self.results) >= self.stop_after:
            return None
        self.results += results
        self.started += [given.task_id for given in starting]
        self.deaths += [(given.task_id, given.deaths) for given in deaths]
        return starting

    def release(self, batch: Batch, *, is_done: bool) -> None:
        self.released.append((batch.number, is_done))

    def finish(self, work_id: str) -> None:
        self.finished.append(work_id)

    def lanes(self, work_id: str) -> int:
        return 1

    def unfinished(self) -> list[str]:
        return []

    def abandon(self, work_id: str, living_lanes: frozenset[str]) -> None:
        raise AssertionError("a lane never abandons")


class Slots:
    """Answers at once, by what each task is scripted to do."""

    slot_count = 2

    def __init__(self, behave: Callable[[FileTask], tuple[str, Any]] = good) -> None:
        self.behave = behave
        self.cancelled: list[str] = []
        self.expected: list[float] = []

    def submit(
        self, group: str, given: FileTask, on_done: Callable[..., None], *, expected_seconds: float
    ) -> None:
        self.expected.append(expected_seconds)
        kind, payload = self.behave(given)
        on_done(kind, payload, None, "its process died of SIGSEGV")

    def cancel(self, group: str) -> None:
        self.cancelled.append(group)


def run(
    source: Source,
    slots: Slots,
    *,
    should_yield: Callable[[], bool] = lambda: False,
    is_stopping: Callable[[], bool] = lambda: False,
) -> str:
    lane = Lane(source, slots, WorkRef("run", "1"), "lane", should_yield, is_stopping)  # type: ignore[arg-type]
    return lane.run()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes.random, "uniform", lambda *_: 0.0)


def test_every_file_of_every_slice_is_recorded_once() -> None:
    source = Source(range(60), range(60, 75))
    assert run(source, Slots()) == "finished"
    assert [result.task_id for result in source.results] == list(range(75))
    assert source.started == list(range(75))
    assert source.released == [(0, True), (1, True)]
    assert source.finished == ["1"]


def test_files_are_handed_over_with_the_time_that_those_before_them_took() -> None:
    slots = Slots()
    run(Source(range(50), range(50, 100)), slots)
    assert slots.expected[0] == 1.0
    assert slots.expected[-1] == pytest.approx(0.001, abs=0.001)


def test_a_file_whose_slot_died_once_is_tried_again() -> None:
    def dies_once(given: FileTask) -> tuple[str, Any]:
        return good(given) if given.deaths or given.task_id != 1 else ("died", None)

    source = Source(range(3))
    assert run(source, Slots(dies_once)) == "finished"
    assert {result.task_id: result.outcome for result in source.results} == dict.fromkeys(range(3), "scored")
    assert source.deaths == [(1, 1)]


@pytest.mark.parametrize(
    ("kind", "code", "deaths"), [("died", "crashed", 2), ("timeout", "timeout", 1), ("memory", "memory", 1)]
)
def test_a_file_that_kills_its_slots_has_failed_with_the_reason(kind: str, code: str, deaths: int) -> None:
    source = Source(range(3))
    assert run(source, Slots(lambda given: (kind, None) if given.task_id == 1 else good(given))) == "finished"
    bad = next(result for result in source.results if result.task_id == 1)
    assert (bad.outcome, bad.score, bad.error_code) == ("failed", 0.0, code)
    assert len(source.deaths) == deaths
    assert len(source.results) == 3


def test_a_retryable_error_is_tried_again_and_then_recorded() -> None:
    attempts: list[int | str] = []

    def recovers(given: FileTask) -> tuple[str, Any]:
        attempts.append(given.task_id)
        return flaky(given) if given.task_id == 0 or len(attempts) < 4 else good(given)

    source = Source(range(2))
    assert run(source, Slots(recovers)) == "finished"
    assert {result.task_id: result.outcome for result in source.results} == {0: "errored", 1: "scored"}
    assert attempts.count(0) == lanes.MAX_RETRIES + 1


def test_a_stopped_work_is_let_go_with_its_slots_killed() -> None:
    source, slots = Source(range(30)), Slots()
    source.stop_after = 5
    assert run(source, slots) == "stopped"
    assert slots.cancelled == ["run-1"]
    assert source.released == [(0, False)]
    assert source.finished == []


def test_a_lane_gives_its_place_away_between_slices_with_nothing_lost() -> None:
    source = Source(range(5), range(5, 10))
    assert run(source, Slots(), should_yield=lambda: bool(source.results)) == "time_box"
    assert [result.task_id for result in source.results] == list(range(5))
    assert source.released == [(0, True)]


def test_a_lane_gives_its_place_away_in_a_slice_of_slow_files() -> None:
    def slow(given: FileTask) -> tuple[str, FileResult]:
        return "finished", FileResult(given.task_id, "scored", 4.0, runtime_seconds=9.0)

    source = Source(range(40))
    assert run(source, Slots(slow), should_yield=lambda: len(source.started) >= 6) == "time_box"
    assert {result.task_id for result in source.results} == set(source.started)
    assert len(source.results) < 40
    assert source.released == [(0, False)]


def test_a_stopping_worker_hands_its_slice_back() -> None:
    source = Source(range(40))
    slots = Slots(lambda given: ("cancelled", None))
    assert run(source, slots, is_stopping=lambda: bool(source.started)) == "stopped"
    assert source.results == []
    assert source.released == [(0, False)]
