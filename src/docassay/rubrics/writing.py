"""Rubrics written from words: a description, or feedback on results.

With a model it chooses checks and words prompts; what it leaves out is written from the words alone, as
all is without a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from docassay.errors import InvalidField
from docassay.rubrics.schemas import FeedbackItem
from docassay.scoring.from_words import MAX_CHARACTERS, Wish, name_of, rubric_from_wishes, sentences_of, told
from docassay.scoring.vocabulary import MAX_RULES

if TYPE_CHECKING:
    from docassay.models.chat import ChatModel
    from docassay.rubrics.model_writing import ModelRule

_SNIPPET: Final = 300


@dataclass(frozen=True, slots=True)
class Written:
    """An ``eval_definition`` and what became of the words."""

    definition: dict[str, Any]
    told: str


def from_description(description: str, model: ChatModel | None = None) -> Written:
    """The rubric that a description asks for. Raises InvalidField when it asks for nothing."""
    if len(description) > MAX_CHARACTERS:
        raise InvalidField(
            ("body", "description"), f"A description has at most {MAX_CHARACTERS:,} characters."
        )
    sentences = sentences_of(description)
    if not sentences:
        raise InvalidField(
            ("body", "description"), "Say in at least one sentence what a good result is: the words are few."
        )
    return _written([Wish(sentence) for sentence in sentences], name_of(sentences), model)


def from_feedback(
    items: Sequence[FeedbackItem], name: str | None = None, model: ChatModel | None = None
) -> Written:
    """The rubric that feedback asks for. Raises InvalidField when none of it says anything."""
    wishes = [
        Wish(sentence, _example(item)) for item in items for sentence in sentences_of(item.feedback)[:20]
    ]
    if not wishes:
        raise InvalidField(("body", "feedback_items"), "None of the items says in words what is wrong.")
    return _written(wishes, name or name_of([wish.text for wish in wishes]), model)


def _written(wishes: Sequence[Wish], name: str, model: ChatModel | None) -> Written:
    if model is None:
        definition = rubric_from_wishes(wishes, name)
        return Written(definition, told(definition))
    from docassay.models.chat import ModelError
    from docassay.rubrics.model_writing import rules_by_model

    try:
        chosen = rules_by_model(wishes, model)
    except ModelError as error:
        definition = rubric_from_wishes(wishes, name)
        return Written(definition, f"{told(definition)} Written without the model: {error.message}")
    covered = {each.wish for each in chosen}
    rest = [wish for number, wish in enumerate(wishes) if number not in covered]
    definition = {"name": name, "rules": _merged(chosen, rest, name)}
    left = f"; {len(rest)} of {len(wishes)} sentences were taken by their words alone" if rest else ""
    return Written(definition, f"{told(definition)} Written with {model.endpoint.model}{left}.")


def _merged(chosen: Sequence[ModelRule], rest: Sequence[Wish], name: str) -> list[dict[str, Any]]:
    """The model's rules and then those of the sentences that it left out, no check and no name twice."""
    rules = [each.rule for each in chosen]
    checks = {rule["check"] for rule in rules if "check" in rule}
    names = {rule["name"] for rule in rules}
    for rule in rubric_from_wishes(rest, name)["rules"] if rest else ():
        if rule.get("check") not in checks or "check" not in rule:
            free = next(n for n in (rule["name"], *_numbered(rule["name"])) if n not in names)
            names.add(free)
            rules.append(rule | {"name": free})
    return rules[:MAX_RULES]


def _numbered(name: str) -> list[str]:
    return [f"{name} ({number})" for number in range(2, MAX_RULES + 2)]


def _example(item: FeedbackItem) -> str:
    """What the feedback was about, as an example for a judge."""
    page = f" on page {item.page_number}" if item.page_number is not None else ""
    snippet = " ".join(item.content_snippet.split())[:_SNIPPET]
    example = f"An example{page}: \u201c{snippet}\u201d." if snippet else ""
    if item.expected_output:
        example += f" Right would be: \u201c{' '.join(item.expected_output.split())[:_SNIPPET]}\u201d."
    return example
