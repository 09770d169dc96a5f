"""What a score came from: the same identity means that the same output would get the same score."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from docassay.scoring.definition import Rule


def rule_digest(rule: Rule) -> str:
    """16 hexadecimal digits of all of a rule that its scores depend on: not its name, not its weight."""
    content = {
        "level": rule.level,
        "check": rule.check,
        "prompt": rule.prompt,
        "params": dict(rule.params),
        "block_types": sorted(rule.block_types),
        **({"image": True} if rule.image else {}),
        "levels": {str(score): text for score, text in rule.levels.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def scorer_of(check: str | None, check_version: str | None, details: Mapping[str, Any]) -> str:
    """Who gave a score: ``text.wer@1``, or ``judge:MODEL`` for a prompt rule (``judge:none`` without one)."""
    if check is not None:
        return f"{check}@{check_version}"
    judge = details.get("judge")
    return f"judge:{judge}" if isinstance(judge, str) else "judge:none"
