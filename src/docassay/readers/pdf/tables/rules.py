"""Ruling lines: pieces joined to whole lines, and the question which of them part two neighbours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import median
from typing import Final

from docassay.readers.pdf.marks import Rule

TOUCH: Final = 3.0
"""Lines nearer than this many points touch."""

_MAXIMUM_RULES: Final = 1_500
_SAME_POSITION: Final = 1.5
_DASHES: Final = 6
_DASH: Final = 8.0


def merged_rules(rules: Sequence[Rule], gap: float = TOUCH) -> list[Rule]:
    """Join pieces of the same line that are at most ``gap`` points apart; sorted by position.

    Of very many lines the longest 1,500 are kept.
    """
    ordered = sorted(rules)
    result: list[Rule] = []
    group: list[Rule] = []
    for rule in ordered:
        if group and rule.position - group[-1].position > _SAME_POSITION:
            result.extend(_joined(group, gap))
            group = []
        group.append(rule)
    if group:
        result.extend(_joined(group, gap))
    if len(result) > _MAXIMUM_RULES:
        result = sorted(sorted(result, key=lambda rule: rule.start - rule.end)[:_MAXIMUM_RULES])
    return result


def _joined(group: list[Rule], gap: float) -> list[Rule]:
    position = sum(rule.position for rule in group) / len(group)
    if len(group) >= _DASHES and median(rule.end - rule.start for rule in group) <= _DASH:
        gap = max(gap, _DASH)
    result: list[Rule] = []
    for rule in sorted(group, key=lambda item: item.start):
        if result and rule.start <= result[-1].end + gap:
            result[-1] = Rule(position, result[-1].start, max(result[-1].end, rule.end))
        else:
            result.append(Rule(position, rule.start, rule.end))
    return result


def touching_groups(
    horizontal: Sequence[Rule], vertical: Sequence[Rule]
) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that touch or cross each other, as (horizontal, vertical); lone lines are groups."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    positions = [rule.position for rule in vertical]
    for number, row in enumerate(horizontal):
        first = bisect_left(positions, row.start - TOUCH - 1)
        last = bisect_right(positions, row.end + TOUCH + 1)
        for other in range(first, last):
            column = vertical[other]
            if column.start - TOUCH - 1 <= row.position <= column.end + TOUCH + 1:
                parent[root(number)] = root(len(horizontal) + other)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate(horizontal):
        groups.setdefault(root(number), ([], []))[0].append(rule)
    for number, rule in enumerate(vertical):
        groups.setdefault(root(len(horizontal) + number), ([], []))[1].append(rule)
    return list(groups.values())


def distinct_positions(rules: Sequence[Rule], tolerance: float = TOUCH) -> list[float]:
    """The positions of the lines, those of double lines taken as one; sorted."""
    result: list[float] = []
    last = float("-inf")
    for position in sorted(rule.position for rule in rules):
        if position - last > tolerance:
            result.append(position)
        last = position
    return result
