"""The tables of an output and of its truth, ready to be compared, with where each of them stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from docassay.checks.contract import Subject
from docassay.checks.page_text import pages_asked_for
from docassay.documents.expected import ExpectedTable
from docassay.documents.model import Block, Document

if TYPE_CHECKING:
    from lxml import etree

    from docassay.checks.metrics.table_cells import ComparableTable
    from docassay.documents.tables import TableGrid

_MATH: Final = re.compile(r"<math\b[^<>]*+>([^<]*+)</math\s*+>", re.IGNORECASE)
_DOLLARS: Final = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]{1,1000}?)(?<![\s\\])\$(?![\d$])")
_MOST_COLUMNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table as it was read: ``header_rows`` at the top, the parsed ``element`` where it was HTML."""

    table: ComparableTable
    header_rows: int = 0
    element: etree._Element | None = None


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table of the output or of the truth.

    ``number`` counts the tables of its side from 1. ``page_index`` is None when nobody says where it stands;
    ``blocks`` are empty for the truth, and several for a table that goes on over pages. ``header_rows`` is
    the number of rows at the top that hold header cells only. ``element`` is the parsed table where it was
    HTML; tables that were put together have none.
    """

    table: ComparableTable
    number: int
    page_index: int | None
    blocks: tuple[Block, ...] = ()
    header_rows: int = 0
    element: etree._Element | None = None

    @property
    def place(self) -> str:
        """What feedback calls it."""
        if self.blocks:
            return " and ".join(block.id for block in self.blocks)
        page = f" (page {self.page_index + 1})" if self.page_index is not None else ""
        return f"Expected table {self.number}{page}"


def grids_of(subject: Subject) -> list[tuple[Block, TableGrid]]:
    """``documents.tables.tables_in`` of the result, read once a subject."""
    from docassay.documents.tables import tables_in

    return subject.derive("tables.grids", lambda: tables_in(subject.document))


def tables_of_output(subject: Subject) -> list[PlacedTable]:
    """The tables of the result in reading order; those without any text are left out."""
    return _tables_of_document(subject.document, with_blocks=True)


def expected_tables(subject: Subject) -> list[PlacedTable] | None:
    """The tables that are right: those given as tables, else those of the expected text; None without both.

    Pages that were not asked for are left out, as are pages of the output that nothing is known of.
    """
    expected, document = subject.expected, subject.expected_document
    found: list[PlacedTable]
    if expected is not None and expected.tables is not None:
        found = list(_given(expected.tables))
    elif document is not None:
        found = _tables_of_document(document, with_blocks=False)
    else:
        return None
    if not subject.document.is_paginated:
        return found
    asked = set(pages_asked_for(subject))
    return [table for table in found if table.page_index is None or table.page_index in asked]


def known_pages(subject: Subject) -> set[int] | None:
    """The pages that the truth speaks of, None for the whole document."""
    expected, document = subject.expected, subject.expected_document
    if expected is not None and expected.tables is not None:
        return None
    if document is None or not document.is_paginated or not subject.document.is_paginated:
        return None
    return {page.index for page in document.pages}


def read_table(table: ExpectedTable) -> ReadTable | None:
    """A table in any of its formats; None without a table or without any text in it."""
    from docassay.checks.metrics.latex_tables import latex_table
    from docassay.documents.tables import markdown_table_grid

    if table.format == "latex":
        read = latex_table(table.text)
        return ReadTable(read) if read is not None else None
    if table.format == "csv":
        return _csv_table(table.text)
    if table.format == "html":
        return next(html_tables(table.text), None)
    lines = [line for line in table.text.splitlines() if "|" in line]
    return _read(markdown_table_grid(_DOLLARS.sub(_shown_dollars, "\n".join(lines))))


def html_tables(html: str) -> Iterator[ReadTable]:
    """The outermost tables of a fragment that have any text, formulas read as the characters they show."""
    from docassay.documents.html_fragment import parse_fragment
    from docassay.documents.tables import grid_of_element, outermost_tables

    for element in outermost_tables(parse_fragment(_MATH.sub(_shown_math, html))):
        found = _read(grid_of_element(element), element)
        if found is not None:
            yield found


def _read(grid: TableGrid, element: etree._Element | None = None) -> ReadTable | None:
    from docassay.checks.metrics.table_cells import comparable_grid

    table = comparable_grid(grid)
    if table is None:
        return None
    return ReadTable(table, min(grid.header_row_count, table.row_count), element)


def _shown_math(match: re.Match[str]) -> str:
    from docassay.checks.metrics.latex_symbols import plain_text

    return escape(plain_text(unescape(match[1])), quote=False)


def _shown_dollars(match: re.Match[str]) -> str:
    from docassay.checks.metrics.latex_symbols import plain_text

    return plain_text(match[1]).replace("|", "\\|")


def _csv_table(text: str) -> ReadTable | None:
    from docassay.checks.metrics.table_cells import Cell, PlacedCell, comparable_table

    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    cells = [
        PlacedCell(row, column, Cell(value))
        for row, values in enumerate(csv.reader(io.StringIO(text), dialect))
        for column, value in enumerate(values[:_MOST_COLUMNS])
    ]
    table = comparable_table(cells)
    return ReadTable(table, 1) if table is not None else None


def _given(tables: Sequence[ExpectedTable]) -> Iterator[PlacedTable]:
    for number, given in enumerate(tables, start=1):
        read = read_table(given)
        if read is not None:
            yield PlacedTable(read.table, number, given.page_index, (), read.header_rows, read.element)


def _tables_of_document(document: Document, *, with_blocks: bool) -> list[PlacedTable]:
    found: list[PlacedTable] = []
    for block in document.walk():
        if block.block_type not in ("Table", "Form", "TableOfContents") or "<table" not in block.html.lower():
            continue
        page_index = block.page_index if document.is_paginated else None
        blocks = (block,) if with_blocks else ()
        for read in html_tables(block.html):
            number = len(found) + 1
            found.append(PlacedTable(read.table, number, page_index, blocks, read.header_rows, read.element))
    return found
