"""``table.teds_s``: how alike tables are as trees, whatever their cells say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.registry import check
from docassay.checks.table_comparison import table_items
from docassay.checks.teds import STRICT_PARAM, teds_of


@check(
    "table.teds_s",
    version="1",
    levels=("block", "page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "TEDS-S: as `table.teds`, with the rows and merged cells alone, whatever the cells say. Tables are "
        "paired by their texts, as for `table.match`."
    ),
    mapping="5 x TEDS-S; pages and documents have the mean",
    params=STRICT_PARAM,
    source=(
        "Zhong et al., Image-based table recognition: data, model, and evaluation (2020); the distance is "
        "exact."
    ),
    cost="2 ms a small table, 60 ms at 200 x 10 cells",
)
def table_teds_s(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a table, a page or one for the document; ``value`` is 0-1."""
    return table_items(
        subject,
        level,
        lambda truth, output: teds_of(truth, output, params, structure_only=True),
        shows_differences=False,
    )
