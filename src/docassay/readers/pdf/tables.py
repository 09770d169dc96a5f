"""Tables drawn with ruling lines: a grid from crossing lines, spans where a line is missing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.lines import Line, lines_of, segments
from docassay.readers.pdf.marks import PageMarks, Rule
from docassay.readers.pdf.table_grid import Cell, table_draft
from docassay.readers.pdf.text import Word

_TOUCH: Final = 3.0
_COLUMN_GAP: Final = 0.9
_MAXIMUM_CELLS: Final = 20_000


class FoundTable(NamedTuple):
    """A table and the words that it took from the page."""

    draft: Draft
    words: frozenset[int]


def ruled_tables(words: Sequence[Word], marks: PageMarks) -> list[FoundTable]:
    """All tables whose cells are separated by lines; ``words`` in the result are indexes into ``words``."""
    horizontal, vertical = merged_rules(marks.horizontal), merged_rules(marks.vertical)
    found: list[FoundTable] = []
    taken: set[int] = set()
    for rows, columns in _components(horizontal, vertical):
        table = _table(words, rows, columns, taken)
        if table is not None:
            taken |= table.words
            found.append(table)
    return found


def merged_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Join pieces of the same line; sorted by position."""
    ordered = sorted(rules)
    result: list[Rule] = []
    group: list[Rule] = []
    for rule in [*ordered, Rule(float("inf"), 0.0, 0.0)]:
        if group and rule.position - group[-1].position > 1.5:
            result.extend(_joined(group))
            group = []
        group.append(rule)
    return result


def _joined(group: list[Rule]) -> list[Rule]:
    position = sum(rule.position for rule in group) / len(group)
    result: list[Rule] = []
    for rule in sorted(group, key=lambda item: item.start):
        if result and rule.start <= result[-1].end + _TOUCH:
            result[-1] = Rule(position, result[-1].start, max(result[-1].end, rule.end))
        else:
            result.append(Rule(position, rule.start, rule.end))
    return result


def _components(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that touch each other, as (horizontal, vertical)."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    positions = [rule.position for rule in vertical]
    for number, row in enumerate(horizontal):
        first = bisect_left(positions, row.start - _TOUCH)
        last = bisect_right(positions, row.end + _TOUCH)
        for other in range(first, last):
            column = vertical[other]
            if column.start - _TOUCH <= row.position <= column.end + _TOUCH:
                parent[root(number)] = root(len(horizontal) + other)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate(horizontal):
        groups.setdefault(root(number), ([], []))[0].append(rule)
    for number, rule in enumerate(vertical):
        groups.setdefault(root(len(horizontal) + number), ([], []))[1].append(rule)
    return [group for group in groups.values() if len(group[0]) >= 2 and len(group[1]) >= 1]


def _edges(rules: Sequence[Rule], outer_start: float, outer_end: float) -> list[float]:
    """Distinct line positions, with the outer edges added where the frame is open."""
    result: list[float] = []
    for position in sorted(rule.position for rule in rules):
        if not result or position - result[-1] > _TOUCH:
            result.append(position)
    if result[0] - outer_start > 8:
        result.insert(0, outer_start)
    if outer_end - result[-1] > 8:
        result.append(outer_end)
    return result


def _table(
    words: Sequence[Word], rows: list[Rule], columns: list[Rule], taken: set[int]
) -> FoundTable | None:
    xs = _edges(columns, min(rule.start for rule in rows), max(rule.end for rule in rows))
    ys = _edges(rows, min(rule.start for rule in columns), max(rule.end for rule in columns))
    row_count, column_count = len(ys) - 1, len(xs) - 1
    if row_count < 2 or column_count < 2 or row_count * column_count > _MAXIMUM_CELLS:
        return None
    inside: dict[tuple[int, int], list[int]] = {}
    for index, word in enumerate(words):
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        if xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1] and index not in taken:
            row = min(bisect_right(ys, y) - 1, row_count - 1)
            column = min(bisect_right(xs, x) - 1, column_count - 1)
            inside.setdefault((row, column), []).append(index)
    cells = _cells(words, xs, ys, rows, columns, inside)
    filled = sum(1 for cell in cells if cell.lines)
    if filled < 3 or filled < 0.25 * len(cells) or max(cell.row for cell in cells) == 0:
        return None
    if max(cell.column for cell in cells) == 0:
        return None
    if _misses_columns(cells):
        return None
    cells = _split_rows(cells)
    bbox = BoundingBox(xs[0], ys[0], xs[-1], ys[-1])
    used = frozenset(index for indexes in inside.values() for index in indexes)
    return FoundTable(table_draft(_without_empty_edges(cells), bbox), used)


