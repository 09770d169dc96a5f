"""The database: one engine with our settings, one transaction per unit of work.

SQLite runs in WAL mode with ``synchronous=NORMAL``; every writing transaction begins ``IMMEDIATE`` so that
two writers queue instead of failing, and reading ones begin ``DEFERRED`` and never block.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

_IS_READ_ONLY = "docassay_read_only"

_MAX_OVERFLOW = 90
"""Connections to a SQLite file beyond the pool: more than there are threads (40 for requests, 16 lanes, ...),
so that nobody waits for a connection; writers queue at the file's own lock."""


def _dump_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _make_private_file(path: Path) -> None:
    """An empty file for its owner only, unless there is one; SQLite's side files get the same mode.

    A file that exists is never opened here: closing any descriptor of it gives up the locks of every SQLite
    connection of this process (POSIX), and another process then deletes the write-ahead log under them.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _sqlite_engine(url: URL, isolation_level: str | None) -> Engine:
    bounds: dict[str, Any] = {}
    if url.database and url.database != ":memory:":
        _make_private_file(Path(url.database))
        bounds = {"pool_size": 10, "max_overflow": _MAX_OVERFLOW}
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 30.0},
        json_serializer=_dump_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        **bounds,
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = isolation_level
        cursor = dbapi_connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=30000",
            "foreign_keys=ON",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with the settings that every part of docassay relies on."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed,
            pool_pre_ping=True,
            json_serializer=_dump_json,
            json_deserializer=orjson.loads,
            hide_parameters=True,
        )
    engine = _sqlite_engine(parsed, None)  # the driver's own BEGIN is always DEFERRED; ours is not

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_read_only = connection.get_execution_options().get(_IS_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")

    return engine


def make_job_engine_connection(url: str) -> Engine:
    """The engine handed to the job engine, which begins its transactions by itself.

    On SQLite it shares our file with the same durability settings (its own default, a rollback journal
    with full syncs, is two orders of magnitude slower); the driver begins ``IMMEDIATE`` before each write.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return make_engine(url)
    engine = _sqlite_engine(parsed, "IMMEDIATE")

    @event.listens_for(engine, "connect")
    def add_time_function(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.create_function("unixepoch", 1, _unix_epoch)

    return engine


def _unix_epoch(modifier: str) -> float | None:
    """``unixepoch('subsec')``, which the job engine uses on Python 3.12 and later, for SQLite before 3.42.

    There the built-in function gives NULL for it. Seconds since 1970; other arguments than the two that
    mean the present give None.
    """
    if modifier in ("subsec", "subsecond"):
        return time.time()
    return float(int(time.time())) if modifier == "now" else None


class Database:
    """Units of work on one engine: ``with database.write() as session`` commits, ``read()`` never does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._reader = self.engine.execution_options(**{_IS_READ_ONLY: True})

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits at the end of the block and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent snapshot; what is changed in it is thrown away."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
