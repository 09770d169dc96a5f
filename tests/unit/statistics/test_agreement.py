"""Agreement of scores with people: known values, intervals, and what is not defined."""

from __future__ import annotations

import random

import pytest

from docassay.statistics.agreement import Estimate, measure_agreement, quadratic_weighted_kappa


def test_kappa_has_the_values_that_hand_calculation_gives():
    assert quadratic_weighted_kappa([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]) == pytest.approx(1.0)
    assert quadratic_weighted_kappa([0, 5], [5, 0]) == pytest.approx(-1.0)
    # Observed: (0 + 1 + 0 + 4) / 4. By chance: the mean of (a - b)^2 over all pairs of labels and scores.
    labels, scores = [1, 2, 3, 3], [1, 3, 3, 5]
    by_chance = sum((a - b) ** 2 for a in labels for b in scores) / 16
    assert quadratic_weighted_kappa(labels, scores) == pytest.approx(1 - (5 / 4) / by_chance)


def test_kappa_rounds_halves_up():
    assert quadratic_weighted_kappa([0, 3, 5], [0.4, 2.5, 4.5]) == pytest.approx(1.0)


def test_kappa_is_not_defined_when_everybody_always_says_the_same():
    assert quadratic_weighted_kappa([4, 4, 4], [4, 4, 4]) is None
    assert measure_agreement([4, 4], [4, 4]).qwk == Estimate(None)


def test_errors_bias_and_confusion_are_those_of_the_pairs():
    found = measure_agreement([5, 3, 0, 4], [4, 3, 2.5, 4])
    assert (found.items, found.mae.value, found.bias.value) == (4, 0.875, 0.375)
    assert (found.exact.value, found.within_one.value) == (0.5, 0.75)
    assert (found.confusion[5][4], found.confusion[0][3], sum(map(sum, found.confusion))) == (1, 1, 4)


def test_few_files_have_no_interval():
    found = measure_agreement([1, 2, 3, 4] * 5, [1, 2, 3, 5] * 5, ["a", "b", "c", "d"] * 5)
    assert (found.clusters, found.mae) == (4, Estimate(0.25))


def _pairs(files: int, items: int) -> tuple[list[float], list[float], list[int]]:
    random_numbers = random.Random(3)
    labels, scores, clusters = [], [], []
    for file in range(files):
        error = random_numbers.choice((-1, 0, 1))
        for _ in range(items):
            label = random_numbers.randint(1, 4)
            labels.append(float(label))
            scores.append(float(label + error))
            clusters.append(file)
    return labels, scores, clusters


def test_intervals_hold_the_value_are_repeatable_and_know_that_items_of_a_file_belong_together():
    labels, scores, clusters = _pairs(40, 10)
    together = measure_agreement(labels, scores, clusters)
    apart = measure_agreement(labels, scores)
    assert together == measure_agreement(labels, scores, clusters)
    for found in (together, apart):
        for each in (found.qwk, found.mae, found.bias, found.exact):
            assert each.low < each.value < each.high
    assert together.mae.high - together.mae.low > 2 * (apart.mae.high - apart.mae.low)


@pytest.mark.parametrize(
    ("labels", "scores"), [([], []), ([1], [1, 2]), ([6], [1]), ([1], [-0.1]), ([float("nan")], [1])]
)
def test_what_cannot_be_compared_is_refused(labels: list[float], scores: list[float]):
    with pytest.raises(ValueError, match=r"length|nothing|from 0 to 5"):
        measure_agreement(labels, scores)
