"""Joins what fonts draw in pieces: tall delimiters, long arrows, negated relations."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from docassay.readers.pdf.formulas.box import MathBox
from docassay.readers.pdf.formulas.symbols import Kind

_MAXIMUM_PIECES: Final = 600
_STACKED: Final = frozenset({Kind.PIECE, Kind.FENCE})
_OPENING: Final = {"(": "(", "[": "[", "{": r"\{"}
_CLOSING: Final = {")": ")", "]": "]", "}": r"\}"}
_LONG_ARROWS: Final = {
    ("-", r"\to"): r"\longrightarrow",
    (r"\leftarrow", "-"): r"\longleftarrow",
    ("=", r"\Rightarrow"): r"\Longrightarrow",
    (r"\Leftarrow", "="): r"\Longleftarrow",
    (r"\Leftarrow", r"\Rightarrow"): r"\Longleftrightarrow",
    (r"\leftarrow", r"\to"): r"\longleftrightarrow",
    (r"\mapsto", r"\to"): r"\mapsto",
    ("|", r"\to"): r"\mapsto",
    ("|", "="): r"\models",
    (r"\triangleright", r"\triangleleft"): r"\bowtie",
    (":", "="): ":=",
    ("-", "-"): "-",
    ("=", "="): "=",
}  # fmt: skip
_place: Final = attrgetter("x0", "order")
_NEGATED: Final = {"=": r"\neq", r"\in": r"\notin", r"\mid": r"\nmid", r"\cong": r"\ncong"}


def join_pieces(boxes: Sequence[MathBox]) -> list[MathBox]:
    """The boxes with every drawn-together symbol as one box."""
    kinds = {box.kind for box in boxes}
    if not kinds.isdisjoint(_STACKED):
        boxes = _tall_delimiters(boxes)
    if Kind.BRACE_TIP in kinds:
        boxes = _braces_of_tips(boxes)
    return _touching(boxes)


def _tall_delimiters(boxes: Sequence[MathBox]) -> list[MathBox]:
    rest = [box for box in boxes if box.kind not in _STACKED]
    rest.extend(
        stack[0] if len(stack) == 1 and stack[0].kind is Kind.FENCE else joined_pieces(stack)
        for stack in stacks_of_pieces([box for box in boxes if box.kind in _STACKED])
    )
    return rest


def stacks_of_pieces(pieces: Sequence[MathBox]) -> list[list[MathBox]]:
    """Pieces of delimiters and vertical bars that touch each other one above the other, by delimiter."""
    if len(pieces) > _MAXIMUM_PIECES:
        return [[piece] for piece in pieces]
    stacks: list[list[MathBox]] = []
    bottoms: list[float] = []
    for piece in sorted(pieces, key=lambda box: (box.y0, box.x0)):
        for number, stack in enumerate(stacks):
            reach = 0.1 if piece.kind is Kind.FENCE and stack[0].kind is Kind.FENCE else 0.25
            is_below = abs(stack[-1].centre - piece.centre) < 0.3 * piece.size
            if is_below and piece.y0 - bottoms[number] < reach * piece.size:
                stack.append(piece)
                bottoms[number] = max(bottoms[number], piece.y1)
                break
        else:
            stacks.append([piece])
            bottoms.append(piece.y1)
    return stacks


def joined_pieces(stack: Sequence[MathBox]) -> MathBox:
    """The delimiter that the pieces draw."""
    symbols = [piece.latex for piece in stack]
    name = next((symbol for symbol in symbols if symbol not in {"|", r"\|"}), symbols[0])
    y0, y1 = min(piece.y0 for piece in stack), max(piece.y1 for piece in stack)
    x0, x1 = min(piece.x0 for piece in stack), max(piece.x1 for piece in stack)
    if name in _OPENING:
        latex, kind = _OPENING[name], Kind.OPEN
    elif name in _CLOSING:
        latex, kind = _CLOSING[name], Kind.CLOSE
    elif name == r"\sqrt":
        latex, kind = name, Kind.RADICAL
    else:
        latex, kind = name, Kind.FENCE
    first = stack[0]
    box = MathBox(latex, kind, x0, y0, x1, y1, y1, first.size, text=name[-1:], order=first.order)
    box.is_centred = True
    return box


def _braces_of_tips(boxes: Sequence[MathBox]) -> list[MathBox]:
    """Horizontal braces: left tip, two tips in the middle, right tip, with bars between them."""
    rest = [box for box in boxes if box.kind is not Kind.BRACE_TIP]
    tips = sorted((box for box in boxes if box.kind is Kind.BRACE_TIP), key=lambda box: box.x0)
    top = min(box.middle for box in tips)
    tips.sort(key=lambda box: round((box.middle - top) / box.size))
    for start in range(0, len(tips) - 3, 4):
        group = tips[start : start + 4]
        inner = group[1:3]
        points_up = min(tip.y0 for tip in inner) < group[0].y0 - 0.5
        kind = Kind.BRACE_ABOVE if points_up else Kind.BRACE_BELOW
        first, last = group[0], group[3]
        rest.append(
            MathBox(
                r"\overbrace" if points_up else r"\underbrace", kind, first.x0, min(t.y0 for t in group),
                last.x1, max(t.y1 for t in group), first.base, first.size, order=first.order,
            )
        )  # fmt: skip
    return rest


def _touching(boxes: Sequence[MathBox]) -> list[MathBox]:
    """Arrows drawn with a bar before them, and strokes through relations."""
    result: list[MathBox] = []
    for box in sorted(boxes, key=_place):
        last = result[-1] if result else None
        if last is not None and abs(last.base - box.base) < 0.1 * box.size:
            if last.kind is Kind.NEGATION and box.x0 - last.x1 < 0.5 * box.size:
                result[-1] = _merged(last, box, _NEGATED.get(box.latex, rf"\not{box.latex}"))
                continue
            if (
                box.kind is Kind.NEGATION
                and box.centre < last.x1 + 0.1 * box.size
                and last.kind is Kind.RELATION
            ):
                result[-1] = _merged(last, box, _NEGATED.get(last.latex, rf"\not{last.latex}"))
                continue
            joined = _LONG_ARROWS.get((last.latex, box.latex))
            if joined is not None and box.x0 - last.x1 < (0.25 if joined == ":=" else 0.02) * box.size:
                result[-1] = _merged(last, box, joined)
                continue
        result.append(box)
    return result


def _merged(first: MathBox, second: MathBox, latex: str) -> MathBox:
    return MathBox(
        latex, Kind.RELATION, min(first.x0, second.x0), min(first.y0, second.y0), max(first.x1, second.x1),
        max(first.y1, second.y1), second.base, second.size, text=first.text + second.text, order=first.order,
    )  # fmt: skip
