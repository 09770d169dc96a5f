"""The main loop of a slot: one process that works on one file at a time and can be killed at any moment.

A slot leads its own process group, so that killing the group also ends the programs it has started; it
dies with its parent, has a bound on its address space, and writes no core files.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import signal
import sys
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from docassay.execution.tasks import CallTask, FileTask, PageProgress, SlotLimits
from docassay.readers.progress import listening

EXECUTOR_VARIABLE = "DOCASSAY_EXECUTOR"
"""Environment variable by which programs started from a slot are known after a crash of the server."""

OUT_OF_MEMORY = "out of memory"
"""Answer of a slot to a file that needed more memory than it may use."""

_PR_SET_PDEATHSIG = 1


def die_with_parent(expected_parent: int) -> None:
    """Ask the kernel (Linux) for SIGKILL when the parent thread ends; exit at once if it is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != expected_parent:
        os._exit(1)


def resident_mb() -> float:
    """Resident memory of this process in MiB (0 where the system does not say)."""
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20
    return 0.0


def prepare_process(limits: SlotLimits, executor_id: str) -> None:
    """Put this process into its own group under its limits."""
    os.setsid()
    os.environ[EXECUTOR_VARIABLE] = executor_id
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    bound = limits.memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(connection: Connection, limits: SlotLimits) -> None:
    """Answer tasks until the parent closes the pipe or this process should be replaced.

    A message is a list of tasks. While one is at work, ``PageProgress`` may come. The answer is
    ``(answers, is_last)`` with one ``(payload, error)`` for each task that was begun; ``error`` is an
    exception for ``CallTask``. ``is_last`` tells the parent that this slot exits now (recycling, or memory
    ran out once).
    """
    done = 0
    while True:
        try:
            tasks = connection.recv()
        except EOFError:
            return
        answers = []
        is_last = False
        for task in tasks:
            with listening(partial(_tell_progress, connection)):
                payload, error, is_last = _answer(task)
            answers.append((payload, error))
            if is_last:
                break
        done += len(answers)
        is_last = is_last or done >= limits.recycle_files or resident_mb() > limits.recycle_mb
        try:
            connection.send((answers, is_last))
        except BrokenPipeError:
            return
        if is_last:
            return


def _tell_progress(connection: Connection, done: int, total: int) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more: this process is about to be ended
        connection.send(PageProgress(done, total))


def _answer(task: FileTask | CallTask) -> tuple[Any, Exception | None, bool]:
    if isinstance(task, FileTask):
        perform = importlib.import_module("docassay.execution.perform").perform
        try:
            return perform(task), None, False
        except MemoryError:
            gc.collect()
            return OUT_OF_MEMORY, None, True
    module, _, name = task.function.partition(":")
    try:
        return getattr(importlib.import_module(module), name)(**task.arguments), None, False
    except MemoryError:
        return None, MemoryError("the work needs more memory than a slot may use"), True
    except Exception as error:  # noqa: BLE001 - whatever it is belongs to the caller
        return None, error, False
