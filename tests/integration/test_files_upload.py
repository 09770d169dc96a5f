"""Uploading, reading and deleting documents over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient

from docassay.db.database import Database
from docassay.errors import CannotUse, InvalidField, NotFound
from docassay.files import transfer
from docassay.files.service import resolve_reference
from docassay.keys.models import Team
from docassay.keys.service import DEFAULT_TEAM
from docassay.keys.service import ensure_team as team_named
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.storage.keys import document_key

PDF = b"%PDF-1.7 some bytes"
PDF_KEY = document_key(hashlib.sha256(PDF).hexdigest())
Upload = Callable[..., int]


def start(client: TestClient, **changes: Any) -> dict[str, Any]:
    body = {"filename": "a.pdf", "content_type": "application/pdf"} | changes
    answer = client.post("/api/v1/files/upload", json=body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def put(client: TestClient, url: str, content: Any = PDF, content_type: str = "application/pdf") -> Any:
    return client.put(url, content=content, headers={"Content-Type": content_type})


def with_query(url: str, **changes: str) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return parts._replace(query=urlencode(query)).geturl()


def incoming(settings: Settings) -> list[Path]:
    folder = settings.data_dir / "incoming"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_goes_from_upload_to_download(client: TestClient, anonymous: TestClient) -> None:
    started = start(client, filename="Bericht.pdf")
    file_id = started["file_id"]
    assert started["expires_in"] == 3600
    assert started["upload_url"].startswith(f"http://docassay.test/api/v1/files/{file_id}/content?")
    pending = client.get(f"/api/v1/files/{file_id}").json()
    assert (pending["upload_status"], pending["file_size"]) == ("pending", None)

    assert put(anonymous, started["upload_url"]).status_code == 200

    confirmed = client.get(f"/api/v1/files/{file_id}/confirm").json()
    assert confirmed["success"] is True
    assert confirmed["reference"] == started["reference"]
    metadata = client.get(f"/api/v1/files/{file_id}").json()
    assert metadata.keys() == {
        "file_id", "original_filename", "content_type", "reference", "upload_status", "file_size", "created"
    }  # fmt: skip
    assert (metadata["upload_status"], metadata["file_size"]) == ("completed", len(PDF))
    link = client.get(f"/api/v1/files/{file_id}/download", params={"expires_in": 60}).json()
    assert (link["expires_in"], link["original_filename"]) == (60, "Bericht.pdf")
    downloaded = anonymous.get(link["download_url"])
    assert downloaded.content == PDF
    assert downloaded.headers["content-type"] == "application/pdf"
    assert downloaded.headers["x-content-type-options"] == "nosniff"
    assert downloaded.headers["content-disposition"].startswith("attachment;")


def test_a_file_is_found_by_id_token_and_reference_name(client: TestClient) -> None:
    started = start(client)
    name = started["reference"].removeprefix("datalab://")
    for spelled in (str(started["file_id"]), name, name.removeprefix("file-"), f"file-{started['file_id']}"):
        assert client.get(f"/api/v1/files/{spelled}").json()["file_id"] == started["file_id"]


@pytest.mark.parametrize(
    "file_id", ["999", "0", "-1", "9" * 30, "file-nothing", "file-", "x" * 500, "%00", "..%2f..", "½", "1e3"]
)
def test_an_unknown_file_is_not_found(client: TestClient, file_id: str) -> None:
    for path in (f"/api/v1/files/{file_id}", f"/api/v1/files/{file_id}/download"):
        assert client.get(path).status_code == 404
    assert client.delete(f"/api/v1/files/{file_id}").status_code == 404


def test_another_team_sees_nothing_of_a_file(
    client: TestClient, other_team_client: TestClient, upload: Upload
) -> None:
    file_id = upload()
    name = client.get(f"/api/v1/files/{file_id}").json()["reference"].removeprefix("datalab://")
    for spelled in (file_id, name):
        assert other_team_client.get(f"/api/v1/files/{spelled}").status_code == 404
        assert other_team_client.get(f"/api/v1/files/{spelled}/confirm").status_code == 404
        assert other_team_client.delete(f"/api/v1/files/{spelled}").status_code == 404
    assert other_team_client.get("/api/v1/files").json()["total"] == 0


def test_files_are_listed_newest_first_in_pages(client: TestClient) -> None:
    ids = [start(client)["file_id"] for _ in range(5)]
    page = client.get("/api/v1/files", params={"limit": 2, "offset": 1}).json()
    assert [file["file_id"] for file in page["files"]] == [ids[3], ids[2]]
    assert (page["total"], page["limit"], page["offset"]) == (5, 2, 1)
    for wrong in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"offset": 10**30}, {"limit": "x"}):
        assert client.get("/api/v1/files", params=wrong).status_code == 422


def test_confirming_before_the_bytes_have_arrived_says_what_to_do(client: TestClient) -> None:
    answer = client.get(f"/api/v1/files/{start(client)['file_id']}/confirm")
    assert answer.status_code == 400
    assert "PUT" in answer.json()["detail"]


def test_an_empty_file_is_accepted(client: TestClient, anonymous: TestClient) -> None:
    started = start(client)
    assert put(anonymous, started["upload_url"], b"").status_code == 200
    assert client.get(f"/api/v1/files/{started['file_id']}").json()["file_size"] == 0


def test_a_second_put_is_a_conflict_and_changes_nothing(client: TestClient, anonymous: TestClient) -> None:
    started = start(client)
    assert put(anonymous, started["upload_url"]).status_code == 200
    assert put(anonymous, started["upload_url"], b"other").status_code == 409
    assert client.get(f"/api/v1/files/{started['file_id']}").json()["file_size"] == len(PDF)


def test_another_content_type_than_declared_is_refused(client: TestClient, anonymous: TestClient) -> None:
    started = start(client)
    answer = put(anonymous, started["upload_url"], content_type="text/html")
    assert answer.status_code == 400
    assert "text/html" in answer.json()["detail"]
    assert client.get(f"/api/v1/files/{started['file_id']}").json()["upload_status"] == "pending"


def test_a_changed_or_expired_link_opens_nothing(
    client: TestClient, anonymous: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start(client)
    other = start(client)
    url = started["upload_url"]
    for changed in (
        with_query(url, signature="0" * 64),
        with_query(url, signature="é"),
        with_query(url, expires="99999999999"),
        with_query(url, expires="9" * 40),
        with_query(url, limit="1099511627776"),
        url.replace(f"/files/{started['file_id']}/", f"/files/{other['file_id']}/"),
        url.replace(f"/files/{started['file_id']}/", "/files/4711/"),
    ):
        assert put(anonymous, changed).status_code == 403
    assert anonymous.get(url).status_code == 403, "an upload link must not read"
    assert anonymous.put(url.partition("?")[0], content=PDF).status_code == 422
    now = transfer.time.time()
    monkeypatch.setattr(transfer.time, "time", lambda: now + 3601)
    late = put(anonymous, url)
    assert late.status_code == 403
    assert "expired" in late.json()["detail"]


class TestLimits:
    """With a limit of 1000 bytes."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(_env_file=None, data_dir=tmp_path / "data", max_upload_bytes=1000)

    def test_a_declared_length_over_the_limit_is_refused(
        self, client: TestClient, anonymous: TestClient, settings: Settings
    ) -> None:
        assert put(anonymous, start(client)["upload_url"], b"x" * 1001).status_code == 413
        assert incoming(settings) == []

    def test_a_stream_over_the_limit_is_refused_without_a_declared_length(
        self, client: TestClient, anonymous: TestClient, settings: Settings
    ) -> None:
        def chunks() -> Iterator[bytes]:
            for _ in range(11):
                yield b"x" * 100

        started = start(client)
        answer = put(anonymous, started["upload_url"], chunks())
        assert answer.status_code == 413
        assert "1,000 bytes" in answer.json()["detail"]
        assert incoming(settings) == []
        assert put(anonymous, started["upload_url"], b"x" * 1000).status_code == 200


