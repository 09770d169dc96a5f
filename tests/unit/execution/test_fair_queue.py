"""Tasks are given out in turn between groups."""

from __future__ import annotations

import pytest

from docassay.execution.fair_queue import FairQueue


def filled(*entries: tuple[str, int]) -> FairQueue[int]:
    queue: FairQueue[int] = FairQueue()
    for group, task in entries:
        queue.push(group, task)
    return queue


def test_a_small_group_is_not_behind_a_large_one() -> None:
    queue = filled(*[("large", n) for n in range(5)], ("small", 100), ("small", 101))
    assert [queue.pop() for _ in range(len(queue))] == [0, 100, 1, 101, 2, 3, 4]


def test_a_task_pushed_first_is_the_next_of_its_group() -> None:
    queue = filled(("a", 1), ("a", 2))
    queue.push("a", 0, first=True)
    assert [queue.pop() for _ in range(3)] == [0, 1, 2]


def test_more_tasks_come_from_the_same_group_while_they_are_wanted() -> None:
    queue = filled(("a", 2), ("a", 4), ("a", 5), ("a", 6), ("b", 8))
    assert queue.pop_more("a", 3, lambda task: task % 2 == 0) == [2, 4]
    assert queue.pop_more("missing", 3, lambda _: True) == []
    assert len(queue) == 3
    assert sorted(queue.pop() for _ in range(3)) == [5, 6, 8]


def test_dropping_a_group_leaves_the_others() -> None:
    queue = filled(("a", 1), ("b", 2), ("a", 3))
    assert queue.drop("a") == [1, 3]
    assert queue.drop("a") == []
    assert len(queue) == 1
    assert queue.pop() == 2


def test_an_empty_queue_has_nothing_to_give() -> None:
    with pytest.raises(IndexError):
        FairQueue[int]().pop()
