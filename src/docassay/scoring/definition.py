"""The rubric language: an ``eval_definition`` as stored, read into rules that can be run.

Any object may be stored. ``parse_rubric`` is called when a rubric is to be used and refuses what cannot be
run, naming the rule. The language itself is described in ``docs/reference/rubric-language.md``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from docassay.checks.contract import Check, Level
from docassay.checks.registry import all_checks, broken_packages, lacking_scorer
from docassay.documents.model import BLOCK_TYPES
from docassay.scoring.schema import rubric_schema
from docassay.scoring.vocabulary import (
    DEFAULT_NAME,
    LEVELS,
    MAX_NAME_LENGTH,
    MAX_RULES,
    PROMPT_NAMES,
    RULE_LISTS,
)

__all__ = ["Rubric", "RubricError", "Rule", "parse_rubric", "rubric_schema"]

_EXAMPLE: Final = '{"name": "Text is complete", "type": "page", "check": "text.layer_recall"}'


class RubricError(ValueError):
    """The definition cannot be run; the message names the rule, what is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: either ``check`` (a registered name) with ``params``, or ``prompt`` for a judge model.

    ``weight`` is positive and finite. ``block_types`` is empty for "all" and only set for block rules.
    ``levels`` describes what each whole score 0-5 means to the judge, ``image`` shows it the picture of the
    page beside the converted text. ``params`` holds every parameter of the check that has a default.
    """

    name: str
    level: Level
    weight: float = 1.0
    check: str | None = None
    prompt: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    block_types: frozenset[str] = frozenset()
    levels: Mapping[int, str] = field(default_factory=dict)
    image: bool = False


@dataclass(frozen=True, slots=True)
class Rubric:
    """A runnable rubric with at least one rule; rule names are unique."""

    name: str
    rules: tuple[Rule, ...]

    @property
    def needs(self) -> frozenset[str]:
        """What its checks look at besides the document: see ``NEEDS``."""
        checks = all_checks()
        names = (rule.check for rule in self.rules if rule.check is not None)
        return frozenset[str]().union(*(checks[name].needs for name in names))

    @property
    def has_only_prompts(self) -> bool:
        """Whether nothing can be scored without a judge model."""
        return all(rule.check is None for rule in self.rules)


def parse_rubric(definition: Mapping[str, Any]) -> Rubric:
    """The rubric that a stored ``eval_definition`` describes.

    Raises RubricError when there are no rules, when a rule has an unknown check, parameters that the check
    refuses, a type that the check lacks, both or neither of check and prompt, a name twice, or a value of a
    wrong type.
    """
    if not isinstance(definition, Mapping):
        raise RubricError("The rubric must be a JSON object with a list of rules.")
    name = definition.get("name", DEFAULT_NAME)
    if not isinstance(name, str):
        raise RubricError("The rubric's name must be text.")
    raw_rules = _rule_list(definition)
    rules: list[Rule] = []
    for number, raw in enumerate(raw_rules, start=1):
        rule = _parse_rule(raw, number)
        if any(rule.name == other.name for other in rules):
            raise RubricError(f"Rule {number} '{rule.name}': another rule has this name; names must differ.")
        rules.append(rule)
    return Rubric(name.strip() or DEFAULT_NAME, tuple(rules))


def _rule_list(definition: Mapping[str, Any]) -> list[Any]:
    given = [key for key in RULE_LISTS if key in definition]
    if len(given) > 1:
        raise RubricError("The rubric has both 'rules' and 'evaluations'; they mean the same, keep one.")
    if not given:
        raise RubricError("The rubric has no rules; list them under 'rules'.")
    rules = definition[given[0]]
    if not isinstance(rules, list | tuple):
        raise RubricError(f"'{given[0]}' must be a list of rules.")
    if not rules:
        raise RubricError(f"'{given[0]}' is empty; a rubric needs at least one rule.")
    if len(rules) > MAX_RULES:
        raise RubricError(f"The rubric has {len(rules)} rules; at most {MAX_RULES} are allowed.")
    return list(rules)


def _parse_rule(raw: Any, number: int) -> Rule:
    if not isinstance(raw, Mapping):
        raise RubricError(f"Rule {number} must be an object such as {_EXAMPLE}.")
    name = raw.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RubricError(f"Rule {number} needs a name: a text that is not empty.")
    name = name.strip()
    if len(name) > MAX_NAME_LENGTH:
        raise RubricError(f"Rule {number}: its name is longer than {MAX_NAME_LENGTH} characters.")
    place = f"Rule {number} '{name}'"
    check_name, prompt = _check_or_prompt(raw, place)
    weight = _weight(raw, place)
    if check_name is None:
        level = _level(raw, place, LEVELS, default="document")
        return Rule(
            name=name,
            level=level,
            weight=weight,
            prompt=prompt,
            block_types=_block_types(raw, place),
            levels=_score_levels(raw, place),
            image=_image(raw, place, level),
        )
    check = _find_check(check_name, place)
    if "levels" in raw:
        raise RubricError(f"{place}: 'levels' describes scores to a judge; a rule with a check has none.")
    if raw.get("image"):
        raise RubricError(f"{place}: 'image' shows a judge the page; a rule with a check has none.")
    return Rule(
        name=name,
        level=_level(raw, place, check.levels, default=check.levels[0], check=check),
        weight=weight,
        check=check.name,
        params=_params(raw, place, check),
        block_types=_block_types(raw, place, default_level=check.levels[0]),
    )


def _check_or_prompt(raw: Mapping[str, Any], place: str) -> tuple[str | None, str | None]:
    """A check's name or a prompt. Beside a check, ``description`` is a note to readers and not a prompt."""
    check = raw.get("check")
    if check is not None and not isinstance(check, str):
        raise RubricError(f"{place}: 'check' must be the name of a check as text.")
    names = [key for key in PROMPT_NAMES if raw.get(key) is not None]
    if check is not None:
        names = [key for key in names if key != "description"]
        if names:
            raise RubricError(f"{place} has both a check and a prompt ('{names[0]}'); keep one of them.")
        return check, None
    if not names:
        raise RubricError(f"{place} has neither a check nor a prompt; give it one of them.")
    prompt = raw[names[0]]
    if not isinstance(prompt, str) or not prompt.strip():
        raise RubricError(f"{place}: '{names[0]}' must be a text that is not empty.")
    if "params" in raw:
        raise RubricError(f"{place}: 'params' belongs to a check; a rule with a prompt has none.")
    return None, prompt.strip()


