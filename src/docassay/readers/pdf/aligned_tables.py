"""Tables without a full grid of lines: rows of short segments that stand in columns.

Rows between parallel horizontal rules (the usual style of papers and reports) are tried first; after that,
in a single-column region, any run of rows whose segments leave common vertical gaps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.blocks import is_caption, list_marker
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.lines import Line, joined_rows
from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.table_grid import Cell, table_draft
from docassay.readers.pdf.tables import merged_rules

_LEADER: Final = re.compile(r"(?:\.\s?){4,}|…{2,}|_{4,}")
_MAXIMUM_RULES: Final = 60
_DOUBLE_RULE: Final = 5.0
_CELL_GAP: Final = 0.6
_CELL_WORDS: Final = 5
_MAXIMUM_COLUMNS: Final = 60


class AlignedTable(NamedTuple):
    """A table and the segments that it took (by identity)."""

    draft: Draft
    segments: frozenset[int]


def tables_between_rules(segments: Sequence[Line], horizontal: Sequence[Rule]) -> list[AlignedTable]:
    """Tables above and below which a line is drawn, with at least one more clue: common gaps."""
    found: list[AlignedTable] = []
    left = list(segments)
    for parallel in _parallel(merged_rules(horizontal)):
        for group in _stacks(parallel, left):
            table = _between(group, left)
            if table is not None:
                found.append(table)
                left = [line for line in left if id(line) not in table.segments]
    return found


def _between(group: Sequence[Rule], segments: Sequence[Line]) -> AlignedTable | None:
    """The table between the first and the last rule of the group."""
    inside = _inside(group[0], group[-1], segments)
    if len(inside) < 3:
        return None
    pieces = [piece for line in inside for piece in _cells_of_line(line)]
    table = _table(joined_rows(pieces), minimum_rows=2)
    if table is None:
        return None
    frame = BoundingBox(group[0].start, group[0].position, group[0].end, group[-1].position)
    table.draft.bbox = table.draft.bbox.union(frame)
    return AlignedTable(table.draft, frozenset(id(line) for line in inside))


def _inside(upper: Rule, lower: Rule, segments: Sequence[Line]) -> list[Line]:
    """Segments between two rules, not sticking out at the sides."""
    left, right = upper.start - 3, upper.end + 3
    return [
        line
        for line in segments
        if upper.position - 2 <= line.middle <= lower.position + 2 and left <= line.x0 and line.x1 <= right
    ]


def _stacks(group: Sequence[Rule], segments: Sequence[Line]) -> list[list[Rule]]:
    """Cut parallel rules where one table ends and the next begins: blank space, a caption or prose."""
    stacks: list[list[Rule]] = [[group[0]]]
    for upper, lower in pairwise(group):
        between = _inside(upper, lower, segments)
        rows = joined_rows(between)
        is_blank = not between and lower.position - upper.position > _DOUBLE_RULE
        width = upper.end - upper.start
        has_prose = sum(
            len(row) == 1 and (is_caption(row[0].text) or _is_prose(row[0], width)) for row in rows
        ) > 0.3 * len(rows)
        if is_blank or (rows and has_prose):
            stacks.append([lower])
        else:
            stacks[-1].append(lower)
    return [stack for stack in stacks if len(stack) >= 2]


def _is_prose(line: Line, width: float) -> bool:
    """A line of running text: at least half as wide as the table, words apart by ordinary spaces."""
    return line.x1 - line.x0 > 0.5 * width and len(_cells_of_line(line)) == 1


def _cells_of_line(line: Line) -> list[Line]:
    """Cut a segment at gaps that are wider than a space: between rules, columns may stand close."""
    pieces = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if word.x0 - before.x1 > _CELL_GAP * line.size:
            pieces.append([])
        pieces[-1].append(word)
    return [Line(words) for words in pieces]


def tables_in_region(region: Sequence[Line], minimum_columns: int = 2) -> list[AlignedTable]:
    """Tables found by alignment alone inside a single-column region: at least three rows, or a row of bold
    labels and the row of their values.

    With ``minimum_columns`` of three or more it may be used on a page whose columns are not known yet: then
    no column of a table may hold running text.
    """
    rows = joined_rows(region)
    found: list[AlignedTable] = []
    start = 0
    while start < len(rows):
        if len(rows[start]) < 2:
            start += 1
            continue
        end = start + 1
        while end < len(rows) and _belongs(rows, end):
            end += 1
        while end > start and len(rows[end - 1]) < 2 and not _is_continuation(rows, end - 1):
            end -= 1
        minimum_rows = 2 if _are_labels_and_values(rows[start:end]) else 3
        table = _table(rows[start:end], minimum_rows, minimum_columns)
        if table is not None:
            found.append(table)
        start = max(end, start + 1)
    return found


def _are_labels_and_values(rows: Sequence[Sequence[Line]]) -> bool:
    """Three or more bold labels, each with one plain value right below that starts at the same place."""
    if len(rows) != 2 or len(rows[0]) < 3 or len(rows[0]) != len(rows[1]):
        return False
    return all(
        label.is_bold and not value.is_bold and abs(label.x0 - value.x0) < 2
        for label, value in zip(*rows, strict=True)
    )


def _parallel(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Groups of at least two horizontal rules with the same ends, each from top to bottom."""
    groups: list[list[Rule]] = []
    for rule in rules:
        if rule.end - rule.start < 60:
            continue
        for group in groups:
            if abs(group[0].start - rule.start) < 4 and abs(group[0].end - rule.end) < 4:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if 2 <= len(group) <= _MAXIMUM_RULES]


