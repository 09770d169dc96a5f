"""Tables of OpenDocument texts and slides: rows and cells with their spans, repetitions and headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from docassay.errors import DocumentFailure
from docassay.readers.fragments import Cell
from docassay.readers.opendocument.names import TABLE
from docassay.readers.xml import elements, integer

MAX_CELLS: Final = 200_000
_GROUPS: Final = frozenset(TABLE + name for name in ("table-rows", "table-row-group", "table-header-rows"))
_MAX_SPAN: Final = 1_000


def read_rows(table: etree._Element, cell_html: Callable[[etree._Element], str]) -> list[list[Cell]]:
    """The rows of a ``table:table``; ``cell_html`` gives the inner html of a cell.

    Repeated cells and rows are written as often as they are repeated, but not beyond what is filled.
    Raises ``DocumentFailure`` (``too_many_cells``) beyond ``MAX_CELLS``.
    """
    rows: list[list[Cell]] = []
    has_header_look = table.get(f"{TABLE}use-first-row-styles") == "true"
    written = 0
    empty_rows = 0
    for node, is_header in _rows(table, is_header=False):
        cells, is_filled = _cells(node, cell_html, is_header or (has_header_look and not rows))
        repeated = max(integer(node.get(f"{TABLE}number-rows-repeated"), 1) or 1, 1)
        if not is_filled and repeated > 1:
            empty_rows += 1
            repeated = 1
        written += max(len(cells), 1) * repeated
        if written > MAX_CELLS:
            raise DocumentFailure(
                "too_many_cells", f"A table has more cells than the {MAX_CELLS} that are read."
            )
        rows += [cells] * repeated
    return rows


def _rows(parent: etree._Element, *, is_header: bool) -> Iterator[tuple[etree._Element, bool]]:
    for node in elements(parent):
        if node.tag == f"{TABLE}table-row":
            yield node, is_header
        elif node.tag in _GROUPS:
            yield from _rows(node, is_header=is_header or node.tag == f"{TABLE}table-header-rows")


def _cells(
    row: etree._Element, cell_html: Callable[[etree._Element], str], is_header: bool
) -> tuple[list[Cell], bool]:
    cells: list[Cell] = []
    is_filled = False
    for node in elements(row):
        if node.tag != f"{TABLE}table-cell":
            continue
        html = cell_html(node)
        is_filled = is_filled or bool(html)
        cell = Cell(
            html,
            row_span=_span(node, "rows"),
            column_span=_span(node, "columns"),
            is_header=is_header,
        )
        repeated = max(integer(node.get(f"{TABLE}number-columns-repeated"), 1) or 1, 1)
        if repeated > 1 and not html and repeated > _MAX_SPAN:
            repeated = 1
        if len(cells) + repeated > MAX_CELLS:
            raise DocumentFailure(
                "too_many_cells", f"A table has more cells than the {MAX_CELLS} that are read."
            )
        cells += [cell] * repeated
    return cells, is_filled


def _span(node: etree._Element, what: str) -> int:
    return min(max(integer(node.get(f"{TABLE}number-{what}-spanned"), 1) or 1, 1), _MAX_SPAN)
