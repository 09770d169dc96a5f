"""The supervisor's end of the process that forks slots (``forkserver``)."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass

from docassay.execution.forkserver import MESSAGE_BYTES
from docassay.execution.tasks import SlotLimits

START_SECONDS = 120.0
END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Forked:
    """The slot asked for first among those without a number has this process number."""

    pid: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A slot has ended; a negative ``code`` is the signal that killed it."""

    pid: int
    code: int


class ForkClient:
    """A running fork server. Slots that are left when it is closed are killed with it.

    Raises RuntimeError when the process does not start.
    """

    def __init__(self, limits: SlotLimits, executor_id: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket = ours
        """Readable when ``receive`` has something to tell."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "docassay.execution.forkserver", str(theirs.fileno()), str(os.getpid())],
            stdin=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        assert self._process.stdin is not None
        ready = b""
        with contextlib.suppress(OSError):  # it ended at once, or loading took far too long
            with self._process.stdin as stream:
                stream.write(pickle.dumps((limits, executor_id)))
            ours.settimeout(START_SECONDS)
            ready = ours.recv(MESSAGE_BYTES)
            ours.settimeout(None)
        if ready != b"R":
            self.close()
            raise RuntimeError("the process that forks conversion slots did not start; see its error output")

    def fork(self, pipe: int) -> None:
        """Ask for a slot that serves this file descriptor; ``Forked`` follows. Raises OSError."""
        socket.send_fds(self.socket, [b"F"], [pipe])

    def receive(self) -> Forked | Ended | None:
        """The next message; None when the process is gone."""
        message = b""
        with contextlib.suppress(OSError):  # reset: it was killed with messages unread
            message = self.socket.recv(MESSAGE_BYTES)
        if not message:
            return None
        if message[:1] == b"P":
            return Forked(int(message[1:]))
        pid, code = (int(part) for part in message[1:].split())
        return Ended(pid, code)

    def close(self) -> None:
        """Let go of it: it kills the slots that are left and ends, or is killed when it takes long."""
        self.socket.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
