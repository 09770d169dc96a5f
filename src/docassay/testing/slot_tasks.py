"""Functions to be run in slot processes by tests: good ones, and each kind of bad one."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import time
from pathlib import Path

from docassay.errors import DocumentFailure
from docassay.readers.progress import report_pages


def double(value: int) -> int:
    """Twice the value."""
    return 2 * value


def process_id() -> int:
    """The slot's own process id."""
    return os.getpid()


def parent_process_id() -> int:
    """The process id of the slot's fork server."""
    return os.getppid()


def divide_by_zero() -> float:
    """Raises ZeroDivisionError."""
    return 1 / 0


def fail(failure: DocumentFailure) -> None:
    """Raises the failure."""
    raise failure


def leave(code: int) -> None:
    """Ends the process without a word."""
    os._exit(code)


def crash() -> None:
    """Reads address 0: the process dies of SIGSEGV."""
    ctypes.string_at(0)


def hang_holding_the_interpreter(sign: str | None = None) -> None:
    """Backtracks in C for years, deaf to signals handled in Python; makes the file ``sign`` first."""
    if sign is not None:
        Path(sign).touch()
    re.match(r"(a+)+$", "a" * 64 + "b")


def report_pages_and_wait(done: int, total: int, sign: str) -> None:
    """Says how many pages are done, again and again, until the file ``sign`` exists."""
    while not Path(sign).exists():
        report_pages(done, total)
        time.sleep(0.01)


def start_a_child_and_hang() -> None:
    """Leaves a program running that outlives this function."""
    subprocess.Popen(["sleep", "600"])
    while True:
        time.sleep(60)


def fill_memory() -> int:
    """Allocates until there is no more."""
    kept = []
    while True:
        kept.append(bytearray(64 * 2**20))
