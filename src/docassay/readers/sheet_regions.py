"""Splits the filled cells of a sheet into separate tables, and writes each as html.

A sheet is cut along its empty rows, each band along its empty columns, and so on until nothing can be cut
(a recursive X-Y cut). Cells are sparse: the cost depends on what is filled, not on the sheet's extent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from docassay.readers.fragments import Cell, escape_text, table_html

Cells = Mapping[tuple[int, int], str]
"""Filled cells: (row, column), both from 0, to their text, which is never empty."""

MAX_TABLE_CELLS: Final = 2_000_000
MAX_CUTS: Final = 64


class Region(NamedTuple):
    """A rectangle of cells; both ends are inside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def cell_count(self) -> int:
        """Rows times columns."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


def regions(cells: Cells, merged: Sequence[Region]) -> list[Region]:
    """The tables of a sheet from top to bottom and left to right; every filled cell lies in exactly one."""
    spans = {(area.top, area.left): area for area in merged}
    occupied = []
    for row, column in cells:
        area = spans.get((row, column))
        occupied.append(area if area is not None else Region(row, column, row, column))
    return sorted(_cut(occupied, 0)) if occupied else []


def region_html(cells: Cells, region: Region, merged: Sequence[Region]) -> str:
    """The region as a table; its first row is a header when all of it is text and rows follow."""
    inside = [area for area in merged if _is_inside(area, region)]
    origins = {(area.top, area.left): area for area in inside}
    covered = {
        (row, column)
        for area in inside
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    } - origins.keys()
    has_header = region.bottom > region.top and _is_header(cells, region, covered)
    rows = []
    for row in range(region.top, region.bottom + 1):
        written = []
        for column in range(region.left, region.right + 1):
            if (row, column) in covered:
                continue
            area = origins.get((row, column))
            written.append(
                Cell(
                    escape_text(cells.get((row, column), "")).replace("\r", "").replace("\n", "<br/>"),
                    row_span=1 if area is None else area.bottom - area.top + 1,
                    column_span=1 if area is None else area.right - area.left + 1,
                    is_header=has_header and row == region.top,
                )
            )
        rows.append(written)
    return table_html(rows)


def _cut(occupied: list[Region], depth: int) -> list[Region]:
    around = Region(
        min(area.top for area in occupied),
        min(area.left for area in occupied),
        max(area.bottom for area in occupied),
        max(area.right for area in occupied),
    )
    if depth >= MAX_CUTS:
        return [around]
    bands = _groups(occupied, [(area.top, area.bottom) for area in occupied])
    if len(bands) == 1:
        bands = _groups(occupied, [(area.left, area.right) for area in occupied])
    if len(bands) == 1:
        return [around]
    return [region for band in bands for region in _cut(band, depth + 1)]


def _groups(occupied: list[Region], extents: list[tuple[int, int]]) -> list[list[Region]]:
    """Areas grouped where their extents along one axis touch or overlap."""
    order = sorted(range(len(occupied)), key=extents.__getitem__)
    groups: list[list[Region]] = []
    reach = -2
    for index in order:
        first, last = extents[index]
        if first > reach + 1:
            groups.append([])
        groups[-1].append(occupied[index])
        reach = max(reach, last)
    return groups


def _is_header(cells: Cells, region: Region, covered: Iterable[tuple[int, int]]) -> bool:
    hidden = set(covered)
    texts = [
        cells.get((region.top, column), "")
        for column in range(region.left, region.right + 1)
        if (region.top, column) not in hidden
    ]
    return all(text and not _is_number(text) for text in texts)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def _is_inside(area: Region, region: Region) -> bool:
    return (
        region.top <= area.top
        and area.bottom <= region.bottom
        and region.left <= area.left
        and area.right <= region.right
    )
