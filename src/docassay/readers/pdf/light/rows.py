"""The words of a page in the file's order to text lines, without a loop over the words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise, repeat
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from docassay.readers.pdf.text import PageText

_WIDE_GAP: Final = 1.1
"""A gap wider than this many font sizes is a tab or a gutter."""

_BACKWARD: Final = -0.4
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_RUNNING_WORDS: Final = 4
_MAXIMUM_GUTTER_LINES: Final = 2
_MAXIMUM_JUMP_SHARE: Final = 0.1
_OUTSIDE_SHARE: Final = 0.15
_LEVEL_SIZE: Final = 0.15


class Row(NamedTuple):
    """A text line; boxes are display points.

    ``y0`` and ``y1`` are those of the words of the usual size, ``top`` and ``bottom`` those of all. ``left``
    and ``right`` are the edges of the column that the row stands in, ``usual_pitch`` is the distance of the
    column's baselines (0: not known). ``first_word`` is the number of its first word, ``first_width`` its
    width.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    top: float
    bottom: float
    size: float
    is_bold: bool
    is_monospace: bool
    has_gap: bool
    left: float
    right: float
    usual_pitch: float
    first_word: int
    first_width: float

    @property
    def middle(self) -> float:
        """The vertical middle."""
        return (self.y0 + self.y1) / 2


def text_rows(text: PageText, numbers: Sequence[int], *, is_trusted: bool = False) -> list[Row] | None:
    """The lines of a page in the file's order; None when that order is not the reading order.

    ``text`` holds left-to-right words with upright boxes; ``numbers`` are their numbers on the page. With
    ``is_trusted`` the file's order is taken as it is.
    """
    texts = text.texts
    x0, y0, x1, y1 = text.boxes.T
    style_sizes = np.array([style.size for style in text.styled.styles])
    sizes = style_sizes[text.styled.numbers]
    is_near, is_level = _neighbours(text.boxes, sizes)
    firsts = np.flatnonzero(np.append(True, ~is_level))
    ends = np.append(firsts[1:], len(texts))
    gaps = np.append(is_level & ~is_near, False)
    has_gap = np.logical_or.reduceat(gaps, firsts)
    if not is_trusted and _has_gutter(firsts, ends, gaps, has_gap):
        return None
    spans = list(zip(firsts.tolist(), ends.tolist(), strict=True))
    fonts = [style.font for style in text.styled.styles]
    is_bold = _all_in_rows([font.is_bold for font in fonts], text, firsts)
    is_monospace = _all_in_rows([font.is_monospace for font in fonts], text, firsts)
    row_sizes = sizes[firsts]
    left, right = np.minimum.reduceat(x0, firsts), np.maximum.reduceat(x1, firsts)
    top, bottom = np.minimum.reduceat(y0, firsts), np.maximum.reduceat(y1, firsts)
    upper, lower = top, bottom
    is_mixed = np.maximum.reduceat(sizes, firsts) > np.minimum.reduceat(sizes, firsts)
    if is_mixed.any():
        for number in np.flatnonzero(is_mixed).tolist():
            first, end = spans[number]
            row_sizes[number] = _usual_size(texts[first:end], sizes[first:end].tolist())
        spread = np.repeat(row_sizes, ends - firsts)
        is_usual = np.abs(sizes - spread) <= _LEVEL_SIZE * spread
        upper = np.minimum.reduceat(np.where(is_usual, y0, np.inf), firsts)
        lower = np.maximum.reduceat(np.where(is_usual, y1, -np.inf), firsts)
    middle = (upper + lower) / 2
    if not is_trusted and _jumps(left, right, middle, row_sizes):
        return None
    columns = _columns(left, right, middle, row_sizes)
    fields = zip(
        _row_texts(text, spans),
        *(column.tolist() for column in (left, upper, right, lower, top, bottom, row_sizes)),
        is_bold,
        is_monospace,
        has_gap.tolist(),
        *(column.tolist() for column in columns),
        [numbers[first] for first, _ in spans],
        (x1 - x0)[firsts].tolist(),
        strict=True,
    )
    return list(map(tuple.__new__, repeat(Row), fields))


def reads_left_to_right(text: PageText) -> bool:
    """Whether there are no Arabic or Hebrew letters."""
    return text.characters.isascii() or not _RIGHT_TO_LEFT.search(text.characters)


_Flags = npt.NDArray[np.bool_]
_Numbers = npt.NDArray[np.int64]
_Values = npt.NDArray[np.float64]


