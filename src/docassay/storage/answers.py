"""Answers and items of processed files in the blob store: JSON, compressed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from docassay.storage.contract import BlobStore

_FAST = 1


def write_answer(store: BlobStore, key: str, answer: Mapping[str, Any]) -> None:
    """Store the wire's answer to one file."""
    store.put_bytes(key, zlib.compress(orjson.dumps(answer), _FAST))


def read_answer(store: BlobStore, key: str) -> bytes:
    """The answer as JSON text, ready to be sent. Raises BlobNotFound."""
    return zlib.decompress(store.get_bytes(key))


def write_items(store: BlobStore, key: str, items: Sequence[Mapping[str, Any]]) -> None:
    """Store every item of an evaluation beside the answer under ``key``."""
    store.put_bytes(f"{key}.items", zlib.compress(orjson.dumps(items), _FAST))


def read_items(store: BlobStore, key: str) -> list[dict[str, Any]]:
    """Every item of the evaluation beside the answer under ``key``. Raises BlobNotFound."""
    items: list[dict[str, Any]] = orjson.loads(zlib.decompress(store.get_bytes(f"{key}.items")))
    return items
