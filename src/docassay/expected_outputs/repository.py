"""Queries of expected outputs."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, undefer

from docassay.collections.models import CollectionFile
from docassay.expected_outputs.models import ExpectedOutput


def find(
    session: Session, collection_id: int, file_id: int, version: int | None = None
) -> ExpectedOutput | None:
    """The version, or the newest one, with its content."""
    query = (
        select(ExpectedOutput)
        .where(ExpectedOutput.collection_id == collection_id, ExpectedOutput.uploaded_file_id == file_id)
        .options(undefer(ExpectedOutput.content))
        .order_by(ExpectedOutput.version.desc())
        .limit(1)
    )
    if version is not None:
        query = query.where(ExpectedOutput.version == version)
    return session.scalar(query)


def list_versions(session: Session, collection_id: int, file_id: int) -> list[ExpectedOutput]:
    """Every version of a file, newest first, without contents."""
    return list(
        session.scalars(
            select(ExpectedOutput)
            .where(ExpectedOutput.collection_id == collection_id, ExpectedOutput.uploaded_file_id == file_id)
            .order_by(ExpectedOutput.version.desc())
        )
    )


def list_newest(session: Session, collection_id: int, after_file_id: int, limit: int) -> list[ExpectedOutput]:
    """The newest version of each file that is in the collection, by file id, without contents."""
    newest = (
        select(ExpectedOutput.uploaded_file_id, func.max(ExpectedOutput.version).label("version"))
        .join(
            CollectionFile,
            (CollectionFile.collection_id == ExpectedOutput.collection_id)
            & (CollectionFile.uploaded_file_id == ExpectedOutput.uploaded_file_id),
        )
        .where(ExpectedOutput.collection_id == collection_id, ExpectedOutput.uploaded_file_id > after_file_id)
        .group_by(ExpectedOutput.uploaded_file_id)
        .order_by(ExpectedOutput.uploaded_file_id)
        .limit(limit)
        .subquery()
    )
    return list(
        session.scalars(
            select(ExpectedOutput)
            .join(
                newest,
                (ExpectedOutput.uploaded_file_id == newest.c.uploaded_file_id)
                & (ExpectedOutput.version == newest.c.version),
            )
            .where(ExpectedOutput.collection_id == collection_id)
            .order_by(ExpectedOutput.uploaded_file_id)
        )
    )


def delete_all(session: Session, collection_id: int, file_id: int) -> int:
    """Delete every version of a file; how many there were."""
    deleted = session.scalars(
        delete(ExpectedOutput)
        .where(ExpectedOutput.collection_id == collection_id, ExpectedOutput.uploaded_file_id == file_id)
        .returning(ExpectedOutput.id)
    )
    return len(deleted.all())


def contents(session: Session, ids: list[int]) -> dict[int, bytes]:
    """The contents of versions by id; those that were deleted are left out."""
    if not ids:
        return {}
    rows = session.execute(
        select(ExpectedOutput.id, ExpectedOutput.content).where(ExpectedOutput.id.in_(ids))
    )
    return {row[0]: row[1] for row in rows}