def _neighbours(boxes: _Values, sizes: _Values) -> tuple[_Flags, _Flags]:
    """For each word but the last: does the next one follow it closely, and does it follow on the line?"""
    before, after = boxes[:-1], boxes[1:]
    size, next_size = sizes[:-1], sizes[1:]
    larger, smaller = np.maximum(size, next_size), np.minimum(size, next_size)
    overlap = np.minimum(before[:, 3], after[:, 3]) - np.maximum(before[:, 1], after[:, 1])
    heights = boxes[:, 3] - boxes[:, 1]
    is_level = overlap > 0.55 * np.minimum(heights[:-1], heights[1:])
    middles = boxes[:, 1] + boxes[:, 3]
    is_level &= np.abs(middles[1:] - middles[:-1]) < 1.1 * larger
    gap = after[:, 0] - before[:, 2]
    is_level &= gap >= _BACKWARD * next_size
    reach = np.where(smaller > 0.6 * larger, _WIDE_GAP * smaller, next_size)
    return is_level & (gap <= reach), is_level


def _has_gutter(firsts: _Numbers, ends: _Numbers, gaps: _Flags, has_gap: _Flags) -> bool:
    """Whether lines of two columns were drawn one after the other."""
    lines = 0
    places: list[int] = (gaps.nonzero()[0] + 1).tolist()
    done = 0
    for first, end in zip(firsts[has_gap].tolist(), ends[has_gap].tolist(), strict=True):
        begin, done = done, bisect_left(places, end, done)
        cuts = [first, *places[begin:done], end]
        pieces = sorted([stop - start for start, stop in pairwise(cuts)])
        lines += pieces[-2] >= _RUNNING_WORDS
    return lines > _MAXIMUM_GUTTER_LINES


def _row_texts(text: PageText, spans: Sequence[tuple[int, int]]) -> list[str]:
    texts = text.texts
    rows = [" ".join(texts[first:end]) for first, end in spans]
    if text.glued:
        firsts = [first for first, _ in spans]
        for number in {bisect_right(firsts, word) - 1 for word in text.glued}:
            first, end = spans[number]
            pieces = [texts[word] if word in text.glued else f" {texts[word]}" for word in range(first, end)]
            rows[number] = "".join(pieces).strip()
    return rows


def _all_in_rows(of_style: Sequence[bool], text: PageText, firsts: _Numbers) -> list[bool]:
    """Whether all words of each row have a style of which something is true."""
    if not any(of_style):
        return [False] * len(firsts)
    if all(of_style):
        return [True] * len(firsts)
    return list(np.logical_and.reduceat(np.array(of_style)[text.styled.numbers], firsts).tolist())


def _usual_size(texts: Sequence[str], sizes: Sequence[float]) -> float:
    """The size of most letters and digits of a row."""
    weights: dict[float, int] = {}
    for word, size in zip(texts, sizes, strict=True):
        if word.isalnum() or any(map(str.isalnum, word)):
            weights[size] = weights.get(size, 0) + len(word)
    return max(weights, key=lambda size: (weights[size], size)) if weights else sizes[0]


def _jumps(left: _Values, right: _Values, middle: _Values, sizes: _Values) -> bool:
    """Whether rows go up again and again without going to another column."""
    is_over = (left[1:] <= right[:-1]) & (right[1:] >= left[:-1])
    jumps = int(((np.diff(middle) < -sizes[1:]) & is_over).sum())
    return jumps > max(2, _MAXIMUM_JUMP_SHARE * len(left))


def _columns(
    left: _Values, right: _Values, middle: _Values, sizes: _Values
) -> tuple[_Values, _Values, _Values]:
    """Left and right edge and pitch of the column of each row."""
    pitch = middle[1:] - middle[:-1]
    starts = [0, *((pitch <= 0).nonzero()[0] + 1).tolist()]
    stops = [*starts[1:], len(left)]
    is_line_pitch = (pitch > 0) & (pitch < 2.2 * sizes[:-1]) & (np.abs(sizes[1:] - sizes[:-1]) < 1)
    of_lines = np.where(is_line_pitch, pitch, 0.0).tolist()
    all_left, all_right = left.tolist(), right.tolist()
    edges: list[tuple[float, float, float]] = []
    for start, stop in zip(starts, stops, strict=True):
        # Not the outermost rows: a title above a column is no part of it.
        outside = int(_OUTSIDE_SHARE * (stop - start))
        pitches = sorted(filter(None, of_lines[start : stop - 1]))
        edges.append(
            (
                sorted(all_left[start:stop])[outside],
                sorted(all_right[start:stop])[-1 - outside],
                pitches[len(pitches) // 2] if len(pitches) >= 3 else 0.0,
            )
        )
    counts = [stop - start for start, stop in zip(starts, stops, strict=True)]
    lefts, rights, usual = np.repeat(np.array(edges).T, counts, axis=1)
    return lefts, rights, usual
