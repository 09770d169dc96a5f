"""What can go wrong between the client and a server, with messages for people."""

from __future__ import annotations

from typing import Any


class ClientError(Exception):
    """Any failure of a client call."""


class UnreachableError(ClientError):
    """No answer came: nothing listens there, the connection broke or timed out."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Could not reach the server at {url}: {reason}")
        self.url = url
        self.reason = reason


class WaitTimeoutError(ClientError):
    """Something was still unfinished when the caller's time was over; it goes on at the server."""


class ApiError(ClientError):
    """The server refused the call: ``status`` is the HTTP status, ``detail`` that of the body, unchanged."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(f"{readable_detail(detail)} (HTTP {status})")
        self.status = status
        self.detail = detail


def readable_detail(detail: Any) -> str:
    """One line from a ``detail``: a text as it is, a list of validation errors as ``field: message; ...``."""
    if isinstance(detail, str):
        return detail
    if isinstance(detail, list):
        return "; ".join(_readable_problem(problem) for problem in detail)
    return str(detail)


def _readable_problem(problem: Any) -> str:
    if not isinstance(problem, dict):
        return str(problem)
    message = str(problem.get("msg", problem))
    location = problem.get("loc")
    parts = [str(part) for part in location if part != "body"] if isinstance(location, list | tuple) else []
    return f"{'.'.join(parts)}: {message}" if parts else message
