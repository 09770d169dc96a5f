"""Rubrics from what people write: checks that the words name, and prompts for the rest. No model is asked.

Each sentence becomes the rules of the checks that it comes close to, with the sentence beside them as a note,
or else a prompt rule for a judge. Nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.registry import all_checks
from docassay.scoring.suggest import closest_checks
from docassay.scoring.vocabulary import MAX_NAME_LENGTH, MAX_RULES

MAX_CHARACTERS: Final = 50_000
_NAME: Final = 70
_FEWEST_LETTERS: Final = 6
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+(?=[^a-z])|\n+")
_BULLET: Final = re.compile(r"^\s*(?:[-*\u2022\u2013]|\(?\d{1,3}[.)]|[a-z]\))\s+")
_TITLES: Final = {
    "text.layer_recall": "Text is complete",
    "text.layer_precision": "Nothing is invented",
    "text.missing_passage": "No passage is missing",
    "text.unsupported_passage": "No passage is invented",
    "text.number_agreement": "Numbers are right",
    "order.lis": "Order is kept",
    "output.repetition": "Nothing is repeated",
    "output.garbage_chars": "Characters are sound",
    "table.wellformed": "Tables are sound",
    "table.columns": "Columns of tables are kept",
    "structure.headings_kept": "Headings are kept",
    "structure.headings": "Headings make an outline",
    "page.coverage": "No page is lost",
    "fields.schema_valid": "Fields keep to their schema",
    "fields.grounded": "Values stand in the document",
    "fields.agreement": "A second reading finds the same",
    "fields.cited": "Citations hold",
    "fields.arithmetic": "Sums add up",
    "segments.integrity": "Segments are sound",
    "language.script": "The writing system is kept",
    "math.renders": "Formulas can be shown",
    "markup.valid": "Markup is sound",
    "links.resolve": "Links lead somewhere",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants, in one sentence. ``example`` makes a prompt clearer and names no check."""

    text: str
    example: str = ""


def sentences_of(text: str) -> list[str]:
    """Sentences and lines of a text without the marks of lists; those without words are left out."""
    found = []
    for piece in _SENTENCE_END.split(text[:MAX_CHARACTERS]):
        sentence = " ".join(_BULLET.sub("", piece).split()).rstrip(";")
        if sum(character.isalpha() for character in sentence) >= _FEWEST_LETTERS:
            found.append(sentence)
    return found


def rubric_from_wishes(wishes: Iterable[Wish], name: str) -> dict[str, Any]:
    """An ``eval_definition`` for these wishes, in their order; a check that several name is one rule.

    Raises ValueError when there is no wish.
    """
    notes: dict[str, list[str]] = {}
    prompts: dict[str, str] = {}
    order: list[tuple[str, str]] = []
    for wish in wishes:
        named = closest_checks(wish.text)[:2]
        for check in named:
            if check not in notes:
                order.append(("check", check))
            notes.setdefault(check, []).append(wish.text)
        if not named:
            prompt = f"{wish.text} {wish.example}".strip()
            if prompt not in prompts:
                order.append(("prompt", prompt))
            prompts[prompt] = wish.text
    if not order:
        raise ValueError("there is no sentence that says what a good result is")
    taken: set[str] = set()
    rules = [
        _check_rule(key, notes[key], taken) if kind == "check" else _prompt_rule(key, prompts[key], taken)
        for kind, key in order[:MAX_RULES]
    ]
    return {"name": name, "rules": rules}


def name_of(sentences: Sequence[str]) -> str:
    """A name for a rubric, from its first sentence."""
    return _short(sentences[0], _NAME) if sentences else "Rubric"


def told(definition: dict[str, Any]) -> str:
    """What became of the words, for the description of the rubric."""
    prompts = sum("prompt" in rule for rule in definition["rules"])
    checks = len(definition["rules"]) - prompts
    text = f"{checks} {'rule' if checks == 1 else 'rules'} with checks that the words name"
    return f"{text}; {prompts} left to a judge." if prompts else f"{text}."


def _check_rule(check: str, notes: Sequence[str], taken: set[str]) -> dict[str, Any]:
    title = _unique(_TITLES.get(check, check), taken)
    note = " ".join(dict.fromkeys(notes))
    return {"name": title, "type": all_checks()[check].levels[0], "check": check, "description": note[:2_000]}


def _prompt_rule(prompt: str, wish: str, taken: set[str]) -> dict[str, Any]:
    name = _unique(_short(wish, _NAME), taken)
    return {"name": name, "type": "page", "prompt": prompt[:4_000]}


def _unique(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        found = f"{name[: MAX_NAME_LENGTH - 6]} ({number})"
        number += 1
    taken.add(found)
    return found


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split()).rstrip(".!?;")
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "\u2026"
