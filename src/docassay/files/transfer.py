"""Signed links to a file's bytes: what they promise, and receiving and sending over them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool

from docassay.api.services import Services
from docassay.errors import CannotUse, Forbidden, NotFound, TooLarge
from docassay.files import repository, service
from docassay.files.content import CHUNK_BYTES, IncomingFile, StoredContent, publish, too_large_message
from docassay.files.models import UploadedFile
from docassay.storage.contract import BlobNotFound
from docassay.storage.keys import document_key


def upload_url(services: Services, base: str, file: UploadedFile) -> str:
    """Where the bytes of a pending file may be PUT, once, until the link expires."""
    settings = services.settings
    expires = int(time.time()) + settings.upload_url_seconds
    limit = settings.max_upload_bytes
    signature = services.signer.sign("PUT", file.token, file.content_type, limit, expires=expires)
    return _link(base, file.id, expires=expires, limit=limit, signature=signature)


def download_url(services: Services, base: str, file: UploadedFile, expires_in: int) -> str:
    """Where the bytes of a file may be read for ``expires_in`` seconds."""
    expires = int(time.time()) + expires_in
    return _link(
        base, file.id, expires=expires, signature=services.signer.sign("GET", file.token, expires=expires)
    )


def _link(base: str, file_id: int, **query: str | int) -> str:
    return f"{base}/api/v1/files/{file_id}/content?{urlencode(query)}"


def open_upload(
    services: Services,
    file_id: int,
    *,
    expires: int,
    limit: int,
    signature: str,
    content_type: str,
    content_length: int | None,
) -> None:
    """Check that these bytes may be sent to this link now.

    Raises Forbidden (wrong or expired link), Conflict (uploaded already), CannotUse (another content type
    than declared) or TooLarge.
    """
    file = _linked_file(services, file_id)
    services.signer.check(
        signature, "PUT", file.token, file.content_type, limit, expires=expires, at=time.time()
    )
    if file.upload_status != "pending":
        raise service.already_uploaded(file_id)
    if content_type.strip().lower() != file.content_type.lower():
        shown = content_type[:100] or "missing"
        raise CannotUse(f"The Content-Type is {shown}, but {file.content_type} was declared for this upload.")
    if content_length is not None and content_length > limit:
        raise TooLarge(too_large_message(limit))


async def receive_upload(
    services: Services, file_id: int, limit: int, chunks: AsyncIterator[bytes]
) -> StoredContent:
    """Stream a body to the disk and make it the content of a pending file. Raises TooLarge, Conflict."""
    incoming = await run_in_threadpool(IncomingFile, services.settings, limit)
    try:
        buffer = bytearray()
        async for chunk in chunks:
            buffer += chunk
            if len(buffer) >= CHUNK_BYTES:
                await run_in_threadpool(incoming.write, bytes(buffer))
                buffer.clear()
        await run_in_threadpool(incoming.write, bytes(buffer))
        return await run_in_threadpool(_finish_upload, services, file_id, incoming)
    finally:
        incoming.__exit__(None, None, None)


def _finish_upload(services: Services, file_id: int, incoming: IncomingFile) -> StoredContent:
    content = incoming.finish()
    with services.database.write() as session:
        service.complete_upload(session, file_id, content)
        publish(session, services.store, incoming.path, content)
    return content


def open_download(services: Services, file_id: int, *, expires: int, signature: str) -> UploadedFile:
    """The file that a link may read. Raises Forbidden, and NotFound when its bytes are not there."""
    file = _linked_file(services, file_id)
    services.signer.check(signature, "GET", file.token, expires=expires, at=time.time())
    if file.sha256 is None or not services.store.exists(document_key(file.sha256)):
        raise NotFound(f"File {file_id} has no content.")
    return file


def read_content(services: Services, sha256: str) -> Iterator[bytes]:
    """The bytes of a document in pieces."""
    try:
        with services.store.local_path(document_key(sha256)) as path, path.open("rb") as content:
            while chunk := content.read(CHUNK_BYTES):
                yield chunk
    except BlobNotFound:
        raise NotFound("The file was deleted.") from None


def _linked_file(services: Services, file_id: int) -> UploadedFile:
    with services.database.read() as session:
        file = repository.find_for_link(session, file_id)
        if file is None:
            raise Forbidden("The link is not valid, or its file was deleted. Ask for a new one.")
        session.expunge(file)  # read after the snapshot is given back: sending the bytes may take long
    return file
