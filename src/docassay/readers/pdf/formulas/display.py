"""Which formulas stand on lines of their own, and which of those form one equation."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.formulas.box import MathBox
from docassay.readers.pdf.formulas.formula import Formula
from docassay.readers.pdf.formulas.glyphs import Glyph
from docassay.readers.pdf.formulas.symbols import Kind
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.segments import segments
from docassay.readers.pdf.text import Word

_NUMBER: Final = re.compile(r"\((?:[A-Z]\.?)?\d[\d.]*[a-z]?\)|\[\d+\]")
_TABLE_RULE: Final = 60.0
_TABLE_HEIGHT: Final = 450.0
_NARROW_COLUMN: Final = 12.0
_LINES_OF_A_COLUMN: Final = 12
_INFINITE: Final = float("inf")


def with_display(
    formulas: list[Formula], glyphs: Sequence[Glyph], words: Sequence[Word], grids: Sequence[BoundingBox]
) -> list[Formula]:
    """Mark the formulas that stand on lines of their own, and join those that belong to one equation."""
    if not formulas:
        return []
    used = {id(glyph) for formula in formulas for glyph in formula.glyphs}
    touched = {glyph.word for formula in formulas for glyph in formula.glyphs}
    text = [glyph for glyph in glyphs if id(glyph) not in used and not glyph.box.text.isspace()]
    text.sort(key=_base_of)
    bases = [glyph.box.base for glyph in text]
    lines = _Lines(
        segments([word for number, word in enumerate(words) if word.turn == 0 and number not in touched])
    )
    siblings = [_Extent(formula.x0, formula.x1, formula.base, len(formula.glyphs)) for formula in formulas]
    taken: set[int] = set()
    for formula in formulas:
        size, base = formula.size, formula.base
        left, right = lines.column_around(formula)
        others = lines.on_level(base, 0.3 * size)
        if _is_cell(formula, right - left, lines, others, siblings, grids):
            continue
        row = _beside(
            formula, text[bisect_left(bases, base - 0.4 * size) : bisect_right(bases, base + 0.4 * size)],
            left, right,
        )  # fmt: skip
        beside = [glyph for glyph in row if id(glyph) not in taken] if taken else row
        number = _equation_number(beside, right)
        words_of_row = [glyph for glyph in beside if not any(glyph is part for part in number)]
        if len(beside) < len(row):
            formula.is_display = True  # the rest of a row that was found to be an equation
        elif words_of_row:
            formula.is_display = _is_equation_row(formula, words_of_row, siblings, left, right)
        else:
            is_entry = not number and _has_short_neighbour(formula, others)
            formula.is_display = not is_entry and not _goes_on_above(formula, lines, left, right)
        if formula.is_display and beside:
            taken.update(map(id, beside))
            _take_over(formula, words_of_row, number)
    return _joined_rows(formulas)


_base_of: Final = attrgetter("box.base")


class _Extent(NamedTuple):
    x0: float
    x1: float
    base: float
    symbols: int = 0


class _Lines:
    """The lines of text around the formulas, by height."""

    def __init__(self, lines: list[Line]) -> None:
        """``lines`` are sorted by their middles."""
        self.lines = lines
        self._middles = [line.middle for line in lines]
        self._lefts = [line.x0 for line in lines]
        self._rights = [line.x1 for line in lines]
        extents = [_Extent(line.x0, line.x1, line.words[0].y1 - 0.22 * line.size) for line in lines]
        self.extents = sorted(extents, key=_level_of)
        self._bases = [extent.base for extent in self.extents]

    def on_level(self, base: float, reach: float) -> list[_Extent]:
        """The lines whose baselines are less than ``reach`` from ``base``."""
        first = bisect_right(self._bases, base - reach)
        return self.extents[first : bisect_left(self._bases, base + reach)]

    def column_around(self, formula: Formula) -> tuple[float, float]:
        """Left and right edge of the text column around the formula: those of the nearest lines that lie
        over or under it."""
        size, x0, x1 = formula.size, formula.x0, formula.x1
        middle = (formula.y0 + formula.y1) / 2
        lefts, rights, middles = self._lefts, self._rights, self._middles
        down = bisect_left(middles, middle)
        up, count, farthest = down - 1, len(middles), 40 * size
        left, right, found = _INFINITE, -_INFINITE, 0
        to_upper = middle - middles[up] if up >= 0 else _INFINITE
        to_lower = middles[down] - middle if down < count else _INFINITE
        while found < _LINES_OF_A_COLUMN:
            if to_upper <= to_lower:
                if to_upper >= farthest:
                    break
                number, up = up, up - 1
                to_upper = middle - middles[up] if up >= 0 else _INFINITE
            else:
                if to_lower >= farthest:
                    break
                number, down = down, down + 1
                to_lower = middles[down] - middle if down < count else _INFINITE
            line_left, line_right = lefts[number], rights[number]
            if line_left < x1 and line_right > x0:
                found += 1
                if line_left < left:
                    left = line_left
                if line_right > right:
                    right = line_right
        return (left, right) if found else (x0 - 3 * size, x1 + 3 * size)


_level_of: Final = attrgetter("base")


def table_grids(rules: Sequence[Rule]) -> list[BoundingBox]:
    """Areas between rules of the same length one under the other, as tables have them."""
    long_rules = sorted(
        (rule for rule in rules if rule.end - rule.start > _TABLE_RULE), key=lambda r: r.position
    )
    grids: list[BoundingBox] = []
    columns: dict[tuple[int, int], Rule] = {}
    for rule in long_rules:
        key = (round(rule.start / 3), round(rule.end / 3))
        above = columns.get(key)
        if above is not None and rule.position - above.position < _TABLE_HEIGHT:
            grids.append(BoundingBox(rule.start, above.position, rule.end, rule.position))
        columns[key] = rule
    return grids


def _is_cell(
    formula: Formula,
    column_width: float,
    lines: _Lines,
    beside: Sequence[_Extent],
    siblings: Sequence[_Extent],
    grids: Sequence[BoundingBox],
) -> bool:
    """Whether the formula is an entry of a table: something short stands beside it on the same baseline."""
    size, base = formula.size, formula.base
    x, y = (formula.x0 + formula.x1) / 2, (formula.y0 + formula.y1) / 2
    around = [grid for grid in grids if grid.contains(x, y)]
    if around:
        level = [other for other in siblings if abs(other.base - base) < size]
        in_row = [o for o in [*lines.on_level(base, size), *level] if abs(o.x0 - formula.x0) > 1]
        if any(grid.contains((o.x0 + o.x1) / 2, o.base) for o in in_row for grid in around):
            return True
        inside = [o for o in [*lines.extents, *siblings] if around[0].contains(o.x0, o.base)]
        if _is_aligned_entry(formula, inside):
            return True
    if column_width >= _NARROW_COLUMN * size:
        return False
    return any(other.x1 < formula.x0 or other.x0 > formula.x1 for other in beside)


def _is_aligned_entry(formula: Formula, inside: Sequence[_Extent]) -> bool:
    """Whether a formula starts where the entries of other rows start that have something on their left."""
    aligned = [o for o in inside if abs(o.x0 - formula.x0) < 0.2 * formula.size]
    rows = {
        round(entry.base)
        for entry in aligned
        if any(abs(o.base - entry.base) < 0.5 * formula.size and o.x1 < entry.x0 for o in inside)
    }
    return len(rows) >= 2


def _has_short_neighbour(formula: Formula, texts: Sequence[_Extent]) -> bool:
    """Whether a few words stand on the baseline of a formula that is one line high, as in a table."""
    size = formula.size
    return formula.y1 - formula.y0 < 1.6 * size and any(
        other.x1 - other.x0 < 10 * size
        and max(other.x0 - formula.x1, formula.x0 - other.x1) < 8 * size
        and abs(other.base - formula.base) < 0.15 * size
        and (other.x1 < formula.x0 or other.x0 > formula.x1)
        for other in texts
    )


def _beside(formula: Formula, level: Sequence[Glyph], left: float, right: float) -> list[Glyph]:
    """What else stands on the formula's line between the edges of its column, from left to right."""
    limit = 0.6 * formula.size
    found = []
    for glyph in level:
        box = glyph.box
        if box.x1 > left - 2 and box.x0 < right + 2 and box.size > limit:
            found.append(glyph)
    found.sort(key=lambda glyph: glyph.box.x0)
    return found


