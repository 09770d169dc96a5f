"""What every route works with, made once per process and kept as ``app.state.services``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docassay.api.signing import Signer, load_secret
from docassay.db.database import Database
from docassay.keys.service import KeyRing
from docassay.settings import Settings
from docassay.storage.contract import BlobStore


@dataclass(frozen=True)
class Services:
    """The settings, the database, the blob store and the job engine of this process."""

    settings: Settings
    database: Database
    store: BlobStore
    jobs: Any
    """The job engine (``docassay.execution.contract``), or None in a process that only reads."""

    @cached_property
    def keys(self) -> KeyRing:
        """Recognises API keys."""
        return KeyRing(self.database)

    @cached_property
    def signer(self) -> Signer:
        """Signs upload and download links."""
        return Signer(load_secret(self.settings.data_dir))
