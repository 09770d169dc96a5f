"""Delete what is past its time: results of single requests, checkpoints, and the bytes only they needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from docassay.db.base import now
from docassay.db.database import Database
from docassay.files.service import release_content
from docassay.requests import repository
from docassay.settings import Settings
from docassay.storage.contract import BlobStore

_BATCH: Final = 100


def purge_expired(
    database: Database, store: BlobStore, settings: Settings, moment: datetime | None = None
) -> int:
    """Delete expired requests and checkpoints; returns how many. Unfinished requests never expire.

    ``moment`` is the present unless given. Works in small transactions, so that it never holds up others.
    """
    moment = moment or now()
    deleted = 0
    while count := _purge_requests(
        database, store, moment - timedelta(hours=settings.request_retention_hours)
    ):
        deleted += count
    while count := _purge_checkpoints(
        database, store, moment - timedelta(hours=settings.checkpoint_retention_hours)
    ):
        deleted += count
    return deleted


def _purge_requests(database: Database, store: BlobStore, before: datetime) -> int:
    with database.write() as session:
        rows = repository.requests_ended_before(session, before, _BATCH)
        repository.delete_requests(session, [row.id for row in rows])
        for sha256 in sorted({row.sha256 for row in rows if row.sha256 is not None}):
            release_content(session, store, sha256)
        for row in rows:  # before the rows: a crash leaves rows to find them by, never lost bytes
            for key in (row.result_key, row.items_key):
                if key is not None:
                    store.delete(key)
    return len(rows)


def _purge_checkpoints(database: Database, store: BlobStore, before: datetime) -> int:
    with database.write() as session:
        rows = repository.checkpoints_created_before(session, before, _BATCH)
        repository.delete_checkpoints(session, [row.id for row in rows])
        for sha256 in sorted({row.sha256 for row in rows}):
            release_content(session, store, sha256)
    return len(rows)
