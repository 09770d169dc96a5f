"""Which rules of a page are fraction bars and roots rather than table lines and underlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from docassay.readers.pdf.formulas.box import Bar, hull
from docassay.readers.pdf.formulas.close_pairs import Extents
from docassay.readers.pdf.formulas.glyphs import Glyph
from docassay.readers.pdf.formulas.structure import is_root, is_vinculum, sides_of_bar
from docassay.readers.pdf.marks import Rule

_LONGEST: Final = 420.0
_MAXIMUM_BARS: Final = 400
_REACH: Final = 60.0
_COLUMN_GAP: Final = 0.85


def formula_bars(
    rules: Sequence[Rule], glyphs: Sequence[Glyph], extents: Extents
) -> list[tuple[Bar, list[Glyph]]]:
    """Bars with the symbols they bind together, narrow ones first.

    A fraction bar is about as wide as the wider of its two sides and both sides are centred on it; the
    vinculum of a root starts at the top right of its sign; a line over symbols of a formula is as wide as
    they are.
    """
    bars = {
        Bar(round(rule.start, 2), round(rule.end, 2), round(rule.position, 2))
        for rule in rules
        if 1.5 < rule.end - rule.start < _LONGEST
    }
    if not bars or len(bars) > _MAXIMUM_BARS:
        return []
    heights = (extents[:, 1] + extents[:, 3]) / 2
    order = np.argsort(heights, kind="stable")
    middles = heights[order]
    centres = ((extents[:, 0] + extents[:, 2]) / 2)[order]
    by_height = [glyphs[number] for number in order.tolist()]
    roots = [number for number, glyph in enumerate(by_height) if is_root(glyph.box)]
    margin = max(1.0, 0.1 * float(extents[:, 5].max(initial=0.0)))
    found: list[tuple[Bar, list[Glyph]]] = []
    for bar in sorted(bars, key=lambda bar: bar.width):
        first, last = np.searchsorted(middles, (bar.y - _REACH, bar.y + _REACH)).tolist()
        level = centres[first:last]
        is_near = (level >= bar.x0 - margin) & (level <= bar.x1 + margin)
        near = [by_height[first + place] for place in np.flatnonzero(is_near).tolist()]
        if not near:
            continue
        shorter = [other for other, _ in found if abs(other.y - bar.y) < _REACH]
        bound = (
            _under_root(bar, [by_height[number] for number in roots if first <= number < last], near)
            or _in_fraction(bar, near, shorter)
            or _overlined(bar, near)
        )
        if bound:
            found.append((bar, bound))
    return found


def _under_root(bar: Bar, roots: Sequence[Glyph], near: Sequence[Glyph]) -> list[Glyph]:
    for glyph in roots:
        box = glyph.box
        if is_vinculum(bar, box):
            content = [
                other
                for other in near
                if other is not glyph
                and bar.x0 - 0.1 * box.size <= other.box.centre <= bar.x1 + 0.1 * box.size
                and bar.y - 0.1 * box.size < other.box.middle < box.y1 + 0.35 * box.size
            ]
            return [glyph, *content] if content else []
    return []


def _in_fraction(bar: Bar, near: Sequence[Glyph], bars: Sequence[Bar]) -> list[Glyph]:
    above, below = _sides(bar, near, bars)
    if not above or not below:
        return []
    size = max(glyph.box.size for glyph in [*above, *below])
    top, bottom = hull([glyph.box for glyph in above]), hull([glyph.box for glyph in below])
    widest = max(top[2] - top[0], bottom[2] - bottom[0])
    slack = 0.25 if bar.width < 8 * size else 0.06
    if abs(widest - bar.width) > max(0.6 * size, slack * bar.width):
        return []
    for side in (top, bottom):
        if abs((side[0] + side[2]) / 2 - (bar.x0 + bar.x1) / 2) > max(0.45 * size, 0.04 * bar.width):
            return []
    bound = [*above, *below]
    if any(glyph.is_strong for glyph in bound):
        is_row_of_cells = any(glyph.is_text for glyph in bound) and (_has_gap(above) or _has_gap(below))
        return [] if is_row_of_cells else bound
    is_plain = not any(glyph.is_text for glyph in bound)
    return bound if is_plain and bar.width < 6 * size else []


def _has_gap(side: Sequence[Glyph]) -> bool:
    """Whether the symbols stand in columns."""
    right = float("inf")
    for glyph in sorted(side, key=lambda glyph: glyph.box.x0):
        if glyph.box.x0 - right > _COLUMN_GAP * glyph.box.size:
            return True
        right = glyph.box.x1 if right == float("inf") else max(right, glyph.box.x1)
    return False


def _overlined(bar: Bar, near: Sequence[Glyph]) -> list[Glyph]:
    below = [
        glyph
        for glyph in near
        if bar.x0 - 1 <= glyph.box.centre <= bar.x1 + 1 and -0.5 < glyph.box.y0 - bar.y < 0.7 * glyph.box.size
    ]
    if not below or not any(glyph.is_strong for glyph in below):
        return []
    if min(glyph.box.y0 - 0.35 * glyph.box.size for glyph in below) > bar.y:
        return []
    if _has_gap(below):
        return []
    x0, _, x1, _ = hull([glyph.box for glyph in below])
    size = max(glyph.box.size for glyph in below)
    return below if abs((x1 - x0) - bar.width) < 0.5 * size else []


def _sides(bar: Bar, near: Sequence[Glyph], bars: Sequence[Bar]) -> tuple[list[Glyph], list[Glyph]]:
    by_box = {id(glyph.box): glyph for glyph in near}
    above, below = sides_of_bar(bar, [glyph.box for glyph in near], bars)
    return [by_box[id(box)] for box in above], [by_box[id(box)] for box in below]
