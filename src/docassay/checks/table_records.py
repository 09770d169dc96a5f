"""``table.records``: whether the rows of tables say the same, taken as records under their headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.registry import check
from docassay.checks.table_comparison import table_items
from docassay.checks.tables_of import PlacedTable
from docassay.checks.words import shorten

if TYPE_CHECKING:
    from docassay.checks.metrics.table_records import RecordsResult

_SHOWN: Final = 4
_QUOTE: Final = 60


@check(
    "table.records",
    version="1",
    levels=("block", "page", "document"),
    needs=frozenset({"expected"}),
    summary=(
        "Whether the tables hold the same records: columns are matched by their headers, rows by their "
        "cells, both by optimal assignment, so that the order of rows and columns is no fault. Reports each "
        "column. For price lists, statements and other data. Tables are paired as for `table.match`."
    ),
    mapping=(
        "5 x F1 of the cells below the headers, equal or not (`strict`: graded by their likeness); pages and "
        "documents have the mean"
    ),
    params={
        "strict": {
            "type": "boolean",
            "default": False,
            "description": "Grade cells by their likeness, as the published measure does.",
        }
    },
    source="After TableRecordMatch of ParseBench (2026): headers alike by 0.9, rows by the Hungarian method.",
    cost="2 ms a small table",
)
def table_records(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a table, a page or one for the document; ``value`` is 0-1."""
    graded = bool(params.get("strict", False))

    def measure(truth: PlacedTable, output: PlacedTable) -> tuple[float, str, Mapping[str, Any]]:
        from docassay.checks.metrics.table_records import match_records

        # An output whose headers are not marked as such has as many as the truth.
        truth_headers = truth.header_rows or 1
        found = match_records(
            truth.table,
            output.table,
            truth_headers=truth_headers,
            output_headers=output.header_rows or truth_headers,
            graded=graded,
        )
        if found is None:
            raise ValueError("the expected table has no row below its header")
        columns = [
            {"header": each.header, "found": each.found, "cells": each.cells, "right": round(each.right, 4)}
            for each in found.columns
        ]
        return found.f1, _told(found, truth, output), {"columns": columns}

    return table_items(subject, level, measure, shows_differences=False)


def _told(found: RecordsResult, truth: PlacedTable, output: PlacedTable) -> str:
    parts = []
    for column in found.columns:
        if column.found is None and column.cells:
            parts.append(f"No column “{shorten(column.header, _QUOTE)}”.")
        elif column.right < column.cells:
            parts.append(
                f"Column “{shorten(column.header, _QUOTE)}”: {column.right:g} of {column.cells} cells right."
            )
    more = len(parts) - 2 * _SHOWN
    parts = parts[: 2 * _SHOWN] + ([f"{more} more columns differ."] if more > 0 else [])
    for rows, table, words in (
        (found.missing_rows, truth, "is missing"),
        (found.added_rows, output, "was not expected"),
    ):
        for row in rows[:_SHOWN]:
            text = shorten(" | ".join(each for each in table.table.grid[row] if each), _QUOTE)
            parts.append(f"Row {row + 1} “{text}” {words}.")
        if len(rows) > _SHOWN:
            parts.append(f"{len(rows) - _SHOWN} more rows the same way.")
    return " ".join(parts)
