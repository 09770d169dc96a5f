"""What ``table.teds`` and ``table.teds_s`` share: our measure, and the published one with ``strict``."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.tables_of import PlacedTable

if TYPE_CHECKING:
    from lxml import etree

STRICT_PARAM: Final[dict[str, Any]] = {
    "strict": {
        "type": "boolean",
        "default": False,
        "description": (
            "Measure as published with PubTabNet: row groups are nodes, the text of header cells is not "
            "looked at, tags inside of cells count."
        ),
    }
}


def teds_of(
    truth: PlacedTable, output: PlacedTable, params: Mapping[str, Any], *, structure_only: bool
) -> tuple[float, str, Mapping[str, Any]]:
    """The similarity of a pair as a ``Measure`` gives it. Raises ValueError for tables too large."""
    if params.get("strict", False):
        from docassay.checks.metrics.published_teds import published_teds

        value = published_teds(_element(truth), _element(output), structure_only=structure_only)
    else:
        from docassay.checks.metrics.table_tree import tree_edit_similarity

        value = tree_edit_similarity(truth.table, output.table, structure_only=structure_only)
    return value, "", {}


def _element(placed: PlacedTable) -> etree._Element:
    """The parsed table; one that was not HTML is written as plain rows of ``td``."""
    if placed.element is not None:
        return placed.element
    from docassay.documents.html_fragment import parse_fragment

    rows = "".join(
        "<tr>"
        + "".join(
            f'<td colspan="{cell.column_span}" rowspan="{cell.row_span}">{escape(cell.text)}</td>'
            for cell in row
        )
        + "</tr>"
        for row in placed.table.rows
    )
    return next(parse_fragment(f"<table>{rows}</table>").iter("table"))
