"""Affine matrices of pdfium's page objects, many at a time."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.readers.pdf.bulk_calls import CHUNK, Arena, bulk

_object_matrix = bulk(pdfium.FPDFPageObj_GetMatrix, ctypes.c_int)
_matrices = Arena(ctypes.c_float, 6)

Rows = npt.NDArray[np.float64]


def object_matrices(objects: Sequence[Any]) -> Rows:
    """The matrices of page objects, shape (objects, 6)."""
    parts = []
    for start in range(0, len(objects), CHUNK):
        chunk = objects[start : start + CHUNK]
        succeeded = list(map(_object_matrix, chunk, _matrices.grow(len(chunk))))
        rows = _matrices.view(len(chunk)).astype(np.float64)
        if not all(succeeded):
            rows[[not success for success in succeeded]] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        parts.append(rows)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def times(first: Rows, second: Rows) -> Rows:
    """The matrices that apply ``first`` and then ``second`` (PDF row vectors)."""
    a, b, c, d, e, f = first.T
    g, h, i, j, k, m = second.T
    return np.stack(
        (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m),
        axis=1,
    )


def apply_matrices(matrices: Rows, x: Rows, y: Rows) -> tuple[Rows, Rows]:
    """The points ``(x, y)`` moved by their matrices (the last axis of ``matrices``)."""
    a, b, c, d, e, f = np.moveaxis(matrices, -1, 0)
    return a * x + c * y + e, b * x + d * y + f
