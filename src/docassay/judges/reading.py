"""A judge's answer read, held to its form, and its quotes looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from docassay.judges.contract import Finding, Unit
from docassay.models.json_objects import json_objects

_TAG: Final = re.compile(r"<[^<>]*>")
_MOST_FINDINGS: Final = 20
_LONGEST_TEXT: Final = 1_000
_SHORTEST_QUOTE: Final = 2


class AnswerError(ValueError):
    """The answer is not of the form that was asked for; the message tells the model what is wrong."""


class InventedQuote(ValueError):
    """The answer quotes what is not there, so nothing of it can be believed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. ``score`` is None exactly when it is not applicable."""

    score: int | None
    reasoning: str
    errors: tuple[Finding, ...]
    evidence: tuple[Finding, ...]


def read_answer(text: str, unit: Unit) -> Answer:
    """The answer in a text that a model wrote, fences and thoughts around it or not.

    Raises AnswerError for a wrong form and InventedQuote for a quote that the block it names has not.
    """
    value = _json_object(text)
    applicable = value.get("applicable", True)
    if not isinstance(applicable, bool):
        raise AnswerError("'applicable' must be true or false")
    score = value.get("score")
    if isinstance(score, float) and score.is_integer():
        score = int(score)
    if not applicable:
        score = None
    elif isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= 5:
        raise AnswerError("'score' must be an integer from 0 to 5")
    errors = tuple(_findings(value.get("errors", []), "errors"))
    evidence = tuple(_findings(value.get("evidence", []), "evidence"))
    folded = {block_id: _searchable(content) for block_id, content in unit.blocks.items()}
    for finding in (*errors, *evidence):
        _verify(finding, folded)
    has_quote = any(finding.quote for finding in (*errors, *evidence))
    if applicable and not has_quote and any(folded.values()):
        raise AnswerError("quote at least one passage with the id of its block")
    return Answer(score, str(value.get("reasoning", ""))[:_LONGEST_TEXT], errors, evidence)


def _findings(value: Any, name: str) -> Iterator[Finding]:
    if not isinstance(value, list):
        raise AnswerError(f"'{name}' must be a list")
    for each in value[:_MOST_FINDINGS]:
        if not isinstance(each, Mapping):
            raise AnswerError(f"'{name}' must hold objects")
        block_id, quote = each.get("block_id") or "", each.get("quote") or ""
        if not isinstance(block_id, str) or not isinstance(quote, str):
            raise AnswerError(f"block_id and quote in '{name}' must be texts")
        problem = str(each.get("problem") or "")[:_LONGEST_TEXT]
        yield Finding(problem, block_id.strip().strip("[]") or None, quote.strip()[:_LONGEST_TEXT])


def _verify(finding: Finding, folded: Mapping[str, str]) -> None:
    quote = _folded(finding.quote)
    if not quote:
        return
    if finding.block_id is None:
        raise AnswerError("a quote needs the id of its block")
    if finding.block_id not in folded:
        raise InventedQuote(f"it names the block {finding.block_id[:60]}, which does not exist")
    if len(quote) >= _SHORTEST_QUOTE and quote not in folded[finding.block_id]:
        raise InventedQuote(f"it quotes “{finding.quote[:80]}”, which is not in {finding.block_id}")


def _searchable(content: str) -> str:
    """What a quote may be found in: the block as it was shown, and without the tags of its table."""
    shown = _folded(content)
    return f"{shown}\x00{_folded(_TAG.sub('', content))}" if "<" in content else shown


def _folded(text: str) -> str:
    """Without white space, case and compatibility forms: how a quote is spaced says nothing."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _json_object(text: str) -> Mapping[str, Any]:
    """The last complete JSON object with a score in a text."""
    found = None
    for value in json_objects(text):
        if "score" in value or "applicable" in value:
            found = value
    if found is None:
        raise AnswerError(
            "answer with one JSON object with errors, evidence, reasoning, applicable and score"
        )
    return found
