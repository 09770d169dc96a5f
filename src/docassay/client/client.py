"""The client: one object per server and key, with a part for each noun."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

import httpx

from docassay.client.collections import Collections
from docassay.client.documents import Documents
from docassay.client.expected import ExpectedOutputs
from docassay.client.files import Files
from docassay.client.reviews import Reviews
from docassay.client.rubrics import Rubrics
from docassay.client.runs import Runs
from docassay.client.transport import Transport


class Client:
    """Talks to one server with one API key.

    Calls raise ``ApiError`` when the server refuses and ``UnreachableError`` when it does not answer. Use it
    as a context manager, or call ``close``.

        with Client("http://127.0.0.1:8000", key) as client:
            run = client.runs.start(collection_id=1, eval_rubric_id=2)
            run = client.runs.wait(run["id"])
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        timeout_seconds: float = 60.0,
        http_transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(
            url, key, timeout_seconds=timeout_seconds, http_transport=http_transport, sleep=sleep
        )
        self.url = self._transport.url
        self.files = Files(self._transport)
        self.collections = Collections(self._transport)
        self.expected = ExpectedOutputs(self._transport)
        self.rubrics = Rubrics(self._transport)
        self.runs = Runs(self._transport)
        self.reviews = Reviews(self._transport)
        self.documents = Documents(self._transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def check_health(self) -> None:
        """Ask whether the server answers and knows the key. Raises ApiError (401) or UnreachableError."""
        self._transport.get("/api/v1/user_health")
