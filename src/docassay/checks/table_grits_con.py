"""``table.grits_con``: how alike tables are as grids of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.registry import check
from docassay.checks.table_comparison import table_items
from docassay.checks.tables_of import PlacedTable


@check(
    "table.grits_con",
    version="1",
    levels=("block", "page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "GriTS-Con: how alike the tables are as grids of texts, by the longest common subsequence of two "
        "cells. Lenient with many small mistakes: `table.match` is closer to what people say. Tables are "
        "paired as there."
    ),
    mapping="5 x GriTS-Con; pages and documents have the mean",
    source="Smock, Pesala and Abraham, GriTS: grid table similarity metric (2022).",
    cost="2 ms a small table, 55 ms at 200 x 10 cells",
)
def table_grits_con(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a table, a page or one for the document; ``value`` is 0-1."""
    return table_items(subject, level, _measure)


def _measure(truth: PlacedTable, output: PlacedTable) -> tuple[float, str, Mapping[str, Any]]:
    from docassay.checks.metrics.grid_match import grid_similarity

    return grid_similarity(truth.table, output.table, exact=False), "", {}