def _find_check(name: str, place: str) -> Check:
    checks = all_checks()
    found = checks.get(name)
    if found is not None:
        return found
    broken = broken_packages()
    for each in broken:
        if each.check == name:
            raise RubricError(f"{place}: the check '{name}' was refused. {each.message}.")
    scorer = lacking_scorer(name)
    if scorer is not None:
        raise RubricError(
            f"{place}: the check '{name}' needs the package {scorer.package} {scorer.version}, which is not "
            f"installed: {scorer.advice}."
        )
    close = difflib.get_close_matches(name, checks, n=1, cutoff=0.6)
    hint = f"Did you mean '{close[0]}'?" if close else f"Known checks: {', '.join(checks)}."
    if broken:
        hint += f" Checks that could not be loaded: {'; '.join(each.message for each in broken[:3])}."
    raise RubricError(f"{place}: unknown check '{name}'. {hint}")


def _weight(raw: Mapping[str, Any], place: str) -> float:
    weight = raw.get("weight", 1)
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not is_number or not math.isfinite(weight) or weight <= 0:
        raise RubricError(f"{place}: 'weight' must be a number above 0.")
    return float(weight)


def _level(
    raw: Mapping[str, Any],
    place: str,
    allowed: tuple[Level, ...],
    *,
    default: Level,
    check: Check | None = None,
) -> Level:
    given = raw.get("type", default)
    for level in LEVELS:
        if given == level:
            if level not in allowed and check is not None:
                raise RubricError(
                    f"{place}: the check '{check.name}' cannot be of type '{level}'; "
                    f"it can be {' or '.join(allowed)}."
                )
            return level
    raise RubricError(f"{place}: 'type' must be one of {', '.join(LEVELS)}, not {given!r}.")


def _params(raw: Mapping[str, Any], place: str, check: Check) -> dict[str, Any]:
    given = raw.get("params", {})
    if not isinstance(given, Mapping):
        raise RubricError(f"{place}: 'params' must be an object.")
    if given or check.params_schema.get("required"):
        from jsonschema import Draft202012Validator  # loaded only for rules with parameters

        errors = sorted(Draft202012Validator(check.params_schema).iter_errors(dict(given)), key=str)
        if errors:
            where = ".".join(str(part) for part in errors[0].absolute_path)
            raise RubricError(
                f"{place}: params{f'.{where}' if where else ''} of '{check.name}': {errors[0].message}."
            )
    defaults = {
        name: schema["default"]
        for name, schema in check.params_schema.get("properties", {}).items()
        if "default" in schema
    }
    params = {**defaults, **given}
    if "low" in params and "high" in params and not params["low"] < params["high"]:
        raise RubricError(
            f"{place}: params.low ({params['low']:g}) must be below params.high ({params['high']:g})."
        )
    return params


def _block_types(raw: Mapping[str, Any], place: str, default_level: Level = "document") -> frozenset[str]:
    given = raw.get("block_types")
    if given is None:
        return frozenset()
    if raw.get("type", default_level) != "block":
        raise RubricError(f"{place}: 'block_types' only applies to rules of type 'block'.")
    if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
        raise RubricError(f"{place}: 'block_types' must be a list of block types.")
    for each in given:
        if each not in BLOCK_TYPES:
            close = difflib.get_close_matches(each, BLOCK_TYPES, n=1, cutoff=0.5)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise RubricError(f"{place}: unknown block type '{each}'.{hint}")
    return frozenset(given)


def _image(raw: Mapping[str, Any], place: str, level: Level) -> bool:
    given = raw.get("image", False)
    if not isinstance(given, bool):
        raise RubricError(f"{place}: 'image' must be true or false.")
    if given and level != "page":
        raise RubricError(
            f"{place}: 'image' shows the picture of a page, so the rule must be of type 'page'."
        )
    return given


def _score_levels(raw: Mapping[str, Any], place: str) -> dict[int, str]:
    given = raw.get("levels", {})
    if not isinstance(given, Mapping):
        raise RubricError(
            f'{place}: \'levels\' must be an object that describes scores, such as {{"5": "..."}}.'
        )
    found = {}
    for score, description in given.items():
        if str(score) not in {"0", "1", "2", "3", "4", "5"} or not isinstance(description, str):
            raise RubricError(f"{place}: 'levels' maps a score from 0 to 5 to its description as text.")
        found[int(score)] = description
    return found
