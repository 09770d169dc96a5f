"""Waiting tasks by group, given out in turn, so that a small run is not behind a large one."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

Task = TypeVar("Task")


class FairQueue(Generic[Task]):
    """Round-robin over groups, first in first out within each. Not thread-safe by itself."""

    def __init__(self) -> None:
        self._groups: OrderedDict[str, deque[Task]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, group: str, task: Task, *, first: bool = False) -> None:
        """Add a task at the end of its group, or at the head of it."""
        tasks = self._groups.setdefault(group, deque())
        if first:
            tasks.appendleft(task)
        else:
            tasks.append(task)
        self._size += 1

    def pop(self) -> Task:
        """The next task of the group whose turn it is. Raises IndexError when empty."""
        if not self._groups:
            raise IndexError("no task is waiting")
        group, tasks = next(iter(self._groups.items()))
        task = tasks.popleft()
        self._size -= 1
        if tasks:
            self._groups.move_to_end(group)
        else:
            del self._groups[group]
        return task

    def pop_more(self, group: str, limit: int, is_wanted: Callable[[Task], bool]) -> list[Task]:
        """Up to ``limit`` further tasks from the head of the group, as long as they are wanted."""
        tasks = self._groups.get(group)
        more: list[Task] = []
        while tasks and len(more) < limit and is_wanted(tasks[0]):
            more.append(tasks.popleft())
        self._size -= len(more)
        if tasks is not None and not tasks:
            del self._groups[group]
        return more

    def drop(self, group: str) -> list[Task]:
        """Remove and return every task of the group."""
        tasks = self._groups.pop(group, deque())
        self._size -= len(tasks)
        return list(tasks)
