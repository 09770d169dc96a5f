"""Text as comparable words: what printing changes (ligatures, line-end hyphens, case, bullets) is gone.

Both sides of every comparison go through ``to_words``: Unicode NFKC, hyphens inside words dropped together
with the line break after them, letters and digits parted, Chinese, Japanese and Korean one token per
character, everything folded in case. Punctuation, bullets, rulers and leaders are not words. Unlike
``documents.normalize``, tokens keep their places in the text, so that feedback can quote the evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
# Python's \w leaves out combining marks, which would cut Hindi or Thai words at every vowel sign.
_MARKS: Final = "".join(
    chr(point)
    for first, last in ((0x0300, 0x1200), (0x1700, 0x1E00))
    for point in range(first, last)
    if unicodedata.category(chr(point)).startswith("M")
)
_WORD: Final = re.compile(rf"[{_CJK}]|\d+|[^\W\d_{_CJK}](?:[^\W\d_{_CJK}]|[{_MARKS}])*+")
# U+0002 and U+FFFE are what PDF libraries put where a hyphen ended a line.
_HYPHEN: Final = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011\u2013\u00ad\x02\ufffe]+\s*+(?=[^\W\d_])")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u202a-\u202e]")
_SPACES: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"\d+(?:[.,'\u2019]\d+)*")
_MARK: Final = re.compile(r"[.,'\u2019]")
_NOT_DIGIT: Final = re.compile(r"\D")

QUOTE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Words:
    """``tokens`` in order; ``spans`` are their places in ``text`` (normalised, with its own case)."""

    text: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def quote(self, first: int, last: int) -> str:
        """The passage from token ``first`` up to but without token ``last``, cut for feedback."""
        if first >= last:
            return ""
        return shorten(self.text[self.spans[first][0] : self.spans[last - 1][1]])


def normalise(text: str) -> str:
    """NFKC without invisible characters, words joined over line-end hyphens; case and layout stay."""
    if text.isascii():
        return _HYPHEN.sub("", text) if "-" in text or "\x02" in text else text
    text = unicodedata.normalize("NFKC", text)
    return _HYPHEN.sub("", _INVISIBLE.sub("", text))


def to_words(text: str) -> Words:
    """Tokenise any text; see the module's description for the rules."""
    text = normalise(text)
    spans = tuple([match.span() for match in _WORD.finditer(text)])
    folded = text.casefold()
    if len(folded) == len(text):
        tokens = tuple([folded[start:end] for start, end in spans])
    else:  # a letter that becomes two, as the German sharp s
        tokens = tuple([text[start:end].casefold() for start, end in spans])
    return Words(text, tokens, spans)


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a normalised text in order, spelled alike.

    Thousands marks are dropped and the decimal mark is a point: ``1.240,50`` and ``1,240.50`` are
    ``1240.50``. A last mark before exactly three digits is a thousands mark (``1.000`` is ``1000``). Numbers
    are never joined over spaces.
    """
    return tuple(_plain_number(match[0]) for match in _NUMBER.finditer(text))


def digit_groups(text: str) -> dict[str, tuple[str, ...]]:
    """For each of ``numbers(text)`` the runs of digits that it is written with: ``1.240,50`` has three."""
    return {_plain_number(match[0]): tuple(_MARK.split(match[0])) for match in _NUMBER.finditer(text)}


def _plain_number(printed: str) -> str:
    if printed.isdigit():
        return printed
    head, tail = re.split(r"[.,'\u2019](?=\d+$)", printed, maxsplit=1)
    head = _NOT_DIGIT.sub("", head)
    return head + tail if len(tail) == 3 else f"{head}.{tail}"


def ngrams(tokens: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    """How often each run of ``size`` tokens occurs."""
    return Counter(zip(*(tokens[offset:] for offset in range(size)), strict=False))


def shorten(text: str, limit: int = QUOTE_LENGTH) -> str:
    """One line of at most ``limit`` characters; what is cut off is marked by an ellipsis."""
    text = _SPACES.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def listing(parts: Iterable[str], limit: int = 8) -> str:
    """``a, b, c and 4 more``."""
    names = list(parts)
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
