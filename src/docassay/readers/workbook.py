"""Opens XLSX, XLSM, XLS and ODS workbooks and gives the filled cells of their sheets.

calamine reads fast, but holds the whole rectangle around a sheet's cells in memory. So the extent of an
XLSX or ODS sheet is measured from its XML first; a far-flung XLSX is read sparsely by openpyxl instead.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import python_calamine
from lxml import etree

from docassay.engines.contract import ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import OLE_MAGIC, Archive, is_encrypted_office_file, open_archive
from docassay.readers.sheet_regions import Region
from docassay.readers.sheet_values import cell_text
from docassay.readers.xml import integer, local_name

MAX_DENSE_CELLS: Final = 5_000_000
"""The largest rectangle that may be held in memory for one sheet."""
MAX_FILLED_CELLS: Final = 2_000_000

_CELL_ROW: Final = re.compile(rb"""\br\s*=\s*["']\s*[A-Za-z]*([0-9]+)""")
_CELL_COLUMN: Final = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]+)[0-9]""")
_MERGED: Final = re.compile(rb"""mergeCell\s[^>]*?ref\s*=\s*["']([A-Za-z]+)([0-9]+):([A-Za-z]+)([0-9]+)""")
_SHEET_PART: Final = re.compile(r"\Axl/worksheets/.*\.xml\Z", re.IGNORECASE)
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: filled cells by (row, column) from 0, and the merged areas where the format gives them."""

    name: str
    cells: dict[tuple[int, int], str]
    merged: tuple[Region, ...] = ()


class Workbook:
    """An opened workbook; sheets are read one at a time."""

    def __init__(self, names: list[str], source: Any, *, is_sparse: bool) -> None:
        self.names = names
        self._source = source
        self._is_sparse = is_sparse

    def sheet(self, index: int) -> Sheet:
        """The sheet at ``index``. Raises ``DocumentFailure`` when it is damaged or has too many cells."""
        if self._is_sparse:
            return self._sparse_sheet(index)
        name = self.names[index]
        with _calamine_failures(f"The sheet '{name}'"):
            sheet = self._source.get_sheet_by_index(index)
            start_row, start_column = sheet.start or (0, 0)
            rows = sheet.to_python(skip_empty_area=True)
            ranges = sheet.merged_cell_ranges or []
        cells = {
            (start_row + row_index, start_column + column_index): text
            for row_index, row in enumerate(rows)
            for column_index, value in enumerate(row)
            if (text := cell_text(value).strip())
        }
        return _checked(name, cells, [Region(*start, *end) for start, end in ranges])

    def _sparse_sheet(self, index: int) -> Sheet:
        sheet = self._source[self.names[index]]
        cells = {
            (row - 1, column - 1): text
            for (row, column), cell in sorted(getattr(sheet, "_cells", {}).items())
            if (text := cell_text(cell.value).strip())
        }
        areas = getattr(sheet, "merged_cells", None)
        merged = [
            Region(area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
            for area in (() if areas is None else areas.ranges)
        ]
        return _checked(self.names[index], cells, merged)


def open_workbook(source: SourceFile, limits: ReadLimits) -> Workbook:
    """The workbook with all its sheets' names.

    Raises ``DocumentFailure``: ``empty``, ``encrypted``, ``corrupt``, ``zip_bomb``, ``too_many_cells``.
    """
    try:
        with source.path.open("rb") as file:
            magic = file.read(len(OLE_MAGIC))
            if magic == OLE_MAGIC and is_encrypted_office_file(file):
                raise DocumentFailure(
                    "encrypted", "The workbook is protected by a password. Remove it and upload it again."
                )
            file.seek(0)
            content = file.read(limits.max_uncompressed_bytes + 1)
    except OSError as error:
        raise DocumentFailure(
            "crashed", f"The stored file could not be opened ({error.strerror}).", outcome="errored"
        ) from error
    if len(content) > limits.max_uncompressed_bytes:
        raise DocumentFailure("too_large", f"The workbook is over {limits.max_uncompressed_bytes} bytes.")
    if magic != OLE_MAGIC:
        with open_archive(source, limits) as archive:
            archive.count_real_sizes()
            if _is_spread_too_far(archive):
                return _opened_sparse(content)
    return _opened_dense(content)


def _opened_dense(content: bytes) -> Workbook:
    with _calamine_failures("The workbook"):
        workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        return Workbook(list(workbook.sheet_names), workbook, is_sparse=False)


@contextmanager
def _calamine_failures(what: str) -> Iterator[None]:
    try:
        yield
    except python_calamine.PasswordError as error:
        raise DocumentFailure(
            "encrypted", "The workbook is protected by a password. Remove it and upload it again."
        ) from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise DocumentFailure("corrupt", f"{what} is damaged and cannot be read ({error}).") from error
    except BaseException as error:
        # A panic of the Rust code arrives as a BaseException of a type that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise DocumentFailure("corrupt", f"{what} is damaged and cannot be read.") from error


def _opened_sparse(content: bytes) -> Workbook:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(BytesIO(content), data_only=True)
    except Exception as error:
        raise DocumentFailure(
            "corrupt", f"The file is not a workbook that can be read ({type(error).__name__}: {error})."
        ) from error
    return Workbook(list(workbook.sheetnames), workbook, is_sparse=True)


def _is_spread_too_far(archive: Archive) -> bool:
    """Whether an XLSX sheet's rectangle is too large to be held; refuses ODS files and counts like that."""
    is_spread = False
    for name in archive.names:
        if _SHEET_PART.match(name):
            content = archive.read(name)
            if content.count(b"<v>") + content.count(b"<is>") > MAX_FILLED_CELLS:
                raise _too_many(name)
            rows = max(map(_clamped, _CELL_ROW.findall(content)), default=1)
            columns = max(map(_column_number, set(_CELL_COLUMN.findall(content))), default=1)
            if rows * columns > MAX_DENSE_CELLS:
                is_spread = True
                if sum(map(_area_size, _MERGED.findall(content))) > MAX_FILLED_CELLS:
                    raise _too_many(name)
    if "content.xml" in archive:
        _check_open_document(archive.read("content.xml"))
    return is_spread


