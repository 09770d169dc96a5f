"""Figures over many documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.quality.score_pages import PageScores
from benchmarks.quality.score_tables import TableScores
from docassay.checks.metrics.adjacency import Agreement

COLUMNS: Final = (
    "text", "in order", "order", "TEDS", "match", "formulas", "formula text", "ICDAR find", "find box",
    "adjacency", "formats ok", "unclear", "pages/CPU-s",
)  # fmt: skip


@dataclass(slots=True)
class Results:
    """The scores of one engine on one half, by file name; ``failures`` counts messages of all datasets."""

    pages: dict[str, PageScores] = field(default_factory=dict)
    tables: dict[str, TableScores] = field(default_factory=dict)
    formats: dict[str, str | None] = field(default_factory=dict)
    unclear_errors: dict[str, str] = field(default_factory=dict)
    page_count: int = 0
    cpu_seconds: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, float | None]:
        """One figure a column, None where nothing was measured. All but the last are shares, 0 to 1."""
        values: dict[str, float | None] = dict.fromkeys(COLUMNS)
        values |= page_figures(list(self.pages.values()))
        values |= table_figures(list(self.tables.values()))
        if self.formats:
            values["formats ok"] = sum(error is None for error in self.formats.values()) / len(self.formats)
            unclear = [name for name in self.formats if name in self.unclear_errors]
            values["unclear"] = len(unclear) / len(self.formats)
        if self.cpu_seconds:
            values["pages/CPU-s"] = self.page_count / self.cpu_seconds
        return values


def page_figures(scores: Sequence[PageScores]) -> dict[str, float | None]:
    """Text figures are means over documents, table and formula figures means over tables and formulas."""
    formula_count = sum(each.formula_count for each in scores)
    table_count = sum(each.table_count for each in scores)
    return {
        "text": mean(each.text for each in scores),
        "in order": mean(each.in_order for each in scores),
        "order": mean(each.order for each in scores),
        "TEDS": _ratio(sum(each.teds_sum for each in scores), table_count),
        "match": _ratio(sum(each.match_sum for each in scores), table_count),
        "formulas": _ratio(sum(each.formulas_found for each in scores), formula_count),
        "formula text": _ratio(sum(each.formula_text_sum for each in scores), formula_count),
    }


def table_figures(scores: Sequence[TableScores]) -> dict[str, float | None]:
    """Found tables counted over all documents; adjacency from the documents' mean precision and recall."""
    found = sum((each.found for each in scores), Agreement(0, 0, 0))
    with_boxes = [each.found_boxes for each in scores if each.found_boxes is not None]
    boxes = sum(with_boxes, Agreement(0, 0, 0))
    precision = mean(each.adjacency.precision for each in scores)
    recall = mean(each.adjacency.recall for each in scores)
    adjacency = 2 * precision * recall / (precision + recall) if precision and recall else 0.0
    return {
        "ICDAR find": found.f1,
        "find box": boxes.f1,
        "adjacency": adjacency if scores else None,
    }


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that are there; None without any."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _ratio(total: float, count: int) -> float | None:
    return total / count if count else None
