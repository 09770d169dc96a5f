"""Queries of labels."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from docassay.reviews.models import ReviewLabel
from docassay.runs.models import RunFile

_AT_ONCE = 500


def find(session: Session, file_id: int, rule_index: int, item_index: int, author: str) -> ReviewLabel | None:
    """This author's label of an item; other writers of it wait."""
    return session.scalar(
        select(ReviewLabel)
        .where(
            ReviewLabel.run_file_id == file_id,
            ReviewLabel.rule_index == rule_index,
            ReviewLabel.item_index == item_index,
            ReviewLabel.author == author,
        )
        .with_for_update()
    )


def list_of_run(session: Session, run_id: int, after_id: int, limit: int) -> list[ReviewLabel]:
    """Labels of a run in the order in which they were first given."""
    rows = session.scalars(
        select(ReviewLabel)
        .where(ReviewLabel.run_id == run_id, ReviewLabel.id > after_id)
        .order_by(ReviewLabel.id)
        .limit(limit)
    )
    return list(rows)


def list_of_rubric(
    session: Session, team_id: int, rubric_id: int, author: str | None = None
) -> list[ReviewLabel]:
    """Every label of any version of a rubric, by id."""
    query = select(ReviewLabel).where(ReviewLabel.rubric_id == rubric_id, ReviewLabel.team_id == team_id)
    if author is not None:
        query = query.where(ReviewLabel.author == author)
    return list(session.scalars(query.order_by(ReviewLabel.id)))


def files_of_labels(session: Session, ids: Collection[int]) -> dict[int, RunFile]:
    """When these files of runs came to their end, and where their items are; deleted ones are left out."""
    wanted = sorted(ids)
    found: dict[int, RunFile] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        rows = session.scalars(
            select(RunFile)
            .options(load_only(RunFile.id, RunFile.completed_at, RunFile.items_key))
            .where(RunFile.id.in_(wanted[first : first + _AT_ONCE]))
        )
        found |= {row.id: row for row in rows}
    return found
