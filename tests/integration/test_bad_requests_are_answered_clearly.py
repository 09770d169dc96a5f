"""What the guard and the error handlers answer, whatever the route."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from docassay.api import guard
from docassay.errors import NotAvailable, TooManyRequests
from docassay.settings import Settings

URL = "/api/v1/collections"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", max_upload_bytes=1000)


def test_unknown_routes_and_methods_are_answered_in_json(client: TestClient) -> None:
    assert client.get("/api/v1/nothing").json() == {"detail": "Not Found"}
    answer = client.patch(URL)
    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})


def test_a_wrong_field_is_answered_with_its_place_and_without_the_input(client: TestClient) -> None:
    answer = client.post(URL, json={"name": "x" * 5_000_000})
    assert answer.status_code == 422
    [detail] = answer.json()["detail"]
    assert detail == {
        "loc": ["body", "name"], "msg": "String should have at most 200 characters", "type": "string_too_long"
    }  # fmt: skip


def test_many_wrong_fields_do_not_make_a_huge_answer(client: TestClient) -> None:
    body = {"uploaded_file_ids": [{"x" * 1000: index} for index in range(100)]}
    collection = client.post(URL, json={"name": "a"}).json()["id"]
    answer = client.post(f"{URL}/{collection}/files", json=body)
    assert answer.status_code == 422
    assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    "raw",
    [b"{", b"\xff\xfe\x00", b"nul", b"{}}", b'"\\ud800"', b"NaN", b"[" * 50_000, b"", "“”".encode("utf-16")],
)
def test_json_that_cannot_be_read_is_a_wrong_body(client: TestClient, raw: bytes) -> None:
    for content_type in ("application/json", "application/vnd.api+json; charset=utf-8", "APPLICATION/JSON"):
        answer = client.post(URL, content=raw, headers={"Content-Type": content_type})
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"][0] == "body"


def test_a_body_of_another_type_is_a_wrong_body(client: TestClient) -> None:
    for headers in ({"Content-Type": "text/plain"}, {}, {"Content-Type": "\xff"}):
        answer = client.post(
            URL, content=b'{"name": "a"}', headers={k: v.encode("latin-1") for k, v in headers.items()}
        )
        assert answer.status_code == 422


def test_a_json_body_over_the_limit_is_too_large(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_JSON_BYTES", 100)

    def chunks() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * 10

    headers = {"Content-Type": "application/json"}
    assert client.post(URL, content=b'{"name": "a"}', headers=headers).status_code == 200
    for content in (b" " * 101, chunks()):
        answer = client.post(URL, content=content, headers=headers)
        assert answer.status_code == 413
        assert "100 bytes" in answer.json()["detail"]


def test_a_form_over_the_limit_is_too_large(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_FORM_OVERHEAD_BYTES", 500)
    big = {"file": ("a.pdf", b"x" * 5000, "application/pdf")}
    assert client.post("/api/v1/convert", files=big).status_code == 413

    def chunks() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        for _ in range(50):
            yield b"x" * 100
        yield b"\r\n--b--\r\n"

    answer = client.post(
        "/api/v1/convert", content=chunks(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 413


def test_nul_characters_in_addresses_are_refused(client: TestClient) -> None:
    assert client.get("/api/v1/files/a%00b").status_code == 404
    assert client.get("/api/v1/eval_batch_runs", params={"pipeline_id": "a\x00b"}).status_code == 422


@pytest.mark.parametrize("offset", ["9" * 19, "9" * 30, "9" * 5000, "-1", "1.5", "١", ""])
def test_offsets_out_of_range_are_wrong_fields(client: TestClient, offset: str) -> None:
    answer = client.get(URL, params={"offset": offset})
    assert answer.status_code == 422


def test_errors_of_ours_carry_their_status_and_headers(app: FastAPI, client: TestClient) -> None:
    def busy() -> None:
        raise TooManyRequests("Too many open requests.", retry_after_seconds=7)

    def missing() -> None:
        raise NotAvailable("Not here: \ud800")

    def broken() -> None:
        raise ZeroDivisionError("a secret")

    app.add_api_route("/busy", busy)
    app.add_api_route("/missing", missing)
    app.add_api_route("/broken", broken)
    answer = client.get("/busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert client.get("/missing").json() == {"detail": "Not here: \\ud800"}
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["detail"].startswith("Internal error.")
    assert "secret" not in answer.text


def test_a_write_is_committed_before_its_answer_and_undone_by_an_error(
    client: TestClient, anonymous: TestClient
) -> None:
    created = client.post(URL, json={"name": "kept"}).json()
    answer = client.post(f"{URL}/{created['id']}/files", json={"uploaded_file_ids": [1]})
    assert answer.status_code == 404
    assert client.get(f"{URL}/{created['id']}").json() == created


def test_the_openapi_document_is_served(anonymous: TestClient) -> None:
    document = anonymous.get("/openapi.json").json()
    assert json.dumps(document).count("ValidationError") > 10