def _belongs(rows: Sequence[Sequence[Line]], position: int) -> bool:
    """Whether a row continues the table of the row above it."""
    above, row = rows[position - 1], rows[position]
    gap = min(line.y0 for line in row) - max(line.y1 for line in above)
    size = max(line.size for line in row)
    if gap > 1.6 * size:
        return False
    return len(row) >= 2 or _is_continuation(rows, position)


def _is_continuation(rows: Sequence[Sequence[Line]], position: int) -> bool:
    """A single segment right below a cell of the row above, narrower than the row: a wrapped cell."""
    above, (line, *others) = rows[position - 1], rows[position]
    if others or line.y0 - max(other.y1 for other in above) > 0.45 * line.size or len(above) < 2:
        return False
    width = max(other.x1 for other in above) - min(other.x0 for other in above)
    return line.x1 - line.x0 < 0.5 * width and any(
        abs(line.x0 - other.x0) < line.size or abs(line.x1 - other.x1) < line.size for other in above
    )


def _table(
    rows: Sequence[Sequence[Line]], minimum_rows: int, minimum_columns: int = 2
) -> AlignedTable | None:
    multiple = [row for row in rows if len(row) >= 2]
    if len(multiple) < minimum_rows or len(multiple) < 0.5 * len(rows):
        return None
    if not _looks_tabular(multiple):
        return None
    columns = _columns(multiple)
    if not minimum_columns <= len(columns) <= _MAXIMUM_COLUMNS:
        return None
    cells = _cells(rows, columns)
    if minimum_columns > 2 and _has_prose_column(cells, len(columns)):
        return None
    filled = sum(1 for cell in cells if cell.lines)
    if filled < 0.4 * len(cells) or max(cell.row for cell in cells) < minimum_rows - 1:
        return None
    used = [line for row in rows for line in row]
    box = BoundingBox(
        min(line.x0 for line in used),
        min(line.y0 for line in used),
        max(line.x1 for line in used),
        max(line.y1 for line in used),
    )
    return AlignedTable(table_draft(cells, box), frozenset(id(line) for line in used))


def _has_prose_column(cells: Sequence[Cell], column_count: int) -> bool:
    """Whether a column holds running text and so rather is another column of the page."""
    for column in range(column_count):
        lines = [line for cell in cells if cell.column == column for line in cell.lines]
        if lines and median(len(line.words) for line in lines) > _CELL_WORDS:
            return True
    return False


