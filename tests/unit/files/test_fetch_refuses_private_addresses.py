"""Fetching the document behind a URL: what is refused, followed, limited and kept."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from docassay.errors import DocumentFailure, InvalidField
from docassay.files import addresses, pinned_network
from docassay.files.addresses import is_public
from docassay.files.fetch import check_url, fetch_url
from docassay.settings import Settings

CONTENT = b"%PDF-1.7 " + b"x" * 3000


class Handler(BaseHTTPRequestHandler):
    """A web server with a document, redirects and misbehaviour."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.seen.append(f"{self.headers['Host'].partition(':')[0]} {path}")
        if path.startswith("/redirect/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/redirect/"))
            self.end_headers()
        elif path == "/loop":
            self.send_response(301)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif path in {"/404", "/503"}:
            self.send_response(int(path[1:]))
            self.end_headers()
        elif path == "/endless":
            self.send_response(200)
            self.end_headers()
            for _ in range(10):
                self.wfile.write(b"x" * 1000)
        elif path == "/gzip":
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("Content-Type", "application/pdf")
            self.send_header("Content-Length", str(len(CONTENT)))
            if path == "/named":
                self.send_header("Content-Disposition", "attachment; filename*=UTF-8''..%2FB%C3%A9richt.pdf")
            self.end_headers()
            self.wfile.write(CONTENT)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Handler.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def strict(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, max_upload_bytes=5000)


@pytest.fixture
def open_settings(strict: Settings) -> Settings:
    return strict.model_copy(update={"allow_private_urls": True})


def failure_of(url: str, settings: Settings, tmp_path: Path) -> DocumentFailure:
    with pytest.raises(DocumentFailure) as caught:
        fetch_url(url, settings, tmp_path / "target")
    assert caught.value.code == "fetch"
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_addresses_inside_networks_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e", "::ffff:8.8.8.8"]
)
def test_addresses_on_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "//host/a", "ftp://host/a", "file:///etc/passwd", "gopher://x", "http://", "http:///a",
        "http://user:secret@example.com/", "http://user@example.com/", "http://example.com:0/", "http://[::1",
        "http://example.com:99999/", "http://127.0.0.1/", "http://[::1]:8000/", "http://localhost/",
        "http://LOCALHOST./", "http://a.localhost/", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
        "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest", "http://0/",
        "http://metadata.google.internal/", "http://a/\x00", "https://example.com/" + "a" * 9000,
    ],
)  # fmt: skip
def test_urls_that_can_never_be_fetched_are_wrong_fields(url: str, strict: Settings, tmp_path: Path) -> None:
    with pytest.raises(InvalidField) as caught:
        check_url(url, strict)
    assert caught.value.loc == ("body", "file_url")
    assert "secret" not in caught.value.message
    assert failure_of(url, strict, tmp_path).is_retryable is False


@pytest.mark.parametrize(
    "url", ["https://example.com/a.pdf", "http://bücher.example/ä?b=c#d", "http://93.184.215.14:8080/x"]
)
def test_ordinary_urls_pass_the_first_look(url: str, strict: Settings) -> None:
    check_url(url, strict)


def test_a_document_is_streamed_to_the_file_with_its_hash(
    port: int, open_settings: Settings, tmp_path: Path
) -> None:
    fetched = fetch_url(f"http://127.0.0.1:{port}/docs/Report%20A.pdf?key=1", open_settings, tmp_path / "t")
    assert (tmp_path / "t").read_bytes() == CONTENT
    assert fetched.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (fetched.size, fetched.filename, fetched.content_type) == (
        len(CONTENT), "Report A.pdf", "application/pdf"
    )  # fmt: skip


def test_the_name_in_the_answer_wins_and_loses_its_path(
    port: int, open_settings: Settings, tmp_path: Path
) -> None:
    assert (
        fetch_url(f"http://127.0.0.1:{port}/named", open_settings, tmp_path / "t").filename == "Béricht.pdf"
    )
    assert fetch_url(f"http://127.0.0.1:{port}/", open_settings, tmp_path / "t").filename == "document"


