"""Tables as lists of records: rows matched with rows in any order, columns by their headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from docassay.checks.metrics.assignment import best_assignment
from docassay.checks.metrics.table_cells import ComparableTable

LIKE_HEADERS: Final = 0.9
"""Headers that are so alike, 0-1, may be the same column."""
MAX_RECORDS: Final = 1_000
MAX_CELL_PAIRS: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """A column of the truth: its header, the number of its cells with text, and how many are right.

    ``found`` is the header of the output's column, None when it has none that is alike.
    """

    header: str
    found: str | None
    cells: int
    right: float


@dataclass(frozen=True, slots=True)
class RecordsResult:
    """``f1`` is ``2 right / (cells of truth + cells of output)``, counting cells below the header with text.

    ``missing_rows`` are the 0-based rows of the truth (header rows counted) without a counterpart,
    ``added_rows`` those of the output.
    """

    f1: float
    columns: tuple[ColumnResult, ...]
    missing_rows: tuple[int, ...]
    added_rows: tuple[int, ...]


def match_records(
    truth: ComparableTable,
    output: ComparableTable,
    *,
    truth_headers: int = 1,
    output_headers: int = 1,
    graded: bool = False,
) -> RecordsResult | None:
    """Match columns by their headers and rows by their cells, both by optimal assignment.

    A header is what stands above the data in a column, joined; ``*_headers`` count the header rows, at least
    1 and at most all but one row. Two cells are right when their texts are equal, ``graded`` gives the
    likeness of their texts instead. None when the truth has no row below its header. Raises ValueError above
    ``MAX_RECORDS`` rows or ``MAX_CELL_PAIRS`` pairs of cells.
    """
    heads = [
        _header_rows(table, count) for table, count in ((truth, truth_headers), (output, output_headers))
    ]
    bodies = [table.grid[head:] for table, head in zip((truth, output), heads, strict=True)]
    if not bodies[0]:
        return None
    if max(map(len, bodies)) > MAX_RECORDS or len(bodies[0]) * len(bodies[1]) * len(truth.grid[0]) > (
        MAX_CELL_PAIRS
    ):
        raise ValueError(f"tables of {len(bodies[0])} and {len(bodies[1])} records are too large to compare")
    headers = [_headers(table, head) for table, head in zip((truth, output), heads, strict=True)]
    columns = _matched_columns(*headers)
    rewards = [
        _rewards([row[column] for row in bodies[0]], [row[other] for row in bodies[1]], graded=graded)
        for column, other in columns
    ]
    total = sum(rewards) if rewards else np.zeros((len(bodies[0]), len(bodies[1])))
    rows = best_assignment(np.asarray(total, dtype=np.float64)) if bodies[1] else []
    right = {
        column: sum(float(reward[row, other_row]) for row, other_row in rows)
        for (column, _), reward in zip(columns, rewards, strict=True)
    }
    partner = dict(columns)
    results = tuple(
        ColumnResult(
            header,
            headers[1][partner[column]] if column in partner else None,
            sum(bool(row[column]) for row in bodies[0]),
            right.get(column, 0.0),
        )
        for column, header in enumerate(headers[0])
    )
    both = sum(bool(text) for body in bodies for row in body for text in row)
    return RecordsResult(
        f1=2 * sum(right.values()) / both if both else 0.0,
        columns=results,
        missing_rows=_left_out([row for row, _ in rows], len(bodies[0]), heads[0]),
        added_rows=_left_out([row for _, row in rows], len(bodies[1]), heads[1]),
    )


def _header_rows(table: ComparableTable, asked: int) -> int:
    return min(max(1, asked), max(1, table.row_count - 1))


def _headers(table: ComparableTable, head: int) -> list[str]:
    """The header of each column: the different texts above the data, from the top."""
    return [
        " ".join(dict.fromkeys(row[column] for row in table.grid[:head] if row[column]))
        for column in range(table.column_count)
    ]


def _matched_columns(truth: Sequence[str], output: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of columns whose headers are alike; of equal ones those at the same place from the left."""
    weights = np.asarray(cdist(truth, output, scorer=Indel.normalized_similarity, dtype=np.float64))
    for row, header in enumerate(truth):
        for column, other in enumerate(output):
            if not header and not other:
                weights[row, column] = 1.0
    weights[weights < LIKE_HEADERS] = 0.0
    places = np.arange(len(truth))[:, None] - np.arange(len(output))[None, :]
    nearness = 1e-3 / (1 + np.abs(places))
    return best_assignment(np.where(weights > 0, weights + nearness, 0.0))


def _rewards(truth: Sequence[str], output: Sequence[str], *, graded: bool) -> npt.NDArray[np.float64]:
    """The reward of each pair of cells of one column; empty cells are worth nothing."""
    numbers: dict[str, int] = {"": 0}
    places = [np.array([numbers.setdefault(text, len(numbers)) for text in side]) for side in (truth, output)]
    if not graded:
        equal = places[0][:, None] == places[1][None, :]
        return np.asarray(equal & (places[0] > 0)[:, None], dtype=np.float64)
    alike = np.asarray(cdist(truth, output, scorer=Indel.normalized_similarity, dtype=np.float64))
    has_text = (places[0] > 0)[:, None] & (places[1] > 0)[None, :]
    return np.asarray(np.where(has_text, alike, 0.0), dtype=np.float64)


def _left_out(used: Sequence[int], count: int, head: int) -> tuple[int, ...]:
    kept = set(used)
    return tuple(number + head for number in range(count) if number not in kept)
