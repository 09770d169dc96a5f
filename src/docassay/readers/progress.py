"""How far a conversion is, told to whoever listens: a reader reports, the process that runs it listens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

Listener = Callable[[int, int], None]
"""``(pages done, pages in all)``; called at most every half second."""

_PAUSE_SECONDS: Final = 0.5
_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)
_last_report: ContextVar[float] = ContextVar("last_report", default=0.0)


def report_pages(done: int, total: int) -> None:
    """Say that ``done`` of ``total`` pages are converted; cheap, and heard only if somebody listens."""
    listener = _listener.get()
    if listener is None:
        return
    now = time.monotonic()
    if now - _last_report.get() >= _PAUSE_SECONDS:
        _last_report.set(now)
        listener(done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear the reports of what runs in the block; the first one no sooner than after half a second."""
    before, clock = _listener.set(listener), _last_report.set(time.monotonic())
    try:
        yield
    finally:
        _listener.reset(before)
        _last_report.reset(clock)
