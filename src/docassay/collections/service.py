"""Decisions about collections: what may be added, when they are closed, how their files are paged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from docassay.collections import repository
from docassay.collections.models import Collection, CollectionFile
from docassay.collections.repository import Entry
from docassay.db.base import now
from docassay.errors import CannotUse, NotFound
from docassay.files import service as files

FIRST_FILES: Final = 50
"""How many files a collection shows by itself."""
MAX_PAGE_FILES: Final = 1000
"""Most files of one page; the wire allows any ``limit``, the cursor leads on."""


class CollectionView(NamedTuple):
    """A collection with its number of files and the first of them."""

    collection: Collection
    file_count: int
    entries: list[Entry]


def create_collection(session: Session, team_id: int, name: str, description: str | None) -> Collection:
    """A new, empty collection."""
    moment = now()
    collection = Collection(
        team_id=team_id, name=name, description=description, created=moment, updated=moment
    )
    session.add(collection)
    session.flush()
    return collection


def get_collection(
    session: Session, team_id: int, collection_id: int, *, for_update: bool = False
) -> Collection:
    """The team's collection, archived or not. Raises NotFound."""
    collection = repository.find(session, team_id, collection_id, for_update=for_update)
    if collection is None:
        raise NotFound(f"Collection {collection_id} was not found.")
    return collection


def view_collection(session: Session, collection: Collection) -> CollectionView:
    """The collection with its first files."""
    counts = repository.count_files(session, [collection.id])
    entries = repository.list_entries(session, collection.id, FIRST_FILES)
    return CollectionView(collection, counts.get(collection.id, 0), entries)


def list_collections(
    session: Session, team_id: int, limit: int, offset: int, include_archived: bool
) -> tuple[list[CollectionView], int]:
    """A page of collections, newest first, without their files, and how many there are."""
    collections, total = repository.list_page(session, team_id, limit, offset, include_archived)
    counts = repository.count_files(session, [collection.id for collection in collections])
    return [CollectionView(each, counts.get(each.id, 0), []) for each in collections], total


def update_collection(
    session: Session, team_id: int, collection_id: int, changes: dict[str, str | bool | None]
) -> Collection:
    """Change ``name``, ``description`` or ``archived``; only the keys present change. Raises NotFound."""
    collection = get_collection(session, team_id, collection_id, for_update=True)
    changed = {field: value for field, value in changes.items() if getattr(collection, field) != value}
    for field, value in changed.items():
        setattr(collection, field, value)
    if changed:
        collection.updated = now()
    session.flush()
    return collection


def archive_collection(session: Session, team_id: int, collection_id: int) -> Collection:
    """Close a collection; its files and runs stay. Raises NotFound."""
    return update_collection(session, team_id, collection_id, {"archived": True})


def add_files(session: Session, team_id: int, collection_id: int, file_ids: Sequence[int]) -> Collection:
    """Add uploaded files at the end, in the given order; those that are in it already stay where they are.

    Raises NotFound (the collection, or files, all of them named) and CannotUse (the collection is archived,
    or a file's bytes have not arrived). Nothing is added then.
    """
    collection = get_collection(session, team_id, collection_id, for_update=True)
    if collection.archived:
        raise CannotUse(
            f"Collection {collection_id} is archived. Restore it (PUT, archived=false) before adding files."
        )
    wanted = list(dict.fromkeys(file_ids))
    files.require_completed(session, team_id, wanted)
    present = repository.present_file_ids(session, collection_id, wanted)
    new = [file_id for file_id in wanted if file_id not in present]
    first = repository.next_sort_order(session, collection_id)
    session.add_all(
        CollectionFile(
            collection_id=collection_id,
            uploaded_file_id=file_id,
            sort_order=first + index,
            last_eval_score=None,
            last_score_breakdown=None,
            last_scored_run_id=None,
        )
        for index, file_id in enumerate(new)
    )
    if new:
        collection.updated = now()
    session.flush()
    return collection


def require_member(session: Session, collection_id: int, file_id: int) -> None:
    """Raises NotFound unless the file is in the collection."""
    if not repository.present_file_ids(session, collection_id, [file_id]):
        raise NotFound(f"File {file_id} is not in collection {collection_id}.")


def remove_file(session: Session, team_id: int, collection_id: int, file_id: int) -> None:
    """Take a file out of a collection; the file itself stays. Raises NotFound."""
    collection = get_collection(session, team_id, collection_id, for_update=True)
    if not repository.remove_file(session, collection_id, file_id):
        raise NotFound(f"File {file_id} is not in collection {collection_id}.")
    collection.updated = now()
    session.flush()


class FilePage(NamedTuple):
    """Some files of a collection, how many there are in all, and where the next page begins."""

    entries: list[Entry]
    total: int
    next_after: tuple[int, int] | None


def list_files(
    session: Session, team_id: int, collection_id: int, limit: int, after: tuple[int, int] | None
) -> FilePage:
    """A page of files in order. Files added meanwhile come at the end; nothing is shown twice or left out."""
    collection = get_collection(session, team_id, collection_id)
    size = min(limit, MAX_PAGE_FILES)
    entries = repository.list_entries(session, collection.id, size + 1, after)
    total = repository.count_files(session, [collection.id]).get(collection.id, 0)
    if len(entries) <= size:
        return FilePage(entries, total, None)
    last = entries[size - 1].place
    return FilePage(entries[:size], total, (last.sort_order, last.uploaded_file_id))
