"""Typewriter fonts: which they are, and whether what is set in one is program text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from docassay.readers.fragments import Span

_FONTS: Final = (
    "courier", "consolas", "menlo", "monaco", "lucida console", "dejavu sans mono", "liberation mono",
    "source code pro", "fira code", "fira mono", "cascadia", "jetbrains mono", "sf mono", "ubuntu mono",
    "inconsolata", "andale mono", "roboto mono", "noto sans mono", "noto mono", "cousine", "pt mono",
)  # fmt: skip
_CODE_SIGN: Final = re.compile(
    r"[{}\[\]<>=|\\^]|;\s*$|\w\(|\)\s*:"
    r"|^\s*(?:#|//|--|\$ |>>> |import \w|def \w|SELECT |INSERT |UPDATE |CREATE )"
)
"""What prose hardly has: brackets and operators, calls, line ends and line starts of programs."""


def is_typewriter_font(name: str | None) -> bool:
    """Whether the font has one width for all letters."""
    return name is not None and name.lower().startswith(_FONTS)


def is_monospaced(spans: Sequence[Span]) -> bool:
    """Whether all words of a paragraph are code by their format, and nothing else is in it."""
    return all(span.code or span.is_blank for span in spans) and all(
        span.raw is None and span.href is None for span in spans
    )


def looks_like_code(line: str) -> bool:
    """Whether a line in a typewriter font is program text and not prose."""
    return _CODE_SIGN.search(line) is not None