def _equation_number(beside: Sequence[Glyph], right: float) -> list[Glyph]:
    """The symbols of a number such as ``(2.4)`` at the right edge of the column."""
    part: list[Glyph] = []
    for glyph in reversed(beside):
        if part and part[0].box.x0 - glyph.box.x1 > glyph.box.size:
            break
        part.insert(0, glyph)
    if not part or right - part[-1].box.x1 > 2 * part[-1].box.size:
        return []
    return part if _NUMBER.fullmatch("".join(glyph.box.text for glyph in part)) else []


def _is_equation_row(
    formula: Formula, words: Sequence[Glyph], siblings: Sequence[_Extent], left: float, right: float
) -> bool:
    """Whether the words on the formula's line belong to a displayed equation (``x = 0  for all n``).

    The line then starts with the formula, keeps away from both edges, and has more symbols than letters.
    """
    size = formula.size
    in_row = [
        other
        for other in siblings
        if abs(other.base - formula.base) < 0.3 * size and other.x1 > left - 2 and other.x0 < right + 2
    ]
    start = min([formula.x0, *(other.x0 for other in in_row)])
    end = max([formula.x1, words[-1].box.x1, *(other.x1 for other in in_row)])
    if words[0].box.x0 < start or start - left < 2 * size or right - end < 2 * size:
        return False
    letters = sum(len(glyph.box.text) for glyph in words)
    return letters <= 1.5 * sum(other.symbols for other in in_row)


