"""Measuring processes: processor time and memory of this process and of everything below it."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

import psutil


def tree_cpu_seconds(process: psutil.Process | None = None) -> float:
    """Processor seconds of a process and its descendants, ended ones that were waited for included."""
    process = process or psutil.Process()
    total = 0.0
    for member in [process, *process.children(recursive=True)]:
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
        total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def tree_memory_mb(process: psutil.Process) -> float:
    """Proportional set size of a process and its descendants in MiB: shared pages are counted once."""
    total = 0.0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall and processor seconds of one piece of work on ``files`` files."""

    wall_seconds: float
    cpu_seconds: float
    files: int

    @property
    def wall_ms(self) -> float:
        """Wall milliseconds per file."""
        return 1000 * self.wall_seconds / self.files

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds per file."""
        return 1000 * self.cpu_seconds / self.files


def timed(work: Callable[[], float], files: int) -> Timing:
    """Run ``work``, which returns its wall seconds, and measure the processor time of this process tree."""
    cpu = tree_cpu_seconds()
    wall_seconds = work()
    return Timing(wall_seconds, tree_cpu_seconds() - cpu, files)


def median_timing(timings: list[Timing]) -> Timing:
    """The run with the median wall time."""
    middle = statistics.median_low([timing.wall_seconds for timing in timings])
    return next(timing for timing in timings if timing.wall_seconds == middle)
