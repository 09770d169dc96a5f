"""The error tree: every error that a caller can cause or mend, with its HTTP status and a stable code.

Two families:

* ``DocassayError``: the *request* cannot be carried out. The API turns it into ``{"detail": message}``
  with ``status``; the CLI prints the message without a traceback.
* ``DocumentFailure``: *one document* could not be processed. It never leaves the file's own result. Its
  ``outcome`` says whether the pipeline failed on it (score 0) or our machinery did (no score).
"""

from __future__ import annotations

from typing import ClassVar, Literal


class DocassayError(Exception):
    """The request cannot be carried out; the message says what is wrong and what to do next."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CannotUse(DocassayError):
    """The thing exists but cannot be used like this (archived, empty, unsupported type, out of range)."""

    code = "cannot_use"


class Unauthorized(DocassayError):
    """The API key is missing, unknown or revoked."""

    status = 401
    code = "unauthorized"

    def __init__(
        self, message: str = "Invalid API key provided. Set the X-API-Key header to your API key."
    ) -> None:
        super().__init__(message)


class Forbidden(DocassayError):
    """A signed link is wrong or has expired."""

    status = 403
    code = "forbidden"


class NotFound(DocassayError):
    """No such thing for this team; another team's id is unknown too."""

    status = 404
    code = "not_found"


class Conflict(DocassayError):
    """The request contradicts the present state (for example cancelling a finished run)."""

    status = 409
    code = "conflict"


class TooLarge(DocassayError):
    """A body or document is over a size limit."""

    status = 413
    code = "too_large"


class TooManyRequests(DocassayError):
    """A rate or queue limit was reached; ``retry_after_seconds`` goes into ``Retry-After``."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotAvailable(DocassayError):
    """A part of the wire that this server does not serve."""

    status = 501
    code = "not_available"


class InvalidField(DocassayError):
    """A field of the body or query is wrong in a way that only our own rules know.

    Answered as FastAPI's 422 ``HTTPValidationError``: ``loc`` is e.g. ``("body", "page_schema")``.
    """

    status = 422
    code = "validation_error"

    def __init__(self, loc: tuple[str | int, ...], message: str, kind: str = "value_error") -> None:
        super().__init__(message)
        self.loc = loc
        self.kind = kind


class PrerequisiteError(DocassayError):
    """Something the user can install or configure is missing; printed without a traceback."""

    status = 400
    code = "prerequisite"


FailureOutcome = Literal["failed", "errored"]


class DocumentFailure(Exception):
    """One document could not be processed.

    ``code`` is stable (``empty``, ``encrypted``, ``corrupt``, ``unsupported_type``, ``too_many_pages``,
    ``too_many_pixels``, ``zip_bomb``, ``timeout``, ``memory``, ``crashed``, ``needs_ocr``, ...).
    ``outcome`` is ``failed`` when the pipeline gave no output for a document (score 0) and ``errored``
    when our machinery or a missing prerequisite is to blame (no score). ``error_in`` is the wire's
    ``VALIDATION | INFERENCE | OTHER``.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        outcome: FailureOutcome = "failed",
        error_in: Literal["VALIDATION", "INFERENCE", "OTHER"] = "VALIDATION",
        is_retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.outcome: FailureOutcome = outcome
        self.error_in = error_in
        self.is_retryable = is_retryable

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_failure, (self.code, self.message, self.outcome, self.error_in, self.is_retryable))


def _rebuild_failure(
    code: str,
    message: str,
    outcome: FailureOutcome,
    error_in: Literal["VALIDATION", "INFERENCE", "OTHER"],
    is_retryable: bool,
) -> DocumentFailure:
    return DocumentFailure(code, message, outcome=outcome, error_in=error_in, is_retryable=is_retryable)
