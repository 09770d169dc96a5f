"""What the process says to a script: 0, 1, 2 or 3, and which error means which."""

from __future__ import annotations

from typing import Final

OK: Final = 0
"""Everything that was asked for was done."""
RUN_FAILED: Final = 1
"""The run was followed to its end and failed or was cancelled."""
USAGE: Final = 2
"""The command, its input or the configuration is wrong; the server refused it."""
UNREACHABLE: Final = 3
"""No server could be reached, or it broke while it answered."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors that are explained in one line instead of a traceback.

    A function, so that nothing is imported before something goes wrong.
    """
    from pydantic import ValidationError

    from docassay.client.errors import ClientError
    from docassay.errors import DocassayError

    return (ClientError, DocassayError, ValidationError, OSError)


def exit_code_of(error: Exception) -> int:
    """The exit code for one of ``expected_errors``."""
    from docassay.client.errors import ApiError, UnreachableError, WaitTimeoutError

    if isinstance(error, UnreachableError | WaitTimeoutError):
        return UNREACHABLE
    if isinstance(error, ApiError) and error.status >= 500:
        return UNREACHABLE
    return USAGE
