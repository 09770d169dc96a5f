"""Queries of uploaded files."""

from __future__ import annotations

from collections.abc import Collection as AbstractCollection
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from docassay.collections.models import CollectionFile
from docassay.files.models import UploadedFile
from docassay.requests.models import Checkpoint, ProcessingRequest
from docassay.runs.models import RunFile


def find_by_id(session: Session, team_id: int, file_id: int) -> UploadedFile | None:
    """The team's file with this id."""
    return session.scalar(
        select(UploadedFile).where(UploadedFile.id == file_id, UploadedFile.team_id == team_id)
    )


def find_by_token(session: Session, team_id: int, token: str) -> UploadedFile | None:
    """The team's file with this token."""
    return session.scalar(
        select(UploadedFile).where(UploadedFile.token == token, UploadedFile.team_id == team_id)
    )


def find_for_link(session: Session, file_id: int) -> UploadedFile | None:
    """Any team's file; only for callers who prove by a signature that they may have it."""
    return session.get(UploadedFile, file_id)


def find_many(session: Session, team_id: int, file_ids: AbstractCollection[int]) -> dict[int, UploadedFile]:
    """The team's files among these ids."""
    files = session.scalars(
        select(UploadedFile).where(UploadedFile.team_id == team_id, UploadedFile.id.in_(file_ids))
    )
    return {file.id: file for file in files}


def list_page(session: Session, team_id: int, limit: int, offset: int) -> tuple[list[UploadedFile], int]:
    """A page of the team's files, newest first, and how many there are."""
    total = session.scalar(
        select(func.count()).select_from(UploadedFile).where(UploadedFile.team_id == team_id)
    )
    files = session.scalars(
        select(UploadedFile)
        .where(UploadedFile.team_id == team_id)
        .order_by(UploadedFile.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(files), total or 0


def complete_upload(session: Session, file_id: int, sha256: str, size: int) -> bool:
    """Note that the bytes have arrived; False when they had already, or the file is gone."""
    changed = session.scalars(
        update(UploadedFile)
        .where(UploadedFile.id == file_id, UploadedFile.upload_status == "pending")
        .values(upload_status="completed", sha256=sha256, file_size=size)
        .returning(UploadedFile.id)
    )
    return changed.first() is not None


def delete_file(session: Session, file: UploadedFile) -> None:
    """Remove the row and the file's places in collections."""
    session.execute(delete(CollectionFile).where(CollectionFile.uploaded_file_id == file.id))
    session.delete(file)
    session.flush()


def delete_pending_before(session: Session, moment: datetime) -> int:
    """Delete the rows of files that were announced before ``moment`` and never arrived; how many."""
    deleted = session.scalars(
        delete(UploadedFile)
        .where(UploadedFile.upload_status == "pending", UploadedFile.created < moment)
        .returning(UploadedFile.id)
    )
    return len(deleted.all())


def is_content_needed(session: Session, sha256: str) -> bool:
    """Whether a file, an unfinished file of a run, a kept request or a checkpoint still needs these bytes."""
    unfinished = RunFile.status.in_(("pending", "processing"))
    return bool(
        session.scalar(
            select(
                or_(
                    exists().where(UploadedFile.sha256 == sha256),
                    exists().where(RunFile.sha256 == sha256, unfinished),
                    exists().where(ProcessingRequest.sha256 == sha256),
                    exists().where(Checkpoint.sha256 == sha256),
                )
            )
        )
    )
