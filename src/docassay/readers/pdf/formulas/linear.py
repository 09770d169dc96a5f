"""One line of symbols and sub-formulas to LaTeX: scripts, words, delimiters, spacing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Final

from docassay.readers.pdf.formulas.box import AXIS_HEIGHT, MathBox, hull, main_size
from docassay.readers.pdf.formulas.symbols import Kind

_ON_LINE: Final = 0.15
_TALL: Final = 1.35
_QUAD: Final = 0.9
_SPACES: Final = re.compile("  +")
_RAISED: Final = frozenset({Kind.PRIME, Kind.ACCENT})
_DELIMITERS: Final = frozenset({Kind.OPEN, Kind.CLOSE, Kind.FENCE})
_ENDS_IN_COMMAND: Final = re.compile(r"\\[A-Za-z]+$")

Parse = Callable[[list[MathBox]], str]


class _Item:
    """A symbol on the line with what is attached to it; ``right`` is the right edge of all of it."""

    __slots__ = ("box", "right", "scripts")

    def __init__(self, box: MathBox) -> None:
        self.box = box
        self.right = box.x1
        self.scripts: list[MathBox] = []


def symbol_to_latex(box: MathBox) -> str:
    """The LaTeX of a box that stands alone."""
    return _tidied(_symbol(box))


def line_to_latex(boxes: list[MathBox], parse: Parse) -> str:
    """The LaTeX of boxes on one line."""
    if not boxes:
        return ""
    items, leading = _items(boxes)
    prefix = _scripts(leading, items[0].box if items else None, parse) if leading else ""
    pieces: list[str] = []
    if prefix:
        pieces.append("{}" + prefix)
    fences = _tall_pairs(items)
    previous = None
    for number, item in enumerate(items):
        box = item.box
        if previous is not None:
            gap = box.x0 - previous.right
            if gap > _QUAD * min(previous.box.size, box.size):
                pieces.append(_space(gap, max(previous.box.size, box.size)))
        previous = item
        latex = (fences and fences.get(number)) or _symbol(box)
        if item.scripts:
            scripts = _scripts(item.scripts, box, parse)
            if scripts and not box.is_bare and ("_" in latex or "^" in latex):
                latex = f"{{{latex}}}"
            latex += scripts
        pieces.append(latex)
    return _tidied(_joined(pieces))


def _items(boxes: list[MathBox]) -> tuple[list[_Item], list[MathBox]]:
    """The line's symbols from left to right, and scripts that stand before the first of them."""
    ordered = sorted(boxes, key=_place)
    size, base = _main_line(ordered)
    items: list[_Item] = []
    leading: list[MathBox] = []
    for box in ordered:
        if _is_on_line(box, size, base):
            items.append(_Item(box))
        elif items:
            host = items[-1]
            host.scripts.append(box)
            host.right = max(host.right, box.x1)
        else:
            leading.append(box)
    return items, leading


_place: Final = attrgetter("x0", "order")


def _main_line(boxes: Sequence[MathBox]) -> tuple[float, float]:
    """Size and baseline of the line: where most of the ink of the largest size stands."""
    ordinary = [box for box in boxes if not box.is_centred and box.kind not in _RAISED] or list(boxes)
    size = main_size(ordinary)
    limit, reach = 0.85 * size, 0.08 * size
    votes: dict[float, float] = {}
    for box in ordinary:
        if box.size >= limit:
            votes[box.base] = votes.get(box.base, 0.0) + max(box.x1 - box.x0, 0.1)
    best, weight = ordinary[0].base, -1.0
    if len(votes) == 1:
        (best,) = votes
    else:
        for base in votes:
            near = sum([width for other, width in votes.items() if abs(other - base) < reach])
            if near > weight:
                best, weight = base, near
    if all([box.is_centred for box in ordinary]):  # noqa: C419
        best = ordinary[0].axis + AXIS_HEIGHT * size
    return size, best


