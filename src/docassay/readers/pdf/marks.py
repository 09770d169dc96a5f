"""Everything on a page that is not text: ruling lines and images."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.bulk_calls import CHUNK, Arena, Handle, bulk
from docassay.readers.pdf.geometry import PageFrame

_MAXIMUM_OBJECTS: Final = 30_000
_MAXIMUM_RULES: Final = 6_000
_MAXIMUM_DEPTH: Final = 4
_MAXIMUM_SEGMENTS: Final = 2_000
_MAXIMUM_PAGE_SEGMENTS: Final = 120_000
_THIN: Final = 3.0
"""A filled box thinner than this many points is a line."""

_STRAIGHT: Final = 0.8
_SHORTEST: Final = 2.0

_page_object = bulk(pdfium.FPDFPage_GetObject, Handle)
_form_object = bulk(pdfium.FPDFFormObj_GetObject, Handle)
_form_count = bulk(pdfium.FPDFFormObj_CountObjects, ctypes.c_int)
_object_type = bulk(pdfium.FPDFPageObj_GetType, ctypes.c_int)
_object_bounds = bulk(pdfium.FPDFPageObj_GetBounds, ctypes.c_int)
_object_matrix = bulk(pdfium.FPDFPageObj_GetMatrix, ctypes.c_int)
_segment_count = bulk(pdfium.FPDFPath_CountSegments, ctypes.c_int)
_path_segment = bulk(pdfium.FPDFPath_GetPathSegment, Handle)
_segment_type = bulk(pdfium.FPDFPathSegment_GetType, ctypes.c_int)
_segment_point = bulk(pdfium.FPDFPathSegment_GetPoint, ctypes.c_int)
_segment_closes = bulk(pdfium.FPDFPathSegment_GetClose, ctypes.c_int)
_edges = [Arena(ctypes.c_float, 1) for _ in range(4)]
_matrices = Arena(ctypes.c_float, 6)


class Rule(NamedTuple):
    """A straight line along an axis: at ``position`` from ``start`` to ``end`` (points, display space)."""

    position: float
    start: float
    end: float


class PageMarks(NamedTuple):
    """Ruling lines, images and other drawings (``drawings`` are the boxes of paths that are no lines)."""

    horizontal: list[Rule]
    vertical: list[Rule]
    images: list[BoundingBox]
    drawings: list[BoundingBox]

    @property
    def is_empty(self) -> bool:
        """Whether the page shows nothing but text."""
        return not (self.horizontal or self.vertical or self.images or self.drawings)


_Rows = npt.NDArray[np.float64]
_IDENTITY: Final[_Rows] = np.array((1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
_SHOWN: Final = frozenset({pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING})


def read_marks(page: Any, frame: PageFrame) -> PageMarks:
    """Read the marks of an open pdfium page; pages with very many objects are read in part."""
    raw = ctypes.c_void_p(ctypes.cast(page.raw, ctypes.c_void_p).value)
    found = _Found()
    count = min(pdfium.FPDFPage_CountObjects(page.raw), _MAXIMUM_OBJECTS)
    _collect(found, list(map(_page_object, repeat(raw), range(count))), _IDENTITY, 0)
    marks = PageMarks([], [], [], [])
    if not found.objects:
        return marks
    matrices = np.stack(found.matrices)
    boxes = _display_boxes(found.objects, matrices, frame)
    inside = (
        (boxes[:, 2] >= 0) & (boxes[:, 3] >= 0) & (boxes[:, 0] <= frame.width) & (boxes[:, 1] <= frame.height)
    )
    np.clip(boxes, 0.0, (frame.width, frame.height, frame.width, frame.height), out=boxes)
    kinds = np.asarray(found.kinds)
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    for rows, target in (
        (inside & (kinds == pdfium.FPDF_PAGEOBJ_IMAGE) & (widths > 1) & (heights > 1), marks.images),
        (inside & (kinds == pdfium.FPDF_PAGEOBJ_SHADING), marks.drawings),
    ):
        target.extend(map(BoundingBox._make, boxes[rows].tolist()))
    is_path = inside & (kinds == pdfium.FPDF_PAGEOBJ_PATH)
    is_row = is_path & (heights <= _THIN) & (widths > 2 * heights) & (widths > _SHORTEST)
    is_column = is_path & ~is_row & (widths <= _THIN) & (heights > 2 * widths) & (heights > _SHORTEST)
    x0, y0, x1, y1 = boxes.T
    _add_rules(marks.horizontal, (y0 + y1)[is_row] / 2, x0[is_row], x1[is_row])
    _add_rules(marks.vertical, (x0 + x1)[is_column] / 2, y0[is_column], y1[is_column])
    others = np.flatnonzero(is_path & ~is_row & ~is_column).tolist()
    if others:
        _read_paths(
            marks, [found.objects[number] for number in others], matrices[others], boxes[others], frame
        )
    return marks


class _Found:
    """The drawing objects of a page, those inside of form objects included, with the forms' matrices."""

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self.kinds: list[int] = []
        self.matrices: list[_Rows] = []
        self.seen = 0


