"""How the text of a page lies: upright or sideways, and by how many degrees it is skewed."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from docassay.readers.ocr.ink import Mask

_MOST_DEGREES: Final = 8.0
_COARSE_STEP: Final = 0.5
_FINE_STEP: Final = 0.05
_MOST_PIXELS: Final = 40_000
_FEWEST_PIXELS: Final = 400
_CLEARER: Final = 1.15
_MUCH_CLEARER: Final = 1.5


class Slant(NamedTuple):
    """How the lines of a page lie.

    ``seems_sideways``: lines of text may run up or down the page (so do the columns of a table: try).
    The skews are in degrees, for text along the rows and for text along the columns of the image. Positive
    degrees mean that lines rise to the right: turning the image clockwise by them makes it straight.
    """

    seems_sideways: bool
    skew_degrees: float
    sideways_skew_degrees: float

    def skew_of(self, turn: int) -> float:
        """The skew of text that runs in the direction ``turn`` (quarter turns)."""
        return self.sideways_skew_degrees if turn % 2 else self.skew_degrees


def page_slant(mask: Mask) -> Slant:
    """Find the direction in which the ink's projection has the sharpest lines (Postl, 1986).

    ``mask`` is best of 75-100 dpi. A page with little ink, or whose projection is equally blurred in all
    directions, counts as upright and straight.
    """
    rows, columns = np.nonzero(mask)
    if len(rows) < _FEWEST_PIXELS:
        return Slant(seems_sideways=False, skew_degrees=0.0, sideways_skew_degrees=0.0)
    if len(rows) > _MOST_PIXELS:
        kept = np.linspace(0, len(rows) - 1, _MOST_PIXELS).astype(np.intp)
        rows, columns = rows[kept], columns[kept]
    upright, upright_sharpness = _Projection(columns, rows).sharpest()
    sideways, sideways_sharpness = _Projection(-rows, columns).sharpest()
    return Slant(sideways_sharpness > _MUCH_CLEARER * upright_sharpness, upright, sideways)


class _Projection:
    """Ink added up along lines that lie at an angle; ``along`` and ``across`` are pixel positions."""

    def __init__(self, along: NDArray[np.intp], across: NDArray[np.intp]) -> None:
        self._along = along.astype(np.float32)
        self._across = across.astype(np.float32)

    def sharpness(self, degrees: float) -> float:
        """How much neighbouring lines differ: the sum of squared differences, per pixel of ink."""
        shifted = self._across + self._along * np.float32(np.tan(np.deg2rad(degrees)))
        shifted -= shifted.min()
        counts = np.bincount(shifted.astype(np.intp)).astype(np.float64)
        return float(np.square(np.diff(counts)).sum()) / len(self._across)

    def sharpest(self) -> tuple[float, float]:
        """The angle with the highest sharpness, 0 unless it is clearly higher, and that sharpness."""
        steps = round(_MOST_DEGREES / _COARSE_STEP)
        coarse = [number * _COARSE_STEP for number in range(-steps, steps + 1)]
        best = max(coarse, key=self.sharpness)
        for step in (5 * _FINE_STEP, _FINE_STEP):
            around = [best + number * step for number in range(-4, 5)]
            best = max(around, key=self.sharpness)
        sharpness, straight = self.sharpness(best), self.sharpness(0.0)
        return (round(best, 3), sharpness) if sharpness > _CLEARER * straight else (0.0, straight)