def test_the_same_bytes_are_stored_once_and_removed_with_their_last_file(
    client: TestClient, upload: Upload, store: DiskStore, settings: Settings
) -> None:
    first, second = upload(content=PDF), upload("b.pdf", PDF)
    documents = [path for path in (store.folder / "documents").rglob("*") if path.is_file()]
    assert len(documents) == 1
    assert incoming(settings) == []
    assert client.delete(f"/api/v1/files/{first}").json()["success"] is True
    assert store.exists(PDF_KEY)
    assert client.delete(f"/api/v1/files/{second}").status_code == 200
    assert not store.exists(PDF_KEY)
    assert client.get(f"/api/v1/files/{second}").status_code == 404


def test_ids_of_deleted_files_are_not_given_out_again(client: TestClient, upload: Upload) -> None:
    file_id = upload()
    client.delete(f"/api/v1/files/{file_id}")
    assert upload() > file_id


def test_a_download_link_of_a_deleted_file_opens_nothing(
    client: TestClient, anonymous: TestClient, upload: Upload
) -> None:
    file_id = upload()
    link = client.get(f"/api/v1/files/{file_id}/download").json()["download_url"]
    client.delete(f"/api/v1/files/{file_id}")
    assert anonymous.get(link).status_code == 403


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\scan.pdf", "scan.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("Rëchnung „Mai“ 发票.pdf", "Rëchnung „Mai“ 发票.pdf"),
        ("x" * 251 + ".pdf", "x" * 251 + ".pdf"),
        ('quo"te;.pdf', 'quo"te;.pdf'),
    ],
)
def test_names_are_kept_but_never_dangerous(
    client: TestClient, anonymous: TestClient, upload: Upload, sent: str, kept: str
) -> None:
    file_id = upload(sent)
    link = client.get(f"/api/v1/files/{file_id}/download").json()
    assert link["original_filename"] == kept
    answer = anonymous.get(link["download_url"])
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].isascii()


