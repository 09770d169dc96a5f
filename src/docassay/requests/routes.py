"""Routes of single requests on Datalab's wire: submit and poll convert, extract, segment, ocr; thumbnails."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from docassay import __version__
from docassay.api.dependencies import CurrentTeam, PublicUrl, ReadSession, RequestServices
from docassay.api.services import Services
from docassay.errors import NotAvailable, NotFound
from docassay.execution.contract import WorkRef, submit_after_commit
from docassay.files.content import keep_upload
from docassay.files.service import check_supported
from docassay.requests import service
from docassay.requests.answers import failed_response, processing_response, stored_response
from docassay.requests.form import SubmittedForm, submitted_form
from docassay.requests.incoming import describe_upload
from docassay.requests.options import Kind, parse_form
from docassay.requests.schemas import (
    FORMS,
    FinalResponse,
    InitialResponse,
    OcrResponse,
    ThumbnailResponse,
)
from docassay.requests.thumbnails import check_thumbnail_query, make_thumbnails
from docassay.requests.work import KIND

router = APIRouter(tags=["processing"])


def _form_of(kind: Kind) -> dict[str, Any]:
    """OpenAPI of a form that the route reads itself, so that no byte is taken before the key is checked."""
    schema = FORMS[kind].model_json_schema()
    schema["properties"]["file"] = {
        "anyOf": [{"type": "string", "format": "binary"}, {"type": "null"}],
        "title": "File",
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.post("/convert", summary="Convert a document", openapi_extra=_form_of("convert"))
async def submit_convert(
    request: Request, team_id: CurrentTeam, services: RequestServices, public_url: PublicUrl
) -> InitialResponse:
    """Convert a document to markdown, html, json or chunks. Answers at once with where to ask."""
    return await _submit(request, "convert", "convert", team_id, services, public_url)


@router.post("/marker", summary="Convert a document (older name)", openapi_extra=_form_of("convert"))
async def submit_marker(
    request: Request, team_id: CurrentTeam, services: RequestServices, public_url: PublicUrl
) -> InitialResponse:
    """The older name of /convert."""
    return await _submit(request, "convert", "marker", team_id, services, public_url)


@router.post("/extract", summary="Extract fields", openapi_extra=_form_of("extract"))
async def submit_extract(
    request: Request, team_id: CurrentTeam, services: RequestServices, public_url: PublicUrl
) -> InitialResponse:
    """Extract the fields of a schema from a document or a checkpoint."""
    return await _submit(request, "extract", "extract", team_id, services, public_url)


@router.post("/segment", summary="Segment a document", openapi_extra=_form_of("segment"))
async def submit_segment(
    request: Request, team_id: CurrentTeam, services: RequestServices, public_url: PublicUrl
) -> InitialResponse:
    """Find the segments of a document or a checkpoint."""
    return await _submit(request, "segment", "segment", team_id, services, public_url)


@router.post("/ocr", summary="Read lines of text", openapi_extra=_form_of("ocr"))
async def submit_ocr(
    request: Request, team_id: CurrentTeam, services: RequestServices, public_url: PublicUrl
) -> InitialResponse:
    """Read the lines of text of a document with their boxes."""
    return await _submit(request, "ocr", "ocr", team_id, services, public_url)


@router.get("/convert/{request_id}", summary="Get a conversion", response_model=FinalResponse)
def poll_convert(
    request_id: str, team_id: CurrentTeam, services: RequestServices, session: ReadSession
) -> Response:
    """The result of a conversion, or of a batch run's file."""
    return _answer(services, session, team_id, "convert", request_id)


@router.get("/marker/{request_id}", summary="Get a conversion (older name)", response_model=FinalResponse)
def poll_marker(
    request_id: str, team_id: CurrentTeam, services: RequestServices, session: ReadSession
) -> Response:
    """The older name of GET /convert/{request_id}."""
    return _answer(services, session, team_id, "convert", request_id)


@router.get("/extract/{request_id}", summary="Get an extraction", response_model=FinalResponse)
def poll_extract(
    request_id: str, team_id: CurrentTeam, services: RequestServices, session: ReadSession
) -> Response:
    """The result of an extraction, or of a batch run's file."""
    return _answer(services, session, team_id, "extract", request_id)


@router.get("/segment/{request_id}", summary="Get a segmentation", response_model=FinalResponse)
def poll_segment(
    request_id: str, team_id: CurrentTeam, services: RequestServices, session: ReadSession
) -> Response:
    """The result of a segmentation, or of a batch run's file."""
    return _answer(services, session, team_id, "segment", request_id)


@router.get("/ocr/{request_id}", summary="Get lines of text", response_model=OcrResponse)
def poll_ocr(
    request_id: str, team_id: CurrentTeam, services: RequestServices, session: ReadSession
) -> Response:
    """The result of an ocr request."""
    return _answer(services, session, team_id, "ocr", request_id)


@router.get("/thumbnails/{lookup_key}", summary="Get thumbnails")
def get_thumbnails(
    lookup_key: str,
    team_id: CurrentTeam,
    services: RequestServices,
    thumb_width: Annotated[int, Query()] = 300,
    page_range: Annotated[str | None, Query()] = None,
    track_changes: Annotated[bool, Query()] = False,
) -> ThumbnailResponse:
    """Pages of the source document of a result as base64 JPEGs, ``thumb_width`` pixels wide."""
    check_thumbnail_query(thumb_width, page_range)
    with services.database.read() as session:
        document = service.find_document(session, team_id, lookup_key, services.settings)
    return make_thumbnails(services, document, thumb_width, page_range)


def _answer(services: Services, session: Session, team_id: int, kind: Kind, request_id: str) -> Response:
    answer = service.find_answer(session, team_id, kind, request_id, services.settings)
    if answer.status == "processing":
        return processing_response(kind)
    stored = stored_response(services.store, answer.result_key) if answer.result_key is not None else None
    if stored is not None:
        return stored
    if answer.status == "complete":
        raise NotFound(
            f"The result of {request_id[:80]!r} is no longer in the store. Send the request again."
        )
    return failed_response(kind, answer.error, answer.error_in)


async def _submit(
    request: Request, kind: Kind, path: str, team_id: int, services: Services, public_url: str
) -> InitialResponse:
    async with submitted_form(request, services.settings.max_upload_bytes) as form:
        request_id = await run_in_threadpool(_accept, kind, form, team_id, services)
    return InitialResponse(
        success=True,
        error=None,
        request_id=request_id,
        request_check_url=f"{public_url}/api/v1/{path}/{request_id}",
        versions={"docassay": __version__},
    )


def _accept(kind: Kind, form: SubmittedForm, team_id: int, services: Services) -> str:
    """Check everything first; then keep the document and the request in one transaction, and start it."""
    if services.jobs is None:
        raise NotAvailable("This server takes no work: it was started without a job engine.")
    parsed = parse_form(kind, form.fields, has_file=form.file is not None)
    file = form.file if parsed.source.is_upload else None
    document = describe_upload(file.filename or "", file.content_type) if file is not None else None
    if document is not None:
        check_supported(document.filename, document.content_type)
    with services.database.read() as session:
        service.check_capacity(session, team_id, services.settings)
        rubric = service.resolve_form(session, team_id, parsed, services.settings)
    with services.database.write() as session:
        upload = None
        if file is not None and document is not None:
            upload = document, keep_upload(session, services.store, services.settings, file.file)
        row = service.submit(
            session, team_id=team_id, parsed=parsed, rubric=rubric, upload=upload, settings=services.settings
        )
        submit_after_commit(session, services.jobs, WorkRef(KIND, row.id))
        return row.id
