"""The evaluation of one file: every rule of a rubric on one ``Subject``, and the file's score.

An item's score is 0-5. A rule's score is the mean of its items that have one, the file's score the weighted
mean of the rules that have one. What has no score is never counted as 0; see the five outcomes.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from docassay.checks.contract import Check, Item, Outcome, Subject, not_applicable
from docassay.checks.registry import get_check
from docassay.judges.contract import Judge
from docassay.scoring.definition import Rubric, Rule
from docassay.scoring.result import FileEvaluation, RuleResult, score_of_file, score_of_rule
from docassay.scoring.suggest import closest_checks
from docassay.scoring.wire import to_items, to_wire

__all__ = ["FileEvaluation", "RuleResult", "evaluate", "outcome_counts", "to_items", "to_wire"]

HIGHEST: Final = 5.0

_log = logging.getLogger(__name__)


def evaluate(
    rubric: Rubric,
    subject: Subject,
    judge: Judge | None = None,
    judge_concurrency: int = 1,
    page_image: Callable[[int], bytes | None] | None = None,
) -> FileEvaluation:
    """Run every rule; a check that raises costs its own rule only (``errored``), never the others.

    Prompt rules are asked of ``judge``, several units at once; without one they are unscored. ``page_image``
    makes the pictures that rules with ``image`` show it.
    """
    ask = _Asking(judge, judge_concurrency, page_image) if judge is not None else None
    rules = tuple(_run(rule, subject, ask) for rule in rubric.rules)
    return FileEvaluation(score_of_file(rules), rules)


@dataclass(frozen=True, slots=True)
class _Asking:
    judge: Judge
    concurrency: int
    page_image: Callable[[int], bytes | None] | None


def _run(rule: Rule, subject: Subject, ask: _Asking | None) -> RuleResult:
    check = get_check(rule.check) if rule.check is not None else None
    items: tuple[Item, ...]
    if rule.prompt is not None:
        items = _judged(rule, rule.prompt, subject, ask)
    elif check is None:
        items = (_errored(f"This installation has no check named '{rule.check}'."),)
    else:
        items = _run_check(rule, check, subject)
    return RuleResult(
        name=rule.name,
        level=rule.level,
        check=rule.check,
        check_version=check.version if check is not None else None,
        weight=rule.weight,
        score=score_of_rule(items),
        items=items,
        outcome=_outcome(items),
    )


def _judged(rule: Rule, prompt: str, subject: Subject, ask: _Asking | None) -> tuple[Item, ...]:
    if ask is None:
        return (_without_judge(prompt),)
    from docassay.scoring.prompt_rules import judge_rule

    try:
        items = judge_rule(rule, subject, ask.judge, ask.concurrency, ask.page_image)
        _hold_to_contract(items)
    except Exception as error:  # noqa: BLE001 - one broken judge must not take the file with it
        _log.exception("the judge failed on the rule %s", rule.name)
        return (_errored(f"The judge failed: {type(error).__name__}: {error}"),)
    return items


def _run_check(rule: Rule, check: Check, subject: Subject) -> tuple[Item, ...]:
    try:
        items = list(check.function(subject, rule.level, rule.params))
        _hold_to_contract(items)
    except Exception as error:  # noqa: BLE001 - one broken check must not take the file with it
        _log.exception("check %s failed", check.name)
        return (_errored(f"The check '{check.name}' failed: {type(error).__name__}: {error}"),)
    if rule.block_types:
        kept = [item for item in items if item.block_type is None or item.block_type in rule.block_types]
        if not kept:
            kept = [not_applicable(f"No {' or '.join(sorted(rule.block_types))} block to judge.")]
        items = kept
    return tuple(items) or (not_applicable(f"The check '{check.name}' found nothing to judge."),)


def _hold_to_contract(items: Sequence[Item]) -> None:
    for item in items:
        has_score = item.outcome in ("scored", "failed")
        if has_score != (item.score is not None):
            raise ValueError(f"an item with the outcome {item.outcome} has the score {item.score}")
        if item.score is not None and not (math.isfinite(item.score) and 0 <= item.score <= HIGHEST):
            raise ValueError(f"the score {item.score} is not between 0 and {HIGHEST:g}")


def _without_judge(prompt: str) -> Item:
    close = closest_checks(prompt)
    hint = f" Checks that come close without one: {', '.join(close)}." if close else ""
    return Item(
        score=None,
        outcome="unscored",
        feedback=f"needs a judge model: none is configured.{hint}",
        details={"closest_checks": close},
    )


def _errored(reason: str) -> Item:
    return Item(score=None, outcome="errored", feedback=reason[:2_000])


def _outcome(items: Sequence[Item]) -> Outcome:
    present = {item.outcome for item in items}
    order: tuple[Outcome, ...] = ("scored", "failed", "errored", "unscored")
    return next((outcome for outcome in order if outcome in present), "not_applicable")


def outcome_counts(evaluation: FileEvaluation) -> dict[Outcome, int]:
    """How many rules ended in each of the five outcomes; all five keys are present."""
    counts: dict[Outcome, int] = dict.fromkeys(
        ("scored", "failed", "errored", "not_applicable", "unscored"), 0
    )
    for rule in evaluation.rules:
        counts[rule.outcome] += 1
    return counts
