"""``table.wellformed``: whether every table is a sound grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.tables_of import grids_of
from docassay.checks.words import shorten
from docassay.documents.model import Block

if TYPE_CHECKING:
    from docassay.documents.tables import TableGrid

MOST_EMPTY: Final = 0.5
"""Share of empty cells that a sound table may have."""
COPIES_ALLOWED: Final = 2
SINGLE_CELL: Final = 0.4
NESTED: Final = 0.8
SHOWN_DEFECTS: Final = 6

_PER_ROW: Final = ("ragged", "overlap", "overflow", "span_cut", "too_wide")


@dataclass(frozen=True, slots=True)
class _Soundness:
    """``value`` is the product of ``factors`` (each 0-1); ``complaints`` say what lowered it."""

    factors: Mapping[str, float]
    complaints: tuple[str, ...]

    @property
    def value(self) -> float:
        product = 1.0
        for factor in self.factors.values():
            product *= factor
        return product


@check(
    "table.wellformed",
    version="1",
    levels=("block",),
    summary=(
        "Whether every table is a sound grid: rows of equal width once spans are carried out, no "
        "overlapping or overflowing spans, not mostly empty, no rows repeated over and over, more than one "
        "cell, no table inside a cell. One item a table."
    ),
    mapping=(
        "5 x the product of: 1 - share of rows off the usual width, 1 - share of rows with an overlapping, "
        "overflowing or cut span, 1 - (share of empty cells above one half), 1 - share of rows that are a "
        "third or later copy, 0.4 for a single cell, 0.8 for nested tables; 0 for a block without a table "
        "or with empty cells only"
    ),
    source="Cells are placed as in the HTML standard, section 4.9.12.1 (forming a table).",
    cost="0.4 ms a page",
)
def table_wellformed(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for each block with a table; ``value`` is the product in the mapping, 0-1."""
    by_block: dict[str, list[tuple[Block, TableGrid]]] = {}
    for block, grid in grids_of(subject):
        by_block.setdefault(block.id, []).append((block, grid))
    items = [
        _item(
            tables[0][0], min((_soundness(grid) for _, grid in tables), key=lambda each: each.value), tables
        )
        for tables in by_block.values()
    ]
    return items or [not_applicable("The output has no tables.")]


def _item(block: Block, worst: _Soundness, tables: Sequence[tuple[Block, TableGrid]]) -> Item:
    sizes = ", ".join(f"{grid.row_count} x {grid.column_count}" for _, grid in tables)
    feedback = f"{block.id} ({sizes} cells): a sound grid."
    if worst.complaints:
        feedback = f"{block.id} ({sizes} cells): {' '.join(worst.complaints)}"
    return Item(
        score=BEST * worst.value,
        value=worst.value,
        feedback=feedback,
        page_index=block.page_index,
        block_id=block.id,
        block_type=block.block_type,
        details={"tables": len(tables), "factors": {k: v for k, v in worst.factors.items() if v < 1}},
    )


def _soundness(grid: TableGrid) -> _Soundness:
    if not grid.cells:
        return _Soundness({"no_table": 0.0}, ("The block holds no table cell.",))
    factors: dict[str, float] = {}
    complaints = [defect.message for defect in grid.defects][:SHOWN_DEFECTS]
    if len(grid.defects) > SHOWN_DEFECTS:
        complaints.append(f"And {len(grid.defects) - SHOWN_DEFECTS} more defects.")
    kinds = Counter(defect.kind for defect in grid.defects)
    for kind in _PER_ROW:
        rows = {defect.row for defect in grid.defects if defect.kind == kind}
        factors[kind] = 1 - min(1.0, len(rows) / grid.row_count)
    if kinds["nested"]:
        factors["nested"] = NESTED
    for name, factor, complaint in (_emptiness(grid), _copied_rows(grid)):
        factors[name] = factor
        if complaint:
            complaints.append(complaint)
    if len(grid.cells) == 1:
        factors["single_cell"] = SINGLE_CELL
        complaints.append("A single cell is not a table.")
    return _Soundness(factors, tuple(complaints))


def _emptiness(grid: TableGrid) -> tuple[str, float, str]:
    empty = sum(not cell.text.strip() for cell in grid.cells)
    share = empty / len(grid.cells)
    if empty == len(grid.cells):
        return "empty", 0.0, "All cells are empty."
    if share <= MOST_EMPTY:
        return "empty", 1.0, ""
    return "empty", 1 - (share - MOST_EMPTY), f"{empty} of {len(grid.cells)} cells are empty."


def _copied_rows(grid: TableGrid) -> tuple[str, float, str]:
    """Third and later copies of a row; rows that a cell from above reaches into are no copies of it."""
    spanned = {row for cell in grid.cells for row in range(cell.row + 1, cell.row + cell.row_span)}
    rows = Counter(
        row
        for number, row in enumerate(grid.rows)
        if number not in spanned and any(text.strip() for text in row)
    )
    copies = sum(count - COPIES_ALLOWED for count in rows.values() if count > COPIES_ALLOWED)
    if not copies:
        return "copied_rows", 1.0, ""
    row, count = rows.most_common(1)[0]
    quote = shorten(" | ".join(row), 120)
    return "copied_rows", 1 - copies / grid.row_count, f"The row “{quote}” stands there {count} times."
