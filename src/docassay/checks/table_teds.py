"""``table.teds``: how alike tables are as trees of rows and cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.registry import check
from docassay.checks.table_comparison import table_items
from docassay.checks.teds import STRICT_PARAM, teds_of


@check(
    "table.teds",
    version="1",
    levels=("block", "page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "TEDS: how alike the tables are as trees of rows and cells, by edits. Header cells count as any "
        "other and wrappers such as thead cost nothing, unlike in the published measure (`strict`). Tables "
        "are paired as for `table.match`."
    ),
    mapping="5 x TEDS; pages and documents have the mean",
    params=STRICT_PARAM,
    source=(
        "Zhong et al., Image-based table recognition: data, model, and evaluation (2020); the distance is "
        "exact."
    ),
    cost="2 ms a small table, 95 ms at 200 x 10 cells",
)
def table_teds(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a table, a page or one for the document; ``value`` is 0-1."""
    return table_items(
        subject,
        level,
        lambda truth, output: teds_of(truth, output, params, structure_only=False),
    )
