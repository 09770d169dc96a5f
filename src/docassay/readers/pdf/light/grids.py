"""Tables of the light layout: words between ruling lines, found with a few array operations.

Two kinds are seen: grids whose cells are separated by lines (a missing piece of a line joins cells), and text
between parallel horizontal lines whose rows leave common gaps. Everything else stays text.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import chain, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.light.numeric import is_numeric
from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.text import PageText

_TOUCH: Final = 3.0
_SAME_LINE: Final = 1.5
_MAXIMUM_PAIRS: Final = 400_000
_MAXIMUM_CELLS: Final = 5_000
_MINIMUM_FILLED: Final = 0.25

_position: Final = itemgetter(0)

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class LightTable(NamedTuple):
    """A table and the numbers of the words that it took."""

    draft: Draft
    words: Numbers


class GridCell(NamedTuple):
    """A cell of a grid: 0-based position, spans, and the numbers of its words."""

    row: int
    column: int
    row_span: int
    column_span: int
    words: Sequence[int]


def merged_lines(rules: Sequence[Rule]) -> Values:
    """Pieces of the same line joined; shape (lines, 3): position, start, end, sorted by position."""
    if not rules:
        return np.empty((0, 3))
    if len(rules) == 1:
        return np.array(rules)
    pieces = np.array(sorted(rules, key=_position))
    positions = pieces[:, 0]
    group = np.zeros(len(pieces), np.int64)
    (positions[1:] - positions[:-1] > _SAME_LINE).cumsum(out=group[1:])
    pieces = pieces[np.lexsort((pieces[:, 1], group))]  # groups stay where they are
    positions, starts, ends = pieces.T
    # Ends grow from group to group, so that one running maximum serves all groups.
    shift = group * (np.abs(pieces[:, 1:]).max() * 4 + 10)
    reach = np.maximum.accumulate(ends + shift)
    begins = np.ones(len(pieces), bool)
    begins[1:] = ((starts + shift)[1:] > reach[:-1] + _TOUCH) | (group[1:] > group[:-1])
    firsts = begins.nonzero()[0]
    counts = np.full(len(firsts), len(pieces))
    counts[:-1] = firsts[1:]
    counts -= firsts
    lines = np.empty((len(firsts), 3))
    lines[:, 0] = np.add.reduceat(positions, firsts) / counts
    lines[:, 1] = starts[firsts]
    lines[:, 2] = np.maximum.reduceat(ends, firsts)
    return lines


def grid_tables(text: PageText, horizontal: Values, vertical: Values) -> list[LightTable]:
    """Tables whose cells are separated by lines (``merged_lines``)."""
    middles = (text.boxes[:, :2] + text.boxes[:, 2:]) / 2
    found: list[LightTable] = []
    is_free = np.ones(len(middles), bool)
    for rows, columns in _touching(horizontal, vertical):
        table = _grid_table(text, middles, is_free, rows, columns)
        if table is not None:
            is_free[table.words] = False
            found.append(table)
    return found


def _touching(horizontal: Values, vertical: Values) -> list[tuple[Values, Values]]:
    """Groups of lines that touch each other."""
    if not len(horizontal) or not len(vertical) or len(horizontal) * len(vertical) > _MAXIMUM_PAIRS:
        return []
    touches = (
        (vertical[:, 0] >= horizontal[:, 1:2] - _TOUCH)
        & (vertical[:, 0] <= horizontal[:, 2:3] + _TOUCH)
        & (horizontal[:, :1] >= vertical[:, 1] - _TOUCH)
        & (horizontal[:, :1] <= vertical[:, 2] + _TOUCH)
    )
    count = len(horizontal)
    labels = np.arange(count)
    while True:
        # The smallest label goes from line to crossing line until nothing changes.
        across = np.where(touches, labels[:, None], count).min(axis=0)
        spread = np.minimum(labels, np.where(touches, across, count).min(axis=1))
        if (spread == labels).all():
            break
        labels = spread
    groups = []
    for label in sorted(set(labels.tolist())):
        rows, columns = horizontal[labels == label], vertical[across == label]
        if len(rows) >= 2 and len(columns) >= 1:
            groups.append((rows, columns))
    return groups


def _positions(lines: Values, outer_start: float, outer_end: float) -> Values:
    """Distinct positions, with the outer edges added where the frame is open."""
    positions = sorted(lines[:, 0].tolist())
    result = positions[:1]
    result += [later for earlier, later in pairwise(positions) if later - earlier > _TOUCH]
    if result[0] - outer_start > 8:
        result.insert(0, outer_start)
    if outer_end - result[-1] > 8:
        result.append(outer_end)
    return np.array(result)


def _grid_table(
    text: PageText, middles: Values, is_free: Flags, rows: Values, columns: Values
) -> LightTable | None:
    xs = _positions(columns, rows[:, 1].min(), rows[:, 2].max())
    ys = _positions(rows, columns[:, 1].min(), columns[:, 2].max())
    row_count, column_count = len(ys) - 1, len(xs) - 1
    if row_count < 2 or column_count < 2 or row_count * column_count > _MAXIMUM_CELLS:
        return None
    x, y = middles.T
    is_inside = is_free & (x >= xs[0]) & (x <= xs[-1]) & (y >= ys[0]) & (y <= ys[-1])
    words = is_inside.nonzero()[0]
    if len(words) < 3:
        return None
    at_row = np.minimum(np.searchsorted(ys, y[words], "right"), row_count) - 1
    at_column = np.minimum(np.searchsorted(xs, x[words], "right"), column_count) - 1
    contents: dict[tuple[int, int], list[int]] = {}
    for place, word in zip(
        zip(at_row.tolist(), at_column.tolist(), strict=True), words.tolist(), strict=True
    ):
        contents.setdefault(place, []).append(word)
    cells = _joined_cells(contents, _walls(columns, xs, ys), _walls(rows, ys, xs))
    filled = [cell for cell in cells if cell.words]
    if len(filled) < 3 or len(filled) < _MINIMUM_FILLED * len(cells):
        return None
    if max(cell.column for cell in cells) == 0 or len({cell.row for cell in filled}) < 2:
        return None
    if _holds_columns(text, filled):
        return None
    return LightTable(table_of(text, cells, xs.tolist(), ys.tolist()), words)


def _walls(lines: Values, edges: Values, across: Values) -> Flags:
    """Whether a line on ``edges[i]`` passes the middle of slot ``j``, shape (edges, slots)."""
    middles = (across[:-1] + across[1:]) / 2
    nearest = np.abs(edges[:, None] - lines[:, 0]).argmin(axis=0)
    passes = (middles >= lines[:, 1:2] - 1) & (middles <= lines[:, 2:3] + 1)
    walls = np.zeros((len(edges), len(middles)), bool)
    np.logical_or.at(walls, nearest, passes)
    return walls


def _joined_cells(
    contents: dict[tuple[int, int], list[int]], right_walls: Flags, lower_walls: Flags
) -> list[GridCell]:
    """Cells in row-major order; where a wall is missing, neighbours are one cell."""
    row_count, column_count = right_walls.shape[1], lower_walls.shape[1]
    if right_walls[1:-1].all() and lower_walls[1:-1].all():
        return [
            GridCell(row, column, 1, 1, contents.get((row, column), ()))
            for row in range(row_count)
            for column in range(column_count)
        ]
    right, lower = right_walls.tolist(), lower_walls.tolist()
    cells: list[GridCell] = []
    done: set[tuple[int, int]] = set()
    for row in range(row_count):
        for column in range(column_count):
            if (row, column) in done:
                continue
            width = height = 1
            while column + width < column_count and not right[column + width][row]:
                if (row, column + width) in done:
                    break
                width += 1
            while row + height < row_count and not any(lower[row + height][column : column + width]):
                height += 1
            area = [(row + down, column + over) for down in range(height) for over in range(width)]
            done.update(area)
            words = sorted(word for place in area for word in contents.get(place, ()))
            cells.append(GridCell(row, column, height, width, words))
    return cells


def _holds_columns(text: PageText, filled: Sequence[GridCell]) -> bool:
    """Whether many cells hold text in columns of their own, because only some columns are ruled."""
    longer = [cell.words for cell in filled if len(cell.words) > 1]
    if len(longer) < 2:
        return False
    words = np.array(list(chain.from_iterable(longer)))
    counts = list(map(len, longer))
    boxes = text.boxes[words]
    sizes = np.array([text.style(own[0]).size for own in longer])
    ends = np.array(counts).cumsum()
    is_gap = np.abs(boxes[1:, 1] - boxes[:-1, 1]) < 2
    is_gap &= boxes[1:, 0] - boxes[:-1, 2] > 0.9 * np.repeat(sizes, counts)[:-1]
    is_gap[ends[:-1] - 1] = False
    gapped = len(set(np.searchsorted(ends, is_gap.nonzero()[0], "right").tolist()))
    return gapped >= 2 and gapped > 0.3 * len(filled)


def table_of(text: PageText, cells: Sequence[GridCell], xs: Sequence[float], ys: Sequence[float]) -> Draft:
    """The draft of a grid with column edges ``xs`` and row edges ``ys``; rows without text are left out."""
    kept = {number for cell in cells if cell.words for number in range(cell.row, cell.row + cell.row_span)}
    texts = text.texts
    contents = [" ".join([texts[word] for word in cell.words]) if cell.words else "" for cell in cells]
    header_row = _header_row(text, cells, contents)
    whole = " ".join([content for content in contents if content])
    needs_escape = "&" in whole or "<" in whole or ">" in whole
    rows: dict[int, list[str]] = {}
    children: list[Draft] = []
    for (row, column, row_span, column_span, _), content in zip(cells, contents, strict=True):
        first, spanned = row, 1
        if row_span > 1:
            own = [number for number in range(row, row + row_span) if number in kept]
            first, spanned = own[0] if own else row, len(own)
        elif row not in kept:
            continue
        if not spanned:
            continue
        tag = "th" if row == header_row else "td"
        spans = f' rowspan="{spanned}"' if spanned > 1 else ""
        if column_span > 1:
            spans += f' colspan="{column_span}"'
        part = f"<{tag}{spans}>{escape(content, quote=False) if needs_escape else content}</{tag}>"
        rows.setdefault(first, []).append(part)
        box = BoundingBox(xs[column], ys[row], xs[column + column_span], ys[row + row_span])
        children.append(Draft("TableCell", box, part, content))
    lines = [f"<tr>{''.join(rows.get(number, ()))}</tr>" for number in sorted(kept)]
    if header_row >= 0 and len(lines) > 1:
        html = f"<thead>{lines[0]}</thead><tbody>{''.join(lines[1:])}</tbody>"
    else:
        html = "".join(lines)
    return Draft(
        "Table", BoundingBox(xs[0], ys[0], xs[-1], ys[-1]), f"<table>{html}</table>", whole, children=children
    )


def _header_row(text: PageText, cells: Sequence[GridCell], contents: Sequence[str]) -> int:
    """The row of column headers, or -1: bold above plain text, or words above numbers."""
    first = min([cell.row for cell in cells if cell.words])
    head: list[tuple[GridCell, str]] = []
    body: list[tuple[GridCell, str]] = []
    for cell, content in zip(cells, contents, strict=True):
        if cell.words:
            (head if cell.row == first else body).append((cell, content))
    width = sum([cell.row == first for cell in cells])
    if len(head) < 2 or 2 * len(head) < width or not body or any(c.endswith(":") for _, c in head):
        return -1
    is_head_bold = all(_is_bold(text, cell) for cell, _ in head)
    if is_head_bold and sum([_is_bold(text, cell) for cell, _ in body]) < 0.6 * len(body):
        return first
    if any(is_numeric(content) for _, content in head):
        return -1
    return first if 4 * sum([is_numeric(content) for _, content in body]) >= len(body) else -1


def _is_bold(text: PageText, cell: GridCell) -> bool:
    return all(text.style(word).font.is_bold for word in cell.words)
