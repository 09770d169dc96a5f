"""Named locks that last until the end of a transaction."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def hold_lock(session: Session, name: str) -> None:
    """Wait for and hold the lock ``name`` until the transaction of ``session`` ends.

    SQLite lets in one writing transaction at a time anyway, so beginning it is enough there.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))
