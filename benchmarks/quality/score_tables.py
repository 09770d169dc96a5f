"""Scores of one ICDAR-2013 document: tables found, and cell adjacency relations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.quality.datasets import TruthRegion, TruthTable
from benchmarks.quality.output import Output, TableBox
from docassay.checks.metrics.adjacency import Agreement, Relation, relation_agreement, relations
from docassay.checks.metrics.assignment import best_assignment
from docassay.checks.metrics.table_cells import Cell, ComparableTable, PlacedCell, comparable_table

FOUND: Final = 0.5
"""Overlap (intersection over union) from which a table or region counts as found."""


@dataclass(frozen=True, slots=True)
class TableScores:
    """Agreements of one document.

    ``found`` counts tables whose characters overlap by ``FOUND``; ``found_boxes`` counts regions whose boxes
    do, None when the engine tells no boxes; ``adjacency`` counts relations.
    """

    found: Agreement
    found_boxes: Agreement | None
    adjacency: Agreement


@dataclass(frozen=True, slots=True)
class _Content:
    """What a table, or several pieces of one, holds."""

    trigrams: Counter[str]
    relations: Counter[Relation]


def score_tables(truth: Sequence[TruthTable], output: Output) -> TableScores:
    """Score one document. An engine that failed gives an empty ``Output``.

    Tables are brought together by the characters that they hold (as the competition's purity and completeness
    count them), which serves engines without boxes too: by the intersection over union of their trigrams. A
    table on several pages may come in as many pieces as it has regions, or in one.
    """
    tables = [(each, table) for each in truth if (table := _comparable(each)) is not None]
    expected = [_content([table]) for _, table in tables]
    actual = _pooled([len(each.regions) for each, _ in tables], expected, output.tables)
    weights = np.array([[_overlap(each.trigrams, other.trigrams) for other in actual] for each in expected])
    pairs = best_assignment(weights.reshape(len(expected), len(actual)))
    found = sum(bool(weights[pair] >= FOUND) for pair in pairs)
    shared = sum(
        relation_agreement(expected[row].relations, actual[column].relations).shared for row, column in pairs
    )
    return TableScores(
        found=Agreement(len(expected), len(actual), found),
        found_boxes=_found_boxes([region for each in truth for region in each.regions], output.boxes),
        adjacency=Agreement(
            sum(each.relations.total() for each in expected),
            sum(each.relations.total() for each in actual),
            shared,
        ),
    )


def _comparable(table: TruthTable) -> ComparableTable | None:
    return comparable_table(
        PlacedCell(each.row, each.column, Cell(each.text, each.row_span, each.column_span))
        for each in table.cells
    )


def _content(tables: Sequence[ComparableTable]) -> _Content:
    trigrams: Counter[str] = Counter()
    shared: Counter[Relation] = Counter()
    for table in tables:
        shared += relations(table)
        for each in table.placed:
            text = f" {each.cell.text} "
            if each.cell.text:
                trigrams.update(text[start : start + 3] for start in range(len(text) - 2))
    return _Content(trigrams, shared)


def _pooled(
    region_counts: Sequence[int], expected: Sequence[_Content], output: Sequence[ComparableTable]
) -> list[_Content]:
    """The output's tables, pieces of a table on several pages taken together."""
    left = dict(enumerate(output))
    single = {number: _content([table]).trigrams for number, table in left.items()}
    pooled: list[_Content] = []
    for region_count, table in zip(region_counts, expected, strict=True):
        if region_count > 1:
            overlap = {number: (single[number] & table.trigrams).total() for number in left}
            inside = [number for number in left if 2 * overlap[number] >= single[number].total()]
            pieces = sorted(inside, key=overlap.__getitem__, reverse=True)[:region_count]
            if pieces:
                pooled.append(_content([left.pop(number) for number in sorted(pieces)]))
    return pooled + [_content([table]) for table in left.values()]


def _overlap(first: Counter[str], second: Counter[str]) -> float:
    union = (first | second).total()
    return (first & second).total() / union if union else 0.0


def _found_boxes(truth: Sequence[TruthRegion], boxes: Sequence[TableBox] | None) -> Agreement | None:
    if boxes is None:
        return None
    weights = np.array(
        [[_box_overlap(region, box) for box in boxes] for region in truth], dtype=np.float64
    ).reshape(len(truth), len(boxes))
    found = sum(bool(weights[pair] >= FOUND) for pair in best_assignment(weights))
    return Agreement(len(truth), len(boxes), found)


def _box_overlap(region: TruthRegion, other: TableBox) -> float:
    if region.page_index != other.page_index:
        return 0.0
    first, second = region.box, other.box
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return width * height / (sum(areas) - width * height)
