"""Accents, horizontal braces and limits: what stands above or below a symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from docassay.readers.pdf.formulas.box import MathBox, hull, main_size
from docassay.readers.pdf.formulas.functions import FUNCTIONS_WITH_LIMITS
from docassay.readers.pdf.formulas.symbols import Kind

_WIDE: Final = {r"\hat": r"\widehat", r"\tilde": r"\widetilde", r"\bar": r"\overline"}
_TAKES_NO_ACCENT: Final = frozenset(
    {Kind.ACCENT, Kind.RELATION, Kind.BINARY, Kind.OPEN, Kind.CLOSE, Kind.PUNCTUATION, Kind.PRIME, Kind.FENCE}
)

BRACES: Final = frozenset({Kind.BRACE_ABOVE, Kind.BRACE_BELOW})
"""Horizontal braces."""

WITH_LIMITS: Final = frozenset({Kind.OPERATOR, Kind.INTEGRAL, Kind.FUNCTION, Kind.RELATION})
"""Kinds some of whose symbols have something written right above or below them."""

_LARGE: Final = frozenset({Kind.OPERATOR, Kind.INTEGRAL})

Parse = Callable[[list[MathBox]], str]


def attach_accents(boxes: list[MathBox]) -> list[MathBox]:
    """Join each accent with the symbols under it; an accent over nothing becomes an ordinary symbol."""
    for accent in [box for box in boxes if box.kind is Kind.ACCENT]:
        under = _under(accent, boxes)
        if not under:
            accent.kind = Kind.ORDINARY
            accent.latex = {r"\hat": r"\wedge", r"\tilde": r"\sim", r"\bar": "-"}.get(
                accent.latex, accent.text
            )
            continue
        command = accent.latex
        if len(under) > 1:
            command = _WIDE.get(command, command)
        inner = "".join(_styled(box) for box in under)
        x0, y0, x1, y1 = hull([accent, *under])
        first = under[0]
        made = MathBox(
            f"{command}{{{inner}}}", Kind.COMPOSITE, x0, y0, x1, y1, first.base, first.size,
            text="".join(box.text for box in under), order=min(box.order for box in under),
        )  # fmt: skip
        made.x0, made.x1 = min(box.x0 for box in under), max(box.x1 for box in under)
        gone = {id(accent), *(id(box) for box in under)}
        boxes = [box for box in boxes if id(box) not in gone]
        boxes.append(made)
    return boxes


def _styled(box: MathBox) -> str:
    return f"\\{box.alphabet}{{{box.latex}}}" if box.alphabet else box.latex


def _under(accent: MathBox, boxes: Sequence[MathBox]) -> list[MathBox]:
    size = accent.size
    candidates = [
        box
        for box in boxes
        if box is not accent
        and box.kind not in _TAKES_NO_ACCENT
        and -0.45 * size < box.y0 - accent.y1 < 0.4 * size
        and box.middle > accent.middle
        and min(box.x1, accent.x1) - max(box.x0, accent.x0) > 0.3 * min(box.width, accent.width)
        and box.size > 0.6 * size
    ]
    if not candidates:
        return []
    best = min(
        candidates,
        key=lambda box: (
            abs(box.size - size) > 0.3 * size,
            box.y0 - accent.y1 + 0.5 * abs(box.centre - accent.centre),
        ),
    )
    return sorted(
        (
            box
            for box in candidates
            if abs(box.base - best.base) < 0.1 * size
            and (box is best or accent.x0 - 0.1 * size < box.centre < accent.x1 + 0.1 * size)
            and abs(box.size - best.size) < 0.1 * size
        ),
        key=lambda box: box.x0,
    )


def attach_braces(boxes: list[MathBox], parse: Parse) -> list[MathBox]:
    """``\\overbrace`` and ``\\underbrace`` with what they span and the note at their tip."""
    braces = [box for box in boxes if box.kind in BRACES]
    for brace in _joined_braces(braces):
        is_above = brace.kind is Kind.BRACE_ABOVE
        others = [box for box in boxes if box.kind not in BRACES]
        within = [
            box for box in others if brace.x0 - 0.1 * box.size <= box.centre <= brace.x1 + 0.1 * box.size
        ]
        spanned = [box for box in within if (box.middle > brace.middle) == is_above]
        note = [
            box
            for box in within
            if (box.middle > brace.middle) != is_above
            and box.size < 0.85 * main_size(spanned)
            and _gap(box, brace) < 1.5 * box.size
        ]
        if not spanned:
            continue
        mark = "^" if is_above else "_"
        latex = f"{brace.latex}{{{parse(spanned)}}}"
        if note:
            latex += f"{mark}{{{parse(note)}}}"
        x0, y0, x1, y1 = hull(spanned)
        first = max(spanned, key=lambda box: box.size)
        made = MathBox(
            latex, Kind.COMPOSITE, min(x0, brace.x0), y0, max(x1, brace.x1), y1, first.base, first.size,
            text="".join(box.text for box in spanned), order=first.order,
        )  # fmt: skip
        gone = {id(box) for box in [*spanned, *note]}
        boxes = [box for box in others if id(box) not in gone]
        boxes.append(made)
    return [box for box in boxes if box.kind not in BRACES]


def _gap(first: MathBox, second: MathBox) -> float:
    return max(first.y0 - second.y1, second.y0 - first.y1)


def _joined_braces(braces: list[MathBox]) -> list[MathBox]:
    """Braces that a font draws with many pieces, each as one."""
    joined: list[MathBox] = []
    for brace in sorted(braces, key=lambda box: box.x0):
        for other in joined:
            if (
                other.kind is brace.kind
                and brace.x0 - other.x1 < 0.3 * brace.size
                and abs(other.middle - brace.middle) < 0.5 * brace.size
            ):
                other.x1 = max(other.x1, brace.x1)
                other.y0, other.y1 = min(other.y0, brace.y0), max(other.y1, brace.y1)
                break
        else:
            joined.append(brace)
    return joined


def takes_limits(box: MathBox) -> bool:
    """Whether something may be written right above or below the symbol."""
    return box.kind in _LARGE or (box.kind is Kind.FUNCTION and box.text in FUNCTIONS_WITH_LIMITS)


def attach_limits(boxes: list[MathBox], parse: Parse) -> list[MathBox]:
    """Join large operators, ``\\lim`` and the like with the smaller symbols right above and below them."""
    limit = 0.85 * max([box.size for box in boxes])
    if not any([box.size < limit for box in boxes]):  # noqa: C419
        return boxes
    for operator in [box for box in boxes if takes_limits(box) or box.kind is Kind.RELATION]:
        is_relation = operator.kind is Kind.RELATION
        limit = 0.85 * operator.size
        small = [box for box in boxes if box.size < limit and box is not operator]
        if not small:
            continue
        above = _connected(
            operator,
            [
                box
                for box in small
                if box.y1 <= operator.y0 + 0.15 * operator.size and operator.y0 - box.y1 < 0.7 * operator.size
            ],
        )
        below = _connected(
            operator,
            [
                box
                for box in small
                if box.y0 >= operator.y1 - 0.15 * operator.size and box.y0 - operator.y1 < 0.7 * operator.size
            ],
        )
        if is_relation and below:
            below = [] if not _is_over(operator, below) else below
        if is_relation and above:
            above = [] if not _is_over(operator, above) else above
        if not above and not below:
            continue
        latex = _name_of(operator)
        if is_relation:
            if above:
                latex = rf"\overset{{{parse(above)}}}{{{latex}}}"
            if below:
                latex = rf"\underset{{{parse(below)}}}{{{latex}}}"
        else:
            if below:
                latex += f"_{{{parse(below)}}}"
            if above:
                latex += f"^{{{parse(above)}}}"
        used = [*above, *below]
        kind = operator.kind
        made = MathBox(
            latex, kind, operator.x0, operator.y0, operator.x1, operator.y1, operator.base, operator.size,
            text=operator.text + "".join(box.text for box in used), order=operator.order,
            is_centred=operator.is_centred,
        )  # fmt: skip
        made.x0, made.x1 = (
            min(operator.x0, *(box.x0 for box in used)),
            max(operator.x1, *(box.x1 for box in used)),
        )
        made.is_bare = False
        gone = {id(operator), *(id(box) for box in used)}
        boxes = [box for box in boxes if id(box) not in gone]
        boxes.append(made)
    return boxes


def _name_of(operator: MathBox) -> str:
    return operator.latex


def _is_over(operator: MathBox, group: list[MathBox]) -> bool:
    x0, _, x1, _ = hull(group)
    return abs((x0 + x1) / 2 - operator.centre) < 0.25 * max(operator.width, x1 - x0)


def _connected(operator: MathBox, candidates: list[MathBox]) -> list[MathBox]:
    """The candidates that overlap the operator horizontally, and their neighbours on both sides."""
    group = [box for box in candidates if box.x1 > operator.x0 and box.x0 < operator.x1]
    if not group:
        return []
    left = right = None
    rest = [box for box in candidates if box not in group]
    grown = True
    while grown and rest:
        grown = False
        left, right = min(box.x0 for box in group), max(box.x1 for box in group)
        for box in list(rest):
            if left - 0.45 * box.size <= box.x1 and box.x0 <= right + 0.45 * box.size:
                group.append(box)
                rest.remove(box)
                grown = True
    x0, _, x1, _ = hull(group)
    if abs((x0 + x1) / 2 - operator.centre) > max(0.6 * operator.size, 0.35 * (x1 - x0)):
        return []
    return group
