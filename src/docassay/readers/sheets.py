"""Spreadsheets and CSV to the block model: a sheet is a page, each separate range of cells a table.

Pages are nominal: 64 points a column and 15 a row, at least letter size; a table's box is the place of its
cells in that grid. ``page_range`` chooses sheets.
"""

from __future__ import annotations

from typing import Final

from docassay.documents.model import BoundingBox, Document, Page
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.delimited_text import decode_text, read_records
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import NOMINAL_HEIGHT, NOMINAL_WIDTH, Draft, placed_page, selected_pages
from docassay.readers.fragments import element, escape_attribute, escape_text
from docassay.readers.sheet_regions import MAX_TABLE_CELLS, Region, region_html, regions
from docassay.readers.stored_file import open_stored, read_stored
from docassay.readers.workbook import MAX_FILLED_CELLS, Sheet, open_workbook

COLUMN_POINTS: Final = 64.0
ROW_POINTS: Final = 15.0
_WORKBOOK_MAGICS: Final = (b"PK", b"\xd0\xcf\x11\xe0")


def read_sheets(source: SourceFile, options: ConvertOptions) -> Document:
    """The chosen sheets as pages; a sheet that cannot be read becomes a failed page.

    Raises ``DocumentFailure`` when the file cannot be opened or no sheet can be read.
    """
    if not _is_workbook(source):
        selected_pages(options, 1, "sheets")
        return Document(
            pages=(_page(0, _delimited(source, options.limits), has_name=False),), source_page_count=1
        )
    pages: list[Page] = []
    failures: dict[int, DocumentFailure] = {}
    with open_workbook(source, options.limits, EmbeddedImages(is_enabled=options.extract_images)) as workbook:
        count = len(workbook.names)
        for index in selected_pages(options, count, "sheets"):
            try:
                pages.append(_page(index, workbook.sheet(index), has_name=True))
            except DocumentFailure as failure:
                failures[index] = failure
    if failures and not pages:
        raise next(iter(failures.values()))
    return Document(
        pages=tuple(pages),
        source_page_count=count,
        failed_pages=tuple(failures),
        page_errors={index: failure.message for index, failure in failures.items()},
    )


def sheets_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """Sheet names, the texts of filled cells (a row a line), then drawings and comments.

    Sheets that cannot be read have none.
    """
    if not _is_workbook(source):
        text = "\n".join(_lines(_delimited(source, limits)))
        return SourceLayer(pages=(SourcePage(0, text),), page_count=1)
    pages = []
    with open_workbook(source, limits, EmbeddedImages(is_enabled=False)) as workbook:
        count = len(workbook.names)
        for index in range(count):
            try:
                sheet = workbook.sheet(index)
            except DocumentFailure:
                continue
            lines = [*_lines(sheet), *(item.text for item in sheet.attached if item.text)]
            pages.append(SourcePage(index, "\n".join([sheet.name, *lines] if lines else [])))
    return SourceLayer(pages=tuple(pages), page_count=count)


def _page(index: int, sheet: Sheet, *, has_name: bool) -> Page:
    found = regions(sheet.cells, sheet.merged) if has_name else _whole(sheet)
    drafts = []
    top = ROW_POINTS if has_name else 0.0
    right = max((region.right for region in found), default=0) + 1
    bottom = max((region.bottom for region in found), default=0) + 1
    width = max(NOMINAL_WIDTH, right * COLUMN_POINTS)
    height = max(NOMINAL_HEIGHT, top + bottom * ROW_POINTS)
    if has_name and (found or sheet.attached):
        header = element("h1", escape_text(sheet.name))
        drafts.append(Draft("SectionHeader", header, level=1, bbox=BoundingBox(0.0, 0.0, width, ROW_POINTS)))
    placed: list[tuple[bool, int, int, list[Draft]]] = []
    for region in found:
        if region.cell_count > MAX_TABLE_CELLS:
            raise DocumentFailure(
                "too_many_cells",
                f"The sheet '{sheet.name}' has a table of {region.bottom - region.top + 1} rows and "
                f"{region.right - region.left + 1} columns; {MAX_TABLE_CELLS} cells are read at most.",
            )
        draft = _draft(sheet, region, top, is_only_text=region.cell_count == 1 and has_name)
        placed.append((False, region.top, region.left, [draft]))
    for item in sheet.attached:
        row, column = item.place
        for draft in item.drafts:
            draft.bbox = _cell_box(Region(row, column, row, column), top)
        placed.append((item.is_comment, row, column, list(item.drafts)))
    for _, _, _, some in sorted(placed, key=lambda item: item[:3]):
        drafts += some
    return placed_page(index, width, height, drafts, name=sheet.name)


def _whole(sheet: Sheet) -> list[Region]:
    """The one table of a delimited text file, empty columns included."""
    if not sheet.cells:
        return []
    return [Region(0, 0, max(row for row, _ in sheet.cells), max(column for _, column in sheet.cells))]


def _draft(sheet: Sheet, region: Region, top: float, *, is_only_text: bool) -> Draft:
    bbox = _cell_box(region, top)
    if is_only_text:
        text = escape_text(sheet.cells[region.top, region.left]).replace("\n", "<br/>")
        href = sheet.links.get((region.top, region.left))
        html = f'<a href="{escape_attribute(href)}">{text}</a>' if href else text
        return Draft("Text", element("p", html), bbox=bbox)
    return Draft("Table", region_html(sheet.cells, region, sheet.merged, sheet.links), bbox=bbox)


def _cell_box(region: Region, top: float) -> BoundingBox:
    return BoundingBox(
        region.left * COLUMN_POINTS,
        top + region.top * ROW_POINTS,
        (region.right + 1) * COLUMN_POINTS,
        top + (region.bottom + 1) * ROW_POINTS,
    )


def _is_workbook(source: SourceFile) -> bool:
    with open_stored(source.path) as file:
        head = file.read(4)
    if not head:
        raise DocumentFailure("empty", "The file has no content (0 bytes).")
    return head.startswith(_WORKBOOK_MAGICS)


def _delimited(source: SourceFile, limits: ReadLimits) -> Sheet:
    """A CSV file as one sheet. A record cut short or too long only changes its own row."""
    data = read_stored(source.path, limits.max_uncompressed_bytes, "The text file")
    cells: dict[tuple[int, int], str] = {}
    for row, record in enumerate(read_records(decode_text(data))):
        for column, field in enumerate(record):
            if text := field.strip():
                cells[row, column] = text
        if len(cells) > MAX_FILLED_CELLS:
            raise DocumentFailure(
                "too_many_cells", f"The text file has more than {MAX_FILLED_CELLS} cells. Split it."
            )
    return Sheet(source.filename, cells)


def _lines(sheet: Sheet) -> list[str]:
    lines: list[str] = []
    current = -1
    for (row, _), text in sorted(sheet.cells.items()):
        if row == current:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
            current = row
    return lines
