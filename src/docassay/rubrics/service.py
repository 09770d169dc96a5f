"""Decisions about rubrics: when a change makes a new version, and what an archived rubric still allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy.orm import Session

from docassay.db.base import now
from docassay.errors import CannotUse, NotFound
from docassay.rubrics import repository
from docassay.rubrics.models import EvalRubric, EvalRubricVersion, RubricCalibration


def create_rubric(
    session: Session,
    team_id: int,
    name: str,
    description: str | None,
    eval_definition: dict[str, Any],
    *,
    source: str = "manual",
    source_processor_id: str | None = None,
) -> EvalRubric:
    """A new rubric at version 1; the definition is kept as it is."""
    moment = now()
    rubric = EvalRubric(
        team_id=team_id,
        name=name,
        description=description,
        eval_definition=eval_definition,
        source=source,
        source_processor_id=source_processor_id,
        version=1,
        archived=False,
        created=moment,
        updated=moment,
    )
    session.add(rubric)
    session.flush()
    _keep_version(session, rubric)
    return rubric


def get_rubric(session: Session, team_id: int, rubric_id: int, *, for_update: bool = False) -> EvalRubric:
    """The team's rubric, archived or not. Raises NotFound."""
    rubric = repository.find(session, team_id, rubric_id, for_update=for_update)
    if rubric is None:
        raise NotFound(f"Eval rubric {rubric_id} was not found.")
    return rubric


def list_rubrics(
    session: Session, team_id: int, limit: int, offset: int, include_archived: bool
) -> tuple[list[EvalRubric], int]:
    """A page of rubrics, newest first, and how many there are."""
    return repository.list_page(session, team_id, limit, offset, include_archived)


def earlier_versions(session: Session, rubric: EvalRubric) -> list[EvalRubricVersion]:
    """The versions before the current one, oldest first."""
    return repository.list_versions_before(session, rubric.id, rubric.version)


def update_rubric(session: Session, team_id: int, rubric_id: int, changes: dict[str, Any]) -> EvalRubric:
    """Change ``name``, ``description`` or ``eval_definition``; only the keys present are touched.

    Another definition makes the next version. Raises NotFound, and CannotUse for an archived rubric.
    """
    rubric = get_rubric(session, team_id, rubric_id, for_update=True)
    if rubric.archived:
        raise CannotUse(f"Eval rubric {rubric_id} is archived and cannot be changed. Create a new one.")
    changed = {field: value for field, value in changes.items() if _differs(getattr(rubric, field), value)}
    for field, value in changed.items():
        setattr(rubric, field, value)
    if changed:
        rubric.updated = now()
    if "eval_definition" in changed:
        rubric.version += 1
        _keep_version(session, rubric)
    session.flush()
    return rubric


def archive_rubric(session: Session, team_id: int, rubric_id: int) -> EvalRubric:
    """Close a rubric for new runs; old runs keep their snapshot. Raises NotFound."""
    rubric = get_rubric(session, team_id, rubric_id, for_update=True)
    if not rubric.archived:
        rubric.archived = True
        rubric.updated = now()
        session.flush()
    return rubric


def calibrations_of(session: Session, rubric: EvalRubric) -> list[RubricCalibration]:
    """The calibrations of the rubric's current version, by rule."""
    return repository.list_calibrations(session, rubric.id, rubric.version)


def calibration_snapshot(session: Session, rubric: EvalRubric) -> list[dict[str, Any]]:
    """The calibrations of the current version as work needs them: the JSON of ``RuleCalibration``."""
    return [
        {"rule_index": row.rule_index, "scorer": row.scorer, "x": row.points["x"], "y": row.points["y"]}
        for row in calibrations_of(session, rubric)
    ]


def set_calibrations(session: Session, rubric: EvalRubric, rows: Sequence[RubricCalibration]) -> None:
    """Replace the calibrations of the rubric's current version; runs that have begun keep theirs."""
    repository.delete_calibrations(session, rubric.id, rubric.version)
    session.add_all(rows)
    session.flush()


def _keep_version(session: Session, rubric: EvalRubric) -> None:
    session.add(
        EvalRubricVersion(
            rubric_id=rubric.id,
            version=rubric.version,
            eval_definition=rubric.eval_definition,
            created=rubric.updated,
        )
    )
    session.flush()


def _differs(old: Any, new: Any) -> bool:
    """As JSON: to Python ``1``, ``1.0`` and ``true`` would all be the same."""
    return orjson.dumps(old, option=orjson.OPT_SORT_KEYS) != orjson.dumps(new, option=orjson.OPT_SORT_KEYS)
