"""Text brought to one form for comparing: what counts as the same word or the same number.

Both sides of a comparison pass through here, so that a ligature, a soft hyphen, a line break inside a word
or full-width digits never look like a difference in content.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

_INVISIBLE: Final = dict.fromkeys(
    [0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)
"""Soft hyphen, zero-width characters and direction marks: deleted."""

# PDFium writes U+0002 or U+FFFE for a hyphen that ends a line.
_JOINING_HYPHEN: Final = re.compile(
    r"(?<=[^\W\d_])[-\u2010\u2011\u00ad\x02\ufffe](?:[ \t]*\r?\n[ \t]*)?(?=[^\W\d_])"
)

_CHARACTER_SCRIPTS: Final = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Kana, Han and Hangul: scripts whose word boundaries differ between writers or are not written."""

_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
_NUMBER: Final = re.compile(r"\d+(?:[.,'\u2019\u066b\u066c]\d+)*")
_NOT_A_DIGIT: Final = re.compile(r"\D+")


def words(text: str) -> list[str]:
    """The words of ``text`` in order, lower case, without punctuation.

    NFKC (ligatures, full-width forms, superscripts), lower case, invisible characters deleted; a hyphen
    between two letters joins them, with or without a line break behind it (a break at a hyphen cannot be
    told from a hyphenated compound, so ``well-known`` and ``well-\\nknown`` are both ``wellknown``);
    Chinese, Japanese and Korean count one word per character; letters keep their combining marks.
    """
    if text.isascii():
        if "-" in text or "\x02" in text:
            text = _JOINING_HYPHEN.sub("", text)
        return _ASCII_WORD.findall(text.lower())
    text = _JOINING_HYPHEN.sub("", unicodedata.normalize("NFKC", text))
    lowered = text.translate(_INVISIBLE).lower()
    return (_ASCII_WORD if lowered.isascii() else _word_pattern()).findall(lowered)


def numbers(text: str) -> list[str]:
    """The numbers of ``text`` in order, as strings of ASCII digits with their separators dropped.

    ``1,234.56`` and ``1.234,56`` are both ``123456``. Digits apart by a space are never joined, since two
    neighbouring cells would become one number. Leading zeros stay.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return [_ascii_digits(_NOT_A_DIGIT.sub("", match)) for match in _NUMBER.findall(text)]


def squeezed(text: str) -> str:
    """``words(text)`` joined by single spaces: the form in which two passages can be compared directly."""
    return " ".join(words(text))


def _ascii_digits(digits: str) -> str:
    if digits.isascii():
        return digits
    return "".join(str(unicodedata.decimal(digit)) for digit in digits)


@cache
def _word_pattern() -> re.Pattern[str]:
    """A script character alone, or a run of letters and digits with their combining marks.

    Python's ``\\w`` leaves out combining marks, which would cut Hindi or Thai words at every vowel sign.
    """
    marks = "".join(
        chr(point)
        for first, last in ((0x0300, 0x1200), (0x1700, 0x1E00))
        for point in range(first, last)
        if unicodedata.category(chr(point)).startswith("M")
    )
    letter = rf"[^\W_{_CHARACTER_SCRIPTS}]"
    return re.compile(rf"[{_CHARACTER_SCRIPTS}]|{letter}++(?:[{marks}]++|{letter}++)*+")
