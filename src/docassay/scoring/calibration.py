"""Calibrated scores: what people would have given, by the map that their labels have shown.

Only scored items of the very rule and scorer that the map was made for are changed. A failed item stays 0,
and what was measured stays beside the calibrated score as ``details.uncalibrated_score``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from docassay.checks.contract import Item
from docassay.scoring.identity import scorer_of
from docassay.scoring.result import FileEvaluation, RuleResult, score_of_file, score_of_rule
from docassay.statistics.isotonic import IsotonicMap

UNCALIBRATED: Final = "uncalibrated_score"


@dataclass(frozen=True, slots=True)
class RuleCalibration:
    """The map for the scores that ``scorer`` gives for the rule at ``rule_index``; as JSON and back."""

    rule_index: int
    scorer: str
    map: IsotonicMap

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "rule_index": self.rule_index,
            "scorer": self.scorer,
            "x": list(self.map.x),
            "y": list(self.map.y),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RuleCalibration:
        """What ``to_json`` made."""
        points = IsotonicMap(tuple(value["x"]), tuple(value["y"]))
        return cls(value["rule_index"], value["scorer"], points)


def calibrate(evaluation: FileEvaluation, calibrations: Sequence[RuleCalibration]) -> FileEvaluation:
    """The evaluation with the scores that people would have given, where a map is known."""
    if not calibrations:
        return evaluation
    maps = {(each.rule_index, each.scorer): each.map for each in calibrations}
    rules = tuple(_calibrated(rule, number, maps) for number, rule in enumerate(evaluation.rules))
    return FileEvaluation(score_of_file(rules), rules)


def _calibrated(rule: RuleResult, rule_index: int, maps: Mapping[tuple[int, str], IsotonicMap]) -> RuleResult:
    items = []
    for item in rule.items:
        scorer = scorer_of(rule.check, rule.check_version, item.details)
        found = maps.get((rule_index, scorer)) if item.outcome == "scored" else None
        items.append(_mapped(item, found) if found is not None else item)
    return replace(rule, items=tuple(items), score=score_of_rule(items))


def _mapped(item: Item, calibration: IsotonicMap) -> Item:
    if item.score is None:
        return item
    details = {**item.details, UNCALIBRATED: round(item.score, 4)}
    return replace(item, score=calibration(item.score), details=details)
