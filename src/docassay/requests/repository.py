"""Queries on requests and checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from docassay.requests.models import Checkpoint, ProcessingRequest


def add(session: Session, row: ProcessingRequest | Checkpoint) -> None:
    """Insert a request or a checkpoint."""
    session.add(row)
    session.flush()


def get_request(session: Session, request_id: str) -> ProcessingRequest | None:
    """The request with this id, of any team."""
    return session.get(ProcessingRequest, request_id)


def find_request(session: Session, team_id: int, request_id: str) -> ProcessingRequest | None:
    """The team's request with this id."""
    return session.scalar(
        select(ProcessingRequest).where(
            ProcessingRequest.id == request_id, ProcessingRequest.team_id == team_id
        )
    )


def count_open(session: Session, team_id: int) -> int:
    """How many of the team's requests are not finished."""
    count = session.scalar(
        select(func.count())
        .select_from(ProcessingRequest)
        .where(ProcessingRequest.team_id == team_id, ProcessingRequest.status == "processing")
    )
    return count or 0


def open_request_ids(session: Session) -> list[str]:
    """Ids of all unfinished requests, the oldest first."""
    return list(
        session.scalars(
            select(ProcessingRequest.id)
            .where(ProcessingRequest.status == "processing")
            .order_by(ProcessingRequest.created)
        )
    )


def requests_ended_before(session: Session, moment: datetime, limit: int) -> Sequence[ProcessingRequest]:
    """At most ``limit`` finished requests whose end is before ``moment``."""
    return session.scalars(
        select(ProcessingRequest)
        .where(ProcessingRequest.status != "processing", ProcessingRequest.completed_at < moment)
        .limit(limit)
    ).all()


def delete_requests(session: Session, request_ids: Sequence[str]) -> None:
    """Delete the rows of these requests."""
    session.execute(delete(ProcessingRequest).where(ProcessingRequest.id.in_(request_ids)))


def find_checkpoint(session: Session, team_id: int, checkpoint_id: str) -> Checkpoint | None:
    """The team's checkpoint with this id."""
    return session.scalar(
        select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.team_id == team_id)
    )


def get_checkpoint(session: Session, checkpoint_id: str) -> Checkpoint | None:
    """The checkpoint with this id, of any team."""
    return session.get(Checkpoint, checkpoint_id)


def checkpoints_created_before(session: Session, moment: datetime, limit: int) -> Sequence[Checkpoint]:
    """At most ``limit`` checkpoints made before ``moment``."""
    return session.scalars(select(Checkpoint).where(Checkpoint.created < moment).limit(limit)).all()


def delete_checkpoints(session: Session, checkpoint_ids: Sequence[str]) -> None:
    """Delete the rows of these checkpoints."""
    session.execute(delete(Checkpoint).where(Checkpoint.id.in_(checkpoint_ids)))
