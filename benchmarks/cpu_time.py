"""Processor time of this process and of the programs that it ran."""

from __future__ import annotations

import resource


def cpu_seconds() -> float:
    """Processor seconds of this process and of its ended children."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in times)
