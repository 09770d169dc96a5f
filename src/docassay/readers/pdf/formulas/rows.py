"""Formulas of several rows: aligned equations, matrices, cases and binomials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from docassay.readers.pdf.formulas.box import AXIS_HEIGHT, MathBox, hull, main_size
from docassay.readers.pdf.formulas.symbols import Kind

_DELIMITERS: Final = frozenset({Kind.OPEN, Kind.CLOSE, Kind.FENCE})
OPENERS: Final = frozenset({Kind.OPEN, Kind.FENCE})
"""Kinds of delimiters that several rows can begin with."""

_NOT_ON_LINE: Final = _DELIMITERS | {Kind.OPERATOR, Kind.INTEGRAL, Kind.ACCENT, Kind.PRIME, Kind.PIECE}
_ROW_DISTANCE: Final = 0.75
"""Smallest distance of two rows, in font sizes."""

_NEXT_ROW: Final = r"\\ "
_TALL: Final = 1.4
_COLUMN_GAP: Final = 0.8
_ENVIRONMENTS: Final = {
    ("(", ")"): "pmatrix", ("[", "]"): "bmatrix", (r"\{", r"\}"): "Bmatrix", ("|", "|"): "vmatrix",
    (r"\|", r"\|"): "Vmatrix",
}  # fmt: skip
_BINOMIAL_DISTANCE: Final = 1.28

Parse = Callable[[list[MathBox]], str]


def with_environments(boxes: list[MathBox], parse: Parse) -> list[MathBox]:
    """Replace tall delimiters around several rows by one box (``pmatrix``, ``cases``, ``\\binom``, ...)."""
    openers = [box for box in boxes if box.is_centred and box.kind in OPENERS]
    if not openers:
        return boxes
    size = main_size(boxes)
    openers.sort(key=lambda box: -box.x0)
    for opener in openers:
        if not any(box is opener for box in boxes):
            continue
        closer = _closer(opener, boxes)
        right = closer.x0 if closer is not None else float("inf")
        content = [
            box
            for box in boxes
            if box is not opener
            and box is not closer
            and opener.x1 - 0.1 * size <= box.centre < right
            and opener.y0 - 0.3 * size <= box.middle <= opener.y1 + 0.3 * size
        ]
        if closer is None and opener.latex != r"\{":
            continue
        if opener.height < _TALL * main_size(content):
            continue
        rows = _rows(content)
        if rows is None:
            continue
        latex = _environment(opener, closer, rows, parse)
        used = [opener, *content] + ([closer] if closer is not None else [])
        x0, _, x1, _ = hull(used)
        made = MathBox(
            latex, Kind.COMPOSITE, x0, opener.y0, x1, opener.y1, opener.middle + AXIS_HEIGHT * size, size,
            text="".join(box.text for box in used), order=opener.order,
        )  # fmt: skip
        made.is_centred = True
        gone = {id(box) for box in used}
        boxes = [box for box in boxes if id(box) not in gone]
        boxes.append(made)
    return boxes


def rows_to_latex(boxes: list[MathBox], parse: Parse) -> str | None:
    """An ``aligned`` environment when the boxes form several rows, else None."""
    rows = _rows(boxes)
    if rows is None:
        return None
    marks = [_alignment(row) for row in rows]
    size = main_size(boxes)
    known = [mark for mark in marks if mark is not None]
    is_aligned = len(known) == len(rows) and max(known) - min(known) < 0.3 * size
    lines = []
    for row, mark in zip(rows, marks, strict=True):
        if is_aligned and mark is not None:
            left = [box for box in row if box.centre < mark]
            right = [box for box in row if box.centre >= mark]
            lines.append(f"{parse(left) if left else ''}&{parse(right)}")
        else:
            lines.append(parse(row))
    return rf"\begin{{aligned}}{_NEXT_ROW.join(lines)}\end{{aligned}}"


def _alignment(row: Sequence[MathBox]) -> float | None:
    """The left edge of the first relation on the row."""
    size = main_size(row)
    return min((box.x0 for box in row if box.kind is Kind.RELATION and box.size > 0.85 * size), default=None)


def _closer(opener: MathBox, boxes: Sequence[MathBox]) -> MathBox | None:
    """The delimiter of the same height to the right; a fence closes only a fence."""
    wanted = {Kind.FENCE} if opener.kind is Kind.FENCE else {Kind.CLOSE}
    matching = [
        box
        for box in boxes
        if box.kind in wanted
        and box.x0 > opener.x1
        and abs(box.y0 - opener.y0) < 0.3 * opener.size
        and abs(box.y1 - opener.y1) < 0.3 * opener.size
    ]
    return min(matching, key=lambda box: box.x0, default=None)


def _rows(boxes: Sequence[MathBox]) -> list[list[MathBox]] | None:
    """The boxes by row from top to bottom, or None when they form a single row."""
    size = main_size([box for box in boxes if box.kind not in _DELIMITERS])
    mains = [box for box in boxes if box.size >= 0.85 * size and box.kind not in _NOT_ON_LINE]
    if len(mains) < 2:
        return None
    axes = [box.axis for box in mains]
    if max(axes) - min(axes) <= _ROW_DISTANCE * size:
        return None
    mains.sort(key=lambda box: box.axis)
    groups = [[mains[0]]]
    for above, below in pairwise(mains):
        if below.axis - above.axis > _ROW_DISTANCE * size:
            groups.append([])
        groups[-1].append(below)
    if len(groups) < 2:
        return None
    ranges = [(min(b.y0 for b in group), max(b.y1 for b in group)) for group in groups]
    placed = {id(box) for box in mains}
    rest = sorted((box for box in boxes if id(box) not in placed), key=lambda box: -box.height)
    for box in rest:
        number = min(range(len(ranges)), key=lambda index: _distance(box, ranges[index]))
        groups[number].append(box)
        if box.size >= 0.85 * size:
            top, bottom = ranges[number]
            ranges[number] = (min(top, box.y0), max(bottom, box.y1))
    return groups


def _distance(box: MathBox, span: tuple[float, float]) -> float:
    outside = max(span[0] - box.middle, box.middle - span[1], 0.0)
    return outside if outside else -1e-3 / (1e-3 + abs(box.middle - (span[0] + span[1]) / 2))


def _cells(row: list[MathBox]) -> list[list[MathBox]]:
    size = main_size(row)
    cells: list[list[MathBox]] = []
    right = float("-inf")
    for box in sorted(row, key=lambda box: box.x0):
        if not cells or box.x0 - right > _COLUMN_GAP * size:
            cells.append([])
        cells[-1].append(box)
        right = max(right, box.x1)
    return cells


def _environment(opener: MathBox, closer: MathBox | None, rows: list[list[MathBox]], parse: Parse) -> str:
    closing = closer.latex if closer is not None else ""
    if closer is None:
        lines = []
        for row in rows:
            cells = _cells(row)
            if len(cells) > 2:
                cells = [cells[0], [box for cell in cells[1:] for box in cell]]
            lines.append(" & ".join(parse(cell) for cell in cells))
        return rf"\begin{{cases}}{_NEXT_ROW.join(lines)}\end{{cases}}"
    table = [_cells(row) for row in rows]
    columns = max(map(len, table))
    name = _ENVIRONMENTS.get((opener.latex, closing))
    if columns == 1 and len(rows) == 2 and name == "pmatrix" and _is_binomial(opener, rows):
        return rf"\binom{{{parse(rows[0])}}}{{{parse(rows[1])}}}"
    body = r"\\ ".join(" & ".join(parse(cell) for cell in cells) for cells in table)
    if name is None:
        return rf"\left{opener.latex} \begin{{matrix}}{body}\end{{matrix}}\right{closing}"
    return rf"\begin{{{name}}}{body}\end{{{name}}}"


def _is_binomial(opener: MathBox, rows: list[list[MathBox]]) -> bool:
    size = main_size([box for row in rows for box in row])
    if size < 0.85 * opener.size:
        return True
    bases = [max((box.base for box in row if box.size > 0.85 * size), default=0.0) for row in rows]
    return bases[1] - bases[0] > _BINOMIAL_DISTANCE * size
