"""Text of page images through the Tesseract program, as words in display points."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Final

from docassay.errors import DocumentFailure
from docassay.readers.pdf.text import Word

if TYPE_CHECKING:
    from PIL.Image import Image

_LANGUAGE: Final = re.compile(r"^[A-Za-z0-9_]{2,32}$")
_MINIMUM_CONFIDENCE: Final = 20.0
_SPECK: Final = re.compile(r"^[|_—–\-~=.,'`\"«»\\/:;°·•]+$")
_SPECK_CONFIDENCE: Final = 60.0
LONGEST_SIDE_PIXELS: Final = 32_767
"""Tesseract reads no image that is wider or higher."""
_SIZE_OF_LINE_HEIGHT: Final = 0.85
"""Font size as a share of the usual height of a line's box (ascender to descender or baseline)."""


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


def ocr_words(image: Image, dpi: float, languages: Sequence[str], timeout_seconds: float) -> list[Word]:
    """Read an upright image whose resolution is ``dpi``; word boxes are in points (pixels * 72 / dpi).

    Raises DocumentFailure ``needs_ocr`` (Tesseract or a language is not installed: our side, no score),
    ``timeout``, ``too_many_pixels`` (a side is too long) or ``ocr_failed``.
    """
    _require(languages)
    if max(image.size) > LONGEST_SIDE_PIXELS:
        raise DocumentFailure(
            "too_many_pixels",
            f"This page is {image.width} x {image.height} pixels; OCR reads at most {LONGEST_SIDE_PIXELS} in "
            "either direction. Cut it into parts or make it smaller.",
        )
    grey = image if image.mode == "L" else image.convert("L")
    header = b"P5\n%d %d\n255\n" % grey.size
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(languages), "--dpi", str(round(dpi)), "tsv"]
    try:
        run = subprocess.run(
            command,
            input=header + grey.tobytes(),
            capture_output=True,
            timeout=timeout_seconds,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentFailure(
            "timeout", f"OCR did not finish within {timeout_seconds:g} seconds on this page."
        ) from error
    if run.returncode != 0:
        reason = run.stderr.decode("utf-8", "replace").strip().splitlines()
        raise DocumentFailure(
            "ocr_failed",
            f"Tesseract ended with status {run.returncode}: {reason[-1] if reason else 'no message'}.",
            outcome="errored",
            error_in="OTHER",
        )
    return words_of_tsv(run.stdout.decode("utf-8", "replace"), 72.0 / dpi)


def words_of_tsv(table: str, scale: float) -> list[Word]:
    """Words of Tesseract's TSV output with pixel positions multiplied by ``scale``.

    All words of a line share its vertical extent and all lines of a paragraph one font size, so that
    letters without ascenders do not look like a smaller font.
    """
    rows = list(csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    extents: dict[tuple[str, ...], tuple[float, float]] = {}
    heights: dict[tuple[str, ...], list[float]] = defaultdict(list)
    kept: list[tuple[tuple[str, ...], float, float, float, str]] = []
    for row in rows:
        if row.get("level") != "5" or row.get("text") is None:
            continue
        text, confidence = row["text"].strip(), float(row["conf"])
        if not text or confidence < _MINIMUM_CONFIDENCE:
            continue
        if _SPECK.match(text) and (confidence < _SPECK_CONFIDENCE or not text.strip("|")):
            continue  # dust; a lone bar is nearly always a ruling line of a table
        left, top = float(row["left"]) * scale, float(row["top"]) * scale
        right, bottom = left + float(row["width"]) * scale, top + float(row["height"]) * scale
        line: tuple[str, ...] = (row["block_num"], row["par_num"], row["line_num"])
        known = extents.get(line)
        extents[line] = (min(known[0], top), max(known[1], bottom)) if known else (top, bottom)
        kept.append((line, left, right, confidence, text))
    for line, (top, bottom) in extents.items():
        heights[line[:2]].append(bottom - top)
    sizes = {paragraph: median(values) * _SIZE_OF_LINE_HEIGHT for paragraph, values in heights.items()}
    return [
        Word(
            text=text,
            x0=left,
            y0=extents[line][0],
            x1=right,
            y1=extents[line][1],
            size=max(sizes[line[:2]], 1.0),
            confidence=min(1.0, confidence / 100.0),
        )
        for line, left, right, confidence, text in kept
    ]


def _require(languages: Sequence[str]) -> None:
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
