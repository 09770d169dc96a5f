"""Queries of eval rubrics and their versions."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from docassay.rubrics.models import EvalRubric, EvalRubricVersion, RubricCalibration


def find(session: Session, team_id: int, rubric_id: int, *, for_update: bool = False) -> EvalRubric | None:
    """The team's rubric with this id; ``for_update`` makes other writers of it wait."""
    query = select(EvalRubric).where(EvalRubric.id == rubric_id, EvalRubric.team_id == team_id)
    return session.scalar(query.with_for_update() if for_update else query)


def list_page(
    session: Session, team_id: int, limit: int, offset: int, include_archived: bool
) -> tuple[list[EvalRubric], int]:
    """A page of the team's rubrics, newest first, and how many there are."""
    conditions = [EvalRubric.team_id == team_id]
    if not include_archived:
        conditions.append(EvalRubric.archived.is_(False))
    total = session.scalar(select(func.count()).select_from(EvalRubric).where(*conditions))
    rows = session.scalars(
        select(EvalRubric).where(*conditions).order_by(EvalRubric.id.desc()).limit(limit).offset(offset)
    )
    return list(rows), total or 0


def list_versions_before(session: Session, rubric_id: int, version: int) -> list[EvalRubricVersion]:
    """The versions older than this one, oldest first."""
    rows = session.scalars(
        select(EvalRubricVersion)
        .where(EvalRubricVersion.rubric_id == rubric_id, EvalRubricVersion.version < version)
        .order_by(EvalRubricVersion.version)
    )
    return list(rows)


def list_calibrations(session: Session, rubric_id: int, version: int) -> list[RubricCalibration]:
    """The calibrations of a version, by rule."""
    rows = session.scalars(
        select(RubricCalibration)
        .where(RubricCalibration.rubric_id == rubric_id, RubricCalibration.version == version)
        .order_by(RubricCalibration.rule_index, RubricCalibration.scorer)
    )
    return list(rows)


def delete_calibrations(session: Session, rubric_id: int, version: int) -> int:
    """Delete the calibrations of a version; how many there were."""
    deleted = session.scalars(
        delete(RubricCalibration)
        .where(RubricCalibration.rubric_id == rubric_id, RubricCalibration.version == version)
        .returning(RubricCalibration.rule_index)
    )
    return len(deleted.all())
