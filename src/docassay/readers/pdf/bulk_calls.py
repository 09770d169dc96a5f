"""pdfium's functions in a form that is called for many objects at once: ``map`` drives the calls.

A call through ctypes costs far more than what most of pdfium's getters do: about 0.55 microseconds with
pypdfium2's own declarations, 0.15 in the form made here. It has no declared argument types (so nothing is
converted: a pointer must be given as a ctypes object, an index as a plain int), it keeps the interpreter's
lock, and ``map`` calls it from C. Results that pdfium writes through a pointer land in an ``Arena``.

pdfium itself must not be used by two threads at a time, and neither must the arenas.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any, Final

import numpy as np

CHUNK: Final = 2_048
"""Calls by one ``map``: it cannot be interrupted by a signal, and it ends within a millisecond."""

Handle = type(
    "Handle", (ctypes.c_void_p,), {"__doc__": "A pointer that stays a ctypes object when returned."}
)


def bulk(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """``function`` of ``pypdfium2.raw`` as described above; ``result`` is its ctypes result type.

    With ``arguments`` (ctypes types) it takes addresses as plain ints or None, which is faster than making
    ctypes objects of them for one call.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


class Arena:
    """Memory for the structures that ``CHUNK`` calls fill in; each is ``width`` items of one C type.

    ``grow`` gives the pointers for the calls, ``view`` the results until the next calls. It grows with what
    is asked for, because making a pointer takes longer than using it.
    """

    def __init__(self, item: Any, width: int) -> None:
        self._item = item
        self._width = width
        self._capacity = 0
        self._view: np.ndarray[Any, Any] = np.empty((0, width))
        self.pointers: list[Any] = []

    def grow(self, count: int) -> list[Any]:
        """At least ``count`` pointers (at most ``CHUNK`` are ever needed at once)."""
        if count > self._capacity:
            self._capacity = min(CHUNK, max(64, 2 * count))
            memory = (self._item * (self._width * self._capacity))()
            size = ctypes.sizeof(self._item) * self._width
            self.pointers = [ctypes.byref(memory, size * number) for number in range(self._capacity)]
            self._view = np.frombuffer(memory, dtype=memory._type_).reshape(-1, self._width)
        return self.pointers

    def view(self, count: int) -> np.ndarray[Any, Any]:
        """The first ``count`` results, shape (count, width); the next calls overwrite them."""
        return self._view[:count]


_floats: Final = [Arena(ctypes.c_float, 1) for _ in range(4)]


def filled(
    call: Callable[..., Any], owner: Any, indexes: Sequence[int], arena: Arena
) -> np.ndarray[Any, Any]:
    """What ``call(owner, index, pointer)`` writes for each index, shape (indexes, width).

    ``call`` returns whether it succeeded; where it did not, the row is zeros.
    """
    parts: list[np.ndarray[Any, Any]] = []
    for start in range(0, len(indexes), CHUNK):
        chunk = indexes[start : start + CHUNK]
        succeeded = list(map(call, repeat(owner), chunk, arena.grow(len(chunk))))
        rows = arena.view(len(chunk)).astype(np.float64)
        if not all(succeeded):
            rows[[not success for success in succeeded]] = 0.0
        parts.append(rows)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def numbers(call: Callable[..., int], objects: Sequence[Any], count: int) -> np.ndarray[Any, Any]:
    """What ``call(object, pointer, ...)`` writes through ``count`` pointers, shape (count, objects).

    NaN where it fails.
    """
    parts = []
    for start in range(0, len(objects), CHUNK):
        chunk = objects[start : start + CHUNK]
        pointers = [arena.grow(len(chunk)) for arena in _floats[:count]]
        succeeded = list(map(call, chunk, *pointers))
        columns = np.empty((count, len(chunk)))
        for column, arena in zip(columns, _floats, strict=False):
            column[:] = arena.view(len(chunk))[:, 0]
        if not all(succeeded):
            columns[:, [not success for success in succeeded]] = np.nan
        parts.append(columns)
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
