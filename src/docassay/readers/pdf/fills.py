"""Filled boxes without an outline: only those of their edges that a reader sees.

Word processors shade a cell or a paragraph with one box a line of text. Where boxes of one colour touch there
is nothing to see, and so there is no line between them; nor around a white box on white paper.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.readers.pdf.bulk_calls import CHUNK, Arena, bulk
from docassay.readers.pdf.edges import Edges
from docassay.readers.pdf.matrices import Rows

Colours = npt.NDArray[np.int64]

NO_FILL: Final = -1
_TOUCH: Final = 1.2
_NEARLY_WHITE: Final = 0xF8
_MAXIMUM_BOXES: Final = 1_500
_WHITE: Final = 0xFFFFFF

_draw_mode = bulk(pdfium.FPDFPath_GetDrawMode, ctypes.c_int)
_fill_colour = bulk(pdfium.FPDFPageObj_GetFillColor, ctypes.c_int)
_unsigned: Final = [Arena(ctypes.c_uint, 1) for _ in range(4)]


def fill_colours(paths: Sequence[Any]) -> Colours:
    """The colour (0xRRGGBB) of each path that is filled and not outlined, -1 of the others, shape (paths,).

    All shades that are nearly white are 0xFFFFFF.
    """
    parts: list[Colours] = []
    for start in range(0, len(paths), CHUNK):
        chunk = paths[start : start + CHUNK]
        pointers = [arena.grow(len(chunk)) for arena in _unsigned]
        has_mode = list(map(_draw_mode, chunk, *pointers[:2]))
        fill, stroke = (arena.view(len(chunk))[:, 0].astype(np.int64) for arena in _unsigned[:2])
        has_colour = list(map(_fill_colour, chunk, *pointers))
        red, green, blue, _ = (arena.view(len(chunk))[:, 0].astype(np.int64) for arena in _unsigned)
        colours = (red << 16) | (green << 8) | blue
        colours[np.minimum(np.minimum(red, green), blue) >= _NEARLY_WHITE] = _WHITE
        is_known = np.asarray(has_mode, dtype=bool) & np.asarray(has_colour, dtype=bool)
        colours[~is_known | (fill == pdfium.FPDF_FILLMODE_NONE) | (stroke != 0)] = NO_FILL
        parts.append(colours)
    return np.concatenate(parts)


def visible_edges(boxes: Rows, colours: Colours) -> Edges:
    """The edges of filled boxes that part two colours; ``boxes`` has shape (boxes, 4) in display points."""
    is_white = colours == _WHITE
    is_shown = ~is_white | _on_colour(boxes, is_white)
    horizontal: list[Rows] = []
    vertical: list[Rows] = []
    for colour in sorted(set(colours[is_shown].tolist())):
        x0, y0, x1, y1 = boxes[is_shown & (colours == colour)].T
        for found, low, high, start, end in ((horizontal, y0, y1, x0, x1), (vertical, x0, x1, y0, y1)):
            first, last = np.stack((low, start, end), axis=1), np.stack((high, start, end), axis=1)
            if len(first) > _MAXIMUM_BOXES:
                found.extend((first, last))
            else:
                found.extend((_uncovered(first, last), _uncovered(last, first)))
    empty = np.empty((0, 3))
    return Edges(
        np.concatenate(horizontal) if horizontal else empty,
        np.concatenate(vertical) if vertical else empty,
    )


def _on_colour(boxes: Rows, is_white: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which of the white boxes lie on a coloured one."""
    result = np.zeros(len(boxes), bool)
    coloured = boxes[~is_white]
    white = np.flatnonzero(is_white)
    if not len(coloured) or len(coloured) * len(white) > _MAXIMUM_BOXES**2:
        return result
    middles = (boxes[white, :2] + boxes[white, 2:]) / 2
    inside = (middles[:, None] > coloured[None, :, :2]) & (middles[:, None] < coloured[None, :, 2:])
    result[white] = np.any(np.all(inside, axis=2), axis=1)
    return result


def _uncovered(edges: Rows, others: Rows) -> Rows:
    """What is left of the edges where none of the others lies on them, shape (pieces, 3)."""
    ordered = sorted(map(tuple, others.tolist()))
    positions = [position for position, _, _ in ordered]
    covers: dict[float, tuple[list[float], list[float]]] = {}
    result: list[tuple[float, float, float]] = []
    for position, start, end in edges.tolist():
        cover = covers.get(position)
        if cover is None:
            low, high = bisect_left(positions, position - _TOUCH), bisect_right(positions, position + _TOUCH)
            cover = covers[position] = _stretches(ordered[low:high])
        starts, ends = cover
        for number in range(bisect_right(ends, start), len(starts)):
            other_start = starts[number]
            if other_start >= end:
                break
            if other_start - start > _TOUCH:
                result.append((position, start, other_start))
            start = ends[number]
        if end - start > _TOUCH:
            result.append((position, start, end))
    return np.asarray(result).reshape(-1, 3)


def _stretches(edges: Sequence[tuple[float, float, float]]) -> tuple[list[float], list[float]]:
    """Where the stretches start and end that edges of one position cover, in ascending order."""
    starts: list[float] = []
    ends: list[float] = []
    for start, end in sorted([(start, end) for _, start, end in edges]):
        if starts and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends
