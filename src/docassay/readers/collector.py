"""Python's search for cyclic garbage, put off while a page is read.

A page makes many thousands of small objects (words, lines, symbols) that are all in use until it is done, so
the collector would look through them again and again and find nothing: 2 to 10 % of the time of a page.
What a page leaves behind is looked through once, after it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No automatic collection in the block. It stays off where it was off before.

    The block should be short (a page) or leave little cyclic garbage: that stays in memory until it ends.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
