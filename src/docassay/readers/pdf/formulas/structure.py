"""Symbols and rules of one formula to LaTeX, from the outermost structure inwards.

The widest bar splits first (fractions, roots, overlines), then accents, then tall delimiters around rows,
then limits of large operators; what is left is one line on which smaller or shifted symbols are scripts.
The idea of a dominant baseline is that of Zanibbi, Blostein and Cordy, "Recognizing mathematical expressions
using tree transformation", IEEE TPAMI 24 (2002).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from docassay.readers.pdf.formulas.box import AXIS_HEIGHT, Bar, MathBox, hull, main_size
from docassay.readers.pdf.formulas.linear import line_to_latex, symbol_to_latex
from docassay.readers.pdf.formulas.marks_above import (
    BRACES,
    WITH_LIMITS,
    attach_accents,
    attach_braces,
    attach_limits,
)
from docassay.readers.pdf.formulas.pieces import join_pieces
from docassay.readers.pdf.formulas.rows import OPENERS, rows_to_latex, with_environments
from docassay.readers.pdf.formulas.symbols import Kind
from docassay.readers.pdf.formulas.words import join_words

InnerParser = Callable[[list[MathBox]], str]

_MAXIMUM_DEPTH: Final = 12
_MARKS: Final = BRACES | {Kind.ACCENT}
_PLAIN_KINDS: Final = frozenset({Kind.LETTER, Kind.DIGIT, Kind.ORDINARY, Kind.RELATION, Kind.BINARY})
_VERTICAL_GAP: Final = 0.22
"""Largest gap between the parts of a numerator, in font sizes."""

_BAR_GAP: Final = 0.75
"""Largest gap between a fraction bar and what stands next to it, in font sizes."""


def formula_to_latex(boxes: Sequence[MathBox], bars: Sequence[Bar]) -> str:
    """The LaTeX of the formula made of ``boxes`` (any order) and ``bars``."""
    if len(boxes) == 1 and not bars:  # a letter in running text
        box = boxes[0]
        if box.kind in _PLAIN_KINDS and not box.alphabet:
            return symbol_to_latex(box)
    return _Parser().parse(join_words(join_pieces(boxes)), list(bars), 0)


class _Parser:
    def parse(self, boxes: list[MathBox], bars: list[Bar], depth: int) -> str:
        if bars:
            boxes = self._reduce_bars(boxes, bars, depth)
        kinds = {box.kind for box in boxes}
        if len(boxes) < 2 and kinds.isdisjoint(_MARKS):
            return symbol_to_latex(boxes[0]) if boxes else ""
        inner = self._inner(depth)
        if Kind.ACCENT in kinds:
            boxes = attach_accents(boxes)
        if not kinds.isdisjoint(BRACES):
            boxes = attach_braces(boxes, inner)
        if not kinds.isdisjoint(OPENERS):
            boxes = with_environments(boxes, inner)
        if depth < _MAXIMUM_DEPTH:
            rows = rows_to_latex(boxes, inner)
            if rows is not None:
                return rows
        if not kinds.isdisjoint(WITH_LIMITS):
            boxes = attach_limits(boxes, inner)
        return line_to_latex(boxes, inner)

    def _inner(self, depth: int) -> InnerParser:
        def parse(boxes: list[MathBox]) -> str:
            if depth >= _MAXIMUM_DEPTH:
                return " ".join(box.latex for box in sorted(boxes, key=lambda box: box.x0))
            return self.parse(boxes, [], depth + 1)

        return parse

    def _reduce_bars(self, boxes: list[MathBox], bars: list[Bar], depth: int) -> list[MathBox]:
        if depth >= _MAXIMUM_DEPTH:
            return boxes
        rest = sorted(bars, key=lambda bar: -bar.width)
        while rest:
            bar = rest.pop(0)
            inside = [other for other in rest if other.x0 >= bar.x0 - 1.5 and other.x1 <= bar.x1 + 1.5]
            made = self._root(bar, boxes, inside, rest, depth) or self._fraction(bar, boxes, inside, depth)
            if made is None:
                continue
            composite, used, used_bars = made
            boxes = [box for box in boxes if id(box) not in used]
            boxes.append(composite)
            rest = [other for other in rest if other not in used_bars]
        return boxes

    def _root(
        self, bar: Bar, boxes: list[MathBox], inside: list[Bar], rest: list[Bar], depth: int
    ) -> tuple[MathBox, set[int], list[Bar]] | None:
        radical = next(
            (box for box in boxes if is_vinculum(bar, box)),
            None,
        )
        if radical is None:
            return None
        content = [
            box
            for box in boxes
            if box is not radical
            and bar.x0 - 0.1 * box.size <= box.centre <= bar.x1 + 0.15 * box.size
            and bar.y - 0.1 * box.size <= box.middle <= radical.y1 + 0.35 * box.size
        ]
        if not content:
            return None
        degree = [
            box
            for box in boxes
            if box is not radical
            and box.size < 0.75 * radical.size
            and radical.x0 - 0.6 * radical.size <= box.centre <= radical.x1 - 0.3 * radical.width
            and radical.y0 - 0.3 * radical.size <= box.middle <= radical.middle + 0.1 * radical.size
            and not any(other.x0 - 1 <= box.centre <= other.x1 + 1 for other in rest)
        ]
        bars = [other for other in inside if bar.y < other.y < radical.y1 + 0.35 * radical.size]
        latex = self.parse(content, bars, depth + 1)
        index = f"[{self.parse(degree, [], depth + 1)}]" if degree else ""
        used = [radical, *content, *degree]
        x0, y0, x1, y1 = hull(used)
        composite = MathBox(
            rf"\sqrt{index}{{{latex}}}", Kind.COMPOSITE, x0, y0, max(x1, bar.x1), y1, _baseline(content),
            main_size(content), text="√" + _plain(content), order=radical.order,
        )  # fmt: skip
        return composite, {id(box) for box in used}, bars

    def _fraction(
        self, bar: Bar, boxes: list[MathBox], inside: list[Bar], depth: int
    ) -> tuple[MathBox, set[int], list[Bar]] | None:
        above, below = sides_of_bar(bar, boxes, inside)
        bars_above = [o for o in inside if above and hull(above)[1] - 3 <= o.y < bar.y]
        bars_below = [o for o in inside if below and bar.y < o.y <= hull(below)[3] + 3]
        if above and below:
            size = max(main_size(above), main_size(below))
            top = self.parse(above, bars_above, depth + 1)
            bottom = self.parse(below, bars_below, depth + 1)
            used = [*above, *below]
            x0, y0, x1, y1 = hull(used)
            composite = MathBox(
                rf"\frac{{{top}}}{{{bottom}}}", Kind.COMPOSITE, min(x0, bar.x0), y0, max(x1, bar.x1), y1,
                bar.y + AXIS_HEIGHT * size, size, text=f"{_plain(above)}/{_plain(below)}",
                order=min(box.order for box in used),
            )  # fmt: skip
            composite.is_centred = True
            composite.y0, composite.y1 = _symmetric(y0, y1, bar.y)
            return composite, {id(box) for box in used}, bars_above + bars_below
        if below and not above:
            return self._line_over(bar, below, bars_below, r"\overline", depth)
        if above and not below:
            return self._line_over(bar, above, bars_above, r"\underline", depth)
        return None

    def _line_over(
        self, bar: Bar, content: list[MathBox], bars: list[Bar], command: str, depth: int
    ) -> tuple[MathBox, set[int], list[Bar]] | None:
        x0, y0, x1, y1 = hull(content)
        size = main_size(content)
        gap = y0 - bar.y if command == r"\overline" else bar.y - y1
        if gap > 0.35 * size or bar.width > x1 - x0 + size:
            return None
        latex = self.parse(content, bars, depth + 1)
        composite = MathBox(
            f"{command}{{{latex}}}", Kind.COMPOSITE, x0, min(y0, bar.y), x1, max(y1, bar.y),
            _baseline(content), size, text=_plain(content), order=min(box.order for box in content),
        )  # fmt: skip
        return composite, {id(box) for box in content}, bars


def sides_of_bar(
    bar: Bar, boxes: Sequence[MathBox], inner_bars: Sequence[Bar] = ()
) -> tuple[list[MathBox], list[MathBox]]:
    """The boxes right above and right below ``bar``, each connected to it without a wide vertical gap.

    ``inner_bars`` are shorter bars, whose own parts may stand further apart.
    """
    within = [
        box
        for box in boxes
        if bar.x0 - 0.3 * box.size <= box.x0
        and box.x1 <= bar.x1 + 0.3 * box.size
        and bar.x0 - 0.5 <= box.centre <= bar.x1 + 0.5
        and box.kind is not Kind.PIECE
    ]
    inner = [
        other
        for other in inner_bars
        if other is not bar
        and other.x0 >= bar.x0 - 1.5
        and other.x1 <= bar.x1 + 1.5
        and not any(is_vinculum(other, box) for box in within)
    ]
    above = [box for box in within if box.middle < bar.y and box.y0 < bar.y]
    below = [box for box in within if box.middle >= bar.y and box.y1 > bar.y]
    return (
        _connected(
            [(bar.y - box.y1, bar.y - box.y0, box) for box in above],
            [(bar.y - other.y, other) for other in inner],
        ),
        _connected(
            [(box.y0 - bar.y, box.y1 - bar.y, box) for box in below],
            [(other.y - bar.y, other) for other in inner],
        ),
    )


def is_root(box: MathBox) -> bool:
    """Whether the symbol is a root sign or the upper piece of one."""
    return box.kind is Kind.RADICAL or (box.kind is Kind.PIECE and box.latex == r"\sqrt")


def is_vinculum(bar: Bar, box: MathBox) -> bool:
    """Whether the bar starts at the tip of this root sign."""
    return is_root(box) and abs(box.x1 - bar.x0) < 0.3 * box.size and abs(box.y0 - bar.y) < 0.25 * box.size


def _connected(spans: list[tuple[float, float, MathBox]], bars: list[tuple[float, Bar]]) -> list[MathBox]:
    """The boxes (with nearest and farthest distance from the bar) that follow each other closely."""
    found: list[MathBox] = []
    edge = 0.0
    passed: list[Bar] = []
    steps: list[tuple[float, float, MathBox | Bar]] = [*spans, *((y, y, bar) for y, bar in bars if y > 0)]
    for near, far, item in sorted(steps, key=lambda step: step[0]):
        if isinstance(item, Bar):
            if found and near - edge <= _BAR_GAP * main_size(found):
                edge = max(edge, near)
                passed.append(item)
            continue
        is_by_bar = not found or any(bar.x0 <= item.centre <= bar.x1 for bar in passed)
        if near - edge > (_BAR_GAP if is_by_bar else _VERTICAL_GAP) * item.size:
            break
        if found and not is_by_bar and near >= edge and item.size > 1.2 * main_size(found):
            break  # the next line of text
        found.append(item)
        if far > edge:
            edge = far
    return found


def _symmetric(y0: float, y1: float, axis: float) -> tuple[float, float]:
    reach = max(axis - y0, y1 - axis)
    return axis - reach, axis + reach


def _baseline(boxes: Sequence[MathBox]) -> float:
    size = main_size(boxes)
    mains = [box for box in boxes if box.size >= 0.9 * size]
    return mains[0].axis + AXIS_HEIGHT * size if mains[0].is_centred else mains[0].base


def _plain(boxes: Sequence[MathBox]) -> str:
    return "".join(box.text for box in sorted(boxes, key=lambda box: box.x0))
