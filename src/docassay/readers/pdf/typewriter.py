"""Pages typed in a fixed-pitch font, which are text all the same and no program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.text import Font, Word

_MOST: Final = 0.8
_FEWEST_WORDS: Final = 40
_CODE_SIGNS: Final = re.compile(r"[{}\[\]();=<>_/\\|#$&*+]")
_SIGNS_OF_CODE: Final = 0.03
"""Share of characters from which signs of program text are more than punctuation."""


def is_typewritten(words: Sequence[Word]) -> bool:
    """Whether a page is set in fixed pitch nearly all over, with few of the signs that programs have."""
    if len(words) < _FEWEST_WORDS or not words[len(words) // 2].font.is_monospace:
        return False
    fixed = [word.text for word in words if word.font.is_monospace]
    text = "".join(fixed)
    if len(text) < _MOST * sum([len(word.text) for word in words]):
        return False
    return len(_CODE_SIGNS.findall(text)) < _SIGNS_OF_CODE * len(text)


def without_fixed_pitch(words: Sequence[Word]) -> list[Word]:
    """The words with fonts that no longer say that they are fixed in pitch; one object a font."""
    fonts: dict[Font, Font] = {}
    result = []
    for word in words:
        font = fonts.get(word.font)
        if font is None:
            font = fonts[word.font] = word.font._replace(is_monospace=False)
        result.append(word._replace(font=font))
    return result
