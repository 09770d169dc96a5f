"""Calibration: the rising step function that brings scores closest to the labels of people."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class IsotonicMap:
    """A map of scores to scores that never falls: ``y`` at ``x``, straight lines between, level outside.

    ``x`` rises strictly and ``y`` never falls; both have the same length of at least 1.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]

    def __call__(self, score: float) -> float:
        """The calibrated score."""
        right = bisect_left(self.x, score)
        if right == 0:
            return self.y[0]
        if right == len(self.x):
            return self.y[-1]
        left = right - 1
        share = (score - self.x[left]) / (self.x[right] - self.x[left])
        return self.y[left] + share * (self.y[right] - self.y[left])


def fit_isotonic(scores: Sequence[float], labels: Sequence[float]) -> IsotonicMap:
    """The map with the least squared error among all that never fall (pool adjacent violators; Barlow 1972).

    Equal scores are one point with the mean of their labels. Raises ValueError for no or unequal input.
    """
    if not scores or len(scores) != len(labels):
        raise ValueError("scores and labels must be of the same length and not empty")
    labels_at: dict[float, list[float]] = defaultdict(list)
    for score, label in zip(scores, labels, strict=True):
        labels_at[score].append(label)
    points = sorted(labels_at)
    blocks: list[tuple[float, int, int]] = []  # mean, weight, points
    for point in points:
        weight, size = len(labels_at[point]), 1
        mean = sum(labels_at[point]) / weight
        while blocks and blocks[-1][0] >= mean:
            upper, upper_weight, upper_size = blocks.pop()
            mean = (upper * upper_weight + mean * weight) / (upper_weight + weight)
            weight, size = weight + upper_weight, size + upper_size
        blocks.append((mean, weight, size))
    return _with_ends_of(blocks, points)


def predict_out_of_fold(
    scores: Sequence[float], labels: Sequence[float], clusters: Sequence[object], seed: int = 0
) -> list[float] | None:
    """Each score calibrated by a map that was fitted without its own file (5 folds of ``clusters``).

    None when there are fewer than two files. The same input gives the same folds.
    """
    files = list(dict.fromkeys(clusters))
    folds = min(FOLDS, len(files))
    if folds < 2:
        return None
    random.Random(seed).shuffle(files)  # noqa: S311 - folds are no secret
    fold_of = {file: number % folds for number, file in enumerate(files)}
    maps = []
    for fold in range(folds):
        seen = [number for number, file in enumerate(clusters) if fold_of[file] != fold]
        maps.append(fit_isotonic([scores[number] for number in seen], [labels[number] for number in seen]))
    return [maps[fold_of[file]](score) for score, file in zip(scores, clusters, strict=True)]


def _with_ends_of(blocks: Sequence[tuple[float, int, int]], points: Sequence[float]) -> IsotonicMap:
    """The first and the last point of each level stretch; those between add nothing."""
    x: list[float] = []
    y: list[float] = []
    start = 0
    for mean, _, size in blocks:
        ends = (points[start], points[start + size - 1])
        for point in dict.fromkeys(ends):
            x.append(point)
            y.append(mean)
        start += size
    return IsotonicMap(tuple(x), tuple(y))
