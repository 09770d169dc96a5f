"""Putting the parts together: the server, the worker, a server for the length of one command."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docassay.db import tables as _tables  # noqa: F401 - a worker has no routes that load all tables
from docassay.db.database import Database
from docassay.db.migrate import upgrade_apart
from docassay.errors import PrerequisiteError
from docassay.execution.contract import WorkSource
from docassay.execution.dbos_engine import DbosJobEngine
from docassay.files.retention import forget_abandoned_uploads, remove_left_over_files
from docassay.keys.service import create_key, ensure_first_key
from docassay.requests.retention import purge_expired
from docassay.requests.work import RequestSource
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore

if TYPE_CHECKING:
    import uvicorn
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

SERVER_FILE = "server.json"
KEY_FILE = "cli-key"
LOCK_FILE = "server.lock"
BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Parts:
    """What one process needs to serve or to work."""

    settings: Settings
    database: Database
    store: DiskStore
    jobs: DbosJobEngine

    def close(self) -> None:
        """Stop working and let go of the database."""
        self.jobs.stop()
        self.database.dispose()


def open_parts(settings: Settings) -> Parts:
    """Open the data folder, bring the tables up to date and prepare the job engine (not yet started)."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.sqlalchemy_url)
    upgrade_apart(database)
    store = DiskStore(settings.blob_dir)
    sources: list[WorkSource] = [
        RunSource(database, settings, store),
        RequestSource(database, store, settings),
    ]
    chores = (
        partial(purge_expired, database, store, settings),
        partial(forget_abandoned_uploads, database, settings),
        partial(remove_left_over_files, settings),
    )
    return Parts(settings, database, store, DbosJobEngine(database, settings, sources, chores))


@contextlib.contextmanager
def admin_session(settings: Settings) -> Iterator[Session]:
    """A writing transaction on the tables, for commands that manage keys on this machine."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.sqlalchemy_url)
    try:
        upgrade_apart(database)
        with database.write() as session:
            yield session
    finally:
        database.dispose()


@contextlib.contextmanager
def _only_server(settings: Settings) -> Iterator[None]:
    """Hold the data folder's lock. Raises PrerequisiteError when another server has it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.data_dir / LOCK_FILE).open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PrerequisiteError(
                f"Another docassay server is using {settings.data_dir}. Stop it, or choose another folder "
                "with DOCASSAY_DATA_DIR."
            ) from None
        yield


def write_private(path: Path, text: str) -> None:
    """Put ``text`` into a file that only its owner reads; readers see the old file or the whole new one."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)  # of a killed process that had this number
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def ensure_cli_key(parts: Parts) -> tuple[str, bool]:
    """The key that the command line on this machine uses, and whether it was made just now."""
    path = parts.settings.data_dir / KEY_FILE
    if path.exists():
        return path.read_text(encoding="utf-8").strip(), False
    with parts.database.write() as session:
        secret = ensure_first_key(session) or create_key(session, name="command line on this machine")[1]
    write_private(path, secret + "\n")
    return secret, True


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio leaves Nagle's algorithm on and answers wait 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)  # from now on clients wait instead of being refused
    except OSError as error:
        listener.close()
        raise PrerequisiteError(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Choose another address with --host and --port."
        ) from None
    return listener


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _web_server(parts: Parts) -> uvicorn.Server:
    import uvicorn

    from docassay.app import create_app

    app = create_app(parts.settings, parts.database, parts.store, parts.jobs)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=5
    )
    return uvicorn.Server(config)


def tune_interpreter() -> None:
    """Settings of the interpreter for a process that serves and feeds slots at once.

    What start-up has made (a few hundred thousand objects of the web framework that live as long as the
    process) is left out of every later garbage collection, and collections come less often. Threads hand
    over after half a millisecond, so that the one that feeds the slots is not kept waiting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    sys.setswitchinterval(0.0005)


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach an address."""
    return host in ("localhost", "::1") or host.startswith("127.")


def serve(settings: Settings, *, has_worker: bool = True, say: Callable[[str], None] = print) -> None:
    """Serve the API, and work, until interrupted. ``say`` gets what the user should read."""
    with _only_server(settings), _bind(settings.host, settings.port) as listener:
        parts = open_parts(settings)
        parts.jobs.start(has_worker=has_worker)
        try:
            key, is_new = ensure_cli_key(parts)
            url = _url_of(listener)
            web = _web_server(parts)
            tune_interpreter()
            _announce(settings, url, key if is_new else None, say)
            write_private(settings.data_dir / SERVER_FILE, json.dumps({"url": url, "pid": os.getpid()}))
            web.run(sockets=[listener])
        finally:
            (settings.data_dir / SERVER_FILE).unlink(missing_ok=True)
            parts.close()


def _announce(settings: Settings, url: str, new_key: str | None, say: Callable[[str], None]) -> None:
    say(f"docassay listens on {url} (API documentation: {url}/docs)")
    say(f"Data folder: {settings.data_dir.absolute()}")
    if new_key is not None:
        say(f"API key, shown only this once: {new_key}")
        say(f"The command line on this machine reads it from {settings.data_dir / KEY_FILE}.")
    if not is_loopback(settings.host):
        say(
            f"Warning: {settings.host} can be reached from other machines, and API keys travel in clear "
            "text. Put a proxy with TLS in front and set DOCASSAY_PUBLIC_URL."
        )


def run_worker(settings: Settings) -> None:
    """Work on what servers of the same database accept, until interrupted (SIGINT, SIGTERM)."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    parts = open_parts(settings)
    parts.jobs.start(has_worker=True)
    tune_interpreter()
    try:
        stop.wait()
    finally:
        parts.close()


@contextlib.contextmanager
def embedded(settings: Settings) -> Iterator[tuple[str, str]]:
    """A server with its worker for the duration of the block, on a free loopback port: ``(url, key)``."""
    with _only_server(settings), _bind("127.0.0.1", 0) as listener:
        parts = open_parts(settings)
        parts.jobs.start()
        try:
            key, _ = ensure_cli_key(parts)
            web = _web_server(parts)
            tune_interpreter()
            thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            while not web.started:
                if not thread.is_alive():
                    raise RuntimeError("the embedded server did not start")
                time.sleep(0.01)
            try:
                yield _url_of(listener), key
            finally:
                web.should_exit = True
                thread.join(10)
        finally:
            parts.close()