def _check_open_document(content: bytes) -> None:
    """Refuse an ODS sheet whose repeated cells would fill a rectangle that cannot be held."""
    row = columns = repeated_rows = 0
    furthest_row = furthest_column = 0
    has_value = False
    for event, node in _table_events(content):
        name = local_name(node)
        if event == "start":
            if name == "table":
                row = furthest_row = furthest_column = 0
            elif name == "table-row":
                columns, has_value = 0, False
                repeated_rows = integer(node.get(f"{_TABLE}number-rows-repeated"), 1) or 1
            continue
        if name in {"table-cell", "covered-table-cell"}:
            columns += integer(node.get(f"{_TABLE}number-columns-repeated"), 1) or 1
            if node.get(f"{_OFFICE}value-type") is not None or len(node):
                has_value = True
                furthest_column = max(furthest_column, columns)
            node.clear()
        elif name == "table-row":
            row += repeated_rows
            if has_value:
                furthest_row = row
                if furthest_row * furthest_column > MAX_DENSE_CELLS:
                    raise _too_many("a sheet")
            node.clear()


def _table_events(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    tags = [_TABLE + tag for tag in ("table", "table-row", "table-cell", "covered-table-cell")]
    events = etree.iterparse(
        BytesIO(content), events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
    )
    try:
        yield from events
    except etree.XMLSyntaxError as error:
        raise DocumentFailure("corrupt", f"The part 'content.xml' is not well-formed ({error}).") from error


def _checked(name: str, cells: dict[tuple[int, int], str], merged: list[Region]) -> Sheet:
    """The sheet within its bounds; merged areas are cut where nothing is filled any more."""
    if len(cells) > MAX_FILLED_CELLS:
        raise _too_many(name)
    bottom = max((row for row, _ in cells), default=0)
    right = max((column for _, column in cells), default=0)
    clipped = [
        Region(area.top, area.left, min(area.bottom, bottom), min(area.right, right))
        for area in merged
        if area.top <= bottom and area.left <= right
    ]
    return Sheet(name, cells, tuple(area for area in clipped if area.cell_count > 1))


def _too_many(name: str) -> DocumentFailure:
    return DocumentFailure(
        "too_many_cells",
        f"'{name}' has more cells than the {MAX_FILLED_CELLS} that are read. Split it into smaller sheets.",
    )


def _area_size(corners: tuple[bytes, bytes, bytes, bytes]) -> int:
    """The cells of a merged area; openpyxl makes an object of each."""
    left, top, right, bottom = corners
    return (abs(_column_number(right) - _column_number(left)) + 1) * (
        abs(_clamped(bottom) - _clamped(top)) + 1
    )


def _clamped(digits: bytes) -> int:
    return int(digits) if len(digits) < 9 else 10**9


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number
