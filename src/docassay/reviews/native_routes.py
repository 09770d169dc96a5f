"""Routes of labels and of what they say: ``/api/assay/runs/...`` and ``/api/assay/eval_rubrics/...``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from docassay.api.dependencies import CurrentTeam, ReadSession, RequestServices, WriteSession
from docassay.api.pagination import PathId, decode_cursor, encode_cursor
from docassay.reviews import present, service
from docassay.reviews.schemas import (
    Author,
    CalibrateResponse,
    LabelResponse,
    LabelsResponse,
    RubricAgreement,
    SetLabelRequest,
)
from docassay.rubrics.service import calibrations_of, get_rubric

router = APIRouter(prefix="/api/assay", tags=["reviews"])
_LABEL = "/results/{request_id}/items/{rule_index}/{item_index}/label"


@router.put(_LABEL, summary="Label an item")
def set_label(
    request_id: PathId,
    rule_index: PathId,
    item_index: PathId,
    body: SetLabelRequest,
    team: CurrentTeam,
    session: WriteSession,
    services: RequestServices,
) -> LabelResponse:
    """Say what an item of a file should have got; the same author's next label replaces it."""
    verdict = service.Verdict(body.score, body.passed, body.note, body.author)
    label = service.set_label(session, services.store, team, request_id, rule_index, item_index, verdict)
    return present.label_response(label)


@router.delete(_LABEL, summary="Delete a label")
def delete_label(
    request_id: PathId,
    rule_index: PathId,
    item_index: PathId,
    team: CurrentTeam,
    session: WriteSession,
    author: Author = "",
) -> dict[str, bool]:
    """Take back the label that this author gave an item."""
    service.delete_label(session, team, request_id, rule_index, item_index, author)
    return {"success": True}


@router.get("/runs/{run_id}/labels", summary="List the labels of a run")
def list_labels(
    run_id: PathId,
    team: CurrentTeam,
    session: ReadSession,
    services: RequestServices,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query()] = None,
) -> LabelsResponse:
    """Every label of the run's items, first given first."""
    after = decode_cursor(cursor, 1)[0] if cursor else 0
    rows = service.list_labels(session, services.store, team, run_id, after, limit)
    return LabelsResponse(
        labels=[present.label_response(row) for row in rows],
        next_cursor=encode_cursor(rows[-1].id) if len(rows) == limit else None,
    )


@router.get("/eval_rubrics/{rubric_id}/agreement", summary="Compare a rubric with people")
def get_agreement(
    rubric_id: PathId,
    team: CurrentTeam,
    session: ReadSession,
    services: RequestServices,
    author: Annotated[Author | None, Query()] = None,
    pass_mark: Annotated[float, Query(ge=0, le=5)] = 3.0,
) -> RubricAgreement:
    """How well each rule's scores agree with labels of any run, by scorer; rules that changed start anew."""
    rubric, groups = service.labels_by_rule(session, services.store, team, rubric_id, author)
    stored = {(row.rule_index, row.scorer): row for row in calibrations_of(session, rubric)}
    rules = [
        present.rule_agreement(each, stored.get((each.rule_index, each.scorer)), pass_mark) for each in groups
    ]
    labelled = {each.rule_index for each in groups}
    rules += [
        present.unlabelled_rule(number, rule)
        for number, rule in enumerate(service.rules_of_rubric(rubric))
        if number not in labelled
    ]
    rules.sort(key=lambda each: (each.rule_index, each.scorer or ""))
    return RubricAgreement(eval_rubric_id=rubric.id, version=rubric.version, pass_mark=pass_mark, rules=rules)


@router.post("/eval_rubrics/{rubric_id}/calibrate", summary="Calibrate a rubric")
def calibrate(
    rubric_id: PathId, team: CurrentTeam, session: WriteSession, services: RequestServices
) -> CalibrateResponse:
    """From at least 50 labelled items of a rule: the scores that people would give, for runs from now on.

    A rule is only calibrated when that brings files which the map has not seen closer to their labels.
    """
    outcomes = service.calibrate_rubric(session, services.store, team, rubric_id)
    rubric = get_rubric(session, team, rubric_id)
    return CalibrateResponse(
        eval_rubric_id=rubric.id,
        version=rubric.version,
        rules=[present.outcome_response(each) for each in outcomes],
    )


@router.delete("/eval_rubrics/{rubric_id}/calibration", summary="Remove the calibration of a rubric")
def remove_calibration(rubric_id: PathId, team: CurrentTeam, session: WriteSession) -> dict[str, bool]:
    """Runs from now on show scores as they are measured; labels stay."""
    service.remove_calibrations(session, team, rubric_id)
    return {"success": True}