def _take_over(formula: Formula, words: Sequence[Glyph], number: Sequence[Glyph]) -> None:
    for glyph in words:
        if glyph.is_text and len(glyph.box.text) > 1 and glyph.box.alphabet == "mathrm":
            glyph.box.alphabet = "text"
            glyph.box.latex = f" {glyph.box.latex} "
    formula.number_glyphs += number
    formula.glyphs += words
    formula.measure()


def _goes_on_above(formula: Formula, lines: _Lines, left: float, right: float) -> bool:
    """Whether the formula starts at the column's edge close below a line of text, as the end of it."""
    size, top = formula.size, formula.y0
    if formula.x0 - left >= 0.9 * size:
        return False
    return any(
        line.y1 < top + 0.35 * size and top - line.y1 < 0.7 * size and line.x1 > left and line.x0 < right
        for line in lines.lines
    )


def _joined_rows(formulas: list[Formula]) -> list[Formula]:
    result: list[Formula] = []
    for formula in formulas:
        if formula.is_display:
            for other in reversed(result[-4:]):
                if other.is_display and _is_same_equation(other, formula):
                    other.absorb(formula)
                    break
            else:
                result.append(formula)
        else:
            result.append(formula)
    return result


def _is_same_equation(first: Formula, second: Formula) -> bool:
    size = max(first.size, second.size)
    overlap = min(first.y1, second.y1) - max(first.y0, second.y0)
    beside = overlap > 0.3 * min(first.y1 - first.y0, second.y1 - second.y0)
    gap = max(second.x0 - first.x1, first.x0 - second.x1)
    if beside:
        return gap < 4 * size
    distance = max(second.y0 - first.y1, first.y0 - second.y1)
    goes_on = second.y0 > first.y1 and _first_symbol(second).kind is Kind.RELATION
    return distance < (1.7 if goes_on else 0.9) * size and gap < 0


def _first_symbol(formula: Formula) -> MathBox:
    return min((glyph.box for glyph in formula.glyphs), key=lambda box: box.x0)
