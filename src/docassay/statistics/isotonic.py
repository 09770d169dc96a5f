"""Calibration: the rising step function that brings scores closest to the labels of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
        return float(np.interp(score, self.x, self.y))

    def of_all(self, scores: Sequence[float]) -> list[float]:
        """The calibrated scores."""
        return [float(each) for each in np.interp(np.asarray(scores, dtype=np.float64), self.x, self.y)]


def fit_isotonic(scores: Sequence[float], labels: Sequence[float]) -> IsotonicMap:
    """The map with the least squared error among all that never fall (pool adjacent violators; Barlow 1972).

    Equal scores are one point with the mean of their labels. Raises ValueError for no or unequal input.
    """
    if not scores or len(scores) != len(labels):
        raise ValueError("scores and labels must be of the same length and not empty")
    points, inverse, counts = np.unique(
        np.asarray(scores, dtype=np.float64), return_inverse=True, return_counts=True
    )
    means = np.bincount(inverse, weights=np.asarray(labels, dtype=np.float64)) / counts
    blocks: list[tuple[float, int, int]] = []  # mean, weight, points
    for mean, weight in zip(means.tolist(), counts.tolist(), strict=True):
        size = 1
        while blocks and blocks[-1][0] >= mean:
            upper, upper_weight, upper_size = blocks.pop()
            mean = (upper * upper_weight + mean * weight) / (upper_weight + weight)
            weight, size = weight + upper_weight, size + upper_size
        blocks.append((mean, weight, size))
    fitted = np.repeat([mean for mean, _, _ in blocks], [size for _, _, size in blocks])
    return _thinned(points, fitted)


def predict_out_of_fold(
    scores: Sequence[float], labels: Sequence[float], clusters: Sequence[object], seed: int = 0
) -> list[float] | None:
    """Each score calibrated by a map that was fitted without its own file (5 folds of ``clusters``).

    None when there are fewer than two files. The same input gives the same folds.
    """
    numbers: dict[object, int] = {}
    cluster_of = np.array([numbers.setdefault(each, len(numbers)) for each in clusters])
    folds = min(FOLDS, len(numbers))
    if folds < 2:
        return None
    fold_of_cluster = np.random.default_rng(seed).permutation(len(numbers)) % folds
    fold_of = fold_of_cluster[cluster_of]
    given, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    predicted = np.empty(len(given))
    for fold in range(folds):
        held_out = fold_of == fold
        fitted = fit_isotonic(given[~held_out].tolist(), truth[~held_out].tolist())
        predicted[held_out] = fitted.of_all(given[held_out].tolist())
    return [float(each) for each in predicted]


def _thinned(points: NDArray[np.float64], fitted: NDArray[np.float64]) -> IsotonicMap:
    """Without the points that lie inside of a level stretch."""
    keep = np.ones(len(points), dtype=bool)
    keep[1:-1] = (fitted[1:-1] != fitted[:-2]) | (fitted[1:-1] != fitted[2:])
    return IsotonicMap(tuple(points[keep].tolist()), tuple(fitted[keep].tolist()))
