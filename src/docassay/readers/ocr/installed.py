"""Which OCR is installed on this machine, and what to install when something is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import Final

from docassay.errors import DocumentFailure

_LANGUAGE: Final = re.compile(r"^[A-Za-z0-9_]{2,32}$")


def ocr_available() -> bool:
    """Whether the program ``tesseract`` can be found."""
    return shutil.which("tesseract") is not None


@cache
def ocr_version() -> str | None:
    """Tesseract's version such as ``5.3.0``, or None when it is not installed."""
    if not ocr_available():
        return None
    run = subprocess.run(["tesseract", "--version"], capture_output=True, timeout=30, check=False)
    match = re.search(rb"tesseract\s+v?(\S+)", run.stdout + run.stderr)
    return match.group(1).decode("ascii", "replace") if match else None


@cache
def ocr_languages() -> frozenset[str]:
    """The installed language codes."""
    run = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=30, check=False)
    lines = (run.stdout or run.stderr).decode("utf-8", "replace").splitlines()
    return frozenset(line.strip() for line in lines[1:] if _LANGUAGE.match(line.strip()))


def require_ocr(languages: Sequence[str]) -> None:
    """Raise DocumentFailure when these languages cannot be read here.

    ``needs_ocr`` (Tesseract or the data of a language is missing: our side, no score) names the package to
    install; ``bad_language`` says that a code is none.
    """
    if not ocr_available():
        raise DocumentFailure(
            "needs_ocr",
            "This page has no text of its own and OCR is not installed. Install it with "
            "`apt-get install tesseract-ocr` and run again.",
            outcome="errored",
            error_in="OTHER",
        )
    unknown = [name for name in languages if not _LANGUAGE.match(name)]
    if unknown or not languages:
        raise DocumentFailure(
            "bad_language",
            f"OCR languages are Tesseract codes such as 'eng' or 'deu', not {unknown or 'an empty list'!r}.",
        )
    missing = [name for name in languages if name not in ocr_languages()]
    if missing:
        packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
        raise DocumentFailure(
            "needs_ocr",
            f"The OCR language {', '.join(missing)} is not installed. Install it with "
            f"`apt-get install {packages}` and run again.",
            outcome="errored",
            error_in="OTHER",
        )
