"""Whether a page's text layer says what the page shows, or OCR has to read it.

Text layers break when a font has no or a wrong table of Unicode values: characters without any meaning, one
and the same character all over, or letters that are shifted against those that are seen (``7KH`` for
``The``). Nothing on the page says so; the statistics of the characters do.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from docassay.readers.pdf.bulk_calls import Handle, bulk
from docassay.readers.pdf.geometry import PageFrame
from docassay.readers.pdf.marks import PageMarks
from docassay.readers.pdf.text import PageText, PageWords, Word

_MAXIMUM_GARBAGE_SHARE: Final = 0.3
_FEW_WORDS: Final = 15
_SCAN_SHARE: Final = 0.6
_SAMPLED_WORDS: Final = 64
_ENOUGH_LETTERS: Final = 120
_LEAST_VOWELS: Final = 0.2
"""Share of vowels among the letters of a page. Texts in Latin letters have 0.33 to 0.5 in every language
that was tried, lists of abbreviations 0.25 and more; letters shifted by 29 places (glyph numbers of
TrueType fonts taken for characters) have 0.13."""

_MOST_VOWELS: Final = 0.8
_LEAST_WORDS_WITH_VOWELS: Final = 0.6
_MOST_OF_ONE_LETTER: Final = 0.6
_VOWELS: Final = frozenset("aeiouyAEIOUYæœøıÆŒØ")
_PLAIN_VOWELS: Final = [ord(vowel) - ord("a") for vowel in "aeiouy"]
_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ɏ]{3,}")
_LETTER: Final = re.compile(r"[^\W\d_]")

_text_object = bulk(pdfium.FPDFText_GetTextObject, Handle)
_render_mode = bulk(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int)


class LayerHealth(NamedTuple):
    """``is_usable``: the words of the layer are what the page says. ``is_broken``: they are not, whether OCR
    is there to read the page or not. ``is_recognised``: the layer was made by OCR, as invisible text over the
    image of a page."""

    is_usable: bool
    is_broken: bool = False
    is_recognised: bool = False


def text_layer_health(found: PageWords, marks: PageMarks, frame: PageFrame, textpage: Any) -> LayerHealth:
    """Judge the layer of an open page from its words and from what else the page shows."""
    words = found.words
    if found.garbage_share > _MAXIMUM_GARBAGE_SHARE or not has_plausible_letters(words):
        return LayerHealth(is_usable=False, is_broken=True)
    has_text = any(character.isalnum() for word in words for character in word.text)
    if not has_text:
        shows_something = bool(marks.images or len(marks.drawings) > 2)
        return LayerHealth(is_usable=not shows_something)
    if not _is_scan(marks, frame):
        return LayerHealth(is_usable=True)
    return LayerHealth(is_usable=len(words) > _FEW_WORDS, is_recognised=_is_invisible(words, textpage))


def keeps_layer(found: PageWords, health: LayerHealth, recognised: list[Word]) -> bool:
    """Whether the layer is better than what OCR has read on the same page."""
    if not found.words:
        return False
    if not health.is_broken:
        return len(recognised) < len(found.words)
    if found.garbage_share > _MAXIMUM_GARBAGE_SHARE:
        return False
    # Odd letters, which are right when OCR sees them as well: a page of codes.
    return not recognised or not has_plausible_letters(recognised)


def is_plainly_usable(text: PageText, marks: PageMarks, frame: PageFrame) -> bool:
    """Whether a page is born-digital text without any doubt; the rest is for ``text_layer_health``."""
    return (
        len(text.texts) > _FEW_WORDS
        and text.garbage_share <= _MAXIMUM_GARBAGE_SHARE
        and any(any(map(str.isalnum, word)) for word in text.texts)
        and not _is_scan(marks, frame)
        and are_plausible_letters(text.characters)
    )


def has_plausible_letters(words: list[Word]) -> bool:
    """``are_plausible_letters`` of the words of a page."""
    return are_plausible_letters(" ".join([word.text for word in words]))


def are_plausible_letters(text: str) -> bool:
    """Whether the letters could be those of a language; texts with few letters always pass.

    Vowels are counted in words of Latin letters, three and more, so that codes and numbers do not count.
    """
    if _is_ordinary(text):
        return True
    if _repeats_one_letter(text):
        return False
    latin = _LATIN_WORD.findall(text)
    letters = "".join(latin)
    if len(letters) < _ENOUGH_LETTERS:
        return True
    if not letters.isascii():
        letters = unicodedata.normalize("NFD", letters)
        letters = "".join(filter(str.isalpha, letters))
    vowels = sum(map(letters.count, _VOWELS)) / len(letters)
    if _LEAST_VOWELS <= vowels <= _MOST_VOWELS:
        return True
    with_vowels = sum(any(map(_VOWELS.__contains__, unicodedata.normalize("NFD", word))) for word in latin)
    return with_vowels / len(latin) >= _LEAST_WORDS_WITH_VOWELS and vowels <= _MOST_VOWELS


def _is_ordinary(text: str) -> bool:
    """Whether a text of many letters from A to Z has as many vowels as most texts do and no letter too often.

    Nearly all pages have; the exact answer for the others takes longer.
    """
    units = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8) | 0x20
    counts = np.bincount(units, minlength=256)[ord("a") : ord("z") + 1]
    total = int(counts.sum())
    if total < 2 * _ENOUGH_LETTERS or total < 0.5 * len(text):
        return False
    vowels = int(counts[_PLAIN_VOWELS].sum()) / total
    return 0.27 <= vowels <= 0.6 and int(counts.max()) <= 0.3 * total


def _repeats_one_letter(text: str) -> bool:
    counts = Counter(text)
    # A letter that is most of enough letters is there that often; on most pages none is.
    least = _MOST_OF_ONE_LETTER * _ENOUGH_LETTERS
    if not any(count > least and _LETTER.match(character) for character, count in counts.items()):
        return False
    letters = [count for character, count in counts.items() if _LETTER.match(character)]
    total = sum(letters)
    return total >= _ENOUGH_LETTERS and max(letters) > _MOST_OF_ONE_LETTER * total


def _is_scan(marks: PageMarks, frame: PageFrame) -> bool:
    page_area = frame.width * frame.height
    return any((box.x1 - box.x0) * (box.y1 - box.y0) > _SCAN_SHARE * page_area for box in marks.images)


def _is_invisible(words: list[Word], textpage: Any) -> bool:
    """Whether nearly all of a sample of the words are drawn in the mode that shows nothing."""
    starts = [word.start for word in words if word.start >= 0]
    sample = starts[:: max(1, len(starts) // _SAMPLED_WORDS)]
    if not sample:
        return False
    page = ctypes.c_void_p(ctypes.cast(textpage.raw, ctypes.c_void_p).value)
    objects = [item for item in map(_text_object, repeat(page), sample) if item]
    modes = list(map(_render_mode, objects))
    return modes.count(pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) > 0.8 * len(sample)
