"""Stored files opened and read within a limit of bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from docassay.errors import DocumentFailure


def open_stored(path: Path) -> BinaryIO:
    """The file, opened for reading. Raises ``DocumentFailure`` (``crashed``) when the store has lost it."""
    try:
        return path.open("rb")
    except OSError as error:
        raise DocumentFailure(
            "crashed", f"The stored file could not be opened ({error.strerror}).", outcome="errored"
        ) from error


def read_stored(path: Path, limit_bytes: int, what: str) -> bytes:
    """The whole file; ``what`` names it in messages ("The workbook").

    Raises ``DocumentFailure``: ``too_large`` when it is over ``limit_bytes``, ``crashed`` as ``open_stored``.
    """
    with open_stored(path) as file:
        return read_opened(file, limit_bytes, what)


def read_opened(file: BinaryIO, limit_bytes: int, what: str) -> bytes:
    """As ``read_stored`` for a file that is open, from where it stands."""
    # Not read(limit_bytes + 1), which makes room for all of that before it reads.
    size = os.fstat(file.fileno()).st_size
    content = file.read(min(size, limit_bytes) + 1)
    if len(content) > limit_bytes:
        raise DocumentFailure(
            "too_large", f"{what} is over {limit_bytes} bytes. Split it into smaller files."
        )
    return content
