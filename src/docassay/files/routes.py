"""Routes of files: upload and download go over signed links, everything else needs the key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import AfterValidator
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from docassay.api.dependencies import CurrentTeam, PublicUrl, ReadSession, RequestServices, WriteSession
from docassay.api.pagination import Offset, PathId
from docassay.errors import CannotUse, Forbidden
from docassay.files import service, transfer
from docassay.files.models import UploadedFile
from docassay.files.names import content_disposition
from docassay.files.schemas import (
    ConfirmUploadResponse,
    DownloadUrlResponse,
    FileMetadata,
    ListFilesResponse,
    SuccessMessage,
    UploadUrlRequest,
    UploadUrlResponse,
)

router = APIRouter(prefix="/files", tags=["files"])


def _in_range(value: int) -> int:
    if not 0 <= value < 2**62:
        raise Forbidden("The link is not valid. Ask for a new one.")
    return value


LinkNumber = Annotated[int, Query(), AfterValidator(_in_range)]


def _metadata(file: UploadedFile) -> FileMetadata:
    status: Any = file.upload_status
    return FileMetadata(
        file_id=file.id,
        original_filename=file.original_filename,
        content_type=file.content_type,
        reference=service.reference_to(file),
        upload_status=status,
        file_size=file.file_size,
        created=file.created,
    )


@router.post("/upload", summary="Get an upload URL")
def start_upload(
    body: UploadUrlRequest,
    team: CurrentTeam,
    session: WriteSession,
    services: RequestServices,
    base: PublicUrl,
) -> UploadUrlResponse:
    """PUT the bytes to ``upload_url`` with the declared ``Content-Type`` and no key, then confirm."""
    file = service.start_upload(session, team, body.filename, body.content_type)
    return UploadUrlResponse(
        file_id=file.id,
        upload_url=transfer.upload_url(services, base, file),
        expires_in=services.settings.upload_url_seconds,
        reference=service.reference_to(file),
    )


@router.put("/{file_id}/content", include_in_schema=False)
async def receive_content(
    request: Request,
    file_id: PathId,
    expires: LinkNumber,
    limit: LinkNumber,
    signature: str,
    services: RequestServices,
) -> Response:
    """The target of signed upload links."""
    length = request.headers.get("content-length", "")
    await run_in_threadpool(
        transfer.open_upload,
        services,
        file_id,
        expires=expires,
        limit=limit,
        signature=signature,
        content_type=request.headers.get("content-type", ""),
        content_length=int(length[:20]) if length.isascii() and length.isdigit() else None,
    )
    try:
        content = await transfer.receive_upload(services, file_id, limit, request.stream())
    except ClientDisconnect:
        raise CannotUse("The connection was closed before the whole file had arrived.") from None
    return Response(status_code=200, headers={"ETag": f'"{content.sha256}"'})


@router.get("/{file_id}/content", include_in_schema=False)
def send_content(
    file_id: PathId, expires: LinkNumber, signature: str, services: RequestServices
) -> StreamingResponse:
    """The target of signed download links."""
    file = transfer.open_download(services, file_id, expires=expires, signature=signature)
    return StreamingResponse(
        transfer.read_content(services, file.sha256 or ""),
        media_type=file.content_type,
        headers={
            "Content-Length": str(file.file_size),
            "Content-Disposition": content_disposition(file.original_filename),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "private, no-store",
        },
    )


@router.get("/{file_id}/confirm", summary="Confirm an upload")
def confirm_upload(file_id: str, team: CurrentTeam, session: ReadSession) -> ConfirmUploadResponse:
    """Check that the bytes have arrived."""
    file = service.get_file(session, team, file_id)
    service.check_completed(file)
    return ConfirmUploadResponse(
        success=True,
        file_id=file.id,
        reference=service.reference_to(file),
        message=f"{file.original_filename} was uploaded ({file.file_size} bytes).",
    )


@router.get("", summary="List files")
def list_files(
    team: CurrentTeam,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Offset = 0,
) -> ListFilesResponse:
    """The team's files, newest first."""
    files, total = service.list_files(session, team, limit, offset)
    return ListFilesResponse(
        files=[_metadata(file) for file in files], total=total, limit=limit, offset=offset
    )


@router.get("/{file_id}", summary="Get a file")
def get_file(file_id: str, team: CurrentTeam, session: ReadSession) -> FileMetadata:
    """One file, by its id, its token or the ``file-...`` part of its reference."""
    return _metadata(service.get_file(session, team, file_id))


@router.get("/{file_id}/download", summary="Get a download URL")
def get_download_url(
    file_id: str,
    team: CurrentTeam,
    session: ReadSession,
    services: RequestServices,
    base: PublicUrl,
    expires_in: Annotated[int, Query(ge=60, le=86400)] = 3600,
) -> DownloadUrlResponse:
    """A link to the bytes that works without a key for ``expires_in`` seconds."""
    file = service.get_file(session, team, file_id)
    service.check_completed(file)
    return DownloadUrlResponse(
        download_url=transfer.download_url(services, base, file, expires_in),
        expires_in=expires_in,
        file_id=file.id,
        original_filename=file.original_filename,
    )


@router.delete("/{file_id}", summary="Delete a file")
def delete_file(
    file_id: str, team: CurrentTeam, session: WriteSession, services: RequestServices
) -> SuccessMessage:
    """Remove the file from storage and from every collection; runs keep their results."""
    file = service.delete_file(session, services.store, team, file_id)
    return SuccessMessage(success=True, message=f"{file.original_filename} was deleted.")
