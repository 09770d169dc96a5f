"""A formula found on a page, before it is rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from docassay.readers.pdf.formulas.box import AXIS_HEIGHT, Bar, MathBox, hull
from docassay.readers.pdf.formulas.glyphs import Glyph


@dataclass(slots=True)
class Formula:
    """Symbols that belong together; ``bars`` are the rules among them.

    The box is that of the ink in points, ``size`` the largest font size, ``base`` the baseline of the main
    line. They are taken anew by ``measure`` after a change.
    """

    glyphs: list[Glyph]
    bars: list[Bar] = field(default_factory=list)
    is_display: bool = False
    number_glyphs: list[Glyph] = field(default_factory=list)
    """The equation number beside it, brackets included."""

    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    size: float = 0.0
    base: float = 0.0

    def measure(self) -> None:
        """Take box, size and baseline from the symbols."""
        boxes = [glyph.box for glyph in self.glyphs]
        self.x0, self.y0, self.x1, self.y1 = hull(boxes)
        self.size = max([box.size for box in boxes])
        self.base = self._baseline(boxes)

    def _baseline(self, boxes: Sequence[MathBox]) -> float:
        size = self.size
        fractions = [bar for bar in self.bars if any(_is_over(box, bar) for box in boxes)]
        votes: dict[float, int] = {}
        for box in boxes:
            if box.size > 0.85 * size and not box.is_centred and not _is_by_bar(box, fractions):
                base = round(box.base, 1)
                votes[base] = votes.get(base, 0) + 1
        if votes:
            return max(votes, key=votes.__getitem__)
        if fractions:
            return min(bar.y for bar in fractions) + AXIS_HEIGHT * size
        return max(box.base for box in boxes)

    def absorb(self, other: Formula) -> None:
        """Take over the symbols of another part of the same equation."""
        self.glyphs += other.glyphs
        self.bars += other.bars
        self.number_glyphs += other.number_glyphs
        self.measure()


def _is_over(box: MathBox, bar: Bar) -> bool:
    return box.middle < bar.y and bar.x0 - 1 <= box.centre <= bar.x1 + 1


def _is_by_bar(box: MathBox, bars: Sequence[Bar]) -> bool:
    """Whether the symbol stands over or under a bar."""
    return bool(bars) and any(bar.x0 - 1 <= box.centre <= bar.x1 + 1 for bar in bars)
