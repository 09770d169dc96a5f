"""Fetches the document behind a ``file_url``: http(s) only, public addresses only, within size and time."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from email.message import Message
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple
from urllib.parse import unquote

import httpcore
import httpx

from docassay.errors import DocumentFailure, InvalidField
from docassay.files.addresses import NameNotResolvedError, is_public
from docassay.files.content import too_large_message
from docassay.files.names import clean_content_type, clean_filename
from docassay.files.pinned_network import AddressRefusedError, Deadline, PinnedNetwork
from docassay.settings import Settings

MAX_REDIRECTS: Final = 5
MAX_URL_CHARACTERS: Final = 8192
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_RETRYABLE: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_LEGACY_ADDRESS: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}")
_HEADERS: Final = (
    (b"User-Agent", b"docassay"),
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"identity"),
    (b"Connection", b"close"),
)


class FetchedFile(NamedTuple):
    """A document on the disk: the hash and size of its bytes, and the name and type that the server gave."""

    sha256: str
    size: int
    filename: str
    content_type: str


def check_url(url: str, settings: Settings, loc: tuple[str | int, ...] = ("body", "file_url")) -> None:
    """What can be said about a URL without the network. Raises InvalidField at ``loc``.

    Addresses behind names are checked when the document is fetched.
    """
    try:
        _parse(url, settings)
    except DocumentFailure as failure:
        raise InvalidField(loc, failure.message) from None


def fetch_url(url: str, settings: Settings, target: Path) -> FetchedFile:
    """Stream the document to the file ``target``, following up to 5 redirects, each checked like the first.

    Raises DocumentFailure ``fetch``; ``is_retryable`` tells whether trying again can help.
    """
    deadline = Deadline(settings.fetch_timeout_seconds)
    network = PinnedNetwork(deadline, allow_private=settings.allow_private_urls)
    current = _parse(url, settings)
    with httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=network
    ) as pool:
        for _ in range(MAX_REDIRECTS + 1):
            answer = _fetch_once(pool, current, settings, target)
            if isinstance(answer, FetchedFile):
                return answer
            current = answer
    raise _failure(f"{_shown(current)} was not fetched: more than {MAX_REDIRECTS} redirects.")


def _fetch_once(
    pool: httpcore.ConnectionPool, url: httpx.URL, settings: Settings, target: Path
) -> FetchedFile | httpx.URL:
    """The document, or where the server says it is."""
    headers = [(b"Host", url.netloc), *_HEADERS]
    address = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    try:
        with pool.stream("GET", address, headers=headers) as response:
            if response.status in _REDIRECTS:
                return _redirected(url, _header(response, "location"), settings)
            return _receive(response, url, settings, target)
    except AddressRefusedError:
        raise _private(url) from None
    except NameNotResolvedError as error:
        raise _failure(f"The host of {_shown(url)} was not found: {error}.", is_retryable=True) from error
    except httpcore.TimeoutException as error:
        raise _failure(
            f"{_shown(url)} was not fetched within {settings.fetch_timeout_seconds:g} seconds.",
            is_retryable=True,
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        is_untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
        raise _failure(
            f"{_shown(url)} could not be fetched: {error}.", is_retryable=not is_untrusted
        ) from error


def _parse(url: str, settings: Settings) -> httpx.URL:
    if len(url) > MAX_URL_CHARACTERS:
        raise _refusal(f"The URL is longer than {MAX_URL_CHARACTERS} characters.")
    try:
        parsed = httpx.URL(url)
        host = parsed.host  # decodes it: a broken international name shows only now
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise _refusal(f"The URL cannot be read: {error}.") from None
    if parsed.scheme not in {"http", "https"}:
        raise _refusal("The URL must begin with http:// or https:// (or datalab:// for an uploaded file).")
    if parsed.userinfo:
        raise _refusal("The URL must not contain a user name or password.")
    if not host or (parsed.port is not None and not 0 < parsed.port < 65536):
        raise _refusal("The URL has no usable host and port.")
    if not settings.allow_private_urls:
        _check_literal_host(parsed)
    return parsed


def _check_literal_host(url: httpx.URL) -> None:
    host = url.host.lower().rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    is_local_name = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    is_odd_number = address is None and _LEGACY_ADDRESS.fullmatch(host) is not None
    if is_local_name or is_odd_number or (address is not None and not is_public(address)):
        raise _private(url)


def _redirected(url: httpx.URL, location: str | None, settings: Settings) -> httpx.URL:
    if not location:
        raise _failure(f"{_shown(url)} redirects to nowhere.")
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError):
        raise _failure(f"{_shown(url)} redirects to something that is no URL.") from None
    return _parse(str(target), settings)


def _receive(response: httpcore.Response, url: httpx.URL, settings: Settings, target: Path) -> FetchedFile:
    if response.status != 200:
        raise _failure(
            f"{_shown(url)} answered with HTTP status {response.status}.",
            is_retryable=response.status in _RETRYABLE,
        )
    if (_header(response, "content-encoding") or "identity").strip().lower() != "identity":
        raise _failure(f"{_shown(url)} sent a compressed answer although none was asked for.")
    length = _header(response, "content-length") or ""
    if length.isascii() and length.isdigit() and int(length[:20]) > settings.max_upload_bytes:
        raise _refusal(too_large_message(settings.max_upload_bytes))
    with target.open("wb") as file:
        sha256, size = _copy(response, file, settings.max_upload_bytes)
    return FetchedFile(sha256, size, _filename(response, url), _content_type(response))


def _copy(response: httpcore.Response, file: BinaryIO, max_bytes: int) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    for chunk in response.iter_stream():
        size += len(chunk)
        if size > max_bytes:
            raise _refusal(too_large_message(max_bytes))
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest(), size


def _filename(response: httpcore.Response, url: httpx.URL) -> str:
    """The name in Content-Disposition, or else the end of the URL's path; ``document`` without either."""
    disposition = Message()
    disposition["Content-Disposition"] = _header(response, "content-disposition") or ""
    for name in (disposition.get_filename(), unquote(url.path, errors="replace")):
        try:
            return clean_filename(name or "")
        except InvalidField:
            continue
    return "document"


def _content_type(response: httpcore.Response) -> str:
    try:
        return clean_content_type(_header(response, "content-type") or "")
    except InvalidField:
        return "application/octet-stream"


def _header(response: httpcore.Response, name: str) -> str | None:
    for key, value in response.headers:
        if key.decode("latin-1").lower() == name:
            return value.decode("latin-1")
    return None


def _shown(url: httpx.URL) -> str:
    """The URL without its query, which may hold a signature."""
    text = str(url.copy_with(query=None, fragment=None))
    return text if len(text) <= 200 else f"{text[:197]}..."


def _private(url: httpx.URL) -> DocumentFailure:
    return _refusal(
        f"{_shown(url)} points to a private, loopback or link-local address, which this server does not "
        f"fetch from. Upload the file instead, or set DOCASSAY_ALLOW_PRIVATE_URLS=true."
    )


def _refusal(message: str) -> DocumentFailure:
    """The URL or what it leads to is not acceptable, now or later."""
    return DocumentFailure("fetch", message, outcome="errored", error_in="VALIDATION")


def _failure(message: str, *, is_retryable: bool = False) -> DocumentFailure:
    """The document could not be had."""
    return DocumentFailure("fetch", message, outcome="errored", error_in="OTHER", is_retryable=is_retryable)
