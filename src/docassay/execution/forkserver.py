"""A small process that has the readers loaded and forks slots on request.

Forking from here costs milliseconds and shares the loaded libraries between all slots, and no slot inherits
the server's threads, sockets or database connections. The standard library's fork server is not used: it
imports the caller's main module into every child and needs a second helper process.

Protocol on one Unix socket, one message at a time. In: ``F`` with one file descriptor (the slot's pipe).
Out: ``P<pid>`` (forked) and ``X<pid> <code>`` (a slot has ended; a negative code is a signal).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import select
import signal
import socket
import sys
from multiprocessing.connection import Connection

from docassay.execution import slot
from docassay.execution.tasks import SlotLimits

MESSAGE_BYTES = 64


def preload() -> None:
    """Import what nearly every task needs, so that slots share it.

    The PDF reader brings numpy: 15 MB that each slot would otherwise hold for itself.
    """
    for name in ("execution.perform", "readers.read", "readers.sheets", "readers.pdf.reader"):
        importlib.import_module(f"docassay.{name}")
    importlib.import_module("docassay.checks.registry").all_checks()
    gc.collect()
    gc.freeze()


def _fork_slot(control: socket.socket, pipe: int, limits: SlotLimits, executor_id: str) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        control.close()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        slot.die_with_parent(parent)
        slot.prepare_process(limits, executor_id)
        slot.serve(Connection(pipe), limits)
        code = 0
    finally:
        os._exit(code)


def _reap() -> list[tuple[int, int]]:
    ended = []
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            ended.append((pid, os.waitstatus_to_exitcode(status)))
    return ended


def serve(control: socket.socket, limits: SlotLimits, executor_id: str) -> None:
    """Fork slots until the other side closes the socket, then kill those that are left."""
    wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive: set[int] = set()
    while True:
        readable, _, _ = select.select([control.fileno(), wake_read], [], [])
        if wake_read in readable:
            with contextlib.suppress(BlockingIOError):
                os.read(wake_read, 4096)
            for pid, code in _reap():
                alive.discard(pid)
                control.send(f"X{pid} {code}".encode())
        if control.fileno() in readable:
            data, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 1)
            if not data:
                break
            pid = _fork_slot(control, descriptors[0], limits, executor_id)
            os.close(descriptors[0])
            alive.add(pid)
            control.send(f"P{pid}".encode())
    for pid in alive:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def main() -> None:
    """``python -m docassay.execution.forkserver FD PARENT_PID``, settings pickled on standard input."""
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    slot.die_with_parent(parent)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # the server decides when slots end
    limits, executor_id = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by our own parent
    preload()
    with socket.socket(fileno=descriptor) as control:
        control.send(b"R")
        with contextlib.suppress(ConnectionError):
            serve(control, limits, executor_id)


if __name__ == "__main__":
    main()
