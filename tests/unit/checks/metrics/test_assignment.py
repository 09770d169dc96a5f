import itertools
import random

import numpy as np
import pytest

from docassay.checks.metrics.assignment import MAX_ITEMS, best_assignment


def best_by_trying(weights: np.ndarray) -> float:
    rows, columns = weights.shape
    if rows > columns:
        return best_by_trying(weights.T)
    return max(
        sum(weights[row, column] for row, column in enumerate(order))
        for order in itertools.permutations(range(columns), rows)
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (4, 1), (3, 5), (5, 3), (5, 5), (2, 6)])
def test_no_other_assignment_has_a_greater_weight(shape: tuple[int, int]) -> None:
    numbers = random.Random(f"{shape}")
    for _ in range(40):
        weights = np.array(
            [
                [numbers.choice([0, 0.2, 0.5, numbers.random()]) for _ in range(shape[1])]
                for _ in range(shape[0])
            ]
        )
        pairs = best_assignment(weights)
        assert sum(weights[pair] for pair in pairs) == pytest.approx(best_by_trying(weights))
        assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


def test_items_that_have_nothing_in_common_are_not_paired() -> None:
    assert best_assignment(np.array([[0.0, 0.7], [0.0, 0.0]])) == [(0, 1)]
    assert best_assignment(np.zeros((3, 2))) == []
    assert best_assignment(np.zeros((0, 2))) == []


def test_a_greedy_choice_is_given_up_where_it_costs_more() -> None:
    assert best_assignment(np.array([[0.9, 0.8], [0.8, 0.1]])) == [(0, 1), (1, 0)]


def test_more_items_than_the_limit_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        best_assignment(np.zeros((1, MAX_ITEMS + 1)))
