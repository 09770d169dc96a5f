"""What the evaluation of one file is: plain data, scores unrounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docassay.checks.contract import Item, Level, Outcome


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule on one file. ``score`` is 0-5, None exactly when no item has a score.

    ``outcome`` is ``scored``, ``failed`` (every score is a failed item's 0), ``errored`` (the check broke),
    ``unscored`` (a judge is missing) or ``not_applicable`` (nothing to measure).
    """

    name: str
    level: Level
    check: str | None
    check_version: str | None
    weight: float
    score: float | None
    items: tuple[Item, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class FileEvaluation:
    """All rules on one file. ``score`` is 0-5, None when no rule has a score."""

    score: float | None
    rules: tuple[RuleResult, ...]


def score_of_rule(items: Sequence[Item]) -> float | None:
    """The mean of the items that have a score, None when none has."""
    scores = [item.score for item in items if item.score is not None]
    return sum(scores) / len(scores) if scores else None


def score_of_file(rules: Sequence[RuleResult]) -> float | None:
    """The weighted mean of the rules that have a score, None when none has."""
    weighted = [(rule.score, rule.weight) for rule in rules if rule.score is not None]
    total = sum(weight for _, weight in weighted)
    return sum(score * weight for score, weight in weighted) / total if weighted else None
