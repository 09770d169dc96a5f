"""Groups the symbols of a page into formulas."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

import numpy as np

from docassay.readers.pdf.formulas.bars import formula_bars
from docassay.readers.pdf.formulas.box import AXIS_HEIGHT, Bar, MathBox
from docassay.readers.pdf.formulas.close_pairs import extents_of
from docassay.readers.pdf.formulas.display import table_grids, with_display
from docassay.readers.pdf.formulas.formula import Formula
from docassay.readers.pdf.formulas.glyphs import Glyph
from docassay.readers.pdf.formulas.neighbours import (
    DisjointSets,
    join_after_scripts,
    join_limits,
    join_modulo,
    join_neighbours,
)
from docassay.readers.pdf.formulas.pieces import joined_pieces, stacks_of_pieces
from docassay.readers.pdf.formulas.symbols import Kind
from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.text import Word

_MAXIMUM_GLYPHS: Final = 12_000
_TALL_KINDS: Final = frozenset({Kind.OPEN, Kind.CLOSE, Kind.FENCE, Kind.PIECE})
_STACKED: Final = frozenset({Kind.PIECE, Kind.FENCE})
_MOST_OF_A_PLAIN_FORMULA: Final = 120
_TEXT_PUNCTUATION: Final = frozenset(',.;:-?!–—”“’‘"')
_OPERANDS: Final = frozenset({Kind.LETTER, Kind.DIGIT, Kind.ORDINARY, Kind.FUNCTION})
_COUNTED: Final = _OPERANDS - {Kind.FUNCTION}
_NAMING: Final = frozenset({Kind.LETTER, Kind.ORDINARY})
_ENOUGH_ALONE: Final = frozenset({Kind.OPEN, Kind.FENCE, Kind.ORDINARY})
_ALWAYS: Final = frozenset({Kind.OPERATOR, Kind.INTEGRAL, Kind.RADICAL, Kind.RELATION, Kind.BINARY})


def find_formulas(glyphs: Sequence[Glyph], rules: Sequence[Rule], words: Sequence[Word]) -> list[Formula]:
    """The formulas of a page, in the order of the file."""
    if len(glyphs) > _MAXIMUM_GLYPHS:
        return []
    bound: set[int] = set()
    bar_of: list[tuple[Bar, int]] = []
    extents = extents_of(glyphs)
    found_bars = formula_bars(rules, glyphs, extents)
    position = {id(glyph): number for number, glyph in enumerate(glyphs)} if found_bars else {}
    stand_ins = [_stand_in(bar, members) for bar, members in found_bars]
    stacked = [glyph.box for glyph in glyphs if glyph.box.kind in _STACKED]
    stacks = [stack for stack in stacks_of_pieces(stacked) if len(stack) > 1]
    stand_ins += [
        Glyph(joined_pieces(stack), -2, -1, is_strong=True, is_text=False, is_math_font=True)
        for stack in stacks
    ]
    sets = DisjointSets(len(glyphs) + len(stand_ins))
    pieces: set[int] = set()
    by_box = {id(glyph.box): number for number, glyph in enumerate(glyphs)} if stacks else {}
    for offset, stack in enumerate(stacks):
        for box in stack:
            pieces.add(by_box[id(box)])
            sets.join(len(glyphs) + len(found_bars) + offset, by_box[id(box)])
    for offset, (bar, members) in enumerate(found_bars):
        sets.join(len(glyphs) + offset, position[id(members[0])])
        numbers = [position[id(member)] for member in members]
        bound.update(numbers)
        for number in numbers[1:]:
            sets.join(numbers[0], number)
        bar_of.append((bar, numbers[0]))
    grids = table_grids(rules)
    if stand_ins:
        extents = np.concatenate([extents, extents_of(stand_ins)])
    join_neighbours([*glyphs, *stand_ins], extents, sets, bound, pieces, grids)
    join_limits(glyphs, sets)
    join_after_scripts(glyphs, extents, sets)
    join_modulo(glyphs, sets)
    groups = _groups(glyphs, sets)
    bars: dict[int, list[Bar]] = defaultdict(list)
    for bar, number in bar_of:
        bars[sets.root(number)].append(bar)
    formulas = []
    for root, members in groups.items():
        for part in _rows_apart(members, bars[root]):
            formula = Formula(without_text_at_ends(part), bars[root])
            if _is_formula(formula):
                if formula.bars:
                    formula.bars = [bar for bar in formula.bars if _is_among(bar, formula)]
                formula.measure()
                formulas.append(formula)
    formulas.sort(key=lambda formula: formula.glyphs[0].start)
    return with_display(formulas, glyphs, words, grids)


def _groups(glyphs: Sequence[Glyph], sets: DisjointSets) -> dict[int, list[Glyph]]:
    """The symbols that were joined; alone stand only those that are mathematics in any case."""
    roots = sets.roots()[: len(glyphs)]
    sizes = Counter(roots)
    groups: dict[int, list[Glyph]] = defaultdict(list)
    for root, glyph in zip(roots, glyphs, strict=True):
        if sizes[root] > 1 or glyph.is_strong:
            groups[root].append(glyph)
    return groups


def _stand_in(bar: Bar, members: Sequence[Glyph]) -> Glyph:
    """A symbol in the place of a fraction or root, which stands on the line as a whole."""
    boxes = [glyph.box for glyph in members]
    size = max(box.size for box in boxes)
    root = next((box for box in boxes if box.kind is Kind.RADICAL or box.kind is Kind.PIECE), None)
    is_root = root is not None and abs(root.y0 - bar.y) < 0.25 * root.size
    base = max(box.base for box in boxes if box.size > 0.85 * size) if is_root else bar.y + 0.25 * size
    left = root.x0 if root is not None and is_root else bar.x0
    box = MathBox(
        "", Kind.COMPOSITE, left, base - 0.7 * size, bar.x1, base + 0.2 * size, base, size,
        order=boxes[0].order,
    )  # fmt: skip
    return Glyph(box, -2, -1, is_strong=True, is_text=False, is_math_font=True)


def _has_indexed_variable(glyphs: Sequence[Glyph]) -> bool:
    """Whether an italic letter has a script: mathematics in the fonts of running text."""
    for glyph in glyphs:
        box = glyph.box
        if box.kind is not Kind.LETTER or box.alphabet or glyph.is_text or not box.latex.isalpha():
            continue
        for other in glyphs:
            script = other.box
            if (
                script.size < 0.85 * box.size
                and -0.1 * box.size < script.x0 - box.x1 < 0.15 * box.size
                and 0.08 * box.size < abs(script.base - box.base) < 0.6 * box.size
            ):
                return True
    return False


def _rows_apart(glyphs: list[Glyph], bars: Sequence[Bar]) -> list[list[Glyph]]:
    """The symbols by line of text, when limits or scripts of two lines touched each other.

    Rows inside tall brackets and parts of fractions stay together.
    """
    boxes = [glyph.box for glyph in glyphs]
    size = max([box.size for box in boxes])
    limit = 0.85 * size
    bases = [box.base for box in boxes if box.size > limit and not box.is_centred]
    if not bases or max(bases) - min(bases) <= 0.75 * size:
        return [glyphs]
    if any([box.kind in _TALL_KINDS and box.y1 - box.y0 > 1.8 * box.size for box in boxes]):  # noqa: C419
        return [glyphs]
    if bars:
        fractions = [bar for bar in bars if any(box.middle < bar.y and _is_over(box, bar) for box in boxes)]
        bases = [
            box.base
            for box in boxes
            if box.size > limit and not box.is_centred and not any(_is_over(box, bar) for bar in fractions)
        ]
    bases.sort()
    lines = [
        base for number, base in enumerate(bases) if number == 0 or base - bases[number - 1] > 0.75 * size
    ]
    if len(lines) < 2:
        return [glyphs]
    parts: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        axis = glyph.box.axis + AXIS_HEIGHT * size
        parts[min(range(len(lines)), key=lambda number: abs(lines[number] - axis))].append(glyph)
    return list(parts.values())


def _is_over(box: MathBox, bar: Bar) -> bool:
    return bar.x0 - 1 <= box.centre <= bar.x1 + 1


def _is_among(bar: Bar, formula: Formula) -> bool:
    return any(_is_over(glyph.box, bar) and abs(glyph.box.middle - bar.y) < 60 for glyph in formula.glyphs)


def without_text_at_ends(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The symbols of a formula without text punctuation and unbalanced brackets at the ends, in the order of
    the file; in time that grows with their number, not its square."""
    ordered = sorted(glyphs, key=_left_edge)
    start, end = 0, len(ordered)
    balance = sum([_bracket(glyph) for glyph in ordered])
    while start < end:
        first, last = ordered[start], ordered[end - 1]
        if _is_loose(last, balance, Kind.CLOSE) and not (
            last.box.text == "." and _is_dots(ordered[max(start, end - 3) : end])
        ):
            end -= 1
            balance -= _bracket(last)
        elif _is_loose(first, balance, Kind.OPEN):
            start += 1
            balance -= _bracket(first)
        else:
            break
    return sorted(ordered[start:end], key=_start)


