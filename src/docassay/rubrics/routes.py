"""Routes of eval rubrics."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from sqlalchemy.orm import Session

from docassay.api.dependencies import CurrentTeam, ReadSession, RequestServices, WriteSession
from docassay.api.pagination import Limit, Offset, PathId
from docassay.errors import InvalidField, TooManyRequests
from docassay.execution.judging import judge_spec
from docassay.rubrics import service
from docassay.rubrics.models import EvalRubric
from docassay.rubrics.schemas import (
    CreateEvalRubricRequest,
    EvalRubricResponse,
    FromFeedbackRequest,
    GeneratedRubric,
    GenerateFromDescriptionRequest,
    GenerateFromFeedbackRequest,
    ListEvalRubricsResponse,
    UpdateEvalRubricRequest,
)
from docassay.rubrics.writing import Written, from_description, from_feedback
from docassay.settings import Settings

if TYPE_CHECKING:
    from docassay.models.chat import ChatModel

_WRITERS: Final = threading.BoundedSemaphore(4)

router = APIRouter(prefix="/eval_rubrics", tags=["eval_rubrics"])


def _response(rubric: EvalRubric, history: list[Any] | None) -> EvalRubricResponse:
    return EvalRubricResponse(
        id=rubric.id,
        name=rubric.name,
        description=rubric.description,
        eval_definition=rubric.eval_definition,
        source=rubric.source,
        source_processor_id=rubric.source_processor_id,
        archived=rubric.archived,
        version=rubric.version,
        created=rubric.created,
        updated=rubric.updated,
        version_history=history,
    )


def _with_history(session: Session, rubric: EvalRubric) -> EvalRubricResponse:
    history = [
        {"version": each.version, "eval_definition": each.eval_definition, "created": each.created}
        for each in service.earlier_versions(session, rubric)
    ]
    return _response(rubric, history)


@router.post("", summary="Create an eval rubric")
def create_rubric(
    body: CreateEvalRubricRequest, team: CurrentTeam, session: WriteSession
) -> EvalRubricResponse:
    """A new rubric; its definition is stored and returned unchanged."""
    rubric = service.create_rubric(session, team, body.name, body.description, body.eval_definition)
    return _with_history(session, rubric)


@router.post("/from_feedback", summary="Create From Feedback")
def create_from_feedback(
    body: FromFeedbackRequest, team: CurrentTeam, services: RequestServices
) -> EvalRubricResponse:
    """Store a rubric made of feedback: checks that it names, prompts for the rest."""
    if not body.name.strip():
        raise InvalidField(("body", "name"), "A name has at least one visible character.")
    with _writer(services.settings) as model:
        made = from_feedback(body.feedback_items, body.name, model)
    with services.database.write() as session:  # not before: a model may take its time
        rubric = service.create_rubric(
            session, team, body.name, made.told, made.definition, source="feedback"
        )
        return _with_history(session, rubric)


@router.post("/generate_from_feedback", summary="Generate From Feedback")
def generate_from_feedback(
    body: GenerateFromFeedbackRequest, _team: CurrentTeam, services: RequestServices
) -> GeneratedRubric:
    """The same without storing it."""
    with _writer(services.settings) as model:
        return _generated(from_feedback(body.feedback_items, model=model))


@router.post("/generate_from_description", summary="Generate From Description")
def generate_from_description(
    body: GenerateFromDescriptionRequest, _team: CurrentTeam, services: RequestServices
) -> GeneratedRubric:
    """A rubric from what a good result is in words: each rule says which sentence it comes from. The judge's
    model writes it when there is one."""
    with _writer(services.settings) as model:
        return _generated(from_description(body.description, model))


def _generated(made: Written) -> GeneratedRubric:
    return GeneratedRubric(
        name=made.definition["name"], description=made.told, eval_definition=made.definition
    )


@contextmanager
def _writer(settings: Settings) -> Iterator[ChatModel | None]:
    """The judge's model, which writes rubrics too; None without one. Only a few requests may wait for it."""
    spec = judge_spec(settings)
    if spec is None:
        yield None
        return
    from docassay.models.chat import ChatModel

    if not _WRITERS.acquire(blocking=False):
        raise TooManyRequests("Too many rubrics are being written. Try again in a moment.", 5)
    try:
        with closing(ChatModel(spec.endpoint)) as model:
            yield model
    finally:
        _WRITERS.release()


@router.get("", summary="List eval rubrics")
def list_rubrics(
    team: CurrentTeam,
    session: ReadSession,
    limit: Limit = 50,
    offset: Offset = 0,
    include_archived: bool = False,
) -> ListEvalRubricsResponse:
    """The team's rubrics, newest first; ``version_history`` is null here."""
    rubrics, total = service.list_rubrics(session, team, limit, offset, include_archived)
    return ListEvalRubricsResponse(rubrics=[_response(rubric, None) for rubric in rubrics], total=total)


@router.get("/{rubric_id}", summary="Get an eval rubric")
def get_rubric(rubric_id: PathId, team: CurrentTeam, session: ReadSession) -> EvalRubricResponse:
    """One rubric with the versions before its current one."""
    return _with_history(session, service.get_rubric(session, team, rubric_id))


@router.put("/{rubric_id}", summary="Update an eval rubric")
def update_rubric(
    rubric_id: PathId, body: UpdateEvalRubricRequest, team: CurrentTeam, session: WriteSession
) -> EvalRubricResponse:
    """Change a rubric; another ``eval_definition`` makes the next version, runs keep the one they used."""
    changes = body.model_dump(exclude_unset=True)
    changes = {
        field: value for field, value in changes.items() if value is not None or field == "description"
    }
    return _with_history(session, service.update_rubric(session, team, rubric_id, changes))


@router.delete("/{rubric_id}", summary="Archive an eval rubric")
def delete_rubric(rubric_id: PathId, team: CurrentTeam, session: WriteSession) -> EvalRubricResponse:
    """A soft delete: finished and running runs keep their snapshot, new ones cannot use it."""
    return _with_history(session, service.archive_rubric(session, team, rubric_id))
