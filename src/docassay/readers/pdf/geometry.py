"""From PDF user space (bottom-left origin, unrotated) to display space and to reading space."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from docassay.documents.model import BoundingBox

Coordinates = npt.NDArray[np.float64]


class PageFrame(NamedTuple):
    """The visible page: its box in user space, ``rotation`` (0, 90, 180, 270 clockwise) and display size."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def width(self) -> float:
        """Width of the displayed page in points."""
        return self.right - self.left if self.rotation % 180 == 0 else self.top - self.bottom

    @property
    def height(self) -> float:
        """Height of the displayed page in points."""
        return self.top - self.bottom if self.rotation % 180 == 0 else self.right - self.left

    def to_display(self, x0: float, y0: float, x1: float, y1: float) -> BoundingBox:
        """The box with user-space corners ``(x0, y0)`` and ``(x1, y1)`` as seen, top-left origin."""
        if self.rotation == 0:
            u0, v0, u1, v1 = x0 - self.left, self.top - y0, x1 - self.left, self.top - y1
        elif self.rotation == 90:
            u0, v0, u1, v1 = y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        elif self.rotation == 180:
            u0, v0, u1, v1 = self.right - x0, y0 - self.bottom, self.right - x1, y1 - self.bottom
        else:
            u0, v0, u1, v1 = self.top - y0, self.right - x0, self.top - y1, self.right - x1
        return BoundingBox(min(u0, u1), min(v0, v1), max(u0, u1), max(v0, v1))

    def points_to_display(self, x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
        """Points of user space as seen, top-left origin; arrays of any equal shapes."""
        if self.rotation == 0:
            return x - self.left, self.top - y
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x


def page_frame(page: Any) -> PageFrame:
    """The frame of an open pdfium page; a page without area counts as US letter."""
    left, bottom, right, top = page.get_bbox()
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = 0.0, 0.0, 612.0, 792.0
    return PageFrame(left, bottom, right, top, page.get_rotation() % 360)


def to_reading(box: BoundingBox, turn: int, width: float, height: float) -> BoundingBox:
    """Turn a display box so that text of direction ``turn`` (quarter turns, counter-clockwise) is upright.

    ``width`` and ``height`` are those of the displayed page. ``from_reading`` is the inverse.
    """
    x0, y0, x1, y1 = box
    if turn == 1:
        return BoundingBox(height - y1, x0, height - y0, x1)
    if turn == 2:
        return BoundingBox(width - x1, height - y1, width - x0, height - y0)
    if turn == 3:
        return BoundingBox(y0, width - x1, y1, width - x0)
    return box


def from_reading(box: BoundingBox, turn: int, width: float, height: float) -> BoundingBox:
    """The display box of a box in the reading space of ``turn``."""
    x0, y0, x1, y1 = box
    if turn == 1:
        return BoundingBox(y0, height - x1, y1, height - x0)
    if turn == 2:
        return BoundingBox(width - x1, height - y1, width - x0, height - y0)
    if turn == 3:
        return BoundingBox(width - y1, x0, width - y0, x1)
    return box
