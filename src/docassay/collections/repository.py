"""Queries of collections and of the files in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from docassay.collections.models import Collection, CollectionFile
from docassay.files.models import UploadedFile


class Entry(NamedTuple):
    """A file and its place in a collection."""

    place: CollectionFile
    file: UploadedFile


def find(
    session: Session, team_id: int, collection_id: int, *, for_update: bool = False
) -> Collection | None:
    """The team's collection with this id; ``for_update`` makes other writers of it wait."""
    query = select(Collection).where(Collection.id == collection_id, Collection.team_id == team_id)
    return session.scalar(query.with_for_update() if for_update else query)


def list_page(
    session: Session, team_id: int, limit: int, offset: int, include_archived: bool
) -> tuple[list[Collection], int]:
    """A page of the team's collections, newest first, and how many there are."""
    conditions = [Collection.team_id == team_id]
    if not include_archived:
        conditions.append(Collection.archived.is_(False))
    total = session.scalar(select(func.count()).select_from(Collection).where(*conditions))
    rows = session.scalars(
        select(Collection).where(*conditions).order_by(Collection.id.desc()).limit(limit).offset(offset)
    )
    return list(rows), total or 0


def count_files(session: Session, collection_ids: Sequence[int]) -> dict[int, int]:
    """The number of files in each of these collections; those without any are left out."""
    rows = session.execute(
        select(CollectionFile.collection_id, func.count())
        .where(CollectionFile.collection_id.in_(collection_ids))
        .group_by(CollectionFile.collection_id)
    )
    return {row[0]: row[1] for row in rows}


def list_entries(
    session: Session, collection_id: int, limit: int, after: tuple[int, int] | None = None
) -> list[Entry]:
    """Files in order, beginning after the place ``(sort_order, uploaded_file_id)``."""
    query = (
        select(CollectionFile, UploadedFile)
        .join(UploadedFile, UploadedFile.id == CollectionFile.uploaded_file_id)
        .where(CollectionFile.collection_id == collection_id)
        .order_by(CollectionFile.sort_order, CollectionFile.uploaded_file_id)
        .limit(limit)
    )
    if after is not None:
        sort_order, file_id = after
        query = query.where(
            or_(
                CollectionFile.sort_order > sort_order,
                and_(CollectionFile.sort_order == sort_order, CollectionFile.uploaded_file_id > file_id),
            )
        )
    return [Entry(place, file) for place, file in session.execute(query)]


def present_file_ids(session: Session, collection_id: int, file_ids: Sequence[int]) -> set[int]:
    """Which of these files are in the collection."""
    rows = session.scalars(
        select(CollectionFile.uploaded_file_id).where(
            CollectionFile.collection_id == collection_id, CollectionFile.uploaded_file_id.in_(file_ids)
        )
    )
    return set(rows)


def next_sort_order(session: Session, collection_id: int) -> int:
    """The place after the last file."""
    last = session.scalar(
        select(func.max(CollectionFile.sort_order)).where(CollectionFile.collection_id == collection_id)
    )
    return 0 if last is None else last + 1


def remove_file(session: Session, collection_id: int, file_id: int) -> bool:
    """Take a file out of the collection; False when it was not in it."""
    removed = session.scalars(
        delete(CollectionFile)
        .where(CollectionFile.collection_id == collection_id, CollectionFile.uploaded_file_id == file_id)
        .returning(CollectionFile.uploaded_file_id)
    )
    return removed.first() is not None
