"""An evaluation as JSON: the wire's ``Evaluation`` object, and all items for the native surface.

Scores are rounded here and nowhere else.
"""

from __future__ import annotations

from typing import Any, Final

from docassay.checks.contract import Item
from docassay.scoring.result import FileEvaluation, RuleResult

DECIMALS: Final = 4
LOWEST_SHOWN: Final = 5


def to_wire(evaluation: FileEvaluation, name: str) -> dict[str, Any]:
    """The wire's ``Evaluation``: for each rule its score and the five lowest items.

    ``items_evaluated`` counts items with a score. Items without one come last: errored and unscored ones
    while there is room, inapplicable ones only when the rule has no other item.
    """
    rules = [_wire_rule(rule) for rule in evaluation.rules]
    return {
        "eval_definition_name": name,
        "evaluations": rules,
        "total_items_evaluated": sum(rule["items_evaluated"] for rule in rules),
    }


def _wire_rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "name": rule.name,
        "type": rule.level,
        "rule_score": rounded(rule.score),
        "items_evaluated": sum(item.score is not None for item in rule.items),
        "individual_results": [_wire_item(item) for item in lowest_items(rule)],
    }


def lowest_items(rule: RuleResult) -> list[Item]:
    """The up to five items that say most about what is wrong."""
    scored = sorted(
        (item for item in rule.items if item.score is not None),
        key=lambda item: item.score if item.score is not None else 0.0,
    )
    troubled = [item for item in rule.items if item.outcome in ("errored", "unscored")]
    return ([*scored, *troubled] or list(rule.items))[:LOWEST_SHOWN]


def _wire_item(item: Item) -> dict[str, Any]:
    return {
        "score": rounded(item.score),
        "feedback": item.feedback,
        "block_id": item.block_id,
        "page_id": item.page_index,
        "block_type": item.block_type,
    }


def to_items(evaluation: FileEvaluation) -> list[dict[str, Any]]:
    """Every item of every rule in order, for storing and for the native surface."""
    return [
        {
            "rule_index": rule_index,
            "rule": rule.name,
            "type": rule.level,
            "check": rule.check,
            "check_version": rule.check_version,
            "item_index": item_index,
            "outcome": item.outcome,
            "score": rounded(item.score),
            "value": rounded(item.value),
            "feedback": item.feedback,
            "page_id": item.page_index,
            "block_id": item.block_id,
            "block_type": item.block_type,
            "details": dict(item.details),
        }
        for rule_index, rule in enumerate(evaluation.rules)
        for item_index, item in enumerate(rule.items)
    ]


def rounded(value: float | None) -> float | None:
    """Four decimals; None stays None."""
    return None if value is None else round(value, DECIMALS)