def _collect(found: _Found, objects: Sequence[Any], matrix: _Rows, depth: int) -> None:
    kinds = list(map(_object_type, objects))
    found.seen += len(kinds)
    for item, kind in zip(objects, kinds, strict=True):
        if kind in _SHOWN:
            found.objects.append(item)
            found.kinds.append(kind)
            found.matrices.append(matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAXIMUM_DEPTH and found.seen < _MAXIMUM_OBJECTS:
            inner = _times(_object_matrices([item]), matrix[None])[0]
            count = min(_form_count(item), _MAXIMUM_OBJECTS - found.seen)
            _collect(found, list(map(_form_object, repeat(item), range(count))), inner, depth + 1)


def _add_rules(rules: list[Rule], positions: _Rows, starts: _Rows, ends: _Rows) -> None:
    rules.extend(map(Rule, positions.tolist(), starts.tolist(), ends.tolist()))


def _display_boxes(objects: Sequence[Any], matrices: _Rows, frame: PageFrame) -> _Rows:
    """The boxes of objects as displayed, shape (objects, 4); one without bounds lies outside of the page."""
    parts = []
    for start in range(0, len(objects), CHUNK):
        chunk = objects[start : start + CHUNK]
        pointers = [arena.grow(len(chunk)) for arena in _edges]
        succeeded = list(map(_object_bounds, chunk, *pointers))
        rows = np.concatenate([arena.rows(len(chunk)) for arena in _edges], axis=1)
        rows[[not success for success in succeeded]] = np.nan
        parts.append(rows)
    left, bottom, right, top = np.concatenate(parts).T
    corners = [_apply(matrices, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = np.stack([x for x, _ in corners]), np.stack([y for _, y in corners])
    x0, y0 = _to_display(xs.min(axis=0), ys.min(axis=0), frame)
    x1, y1 = _to_display(xs.max(axis=0), ys.max(axis=0), frame)
    return np.stack((np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)), axis=1)


def _read_paths(
    marks: PageMarks, paths: Sequence[Any], matrices: _Rows, boxes: _Rows, frame: PageFrame
) -> None:
    """Add the edges of paths made of axis-parallel lines only, and the boxes of the others as drawings."""
    counts = np.asarray(list(map(_segment_count, paths)))
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    is_background = (areas > 0.9 * frame.width * frame.height) & (counts <= 6)
    is_readable = (counts >= 2) & (counts <= _MAXIMUM_SEGMENTS) & ~is_background
    is_readable &= np.cumsum(np.where(is_readable, counts, 0)) <= _MAXIMUM_PAGE_SEGMENTS
    readable = np.flatnonzero(is_readable)
    is_drawing = ~is_background
    if len(readable):
        chosen = [paths[number] for number in readable.tolist()]
        segments = _read_segments(chosen, counts[readable], matrices[readable], frame)
        is_straight = _add_straight_edges(marks, segments, len(readable))
        is_drawing[readable[is_straight]] = False
    marks.drawings.extend(map(BoundingBox._make, boxes[is_drawing].tolist()))


class _Segments(NamedTuple):
    """The segments of several paths, one after the other; points are as displayed."""

    path: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    closes: npt.NDArray[np.bool_]
    x: _Rows
    y: _Rows


def _read_segments(
    paths: Sequence[Any], counts: npt.NDArray[np.int64], matrices: _Rows, frame: PageFrame
) -> _Segments:
    handles = list(
        map(
            _path_segment,
            chain.from_iterable(map(repeat, paths, counts.tolist())),
            chain.from_iterable(map(range, counts.tolist())),
        )
    )
    kinds = np.asarray(list(map(_segment_type, handles)))
    closes = np.asarray(list(map(_segment_closes, handles))) != 0
    parts = []
    for start in range(0, len(handles), CHUNK):
        chunk = handles[start : start + CHUNK]
        pointers = [arena.grow(len(chunk)) for arena in _edges[:2]]
        succeeded = list(map(_segment_point, chunk, *pointers))
        rows = np.concatenate([arena.rows(len(chunk)) for arena in _edges[:2]], axis=1)
        rows[[not success for success in succeeded]] = np.nan
        parts.append(rows)
    x, y = np.concatenate(parts).T
    numbers = np.repeat(np.arange(len(paths)), counts)
    transforms = _times(_object_matrices(paths), matrices)[numbers]
    x, y = _apply(transforms, x, y)
    x, y = _to_display(x, y, frame)
    return _Segments(numbers, kinds, closes, x, y)


def _add_straight_edges(marks: PageMarks, segments: _Segments, path_count: int) -> npt.NDArray[np.bool_]:
    """Add all edges of those paths that have nothing but axis-parallel edges; tells which these are."""
    path, kind, closes, x, y = segments
    number = np.arange(len(path))
    is_start = np.concatenate(([True], path[1:] != path[:-1]))
    is_move = kind == pdfium.FPDF_SEGMENT_MOVETO
    # Where the current figure began: the last move before (or at) a segment of the same path.
    origin = np.maximum.accumulate(np.where(is_move, number, -1))
    has_origin = (origin >= 0) & (path[np.maximum(origin, 0)] == path)
    drawn = np.flatnonzero(~is_move & ~is_start)
    closing = np.flatnonzero(closes & has_origin)
    begin = np.concatenate((drawn - 1, closing))
    end = np.concatenate((drawn, origin[closing]))
    # A closed figure goes on from its origin.
    after_close = np.concatenate((closes[drawn - 1] & has_origin[drawn - 1], np.zeros(len(closing), bool)))
    begin = np.where(after_close, origin[np.maximum(begin, 0)], begin)
    across, down = np.abs(x[begin] - x[end]), np.abs(y[begin] - y[end])
    is_horizontal = down < _STRAIGHT
    is_vertical = ~is_horizontal & (across < _STRAIGHT)
    is_straight = np.ones(path_count, bool)
    is_straight[path[end[~is_horizontal & ~is_vertical]]] = False
    is_straight[path[(kind == pdfium.FPDF_SEGMENT_BEZIERTO) | np.isnan(x) | np.isnan(y)]] = False
    is_kept = is_straight[path[end]]
    rows = np.flatnonzero(is_kept & is_horizontal & (across > _SHORTEST))
    columns = np.flatnonzero(is_kept & is_vertical & (down > _SHORTEST))
    for rules, which, along, at in ((marks.horizontal, rows, x, y), (marks.vertical, columns, y, x)):
        first, last = along[begin[which]], along[end[which]]
        _add_rules(rules, at[begin[which]], np.minimum(first, last), np.maximum(first, last))
    return is_straight


def _to_display(x: _Rows, y: _Rows, frame: PageFrame) -> tuple[_Rows, _Rows]:
    if frame.rotation == 0:
        return x - frame.left, frame.top - y
    if frame.rotation == 90:
        return y - frame.bottom, x - frame.left
    if frame.rotation == 180:
        return frame.right - x, y - frame.bottom
    return frame.top - y, frame.right - x


def _object_matrices(objects: Sequence[Any]) -> _Rows:
    """The matrices of page objects, shape (objects, 6)."""
    parts = []
    for start in range(0, len(objects), CHUNK):
        chunk = objects[start : start + CHUNK]
        succeeded = list(map(_object_matrix, chunk, _matrices.grow(len(chunk))))
        rows = _matrices.rows(len(chunk))
        rows[[not success for success in succeeded]] = _IDENTITY
        parts.append(rows)
    return np.concatenate(parts)


def _times(first: _Rows, second: _Rows) -> _Rows:
    """The matrices that apply ``first`` and then ``second`` (PDF row vectors)."""
    a, b, c, d, e, f = first.T
    g, h, i, j, k, m = second.T
    return np.stack(
        (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m),
        axis=1,
    )


def _apply(matrices: _Rows, x: _Rows, y: _Rows) -> tuple[_Rows, _Rows]:
    a, b, c, d, e, f = matrices.T
    return a * x + c * y + e, b * x + d * y + f
