"""Rubrics written from words: a description, or feedback on results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from docassay.errors import InvalidField
from docassay.rubrics.schemas import FeedbackItem
from docassay.scoring.from_words import MAX_CHARACTERS, Wish, name_of, rubric_from_wishes, sentences_of

_SNIPPET: Final = 300


def from_description(description: str) -> dict[str, Any]:
    """The definition that a description asks for. Raises InvalidField when it asks for nothing."""
    if len(description) > MAX_CHARACTERS:
        raise InvalidField(
            ("body", "description"), f"A description has at most {MAX_CHARACTERS:,} characters."
        )
    sentences = sentences_of(description)
    if not sentences:
        raise InvalidField(
            ("body", "description"), "Say in at least one sentence what a good result is: the words are few."
        )
    return rubric_from_wishes([Wish(sentence) for sentence in sentences], name_of(sentences))


def from_feedback(items: Sequence[FeedbackItem], name: str | None = None) -> dict[str, Any]:
    """The definition that feedback asks for. Raises InvalidField when none of it says anything."""
    wishes = [
        Wish(sentence, _example(item)) for item in items for sentence in sentences_of(item.feedback)[:20]
    ]
    if not wishes:
        raise InvalidField(("body", "feedback_items"), "None of the items says in words what is wrong.")
    return rubric_from_wishes(wishes, name or name_of([wish.text for wish in wishes]))


def _example(item: FeedbackItem) -> str:
    """What the feedback was about, as an example for a judge."""
    page = f" on page {item.page_number}" if item.page_number is not None else ""
    snippet = " ".join(item.content_snippet.split())[:_SNIPPET]
    example = f"An example{page}: \u201c{snippet}\u201d." if snippet else ""
    if item.expected_output:
        example += f" Right would be: \u201c{' '.join(item.expected_output.split())[:_SNIPPET]}\u201d."
    return example
