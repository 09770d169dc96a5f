"""A lane that gives its place away waits for its files in work without burning processor time."""

from __future__ import annotations

import queue
from collections import deque
from typing import Any

from docassay.execution.contract import Batch, WorkRef
from docassay.execution.lanes import STOP_CHECK_SECONDS, Lane, _Progress
from docassay.execution.tasks import FileTask

TASK = FileTask(1, b"", "0" * 64, "1.pdf", "application/pdf", "1", "runs/1")


class NothingYet:
    """A queue that stays empty and notes how long it was waited at."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def get(self, timeout: float) -> Any:
        self.waits.append(timeout)
        raise queue.Empty


def test_a_retry_that_is_due_hurries_only_a_lane_that_will_start_it() -> None:
    lane = Lane(None, None, WorkRef("run", "1"), "lane", lambda: True, lambda: False)  # type: ignore[arg-type]
    lane._ended = waiting = NothingYet()  # type: ignore[assignment]
    progress = _Progress(Batch("1", "lane", 0, (TASK,)), deque(), delayed=[(0.0, 0, TASK)], in_flight=1)
    lane._collect(progress, is_yielding=True)
    lane._collect(progress, is_yielding=False)
    assert waiting.waits == [STOP_CHECK_SECONDS, 0.0]
