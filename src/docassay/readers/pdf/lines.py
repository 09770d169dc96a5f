"""Words to segments (runs without a wide gap) and segments to lines of a column."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.reading_direction import in_reading_order
from docassay.readers.pdf.text import Font, Word

_WIDE_GAP: Final = 1.1
"""A gap wider than this many font sizes ends a segment: a column gutter, a tab, a table cell."""

_NEIGHBOUR_GAP: Final = 0.7
"""The same for pieces that the file did not draw one after the other."""

_SLOT_HEIGHT: Final = 4.0
_SLOT_DEPTH: Final = 4
_FARTHEST_REACH: Final = 200.0
"""Points up and down from a run in which its line is looked for; a file may claim any font size."""
_MAXIMUM_SATELLITE: Final = 14
"""Characters of a piece that may belong to a line without standing on its baseline."""

_FLAT: Final = 0.3
"""Words whose edges differ by less than this many points have the same height."""

_SATELLITE_WORDS: Final = 4
_SMALL_PIECE: Final = 0.85

_BIG_OPERATOR: Final = re.compile(
    "[\u220f\u2210\u2211\u222b-\u2233\u22c0-\u22c3\u2a00-\u2a06\ufffd]|(?:lim|max|min|sup|inf|arg|det|[PQRXYZ])$"
)


class Line:
    """Words on one baseline in reading order; a *segment* is a line without a wide gap.

    ``size`` is the font size in points that sets most of the characters. ``y0`` and ``y1`` are those of most
    words of that size, ``top`` and ``bottom`` those of all words, raised and lowered ones included.
    ``is_level`` says that all words have one size, so that none of them can be raised or lowered;
    ``is_joined`` that it was put together from several segments and so has wide gaps.
    """

    __slots__ = (
        "_font",
        "_is_font_known",
        "_text",
        "bottom",
        "is_joined",
        "is_level",
        "size",
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
        self._text: str | None = None
        self._font: Font | None = None
        self._is_font_known = False
        self.x0, self.y0, self.x1, self.y1 = flat_box
        self.top, self.bottom = self.y0, self.y1
        self.size = words[0].size
        self.is_level = True

    def _measure(self) -> None:
        words = self.words
        self._text = None
        self._is_font_known = False
        self.x0 = min([word.x0 for word in words])
        self.x1 = max([word.x1 for word in words])
        self.top = min([word.y0 for word in words])
        self.bottom = max([word.y1 for word in words])
        size = words[0].size
        self.is_level = all(word.size == size for word in words)
        self.size = size
        if not self.is_level:
            self.size = size = _dominant_size(words)
        if self.is_level and self.bottom - words[0].y1 < _FLAT and words[0].y0 - self.top < _FLAT:
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
    def text(self) -> str:
        """The words in reading order, joined by spaces."""
        if self._text is None:
            self._text = " ".join([word.text for word in self.words])
        return self._text

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


def segments(words: Iterable[Word]) -> list[Line]:
    """Group words into segments, whatever order the file drew them in; sorted from top to bottom."""
    runs: list[Line] = []
    current: list[Word] = []
    left = top = right = bottom = size = 0.0
    is_flat = True
    for word in words:
        _, x0, y0, x1, y1, word_size = word[:6]
        if current:
            if word_size == size and y1 == bottom and y0 == top:
                if -0.4 * size <= x0 - right <= _WIDE_GAP * size:
                    current.append(word)
                    right = x1
                    continue
                if -0.4 * size <= left - x1 <= _WIDE_GAP * size:
                    current.append(word)
                    left = x0
                    is_flat = False  # from right to left: the words have to be put in order
                    continue
            elif y0 < bottom and y1 > top and _is_beside(left, top, right, bottom, size, word):
                current.append(word)
                is_flat = False
                if word_size > size and _is_only_a_mark(current):
                    top, bottom, size = y0, y1, word_size
                right = max(right, x1)
                left = min(left, x0)
                continue
            runs.append(_run(current, (left, top, right, bottom) if is_flat else None))
        current = [word]
        is_flat = True
        left, top, right, bottom, size = x0, y0, x1, y1, word_size
    if current:
        runs.append(_run(current, (left, top, right, bottom) if is_flat else None))
    merged = _merge(runs)
    merged.sort(key=lambda run: (run.y0 + run.y1, run.x0))
    return merged


def _run(words: list[Word], flat_box: tuple[float, float, float, float] | None) -> Line:
    if flat_box is not None:
        line = Line(words, flat_box)
        if line.text.isascii():
            return line
    return Line(in_reading_order(words))


def joined_rows(group: Sequence[Line]) -> list[list[Line]]:
    """Segments that share a baseline, from left to right, rows from top to bottom."""
    rows: list[list[Line]] = []
    for segment in sorted(group, key=lambda item: item.y0 + item.y1):
        row = rows[-1] if rows else None
        if row is not None and _same_baseline(row[-1], segment):
            row.append(segment)
        else:
            rows.append([segment])
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda item: item.x0)
    return rows


def lines_of(group: Sequence[Line]) -> list[Line]:
    """One line per row of segments, from top to bottom.

    Small pieces off the baseline (fractions, limits of sums, marks drawn apart) join the line in whose gap
    they stand.
    """
    if len(group) < 2:
        return list(group)
    group, small = _without_small_pieces(group)
    lines = [_joined(row) for row in joined_rows(group)]
    if small:
        homeless = _attach_small_pieces(lines, small)
        if homeless:
            lines.extend(_joined(row) for row in joined_rows(homeless))
            lines.sort(key=lambda line: line.y0 + line.y1)
    return _with_satellites(lines) if len(lines) > 1 else lines


def _joined(row: Sequence[Line]) -> Line:
    """One line of the segments of a row."""
    if len(row) == 1:
        return row[0]
    line = Line(in_reading_order([word for segment in row for word in segment.words]))
    line.is_joined = True
    return line


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


def _is_only_a_mark(words: Sequence[Word]) -> bool:
    """Whether a run so far is a bullet or a raised number, which says little about the line's size."""
    text = words[0].text
    return len(words) <= 2 and (len(text) <= 3 or not any(map(str.isalnum, text)))


