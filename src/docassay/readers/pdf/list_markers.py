"""Bullets, enumerators and captions at the start of a line."""

from __future__ import annotations

import re
from typing import Final

from docassay.readers.pdf.lines import Line

_BULLETS: Final = "•◦▪▫‣●○■□◆◇►▶➢➤✓✔∙·–—*-⁃❖❑❒➔→"
_BULLET: Final = re.compile(rf"^[{re.escape(_BULLETS)}]$")
_GLUED_BULLETS: Final = "•▪●■◦➢➤►▶✓"
_ENUMERATOR: Final = re.compile(
    r"^(?:\(?(?P<number>\d{1,3}|[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5})[.)]|\[(?P<reference>\d{1,3})\])$"
)
_CAPTION: Final = re.compile(
    r"^(?:fig(?:ure)?s?\.?|tab(?:le)?\.?|abb(?:ildung)?\.?|tabelle|tableau|figura|tabla|scheme|chart|"
    r"algorithm|listing|exhibit|plate)"
    r"\s*(?:[A-Z]?\d+|[IVX]+)(?:[.\-\u2013]\d+)*[a-z]?\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)


_CAPTION_LETTERS: Final = frozenset("ftascaleptFTASCALEP\u017f")
"""The first letters of all of these words (small letters, capitals and the old s)."""


def is_caption(text: str) -> bool:
    """Whether the text starts like ``Figure 3. ...`` or ``Table II: ...`` and is not a sentence about it."""
    match = _CAPTION.match(text) if text[:1] in _CAPTION_LETTERS else None
    if match is None:
        return False
    rest = match.group("rest")
    return not rest or rest[0] in ".:|–—-(" or rest[0].isupper()


def list_marker(line: Line) -> str | None:
    """The bullet or enumerator that starts the line, or None."""
    first = line.words[0].text
    if len(first) > 6:
        return first[0] if first[0] in _GLUED_BULLETS else None
    if len(line.words) > 1 and (_BULLET.match(first) or _ENUMERATOR.match(first)):
        return first
    if len(first) > 1 and first[0] in _GLUED_BULLETS:
        return first[0]
    return None


def is_bullet(marker: str) -> bool:
    """Whether the marker says nothing about order."""
    return bool(_BULLET.match(marker)) or marker[0] in _BULLETS
