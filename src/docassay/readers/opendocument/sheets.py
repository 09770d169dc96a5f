"""Sheets of an OpenDocument spreadsheet (ODS): the texts that their cells show, merged areas, comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure
from docassay.readers.archive import Archive
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import escape_text
from docassay.readers.opendocument.inline import paragraph_text, read_comment
from docassay.readers.opendocument.names import DRAW, OFFICE, TABLE, P
from docassay.readers.sheet_regions import Region
from docassay.readers.workbook_parts import Attached, Place, comment_line
from docassay.readers.xml import elements, integer, parse_xml

_CONTENT: Final = "content.xml"
_GROUPS: Final = frozenset(
    TABLE + name
    for name in (
        "table-rows",
        "table-row-group",
        "table-header-rows",
        "table-columns",
        "table-header-columns",
    )
)
_CELLS: Final = frozenset({f"{TABLE}table-cell", f"{TABLE}covered-table-cell"})
_CELL: Final = f"{TABLE}table-cell"
_COLUMNS_REPEATED: Final = f"{TABLE}number-columns-repeated"
_ROWS_SPANNED: Final = f"{TABLE}number-rows-spanned"
_COLUMNS_SPANNED: Final = f"{TABLE}number-columns-spanned"
_VALUE_TYPE: Final = f"{OFFICE}value-type"
_ANNOTATION: Final = f"{OFFICE}annotation"
_MAX_COLUMN: Final = 16_384
_MAX_ROW: Final = 1_048_576


class OpenDocumentSheets:
    """The tables of a spreadsheet in order. ``max_cells`` bounds what one of them may hold."""

    def __init__(self, archive: Archive, limits: ReadLimits, max_cells: int) -> None:
        root = parse_xml(archive.read(_CONTENT), _CONTENT, limits)
        body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet")
        if body is None:
            raise DocumentFailure("corrupt", "The part 'content.xml' has no sheets.")
        self._tables = list(body.iterfind(f"{TABLE}table"))
        self._max_cells = max_cells
        self.names = [table.get(f"{TABLE}name") or "" for table in self._tables]

    def read(self, index: int) -> tuple[dict[Place, str], list[Region], list[Attached]]:
        """Filled cells, merged areas and comments of one sheet.

        Raises ``DocumentFailure`` (``too_many_cells``) when it is too large.
        """
        cells: dict[Place, str] = {}
        merged: list[Region] = []
        attached: list[Attached] = []
        row = 0
        for node in _rows(self._tables[index]):
            repeated = min(max(integer(node.get(f"{TABLE}number-rows-repeated"), 1) or 1, 1), _MAX_ROW)
            found = self._row(node, row, merged, attached)
            if found:
                if len(cells) + len(found) * repeated > self._max_cells:
                    raise DocumentFailure(
                        "too_many_cells",
                        f"'{self.names[index]}' has more cells than the {self._max_cells} that are read. "
                        "Split it into smaller sheets.",
                    )
                for offset in range(repeated):
                    for column, text in found.items():
                        cells[row + offset, column] = text
            row += repeated
        return cells, merged, [*attached, *self._shapes(index)]

    def _row(
        self, node: etree._Element, row: int, merged: list[Region], attached: list[Attached]
    ) -> dict[int, str]:
        found: dict[int, str] = {}
        column = 0
        for cell in node:
            tag = cell.tag
            if tag not in _CELLS:
                continue
            written = cell.get(_COLUMNS_REPEATED)
            repeated = 1 if written is None else max(integer(written, 1) or 1, 1)
            if len(cell) or cell.get(_VALUE_TYPE):
                text = _shown(cell)
                if text and tag == _CELL:
                    if len(found) + repeated > self._max_cells or column + repeated > _MAX_COLUMN:
                        repeated = max(min(repeated, _MAX_COLUMN - column, self._max_cells - len(found)), 0)
                    for offset in range(repeated):
                        found[column + offset] = text
                _add_span(cell, row, column, merged)
                if len(cell) > 1 or (len(cell) and cell[0].tag == _ANNOTATION):
                    attached += _comments(cell, (row, column), len(attached))
            column += repeated
        return found

    def _shapes(self, index: int) -> Iterator[Attached]:
        """Text on shapes that lie on the sheet (``table:shapes``) instead of in a cell."""
        shapes = self._tables[index].find(f"{TABLE}shapes")
        for shape in () if shapes is None else elements(shapes):
            lines = [paragraph_text(node) for node in shape.iter(P)]
            text = " ".join(filter(None, lines))
            if text and str(shape.tag).startswith(DRAW):
                yield Attached((0, 0), (Draft("Text", f"<p>{escape_text(text)}</p>"),), text)


def _rows(parent: etree._Element) -> Iterator[etree._Element]:
    for node in elements(parent):
        if node.tag == f"{TABLE}table-row":
            yield node
        elif node.tag in _GROUPS:
            yield from _rows(node)


def _shown(cell: etree._Element) -> str:
    """What the cell shows; a value without a text of its own as it is stored."""
    if (
        len(cell) == 1
        and (line := cell[0]).tag == P
        and not len(line)
        and (text := (line.text or "").strip())
    ):
        return text  # nearly all cells
    lines = [paragraph_text(child) if len(child) else child.text or "" for child in cell if child.tag == P]
    text = "\n".join(lines).strip()
    if text or cell.get(_VALUE_TYPE) in {None, "string"}:
        return text
    for name in ("value", "date-value", "time-value", "boolean-value", "string-value"):
        value = cell.get(OFFICE + name)
        if value:
            return value
    return ""


def _add_span(cell: etree._Element, row: int, column: int, merged: list[Region]) -> None:
    written_rows, written_columns = cell.get(_ROWS_SPANNED), cell.get(_COLUMNS_SPANNED)
    if written_rows is None and written_columns is None:
        return
    rows = integer(written_rows, 1) or 1
    columns = integer(written_columns, 1) or 1
    if rows > 1 or columns > 1:
        bottom, right = row + min(rows, _MAX_ROW) - 1, column + min(columns, _MAX_COLUMN) - 1
        merged.append(Region(row, column, max(bottom, row), max(right, column)))


def _comments(cell: etree._Element, place: Place, count: int) -> Iterator[Attached]:
    for number, node in enumerate(cell.iterfind(f"{OFFICE}annotation"), start=count + 1):
        comment = read_comment(node, number)
        if comment.text:
            line = comment_line(place, comment.author, comment.text)
            html = f'<p data-role="comment">{escape_text(line)}</p>'
            yield Attached(place, (Draft("Text", html),), line, is_comment=True)