def _cells(
    words: Sequence[Word],
    xs: Sequence[float],
    ys: Sequence[float],
    rows: Sequence[Rule],
    columns: Sequence[Rule],
    inside: dict[tuple[int, int], list[int]],
) -> list[Cell]:
    row_count, column_count = len(ys) - 1, len(xs) - 1
    right_walls = _walls(columns, xs, ys)
    lower_walls = _walls(rows, ys, xs)
    cells: list[Cell] = []
    done: set[tuple[int, int]] = set()
    for row in range(row_count):
        for column in range(column_count):
            if (row, column) in done:
                continue
            width = height = 1
            while column + width < column_count and (column + width, row) not in right_walls:
                if (row, column + width) in done:
                    break
                width += 1
            while row + height < row_count and all(
                (row + height, column + step) not in lower_walls for step in range(width)
            ):
                height += 1
            area = [(row + down, column + across) for down in range(height) for across in range(width)]
            done.update(area)
            indexes = sorted(index for spot in area for index in inside.get(spot, ()))
            box = BoundingBox(xs[column], ys[row], xs[column + width], ys[row + height])
            lines = lines_of(segments(words[index] for index in indexes)) if indexes else []
            cells.append(Cell(row, column, box, lines, height, width))
    return cells


def _walls(rules: Sequence[Rule], edges: Sequence[float], across: Sequence[float]) -> set[tuple[int, int]]:
    """``(edge, slot)`` pairs where a line on ``edges[edge]`` passes the middle of slot ``slot``."""
    walls: set[tuple[int, int]] = set()
    middles = [(first + last) / 2 for first, last in pairwise(across)]
    for rule in rules:
        edge = min(range(len(edges)), key=lambda number: abs(edges[number] - rule.position))
        for slot in range(bisect_left(middles, rule.start - 1), bisect_right(middles, rule.end + 1)):
            walls.add((edge, slot))
    return walls


def _misses_columns(cells: Sequence[Cell]) -> bool:
    """Whether many cells hold text in columns of its own, because only some columns are ruled."""
    filled = [cell for cell in cells if cell.lines]
    gapped = sum(
        any(
            word.x0 - before.x1 > _COLUMN_GAP * line.size
            for line in cell.lines
            for before, word in pairwise(line.words)
        )
        for cell in filled
    )
    return gapped >= 2 and gapped > 0.3 * len(filled)


def _split_rows(cells: list[Cell]) -> list[Cell]:
    """Split a ruled row that holds several aligned rows of text (columns ruled, rows not)."""
    result: list[Cell] = []
    added = 0
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    if any(cell.row_span > 1 for cell in cells):
        return cells
    for row in sorted(by_row):
        group = by_row[row]
        count = _aligned_count(group)
        for cell in group:
            if count == 1:
                result.append(Cell(row + added, cell.column, cell.bbox, cell.lines, 1, cell.column_span))
                continue
            for number in range(count):
                lines = cell.lines[number : number + 1]
                box = lines[0].bbox if lines else cell.bbox
                result.append(Cell(row + added + number, cell.column, box, lines, 1, cell.column_span))
        added += count - 1
    return sorted(result, key=lambda cell: (cell.row, cell.column))


def _aligned_count(group: Sequence[Cell]) -> int:
    """How many text rows every filled cell of the row shares on the same baselines; 1 when they do not."""
    filled = [cell for cell in group if cell.lines]
    if len(filled) < 2:
        return 1
    count = len(filled[0].lines)
    if count < 3 or any(len(cell.lines) != count for cell in filled):
        return 1
    for number in range(count):
        reference: Line = filled[0].lines[number]
        if any(abs(cell.lines[number].middle - reference.middle) > 0.3 * reference.size for cell in filled):
            return 1
    return count


def _without_empty_edges(cells: list[Cell]) -> list[Cell]:
    """Drop leading and trailing rows without any text (double frame lines)."""
    filled = [cell for cell in cells if cell.lines]
    first = min(cell.row for cell in filled)
    last = max(cell.row + cell.row_span - 1 for cell in filled)
    kept = [cell for cell in cells if first <= cell.row <= last]
    for cell in kept:
        cell.row_span = min(cell.row_span, last - cell.row + 1)
        cell.row -= first
    return kept
