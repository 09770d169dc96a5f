"""Decisions about uploaded files: what may be uploaded, how files are named, when their bytes are removed."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from docassay.errors import CannotUse, Conflict, InvalidField, NotFound
from docassay.execution.conversions import forget_conversions
from docassay.files import repository
from docassay.files.content import StoredContent, hold_content
from docassay.files.models import UploadedFile
from docassay.files.names import clean_content_type, clean_filename
from docassay.readers.detect import is_supported_filename, supported_extensions
from docassay.storage.contract import BlobStore
from docassay.storage.keys import document_key, judgements_prefix, source_layers_prefix

REFERENCE_PREFIX: Final = "datalab://"
_TOKEN_CHARACTERS: Final = 20
_MAX_ROW_ID: Final = 2**31 - 1
_TOKEN: Final = re.compile(r"[a-z][a-z0-9]{5,31}")


def reference_to(file: UploadedFile) -> str:
    """The text that stands for the file as ``file_url``."""
    return f"{REFERENCE_PREFIX}file-{file.token}"


def check_supported(filename: str, content_type: str | None) -> None:
    """Raises CannotUse for a type that cannot be read, judged by the name or else the declared type."""
    if not is_supported_filename(filename, content_type):
        raise CannotUse(
            f"Files like {filename!r} ({content_type or 'no content type'}) are not supported. Supported "
            f"extensions: {', '.join(supported_extensions())}."
        )


def start_upload(session: Session, team_id: int, filename: str, content_type: str) -> UploadedFile:
    """A pending file that waits for its bytes.

    Raises InvalidField for an unusable name or content type, CannotUse for a type that cannot be read.
    """
    name = clean_filename(filename)
    media_type = clean_content_type(content_type)
    check_supported(name, media_type)
    file = UploadedFile(team_id=team_id, token=_new_token(), original_filename=name, content_type=media_type)
    session.add(file)
    session.flush()
    return file


def add_stored(
    session: Session, team_id: int, filename: str, content_type: str, content: StoredContent
) -> UploadedFile:
    """A completed file whose bytes are in the store already, put there in the same transaction.

    Raises like ``start_upload``.
    """
    file = start_upload(session, team_id, filename, content_type)
    file.upload_status = "completed"
    file.sha256 = content.sha256
    file.file_size = content.size
    session.flush()
    return file


def complete_upload(session: Session, file_id: int, content: StoredContent) -> None:
    """Note that the bytes are in the store. Raises Conflict when the file has its bytes or is gone."""
    if not repository.complete_upload(session, file_id, content.sha256, content.size):
        raise already_uploaded(file_id)


def already_uploaded(file_id: int) -> Conflict:
    """What is said about a second PUT."""
    return Conflict(f"File {file_id} was uploaded or deleted already. Ask for a new upload URL.")


def get_file(session: Session, team_id: int, file_id: str) -> UploadedFile:
    """The team's file by its integer id, its token or ``file-<token>``. Raises NotFound."""
    file = _look_up(session, team_id, file_id)
    if file is None:
        raise NotFound(f"File {file_id[:60]} was not found.")
    return file


def resolve_reference(
    session: Session, team_id: int, reference: str, loc: tuple[str | int, ...] = ("body", "file_url")
) -> UploadedFile:
    """The uploaded file that ``datalab://file-...`` stands for.

    Raises InvalidField at ``loc`` for another kind of text, NotFound for an unknown file and CannotUse for
    one whose bytes have not arrived.
    """
    if not reference.startswith(f"{REFERENCE_PREFIX}file-"):
        raise InvalidField(loc, "A reference to an uploaded file looks like datalab://file-abc123.")
    file = get_file(session, team_id, reference.removeprefix(REFERENCE_PREFIX))
    check_completed(file)
    return file


def check_completed(file: UploadedFile) -> None:
    """Raises CannotUse unless the file's bytes have arrived."""
    if file.upload_status != "completed":
        raise CannotUse(
            f"File {file.id} ({file.original_filename}) has not been uploaded yet. PUT its bytes to the "
            f"upload_url first."
        )


def require_completed(session: Session, team_id: int, file_ids: Sequence[int]) -> dict[int, UploadedFile]:
    """The team's files with these ids.

    Raises NotFound that names every unknown id, and CannotUse that names those whose bytes have not arrived.
    """
    found = repository.find_many(session, team_id, file_ids)
    unknown = [file_id for file_id in file_ids if file_id not in found]
    if unknown:
        raise NotFound(f"{_named(unknown)} not found.")
    pending = [file_id for file_id in file_ids if found[file_id].upload_status != "completed"]
    if pending:
        raise CannotUse(f"{_named(pending)} not uploaded yet. PUT the bytes to the upload_url first.")
    return found


def _named(file_ids: Sequence[int]) -> str:
    if len(file_ids) == 1:
        return f"File {file_ids[0]} was"
    return f"Files {', '.join(map(str, file_ids))} were"


def list_files(session: Session, team_id: int, limit: int, offset: int) -> tuple[list[UploadedFile], int]:
    """A page of the team's files, newest first, and how many there are."""
    return repository.list_page(session, team_id, limit, offset)


def delete_file(session: Session, store: BlobStore, team_id: int, file_id: str) -> UploadedFile:
    """Remove a file, its places in collections and, when nothing else needs them, its bytes. Raises NotFound.

    Runs that are not finished keep the bytes until their end.
    """
    file = get_file(session, team_id, file_id)
    repository.delete_file(session, file)
    if file.sha256 is not None:
        release_content(session, store, file.sha256)
    return file


def release_content(session: Session, store: BlobStore, sha256: str) -> bool:
    """Remove a document's bytes, and what was read from them, unless something still needs them.

    That is a file, an unfinished run, a kept request or a checkpoint; results of runs are kept apart. For
    whoever has just removed such a user in this transaction; returns whether the bytes were removed.
    """
    hold_content(session, sha256)
    if repository.is_content_needed(session, sha256):
        return False
    for key in forget_conversions(session, sha256):
        store.delete(key)
    store.delete_prefix(source_layers_prefix(sha256))
    store.delete_prefix(judgements_prefix(sha256))
    store.delete(document_key(sha256))
    return True


def _look_up(session: Session, team_id: int, file_id: str) -> UploadedFile | None:
    name = file_id.removeprefix("file-")
    if name.isascii() and name.isdigit():
        number = int(name) if len(name) <= 10 else _MAX_ROW_ID + 1
        return repository.find_by_id(session, team_id, number) if number <= _MAX_ROW_ID else None
    if not _TOKEN.fullmatch(name):
        return None
    return repository.find_by_token(session, team_id, name)


def _new_token() -> str:
    """Random, beginning with a letter: it can never be taken for an integer id."""
    alphabet = string.ascii_lowercase + string.digits
    first = secrets.choice(string.ascii_lowercase)
    return first + "".join(secrets.choice(alphabet) for _ in range(_TOKEN_CHARACTERS - 1))
