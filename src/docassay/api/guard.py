"""What happens before a request reaches a route: its key, its size and the soundness of its JSON.

FastAPI reads a whole body before it runs any dependency. Here a caller without a key is turned away before
that, a body over its limit is never kept, and JSON that our tables could not hold (NaN, NUL characters,
unpaired surrogates, integers beyond 64 bits, bottomless nesting) is refused in one place for all routes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docassay.api.errors import error_response, field_error
from docassay.api.services import Services
from docassay.errors import DocassayError, InvalidField, NotFound, TooLarge, Unauthorized

MAX_JSON_BYTES: Final = 8 * 1024 * 1024
_MAX_DEPTH: Final = 100
_FORM_OVERHEAD_BYTES: Final = 2 * 1024 * 1024
_DRAINED_BYTES: Final = 64 * 1024 * 1024
_MAX_INTEGER: Final = 2**63 - 1

_Location = tuple[str | int, ...]

_SIGNED_CONTENT: Final = re.compile(r"/api/v1/files/[^/]+/content")
"""Authorised by their signature and streamed to the disk by their own route."""

_DOCUMENT_FORMS: Final = re.compile(r"/api/v1/(convert|marker|extract|segment|ocr)/?")
"""The only routes whose form may hold a whole document."""


class RequestGuard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the reason why not."""
        if scope["type"] != "http" or _SIGNED_CONTENT.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        body = _Body(receive)
        try:
            _check_address(scope)
            if _has_body(headers):
                await self._check_key(scope["path"], headers)
                receive = await self._checked_body(scope["path"], headers, body)
        except DocassayError as error:
            await body.discard_rest()
            await error_response(error)(scope, receive, send)
            return
        except _BadJsonError as error:
            entry = field_error(("body", *error.loc), error.message, error.kind)
            await JSONResponse({"detail": [entry]}, 422)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _check_key(self, path: str, headers: Headers) -> None:
        if not path.startswith("/api/"):
            return
        keys, key = self._services.keys, headers.get("x-api-key")
        if keys.remembered(key) is None and await run_in_threadpool(keys.team_of, key) is None:
            raise Unauthorized

    async def _checked_body(self, path: str, headers: Headers, receive: Receive) -> Receive:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        is_form = media_type in {"multipart/form-data", "application/x-www-form-urlencoded"}
        limit = MAX_JSON_BYTES
        if media_type == "multipart/form-data" and _DOCUMENT_FORMS.fullmatch(path):
            limit = self._services.settings.max_upload_bytes + _FORM_OVERHEAD_BYTES
        declared = headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
            raise TooLarge(_too_large(limit))
        if is_form:
            return _counted(receive, limit)
        body = await _read(receive, limit)
        if media_type == "application/json" or media_type.endswith("+json"):
            await run_in_threadpool(check_json, body)
        return _replayed(body, receive)


class _BadJsonError(Exception):
    def __init__(self, loc: _Location, message: str, kind: str) -> None:
        super().__init__(message)
        self.loc = loc
        self.message = message
        self.kind = kind


def check_json(body: bytes) -> None:
    """Raises an error, answered as 422, for a body that is not JSON or that no table of ours can hold."""
    if not body:
        return
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise _BadJsonError((error.start,), "The body is not valid UTF-8.", "json_invalid") from None
    except json.JSONDecodeError as error:
        raise _BadJsonError((error.pos,), f"JSON decode error: {error.msg}", "json_invalid") from None
    except RecursionError:
        raise _BadJsonError((), "The JSON is nested too deeply.", "json_invalid") from None
    except ValueError as error:  # an integer with thousands of digits
        raise _BadJsonError((), f"The JSON cannot be read: {error}", "json_invalid") from None
    _check_value(value)


def _refuse_constant(name: str) -> NoReturn:
    raise _BadJsonError((), f"{name} is not a JSON value.", "json_invalid")


def _check_value(root: Any) -> None:
    """Depth first with one iterator a level, so that millions of values cost no memory of their own."""
    levels: list[tuple[_Location, Iterator[tuple[str | int, Any]]]] = [((), iter([("", root)]))]
    while levels:
        parent, parts = levels[-1]
        entry = next(parts, None)
        if entry is None:
            levels.pop()
            continue
        key, value = entry
        if isinstance(key, str) and key:
            _check_text(key, parent)
        if isinstance(value, (dict, list)):
            if len(levels) > _MAX_DEPTH:
                raise _BadJsonError(parent[:5], f"The JSON is deeper than {_MAX_DEPTH} levels.", "too_deep")
            parts = iter(value.items()) if isinstance(value, dict) else enumerate(value)
            levels.append(((*parent, key) if len(levels) > 1 else (), parts))
        else:
            _check_scalar(value, (*parent, key) if len(levels) > 1 else ())


def _check_scalar(value: Any, loc: _Location) -> None:
    if isinstance(value, str):
        _check_text(value, loc)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if not -_MAX_INTEGER - 1 <= value <= _MAX_INTEGER:
            raise _BadJsonError(loc, "The integer has more than 64 bits.", "int_out_of_range")
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise _BadJsonError(loc, "The number is too large.", "finite_number")


def _check_text(text: str, loc: _Location) -> None:
    if "\x00" in text:
        raise _BadJsonError(loc, "Text must not contain NUL characters.", "string_nul")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _BadJsonError(loc, "Text must not contain unpaired surrogates.", "string_unicode") from None


def _check_address(scope: Scope) -> None:
    if "\x00" in scope["path"]:
        raise NotFound("Not Found")
    if b"%00" in scope.get("query_string", b""):
        raise InvalidField(("query",), "Text must not contain NUL characters.", "string_nul")


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _too_large(limit: int) -> str:
    return f"The request body is larger than {limit:,} bytes."


async def _read(receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise TooLarge(_too_large(limit))
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replayed(body: bytes, receive: Receive) -> Receive:
    is_sent = False

    async def replay() -> Message:
        nonlocal is_sent
        if is_sent:
            return await receive()
        is_sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _counted(receive: Receive, limit: int) -> Receive:
    size = 0

    async def count() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return count


class _Body:
    """``receive`` that knows whether the body is over: asking for more then would wait for ever."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_over = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._is_over = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def discard_rest(self) -> None:
        """Read what the client is still sending, within reason: many only look at an answer after that."""
        size = 0
        while not self._is_over and size < _DRAINED_BYTES:
            message = await self()
            size += len(message.get("body", b""))
