"""The straight edges of a page's vector paths: what tables are ruled with."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import chain, compress, repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.readers.pdf.bulk_calls import Handle, bulk, numbers
from docassay.readers.pdf.geometry import PageFrame
from docassay.readers.pdf.matrices import Rows, apply_matrices, object_matrices, times

SHORTEST: Final = 2.0
"""Edges shorter than this many points are none."""

_STRAIGHT: Final = 0.8
_MAXIMUM_SEGMENTS: Final = 2_000
_MAXIMUM_PAGE_SEGMENTS: Final = 120_000
_BOX: Final = 5
"""Segments of a rectangle: a move, three lines and a fourth one or its closing."""

_PROBE: Final = 8
"""Segments of a longer path that are looked at first: most drawings have a curve among them."""

_segment_count = bulk(pdfium.FPDFPath_CountSegments, ctypes.c_int)
_path_segment = bulk(pdfium.FPDFPath_GetPathSegment, Handle)
_segment_type = bulk(pdfium.FPDFPathSegment_GetType, ctypes.c_int)
_segment_point = bulk(pdfium.FPDFPathSegment_GetPoint, ctypes.c_int)
_segment_closes = bulk(pdfium.FPDFPathSegment_GetClose, ctypes.c_int)

Flags = npt.NDArray[np.bool_]


class Edges(NamedTuple):
    """Axis-parallel edges: columns ``position``, ``start``, ``end`` in display points, shape (edges, 3)."""

    horizontal: Rows
    vertical: Rows


def read_edges(
    paths: Sequence[Any], boxes: Rows, matrix: Rows | None, frame: PageFrame
) -> tuple[Edges, Flags]:
    """All edges of those paths that are made of axis-parallel lines only, and which paths are drawings.

    ``boxes`` are the paths' boxes, shape (paths, 4) in display points; ``matrix`` leads from the paths' form
    to the page, None where they lie on the page. A rectangle over the whole page is neither.
    """
    counts = np.asarray(list(map(_segment_count, paths)))
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    is_background = (areas > 0.9 * frame.width * frame.height) & (counts <= 6)
    is_drawing = ~is_background
    is_box = (counts == _BOX) & is_drawing
    found: list[Edges] = []
    if is_box.any():
        boxes_found, is_closed = _read_boxes(list(compress(paths, is_box.tolist())), matrix, frame)
        found.append(boxes_found)
        is_drawing[np.flatnonzero(is_box)[is_closed]] = False
    is_readable = (counts >= 2) & (counts <= _MAXIMUM_SEGMENTS) & is_drawing
    is_readable &= np.cumsum(np.where(is_readable, counts, 0)) <= _MAXIMUM_PAGE_SEGMENTS
    is_readable[is_readable] = _without_curves(
        list(compress(paths, is_readable.tolist())), counts[is_readable]
    )
    if is_readable.any():
        chosen = list(compress(paths, is_readable.tolist()))
        edges, is_straight = _straight_edges(_read_segments(chosen, counts[is_readable], matrix, frame))
        found.append(edges)
        is_drawing[np.flatnonzero(is_readable)[is_straight]] = False
    return Edges(
        _joined([edges.horizontal for edges in found]), _joined([edges.vertical for edges in found])
    ), is_drawing


def _joined(parts: Sequence[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty((0, 3))


def _without_curves(paths: Sequence[Any], counts: npt.NDArray[np.int64]) -> Flags:
    """Which paths have no curve among their first segments."""
    sizes = np.minimum(counts, _PROBE).tolist()
    owners = chain.from_iterable(map(repeat, paths, sizes))
    kinds = list(map(_segment_type, map(_path_segment, owners, chain.from_iterable(map(range, sizes)))))
    is_curved = np.asarray(kinds) == pdfium.FPDF_SEGMENT_BEZIERTO
    result = np.ones(len(paths), bool)
    result[np.repeat(np.arange(len(paths)), sizes)[is_curved]] = False
    return result


def _read_boxes(paths: Sequence[Any], matrix: Rows | None, frame: PageFrame) -> tuple[Edges, Flags]:
    """The edges of paths with five segments that end where they began, and which of them are such.

    This is the shape of nearly every path in tables; it needs half of the calls that others do.
    """
    count = len(paths)
    owners = chain.from_iterable(map(repeat, paths, repeat(_BOX)))
    handles = list(map(_path_segment, owners, list(range(_BOX)) * count))
    # A curve takes three segments, so that the middle one of five would be part of it.
    is_line = np.asarray(list(map(_segment_type, handles[2::_BOX]))) == pdfium.FPDF_SEGMENT_LINETO
    x, y = (column.reshape(count, _BOX) for column in numbers(_segment_point, handles, 2))
    transforms = _transforms(paths, matrix)
    if transforms is not None:
        x, y = apply_matrices(transforms[:, None], x, y)
    x, y = frame.points_to_display(x, y)
    across, down = np.abs(np.diff(x)), np.abs(np.diff(y))
    is_horizontal = down < _STRAIGHT
    is_vertical = ~is_horizontal & (across < _STRAIGHT)
    is_closed = (x[:, 0] == x[:, -1]) & (y[:, 0] == y[:, -1])
    is_closed &= is_line & (is_horizontal | is_vertical).all(axis=1)
    is_horizontal &= is_closed[:, None] & (across > SHORTEST)
    is_vertical &= is_closed[:, None] & (down > SHORTEST)
    begin_x, end_x, begin_y, end_y = x[:, :-1], x[:, 1:], y[:, :-1], y[:, 1:]
    return Edges(
        _as_rules(begin_y[is_horizontal], begin_x[is_horizontal], end_x[is_horizontal]),
        _as_rules(begin_x[is_vertical], begin_y[is_vertical], end_y[is_vertical]),
    ), is_closed


def _as_rules(positions: Rows, first: Rows, last: Rows) -> Rows:
    result = np.empty((len(positions), 3))
    result[:, 0] = positions
    np.minimum(first, last, out=result[:, 1])
    np.maximum(first, last, out=result[:, 2])
    return result


class _Segments(NamedTuple):
    """The segments of several paths, one after the other; points are as displayed."""

    path: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    closes: Flags
    x: Rows
    y: Rows


def _read_segments(
    paths: Sequence[Any], counts: npt.NDArray[np.int64], matrix: Rows | None, frame: PageFrame
) -> _Segments:
    sizes = counts.tolist()
    owners = chain.from_iterable(map(repeat, paths, sizes))
    handles = list(map(_path_segment, owners, chain.from_iterable(map(range, sizes))))
    kinds = np.asarray(list(map(_segment_type, handles)))
    closes = np.asarray(list(map(_segment_closes, handles))) != 0
    x, y = numbers(_segment_point, handles, 2)
    path = np.repeat(np.arange(len(paths)), counts)
    transforms = _transforms(paths, matrix)
    if transforms is not None:
        x, y = apply_matrices(transforms[path], x, y)
    return _Segments(path, kinds, closes, *frame.points_to_display(x, y))


def _transforms(paths: Sequence[Any], matrix: Rows | None) -> Rows | None:
    """What leads from each path's own space to the page, shape (paths, 6); None when nothing does."""
    transforms = object_matrices(paths)
    if matrix is not None:
        return times(transforms, matrix[None])
    return None if (transforms == (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)).all() else transforms


