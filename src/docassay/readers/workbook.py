"""Opens XLSX, XLSM, XLS and ODS workbooks and gives the filled cells of their sheets.

calamine reads fast, but holds the whole rectangle around a sheet's cells in memory. So the extent of an
XLSX sheet is measured from its XML first; a far-flung one is read sparsely by openpyxl instead.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Final, Protocol

import python_calamine

from docassay.engines.contract import ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import OLE_MAGIC, Archive, is_encrypted_office_file, open_archive
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.number_formats import formatted
from docassay.readers.open_package import OpenPackage
from docassay.readers.opendocument.sheets import OpenDocumentSheets
from docassay.readers.sheet_regions import Region
from docassay.readers.sheet_values import cell_text
from docassay.readers.stored_file import open_stored, read_opened
from docassay.readers.workbook_parts import Attached, Place, WorkbookParts

MAX_DENSE_CELLS: Final = 5_000_000
"""The largest rectangle that may be held in memory for one sheet."""
MAX_FILLED_CELLS: Final = 2_000_000

_CELL: Final = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)([0-9]+)""")
_MERGED: Final = re.compile(rb"""mergeCell\s[^>]*?ref\s*=\s*["']([A-Za-z]+)([0-9]+):([A-Za-z]+)([0-9]+)""")
_COUNT: Final = re.compile(rb"""count\s*=\s*["']\s*\+?([0-9]{5,})""", re.IGNORECASE)
_PART: Final = re.compile(r"\Axl/.*\.xml\Z", re.IGNORECASE)
_SHEET_PART: Final = re.compile(r"\Axl/worksheets/.*\.xml\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the texts that filled cells show by (row, column) from 0, and what the format adds.

    ``merged`` are merged areas, ``links`` safe addresses by cell, ``attached`` drawings and comments.
    """

    name: str
    cells: dict[Place, str]
    merged: tuple[Region, ...] = ()
    links: Mapping[Place, str] = field(default_factory=dict)
    attached: Sequence[Attached] = ()


class Workbook(Protocol):
    """An opened workbook; sheets are read one at a time."""

    @property
    def names(self) -> list[str]:
        """The names of all sheets, hidden ones included."""
        ...

    def sheet(self, index: int) -> Sheet:
        """The sheet at ``index``. Raises ``DocumentFailure`` when it is damaged or has too many cells."""
        ...


class _DenseWorkbook:
    """XLSX and XLS through calamine; ``parts`` adds what it leaves out of an XLSX."""

    def __init__(self, content: bytes, parts: WorkbookParts | None) -> None:
        with _calamine_failures("The workbook"):
            self._source = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
            self.names = list(self._source.sheet_names)
        self._parts = parts

    def sheet(self, index: int) -> Sheet:
        name = self.names[index]
        with _calamine_failures(f"The sheet '{name}'"):
            sheet = self._source.get_sheet_by_index(index)
            start_row, start_column = sheet.start or (0, 0)
            rows = sheet.to_python(skip_empty_area=True)
            ranges = sheet.merged_cell_ranges or []
        content = b"" if self._parts is None else self._parts.content(index)
        formats = {} if self._parts is None else self._parts.number_formats(content)
        cells: dict[Place, str] = {}
        for row, values in enumerate(rows, start=start_row):
            for column, value in enumerate(values, start=start_column):
                if value == "":
                    continue
                place = (row, column)
                if type(value) is str:
                    text = value
                elif formats and (code := formats.get(place)) is not None:
                    text = formatted(value, code)
                else:
                    text = cell_text(value)
                if text := text.strip():
                    cells[place] = text
        merged = [Region(*start, *end) for start, end in ranges]
        if self._parts is None:
            return _checked(name, cells, merged)
        return _checked(
            name, cells, merged, self._parts.links(index, content), self._parts.attached(index, name)
        )


class _SparseWorkbook:
    """XLSX through openpyxl: slow, but without a rectangle around all cells."""

    def __init__(self, content: bytes, parts: WorkbookParts) -> None:
        import openpyxl

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._source = openpyxl.load_workbook(BytesIO(content), data_only=True)
        except Exception as error:
            reason = (str(error).strip() or "no reason is known").splitlines()[0].rstrip(".")
            raise DocumentFailure(
                "corrupt", f"The workbook is damaged and cannot be read: {reason}."
            ) from error
        self.names = list(self._source.sheetnames)
        self._parts = parts

    def sheet(self, index: int) -> Sheet:
        sheet = self._source[self.names[index]]
        cells = {
            (row - 1, column - 1): text
            for (row, column), cell in sorted(getattr(sheet, "_cells", {}).items())
            if (text := formatted(cell.value, cell.number_format or "General").strip())
        }
        areas = getattr(sheet, "merged_cells", None)
        merged = [
            Region(area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
            for area in (() if areas is None else areas.ranges)
        ]
        attached = self._parts.attached(index, self.names[index])
        return _checked(self.names[index], cells, merged, {}, attached)


class _OpenDocumentWorkbook:
    """ODS, whose cells hold the text that they show."""

    def __init__(self, archive: Archive, limits: ReadLimits) -> None:
        self._sheets = OpenDocumentSheets(archive, limits, MAX_FILLED_CELLS)
        self.names = self._sheets.names

    def sheet(self, index: int) -> Sheet:
        cells, merged, attached = self._sheets.read(index)
        return _checked(self.names[index], cells, merged, {}, attached)


@contextmanager
def open_workbook(source: SourceFile, limits: ReadLimits, images: EmbeddedImages) -> Iterator[Workbook]:
    """The workbook with all its sheets' names; its pictures are added to ``images``.

    Raises ``DocumentFailure``: ``empty``, ``encrypted``, ``corrupt``, ``zip_bomb``, ``too_many_cells``.
    """
    with open_stored(source.path) as file:
        magic = file.read(len(OLE_MAGIC))
        if magic == OLE_MAGIC and is_encrypted_office_file(file):
            raise DocumentFailure(
                "encrypted", "The workbook is protected by a password. Remove it and upload it again."
            )
        file.seek(0)
        content = read_opened(file, limits.max_uncompressed_bytes, "The workbook")
    if magic == OLE_MAGIC:
        yield _DenseWorkbook(content, None)
        return
    with open_archive(source, limits) as archive:
        if "content.xml" in archive:
            yield _open_document(archive, limits)
            return
        is_spread = _is_spread_too_far(archive)
        archive.count_real_sizes(only_xml=not is_spread)
        parts = WorkbookParts(OpenPackage(archive, limits), images)
        yield _SparseWorkbook(content, parts) if is_spread else _DenseWorkbook(content, parts)


def _open_document(archive: Archive, limits: ReadLimits) -> _OpenDocumentWorkbook:
    manifest = archive.read_optional("META-INF/manifest.xml")
    if manifest is not None and b"encryption-data" in manifest:
        raise DocumentFailure(
            "encrypted", "The workbook is protected by a password. Remove it and upload it again."
        )
    return _OpenDocumentWorkbook(archive, limits)


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


def _is_spread_too_far(archive: Archive) -> bool:
    """Whether an XLSX sheet's rectangle is too large to be held; refuses sheets with too many cells."""
    is_spread = False
    for name in archive.names:
        if not _PART.match(name):
            continue
        content = archive.read(name, is_kept=True)
        _refuse_false_counts(name, content)
        if not _SHEET_PART.match(name):
            continue
        if content.count(b"<v>") + content.count(b"<is>") > MAX_FILLED_CELLS:
            raise _too_many(name)
        letters, digits = set(), set()
        for column, row in _CELL.findall(content):
            letters.add(column)
            digits.add(row)
        rows = max(map(_clamped, digits), default=1)
        columns = max(map(_column_number, letters), default=1)
        if rows * columns > MAX_DENSE_CELLS:
            is_spread = True
            if sum(map(_area_size, _MERGED.findall(content))) > MAX_FILLED_CELLS:
                raise _too_many(name)
    return is_spread


def _refuse_false_counts(name: str, content: bytes) -> None:
    """Refuse a part that announces more entries than it has bytes: calamine makes room for them all."""
    for digits in _COUNT.findall(content):
        if _clamped(digits) > len(content):
            raise DocumentFailure(
                "corrupt", f"The part '{name}' announces {_clamped(digits)} entries, which it cannot hold."
            )


def _checked(
    name: str,
    cells: dict[Place, str],
    merged: list[Region],
    links: Mapping[Place, str] = MappingProxyType({}),
    attached: Sequence[Attached] = (),
) -> Sheet:
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
    kept = tuple(sorted(area for area in clipped if area.cell_count > 1))
    if sum(area.cell_count for area in kept) > MAX_FILLED_CELLS:
        raise _too_many(name)
    return Sheet(name, cells, kept, links, attached)


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