@pytest.mark.parametrize("name", ["", "  ", "..", "a/", "\u0007", "x" * 252 + ".pdf", "é" * 126 + ".pdf"])
def test_unusable_names_are_wrong_fields(client: TestClient, name: str) -> None:
    answer = client.post("/api/v1/files/upload", json={"filename": name, "content_type": "application/pdf"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "filename"]


def test_types_that_cannot_be_read_are_refused_by_name(client: TestClient) -> None:
    answer = client.post("/api/v1/files/upload", json={"filename": "song.mp3", "content_type": "audio/mpeg"})
    assert answer.status_code == 400
    assert ".docx" in answer.json()["detail"]
    wrong = client.post("/api/v1/files/upload", json={"filename": "a.pdf", "content_type": "pdf\r\nX: y"})
    assert wrong.status_code == 422


def test_references_resolve_to_completed_files_of_the_team(
    client: TestClient, anonymous: TestClient, database: Database
) -> None:
    started = start(client)
    with database.write() as session:
        team = team_named(session, DEFAULT_TEAM).id
        other = Team(name="somebody")
        session.add(other)
        session.flush()
        with pytest.raises(CannotUse, match="not been uploaded"):
            resolve_reference(session, team, started["reference"])
    put(anonymous, started["upload_url"])
    with database.write() as session:
        assert resolve_reference(session, team, started["reference"]).id == started["file_id"]
        assert resolve_reference(session, team, f"datalab://file-{started['file_id']}").sha256
        with pytest.raises(NotFound):
            resolve_reference(session, other.id, started["reference"])
        with pytest.raises(InvalidField):
            resolve_reference(session, team, "datalab://elsewhere")


def test_the_signing_secret_is_private(client: TestClient, settings: Settings) -> None:
    start(client)
    assert (settings.data_dir / "secret.key").stat().st_mode & 0o777 == 0o600
