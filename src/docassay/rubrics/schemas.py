"""The wire of eval rubrics."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, BaseModel, Field

from docassay.api.pagination import Name

MAX_DEFINITION_BYTES: Final = 256 * 1024


def _of_sensible_size(definition: dict[str, Any]) -> dict[str, Any]:
    if len(orjson.dumps(definition)) > MAX_DEFINITION_BYTES:
        raise ValueError(f"a definition is at most {MAX_DEFINITION_BYTES:,} bytes of JSON")
    return definition


Definition = Annotated[dict[str, Any], AfterValidator(_of_sensible_size)]
"""Any JSON object, bounded because lists, histories and every file of a run carry copies of it."""


class CreateEvalRubricRequest(BaseModel):
    """A new rubric; any object is a definition here, what cannot be run is refused when a run starts."""

    name: Name
    description: str | None = None
    eval_definition: Definition


class UpdateEvalRubricRequest(BaseModel):
    """What to change; a null ``description`` clears it, other nulls change nothing."""

    name: Name | None = None
    description: str | None = None
    eval_definition: Definition | None = None


class FeedbackItem(BaseModel):
    """What somebody said of a piece of a result."""

    content_snippet: str
    feedback: str
    feedback_type: str | None = "incorrect"
    block_id: str | None = None
    block_type: str | None = None
    page_number: int | None = None
    expected_output: str | None = None


FeedbackItems = Annotated[list[FeedbackItem], Field(min_length=1, max_length=20)]


class FromFeedbackRequest(BaseModel):
    """A rubric to make of feedback and to store."""

    name: Annotated[str, Field(max_length=200)]
    feedback_items: FeedbackItems


class GenerateFromFeedbackRequest(BaseModel):
    """Feedback to make a rubric of."""

    feedback_items: FeedbackItems


class GenerateFromDescriptionRequest(BaseModel):
    """What a good result is, in words."""

    description: str


class GeneratedRubric(BaseModel):
    """A rubric that is not stored yet."""

    name: str
    description: str | None
    eval_definition: dict[str, Any]


class EvalRubricResponse(BaseModel):
    """A rubric at its current version.

    ``version_history`` lists the versions before it, oldest first, each with ``version``, ``eval_definition``
    and ``created``; it is null in lists.
    """

    id: int
    name: str
    description: str | None
    eval_definition: dict[str, Any]
    source: str
    source_processor_id: str | None
    archived: bool
    version: int
    created: datetime | None
    updated: datetime | None
    version_history: list[Any] | None = None  # the one key that the wire lets a server leave out


class ListEvalRubricsResponse(BaseModel):
    """A page of the team's rubrics, newest first."""

    rubrics: list[EvalRubricResponse]
    total: int
