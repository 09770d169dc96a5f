"""Words to segments: runs on one baseline without a wide gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.reading_direction import in_reading_order
from docassay.readers.pdf.text import Word

_WIDE_GAP: Final = 1.1
"""A gap wider than this many font sizes ends a segment: a column gutter, a tab, a table cell."""

_NEIGHBOUR_GAP: Final = 0.7
"""The same for pieces that the file did not draw one after the other."""

_SLOT_HEIGHT: Final = 4.0
_SLOT_DEPTH: Final = 4
_FARTHEST_REACH: Final = 200.0
"""Points up and down from a run in which its line is looked for; a file may claim any font size."""


def segments(words: Sequence[Word]) -> list[Line]:
    """Group words into segments, whatever order the file drew them in; sorted from top to bottom."""
    if not words:
        return []
    runs: list[Line] = []
    current: list[Word] = []
    left = top = right = bottom = size = 0.0
    is_flat = True
    columns = list(zip(*words, strict=True))[1:6]
    for word, x0, y0, x1, y1, word_size in zip(words, *columns, strict=True):
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
    runs.append(_run(current, (left, top, right, bottom) if is_flat else None))
    merged = _merge(runs)
    merged.sort(key=lambda run: (run.y0 + run.y1, run.x0))
    return merged


def _run(words: list[Word], flat_box: tuple[float, float, float, float] | None) -> Line:
    if len(words) == 1:
        return Line(words, words[0][1:5])
    if flat_box is not None:
        line = Line(words, flat_box)
        if line.text.isascii():
            return line
        ordered = in_reading_order(words)
        return line if ordered is words else Line(ordered)
    return Line(in_reading_order(words))


def same_baseline(line: Line, other: Line) -> bool:
    overlap = min(line.y1, other.y1) - max(line.y0, other.y0)
    smaller = min(line.y1 - line.y0, other.y1 - other.y0)
    return overlap > 0.55 * smaller and abs(line.middle - other.middle) < 0.55 * max(line.size, other.size)


def _is_only_a_mark(words: Sequence[Word]) -> bool:
    """Whether a run so far is a bullet or a raised number, which says little about the line's size."""
    text = words[0].text
    return len(words) <= 2 and (len(text) <= 3 or not any(map(str.isalnum, text)))


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
        middle, reach = (run.y0 + run.y1) / 2, min(0.55 * run.size, _FARTHEST_REACH)
        target = None
        farthest = run.x0 - _NEIGHBOUR_GAP * run.size
        for slot in range(int((middle - reach) // _SLOT_HEIGHT), int((middle + reach) // _SLOT_HEIGHT) + 1):
            for candidate in slots.get(slot, ()):
                if candidate.x1 < farthest or (target is not None and candidate.x1 <= target.x1):
                    continue
                if _touches(candidate, run) and same_baseline(candidate, run):
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
