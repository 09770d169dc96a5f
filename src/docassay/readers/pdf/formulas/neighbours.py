"""Joins symbols that stand beside, over and under each other the way parts of a formula do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final

import numpy as np

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.formulas.box import MathBox
from docassay.readers.pdf.formulas.close_pairs import LEVEL, LOOSE, Extents, close_pairs, is_name
from docassay.readers.pdf.formulas.functions import FUNCTIONS_WITH_LIMITS
from docassay.readers.pdf.formulas.glyphs import Glyph
from docassay.readers.pdf.formulas.marks_above import takes_limits
from docassay.readers.pdf.formulas.symbols import Kind

_TIGHT: Final = 0.26
"""Widest gap between symbols of a formula without an operator between them, in font sizes."""

_WORDS_OF_ONE_LETTER: Final = frozenset("aàáeèéyoóuiwz")
_JOINS: Final = frozenset({Kind.RELATION, Kind.BINARY})
_WITH_SCRIPTS: Final = frozenset({Kind.OPERATOR, Kind.INTEGRAL, Kind.CLOSE})
_LARGE: Final = frozenset({Kind.OPERATOR, Kind.INTEGRAL})
_BEFORE_INDEX: Final = frozenset({Kind.CLOSE, Kind.DIGIT})
_BEFORE_NAME: Final = frozenset({Kind.OPEN, Kind.DIGIT})
_BEHIND_NAME: Final = frozenset({Kind.OPEN, Kind.PRIME})
_BRACES: Final = frozenset({Kind.BRACE_ABOVE, Kind.BRACE_BELOW, Kind.BRACE_TIP})


class DisjointSets:
    """Disjoint sets with path halving."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def roots(self) -> list[int]:
        """The root of each number."""
        parent = self._parent
        return [root if parent[root] == root else self.root(root) for root in parent]

    def join(self, first: int, second: int) -> None:
        self._parent[self.root(first)] = self.root(second)


def join_neighbours(
    glyphs: Sequence[Glyph],
    extents: Extents,
    sets: DisjointSets,
    bound: set[int],
    pieces: set[int],
    grids: Sequence[BoundingBox],
) -> None:
    """Join symbols that stand side by side as parts of a formula do.

    ``bound`` are numbers of symbols that were joined already, ``pieces`` those for which a whole delimiter
    stands in; ``grids`` are areas of tables, where symbols must stand closer.
    """
    pairs = close_pairs(glyphs, extents)
    bound |= _text_scripts(glyphs, pairs)
    in_tables = _inside(extents, grids)
    for number, other in pairs:
        left, right = glyphs[number], glyphs[other]
        first, second = left.box, right.box
        size = max(first.size, second.size)
        gap = second.x0 - first.x1
        if number in pieces or other in pieces:
            continue
        is_left_bound, is_right_bound = number in bound, other in bound
        if (left.is_text and not is_left_bound and not is_name(left)) or (
            right.is_text and not is_right_bound and not is_name(right)
        ):
            if _is_attached(left, right, gap) or _is_operand(left, right, gap):
                sets.join(number, other)
        elif gap < _largest_gap(left, right, is_in_table=number in in_tables) * size and _are_level(
            first, second, size, is_bound=is_left_bound or is_right_bound
        ):
            sets.join(number, other)


def _inside(extents: Extents, areas: Sequence[BoundingBox]) -> set[int]:
    """Numbers of the symbols whose middle lies in one of the areas."""
    if not areas:
        return set()
    x, y = (extents[:, 0] + extents[:, 2]) / 2, (extents[:, 1] + extents[:, 3]) / 2
    is_inside = np.zeros(len(extents), bool)
    for x0, y0, x1, y1 in areas:
        is_inside |= (x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)
    return set(np.flatnonzero(is_inside).tolist())


def _text_scripts(glyphs: Sequence[Glyph], pairs: Sequence[tuple[int, int]]) -> set[int]:
    """Runs of letters that are scripts of a symbol (``out`` in ``W_out``)."""
    found: set[int] = set()
    for number, other in pairs:
        right = glyphs[other]
        if right.is_text:
            left = glyphs[number]
            is_script = right.box.size < 0.85 * left.box.size
            if is_script and _is_attached(left, right, right.box.x0 - left.box.x1):
                found.add(other)
    return found


