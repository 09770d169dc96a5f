"""Which item of one side belongs to which of the other: the assignment with the greatest total weight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

MAX_ITEMS: Final = 2_000
"""Items of the longer side; the time grows with the square of the shorter side times the longer one."""


def best_assignment(weights: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """The pairs ``(row, column)`` of a one-to-one assignment whose weights add up to the most.

    ``weights`` has one row an item of the first side and one column an item of the second, all at least 0.
    Pairs of weight 0 are left out: nothing is gained by calling them a pair. Pairs are sorted by row. Raises
    ValueError when a side has more than ``MAX_ITEMS`` items.

    Source: the Hungarian method in its form with shortest augmenting paths and potentials (Jonker and
    Volgenant, 1987), one row of the shorter side at a time.
    """
    if weights.size == 0:
        return []
    if max(weights.shape) > MAX_ITEMS:
        raise ValueError(f"cannot assign {weights.shape[0]} to {weights.shape[1]} items; at most {MAX_ITEMS}")
    is_turned = weights.shape[0] > weights.shape[1]
    costs = -(weights.T if is_turned else weights)
    pairs: Iterable[tuple[int, int]] = enumerate(_columns_of_least_cost(costs))
    if is_turned:
        pairs = ((column, row) for row, column in pairs)
    return sorted((row, column) for row, column in pairs if weights[row, column] > 0)


def _columns_of_least_cost(costs: npt.NDArray[np.float64]) -> list[int]:
    """The column of each row; there are at least as many columns as rows."""
    row_count, column_count = costs.shape
    row_potential = np.zeros(row_count)
    column_potential = np.zeros(column_count + 1)
    row_of_column = np.full(column_count + 1, -1)
    start = column_count  # a column of its own from which each search begins
    for new_row in range(row_count):
        row_of_column[start] = new_row
        column = start
        shortest = np.full(column_count, np.inf)
        previous = np.full(column_count, start)
        is_open = np.ones(column_count, dtype=bool)
        visited = [start]
        while row_of_column[column] >= 0:
            row = row_of_column[column]
            reduced = costs[row] - row_potential[row] - column_potential[:-1]
            is_shorter = is_open & (reduced < shortest)
            shortest[is_shorter] = reduced[is_shorter]
            previous[is_shorter] = column
            nearest = int(np.argmin(np.where(is_open, shortest, np.inf)))
            step = shortest[nearest]
            for seen in visited:
                row_potential[row_of_column[seen]] += step
                column_potential[seen] -= step
            shortest[is_open] -= step
            column = nearest
            is_open[column] = False
            visited.append(column)
        while column != start:
            before = int(previous[column])
            row_of_column[column] = row_of_column[before]
            column = before
    result = [-1] * row_count
    for column in range(column_count):
        if row_of_column[column] >= 0:
            result[row_of_column[column]] = column
    return result
