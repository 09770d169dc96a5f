"""The tables of a page: proposed by rules or by alignment, read as grids, and kept when they are tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.marks import PageMarks, Rule
from docassay.readers.pdf.tables.acceptance import is_table
from docassay.readers.pdf.tables.grid import table_draft
from docassay.readers.pdf.tables.growth import grown
from docassay.readers.pdf.tables.labels_beside import with_labels
from docassay.readers.pdf.tables.regions import Region, WordsByHeight, ruled_regions
from docassay.readers.pdf.tables.rules import merged_rules
from docassay.readers.pdf.tables.structure import Structure, structure_of
from docassay.readers.pdf.text import Word

_MAXIMUM_REGIONS: Final = 200
_MAXIMUM_WORDS: Final = 20_000
_VERTICAL_GAP: Final = 8.0
_TALL: Final = 14.0
_CURVES: Final = 3


class FoundTable(NamedTuple):
    """A table and the words that it took from the page, as indexes."""

    draft: Draft
    words: frozenset[int]


def ruled_tables(words: Sequence[Word], marks: PageMarks, width: float, height: float) -> list[FoundTable]:
    """Tables with lines: full grids, lines between some rows or columns only, or a line under the header.

    ``words`` and ``marks`` are those of a page of ``width`` x ``height`` points whose text runs from left to
    right. Lines from one edge of the page to the other belong to its design.
    """
    if not marks.horizontal or not words:
        return []
    horizontal = [rule for rule in merged_rules(marks.horizontal) if not _bleeds(rule, width)]
    vertical = [rule for rule in merged_rules(marks.vertical, _VERTICAL_GAP) if not _bleeds(rule, height)]
    by_height = WordsByHeight(words)
    found: list[FoundTable] = []
    taken: set[int] = set()
    regions = ruled_regions(by_height, horizontal, vertical)[:_MAXIMUM_REGIONS]
    for region in regions:
        table = None if _is_drawing(region, marks) else _table_in(region, regions, by_height, taken)
        if table is not None:
            taken |= table.words
            found.append(table)
    return found


def _bleeds(rule: Rule, length: float) -> bool:
    return rule.start < 2 and rule.end > length - 2


def _is_drawing(region: Region, marks: PageMarks) -> bool:
    """Whether curves or slanted lines fill part of the region, or several surround it.

    The axes of a chart and the box of its legend look like rules.
    """
    box = region.box
    area = (box.x1 - box.x0) * (box.y1 - box.y0)
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    drawn = 0.0
    around = 0
    for drawing in marks.drawings:
        width, height = drawing.x1 - drawing.x0, drawing.y1 - drawing.y0
        if width <= _TALL or height <= _TALL:
            continue
        if width * height > 1.5 * area:
            around += drawing.contains(x, y)
        elif width * height < 0.9 * area:
            inside = box.contains((drawing.x0 + drawing.x1) / 2, (drawing.y0 + drawing.y1) / 2)
            drawn += width * height if inside else 0.0
    return drawn > 0.08 * area or around >= _CURVES


def _table_in(
    region: Region, regions: Sequence[Region], by_height: WordsByHeight, taken: set[int]
) -> FoundTable | None:
    if not region.has_grid:
        others = [other for other in regions if other is not region]
        region = grown(region, by_height, others, is_upward=False)
        region = with_labels(grown(region, by_height, others, is_upward=True), by_height, others)
    if region.box.y1 - region.box.y0 < 4:
        return None
    inside = [index for index in by_height.inside(region.box) if index not in taken]
    if len(inside) > _MAXIMUM_WORDS:
        return None
    structure = structure_of(region, [by_height.words[index] for index in inside])
    if structure is None or not is_table(structure):
        return None
    return FoundTable(draft_of(structure), frozenset(inside))


def draft_of(structure: Structure) -> Draft:
    """The ``Table`` draft of a structure."""
    return table_draft(structure.cells, structure.bbox, structure.header_depth)


def box_around(words: Sequence[Word]) -> BoundingBox:
    """The box around the words."""
    return BoundingBox(
        min(word.x0 for word in words),
        min(word.y0 for word in words),
        max(word.x1 for word in words),
        max(word.y1 for word in words),
    )
