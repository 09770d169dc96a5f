"""Word tables: rows and cells with their spans (``gridSpan``, ``vMerge``) and header rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.readers.fragments import Cell
from docassay.readers.word.names import BLOCK_CONTAINERS, W_VAL, W, is_on, properties_of, value
from docassay.readers.xml import elements, integer

CellReader = Callable[[etree._Element, "etree._Element | None"], str]
"""From a ``w:tc`` and the properties of its row to the inner html of the cell."""

_MAX_COLUMNS: Final = 1_000
_FIRST_ROW_BIT: Final = 0x0020


@dataclass(slots=True)
class _GridCell:
    column: int
    width: int
    html: str
    height: int = 1
    continues: bool = False


def read_rows(
    table: etree._Element, cell_html: CellReader, *, keeps_deleted: bool = False
) -> list[list[Cell]]:
    """The rows of a ``w:tbl``; deleted rows and cells only with ``keeps_deleted``.

    Rows marked as repeated headers have header cells; without such a mark the first row has them when the
    table's look asks for a special first row and there are other rows.
    """
    grid: list[list[_GridCell]] = []
    header_flags: list[bool] = []
    for row in _descend(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and not keeps_deleted and properties.find(f"{W}del") is not None:
            continue
        grid.append(_row(row, properties, cell_html, keeps_deleted))
        header_flags.append(bool(is_on(properties, "tblHeader")))
    _merge_down(grid)
    headers = _header_count(table, header_flags)
    return [
        [
            Cell(cell.html, cell.height, cell.width, is_header=index < headers)
            for cell in cells
            if not cell.continues
        ]
        for index, cells in enumerate(grid)
    ]


def _row(
    row: etree._Element, properties: etree._Element | None, cell_html: CellReader, keeps_deleted: bool
) -> list[_GridCell]:
    cells: list[_GridCell] = []
    column = _bounded(integer(value(properties, "gridBefore"), 0), 0)
    if column:
        cells.append(_GridCell(0, column, ""))
    for node in _descend(row, f"{W}tc"):
        found = properties_of(node.find(f"{W}tcPr"))
        if f"{W}cellDel" in found and not keeps_deleted:
            continue
        span, merge, across = (found.get(W + name) for name in ("gridSpan", "vMerge", "hMerge"))
        width = _bounded(1 if span is None else integer(span.get(W_VAL), 1), 1)
        if across is not None and across.get(W_VAL, "continue") != "restart" and cells:
            # The merge of old files: the cell belongs to the one on its left.
            cells[-1].width += width
            column += width
            continue
        continues = merge is not None and merge.get(W_VAL, "continue") != "restart"
        html = "" if continues else cell_html(node, properties)
        cells.append(_GridCell(column, width, html, continues=continues))
        column += width
    return cells


def _merge_down(grid: list[list[_GridCell]]) -> None:
    """Give every cell the height of the cells that continue it; a continuation of nothing stands alone."""
    above: dict[int, _GridCell] = {}
    for cells in grid:
        current: dict[int, _GridCell] = {}
        for cell in cells:
            origin = above.get(cell.column) if cell.continues else None
            if origin is not None and origin.width == cell.width:
                origin.height += 1
                current[cell.column] = origin
            else:
                cell.continues = False
                current[cell.column] = cell
        above = current


def _header_count(table: etree._Element, flags: list[bool]) -> int:
    count = next((index for index, flag in enumerate(flags) if not flag), len(flags))
    if count:
        return count
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None or len(flags) < 2:
        return 0
    first_row = look.get(f"{W}firstRow")
    if first_row is not None:
        return int(first_row in {"1", "true", "on"})
    try:
        return int(bool(int(look.get(f"{W}val") or "0", 16) & _FIRST_ROW_BIT))
    except ValueError:
        return 0


def _bounded(number: int | None, least: int) -> int:
    return min(max(number or 0, least), _MAX_COLUMNS)


def _descend(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    for node in elements(parent):
        if node.tag == tag:
            yield node
        elif node.tag in BLOCK_CONTAINERS:
            yield from _descend(node, tag)
