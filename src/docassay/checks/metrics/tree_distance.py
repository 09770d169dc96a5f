"""The edit distance of two ordered trees whose nodes have labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


def tree_edit_distance(truth: Numbers, output: Numbers, rename: Costs) -> float:
    """The least cost of nodes to delete or insert (1 each) and to rename (``rename``, 0 to 1).

    A tree is given by its nodes in post-order: for each the number of its leftmost leaf below it (its own for
    a leaf). ``rename`` has a row a node of the truth and a column a node of the output. Exact; time grows
    with the product of both sizes and with how bushy the trees are. Source: Zhang and Shasha, Simple fast
    algorithms for the editing distance between trees (1989), a row of the other tree at once.
    """
    distances: Costs = np.zeros((len(truth), len(output)))
    leaves = [np.flatnonzero(tree == np.arange(len(tree))) for tree in (truth, output)]
    # One node of a tree becomes the leaf, at the least cost, and all others go.
    for node, first in enumerate(truth):
        distances[node, leaves[1]] = node - first + rename[first : node + 1, leaves[1]].min(axis=0)
    for node, first in enumerate(output):
        distances[leaves[0], node] = node - first + rename[leaves[0], first : node + 1].min(axis=1)
    for root in _key_roots(truth):
        for other in _key_roots(output):
            if truth[root] < root and output[other] < other:
                _fill(truth, output, root, other, rename, distances)
    return float(distances[-1, -1])


def _key_roots(leftmost: Numbers) -> list[int]:
    """The last node of every leftmost path, in order."""
    last = {int(leaf): node for node, leaf in enumerate(leftmost)}
    return sorted(last.values())


def _fill(
    truth: Numbers,
    output: Numbers,
    root: int,
    other: int,
    rename: Costs,
    distances: Costs,
) -> None:
    """The distances of all pairs of trees that begin with the leftmost leaves of two key roots."""
    first, other_first = int(truth[root]), int(output[other])
    columns = np.arange(other_first, other + 1)
    starts = output[columns]
    is_whole = starts == other_first
    steps = np.arange(len(columns) + 1, dtype=np.float64)
    rows = np.empty((root - first + 2, len(columns) + 1))
    rows[0] = steps
    for node in range(first, root + 1):
        before = rows[node - first]
        matched = rows[int(truth[node]) - first][starts - other_first] + distances[node, columns]
        if truth[node] == first:
            matched = np.where(is_whole, before[:-1] + rename[node, columns], matched)
        following = before + 1
        np.minimum(following[1:], matched, out=following[1:])
        rows[node - first + 1] = np.minimum.accumulate(following - steps) + steps
        if truth[node] == first:
            whole = columns[is_whole]
            distances[node, whole] = rows[node - first + 1][1:][is_whole]
