"""Commands open the database of a running server; when they close it, the server must not notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from docassay.db.database import Database, make_job_engine_connection

_ANOTHER_PROGRAM = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM team").fetchone()
connection.close()
"""


def test_another_program_that_closes_the_database_leaves_its_log_alone(database: Database) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO team (name, created) VALUES ('first', '2026-01-01')"))
    jobs = make_job_engine_connection(database.url)  # as a server does, beside its open connections
    path = Path(database.engine.url.database or "")
    log = path.with_name(path.name + "-wal")
    before = log.stat().st_ino

    subprocess.run([sys.executable, "-c", _ANOTHER_PROGRAM, str(path)], check=True, timeout=60)

    assert log.exists(), "the other program took itself for the last one and deleted the log"
    assert log.stat().st_ino == before
    with database.write() as session:
        session.execute(text("INSERT INTO team (name, created) VALUES ('second', '2026-01-01')"))
    with jobs.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM team")).scalar() == 2
    jobs.dispose()
