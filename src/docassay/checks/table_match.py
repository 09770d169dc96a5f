"""``table.match``: whether tables say what the expected ones say, as people would judge it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.registry import check
from docassay.checks.table_comparison import table_items
from docassay.checks.tables_of import PlacedTable


@check(
    "table.match",
    version="1",
    levels=("block", "page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "Whether the tables of the output say what the expected ones say: the similarity of the grids by "
        "equal cells times that by alike cells (GriTS). Header cells count as any other and wrappers such as "
        "thead cost nothing. Tables are paired by optimal assignment over the whole document, a table that "
        "goes on over pages with all of its parts; an expected table without a counterpart counts 0, and so "
        "does one that nobody expected. Of all measures without a model this one agrees best with people."
    ),
    mapping="5 x GriTS by equal cells x GriTS by alike cells; pages and documents have the mean",
    source=(
        "Smock, Pesala and Abraham, GriTS: grid table similarity metric (2022). Against the ratings of three "
        "people on 560 tables the Pearson correlation of the product is 0.87, the quadratic weighted kappa "
        "0.87; of one person with the others 0.92."
    ),
    cost="2 ms a small table, 90 ms at 200 x 10 cells",
)
def table_match(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a table, a page or one for the document; ``value`` is 0-1."""
    return table_items(subject, level, _measure)


def _measure(truth: PlacedTable, output: PlacedTable) -> tuple[float, str, Mapping[str, Any]]:
    from docassay.checks.metrics.grid_match import grid_similarity

    equal = grid_similarity(truth.table, output.table, exact=True)
    alike = grid_similarity(truth.table, output.table, exact=False)
    return equal * alike, "", {"equal_cells": round(equal, 6), "alike_cells": round(alike, 6)}
