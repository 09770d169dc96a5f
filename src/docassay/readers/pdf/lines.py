"""Words to segments (runs without a wide gap) and segments to lines of a column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.text import Word

_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_WIDE_GAP: Final = 1.1
"""A gap wider than this many font sizes ends a segment: a column gutter, a tab, a table cell."""

_MERGE_PASSES: Final = 6


class Line:
    """Words on one baseline, left to right as seen; a *segment* is a line without a wide gap."""

    __slots__ = ("size", "words", "x0", "x1", "y0", "y1")

    def __init__(self, words: list[Word]) -> None:
        self.words = words
        first = words[0]
        self.x0, self.y0, self.x1, self.y1 = first.x0, first.y0, first.x1, first.y1
        self.size = _text_size(first)
        for word in words[1:]:
            self._stretch(word.x0, word.y0, word.x1, word.y1, _text_size(word))
        if self.size == 0.0:
            self.size = max(word.size for word in words)

    def _stretch(self, x0: float, y0: float, x1: float, y1: float, size: float) -> None:
        self.x0 = min(self.x0, x0)
        self.y0 = min(self.y0, y0)
        self.x1 = max(self.x1, x1)
        self.y1 = max(self.y1, y1)
        self.size = max(self.size, size)

    def add(self, word: Word) -> None:
        """Append a word and stretch the box over it."""
        self.words.append(word)
        if not any(map(str.isalnum, self.words[0].text)) and len(self.words) == 2:
            self.size = 0.0  # so far only a bullet, whose font is often larger than the text's
        self._stretch(word.x0, word.y0, word.x1, word.y1, _text_size(word) or self.size or word.size)

    def absorb(self, other: Line) -> None:
        """Take over the words of ``other``."""
        self.words.extend(other.words)
        self._stretch(other.x0, other.y0, other.x1, other.y1, other.size)

    @property
    def bbox(self) -> BoundingBox:
        """The box around all words."""
        return BoundingBox(self.x0, self.y0, self.x1, self.y1)

    @property
    def middle(self) -> float:
        """The vertical middle."""
        return (self.y0 + self.y1) / 2

    @property
    def text(self) -> str:
        """The words in reading order, joined by spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def is_bold(self) -> bool:
        """Whether every word with letters or digits is bold."""
        return all(word.font.is_bold for word in self.words if any(map(str.isalnum, word.text)))

    @property
    def is_italic(self) -> bool:
        """Whether every word with letters or digits is italic."""
        return all(word.font.is_italic for word in self.words if any(map(str.isalnum, word.text)))

    @property
    def is_monospace(self) -> bool:
        """Whether every word is set in a fixed-pitch font."""
        return all(word.font.is_monospace for word in self.words)


def segments(words: Iterable[Word]) -> list[Line]:
    """Group words into segments, whatever order the file drew them in; sorted from top to bottom."""
    runs: list[Line] = []
    current: Line | None = None
    for word in words:
        if current is not None and _continues(current, word.x0, word.y0, word.x1, word.y1, word.size):
            current.add(word)
        else:
            current = Line([word])
            runs.append(current)
    merged = _merge(runs)
    for segment in merged:
        segment.words = in_reading_order(segment.words)
    return merged


def joined_rows(group: Sequence[Line]) -> list[list[Line]]:
    """Segments that share a baseline, from left to right, rows from top to bottom."""
    rows: list[list[Line]] = []
    for segment in sorted(group, key=lambda item: item.middle):
        row = rows[-1] if rows else None
        if row is not None and _same_baseline(row[-1], segment.y0, segment.y1, segment.size):
            row.append(segment)
        else:
            rows.append([segment])
    for row in rows:
        row.sort(key=lambda item: item.x0)
    return rows


def lines_of(group: Sequence[Line]) -> list[Line]:
    """One line per row of segments, from top to bottom."""
    result = []
    for row in joined_rows(group):
        if len(row) == 1:
            result.append(row[0])
            continue
        words = [word for segment in row for word in segment.words]
        result.append(Line(in_reading_order(words)))
    return result


def in_reading_order(words: list[Word]) -> list[Word]:
    """Left to right; right to left when most letters are Arabic or Hebrew (Latin runs inside stay as is)."""
    ordered = sorted(words, key=lambda word: word.x0)
    if all(word.text.isascii() for word in ordered):
        return ordered
    from_right = sum(1 for word in ordered if _RIGHT_TO_LEFT.search(word.text))
    if from_right * 2 < len(ordered):
        return ordered
    result: list[Word] = []
    latin: list[Word] = []
    for word in reversed(ordered):
        if _RIGHT_TO_LEFT.search(word.text) or not any(map(str.isalnum, word.text)):
            result.extend(reversed(latin))
            latin = []
            result.append(word)
        else:
            latin.append(word)
    result.extend(reversed(latin))
    return result


def is_right_to_left(text: str) -> bool:
    """Whether more than half of the letters are Arabic or Hebrew."""
    letters = sum(map(str.isalpha, text))
    return letters > 0 and len(_RIGHT_TO_LEFT.findall(text)) * 2 > letters


def _text_size(word: Word) -> float:
    """The size of words with letters or digits; bullets and symbols do not count."""
    return word.size if word.text.isalnum() or any(map(str.isalnum, word.text)) else 0.0


def _same_baseline(line: Line, y0: float, y1: float, size: float) -> bool:
    overlap = min(line.y1, y1) - max(line.y0, y0)
    smaller = min(line.y1 - line.y0, y1 - y0)
    return overlap > 0.55 * smaller and abs(line.middle - (y0 + y1) / 2) < 0.55 * max(line.size, size)


def _continues(line: Line, x0: float, y0: float, x1: float, y1: float, size: float) -> bool:
    if not _same_baseline(line, y0, y1, size):
        return False
    reach = _WIDE_GAP * min(line.size, size) if min(line.size, size) > 0.6 * max(line.size, size) else size
    to_right = x0 - line.x1
    to_left = line.x0 - x1
    return -0.4 * size <= to_right <= reach or -0.4 * size <= to_left <= reach


def _merge(runs: list[Line]) -> list[Line]:
    """Join runs that lie on one baseline next to each other; sorted from top to bottom."""
    for _ in range(_MERGE_PASSES):
        ordered = sorted(runs, key=lambda run: (run.middle, run.x0))
        runs = []
        for run in ordered:
            for candidate in reversed(runs):
                if run.middle - candidate.middle > max(run.size, candidate.size):
                    runs.append(run)
                    break
                if _continues(candidate, run.x0, run.y0, run.x1, run.y1, run.size):
                    candidate.absorb(run)
                    break
            else:
                runs.append(run)
        if len(runs) == len(ordered):
            break
    return runs