def _are_level(first: MathBox, second: MathBox, size: float, *, is_bound: bool) -> bool:
    """Whether two symbols can stand beside each other, one perhaps as a script of the other."""
    for tall, other in ((first, second), (second, first)):
        if tall.is_centred:
            reach = max(0.7 * size, tall.height / 2 - 0.5 * other.size)
            script_reach = tall.height / 2 + 0.3 * other.size if other.size < 0.85 * tall.size else 0.0
            return abs(tall.middle - other.axis) < max(reach, script_reach)
    return abs(first.base - second.base) <= (0.3 if is_bound and first.size == second.size else LEVEL) * size


def _largest_gap(left: Glyph, right: Glyph, *, is_in_table: bool) -> float:
    """The widest gap between neighbours of a formula, in font sizes."""
    first, second = left.box, right.box
    if is_in_table and (first.kind is not Kind.PUNCTUATION):
        return 0.5 if first.kind in _JOINS or second.kind in _JOINS else _TIGHT + 0.05
    if first.kind in _JOINS or second.kind in _JOINS:
        return LOOSE
    if (first.kind is Kind.FENCE or second.kind is Kind.FENCE) and (left.is_math_font or right.is_math_font):
        return 0.5
    if first.kind is Kind.PUNCTUATION:
        if second.kind is Kind.PUNCTUATION:
            return 0.5
        is_list = first.text == "," and not right.is_text and second.kind is Kind.LETTER
        return LOOSE if left.is_math_font or is_list else _TIGHT
    if second.kind in _LARGE or first.kind in _LARGE:
        return 0.45
    if is_name(left) or is_name(right):
        return 0.4
    if left.is_math_font and right.is_math_font:
        return 0.55
    if left.is_strong or right.is_strong or first.size < 0.85 * second.size:
        return 0.35 if second.text == "[" else 0.42
    return _TIGHT


def _is_attached(left: Glyph, right: Glyph, gap: float) -> bool:
    """Whether a run of letters touches mathematics: ``SU(3)``, a word as a subscript."""
    first, second = left.box, right.box
    size = max(first.size, second.size)
    if gap > 0.13 * size or not _are_level(first, second, size, is_bound=False):
        return False
    if right.is_text and second.size < 0.85 * first.size:
        return left.is_strong or first.kind in _BEFORE_INDEX or left.is_text
    if left.is_text and second.size < 0.85 * first.size:
        return True
    if left.is_text and not right.is_text:
        return right.is_strong or second.kind in _BEHIND_NAME
    if right.is_text and not left.is_text:
        return left.is_strong or first.kind in _BEFORE_NAME
    return left.is_text and right.is_text


def _is_operand(left: Glyph, right: Glyph, gap: float) -> bool:
    """Whether a name in upright letters stands beside an operator that needs something on its side."""
    first, second = left.box, right.box
    size = max(first.size, second.size)
    if gap > LOOSE * size or abs(first.base - second.base) > 0.1 * size:
        return False
    if right.is_text and not left.is_text:
        is_waiting = first.kind in _JOINS or (first.kind is Kind.PUNCTUATION and left.is_math_font)
        return is_waiting and _is_name_of_something(second)
    if left.is_text and not right.is_text:
        if second.kind is Kind.OPEN and first.text.isupper() and len(first.text) == 1:
            return gap < 0.25 * size
        return second.kind is Kind.RELATION and right.is_strong and _is_name_of_something(first)
    return False


def _is_name_of_something(box: MathBox) -> bool:
    text = box.text
    if not text.isalpha():
        return False
    if box.alphabet != "mathrm":
        return len(text) <= 3
    if len(text) == 1:
        return text not in _WORDS_OF_ONE_LETTER
    return (text.isupper() and len(text) <= 5) or (text[0].isupper() and len(text) <= 3)


