"""Calibration maps: they never fall, are the best that do not, and are judged on files they have not seen."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docassay.statistics.agreement import measure_agreement, quadratic_weighted_kappa
from docassay.statistics.isotonic import fit_isotonic, predict_out_of_fold

scores = st.floats(0, 5).map(lambda value: round(value, 2))
pairs = st.lists(st.tuples(scores, scores), min_size=1, max_size=40)


@given(pairs)
def test_the_map_never_falls_and_stays_within_the_labels(points: list[tuple[float, float]]):
    fitted = fit_isotonic([x for x, _ in points], [y for _, y in points])
    values = [fitted(step / 10) for step in range(51)]
    assert all(a <= b + 1e-9 for a, b in pairwise(values))
    assert min(y for _, y in points) - 1e-9 <= values[0]
    assert values[-1] <= max(y for _, y in points) + 1e-9


@given(pairs)
def test_mean_and_residuals_are_those_of_the_best_fit(points: list[tuple[float, float]]):
    """Least squares over a cone: residuals sum to 0 and are orthogonal to the fit."""
    x, y = [x for x, _ in points], [y for _, y in points]
    fitted = [fit_isotonic(x, y)(score) for score in x]
    assert sum(fitted) == pytest.approx(sum(y))
    assert sum((b - f) * f for b, f in zip(y, fitted, strict=True)) == pytest.approx(0, abs=1e-6)


def test_violators_are_pooled_and_ties_are_one_point():
    fitted = fit_isotonic([1, 2, 3, 3, 4], [1, 4, 2, 2, 5])
    assert (fitted.x, fitted.y) == ((1, 2, 3, 4), (1, pytest.approx(8 / 3), pytest.approx(8 / 3), 5))
    assert fitted(0) == 1
    assert fitted(3.5) == pytest.approx((8 / 3 + 5) / 2)


def test_a_lenient_judge_is_mended_on_files_that_were_not_seen():
    random_numbers = random.Random(1)
    labels = [float(random_numbers.randint(0, 5)) for _ in range(200)]
    lenient = [min(5.0, 3 + 0.4 * label + random_numbers.uniform(-0.2, 0.2)) for label in labels]
    files = [number // 4 for number in range(200)]
    mended = predict_out_of_fold(lenient, labels, files)
    assert mended == predict_out_of_fold(lenient, labels, files)
    before, after = (measure_agreement(labels, each, files) for each in (lenient, mended))
    assert before.bias.value > 1
    assert abs(after.bias.value) < 0.1
    assert quadratic_weighted_kappa(labels, mended) > quadratic_weighted_kappa(labels, lenient) + 0.2


def test_one_file_alone_cannot_be_held_out():
    assert predict_out_of_fold([1, 2], [1, 2], ["a", "a"]) is None


def test_nothing_to_fit_is_refused():
    with pytest.raises(ValueError, match="not empty"):
        fit_isotonic([], [])
