"""The published JSON Schema of the rubric language.

``python -m docassay.scoring.schema > docs/reference/rubric.schema.json`` writes the published file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from docassay.checks.contract import Check
from docassay.checks.registry import all_checks, own_checks
from docassay.documents.model import BLOCK_TYPES
from docassay.scoring.vocabulary import LEVELS, MAX_NAME_LENGTH, MAX_RULES, PROMPT_NAMES, RULE_LISTS


def rubric_schema(checks: Mapping[str, Check] | None = None) -> dict[str, Any]:
    """JSON Schema (2020-12) of an ``eval_definition`` that can be run with ``checks``, or with all that are
    installed; unknown keys are allowed."""
    known = all_checks() if checks is None else checks
    rules = {"type": "array", "minItems": 1, "maxItems": MAX_RULES, "items": {"$ref": "#/$defs/rule"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "docassay rubric (eval_definition)",
        "type": "object",
        "properties": {"name": {"type": "string"}, **dict.fromkeys(RULE_LISTS, rules)},
        "oneOf": [{"required": [key]} for key in RULE_LISTS],
        "$defs": {
            "rule": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "pattern": "\\S", "maxLength": MAX_NAME_LENGTH},
                    "type": {"enum": list(LEVELS)},
                    "weight": {"type": "number", "exclusiveMinimum": 0, "default": 1},
                },
                "oneOf": [{"$ref": "#/$defs/checked_rule"}, {"$ref": "#/$defs/prompted_rule"}],
            },
            "checked_rule": {
                "required": ["check"],
                "properties": {
                    "check": {"enum": list(known)},
                    "block_types": {"$ref": "#/$defs/block_types"},
                    "levels": False,
                    "image": {"const": False},
                    "description": {"type": "string", "description": "A note to readers beside a check."},
                    **{name: False for name in PROMPT_NAMES if name != "description"},
                },
                "allOf": [_rule_of(check) for check in known.values()],
            },
            "prompted_rule": {
                "properties": {
                    "check": False,
                    "params": False,
                    **{name: {"type": "string", "pattern": "\\S"} for name in PROMPT_NAMES},
                    "block_types": {"$ref": "#/$defs/block_types"},
                    "levels": {
                        "type": "object",
                        "propertyNames": {"enum": ["0", "1", "2", "3", "4", "5"]},
                        "additionalProperties": {"type": "string"},
                    },
                    "image": {
                        "type": "boolean",
                        "default": False,
                        "description": "Show the judge the picture of the page; for rules of type 'page'.",
                    },
                },
                "anyOf": [{"required": [name]} for name in PROMPT_NAMES],
                "if": {"properties": {"image": {"const": True}}, "required": ["image"]},
                "then": {"properties": {"type": {"const": "page"}}, "required": ["type"]},
            },
            "block_types": {"type": "array", "items": {"enum": sorted(BLOCK_TYPES)}},
        },
    }


def _rule_of(check: Check) -> dict[str, Any]:
    """Which types and parameters a rule with this check may have."""
    return {
        "if": {"properties": {"check": {"const": check.name}}, "required": ["check"]},
        "then": {
            "properties": {
                "type": {"enum": list(check.levels), "default": check.levels[0]},
                "params": dict(check.params_schema),
            }
        },
    }


def render_schema() -> str:
    """The published file's text: with the checks of docassay alone."""
    return json.dumps(rubric_schema(own_checks()), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_schema())
