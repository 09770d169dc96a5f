"""The wire of eval rubrics."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, BaseModel

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
