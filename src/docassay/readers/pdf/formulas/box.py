"""The boxes that a formula is rebuilt from: single symbols at first, whole sub-formulas later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

AXIS_HEIGHT = 0.25
"""Height of fraction bars and minus signs above the baseline, in font sizes (most fonts: 0.23 to 0.28)."""


@dataclass(slots=True, eq=False)
class MathBox:
    """Ink box in points (y down), baseline and font size of a symbol or of a finished sub-formula.

    ``alphabet`` is the LaTeX alphabet of a letter (``mathbf``, ``mathrm``, ..) or empty. ``text`` is the same
    as plain characters. ``order`` is the position in the file.
    """

    latex: str
    kind: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    alphabet: str = ""
    text: str = ""
    order: int = 0
    is_centred: bool = False
    """Whether it stands on the axis (large operators and delimiters, fractions) and not on the baseline."""

    is_bare: bool = True
    """Whether scripts can follow without braces around it."""

    @property
    def width(self) -> float:
        """Width of the ink."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height of the ink."""
        return self.y1 - self.y0

    @property
    def centre(self) -> float:
        """Horizontal middle."""
        return (self.x0 + self.x1) / 2

    @property
    def middle(self) -> float:
        """Vertical middle."""
        return (self.y0 + self.y1) / 2

    @property
    def axis(self) -> float:
        """The height of a minus sign that stands beside it."""
        return self.middle if self.is_centred else self.base - AXIS_HEIGHT * self.size


@dataclass(slots=True, frozen=True)
class Bar:
    """A horizontal rule: fraction bar, vinculum of a root, overline or underline."""

    x0: float
    x1: float
    y: float

    @property
    def width(self) -> float:
        """Length in points."""
        return self.x1 - self.x0


def hull(boxes: Sequence[MathBox]) -> tuple[float, float, float, float]:
    """The ink box around several boxes."""
    return (
        min([box.x0 for box in boxes]),
        min([box.y0 for box in boxes]),
        max([box.x1 for box in boxes]),
        max([box.y1 for box in boxes]),
    )


def main_size(boxes: Sequence[MathBox]) -> float:
    """The largest font size; 10 when there is nothing."""
    return max([box.size for box in boxes]) if boxes else 10.0
