"""A real ``docassay serve`` process on a free port with a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_SERVE = "import sys; from docassay.cli.app import main; sys.exit(main())"
_START_SECONDS = 60
_STOP_SECONDS = 20


@dataclass(frozen=True)
class LiveServer:
    """A server that answers: its address, the key of the command line, its process and its data folder."""

    url: str
    key: str
    process: subprocess.Popen[bytes]
    data_dir: Path


@contextmanager
def running_server(data_dir: Path, **settings: str) -> Iterator[LiveServer]:
    """Start ``docassay serve`` with ``DOCASSAY_<NAME>`` for each of ``settings``; stop it at the end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DOCASSAY_")}
    own = {f"DOCASSAY_{name.upper()}": value for name, value in settings.items()}
    log_path = data_dir.parent / f"{data_dir.name}.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, "serve", "--port", "0", "--data-dir", str(data_dir)],
            env=inherited | {"DOCASSAY_SLOTS": "2"} | own,
            cwd=data_dir.parent,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_for(process, data_dir, log_path)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], data_dir: Path, log_path: Path) -> LiveServer:
    """``server.json`` appears once the socket listens: connections queue from then on."""
    deadline = time.monotonic() + _START_SECONDS
    while not (data_dir / "server.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{log_path.read_text(errors='replace')}")
        time.sleep(0.05)
    url = json.loads((data_dir / "server.json").read_text())["url"]
    key = (data_dir / "cli-key").read_text().strip()
    return LiveServer(url, key, process, data_dir)


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all tests that do not harm it."""
    with running_server(tmp_path_factory.mktemp("server") / "data") as server:
        yield server
