"""TEDS as it was published with PubTabNet, for figures that are to be compared with those of papers.

It differs from ``table_tree`` on purpose: row groups are nodes of the tree, the text of header cells (``th``)
is not looked at, tags inside of a cell count as characters, and the table itself is not counted as a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from lxml import etree
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from docassay.checks.metrics.tree_distance import Costs, tree_edit_distance
from docassay.documents.html_fragment import tag_of

MAX_NODE_PAIRS: Final = 6_000_000
"""Nodes of one tree times nodes of the other; the time grows with it (about 10 s at the limit)."""
_FIRST_TAG: Final = 0xF0000


@dataclass(frozen=True, slots=True)
class _Tree:
    """Nodes in post-order. ``kinds`` hold tag and spans, ``texts`` what is in a ``td`` (None elsewhere),
    ``leftmost`` the number of each node's leftmost leaf."""

    kinds: tuple[tuple[str, str, str], ...]
    texts: tuple[str | None, ...]
    leftmost: npt.NDArray[np.int64]
    descendants: int


def published_teds(
    truth: etree._Element, output: etree._Element | None, *, structure_only: bool = False
) -> float:
    """``1 - d / max(elements below each table)``, 0 to 1; 0 without an output. Takes parsed tables.

    Raises ValueError above ``MAX_NODE_PAIRS``. Source: Zhong et al., Image-based table recognition: data,
    model, and evaluation (2020) and its reference code; the distance by Zhang and Shasha (1989).
    """
    if output is None:
        return 0.0
    tags: dict[str, str] = {}
    trees = [_tree(table, tags, structure_only=structure_only) for table in (truth, output)]
    nodes = max(tree.descendants for tree in trees)
    if len(trees[0].kinds) * len(trees[1].kinds) > MAX_NODE_PAIRS:
        sizes = " and ".join(str(len(tree.kinds)) for tree in trees)
        raise ValueError(f"tables of {sizes} nodes are too large for the published measure")
    distance = tree_edit_distance(trees[0].leftmost, trees[1].leftmost, _rename_costs(*trees))
    return max(0.0, 1 - distance / nodes) if nodes else 1.0


def _tree(table: etree._Element, tags: dict[str, str], *, structure_only: bool) -> _Tree:
    kinds: list[tuple[str, str, str]] = []
    texts: list[str | None] = []
    leftmost: list[int] = []
    starts: list[int] = []
    inside_cell = 0
    descendants = -1
    for event, node in etree.iterwalk(table, events=("start", "end")):
        is_cell = node.tag == "td"
        if event == "start":
            descendants += 1
            if not inside_cell:
                starts.append(len(kinds))
            inside_cell += is_cell
            continue
        inside_cell -= is_cell
        if inside_cell:
            continue
        spans = (node.get("colspan", "1"), node.get("rowspan", "1")) if is_cell else ("", "")
        kinds.append((tag_of(node), *spans))
        texts.append((_content(node, tags) if not structure_only else "") if is_cell else None)
        leftmost.append(starts.pop())
    return _Tree(tuple(kinds), tuple(texts), np.array(leftmost, dtype=np.int64), descendants)


def _content(cell: etree._Element, tags: dict[str, str]) -> str:
    """What is in a cell, each tag as one character."""
    pieces = [cell.text or ""]
    for event, node in etree.iterwalk(cell, events=("start", "end")):
        if node is cell:
            continue
        name = f"{'/' if event == 'end' else ''}{tag_of(node)}"
        pieces.append(tags.setdefault(name, chr(_FIRST_TAG + len(tags))))
        pieces.append((node.text if event == "start" else node.tail) or "")
    return "".join(pieces)


def _rename_costs(truth: _Tree, output: _Tree) -> Costs:
    numbers: dict[tuple[str, str, str], int] = {}
    kinds = [
        np.array([numbers.setdefault(kind, len(numbers)) for kind in tree.kinds]) for tree in (truth, output)
    ]
    costs: Costs = (kinds[0][:, None] != kinds[1][None, :]).astype(np.float64)
    cells = [np.flatnonzero([text is not None for text in tree.texts]) for tree in (truth, output)]
    if len(cells[0]) and len(cells[1]):
        texts = [
            [tree.texts[number] or "" for number in of_tree]
            for tree, of_tree in zip((truth, output), cells, strict=True)
        ]
        both = np.ix_(cells[0], cells[1])
        distances = cdist(texts[0], texts[1], scorer=Levenshtein.normalized_distance, dtype=np.float64)
        costs[both] = np.maximum(costs[both], distances)
    return costs
