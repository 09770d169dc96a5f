"""Brings the tables of a database to the version that this code expects.

Alembic takes a fifth of a second to import, so it is only loaded when there is something to do. The whole
upgrade is one transaction that other processes wait for: several may start on a new database at once.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from docassay.db.database import Database
from docassay.errors import PrerequisiteError

HEAD = "0004"
"""The revision that this code works with; a test compares it with the files under ``migrations/``."""

_ADVISORY_LOCK = 6_074_316_201_459_770_113
"""Any fixed number: what processes that upgrade one PostgreSQL database wait on."""


def current_revision(database: Database) -> str | None:
    """The revision stored in the database, or None for a database without our tables."""
    with database.read() as session:
        return _stored_revision(session.connection())


def upgrade(database: Database) -> bool:
    """Create or upgrade the tables; returns whether anything was done.

    Raises PrerequisiteError when the database was written by a newer version than this one.
    """
    if current_revision(database) == HEAD:
        return False
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        stored = _stored_revision(connection)
        if stored == HEAD:
            return False
        _apply(connection, stored)
    return True


def upgrade_apart(database: Database) -> bool:
    """``upgrade`` in a process of its own: the migration tool would stay in a server's memory for good.

    Raises PrerequisiteError with what the process says when it does not succeed.
    """
    if current_revision(database) == HEAD:
        return False
    ended = subprocess.run(
        [sys.executable, "-m", __name__], input=database.url, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise PrerequisiteError(ended.stderr.strip() or "The database could not be brought up to date.")
    return True


def _stored_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _apply(connection: Connection, stored: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if stored is not None and stored not in known:
        raise PrerequisiteError(
            f"The database is at revision {stored}, which this version of docassay does not know (it knows "
            f"up to {HEAD}). It was written by a newer version: install that one, or use another data folder."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def main() -> int:
    """Upgrade the database whose URL is on standard input (it may hold a password)."""
    database = Database(sys.stdin.read().strip())
    try:
        upgrade(database)
    except PrerequisiteError as error:
        sys.stderr.write(error.message)
        return 2
    finally:
        database.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
