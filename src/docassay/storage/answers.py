"""Answers and items of processed files in the blob store: JSON, compressed."""

from __future__ import annotations

import zlib
from typing import Any

import orjson

from docassay.storage.contract import BlobStore

_FAST = 1


def pack_json(value: Any) -> bytes:
    """JSON, compressed, as every function here reads and writes it."""
    return zlib.compress(orjson.dumps(value), _FAST)


def read_answer(store: BlobStore, key: str) -> bytes:
    """The answer as JSON text, ready to be sent. Raises BlobNotFound."""
    return zlib.decompress(store.get_bytes(key))


def read_items(store: BlobStore, key: str) -> list[dict[str, Any]]:
    """Every item of an evaluation. Raises BlobNotFound."""
    items: list[dict[str, Any]] = orjson.loads(zlib.decompress(store.get_bytes(key)))
    return items
