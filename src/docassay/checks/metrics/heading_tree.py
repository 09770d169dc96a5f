"""The outline of a document as a tree: headings below headings, with the text that stands under each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from docassay.checks.metrics.tree_distance import Costs, tree_edit_distance

MAX_NODE_PAIRS: Final = 4_000_000
MAX_CHARACTERS: Final = 20_000
"""Of the text under one heading so much is compared."""


class Heading(NamedTuple):
    """A heading with its level (1 is the highest) and the text between it and the next heading."""

    level: int
    title: str
    content: str = ""


class _Node(NamedTuple):
    is_heading: bool
    text: str


def outline_similarity(
    truth: Sequence[Heading],
    output: Sequence[Heading],
    *,
    truth_preface: str = "",
    output_preface: str = "",
    titles_only: bool = False,
    is_flat: bool = False,
) -> float:
    """``1 - d / max(nodes)``, 0 to 1, where ``d`` is the edit distance of the two outlines as trees.

    A heading lies below the last one before it with a lower level, so what counts is which heading is above
    which, not whether the first is called 1 or 2. Renaming costs the normalised Levenshtein distance of the
    texts; a heading is never content. The preface is what stands before the first heading. ``titles_only``
    leaves all content out, ``is_flat`` puts all headings on one level. Raises ValueError for outlines that
    are too large.
    """
    trees = [
        _tree(side, "" if titles_only else preface, titles_only=titles_only, is_flat=is_flat)
        for side, preface in ((truth, truth_preface), (output, output_preface))
    ]
    nodes = [tree[0] for tree in trees]
    if len(nodes[0]) * len(nodes[1]) > MAX_NODE_PAIRS:
        raise ValueError(f"outlines of {len(nodes[0])} and {len(nodes[1])} parts are too large to compare")
    distance = tree_edit_distance(trees[0][1], trees[1][1], _rename_costs(*nodes))
    return max(0.0, 1 - distance / (max(map(len, nodes)) - 1))


def _tree(
    headings: Sequence[Heading], preface: str, *, titles_only: bool, is_flat: bool
) -> tuple[list[_Node], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Nodes in post-order with their leftmost leaves; the document itself is the last node."""
    nodes: list[_Node] = []
    leftmost: list[int] = []
    open_headings: list[tuple[int, _Node, int]] = []

    def close(level: int) -> None:
        while open_headings and open_headings[-1][0] >= level:
            _, node, first = open_headings.pop()
            leftmost.append(min(first, len(nodes)))
            nodes.append(node)

    def add_content(text: str) -> None:
        if text and not titles_only:
            leftmost.append(len(nodes))
            nodes.append(_Node(False, text[:MAX_CHARACTERS]))

    add_content(preface)
    for heading in headings:
        level = 1 if is_flat else heading.level
        close(level)
        open_headings.append((level, _Node(True, heading.title), len(nodes)))
        add_content(heading.content)
    close(0)
    leftmost.append(0)
    nodes.append(_Node(True, ""))
    return nodes, np.array(leftmost, dtype=np.int64)


def _rename_costs(truth: Sequence[_Node], output: Sequence[_Node]) -> Costs:
    costs: Costs = np.ones((len(truth), len(output)))
    for kind in (True, False):
        places = [
            [number for number, node in enumerate(side) if node.is_heading is kind]
            for side in (truth, output)
        ]
        if all(places):
            texts = [
                [side[number].text for number in of_side]
                for side, of_side in zip((truth, output), places, strict=True)
            ]
            costs[np.ix_(*places)] = cdist(
                texts[0], texts[1], scorer=Levenshtein.normalized_distance, dtype=np.float64
            )
    # The document is matched with the document only, which the last nodes of post-order always can be.
    costs[-1, :-1] = costs[:-1, -1] = 1.0
    return costs
