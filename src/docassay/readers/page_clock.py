"""A limit on the time that one page may take, so that a page that hangs does not cost its document.

The limit is a timer signal of the operating system, whose handler raises in the main thread of the process
that converts. It stops Python code at any point. A call into a C library (pdfium drawing a page) is stopped
only when it returns: what never returns is ended by the limit on the whole file, which kills the process.
Elsewhere (other threads, other systems) there is no limit on a page.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_SECONDS = 1.0
"""The signal comes again after this long: code that swallowed the first one is stopped by the next."""


class PageTookTooLong(BaseException):
    """The page took longer than it may; no ``Exception``, so that nothing within the page swallows it."""


@contextmanager
def page_time_limit(seconds: float, page_number: int) -> Iterator[None]:
    """Raise PageTookTooLong in the block when it runs longer than ``seconds`` of wall time.

    ``page_number`` is shown to people and counts from 1. A limit of 0 is none.
    """
    if seconds <= 0 or not _has_timer():
        yield
        return
    is_running = True

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if is_running:
            raise PageTookTooLong(f"page {page_number} took longer than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
        yield
    finally:
        is_running = False  # first: a signal that is under way must not hit what follows
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _has_timer() -> bool:
    """Whether this thread gets signals, and nobody else uses the timer."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    return signal.getitimer(signal.ITIMER_REAL)[0] == 0.0
