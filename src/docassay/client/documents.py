"""Single documents: submitted to convert, extract, segment or ocr, and polled until the result is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, cast

from docassay.client.content_types import content_type_of
from docassay.client.errors import ApiError, WaitTimeoutError
from docassay.client.transport import Transport

Operation = Literal["convert", "extract", "segment", "ocr"]


class Documents:
    """One document at a time, without a collection or a run."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def submit(self, operation: Operation, path: Path, **options: Any) -> str:
        """Send a file, streamed from disk, with form fields ``options``; returns the request id.

        Options that are None are left out; True and False become ``true`` and ``false``.
        """
        form = {
            key: str(value).lower() if isinstance(value, bool) else str(value)
            for key, value in options.items()
            if value is not None
        }
        with path.open("rb") as content:
            answer = self._transport.request(
                "POST",
                f"/api/v1/{operation}",
                data=form,
                files={"file": (path.name, content, content_type_of(path))},
            )
        return str(answer["request_id"])

    def poll(self, operation: Operation, request_id: str) -> dict[str, Any]:
        """The present state of a request; its ``status`` is ``processing``, ``complete`` or ``failed``."""
        return cast(dict[str, Any], self._transport.get(f"/api/v1/{operation}/{request_id}"))

    def wait(
        self,
        operation: Operation,
        request_id: str,
        *,
        timeout_seconds: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> dict[str, Any]:
        """Poll until the request is complete and return its result.

        Raises ApiError (status 200, the server's reason) when it failed, WaitTimeoutError when time is over.
        """
        deadline = clock() + timeout_seconds
        pause = 0.1
        while True:
            result = self.poll(operation, request_id)
            if result["status"] == "failed":
                raise ApiError(200, result.get("error") or "The document could not be processed.")
            if result["status"] == "complete":
                return result
            if clock() >= deadline:
                raise WaitTimeoutError(
                    f"Request {request_id} is not finished after {timeout_seconds:g} seconds."
                )
            self._transport.sleep(pause)
            pause = min(pause * 1.5, 2.0)

    def convert(self, path: Path, *, timeout_seconds: float = 300.0, **options: Any) -> dict[str, Any]:
        """Convert one file and return the result (``markdown``, ``html``, ... as ``output_format`` asks)."""
        request_id = self.submit("convert", path, **options)
        return self.wait("convert", request_id, timeout_seconds=timeout_seconds)