def _straight_edges(segments: _Segments) -> tuple[Edges, Flags]:
    """All edges of those paths that have nothing but axis-parallel edges, and which of all these are."""
    path, kind, closes, x, y = segments
    is_move = kind == pdfium.FPDF_SEGMENT_MOVETO
    is_drawn = ~is_move
    is_drawn[0] = False
    is_drawn[1:] &= path[1:] == path[:-1]
    # Where the current figure began: the last move before (or at) a segment of the same path.
    origin = np.maximum.accumulate(np.where(is_move, np.arange(len(path)), -1))
    closes = closes & (origin >= 0) & (path[origin] == path)
    drawn, closing = np.flatnonzero(is_drawn), np.flatnonzero(closes)
    # A closed figure goes on from its origin.
    begin = np.concatenate((np.where(closes[drawn - 1], origin[drawn - 1], drawn - 1), closing))
    end = np.concatenate((drawn, origin[closing]))
    across, down = np.abs(x[begin] - x[end]), np.abs(y[begin] - y[end])
    is_horizontal = down < _STRAIGHT
    is_vertical = ~is_horizontal & (across < _STRAIGHT)
    is_straight = np.ones(int(path[-1]) + 1, bool)
    is_straight[path[end[~(is_horizontal | is_vertical)]]] = False
    is_straight[path[(kind == pdfium.FPDF_SEGMENT_BEZIERTO) | np.isnan(x) | np.isnan(y)]] = False
    is_kept = is_straight[path[end]]
    rows, columns = is_kept & is_horizontal & (across > SHORTEST), is_kept & is_vertical & (down > SHORTEST)
    return Edges(
        _as_rules(y[begin[rows]], x[begin[rows]], x[end[rows]]),
        _as_rules(x[begin[columns]], y[begin[columns]], y[end[columns]]),
    ), is_straight