def _looks_tabular(rows: Sequence[Sequence[Line]]) -> bool:
    """Short cells, no dot leaders, no list markers as a first column, no captions, no code."""
    lines = [line for row in rows for line in row]
    if sum(bool(_LEADER.search(line.text)) for line in lines) > 0.2 * len(rows):
        return False
    if all(line.is_monospace for line in lines):
        return False  # code
    firsts = [row[0] for row in rows]
    markers = sum(
        len(line.words) == 1 and list_marker(Line([line.words[0], row[1].words[0]])) is not None
        for line, row in zip(firsts, rows, strict=True)
    )
    if markers > 0.5 * len(rows) and median(len(row) for row in rows) <= 2:
        return False
    if any(is_caption(line.text) for line in firsts):
        return False
    words = [len(line.words) for line in lines]
    characters = [sum(len(word.text) for word in line.words) for line in lines]
    return median(words) <= _CELL_WORDS and median(characters) <= 40 and sum(words) / len(words) <= 9


def _columns(rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """Column extents: stretches of x that are covered, between gaps that (nearly) every row leaves free."""
    start = int(min(line.x0 for row in rows for line in row))
    end = int(max(line.x1 for row in rows for line in row)) + 1
    size = median(line.size for row in rows for line in row)
    covered = [0] * (end - start + 2)
    for row in rows:
        for line in row:
            for x in range(int(line.x0) - start, int(line.x1) - start + 1):
                covered[x] += 1
    allowed = int(0.12 * len(rows)) if len(rows) >= 8 else 0
    columns: list[tuple[float, float]] = []
    x = 0
    while x < len(covered):
        if covered[x] <= allowed:
            x += 1
            continue
        begin = x
        while x < len(covered) and covered[x] > allowed:
            x += 1
        if columns and start + begin - columns[-1][1] < 0.5 * size:
            columns[-1] = (columns[-1][0], float(start + x))
        else:
            columns.append((float(start + begin), float(start + x)))
    return columns


def _cells(rows: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]]) -> list[Cell]:
    grid: list[list[Cell]] = []
    for row in rows:
        cells: list[Cell] = []
        for line in row:
            first, last = _span(line, columns)
            previous = cells[-1] if cells else None
            if previous is not None and previous.column + previous.column_span > first:
                previous.lines = [Line([*previous.lines[0].words, *line.words])]
                previous.column_span = max(previous.column_span, last - previous.column + 1)
                previous.bbox = previous.bbox.union(line.bbox)
            else:
                cells.append(Cell(len(grid), first, line.bbox, [line], 1, last - first + 1))
        if grid and _wraps(grid[-1], cells):
            _append_wrapped(grid[-1], cells)
        else:
            grid.append(cells)
    result: list[Cell] = []
    for number, cells in enumerate(grid):
        top = min(cell.bbox.y0 for cell in cells)
        bottom = max(cell.bbox.y1 for cell in cells)
        column = 0
        for cell in cells:
            for empty in range(column, cell.column):
                x0, x1 = columns[empty]
                result.append(Cell(number, empty, BoundingBox(x0, top, x1, bottom), []))
            cell.row = number
            result.append(cell)
            column = cell.column + cell.column_span
        for empty in range(column, len(columns)):
            x0, x1 = columns[empty]
            result.append(Cell(number, empty, BoundingBox(x0, top, x1, bottom), []))
    return result


def _span(line: Line, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """First and last column that the line covers."""
    touched = [
        number
        for number, (start, end) in enumerate(columns)
        if min(line.x1, end) - max(line.x0, start) > min(2.0, 0.5 * (line.x1 - line.x0))
    ]
    if touched:
        return touched[0], touched[-1]
    middle = (line.x0 + line.x1) / 2
    nearest = min(range(len(columns)), key=lambda number: abs(sum(columns[number]) / 2 - middle))
    return nearest, nearest


def _wraps(above: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Whether a row only continues cells of the row above: tight and narrower, every cell below one."""
    if cells[0].column == 0 and not (len(cells) == 1 and len(above) > 1):
        return False
    gap = min(cell.bbox.y0 for cell in cells) - max(cell.bbox.y1 for cell in above)
    if gap > 0.35 * cells[0].lines[0].size or len(cells) >= len(above):
        return False
    known = {cell.column for cell in above}
    return all(cell.column in known and cell.column_span == 1 for cell in cells)


def _append_wrapped(above: Sequence[Cell], cells: Sequence[Cell]) -> None:
    by_column = {cell.column: cell for cell in above}
    for cell in cells:
        target = by_column[cell.column]
        target.lines.extend(cell.lines)
        target.bbox = target.bbox.union(cell.bbox)
