"""The one place where errors become answers: ``{"detail": text}`` or FastAPI's list of wrong fields.

Nothing of the input is sent back: it may be huge, secret, or not expressible in JSON (NaN, raw bytes).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from docassay.errors import DocassayError, InvalidField, TooManyRequests

_log = logging.getLogger(__name__)

_MAX_ERRORS: Final = 50
_MAX_TEXT: Final = 400


def field_error(loc: Sequence[str | int], message: str, kind: str) -> dict[str, Any]:
    """One entry of a 422 answer, made safe to send: shortened, without unpaired surrogates."""
    return {
        "loc": [part if isinstance(part, int) else _sendable(str(part)) for part in loc],
        "msg": _sendable(message),
        "type": kind,
    }


def _sendable(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 3]}..."


def error_response(error: DocassayError) -> JSONResponse:
    """The answer to an error of ours."""
    if isinstance(error, InvalidField):
        return JSONResponse({"detail": [field_error(error.loc, error.message, error.kind)]}, error.status)
    headers = None
    if isinstance(error, TooManyRequests):
        headers = {"Retry-After": str(error.retry_after_seconds)}
    message = error.message.encode("utf-8", "backslashreplace").decode()
    return JSONResponse({"detail": message}, error.status, headers=headers)


def _answer_docassay_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DocassayError)
    return error_response(error)


def _answer_validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    details = [
        field_error(entry["loc"], str(entry["msg"]), str(entry["type"]))
        for entry in error.errors()[:_MAX_ERRORS]
    ]
    return JSONResponse({"detail": details}, 422)


def _answer_http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)


def _answer_unexpected(request: Request, error: Exception) -> JSONResponse:
    reference = secrets.token_hex(6)
    _log.error("internal error %s in %s %s", reference, request.method, request.url.path, exc_info=error)
    return JSONResponse(
        {"detail": f"Internal error. The server's log has the details under the reference {reference}."}, 500
    )


def add_error_handlers(app: FastAPI) -> None:
    """Register the handlers of all errors that a request can end in."""
    app.add_exception_handler(DocassayError, _answer_docassay_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(Exception, _answer_unexpected)
