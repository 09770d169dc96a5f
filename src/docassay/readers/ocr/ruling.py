"""Ruling lines of a scanned page: long thin straight runs of ink, for the code that finds ruled tables."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docassay.readers.ocr.ink import Mask, ink_mask, reduced
from docassay.readers.pdf.marks import PageMarks, Rule

_DPI: Final = 150.0
_SHORTEST_POINTS: Final = 24.0
_THICKEST_POINTS: Final = 4.0
_SOLID: Final = 0.9
"""Share of ink in every piece of a line of the shortest length: scans break lines."""
_MOST_RUNS: Final = 20_000
_EDGE_POINTS: Final = 3.0


def page_rules(image: Image.Image, dpi: float) -> PageMarks:
    """The horizontal and vertical ruling lines of a straight 8-bit grey page image, in points.

    Lines along the edge of the image are left out (the shadow of the paper). Pages with more pieces of lines
    than a table can have (dithered photographs) give none.
    """
    small, resolution = reduced(image, dpi, _DPI)
    mask = ink_mask(small, resolution)
    scale = 72.0 / resolution
    height, width = mask.shape
    return PageMarks(
        _rules(mask, scale, height * scale),
        _rules(np.ascontiguousarray(mask.T), scale, width * scale),
        [],
        [],
    )


class _Run(NamedTuple):
    row: int
    start: int
    end: int


class _Bundle:
    """Runs of neighbouring rows that overlap: one line with its thickness."""

    __slots__ = ("ink", "last", "moment", "rows", "run_end", "run_start", "start", "stop")

    def __init__(self, run: _Run) -> None:
        self.rows = self.ink = self.moment = 0
        self.start, self.stop = run.start, run.end
        self.add(run)

    def add(self, run: _Run) -> None:
        length = run.end - run.start
        self.last, self.run_start, self.run_end = run.row, run.start, run.end
        self.rows += 1
        self.ink += length
        self.moment += run.row * length
        self.start, self.stop = min(self.start, run.start), max(self.stop, run.end)


def _rules(mask: Mask, scale: float, extent: float) -> list[Rule]:
    """Lines along the rows of ``mask``; ``extent`` is the page's size across them in points."""
    shortest = max(3, round(_SHORTEST_POINTS / scale))
    if mask.shape[1] < shortest:
        return []
    runs = _long_runs(mask, shortest)
    if len(runs) > _MOST_RUNS:
        return []
    result = []
    for bundle in _bundles(runs):
        length = bundle.stop - bundle.start
        thickness = bundle.ink / length * scale
        position = (bundle.moment / bundle.ink + 0.5) * scale
        is_edge = position < _EDGE_POINTS or position > extent - _EDGE_POINTS
        if thickness <= _THICKEST_POINTS and thickness < 0.25 * length * scale and not is_edge:
            result.append(Rule(position, bundle.start * scale, bundle.stop * scale))
    return sorted(result)


def _long_runs(mask: Mask, shortest: int) -> list[_Run]:
    """Stretches of rows in which every window of ``shortest`` pixels is nearly all ink."""
    sums = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int32)
    np.cumsum(mask, axis=1, out=sums[:, 1:])
    full = sums[:, shortest:] - sums[:, :-shortest] >= _SOLID * shortest
    rows = np.flatnonzero(full.any(axis=1))
    if len(rows) == 0:
        return []
    padded = np.zeros((len(rows), full.shape[1] + 2), np.int8)
    padded[:, 1:-1] = full[rows]
    steps: NDArray[np.int8] = np.diff(padded, axis=1)
    starts, ends = np.nonzero(steps == 1), np.nonzero(steps == -1)
    if len(starts[0]) > _MOST_RUNS:
        return [_Run(0, 0, 0)] * (_MOST_RUNS + 1)
    return [
        _Run(int(rows[row]), int(start), int(end) + shortest - 1)
        for row, start, end in zip(starts[0], starts[1], ends[1], strict=True)
    ]


def _bundles(runs: list[_Run]) -> list[_Bundle]:
    """Join runs of neighbouring rows (one may be missing) that overlap; ``runs`` are sorted by row."""
    finished: list[_Bundle] = []
    growing: list[_Bundle] = []
    row = -1
    for run in runs:
        if run.row != row:
            row = run.row
            finished += [bundle for bundle in growing if bundle.last < row - 2]
            growing = [bundle for bundle in growing if bundle.last >= row - 2]
        for bundle in growing:
            if run.start <= bundle.run_end and bundle.run_start <= run.end:
                bundle.add(run)
                break
        else:
            growing.append(_Bundle(run))
    return finished + growing