def _usual(heights: Sequence[tuple[float, int]]) -> float:
    """The height, to a tenth of a point, of most characters; words with indexes in them stand out."""
    weights: dict[float, int] = {}
    for height, length in heights:
        rounded = round(height, 1)
        weights[rounded] = weights.get(rounded, 0) + length
    return max(weights, key=lambda height: weights[height])


def _same_baseline(line: Line, other: Line) -> bool:
    overlap = min(line.y1, other.y1) - max(line.y0, other.y0)
    smaller = min(line.y1 - line.y0, other.y1 - other.y0)
    return overlap > 0.55 * smaller and abs(line.middle - other.middle) < 0.55 * max(line.size, other.size)


def _is_beside(left: float, top: float, right: float, bottom: float, size: float, word: Word) -> bool:
    """Whether a word goes on with a run, to its right or, in Arabic and Hebrew, to its left."""
    overlap = min(bottom, word.y1) - max(top, word.y0)
    if overlap <= 0.55 * min(bottom - top, word.y1 - word.y0):
        return False
    larger, smaller = (size, word.size) if size > word.size else (word.size, size)
    if abs(top + bottom - word.y0 - word.y1) >= 1.1 * larger:
        return False
    reach = _WIDE_GAP * smaller if smaller > 0.6 * larger else word.size
    return -0.4 * word.size <= word.x0 - right <= reach or -0.4 * word.size <= left - word.x1 <= reach


