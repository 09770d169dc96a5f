"""What makes two pieces of work the same: the key of a conversion that exists already."""

from __future__ import annotations

import hashlib
import json

from docassay.engines.contract import ConvertOptions


def conversion_identity(sha256: str, engine: str, engine_version: str, options: ConvertOptions) -> str:
    """SHA-256 over content hash, engine with version, and every option that changes the output."""
    parts = [sha256, engine, engine_version, options.identity()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
