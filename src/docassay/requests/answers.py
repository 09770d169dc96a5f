"""Send stored answers: decompressed piece by piece on the way out, never parsed, never whole in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import orjson
from fastapi import Response
from fastapi.responses import StreamingResponse

from docassay.execution.answer_shape import empty_answer, failed_answer
from docassay.storage.contract import BlobNotFound, BlobStore

_CHUNK_BYTES: Final = 64 * 1024
_JSON: Final = "application/json"


def processing_response(kind: str) -> Response:
    """The answer to a request that is not finished: every key, nothing but the status."""
    return _json(empty_answer(kind, "processing"))


def failed_response(kind: str, error: str | None, error_in: str | None) -> Response:
    """The answer to a request that ended before any answer of its own could be written."""
    return _json(failed_answer(kind, error or "The document could not be processed.", error_in))


def stored_response(store: BlobStore, result_key: str) -> Response | None:
    """The answer under ``result_key``; None when it is not (or no longer) in the store."""
    stack = ExitStack()
    try:
        path = stack.enter_context(store.local_path(result_key))
    except BlobNotFound:
        return None
    return StreamingResponse(_decompressed(path, stack), media_type=_JSON)


def _decompressed(path: Path, stack: ExitStack) -> Iterator[bytes]:
    with stack, path.open("rb") as file:
        unpack = zlib.decompressobj()
        while packed := file.read(_CHUNK_BYTES):
            while packed:
                yield unpack.decompress(packed, _CHUNK_BYTES)
                packed = unpack.unconsumed_tail
        yield unpack.flush()


def _json(answer: dict[str, object]) -> Response:
    return Response(orjson.dumps(answer), media_type=_JSON)
