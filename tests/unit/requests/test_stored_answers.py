"""Stored answers leave the server piece by piece and unchanged."""

from __future__ import annotations

import asyncio
import json

from starlette.responses import StreamingResponse

from docassay.requests.answers import failed_response, stored_response
from docassay.storage.answers import pack_json
from docassay.storage.disk import DiskStore


def body_of(response: StreamingResponse) -> list[bytes]:
    async def read() -> list[bytes]:
        return [bytes(chunk) async for chunk in response.body_iterator]  # type: ignore[arg-type]

    return asyncio.run(read())


def test_a_large_answer_arrives_whole_in_small_pieces(store: DiskStore) -> None:
    answer = {"markdown": "word " * 400_000, "html": None}
    store.put_bytes("requests/ab/abc", pack_json(answer))
    response = stored_response(store, "requests/ab/abc")
    assert isinstance(response, StreamingResponse)
    chunks = body_of(response)
    assert json.loads(b"".join(chunks)) == answer
    assert max(map(len, chunks)) <= 64 * 1024


def test_an_answer_that_is_gone_is_none(store: DiskStore) -> None:
    assert stored_response(store, "requests/ab/abc") is None


def test_a_failure_without_a_text_still_says_something() -> None:
    body = json.loads(failed_response("convert", None, None).body)
    assert (body["success"], body["error"]) == (False, "The document could not be processed.")
