"""Tables as grids: where every cell stands once spans are carried out, and what is wrong with the grid.

Cells are placed as the HTML standard places them (section 4.9.12.1, "forming a table"). Spans of hostile
size are cut, so that a grid never costs more than ``MAX_SLOTS`` slots.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, NamedTuple

from lxml import etree
from markdown_it import MarkdownIt

from docassay.documents.html_fragment import CELL_TAGS, parse_fragment, tag_of, text_of, text_of_element
from docassay.documents.model import Block, Document

MAX_COLUMN_SPAN: Final = 1_000
"""The HTML standard's own limit on ``colspan``."""
MAX_COLUMNS: Final = 16_384
MAX_SLOTS: Final = 2_000_000
"""Rows times columns of the largest grid; columns beyond are left out."""

_ROW_GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
_SPAN: Final = re.compile(r"\s*([0-9]{1,12})")
_INLINE_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")
_DELIMITER_CELL: Final = re.compile(r"\s*:?-+:?\s*")
_UNESCAPED_PIPE: Final = re.compile(r"(?<!\\)\|")

DefectKind = Literal["no_table", "ragged", "overlap", "overflow", "span_cut", "too_wide", "nested"]


class TableDefect(NamedTuple):
    """One thing that is wrong with a grid. ``row`` is the 0-based row or None for the whole table.

    ``no_table``: no rows at all. ``ragged``: a row that is narrower or wider than most. ``overlap``: two
    cells claim one slot. ``overflow``: a row span reaches below the last row. ``span_cut``: a span over the
    limit. ``too_wide``: columns were left out. ``nested``: a table inside a cell.
    """

    kind: DefectKind
    row: int | None
    message: str


class TableCell(NamedTuple):
    """One cell at its place in the grid (0-based); spans are at least 1 and end inside the grid."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    is_header: bool


@dataclass(frozen=True, slots=True)
class TableGrid:
    """A table with its spans carried out.

    ``rows`` holds ``column_count`` texts a row; a spanning cell's text stands in each slot that it covers and
    a slot that no cell covers is an empty string. ``row_widths`` counts the covered slots of each row.
    """

    cells: tuple[TableCell, ...]
    rows: tuple[tuple[str, ...], ...]
    row_widths: tuple[int, ...]
    defects: tuple[TableDefect, ...] = ()

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def column_count(self) -> int:
        """Number of columns of the widest row."""
        return len(self.rows[0]) if self.rows else 0

    @property
    def header_row_count(self) -> int:
        """How many rows at the top hold header cells only."""
        covered: Counter[int] = Counter()
        for cell in self.cells:
            if cell.is_header:
                for row in range(cell.row, cell.row + cell.row_span):
                    covered[row] += cell.column_span
        count = 0
        while count < self.row_count and self.row_widths[count] and covered[count] >= self.row_widths[count]:
            count += 1
        return count


class _RawCell(NamedTuple):
    text: str
    row_span: int
    column_span: int
    is_header: bool
    reaches_group_end: bool = False


class _RawRow(NamedTuple):
    cells: list[_RawCell]
    rows_left_in_group: int


def tables_in(document: Document) -> list[tuple[Block, TableGrid]]:
    """Every table of the document in reading order with the block that holds it.

    Blocks are ``Table`` and, where their html has a table, ``Form`` and ``TableOfContents``. A ``Table``
    block without any table gives one grid with the defect ``no_table``.
    """
    found: list[tuple[Block, TableGrid]] = []
    for block in document.walk():
        if block.block_type == "Table":
            grids = table_grids(block.html) or [_NO_TABLE]
        elif block.block_type in ("Form", "TableOfContents") and "<table" in block.html.lower():
            grids = table_grids(block.html)
        else:
            continue
        found.extend((block, grid) for grid in grids)
    return found


def table_grids(html: str) -> list[TableGrid]:
    """The grids of the outermost tables of an html fragment; a table inside a cell stays that cell's text."""
    return [grid_of_element(table) for table in outermost_tables(parse_fragment(html))]