def join_limits(glyphs: Sequence[Glyph], sets: DisjointSets) -> None:
    """Join large operators and ``lim`` with the small symbols right above and below them."""
    letter = Kind.LETTER
    operators = [
        number
        for number, glyph in enumerate(glyphs)
        if (glyph.box.kind is not letter or glyph.is_text) and _may_have_limits(glyph)
    ]
    if not operators:
        return
    has_brace = any(glyphs[number].box.kind in _BRACES for number in operators)
    largest = max([glyphs[number].box.size for number in operators])
    by_height = [
        (glyph.box.middle, number, glyph.box)
        for number, glyph in enumerate(glyphs)
        if has_brace or glyph.box.size <= 0.85 * largest
    ]
    by_height.sort(key=itemgetter(0))
    middles = [middle for middle, _, _ in by_height]
    for number in operators:
        operator = glyphs[number].box
        size = operator.size
        is_brace = operator.kind in _BRACES
        reach = 1.2 * size
        limit = (0.25 if operator.kind is Kind.RELATION else 0.6 if is_brace else 0.45) * size
        first, last = bisect_left(middles, operator.y0 - reach), bisect_left(middles, operator.y1 + reach)
        for _, other, box in by_height[first:last]:
            if other == number or box.x1 <= operator.x0 or box.x0 >= operator.x1:
                continue
            if box.size > 0.85 * size and not is_brace:
                continue
            gap = max(operator.y0 - box.y1, box.y0 - operator.y1)
            if -0.2 * size < gap < limit:
                sets.join(number, other)
    tips = [glyph.box for glyph in glyphs if glyph.box.kind is Kind.BRACE_TIP]
    if tips:
        _join_brace_tips(tips, {id(glyph.box): number for number, glyph in enumerate(glyphs)}, sets)


def _may_have_limits(glyph: Glyph) -> bool:
    box = glyph.box
    kind = box.kind
    if kind is Kind.LETTER:
        return glyph.is_text and box.text in FUNCTIONS_WITH_LIMITS
    return kind is Kind.RELATION or kind in _BRACES or takes_limits(box)


def _join_brace_tips(tips: list[MathBox], numbers: dict[int, int], sets: DisjointSets) -> None:
    for first, second in pairwise(sorted(tips, key=lambda box: box.x0)):
        if abs(first.middle - second.middle) < 0.6 * first.size:
            sets.join(numbers[id(first)], numbers[id(second)])


def join_modulo(glyphs: Sequence[Glyph], sets: DisjointSets) -> None:
    """Join ``(mod n)`` with the formula that it stands behind, at a wide distance."""
    for number, glyph in enumerate(glyphs):
        name = glyph.box
        if name.text != "mod":
            continue
        level = [
            (other, glyphs[other].box)
            for other in range(len(glyphs))
            if abs(glyphs[other].box.base - name.base) < 0.1 * name.size and not glyphs[other].is_text
        ]
        opener = max(
            (
                item
                for item in level
                if item[1].kind is Kind.OPEN and -0.2 < name.x0 - item[1].x1 < 0.2 * name.size
            ),
            key=lambda item: item[1].x0,
            default=(number, name),
        )
        edge = opener[1].x0
        before = [item for item in level if item[1].x1 <= edge and edge - item[1].x1 < 1.6 * name.size]
        behind = [item for item in level if 0 <= item[1].x0 - name.x1 < 0.6 * name.size]
        if before and behind:
            sets.join(number, max(before, key=lambda item: item[1].x1)[0])
            sets.join(number, min(behind, key=lambda item: item[1].x0)[0])
            sets.join(number, opener[0])


def join_after_scripts(glyphs: Sequence[Glyph], extents: Extents, sets: DisjointSets) -> None:
    """Join large operators and tall brackets with what stands behind their scripts."""
    operators = [
        number
        for number, glyph in enumerate(glyphs)
        if glyph.box.is_centred and glyph.box.kind in _WITH_SCRIPTS
    ]
    if not operators:
        return
    edges = extents[: len(glyphs), 0]
    order = np.argsort(edges, kind="stable")
    by_left, lefts = order.tolist(), edges[order].tolist()
    for number in operators:
        operator = glyphs[number].box
        size, right = operator.size, operator.x1
        for other in by_left[bisect_left(lefts, operator.x0) :]:
            box = glyphs[other].box
            if box.x0 > right + 0.5 * size:
                break
            is_small = box.size < 0.85 * size
            if is_small and operator.y0 - 0.7 * size < box.middle < operator.y1 + 0.7 * size:
                right = max(right, min(box.x1, operator.x1 + 4 * size))
            elif not is_small and box.x0 >= operator.x1 and abs(box.axis - operator.axis) < 0.15 * size:
                is_text = glyphs[other].is_text and not is_name(glyphs[other])
                if right > operator.x1 + 0.2 * size and not is_text:
                    sets.join(number, other)
                break
