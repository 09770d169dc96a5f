"""Fetch the document of a request from its URL: done by the worker, into the content store."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Final

from docassay.db.database import Database
from docassay.errors import DocumentFailure
from docassay.files.content import StoredContent, publish
from docassay.files.fetch import FetchedFile, fetch_url
from docassay.files.service import check_supported
from docassay.requests import repository
from docassay.requests.models import ProcessingRequest
from docassay.settings import Settings
from docassay.storage.contract import BlobStore

RETRY_DELAYS_SECONDS: Final = (1.0, 3.0)


def fetch_document(
    database: Database, store: BlobStore, settings: Settings, row: ProcessingRequest
) -> ProcessingRequest | None:
    """The request with its document in the store; None when it was deleted meanwhile.

    Raises DocumentFailure when the document cannot be fetched and CannotUse when its name and type say that
    it cannot be read.
    """
    folder = settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        target = Path(temporary) / "document"
        fetched = _fetch_with_retries(row.file_url or "", settings, target)
        check_supported(fetched.filename, fetched.content_type)
        with database.write() as session:
            publish(session, store, target, StoredContent(fetched.sha256, fetched.size))
            stored = repository.get_request(session, row.id)
            if stored is None:
                return None
            stored.sha256 = fetched.sha256
            stored.filename = fetched.filename
            stored.content_type = fetched.content_type
            stored.file_url = None
            return stored


def _fetch_with_retries(url: str, settings: Settings, target: Path) -> FetchedFile:
    for delay_seconds in RETRY_DELAYS_SECONDS:
        try:
            return fetch_url(url, settings, target)
        except DocumentFailure as failure:
            if not failure.is_retryable:
                raise
        time.sleep(delay_seconds)
    return fetch_url(url, settings, target)
