"""Remove what uploads and downloads leave behind when they never come to their end."""

from __future__ import annotations

import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from docassay.db.base import now
from docassay.db.database import Database
from docassay.files import repository
from docassay.settings import Settings

GRACE_SECONDS: Final = 24 * 3600
"""How long a transfer may take at most; what is older belongs to nobody."""


def forget_abandoned_uploads(database: Database, settings: Settings, moment: datetime | None = None) -> int:
    """Delete files whose bytes never came, a day after their link has expired; returns how many.

    ``moment`` is the present unless given.
    """
    before = (moment or now()) - timedelta(seconds=settings.upload_url_seconds + GRACE_SECONDS)
    with database.write() as session:
        return repository.delete_pending_before(session, before)


def remove_left_over_files(settings: Settings, at: float | None = None) -> int:
    """Remove temporary files that nobody has written to for a day (their process was killed); how many.

    ``at`` is in seconds since 1970, the present unless given. Younger ones may be another process's.
    """
    oldest = (time.time() if at is None else at) - GRACE_SECONDS
    removed = 0
    for folder in (settings.data_dir / "incoming", settings.blob_dir / "incoming"):
        if folder.is_dir():
            removed += sum(_remove_if_older(path, oldest) for path in folder.iterdir())
    return removed


def _remove_if_older(path: Path, oldest: float) -> bool:
    try:
        if path.lstat().st_mtime >= oldest:
            return False
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return False  # its owner was faster
    return True
