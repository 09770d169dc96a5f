"""What a judge took for a file, from the items that it was asked about."""

from __future__ import annotations

from dataclasses import dataclass

from docassay.scoring.result import FileEvaluation


@dataclass(frozen=True, slots=True)
class JudgeUsage:
    """What the judge took for a file; ``cost`` is None when prices are not known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None


def judge_usage(evaluation: FileEvaluation) -> JudgeUsage:
    """Over all items that a judge was asked about, those without a score included."""
    judged = [
        item.details for rule in evaluation.rules for item in rule.items if "prompt_hash" in item.details
    ]
    costs = [each["cost"] for each in judged if each["cost"] is not None]
    return JudgeUsage(
        sum(each["input_tokens"] for each in judged),
        sum(each["output_tokens"] for each in judged),
        sum(costs) if costs else None,
    )
