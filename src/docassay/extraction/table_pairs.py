"""Label-value pairs that stand in tables: key-value rows, sums below items, one row under a header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from docassay.documents.model import Block
from docassay.documents.tables import TableGrid
from docassay.extraction.labels import KnownLabels
from docassay.extraction.pairs import How, Pair, split_line

_MAX_LABEL_CHARACTERS: Final = 60


def pairs_of_tables(
    tables: Sequence[tuple[Block, TableGrid]], knows: KnownLabels, first_order: int
) -> list[Pair]:
    """All pairs of the tables; their order counts on from ``first_order``."""
    found: list[Pair] = []
    for block, grid in tables:
        rows = _texts_by_row(grid)
        is_key_value = grid.column_count == 2 and grid.header_row_count == 0
        for cells in rows:
            for label, value, how in _pairs_of_row(cells, knows, is_key_value):
                found.append(_pair(block, label, value, how, first_order + len(found)))
        for label, value in _single_row(grid, knows):
            found.append(_pair(block, label, value, "table_column", first_order + len(found)))
    return found


def _pair(block: Block, label: str, value: str, how: How, order: int) -> Pair:
    first, *more = value.split("\n")
    return Pair(label.rstrip(" :："), first, (block.id,), block.page_index, how, order, tuple(more))


def _texts_by_row(grid: TableGrid) -> list[list[str]]:
    """The texts of each row that are not empty; a spanning cell stands where it starts."""
    rows: list[list[str]] = [[] for _ in range(grid.row_count)]
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        if cell.text.strip():
            rows[cell.row].append(cell.text.strip())
    return rows


def _pairs_of_row(cells: list[str], knows: KnownLabels, is_key_value: bool) -> Iterator[tuple[str, str, How]]:
    for cell in cells:
        for line in cell.split("\n"):
            for label, value in split_line(line, knows):
                if value:
                    yield label, value, "same_line"
    for position, label in enumerate(cells[:-1]):
        if len(label) > _MAX_LABEL_CHARACTERS:
            continue
        is_label = knows(label.rstrip(" :：")) or label.endswith(":") or (is_key_value and position == 0)
        if not is_label:
            continue
        beside, last = cells[position + 1], cells[-1]
        if not knows(beside.rstrip(" :：")):
            yield label, beside, "table_row"
            if last != beside and not any(knows(cell) for cell in cells[position + 2 :]):
                yield label, last, "table_row"


def _single_row(grid: TableGrid, knows: KnownLabels) -> Iterator[tuple[str, str]]:
    """Header cells with the one row below them."""
    header_count = max(grid.header_row_count, 1)
    if grid.row_count != header_count + 1:
        return
    header, values = grid.rows[header_count - 1], grid.rows[header_count]
    if sum(knows(label) for label in header) * 2 < len([label for label in header if label]):
        return
    for label, value in zip(header, values, strict=True):
        if label.strip() and value.strip() and not knows(value):
            yield label.strip(), value.strip()
