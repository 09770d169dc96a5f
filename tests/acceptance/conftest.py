"""A real ``docassay serve`` process on a free port with a data folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from docassay.client import Client

_START_SECONDS = 60
_STOP_SECONDS = 20


@dataclass(frozen=True)
class LiveServer:
    """A server that answers: its address, the key of the command line, its process and its data folder."""

    url: str
    key: str
    process: subprocess.Popen[bytes]
    data_dir: Path

    def client(self, key: str | None = None) -> Client:
        """A client of it, with its first key unless another is given."""
        return Client(self.url, key or self.key)

    def http(self, key: str | None = None) -> httpx.Client:
        """Bare HTTP with the key, for what the client cannot or must not send."""
        return httpx.Client(base_url=self.url, headers={"X-API-Key": key or self.key}, timeout=60)

    def descendants(self) -> list[psutil.Process]:
        """Every process that it has started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def kill(self, *, with_descendants: bool = False) -> list[psutil.Process]:
        """End it with SIGKILL, as the kernel would; returns what it had started."""
        started = self.descendants()
        for process in started if with_descendants else []:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return started


@contextmanager
def running_server(data_dir: Path, **settings: str) -> Iterator[LiveServer]:
    """Start ``docassay serve`` with ``DOCASSAY_<NAME>`` for each of ``settings``; stop it at the end."""
    (data_dir / "server.json").unlink(missing_ok=True)  # of a server that was killed
    log_path = data_dir.parent / f"{data_dir.name}.log"
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "docassay", "serve", "--port", "0", "--data-dir", str(data_dir)],
            env=own_environment(settings),
            cwd=data_dir.parent,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_for_start(process, data_dir, log_path)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def own_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment without anybody's settings of docassay, two slots, and ``settings``."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DOCASSAY_")}
    own = {f"DOCASSAY_{name.upper()}": value for name, value in settings.items()}
    return inherited | {"DOCASSAY_SLOTS": "2"} | own


def _wait_for_start(process: subprocess.Popen[bytes], data_dir: Path, log_path: Path) -> LiveServer:
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
def serve_on() -> Callable[..., AbstractContextManager[LiveServer]]:
    """``with serve_on(data_dir, file_timeout_seconds="3") as server``: for tests that harm their server."""
    return running_server


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all tests that do not harm it; it has the test engines."""
    folder = tmp_path_factory.mktemp("server") / "data"
    with running_server(folder, engine_modules="docassay.testing.engines") as server:
        yield server


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., Any]:
    """``wait_until(ask, seconds=60)``: the first true answer, or a failure that shows the last one."""

    def wait(ask: Callable[[], Any], seconds: float = 60.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (answer := ask()):
            if time.monotonic() > deadline:
                pytest.fail(f"not so after {seconds:g} seconds; the last answer was {answer!r}")
            time.sleep(0.02)
        return answer

    return wait


@pytest.fixture(scope="session")
def make_collection() -> Callable[[Client, Sequence[Path]], int]:
    """``make_collection(client, paths)``: upload the files, in order, into a collection of their own."""

    def make(client: Client, paths: Sequence[Path]) -> int:
        collection_id = client.collections.create("Acceptance")["id"]
        ids = client.files.upload_many([(path, path.name) for path in paths])
        client.collections.add_files(collection_id, ids)
        return collection_id

    return make


@pytest.fixture(scope="session")
def run_cli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``run_cli(data_dir, "run", "list", slots="1")``: the command, with settings of its own."""

    def run(data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "docassay", *arguments],
            env=own_environment(settings | {"data_dir": str(data_dir)}),
            cwd=data_dir.parent,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    return run