def markdown_table_grid(markdown: str) -> TableGrid:
    """The grid of one GFM pipe table (the lines of the table and nothing else).

    Unlike a markdown reader, which pads and cuts rows to the width of the header, rows keep their own width
    so that ragged tables show. Without a delimiter row (``|---|---|``) there is no header.
    """
    lines = [line.strip() for line in markdown.strip().splitlines() if line.strip()]
    split = [_pipe_cells(line) for line in lines]
    has_header = len(split) > 1 and all(_DELIMITER_CELL.fullmatch(cell) for cell in split[1])
    if has_header:
        del split[1]
    raw = [
        [_RawCell(_inline_text(cell), 1, 1, has_header and index == 0) for cell in cells]
        for index, cells in enumerate(split)
    ]
    return _place([_RawRow(cells, len(raw) - index) for index, cells in enumerate(raw)], [])


def _pipe_cells(line: str) -> list[str]:
    inner = line.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.replace("\\|", "|").strip() for cell in _UNESCAPED_PIPE.split(inner)]


def _inline_text(markdown: str) -> str:
    return text_of(_INLINE_MARKDOWN.renderInline(markdown))


def outermost_tables(element: etree._Element) -> Iterator[etree._Element]:
    """The tables below a parsed element, without those inside of a table."""
    for table in element.iter("table"):
        ancestor = table.getparent()
        while ancestor is not None and ancestor is not element and tag_of(ancestor) != "table":
            ancestor = ancestor.getparent()
        if ancestor is None or ancestor is element:
            yield table


def grid_of_element(table: etree._Element) -> TableGrid:
    """The grid of a parsed table."""
    defects: list[TableDefect] = []
    rows: list[_RawRow] = []
    has_nested = next(islice(table.iter("table"), 1, None), None) is not None
    for group, is_head in _row_groups(table):
        for position, row in enumerate(group):
            cells = [_raw_cell(cell, is_head) for cell in row if tag_of(cell) in CELL_TAGS]
            if has_nested and any(next(cell.iter("table"), None) is not None for cell in row):
                message = f"Row {len(rows)} holds a table inside a cell."
                defects.append(TableDefect("nested", len(rows), message))
            rows.append(_RawRow(cells, len(group) - position))
    return _place(rows, defects)


def _row_groups(table: etree._Element) -> Iterator[tuple[list[etree._Element], bool]]:
    """The rows of each row group, and whether it is a head; rows straight under the table are one group."""
    loose: list[etree._Element] = []
    for child in table:
        tag = tag_of(child)
        if tag == "tr":
            loose.append(child)
        elif tag in _ROW_GROUPS:
            if loose:
                yield loose, False
                loose = []
            yield [row for row in child if tag_of(row) == "tr"], tag == "thead"
    if loose:
        yield loose, False


def _raw_cell(cell: etree._Element, is_head: bool) -> _RawCell:
    row_span = _span(cell.get("rowspan"))
    return _RawCell(
        text=text_of_element(cell),
        row_span=max(row_span, 1),
        column_span=max(_span(cell.get("colspan")), 1),
        is_header=is_head or tag_of(cell) == "th",
        reaches_group_end=row_span == 0,
    )


def _span(attribute: str | None) -> int:
    """A span as browsers read it: leading digits, 1 when missing or unreadable, 0 for an explicit zero."""
    if attribute is None:
        return 1
    match = _SPAN.match(attribute)
    return int(match[1]) if match else 1


