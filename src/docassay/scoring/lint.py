"""What is worth knowing of a rubric before it is run, beyond whether it can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from docassay.checks.registry import all_checks
from docassay.scoring.definition import Rubric
from docassay.scoring.suggest import closest_checks
from docassay.scoring.vocabulary import PROMPT_NAMES, RULE_LISTS

_RULE_KEYS: Final = frozenset(
    {
        "name",
        "type",
        "weight",
        "check",
        "params",
        "block_types",
        "levels",
        "image",
        "description",
        *PROMPT_NAMES,
    }
)
_PIPELINES: Final = {"extraction": "an extraction", "segmentation": "a segmentation"}


def remarks_on(rubric: Rubric, definition: Mapping[str, Any]) -> list[str]:
    """Sentences about keys that mean nothing, rules that need something, and rules that a check could do."""
    remarks: list[str] = []
    lacking: dict[str, list[str]] = {}
    raw: list[Any] = next((list(definition[key]) for key in RULE_LISTS if key in definition), [])
    for rule, written in zip(rubric.rules, raw, strict=False):
        unknown = sorted(set(written) - _RULE_KEYS) if isinstance(written, Mapping) else []
        if unknown:
            remarks.append(f"'{rule.name}': nothing reads {', '.join(map(repr, unknown))}.")
        if rule.prompt is not None:
            close = closest_checks(rule.prompt)
            hint = f" Checks that come close: {', '.join(close)}." if close else ""
            remarks.append(f"'{rule.name}' needs a judge (DOCASSAY_JUDGE_BASE_URL and _MODEL).{hint}")
            continue
        for what in _lacks(all_checks()[rule.check or ""].needs):
            lacking.setdefault(what, []).append(f"'{rule.name}'")
    remarks += [
        f"Not applicable to files without {what}: {', '.join(names)}." for what, names in lacking.items()
    ]
    total = sum(rule.weight for rule in rubric.rules)
    heavy = [rule.name for rule in rubric.rules if rule.weight > total / 2 and len(rubric.rules) > 2]
    remarks += [f"'{name}' weighs more than all other rules together." for name in heavy]
    return remarks


def _lacks(needs: frozenset[str]) -> list[str]:
    """What a result or file must have for a check; either of source and expected is enough where both are."""
    found = [what for need, what in _PIPELINES.items() if need in needs]
    if "expected" in needs and "source" not in needs:
        found.append("an expected output")
    if needs == {"source"} or "second_reading" in needs:
        found.append("a text layer")
    return found