def _merge(runs: list[Line]) -> list[Line]:
    """Join runs that lie on one baseline next to each other.

    Runs are taken from left to right and looked up by height, so the work grows with their number only.
    """
    if len(runs) < 2:
        return runs
    slots: dict[int, list[Line]] = {}
    merged: list[Line] = []
    for run in sorted(runs, key=lambda item: item.x0):
        middle, reach = run.middle, min(0.55 * run.size, _FARTHEST_REACH)
        target = None
        for slot in range(int((middle - reach) // _SLOT_HEIGHT), int((middle + reach) // _SLOT_HEIGHT) + 1):
            for candidate in slots.get(slot, ()):
                is_nearer = target is None or candidate.x1 > target.x1
                if is_nearer and _touches(candidate, run) and _same_baseline(candidate, run):
                    target = candidate
        if target is not None:
            target.absorb(run)
            continue
        merged.append(run)
        shelf = slots.setdefault(int(middle // _SLOT_HEIGHT), [])
        shelf.append(run)
        if len(shelf) > _SLOT_DEPTH:
            del shelf[0]
    return merged


def _touches(line: Line, run: Line) -> bool:
    smaller, larger = sorted((line.size, run.size))
    gap = run.x0 - line.x1
    if smaller <= 0.6 * larger:
        return -0.4 * smaller <= gap <= _NEIGHBOUR_GAP * smaller
    return -0.4 * larger <= gap <= _NEIGHBOUR_GAP * smaller


def _without_small_pieces(group: Sequence[Line]) -> tuple[Sequence[Line], list[Line]]:
    """Segments of ordinary size and short ones in smaller print, which may be parts of formulas."""
    weights: dict[float, int] = {}
    for segment in group:
        weights[segment.size] = weights.get(segment.size, 0) + len(segment.text)
    if len(weights) == 1:
        return group, []
    limit = _SMALL_PIECE * max(weights, key=lambda size: (weights[size], size))
    small = [segment for segment in group if segment.size < limit and len(segment.text) <= _MAXIMUM_SATELLITE]
    if not small or len(small) == len(group):
        return group, []
    taken = {id(segment) for segment in small}
    return [segment for segment in group if id(segment) not in taken], small


def _attach_small_pieces(lines: Sequence[Line], pieces: Sequence[Line]) -> list[Line]:
    """Attach each piece to the line in whose gap it stands; returns the pieces that have none."""
    middles = [line.middle for line in lines]
    hosts: dict[int, list[Line]] = {}
    homeless: list[Line] = []
    for piece in pieces:
        first = bisect_left(middles, piece.middle) - 2
        best, best_overlap = -1, 0.0
        for number in range(max(first, 0), min(first + 4, len(lines))):
            host = lines[number]
            overlap = min(host.y1, piece.y1) - max(host.y0, piece.y0)
            if overlap > best_overlap and _fits_into(host, piece, overlap):
                best, best_overlap = number, overlap
        if best < 0:
            homeless.append(piece)
        else:
            hosts.setdefault(best, []).append(piece)
    for number, found in hosts.items():
        lines[number].attach([word for piece in found for word in piece.words])
    return homeless


def _with_satellites(lines: list[Line]) -> list[Line]:
    """Attach short lines that stand in a gap of a neighbouring line, or over or under its operator."""
    small = [
        number
        for number, line in enumerate(lines)
        if len(line.words) <= _SATELLITE_WORDS and len(line.text) <= _MAXIMUM_SATELLITE
    ]
    if not small or len(small) == len(lines):
        return lines
    taken: set[int] = set()
    for number in small:
        piece = lines[number]
        best, best_overlap = None, 0.0
        for other in (number - 1, number + 1, number - 2, number + 2):
            if not 0 <= other < len(lines) or other in taken or len(lines[other].words) <= len(piece.words):
                continue
            host = lines[other]
            overlap = min(host.y1, piece.bottom) - max(host.y0, piece.top)
            if overlap > best_overlap and _fits_into(host, piece, overlap):
                best, best_overlap = host, overlap
        if best is not None:
            best.attach(piece.words)
            taken.add(number)
    return [line for number, line in enumerate(lines) if number not in taken] if taken else lines


def _fits_into(host: Line, piece: Line, overlap: float) -> bool:
    """Whether ``piece`` stands between the words of ``host``, or at an operator of it."""
    if not host.x0 - 0.2 * host.size <= piece.x0 <= host.x1 + 0.3 * host.size:
        return False
    slack = 0.15 * host.size
    depth = 0.3 * (piece.bottom - piece.top)
    covered = [
        word
        for word in host.words
        if word.x0 < piece.x1 - slack
        and word.x1 > piece.x0 + slack
        and min(word.y1, piece.bottom) - max(word.y0, piece.top) > depth
    ]
    if not covered:
        return overlap > 0.22 * (piece.bottom - piece.top)
    is_small = piece.size < 0.85 * host.size
    return is_small and len(covered) == 1 and bool(_BIG_OPERATOR.match(covered[0].text))


def has_wide_gap(line: Line, sizes: float, *, after_marker: bool = False) -> bool:
    """Whether two neighbouring words stand further apart than ``sizes`` font sizes.

    ``after_marker`` leaves out the gap behind the first word.
    """
    if not line.is_joined:
        return False
    limit = sizes * line.size
    words = line.words[1:] if after_marker else line.words
    return any(after.x0 - word.x1 > limit for word, after in pairwise(words))
