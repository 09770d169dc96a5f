"""Text that runs neither along nor across the page: watermarks and slanted labels of charts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.inline import plain_and_markup
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.text import Word

LEVEL_HEIGHT: Final = 1.7
"""Words on a level line are at most this many font sizes high."""
_FEWEST_LETTERS: Final = 3


def is_slanted(word: Word) -> bool:
    """Whether the word's box is much higher than its print although it runs from left to right."""
    if word.y1 - word.y0 <= LEVEL_HEIGHT * word.size or word.latex:
        return False
    is_word = len(word.text) >= _FEWEST_LETTERS and word.text.isalnum()
    return is_word and word.turn % 2 == 0 and word.x1 - word.x0 > word.size


def slanted_drafts(words: Sequence[Word]) -> list[Draft]:
    """One ``Text`` for each run of slanted words of one size, in the file's own order."""
    drafts = []
    for size, group in groupby(words, key=lambda word: round(word.size, 1)):
        line = Line(list(group))
        line.is_level = True
        text, html = plain_and_markup([line])
        box = BoundingBox(line.x0, line.top, line.x1, line.bottom)
        drafts.append(Draft("Text", box, html, text, size=size))
    return drafts
