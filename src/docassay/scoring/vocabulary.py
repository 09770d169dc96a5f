"""The words of the rubric language and its limits, shared by its parser and its published schema."""

from __future__ import annotations

from typing import Final

from docassay.checks.contract import Level

RULE_LISTS: Final = ("rules", "evaluations")
"""The list of rules, by either name."""
PROMPT_NAMES: Final = ("prompt", "description", "criteria", "evaluation_prompt")
"""The text for the judge, by any of these names; the first one given wins."""
LEVELS: Final[tuple[Level, ...]] = ("block", "page", "document")
MAX_RULES: Final = 200
MAX_NAME_LENGTH: Final = 200
DEFAULT_NAME: Final = "Untitled rubric"
