"""Runs of words over several columns, told before the columns are known: they must not close the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from docassay.readers.pdf.tables.text_rows import Run

_MAXIMUM_VOTES: Final = 400
_RARE: Final = 0.15
_COMMON: Final = 0.4
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


class _Bridge(NamedTuple):
    """A stretch of x that few rows cover, between stretches that many do."""

    start: float
    end: float


def _mark_bridges(rows: Mapping[int, Sequence[Run]], slack: float) -> None:
    """Mark runs that reach from one column into the next over what all other rows leave free."""
    if len(rows) < 3:
        return
    every = [run for runs in rows.values() for run in runs if not run.is_spanning]
    for bridge in _bridges(rows):
        inside = [run for run in every if run.x0 < bridge.end and run.x1 > bridge.start]
        for run in inside:
            others = sorted((other.x0, other.x1) for other in inside if other.row != run.row)
            left = bridge.start
            for x0, x1 in [*others, (bridge.end, bridge.end)]:
                if x0 - left > slack and run.x0 <= left + _TOUCH and run.x1 >= x0 - _TOUCH:
                    run.is_spanning = True
                    break
                left = max(left, x1)


def _bridges(rows: Mapping[int, Sequence[Run]]) -> list[_Bridge]:
    rare = max(1, int(_RARE * len(rows)))
    common = max(2.0, _COMMON * len(rows))
    events = sorted(
        event
        for runs in rows.values()
        for run in runs
        if not run.is_spanning
        for event in ((run.x0, 1), (run.x1, -1))
    )
    crowded: list[tuple[float, float, int]] = []  # from, to, the most rows
    covered = highest = 0
    start: float | None = None
    for x, change in events:
        covered += change
        if covered > rare:
            start = x if start is None else start
            highest = max(highest, covered)
        elif start is not None:
            crowded.append((start, x, highest))
            start, highest = None, 0
    return [
        _Bridge(before[1], after[0])
        for before, after in pairwise(crowded)
        if min(before[2], after[2]) >= common
    ]