def _is_loose(glyph: Glyph, balance: int, bracket: str) -> bool:
    """Whether a symbol at the end of a formula is of the text around it: punctuation, or a bracket (OPEN at
    the left end, CLOSE at the right) of which the formula has too many."""
    if glyph.is_math_font:
        return False
    if glyph.box.text in _TEXT_PUNCTUATION:
        return True
    return glyph.box.kind is bracket and (balance > 0 if bracket is Kind.OPEN else balance < 0)


def _bracket(glyph: Glyph) -> int:
    """1 for an opening bracket, -1 for a closing one."""
    kind = glyph.box.kind
    return (kind is Kind.OPEN) - (kind is Kind.CLOSE)


def _left_edge(glyph: Glyph) -> float:
    return glyph.box.x0


_start: Final = attrgetter("start")


def _is_dots(glyphs: Sequence[Glyph]) -> bool:
    return len(glyphs) == 3 and all(glyph.box.text == "." for glyph in glyphs)


def _is_formula(formula: Formula) -> bool:
    glyphs = formula.glyphs
    strong = [glyph for glyph in glyphs if glyph.is_strong]
    if not strong:
        return (
            1 < len(glyphs) <= _MOST_OF_A_PLAIN_FORMULA
            and min([glyph.box.size for glyph in glyphs]) < max([glyph.box.size for glyph in glyphs])
            and _has_indexed_variable(glyphs)
        )
    if formula.bars and len(glyphs) > 1:
        return True
    kinds = [glyph.box.kind for glyph in glyphs]
    if _OPERANDS.isdisjoint(kinds):
        return False
    if any([glyph.box.kind is Kind.LETTER for glyph in strong]):  # noqa: C419
        return True
    if len(glyphs) > 1 and any([g.box.kind in _NAMING and not g.is_text for g in glyphs]):  # noqa: C419
        return True
    operators = sum([kind in _ALWAYS for kind in kinds])
    operands = sum([kind in _COUNTED for kind in kinds])
    return (operators >= 1 and operands >= 2) or any(glyph.box.kind in _ENOUGH_ALONE for glyph in strong)
