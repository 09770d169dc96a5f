"""``table.grits_top``: how alike the structures of tables are, whatever their cells say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.registry import check
from docassay.checks.table_comparison import table_items
from docassay.checks.tables_of import PlacedTable


@check(
    "table.grits_top",
    version="1",
    levels=("block", "page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "GriTS-Top: how alike the structures of the tables are (rows, columns and merged cells), whatever "
        "the cells say. Tables are paired by their texts, as for `table.match`."
    ),
    mapping="5 x GriTS-Top; pages and documents have the mean",
    source="Smock, Pesala and Abraham, GriTS: grid table similarity metric (2022).",
    cost="2 ms a small table, 45 ms at 200 x 10 cells",
)
def table_grits_top(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a table, a page or one for the document; ``value`` is 0-1."""
    return table_items(subject, level, _measure, shows_differences=False)


def _measure(truth: PlacedTable, output: PlacedTable) -> tuple[float, str, Mapping[str, Any]]:
    from docassay.checks.metrics.grid_match import grid_topology_similarity

    return grid_topology_similarity(truth.table, output.table), "", {}
