"""TEDS: how alike two tables are as trees of rows and cells.

The tree is ``table > tr > td``: row groups are flattened and header cells count as any other, so that a
wrapper or the spelling of a header costs nothing and the text of headers is compared like all text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from docassay.checks.metrics.table_cells import Cell, ComparableTable

MAX_CELL_PAIRS: Final = 25_000_000
"""Cells of one table times cells of the other; time and memory grow with it (some 400 MB at the limit)."""
_PAIRS_AT_WORK: Final = 60_000

_Costs = npt.NDArray[np.float64]


def tree_edit_similarity(
    truth: ComparableTable, output: ComparableTable | None, *, structure_only: bool = False
) -> float:
    """TEDS, 0 to 1: ``1 - d / max(nodes of truth, nodes of output)``, the table itself being one node.

    ``d`` is the ordered tree edit distance: 1 for a row or cell added or left out and for a cell whose spans
    differ, else the normalised Levenshtein distance of the two texts. ``structure_only`` (TEDS-S) takes all
    texts as equal. An output that is no table (None) is 0. Raises ValueError above ``MAX_CELL_PAIRS``.

    Source: Zhong et al., Image-based table recognition: data, model, and evaluation (2020). Exact, by a
    dynamic programme that the flat shape of the tree allows: rows are matched with rows at the distance of
    their cell sequences, and the cells of unmatched rows may still be matched with each other.
    """
    if output is None:
        return 0.0
    truth_cells = [cell for row in truth.rows for cell in row]
    output_cells = [cell for row in output.rows for cell in row]
    if len(truth_cells) * len(output_cells) > MAX_CELL_PAIRS:
        raise ValueError(
            f"tables of {len(truth_cells)} and {len(output_cells)} cells are too large to compare"
        )
    costs = _cell_costs(truth_cells, output_cells, structure_only=structure_only)
    row_costs = _row_costs(costs, _cell_numbers(truth.rows), _cell_numbers(output.rows))
    distance = _tree_distance(
        costs, row_costs, [len(row) for row in truth.rows], [len(row) for row in output.rows]
    )
    nodes = max(
        1 + len(rows) + count
        for rows, count in ((truth.rows, len(truth_cells)), (output.rows, len(output_cells)))
    )
    return 1 - distance / nodes


def _cell_costs(truth: Sequence[Cell], output: Sequence[Cell], *, structure_only: bool) -> _Costs:
    """The cost of taking one cell for the other, a row a cell of the truth."""
    numbers: dict[tuple[int, int], int] = {}
    spans = [
        np.array([numbers.setdefault((cell.row_span, cell.column_span), len(numbers)) for cell in cells])
        for cells in (truth, output)
    ]
    has_other_spans = spans[0][:, None] != spans[1][None, :]
    if structure_only:
        return np.asarray(has_other_spans, dtype=np.float64)
    texts, places = zip(*(_distinct([cell.text for cell in cells]) for cells in (truth, output)), strict=True)
    distances = cdist(texts[0], texts[1], scorer=Levenshtein.normalized_distance, dtype=np.float64)
    costs: _Costs = np.asarray(distances)
    if costs.shape != has_other_spans.shape:
        costs = costs[np.ix_(places[0], places[1])]
    if len(numbers) > 1:
        costs[has_other_spans] = 1.0
    return costs


def _distinct(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    numbers: dict[str, int] = {}
    places = [numbers.setdefault(text, len(numbers)) for text in texts]
    return list(numbers), places


def _cell_numbers(rows: Sequence[Sequence[Cell]]) -> list[npt.NDArray[np.int64]]:
    """For each row the numbers of its cells, counted through the table."""
    ends = np.cumsum([len(row) for row in rows])
    return [np.arange(end - len(row), end) for row, end in zip(rows, ends, strict=True)]


def _row_costs(
    costs: _Costs, truth: Sequence[npt.NDArray[np.int64]], output: Sequence[npt.NDArray[np.int64]]
) -> _Costs:
    """The edit distance of the cell sequences of each pair of rows.

    Some rows of the truth at a time, with all rows of the output, both padded to one length: ``distance[k]``
    is that of the cells read so far and the first ``k`` cells of the other row.
    """
    lengths, other_lengths = (np.array([len(row) for row in rows]) for rows in (truth, output))
    cells, other_cells = _padded(truth), _padded(output)
    # What stands in the padding costs as much as any other cell; no result depends on it.
    padded_costs = np.pad(costs, ((0, 1), (0, 1)), constant_values=1.0)
    longest, every = other_cells.shape[1], np.arange(len(output))
    result = np.empty((len(truth), len(output)))
    step = max(1, _PAIRS_AT_WORK // (len(output) * (longest + 1)))
    for first in range(0, len(truth), step):
        rows = cells[first : first + step]
        distance = np.empty((longest + 1, len(rows), len(output)))
        distance[:] = np.arange(longest + 1)[:, None, None]
        following = np.empty_like(distance)
        for place in range(int(lengths[first : first + step].max()) + 1):
            done = np.flatnonzero(lengths[first : first + step] == place)
            result[first + done] = distance[other_lengths, done[:, None], every]
            if place == rows.shape[1]:
                break
            taken = padded_costs[rows[:, place]][:, other_cells].transpose(2, 0, 1)
            np.add(distance, 1, out=following)
            np.minimum(following[1:], distance[:-1] + taken, out=following[1:])
            for slot in range(1, longest + 1):
                np.minimum(following[slot], following[slot - 1] + 1, out=following[slot])
            distance, following = following, distance
    return result


def _padded(rows: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """The numbers of cells, a line a row; -1 behind the end of a row."""
    padded = np.full((len(rows), max(len(row) for row in rows)), -1)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded


def _tree_distance(
    costs: _Costs, row_costs: _Costs, truth_lengths: Sequence[int], output_lengths: Sequence[int]
) -> float:
    """The distance of the two forests of rows, in post-order of their nodes.

    ``distance[n]`` is that of the nodes of the truth read so far and the first ``n`` nodes of the output. A
    cell may be matched with a cell as in a plain sequence of nodes; a row with a row only together with all
    that is below both, which costs ``row_costs`` on top of what was before both.
    """
    cell_place, row_place, row_start = _post_order(output_lengths)
    steps = np.arange(len(cell_place) + len(row_place) + 1, dtype=np.float64)
    distance = steps
    cell = 0
    for row, length in enumerate(truth_lengths):
        before_row = distance
        for _ in range(length):
            following = distance + 1
            matched = distance[cell_place] + costs[cell]
            following[cell_place + 1] = np.minimum(following[cell_place + 1], matched)
            distance = np.minimum.accumulate(following - steps) + steps
            cell += 1
        following = distance + 1
        matched = before_row[row_start] + row_costs[row]
        following[row_place + 1] = np.minimum(following[row_place + 1], matched)
        distance = np.minimum.accumulate(following - steps) + steps
    return float(distance[-1])


def _post_order(lengths: Sequence[int]) -> tuple[npt.NDArray[np.int64], ...]:
    """The places of cells and of rows among all nodes, and where each row's first cell stands."""
    counts = np.array(lengths, dtype=np.int64)
    row_place = np.cumsum(counts + 1) - 1
    row_start = row_place - counts
    cell_place = np.delete(np.arange(int(row_place[-1]) + 1), row_place)
    return cell_place, row_place, row_start
