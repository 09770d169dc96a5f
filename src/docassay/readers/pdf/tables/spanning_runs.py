"""Runs of words over several columns, told before the columns are known: they must not close the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from docassay.readers.pdf.tables.text_rows import Run

_MAXIMUM_VOTES: Final = 400
_UPPER_ROWS: Final = 3
_MAXIMUM_SUSPECTS: Final = 12
_TOUCH: Final = 0.8


def mark_spanning_runs(rows: Mapping[int, Sequence[Run]], slack: float) -> None:
    """Mark the runs of a stripe that cover gaps between its columns; ``rows`` are the runs of each text row.

    ``slack`` (points) is how far a run may fall short of the sides of a gap.
    """
    _mark_gap_covers(rows, slack)
    _mark_bridges(rows, slack)


def _mark_gap_covers(rows: Mapping[int, Sequence[Run]], slack: float) -> None:
    """Mark runs that cover whole gaps of other rows, as titles over several columns do."""
    gaps = [
        (before.x1, after.x0, row)
        for row, runs in rows.items()
        for before, after in pairwise(runs)
        if after.x0 > before.x1
    ]
    if not gaps:
        return
    if len(gaps) > _MAXIMUM_VOTES:
        step = len(gaps) / _MAXIMUM_VOTES
        gaps = [gaps[int(number * step)] for number in range(_MAXIMUM_VOTES)]
    starts = np.array([gap[0] for gap in gaps])
    ends = np.array([gap[1] for gap in gaps])
    owners = np.array([gap[2] for gap in gaps])
    voters = len(set(owners.tolist()))
    for row, runs in rows.items():
        others = voters - (1 if len(runs) > 1 else 0)
        if others < 1:
            continue
        needed = 1 if others == 1 else max(2, 0.3 * others)
        for run in runs:
            covered = (starts > run.x0 - slack) & (ends < run.x1 + slack) & (owners != row)
            covered &= (starts < run.x1) & (ends > run.x0)
            if covered.any() and len(np.unique(owners[covered])) >= needed:
                run.is_spanning = True


def _mark_bridges(rows: Mapping[int, Sequence[Run]], slack: float) -> None:
    """Mark runs of the upper rows, and of rows with few runs, that close a gap which all other rows leave."""
    if len(rows) < 3:
        return
    most = max(map(len, rows.values()))
    order = sorted(rows)
    suspects = [
        number
        for place, number in enumerate(order)
        if place < _UPPER_ROWS or (len(rows[number]) <= 0.5 * most and most > 2)
    ][:_MAXIMUM_SUSPECTS]
    suspects.sort(key=lambda number: len(rows[number]))  # a title alone must not make another look like one
    every = sorted((run for runs in rows.values() for run in runs), key=lambda run: run.x0)
    for number in suspects:
        gaps = _gaps([run for run in every if run.row != number and not run.is_spanning], slack)
        for run in rows[number]:
            run.is_spanning = run.is_spanning or any(
                run.x0 <= start + _TOUCH and run.x1 >= end - _TOUCH for start, end in gaps
            )


def _gaps(runs: Sequence[Run], slack: float) -> list[tuple[float, float]]:
    """Free stretches wider than ``slack`` between clusters of at least two rows; ``runs`` are sorted by x."""
    clusters: list[tuple[float, float, set[int]]] = []
    for run in runs:
        if clusters and run.x0 < clusters[-1][1] + _TOUCH:
            start, end, seen = clusters[-1]
            seen.add(run.row)
            clusters[-1] = (start, max(end, run.x1), seen)
        else:
            clusters.append((run.x0, run.x1, {run.row}))
    return [
        (before[1], after[0])
        for before, after in pairwise(clusters)
        if after[0] - before[1] > slack and min(len(before[2]), len(after[2])) >= 2
    ]