def _place(rows: list[_RawRow], defects: list[TableDefect]) -> TableGrid:
    if not rows:
        return _NO_TABLE
    column_limit = max(1, min(MAX_COLUMNS, MAX_SLOTS // len(rows)))
    if _is_without_spans(rows) and max(len(raw.cells) for raw in rows) <= column_limit:
        return _place_without_spans(rows, defects)
    covered: list[dict[int, str]] = [{} for _ in rows]
    cells: list[TableCell] = []
    for row, raw in enumerate(rows):
        column = 0
        for cell in raw.cells:
            while column in covered[row]:
                column += 1
            if column >= column_limit:
                message = f"Row {row} has more than {column_limit} columns; the rest is left out."
                defects.append(TableDefect("too_wide", row, message))
                break
            placed = TableCell(
                row=row,
                column=column,
                row_span=_row_span(cell, raw, row, column, len(rows), defects),
                column_span=_column_span(cell, row, column, covered[row], column_limit, defects),
                text=cell.text,
                is_header=cell.is_header,
            )
            for slots in covered[row : row + placed.row_span]:
                slots.update(dict.fromkeys(range(column, column + placed.column_span), cell.text))
            cells.append(placed)
            column += placed.column_span
    width = max(max(slots, default=-1) + 1 for slots in covered)
    grid = tuple(tuple(slots.get(column, "") for column in range(width)) for slots in covered)
    widths = tuple(len(slots) for slots in covered)
    return TableGrid(tuple(cells), grid, widths, (*defects, *_ragged_rows(widths)))


def _is_without_spans(rows: list[_RawRow]) -> bool:
    return all(
        cell.row_span == 1 and cell.column_span == 1 and not cell.reaches_group_end
        for raw in rows
        for cell in raw.cells
    )


def _place_without_spans(rows: list[_RawRow], defects: list[TableDefect]) -> TableGrid:
    """What ``_place`` gives where each cell takes one slot, as in most tables, in a fraction of the time."""
    cells = [
        TableCell(row, column, 1, 1, cell.text, cell.is_header)
        for row, raw in enumerate(rows)
        for column, cell in enumerate(raw.cells)
    ]
    widths = tuple(len(raw.cells) for raw in rows)
    width = max(widths)
    texts = tuple((*(cell.text for cell in raw.cells), *[""] * (width - len(raw.cells))) for raw in rows)
    return TableGrid(tuple(cells), texts, widths, (*defects, *_ragged_rows(widths)))


def _row_span(
    cell: _RawCell, raw: _RawRow, row: int, column: int, row_count: int, defects: list[TableDefect]
) -> int:
    asked = raw.rows_left_in_group if cell.reaches_group_end else cell.row_span
    if asked > row_count - row:
        message = (
            f"The cell at row {row}, column {column} spans {asked} rows; "
            f"the table has {row_count - row} from there on."
        )
        defects.append(TableDefect("overflow", row, message))
    return min(asked, row_count - row)


def _column_span(
    cell: _RawCell,
    row: int,
    column: int,
    row_slots: dict[int, str],
    column_limit: int,
    defects: list[TableDefect],
) -> int:
    """The span cut at the limits and at the next covered slot.

    Slots that are free in this row are free in all rows below (spans reach down without gaps), so a span cut
    here overlaps nothing, and placing a whole table never costs more than its slots.
    """
    allowed = min(cell.column_span, MAX_COLUMN_SPAN, column_limit - column)
    if allowed < cell.column_span:
        message = (
            f"The cell at row {row}, column {column} spans {cell.column_span} columns; cut to {allowed}."
        )
        defects.append(TableDefect("span_cut", row, message))
    free = 1
    while free < allowed and column + free not in row_slots:
        free += 1
    if free < allowed:
        message = f"The cell at row {row}, column {column} overlaps a cell from a row above."
        defects.append(TableDefect("overlap", row, message))
    return free


def _ragged_rows(widths: tuple[int, ...]) -> Iterator[TableDefect]:
    """A defect for each row off the most frequent width (the wider one of equally frequent widths)."""
    usual = max(Counter(widths).items(), key=lambda entry: (entry[1], entry[0]))[0]
    for row, width in enumerate(widths):
        if width != usual:
            yield TableDefect("ragged", row, f"Row {row} covers {width} columns, most rows cover {usual}.")


_NO_TABLE: Final = TableGrid(
    cells=(),
    rows=(),
    row_widths=(),
    defects=(TableDefect("no_table", None, "The block holds no table row."),),
)
