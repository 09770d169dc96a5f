"""One line of symbols and sub-formulas to LaTeX: scripts, words, delimiters, spacing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from docassay.readers.pdf.formulas.box import AXIS_HEIGHT, MathBox, hull, main_size
from docassay.readers.pdf.formulas.symbols import Kind

_ON_LINE: Final = 0.15
_TALL: Final = 1.35
_QUAD: Final = 0.9
_WORD_SPACE: Final = 0.18
_ENDS_IN_COMMAND: Final = re.compile(r"\\[A-Za-z]+$")
_ALPHABETS_OF_WORDS: Final = frozenset({"mathrm", "mathbf", "mathsf", "mathtt"})

Parse = Callable[[list[MathBox]], str]


@dataclass(slots=True)
class _Item:
    """A symbol on the line with what is attached to it."""

    box: MathBox
    scripts: list[MathBox] = field(default_factory=list)

    @property
    def right(self) -> float:
        return max([self.box.x1, *(script.x1 for script in self.scripts)])


def line_to_latex(boxes: list[MathBox], parse: Parse) -> str:
    """The LaTeX of boxes on one line."""
    items, leading = _items(boxes)
    prefix = _scripts(leading, items[0].box if items else None, parse) if leading else ""
    pieces: list[str] = []
    if prefix:
        pieces.append("{}" + prefix)
    fences = _tall_pairs(items)
    for number, item in enumerate(items):
        previous = items[number - 1] if number else None
        if previous is not None:
            pieces.append(_space(previous, item))
        latex = fences.get(number) or _symbol(item.box)
        scripts = _scripts(item.scripts, item.box, parse) if item.scripts else ""
        if scripts and not item.box.is_bare and _has_script(latex):
            latex = f"{{{latex}}}"
        pieces.append(latex + scripts)
    return _tidied(_joined(pieces))


def _items(boxes: list[MathBox]) -> tuple[list[_Item], list[MathBox]]:
    """The line's symbols from left to right, and scripts that stand before the first of them."""
    ordered = sorted(boxes, key=lambda box: (box.x0, box.order))
    size, base = _main_line(ordered)
    items: list[_Item] = []
    leading: list[MathBox] = []
    for box in ordered:
        if _is_on_line(box, size, base):
            items.append(_Item(box))
        elif items:
            items[-1].scripts.append(box)
        else:
            leading.append(box)
    return items, leading


def _main_line(boxes: Sequence[MathBox]) -> tuple[float, float]:
    """Size and baseline of the line: where most of the ink of the largest size stands."""
    ordinary = [
        box for box in boxes if not box.is_centred and box.kind not in {Kind.PRIME, Kind.ACCENT}
    ] or list(boxes)
    size = main_size(ordinary)
    votes = [(box.base, max(box.width, 0.1)) for box in ordinary if box.size >= 0.85 * size]
    best, weight = ordinary[0].base, -1.0
    for base, _ in votes:
        near = sum(width for other, width in votes if abs(other - base) < 0.08 * size)
        if near > weight:
            best, weight = base, near
    if all(box.is_centred for box in ordinary):
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
    upper = [box for box in scripts if _script_height(box) < reference]
    lower = [box for box in scripts if _script_height(box) >= reference]
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


def _script_height(box: MathBox) -> float:
    return box.axis


def _symbol(box: MathBox) -> str:
    if box.kind is Kind.FUNCTION:
        return box.latex
    if box.alphabet:
        return f"\\{box.alphabet}{{{box.latex}}}"
    return box.latex


def _has_script(latex: str) -> bool:
    return "_" in latex or "^" in latex


def _space(previous: _Item, item: _Item) -> str:
    gap = item.box.x0 - previous.right
    size = max(previous.box.size, item.box.size)
    if gap > 1.8 * size:
        return r"\qquad "
    if gap > _QUAD * size:
        return r"\quad "
    return ""


def _tall_pairs(items: Sequence[_Item]) -> dict[int, str]:
    """``\\left`` and ``\\right`` for delimiters that are taller than the text and belong together."""
    written: dict[int, str] = {}
    open_positions: list[int] = []
    for number, item in enumerate(items):
        box = item.box
        if box.kind not in {Kind.OPEN, Kind.CLOSE, Kind.FENCE} or box.height < _TALL * box.size:
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
    written = ""
    for piece in pieces:
        if piece and piece[0].isalpha() and _ENDS_IN_COMMAND.search(written):
            written += " "
        written += piece
    return written


def _tidied(latex: str) -> str:
    """Runs of dots as one command; one space at most."""
    latex = re.sub(r"(?<![.\d])\.\s*\.\s*\.(?!\.)", r"\\ldots ", latex)
    latex = re.sub(r"\\cdot\s*\\cdot\s*\\cdot(?![A-Za-z])\s*", r"\\cdots ", latex)
    latex = latex.replace(r" }\text{ ", " ")
    return re.sub(r"  +", " ", latex).strip()
