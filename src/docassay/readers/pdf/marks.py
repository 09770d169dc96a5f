"""Everything on a page that is not text: ruling lines and images."""

from __future__ import annotations

import ctypes
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.geometry import PageFrame

_MAXIMUM_OBJECTS: Final = 30_000
_MAXIMUM_RULES: Final = 6_000
_MAXIMUM_DEPTH: Final = 4
_THIN: Final = 3.0
"""A filled box thinner than this many points is a line."""


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


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Final[_Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_marks(page: Any, frame: PageFrame) -> PageMarks:
    """Read the marks of an open pdfium page; pages with very many objects are read in part."""
    reader = _MarkReader(frame)
    raw = page.raw
    count = min(pdfium.FPDFPage_CountObjects(raw), _MAXIMUM_OBJECTS)
    for index in range(count):
        reader.read(pdfium.FPDFPage_GetObject(raw, index), _IDENTITY, 0)
    return reader.marks


class _MarkReader:
    def __init__(self, frame: PageFrame) -> None:
        self.marks = PageMarks([], [], [], [])
        self._frame = frame
        self._seen = 0
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._edge_pointers = [ctypes.byref(edge) for edge in self._edges]

    def read(self, page_object: Any, matrix: _Matrix, depth: int) -> None:
        self._seen += 1
        kind = pdfium.FPDFPageObj_GetType(page_object)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(page_object, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = self._box(page_object, matrix)
            if box is not None and box.x1 - box.x0 > 1 and box.y1 - box.y0 > 1:
                self.marks.images.append(box)
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            box = self._box(page_object, matrix)
            if box is not None:
                self.marks.drawings.append(box)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAXIMUM_DEPTH and self._seen < _MAXIMUM_OBJECTS:
            inner = _times(_matrix(page_object), matrix)
            for index in range(min(pdfium.FPDFFormObj_CountObjects(page_object), _MAXIMUM_OBJECTS)):
                self.read(pdfium.FPDFFormObj_GetObject(page_object, index), inner, depth + 1)

    def _box(self, page_object: Any, matrix: _Matrix) -> BoundingBox | None:
        if not pdfium.FPDFPageObj_GetBounds(page_object, *self._edge_pointers):
            return None
        left, bottom, right, top = (edge.value for edge in self._edges)
        if matrix is not _IDENTITY:
            corners = [_apply(matrix, x, y) for x in (left, right) for y in (bottom, top)]
            left, right = min(x for x, _ in corners), max(x for x, _ in corners)
            bottom, top = min(y for _, y in corners), max(y for _, y in corners)
        box = self._frame.to_display(left, bottom, right, top)
        if box.x1 < 0 or box.y1 < 0 or box.x0 > self._frame.width or box.y0 > self._frame.height:
            return None
        return BoundingBox(
            max(box.x0, 0.0),
            max(box.y0, 0.0),
            min(box.x1, self._frame.width),
            min(box.y1, self._frame.height),
        )

    def _path(self, path: Any, matrix: _Matrix) -> None:
        box = self._box(path, matrix)
        if box is None or len(self.marks.horizontal) + len(self.marks.vertical) > _MAXIMUM_RULES:
            return
        width, height = box.x1 - box.x0, box.y1 - box.y0
        if height <= _THIN and width > 2 * height and width > 2:
            self.marks.horizontal.append(Rule((box.y0 + box.y1) / 2, box.x0, box.x1))
            return
        if width <= _THIN and height > 2 * width and height > 2:
            self.marks.vertical.append(Rule((box.x0 + box.x1) / 2, box.y0, box.y1))
            return
        count = pdfium.FPDFPath_CountSegments(path)
        if width * height > 0.9 * self._frame.width * self._frame.height and count <= 6:
            return  # the page background
        if not self._straight_edges(path, matrix, count):
            self.marks.drawings.append(box)

    def _straight_edges(self, path: Any, matrix: _Matrix, count: int) -> bool:
        """Add the edges of a path made of axis-parallel lines only; False when it has anything else."""
        if count < 2 or count > 2_000:
            return False
        transform = _times(_matrix(path), matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        found: list[tuple[bool, Rule]] = []
        origin: tuple[float, float] | None = None
        current: tuple[float, float] | None = None
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(path, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                return False
            if not pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
                return False
            user_x, user_y = _apply(transform, x.value, y.value)
            spot = self._frame.to_display(user_x, user_y, user_x, user_y)
            point = (spot.x0, spot.y0)
            steps: list[tuple[float, float]] = []
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                origin = current = point
            else:
                steps.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment) and origin is not None:
                steps.append(origin)
            for step in steps:
                if current is not None and not _add_edge(found, current, step):
                    return False
                current = step
        for is_horizontal, rule in found:
            (self.marks.horizontal if is_horizontal else self.marks.vertical).append(rule)
        return True


def _add_edge(found: list[tuple[bool, Rule]], start: tuple[float, float], end: tuple[float, float]) -> bool:
    if abs(start[1] - end[1]) < 0.8:
        if abs(start[0] - end[0]) > 2:
            found.append((True, Rule(start[1], min(start[0], end[0]), max(start[0], end[0]))))
        return True
    if abs(start[0] - end[0]) < 0.8:
        if abs(start[1] - end[1]) > 2:
            found.append((False, Rule(start[0], min(start[1], end[1]), max(start[1], end[1]))))
        return True
    return False


def _matrix(page_object: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(page_object, ctypes.byref(matrix)):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(first: _Matrix, second: _Matrix) -> _Matrix:
    """The matrix that applies ``first`` and then ``second`` (PDF row vectors)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)
