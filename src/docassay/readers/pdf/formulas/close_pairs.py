"""Which symbols of a page stand so close beside each other that they can be parts of one formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from docassay.readers.pdf.formulas.functions import FUNCTIONS, OTHER_NAMES
from docassay.readers.pdf.formulas.glyphs import Glyph

LOOSE: Final = 0.62
"""Widest gap between symbols of a formula around operators, in font sizes; elsewhere they stand closer."""

LEVEL: Final = 0.65
"""Largest distance of the baselines of neighbours, in font sizes."""

_OVERLAP: Final = 0.3
_REACH: Final = 0.9
_ROW_POINTS: Final = 12.0
_MOST_ROWS: Final = 40
_MOST_NEIGHBOURS: Final = 60
_MOST_AT_ONCE: Final = 200_000
_FARTHEST: Final = 1e6
"""Points; what stands further off the page stands here."""

_NAMES: Final = FUNCTIONS | OTHER_NAMES

_extent: Final = attrgetter("box.x0", "box.y0", "box.x1", "box.y1", "box.base", "box.size")

Extents = npt.NDArray[np.float64]
"""Shape (symbols, 6): x0, y0, x1, y1, baseline and font size of each symbol, in points."""

_Numbers = npt.NDArray[np.int64]
_Values = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]


def is_name(glyph: Glyph) -> bool:
    """Whether the letters are the name of a function."""
    return glyph.box.text in _NAMES


class _Columns(NamedTuple):
    """The symbols as arrays; ``top`` and ``bottom`` are at least those of an ordinary letter."""

    left: _Values
    right: _Values
    top: _Values
    bottom: _Values
    base: _Values
    size: _Values
    is_centred: _Flags
    is_running: _Flags


class _Rows(NamedTuple):
    """The symbols of each row of the page from left to right, one row after the other.

    ``counts`` says how many of those that follow in the same row start within reach.
    """

    numbers: _Numbers
    rows: _Numbers
    counts: _Numbers


def extents_of(glyphs: Sequence[Glyph]) -> Extents:
    """Where the symbols stand, as an array."""
    if not glyphs:
        return np.empty((0, 6))
    places = chain.from_iterable(map(_extent, glyphs))
    values = np.fromiter(places, np.float64, 6 * len(glyphs)).reshape(-1, 6)
    return values if np.isfinite(values).all() else np.nan_to_num(values)


def close_pairs(glyphs: Sequence[Glyph], extents: Extents) -> list[tuple[int, int]]:
    """The numbers of two symbols on one level, the left one first, for each pair that is close enough.

    Two words of running text are no pair, except for names of functions. Symbols are looked up by rows of the
    page; each is compared with ``_MOST_NEIGHBOURS`` in a row, so the work grows with their number only.
    """
    if len(glyphs) < 2:
        return []
    columns = _columns_of(glyphs, extents)
    rows = _rows_of(columns)
    found: list[tuple[int, int]] = []
    for places in _parts(rows.counts):
        left, right = _pairs_at(columns, rows, places)
        found += zip(left.tolist(), right.tolist(), strict=True)
    return found


def _columns_of(glyphs: Sequence[Glyph], extents: Extents) -> _Columns:
    x0, y0, x1, y1, base, size = np.minimum(np.maximum(extents, -_FARTHEST), _FARTHEST).T
    return _Columns(
        x0,
        x1,
        np.minimum(y0, base - 0.75 * size),
        np.maximum(y1, base + 0.25 * size),
        base,
        size,
        np.array([glyph.box.is_centred for glyph in glyphs]),
        np.array([glyph.is_text and glyph.box.text not in _NAMES for glyph in glyphs]),
    )


def _rows_of(columns: _Columns) -> _Rows:
    count = len(columns.left)
    first = _row_at(columns.top)
    spans = np.clip(_row_at(columns.bottom) - first, 0, _MOST_ROWS) + 1
    numbers = np.repeat(np.arange(count), spans)
    rows = first[numbers] + _steps(spans)
    # Ranks from left to right stand for the left edges, so that a row and an edge make one number.
    from_left = np.argsort(columns.left, kind="stable")
    ranks = np.empty(count, np.int64)
    ranks[from_left] = np.arange(count)
    limits = columns.right + _REACH * np.maximum(columns.size, 10.0)
    reaches = np.searchsorted(columns.left[from_left], limits, "right")
    keys = rows * (count + 1) + ranks[numbers]
    order = np.argsort(keys)
    keys, numbers, rows = keys[order], numbers[order], rows[order]
    places = np.arange(len(numbers))
    ends = np.searchsorted(keys, rows * (count + 1) + reaches[numbers], "left")
    return _Rows(numbers, rows, np.clip(np.minimum(ends, places + _MOST_NEIGHBOURS) - places - 1, 0, None))


def _pairs_at(columns: _Columns, rows: _Rows, places: _Numbers) -> tuple[_Numbers, _Numbers]:
    """The pairs whose left symbols have these places in ``rows``."""
    counts = rows.counts[places]
    starts = np.repeat(places, counts)
    left, right = rows.numbers[starts], rows.numbers[starts + 1 + _steps(counts)]
    top, bottom, base, size = columns.top, columns.bottom, columns.base, columns.size
    upper = np.maximum(top[left], top[right])
    overlap = np.minimum(bottom[left], bottom[right]) - upper
    lower_height = np.minimum((bottom - top)[left], (bottom - top)[right])
    larger = np.maximum(size[left], size[right])
    is_pair = (
        (_row_at(upper) == rows.rows[starts])  # the others were found in the row above
        & (overlap >= _OVERLAP * lower_height)
        & (columns.left[right] - columns.right[left] <= LOOSE * larger)
        & (
            columns.is_centred[left]
            | columns.is_centred[right]
            | (np.abs(base[left] - base[right]) <= LEVEL * larger)
        )
        & ~(columns.is_running[left] & columns.is_running[right] & (size[left] == size[right]))
    )
    return left[is_pair], right[is_pair]


def _row_at(heights: _Values) -> _Numbers:
    return np.floor(heights / _ROW_POINTS).astype(np.int64)


def _steps(counts: _Numbers) -> _Numbers:
    """0, 1, ... below each of the counts, one after the other."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _parts(counts: _Numbers) -> Iterator[_Numbers]:
    """All places in parts that have no more than about ``_MOST_AT_ONCE`` pairs each."""
    totals = np.cumsum(counts)
    cuts = np.searchsorted(totals, np.arange(_MOST_AT_ONCE, int(totals[-1]), _MOST_AT_ONCE))
    return iter(np.split(np.arange(len(counts)), cuts))
