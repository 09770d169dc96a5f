"""Which table of the output belongs to which of the truth: the assignment with the greatest likeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from docassay.checks.metrics.assignment import MAX_ITEMS, best_assignment
from docassay.checks.metrics.table_cells import Cell, ComparableTable, PlacedCell, comparable_table

LEAST_LIKENESS: Final = 0.25
"""Two tables that are less alike are no pair: one is missing and the other was not expected."""
_COMPARED_CHARACTERS: Final = 2_000
_MOST_BAG_PAIRS: Final = 40_000
"""With more pairs of tables only the beginnings of their texts are compared."""
_SAME_PAGE: Final = 0.05


def pair_tables(
    truths: Sequence[ComparableTable],
    outputs: Sequence[ComparableTable],
    truth_pages: Sequence[int | None],
    output_pages: Sequence[int | None],
) -> dict[int, int]:
    """Place of a truth to the place of its output, one to one, with the greatest sum of likenesses.

    Likeness is the mean of the share of equal cells and of the likeness of the beginnings of both texts. Of
    equally alike tables the one on the same page is taken. Sides of more than ``MAX_ITEMS`` tables are cut.
    """
    truths, outputs = truths[:MAX_ITEMS], outputs[:MAX_ITEMS]
    if not truths or not outputs:
        return {}
    starts = [[table.text[:_COMPARED_CHARACTERS] for table in side] for side in (truths, outputs)]
    weights = (
        np.asarray(cdist(starts[0], starts[1], scorer=Indel.normalized_similarity, dtype=np.float64)) / 2
    )
    if weights.size <= _MOST_BAG_PAIRS:
        bags = [[cell_bag(table) for table in side] for side in (truths, outputs)]
        for row, bag in enumerate(bags[0]):
            for column, other in enumerate(bags[1]):
                weights[row, column] += shared_cells(bag, other) / 2
    else:
        weights *= 2
    weights[weights < LEAST_LIKENESS] = 0.0
    for row, page in enumerate(truth_pages[: len(truths)]):
        for column, other_page in enumerate(output_pages[: len(outputs)]):
            if weights[row, column] and page is not None and page == other_page:
                weights[row, column] += _SAME_PAGE
    return dict(best_assignment(weights))


def cell_bag(table: ComparableTable) -> Counter[str]:
    """The texts of the cells that are not empty, with copies."""
    return Counter(each.cell.text for each in table.placed if each.cell.text)


def shared_cells(truth: Counter[str], output: Counter[str]) -> float:
    """Equal cells as a share of all, ``2 shared / (both)``, 0 to 1."""
    both = truth.total() + output.total()
    return 2 * (truth & output).total() / both if both else 0.0


def joined_below(first: ComparableTable, second: ComparableTable) -> ComparableTable:
    """One table with the rows of both; head rows that the second repeats are left out once."""
    repeated = 0
    while (
        repeated < min(first.row_count, second.row_count - 1)
        and first.grid[repeated] == second.grid[repeated]
    ):
        repeated += 1
    shift = first.row_count - repeated
    cells = [PlacedCell(each.row, each.column, each.cell) for each in first.placed]
    for each in second.placed:
        hidden = max(0, repeated - each.row)
        if each.cell.row_span > hidden:
            cell = Cell(each.cell.text, each.cell.row_span - hidden, each.cell.column_span)
            cells.append(PlacedCell(each.row + hidden + shift, each.column, cell))
    joined = comparable_table(cells, lambda text: text)
    if joined is None:
        raise ValueError("a comparable table always has some text")
    return joined
