"""Splits the filled cells of a sheet into separate tables, and writes each as html.

A sheet is cut along its empty rows, each band along its empty columns, and so on until nothing can be cut
(a recursive X-Y cut). Cells are sparse: the cost depends on what is filled, not on the sheet's extent.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from docassay.readers.fragments import Cell, escape_attribute, escape_text, table_html

Cells = Mapping[tuple[int, int], str]
"""Filled cells: (row, column), both from 0, to their text, which is never empty."""

MAX_TABLE_CELLS: Final = 2_000_000
MAX_CUTS: Final = 64
_ORDINARY: Final = re.compile(r"[ !#-%'-;=?-~]*")
"""Printable ASCII without what html would take for its own."""

_MONEY: Final = r"(?:[$€£¥₹]|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD)"
_VALUE: Final = re.compile(
    rf"\(?[-+]?\s*{_MONEY}?\s*[-+]?\d[\d.,'\s]*(?:e[-+]?\d+)?\s*(?:%|{_MONEY})?\)?"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ][\d:. APM]+)?|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}"
    r"|\d{1,3}:\d{2}(?::\d{2})?(?:\s?[AP]M)?|TRUE|FALSE",
    re.IGNORECASE,
)
"""Numbers, amounts, shares, dates and times: what a header cell does not say."""


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
    if not cells:
        return []
    spans = {(area.top, area.left): area for area in merged}
    if (whole := _undivided(cells)) is not None:
        # Merged areas that count begin in filled cells, so that they cannot lie apart from the others.
        begun = [area for place, area in spans.items() if place in cells]
        bottom = max((area.bottom for area in begun), default=whole.bottom)
        right = max((area.right for area in begun), default=whole.right)
        return [whole._replace(bottom=max(whole.bottom, bottom), right=max(whole.right, right))]
    occupied = []
    for row, column in cells:
        area = spans.get((row, column))
        occupied.append(area if area is not None else Region(row, column, row, column))
    return sorted(_cut(occupied, 0))


def _undivided(cells: Cells) -> Region | None:
    """The region around all cells when no empty row or column lies between them."""
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    around = Region(min(rows), min(columns), max(rows), max(columns))
    is_full = around.bottom - around.top < len(rows) and around.right - around.left < len(columns)
    return around if is_full else None


def region_html(
    cells: Cells,
    region: Region,
    merged: Sequence[Region],
    links: Mapping[tuple[int, int], str] = MappingProxyType({}),
) -> str:
    """The region as a table. Its first row is a header when all of it is text and rows follow.

    Rows that a header cell reaches down to are headers too, when they are text. ``merged`` is sorted.
    ``links`` maps cells to addresses, which are known to be safe.
    """
    first = bisect_left(merged, region.top, key=itemgetter(0))
    last = bisect_right(merged, region.bottom, key=itemgetter(0))
    inside = [area for area in merged[first:last] if _is_inside(area, region)]
    if not inside and not links:
        return _plain_table(cells, region)
    origins = {(area.top, area.left): area for area in inside}
    covered = {
        (row, column)
        for area in inside
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    } - origins.keys()
    headers = _header_rows(cells, region, origins, covered)
    special = {row for area in inside for row in range(area.top, area.bottom + 1)}
    special |= {row for row, _ in links}
    columns = range(region.left, region.right + 1)
    rows: list[list[Cell] | str] = []
    for row in range(region.top, region.bottom + 1):
        if row >= headers and row not in special:
            rows.append(_plain_row(_row_texts(cells, row, columns)))
            continue
        written = []
        for column in range(region.left, region.right + 1):
            if (row, column) in covered:
                continue
            area = origins.get((row, column))
            html = _cell_text(cells.get((row, column), ""))
            if html and links and (href := links.get((row, column))):
                html = f'<a href="{escape_attribute(href)}">{html}</a>'
            written.append(
                Cell(
                    html,
                    row_span=1 if area is None else area.bottom - area.top + 1,
                    column_span=1 if area is None else area.right - area.left + 1,
                    is_header=row < headers,
                )
            )
        rows.append(written)
    return table_html(rows)


def _plain_table(cells: Cells, region: Region) -> str:
    """As ``region_html`` without merged cells and links, for sheets of many rows."""
    head = _header_rows(cells, region, {}, ()) - region.top
    columns = range(region.left, region.right + 1)
    rows = [_row_texts(cells, row, columns) for row in range(region.top, region.bottom + 1)]
    parts = ["<table>"]
    if head:
        parts += [
            "<thead>",
            *("<tr><th>" + "</th><th>".join(row) + "</th></tr>" for row in rows[:head]),
            "</thead>",
        ]
    parts += ["<tbody>", *map(_plain_row, rows[head:]), "</tbody></table>"]
    return "".join(parts)


def _row_texts(cells: Cells, row: int, columns: range) -> list[str]:
    get = cells.get
    return [_cell_text(text) if (text := get((row, column))) else "" for column in columns]


def _plain_row(texts: list[str]) -> str:
    return "<tr><td>" + "</td><td>".join(texts) + "</td></tr>"


def _cell_text(text: str) -> str:
    if _ORDINARY.fullmatch(text):
        return text
    return escape_text(text).replace("\r", "").replace("\n", "<br/>")


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


def _header_rows(
    cells: Cells,
    region: Region,
    origins: Mapping[tuple[int, int], Region],
    covered: Collection[tuple[int, int]],
) -> int:
    """The row after the header; the region's first row when there is none."""
    if region.bottom == region.top or not _is_header(cells, region, region.top, covered, may_be_empty=False):
        return region.top
    reach = max((area.bottom for area in origins.values() if area.top == region.top), default=region.top)
    for row in range(region.top + 1, min(reach, region.bottom - 1) + 1):
        if not _is_header(cells, region, row, covered, may_be_empty=True):
            return region.top + 1
    return min(reach, region.bottom - 1) + 1


def _is_header(
    cells: Cells, region: Region, row: int, covered: Collection[tuple[int, int]], *, may_be_empty: bool
) -> bool:
    for column in range(region.left, region.right + 1):
        if (row, column) in covered:
            continue
        text = cells.get((row, column), "")
        if (not text and not may_be_empty) or _VALUE.fullmatch(text):
            return False
    return True


def _is_inside(area: Region, region: Region) -> bool:
    return (
        region.top <= area.top
        and area.bottom <= region.bottom
        and region.left <= area.left
        and area.right <= region.right
    )