def _is_on_line(box: MathBox, size: float, base: float) -> bool:
    if box.is_centred:
        reach = 0.25 * size if box.kind is Kind.COMPOSITE else 0.45 * box.size
        return abs(box.axis - (base - AXIS_HEIGHT * size)) <= reach and (
            box.size >= 0.8 * size or box.kind is Kind.COMPOSITE
        )
    shift = abs(box.base - base)
    if box.kind is Kind.PRIME and box.size < 0.85 * size:
        return False
    if box.size >= 0.85 * size:
        return shift <= 1.5 * _ON_LINE * size
    return shift <= 0.03 * size and box.kind is not Kind.PRIME


def _scripts(scripts: list[MathBox], base: MathBox | None, parse: Parse) -> str:
    if base is None:
        reference = hull(scripts)[1]
    elif base.is_centred or base.height > 1.3 * base.size:
        reference = base.middle
    else:
        reference = base.base - 0.3 * base.size
    upper: list[MathBox] = []
    lower: list[MathBox] = []
    for box in scripts:
        (upper if box.axis < reference else lower).append(box)
    written = ""
    primes = [box for box in upper if box.kind is Kind.PRIME]
    if primes and len(primes) == len(upper):
        written, upper = "".join(box.latex for box in primes), []
    if lower:
        written += f"_{{{parse(lower)}}}"
    if upper:
        leading = _leading_primes(upper)
        if leading and not lower:
            written += "".join(box.latex for box in leading)
            upper = [box for box in upper if not any(box is prime for prime in leading)]
        written += f"^{{{parse(upper)}}}"
    return written


def _leading_primes(boxes: Sequence[MathBox]) -> list[MathBox]:
    leading = []
    for box in sorted(boxes, key=lambda box: box.x0):
        if box.kind is not Kind.PRIME:
            break
        leading.append(box)
    return leading


def _symbol(box: MathBox) -> str:
    if box.kind is Kind.FUNCTION:
        return box.latex
    if box.alphabet:
        return f"\\{box.alphabet}{{{box.latex}}}"
    return box.latex


def _space(gap: float, size: float) -> str:
    if gap > 1.8 * size:
        return r"\qquad "
    return r"\quad " if gap > _QUAD * size else ""


def _tall_pairs(items: Sequence[_Item]) -> dict[int, str]:
    """``\\left`` and ``\\right`` for delimiters that are taller than the text and belong together."""
    written: dict[int, str] = {}
    open_positions: list[int] = []
    for number, item in enumerate(items):
        box = item.box
        if box.kind not in _DELIMITERS or box.height < _TALL * box.size:
            continue
        opens_here = box.kind is Kind.OPEN or (
            box.kind is Kind.FENCE
            and not (open_positions and items[open_positions[-1]].box.latex == box.latex)
        )
        if opens_here:
            open_positions.append(number)
        elif open_positions:
            start = open_positions.pop()
            written[start] = rf"\left{items[start].box.latex} "
            written[number] = rf"\right{box.latex} "
    return written


def _joined(pieces: Sequence[str]) -> str:
    written: list[str] = []
    ends_in_command = False
    for piece in pieces:
        if not piece:
            continue
        if ends_in_command and piece[0].isalpha():
            written.append(" ")
        written.append(piece)
        ends_in_command = "\\" in piece and _ENDS_IN_COMMAND.search(piece) is not None
    return "".join(written)


def _tidied(latex: str) -> str:
    """Runs of dots as one command; one space at most."""
    if latex.count(".") > 2:
        latex = re.sub(r"(?<![.\d])\.\s*\.\s*\.(?!\.)", r"\\ldots ", latex)
    if latex.count(r"\cdot") > 2:
        latex = re.sub(r"\\cdot\s*\\cdot\s*\\cdot(?![A-Za-z])\s*", r"\\cdots ", latex)
    latex = latex.replace(r" }\text{ ", " ")
    return (_SPACES.sub(" ", latex) if "  " in latex else latex).strip()
