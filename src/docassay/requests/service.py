"""Decisions on single requests: what is accepted, under which id, and what is answered for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from docassay.db.base import now
from docassay.errors import CannotUse, NotFound, TooManyRequests
from docassay.files.content import StoredContent
from docassay.files.service import REFERENCE_PREFIX, check_supported, resolve_reference
from docassay.requests import repository
from docassay.requests.incoming import UNKNOWN_TYPE, IncomingDocument, filename_of_url
from docassay.requests.models import Checkpoint, ProcessingRequest
from docassay.requests.options import Kind, ParsedForm, SourceFields
from docassay.rubrics.service import calibration_snapshot, get_rubric
from docassay.runs.service import check_rubric, find_result
from docassay.settings import Settings


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the document of a new request is."""

    filename: str
    content_type: str
    sha256: str | None = None
    file_url: str | None = None
    checkpoint_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about a request: ``result_key`` names the stored answer once there is one."""

    kind: Kind
    status: str
    result_key: str | None
    error: str | None
    error_in: str | None


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """The document behind a lookup key."""

    sha256: str
    filename: str
    content_type: str


def check_capacity(session: Session, team_id: int, settings: Settings) -> None:
    """Raises TooManyRequests when the team has as many unfinished requests as it may have."""
    count = repository.count_open(session, team_id)
    if count >= settings.max_open_requests:
        raise TooManyRequests(
            f"{count} requests of your team are not finished, the most that this server takes "
            "(DOCASSAY_MAX_OPEN_REQUESTS). Wait for some to finish.",
            retry_after_seconds=5,
        )


def resolve_form(
    session: Session, team_id: int, parsed: ParsedForm, settings: Settings
) -> dict[str, Any] | None:
    """Look up whatever the form refers to; returns the snapshot of the rubric, or None without one.

    Raises NotFound for unknown ids and references, CannotUse for what cannot be used, InvalidField for a
    URL that no server of this kind fetches.
    """
    if parsed.source.checkpoint_id is not None or parsed.source.file_url is not None:
        _referenced_source(session, team_id, parsed.source, settings)
    if parsed.eval_rubric_id is None:
        return None
    rubric = get_rubric(session, team_id, parsed.eval_rubric_id)
    if rubric.archived:
        raise CannotUse(f"Eval rubric {rubric.id} is archived and cannot be used for new requests.")
    check_rubric(rubric, settings)
    return {
        "id": rubric.id,
        "version": rubric.version,
        "name": rubric.name,
        "definition": rubric.eval_definition,
        "calibrations": calibration_snapshot(session, rubric),
    }


def submit(
    session: Session,
    *,
    team_id: int,
    parsed: ParsedForm,
    rubric: dict[str, Any] | None,
    upload: tuple[IncomingDocument, StoredContent] | None,
    settings: Settings,
) -> ProcessingRequest:
    """Accept a request; the caller hands it to the job engine once the transaction is committed.

    ``upload`` describes the bytes that came with it, put into the store in the same transaction; without it
    the form names a URL, an uploaded file or a checkpoint.
    """
    check_capacity(session, team_id, settings)
    if upload is not None:
        document, content = upload
        source = _Source(document.filename, document.content_type, content.sha256)
    else:
        source = _referenced_source(session, team_id, parsed.source, settings)
    options = parsed.options.to_json()
    options["rubric"] = rubric
    options["new_checkpoint_id"] = f"ckpt_{secrets.token_hex(12)}" if parsed.options.save_checkpoint else None
    row = ProcessingRequest(
        id=secrets.token_hex(16),
        team_id=team_id,
        kind=parsed.options.kind,
        filename=source.filename,
        content_type=source.content_type,
        sha256=source.sha256,
        file_url=source.file_url,
        checkpoint_id=source.checkpoint_id,
        options=options,
    )
    repository.add(session, row)
    return row


def find_answer(session: Session, team_id: int, kind: Kind, request_id: str, settings: Settings) -> Answer:
    """The state of the team's request, or of the file of a batch run when ``request_id`` is a lookup key.

    Raises NotFound for unknown ids, other teams' ids, ids of another kind of request, and results that are
    past their retention.
    """
    row = _live_request(session, team_id, request_id, settings)
    if row is not None and row.kind == kind:
        return Answer(row.kind, row.status, row.result_key, row.error, row.error_in)
    result = find_result(session, team_id, request_id)
    if result is not None and result.pipeline_type == kind:
        is_cancelled = result.status == "cancelled"
        error = "The run was cancelled before this document." if is_cancelled else result.error
        return Answer(kind, _wire_status(result.status), result.result_key, error, None)
    raise NotFound(f"No {kind} request {request_id[:80]!r} was found; results are kept for a limited time.")


def find_document(session: Session, team_id: int, lookup_key: str, settings: Settings) -> SourceDocument:
    """The source document of a request or of a batch run's file.

    Raises NotFound when there is none, CannotUse while it is still to be fetched from its URL.
    """
    row = _live_request(session, team_id, lookup_key, settings)
    if row is not None:
        if row.sha256 is None:
            raise CannotUse("The document has not been fetched from its URL yet. Ask again in a moment.")
        return SourceDocument(row.sha256, row.filename, row.content_type)
    result = find_result(session, team_id, lookup_key)
    if result is not None:
        return SourceDocument(result.sha256, result.filename, result.content_type)
    raise NotFound(f"No result {lookup_key[:80]!r} was found; results are kept for a limited time.")


def is_expired_checkpoint(checkpoint: Checkpoint, settings: Settings) -> bool:
    """Whether the checkpoint is past its lifetime."""
    return now() - checkpoint.created > timedelta(hours=settings.checkpoint_retention_hours)


def _live_request(
    session: Session, team_id: int, request_id: str, settings: Settings
) -> ProcessingRequest | None:
    row = repository.find_request(session, team_id, request_id)
    if row is None:
        return None
    retention = timedelta(hours=settings.request_retention_hours)
    is_expired = row.completed_at is not None and now() - row.completed_at > retention
    return None if is_expired else row


def _wire_status(run_file_status: str) -> str:
    if run_file_status in ("pending", "processing"):
        return "processing"
    return "complete" if run_file_status == "complete" else "failed"


def _referenced_source(session: Session, team_id: int, fields: SourceFields, settings: Settings) -> _Source:
    if fields.checkpoint_id is not None:
        checkpoint = repository.find_checkpoint(session, team_id, fields.checkpoint_id)
        if checkpoint is None or is_expired_checkpoint(checkpoint, settings):
            raise NotFound(f"Checkpoint {fields.checkpoint_id[:80]!r} was not found; it may have expired.")
        return _Source(
            checkpoint.filename, checkpoint.content_type, checkpoint.sha256, checkpoint_id=checkpoint.id
        )
    url = fields.file_url or ""
    if url.startswith(REFERENCE_PREFIX):
        file = resolve_reference(session, team_id, url)
        check_supported(file.original_filename, file.content_type)
        return _Source(file.original_filename, file.content_type, file.sha256)
    from docassay.files.fetch import check_url  # the HTTP client is large; few requests need it

    check_url(url, settings)
    return _Source(filename_of_url(url), UNKNOWN_TYPE, file_url=url)
