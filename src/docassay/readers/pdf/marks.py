"""Everything on a page that is not text: ruling lines and images."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import compress, repeat
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.bulk_calls import Handle, bulk, numbers
from docassay.readers.pdf.edges import SHORTEST, Flags, read_edges
from docassay.readers.pdf.fills import NO_FILL, Colours, fill_colours, visible_edges
from docassay.readers.pdf.geometry import PageFrame
from docassay.readers.pdf.matrices import Rows, apply_matrices, object_matrices, times

_MAXIMUM_OBJECTS: Final = 30_000
_MAXIMUM_RULES: Final = 6_000
_MAXIMUM_DEPTH: Final = 4
_THIN: Final = 3.0
"""A filled box thinner than this many points is a line."""


_page_object = bulk(pdfium.FPDFPage_GetObject, Handle)
_form_object = bulk(pdfium.FPDFFormObj_GetObject, Handle)
_form_count = bulk(pdfium.FPDFFormObj_CountObjects, ctypes.c_int)
_object_type = bulk(pdfium.FPDFPageObj_GetType, ctypes.c_int)
_object_bounds = bulk(pdfium.FPDFPageObj_GetBounds, ctypes.c_int)


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


_DRAWN: Final = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)


def read_marks(page: Any, frame: PageFrame) -> PageMarks:
    """Read the marks of an open pdfium page; pages with very many objects are read in part."""
    raw = ctypes.c_void_p(ctypes.cast(page.raw, ctypes.c_void_p).value)
    count = min(pdfium.FPDFPage_CountObjects(page.raw), _MAXIMUM_OBJECTS)
    objects = list(map(_page_object, repeat(raw), range(count)))
    layers: list[_Layer] = []
    _collect(layers, objects, None, 0, count)
    marks = PageMarks([], [], [], [])
    for layer in layers:
        _read_layer(marks, layer, frame)
    return marks


class _Layer(NamedTuple):
    """The drawing objects of a page or form object; ``matrix`` leads from a form to the page."""

    paths: list[Any]
    images: list[Any]
    shadings: list[Any]
    matrix: Rows | None


def _collect(layers: list[_Layer], objects: Sequence[Any], matrix: Rows | None, depth: int, seen: int) -> int:
    """Add the objects and those inside of form objects; returns how many objects have been looked at."""
    kinds = list(map(_object_type, objects))
    paths, images, shadings = (_of_kind(objects, kinds, wanted) for wanted in _DRAWN)
    layer = _Layer(paths, images, shadings, matrix)
    if any(layer[:3]):
        layers.append(layer)
    if pdfium.FPDF_PAGEOBJ_FORM in kinds and depth < _MAXIMUM_DEPTH:
        for form in [
            item for item, kind in zip(objects, kinds, strict=True) if kind == pdfium.FPDF_PAGEOBJ_FORM
        ]:
            count = min(_form_count(form), _MAXIMUM_OBJECTS - seen)
            if count > 0:
                own = object_matrices([form])
                inner = own[0] if matrix is None else times(own, matrix[None])[0]
                parts = list(map(_form_object, repeat(form), range(count)))
                seen = _collect(layers, parts, inner, depth + 1, seen + count)
    return seen


def _of_kind(objects: Sequence[Any], kinds: Sequence[int], wanted: int) -> list[Any]:
    return list(compress(objects, map(wanted.__eq__, kinds))) if wanted in kinds else []


def _read_layer(marks: PageMarks, layer: _Layer, frame: PageFrame) -> None:
    for objects, target, smallest in (
        (layer.images, marks.images, 1.0),
        (layer.shadings, marks.drawings, -1.0),
    ):
        if objects:
            boxes, _ = _display_boxes(objects, layer.matrix, frame)
            target.extend(
                box
                for box in map(BoundingBox._make, boxes.tolist())
                if box.x1 - box.x0 > smallest and box.y1 - box.y0 > smallest
            )
    if not layer.paths or len(marks.horizontal) + len(marks.vertical) > _MAXIMUM_RULES:
        return
    boxes, is_inside = _display_boxes(layer.paths, layer.matrix, frame)
    paths = layer.paths if is_inside.all() else list(compress(layer.paths, is_inside.tolist()))
    x0, y0, x1, y1 = boxes.T
    width, height = x1 - x0, y1 - y0
    is_row = (height <= _THIN) & (width > 2 * height) & (width > SHORTEST)
    is_column = ~is_row & (width <= _THIN) & (height > 2 * width) & (height > SHORTEST)
    if is_row.any():
        _add_rules(marks.horizontal, (y0 + y1)[is_row] / 2, x0[is_row], x1[is_row])
    if is_column.any():
        _add_rules(marks.vertical, (x0 + x1)[is_column] / 2, y0[is_column], y1[is_column])
    is_other = ~(is_row | is_column)
    if is_other.any():
        others = list(compress(paths, is_other.tolist()))
        colours = fill_colours(others)
        for is_chosen in (colours == NO_FILL, colours != NO_FILL):
            if is_chosen.any():
                chosen = list(compress(others, is_chosen.tolist()))
                _add_edges(marks, chosen, boxes[is_other][is_chosen], colours[is_chosen], layer.matrix, frame)


def _add_edges(
    marks: PageMarks,
    paths: Sequence[Any],
    boxes: Rows,
    colours: Colours,
    matrix: Rows | None,
    frame: PageFrame,
) -> None:
    """Add the edges of paths that are all outlined or all only filled, and what is a drawing."""
    edges, is_drawing = read_edges(paths, boxes, matrix, frame)
    if colours[0] != NO_FILL:
        areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        is_box = ~is_drawing & (areas < 0.9 * frame.width * frame.height)
        edges = visible_edges(boxes[is_box], colours[is_box])
    _add_rules(marks.horizontal, *edges.horizontal.T)
    _add_rules(marks.vertical, *edges.vertical.T)
    if is_drawing.any():
        marks.drawings.extend(map(BoundingBox._make, boxes[is_drawing].tolist()))


def _add_rules(rules: list[Rule], positions: Rows, starts: Rows, ends: Rows) -> None:
    fields = zip(positions.tolist(), starts.tolist(), ends.tolist(), strict=True)
    rules.extend(map(tuple.__new__, repeat(Rule), fields))


def _display_boxes(objects: Sequence[Any], matrix: Rows | None, frame: PageFrame) -> tuple[Rows, Flags]:
    """The boxes, cut to the page, of those objects that are seen, and which of all objects these are."""
    left, bottom, right, top = numbers(_object_bounds, objects, 4)
    if matrix is not None:
        corners = [apply_matrices(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = np.stack([x for x, _ in corners]), np.stack([y for _, y in corners])
        left, bottom, right, top = xs.min(axis=0), ys.min(axis=0), xs.max(axis=0), ys.max(axis=0)
    u0, v0 = frame.points_to_display(left, bottom)
    u1, v1 = frame.points_to_display(right, top)
    boxes = np.empty((len(objects), 4))
    x0, y0, x1, y1 = boxes.T
    np.minimum(u0, u1, out=x0)
    np.minimum(v0, v1, out=y0)
    np.maximum(u0, u1, out=x1)
    np.maximum(v0, v1, out=y1)
    is_inside = (x1 >= 0) & (y1 >= 0) & (x0 <= frame.width) & (y0 <= frame.height)
    if not is_inside.all():
        boxes = boxes[is_inside]
    np.maximum(boxes[:, :2], 0.0, out=boxes[:, :2])
    np.minimum(boxes[:, 2:], (frame.width, frame.height), out=boxes[:, 2:])
    return boxes, is_inside
