"""Queries of labels."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docassay.reviews.models import ReviewLabel


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
