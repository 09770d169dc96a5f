"""From the words and lines of a region to a grid of cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.reading_direction import in_reading_order
from docassay.readers.pdf.tables.boundaries import Boundaries, Walls
from docassay.readers.pdf.tables.columns import Column, columns_of
from docassay.readers.pdf.tables.fragments import Fragment, fragments_of
from docassay.readers.pdf.tables.grid import Cell
from docassay.readers.pdf.tables.grid_rows import GridRow
from docassay.readers.pdf.tables.headers import header_depth
from docassay.readers.pdf.tables.logical_rows import RowBuilder
from docassay.readers.pdf.tables.regions import Region
from docassay.readers.pdf.tables.rules import distinct_positions
from docassay.readers.pdf.tables.sideways import with_sideways_words_turned
from docassay.readers.pdf.tables.spans import SpanFinder, mark_titles_over_rules
from docassay.readers.pdf.tables.text_rows import RUN_GAP, runs_of, text_rows
from docassay.readers.pdf.text import Word

_MAXIMUM_CELLS: Final = 20_000


class Structure(NamedTuple):
    """The cells of a table in row-major order, every place of the grid covered once.

    ``line_count`` counts the horizontal lines over the whole width.
    """

    cells: list[Cell]
    row_count: int
    column_count: int
    header_depth: int
    bbox: BoundingBox
    has_grid: bool
    is_closed: bool
    line_count: int
    columns: list[Column]


def structure_of(region: Region, words: Sequence[Word], gap: float = RUN_GAP) -> Structure | None:
    """The grid of the region's words; None when they do not make two rows and two columns.

    ``gap`` is the narrowest gap between columns, in font sizes.
    """
    if not words:
        return None
    words = with_sideways_words_turned(words)
    rows = text_rows(words)
    size = median(row.size for row in rows)
    walls = Walls(region.vertical)
    runs = [runs_of(number, row, walls.at(row.middle), gap) for number, row in enumerate(rows)]
    box = region.box
    left = min(box.x0, min(word.x0 for word in words))
    right = max(box.x1, max(word.x1 for word in words))
    mark_titles_over_rules(rows, runs, region.horizontal, box.x1 - box.x0)
    columns = columns_of(runs, region.vertical, left, right, size, is_closed=region.is_closed)
    if len(columns) < 2 or len(rows) < 2 or len(columns) * len(rows) > _MAXIMUM_CELLS:
        return None
    boundaries = Boundaries(columns, region.horizontal)
    fragments = fragments_of(runs, columns)
    has_grid = region.has_grid
    builder = RowBuilder(rows, fragments, columns, boundaries, is_closed=region.is_closed)
    grid_rows, counts = builder.build()
    if len(grid_rows) < 2:
        return None
    finder = SpanFinder(grid_rows, columns, boundaries, walls, has_grid=has_grid)
    first_band = counts[0] if len(counts) > 1 and max(counts[1:]) > 1 else 0
    finder.widen(first_band or (1 if len(grid_rows) < 4 else 2))
    finder.merge_down()
    cells = _cells(grid_rows, columns, _edges(grid_rows, region, rows[0].y0, rows[-1].y1))
    if not cells:
        return None
    depth = header_depth(cells, first_band)
    text = BoundingBox(
        min(word.x0 for word in words), rows[0].y0, max(word.x1 for word in words), rows[-1].y1
    )
    return Structure(
        cells,
        len(grid_rows),
        len(columns),
        depth,
        text.union(box) if region.horizontal else text,
        has_grid,
        region.is_closed,
        len(
            distinct_positions(
                [rule for rule in region.horizontal if rule.end - rule.start > 0.9 * (box.x1 - box.x0)]
            )
        ),
        columns,
    )


def _edges(rows: Sequence[GridRow], region: Region, top: float, bottom: float) -> list[float]:
    """The upper edge of each row and the lower edge of the last: a line where there is one."""
    positions = distinct_positions(region.horizontal)
    edges = [min(top, region.box.y0)]
    place = 0
    for above, below in pairwise(rows):
        while place < len(positions) and positions[place] <= above.middle:
            place += 1
        if place < len(positions) and positions[place] < below.middle:
            edges.append(positions[place])
        else:
            edges.append((above.middle + below.middle) / 2)
    edges.append(max(bottom, region.box.y1))
    return edges


def _cells(rows: Sequence[GridRow], columns: Sequence[Column], edges: Sequence[float]) -> list[Cell]:
    owner: dict[tuple[int, int], Cell] = {}
    texts: dict[int, list[Fragment]] = {}
    fragments = [item for row in rows for item in row.fragments]
    for item in sorted(fragments, key=lambda piece: (piece.top, piece.first, piece.text_row)):
        known = owner.get((item.top, item.first))
        if known is not None and (known.row, known.column) == (item.top, item.first):
            _stretch(known, item, owner)
            texts[id(known)].append(item)
            continue
        area = [(r, c) for r in range(item.top, item.bottom + 1) for c in range(item.first, item.last + 1)]
        occupied = next((owner[spot] for spot in area if spot in owner), None)
        if occupied is not None:
            free = [spot for spot in area if spot not in owner]
            if (item.top, item.first) not in owner:
                area = [(item.top, item.first)]
            elif free and free[0][0] == item.top:
                area = [free[0]]
            else:
                texts[id(occupied)].append(item)
                continue
        cell = Cell(area[0][0], area[0][1], BoundingBox(0, 0, 0, 0), [])
        cell.row_span = area[-1][0] - area[0][0] + 1
        cell.column_span = area[-1][1] - area[0][1] + 1
        for spot in area:
            owner[spot] = cell
        texts[id(cell)] = [item]
    result: list[Cell] = []
    for row in range(len(rows)):
        for column in range(len(columns)):
            found = owner.get((row, column))
            if found is None:
                found = Cell(row, column, BoundingBox(0, 0, 0, 0), [])
            elif (found.row, found.column) != (row, column):
                continue
            found.bbox = BoundingBox(
                columns[column].left,
                edges[row],
                columns[column + found.column_span - 1].right,
                edges[row + found.row_span],
            )
            found.lines = _lines(texts.get(id(found), []))
            result.append(found)
    return result


def _stretch(cell: Cell, item: Fragment, owner: dict[tuple[int, int], Cell]) -> None:
    """Widen a cell for another of its lines, as far as no other cell is in the way."""
    rows = max(cell.row_span, item.bottom - item.top + 1)
    columns = max(cell.column_span, item.last - item.first + 1)
    area = [(cell.row + r, cell.column + c) for r in range(rows) for c in range(columns)]
    if all(owner.get(spot, cell) is cell for spot in area):
        cell.row_span, cell.column_span = rows, columns
        for spot in area:
            owner[spot] = cell


def _lines(fragments: Sequence[Fragment]) -> list[Line]:
    by_row: dict[int, list[Word]] = {}
    for item in fragments:
        by_row.setdefault(item.text_row, []).extend(item.words)
    return [Line(in_reading_order(by_row[number])) for number in sorted(by_row)]
