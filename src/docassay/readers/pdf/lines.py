"""A line of text: words on one baseline."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.reading_direction import in_reading_order
from docassay.readers.pdf.text import Font, Word

_FLAT: Final = 0.3
"""Words whose edges differ by less than this many points have the same height."""


class Line:
    """Words on one baseline in reading order; a *segment* is a line without a wide gap.

    ``size`` is the font size in points that sets most of the characters. ``y0`` and ``y1`` are those of most
    words of that size, ``top`` and ``bottom`` those of all words, raised and lowered ones included. ``text``
    are the words in reading order, joined by spaces.
    ``is_level`` says that all words have one size, so that none of them can be raised or lowered;
    ``is_joined`` that it was put together from several segments and so has wide gaps.
    """

    __slots__ = (
        "_font",
        "_is_font_known",
        "bottom",
        "is_joined",
        "is_level",
        "size",
        "text",
        "top",
        "words",
        "x0",
        "x1",
        "y0",
        "y1",
    )

    def __init__(self, words: list[Word], flat_box: tuple[float, float, float, float] | None = None) -> None:
        """``flat_box`` is the box of words that are all known to have one size, top and bottom."""
        self.words = words
        self.is_joined = False
        if flat_box is None:
            self._measure()
            return
        self.text = " ".join([word.text for word in words])
        self._font: Font | None = None
        self._is_font_known = False
        self.x0, self.y0, self.x1, self.y1 = flat_box
        self.top, self.bottom = self.y0, self.y1
        self.size = words[0].size
        self.is_level = True

    def _measure(self) -> None:
        words = self.words
        texts, x0, y0, x1, y1, sizes = list(zip(*words, strict=True))[:6]
        self.text = " ".join(texts)
        self._is_font_known = False
        self.x0, self.x1 = min(x0), max(x1)
        self.top, self.bottom = min(y0), max(y1)
        self.size = size = sizes[0]
        self.is_level = sizes.count(size) == len(sizes)
        if not self.is_level:
            self.size = size = _dominant_size(words)
        elif self.bottom - y1[0] < _FLAT and y0[0] - self.top < _FLAT:
            self.y0, self.y1 = self.top, self.bottom
            return
        base = [word for word in words if abs(word.size - size) <= 0.15 * size]
        self.y0 = _usual([(word.y0, len(word.text)) for word in base])
        self.y1 = _usual([(word.y1, len(word.text)) for word in base])

    def absorb(self, other: Line) -> None:
        """Take over the words of ``other``; they are put in reading order."""
        self.words = in_reading_order([*self.words, *other.words])
        self._measure()

    def attach(self, words: Sequence[Word]) -> None:
        """Take over words that do not stand on the baseline; the line keeps its own height."""
        y0, y1, size = self.y0, self.y1, self.size
        self.words = in_reading_order([*self.words, *words])
        self._measure()
        self.y0, self.y1, self.size, self.is_level = y0, y1, size, False

    @property
    def bbox(self) -> BoundingBox:
        """The box around all words."""
        return BoundingBox(self.x0, self.top, self.x1, self.bottom)

    @property
    def middle(self) -> float:
        """The vertical middle."""
        return (self.y0 + self.y1) / 2

    @property
    def only_font(self) -> Font | None:
        """The font of all words, or None when there are several."""
        if not self._is_font_known:
            self._is_font_known = True
            first = self.words[0].font
            self._font = first if all([word.font is first for word in self.words]) else None  # noqa: C419
        return self._font

    @property
    def is_bold(self) -> bool:
        """Whether every word with letters or digits is bold."""
        font = self.only_font
        if font is not None:
            return font.is_bold
        return all(word.font.is_bold for word in self.words if any(map(str.isalnum, word.text)))

    @property
    def is_italic(self) -> bool:
        """Whether every word with letters or digits is italic."""
        font = self.only_font
        if font is not None:
            return font.is_italic
        return all(word.font.is_italic for word in self.words if any(map(str.isalnum, word.text)))

    @property
    def is_monospace(self) -> bool:
        """Whether every word is set in a fixed-pitch font."""
        font = self.only_font
        return font.is_monospace if font is not None else all(word.font.is_monospace for word in self.words)


def has_wide_gap(line: Line, sizes: float, *, after_marker: bool = False) -> bool:
    """Whether two neighbouring words stand further apart than ``sizes`` font sizes.

    ``after_marker`` leaves out the gap behind the first word.
    """
    if not line.is_joined:
        return False
    limit = sizes * line.size
    words = line.words[1:] if after_marker else line.words
    return any(after.x0 - word.x1 > limit for word, after in pairwise(words))


def _dominant_size(words: Sequence[Word]) -> float:
    """The font size of most characters; bullets and symbols count only when there is nothing else."""
    weights: dict[float, int] = {}
    for word in words:
        text = word.text
        if text.isalnum() or any(map(str.isalnum, text)):
            weights[word.size] = weights.get(word.size, 0) + len(text)
    if not weights:
        return max(word.size for word in words)
    return max(weights, key=lambda size: (weights[size], size))


def _usual(heights: Sequence[tuple[float, int]]) -> float:
    """The height, to a tenth of a point, of most characters; words with indexes in them stand out."""
    weights: dict[float, int] = {}
    for height, length in heights:
        rounded = round(height, 1)
        weights[rounded] = weights.get(rounded, 0) + length
    return max(weights, key=lambda height: weights[height])
