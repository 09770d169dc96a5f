"""How well scores agree with people: quadratic weighted kappa, errors and bias, with intervals.

Intervals come from a bootstrap over clusters (files): items of one file are not independent, so a file is
drawn with all of its items or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVELS: Final = 6
"""The whole scores 0-5."""
_RESAMPLES: Final = 2_000
_RESAMPLES_AT_ONCE: Final = 200
_SEED: Final = 20_260_101
_FEWEST_CLUSTERS: Final = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval. All three are None where it is not defined; the bounds alone are None
    when there are too few files to draw from."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Scores against labels of the same ``items``, all 0-5.

    ``qwk`` is -1 to 1 (1 is perfect, 0 is chance) on scores rounded to whole ones; None when nobody used more
    than one level. ``mae`` is the mean absolute error and ``bias`` the mean of score - label (positive: the
    score is too kind), both on the scale 0-5. ``exact`` and ``within_one`` are shares of items whose rounded
    scores are the same, and at most one apart. ``confusion[label][score]`` counts items by rounded values.
    """

    items: int
    clusters: int
    qwk: Estimate
    mae: Estimate
    bias: Estimate
    exact: Estimate
    within_one: Estimate
    confusion: tuple[tuple[int, ...], ...]


def measure_agreement(
    labels: Sequence[float], scores: Sequence[float], clusters: Sequence[object] | None = None
) -> Agreement:
    """Compare scores with labels, pair by pair; ``clusters`` names the file of each pair.

    Without clusters every pair stands for itself. The same input gives the same intervals. Raises ValueError
    for sequences of different lengths, for no pairs at all and for values outside 0-5.
    """
    given = np.asarray(labels, dtype=np.float64)
    measured = np.asarray(scores, dtype=np.float64)
    if not len(given) == len(measured) == len(clusters if clusters is not None else labels):
        raise ValueError("labels, scores and clusters must have the same length")
    if not len(given):
        raise ValueError("there is nothing to compare")
    for values in (given, measured):
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= LEVELS - 1):
            raise ValueError("labels and scores must be from 0 to 5")
    numbers = _numbered(clusters if clusters is not None else range(len(given)))
    count = int(numbers.max()) + 1
    pairs = _levels(given) * LEVELS + _levels(measured)
    tables = np.zeros((count, LEVELS * LEVELS))
    np.add.at(tables, (numbers, pairs), 1.0)
    sums = np.zeros((count, 3))
    difference = measured - given
    np.add.at(sums, numbers, np.stack([np.abs(difference), difference, np.ones_like(difference)], axis=1))
    whole = _figures(tables.sum(axis=0)[None], sums.sum(axis=0)[None])[:, 0]
    drawn = _drawn_figures(tables, sums) if count >= _FEWEST_CLUSTERS else None
    qwk, mae, bias, exact, within_one = (
        _estimate(value, None if drawn is None else drawn[row]) for row, value in enumerate(whole)
    )
    confusion = tables.sum(axis=0).reshape(LEVELS, LEVELS).astype(int)
    return Agreement(
        len(given), count, qwk, mae, bias, exact, within_one,
        tuple(tuple(int(cell) for cell in row) for row in confusion),
    )  # fmt: skip


def quadratic_weighted_kappa(labels: Sequence[float], scores: Sequence[float]) -> float | None:
    """Cohen's kappa with quadratic weights over the levels 0-5 (Cohen 1968); None when it is 0/0.

    Values are rounded to whole ones, halves up.
    """
    pairs = _levels(np.asarray(labels, dtype=np.float64)) * LEVELS
    pairs = pairs + _levels(np.asarray(scores, dtype=np.float64))
    table = np.bincount(pairs, minlength=LEVELS * LEVELS).astype(np.float64)
    value = float(_kappas(table[None])[0])
    return None if math.isnan(value) else value


def _levels(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(values + 0.5).astype(np.int64)


def _numbered(clusters: Sequence[object]) -> NDArray[np.int64]:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(each, len(numbers)) for each in clusters], dtype=np.int64)


def _drawn_figures(tables: NDArray[np.float64], sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """The five figures of each resample of clusters, as rows."""
    random = np.random.default_rng(_SEED)
    count = len(tables)
    shares = np.full(count, 1.0 / count)
    parts = []
    for _ in range(0, _RESAMPLES, _RESAMPLES_AT_ONCE):
        weights = random.multinomial(count, shares, size=_RESAMPLES_AT_ONCE).astype(np.float64)
        parts.append(_figures(weights @ tables, weights @ sums))
    return np.concatenate(parts, axis=1)


def _figures(tables: NDArray[np.float64], sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kappa, mean error, bias, exact and within one (rows) of tables ``(n, 36)`` and sums ``(n, 3)``."""
    distance = _distances()
    total = sums[:, 2]
    return np.stack(
        [
            _kappas(tables),
            sums[:, 0] / total,
            sums[:, 1] / total,
            tables @ (distance == 0).astype(np.float64) / total,
            tables @ (distance <= 1).astype(np.float64) / total,
        ]
    )


def _distances() -> NDArray[np.float64]:
    levels = np.arange(LEVELS)
    distances: NDArray[np.float64] = np.abs(levels[:, None] - levels[None, :]).astype(np.float64).ravel()
    return distances


def _kappas(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = _distances() ** 2
    squares = tables.reshape(-1, LEVELS, LEVELS)
    expected = squares.sum(axis=2)[:, :, None] * squares.sum(axis=1)[:, None, :]
    totals = tables.sum(axis=1)
    by_chance = expected.reshape(len(tables), -1) @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        kappas: NDArray[np.float64] = 1.0 - totals * (tables @ weights) / by_chance
    kappas[by_chance <= 0] = np.nan
    return kappas


def _estimate(value: float, drawn: NDArray[np.float64] | None) -> Estimate:
    if math.isnan(value):
        return Estimate(None)
    known = drawn[~np.isnan(drawn)] if drawn is not None else np.empty(0)
    if drawn is None or len(known) < 0.9 * len(drawn):
        return Estimate(float(value))
    low, high = np.quantile(known, (0.025, 0.975))
    return Estimate(float(value), float(low), float(high))