def test_up_to_five_redirects_are_followed(port: int, open_settings: Settings, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{port}"
    assert fetch_url(base + "/redirect/" * 5 + "/a.pdf", open_settings, tmp_path / "t").filename == "a.pdf"
    assert "redirects" in failure_of(f"{base}/loop", open_settings, tmp_path).message


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://user:x@127.0.0.1/", "ftp://x/", "http://[", ""]
)
def test_a_redirect_is_checked_like_the_first_url(
    port: int, open_settings: Settings, tmp_path: Path, target: str
) -> None:
    failure_of(f"http://127.0.0.1:{port}/redirect/{target}", open_settings, tmp_path)


def test_answers_other_than_200_fail_and_only_passing_ones_may_be_tried_again(
    port: int, open_settings: Settings, tmp_path: Path
) -> None:
    missing = failure_of(f"http://127.0.0.1:{port}/404?token=abc", open_settings, tmp_path)
    assert "404" in missing.message
    assert "abc" not in missing.message
    assert missing.is_retryable is False
    assert failure_of(f"http://127.0.0.1:{port}/503", open_settings, tmp_path).is_retryable is True
    assert "compressed" in failure_of(f"http://127.0.0.1:{port}/gzip", open_settings, tmp_path).message


def test_a_document_over_the_limit_is_refused_with_and_without_a_length(
    port: int, open_settings: Settings, tmp_path: Path
) -> None:
    assert "5,000 bytes" in failure_of(f"http://127.0.0.1:{port}/endless", open_settings, tmp_path).message
    small = open_settings.model_copy(update={"max_upload_bytes": 100})
    assert "100 bytes" in failure_of(f"http://127.0.0.1:{port}/a", small, tmp_path).message


def test_a_server_that_stays_silent_meets_the_time_limit(open_settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        hurried = open_settings.model_copy(update={"fetch_timeout_seconds": 0.05})
        failure = failure_of(url, hurried, tmp_path)
    assert "0.05 seconds" in failure.message
    assert failure.is_retryable is True


def test_a_closed_port_may_be_tried_again(open_settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert failure_of(f"http://127.0.0.1:{port}/", open_settings, tmp_path).is_retryable is True


def names(monkeypatch: pytest.MonkeyPatch, table: dict[str, list[list[str]]]) -> None:
    """Replace the resolver: each look-up of a name takes its next answer."""

    real = socket.getaddrinfo

    def look_up(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        if host[:1].isdigit():
            return real(host, port, *more, **named)
        if host not in table:
            raise socket.gaierror("no such name")
        answers = table[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)


def test_a_name_of_a_private_address_is_refused_also_among_public_ones(
    monkeypatch: pytest.MonkeyPatch, strict: Settings, tmp_path: Path, port: int
) -> None:
    names(monkeypatch, {"inside.example": [["93.184.215.14", "127.0.0.1"]]})
    failure = failure_of(f"http://inside.example:{port}/", strict, tmp_path)
    assert "DOCASSAY_ALLOW_PRIVATE_URLS" in failure.message
    assert failure.is_retryable is False
    assert Handler.seen == []


def test_the_connection_goes_to_the_very_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch, strict: Settings, tmp_path: Path, port: int
) -> None:
    """A name server that says something else the second time is not asked a second time."""
    asked: list[str] = []
    names(monkeypatch, {"rebound.example": [["127.0.0.1"], ["10.0.0.1"]]})
    monkeypatch.setattr(pinned_network, "is_public", lambda address: asked.append(str(address)) or True)
    fetch_url(f"http://rebound.example:{port}/a.pdf", strict, tmp_path / "t")
    assert asked == ["127.0.0.1"]
    assert Handler.seen == ["rebound.example /a.pdf"]


def test_a_redirect_to_a_name_of_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, strict: Settings, tmp_path: Path, port: int
) -> None:
    names(monkeypatch, {"public.example": [["127.0.0.1"]], "inside.example": [["127.0.0.1"]]})
    verdicts = iter([True, False])
    monkeypatch.setattr(pinned_network, "is_public", lambda _address: next(verdicts))
    url = f"http://public.example:{port}/redirect/http://inside.example:{port}/secret"
    assert "private" in failure_of(url, strict, tmp_path).message
    assert Handler.seen == [f"public.example /redirect/http://inside.example:{port}/secret"]


def test_an_unknown_name_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, strict: Settings, tmp_path: Path
) -> None:
    names(monkeypatch, {})
    failure = failure_of("http://nowhere.example/", strict, tmp_path)
    assert "not found" in failure.message
    assert failure.is_retryable is True
