"""Requests that no client of good will sends: each gets a clear 4xx, none a 500 or the server's memory."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from docassay.api.guard import MAX_JSON_BYTES, check_json
from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure
from docassay.requests import thumbnails
from docassay.settings import Settings


class SilentJobs:
    """A job engine that takes work and never does it."""

    def submit(self, work: Any) -> None:
        """Nothing happens."""


@pytest.fixture
def jobs() -> SilentJobs:
    return SilentJobs()


def multipart(fields: dict[str, bytes], charset: str = "") -> tuple[bytes, str]:
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--x--\r\n", f"multipart/form-data; boundary=x{charset}"


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "undefined", "raw_unicode_escape", "rot13"])
def test_a_form_in_a_trick_encoding_is_refused(client: TestClient, charset: str) -> None:
    body, content_type = multipart(
        {"file_url": b"https://example.com/\\ud800+2AA-.pdf"}, f"; charset={charset}"
    )
    answer = client.post("/api/v1/convert", content=body, headers={"Content-Type": content_type})
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"'])
def test_a_form_in_utf_8_is_accepted(client: TestClient, charset: str) -> None:
    body, content_type = multipart({"file_url": "https://example.com/ü.pdf".encode()}, charset)
    answer = client.post("/api/v1/convert", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("config", ["1" * 5000, '{"a": ' + "1" * 5000 + "}", "[" * 100_000])
def test_unreadable_json_in_a_form_field_is_refused(client: TestClient, config: str) -> None:
    answer = client.post(
        "/api/v1/convert",
        data={"additional_config": config, "file_url": "https://example.com/a.pdf"},
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"][0]["loc"] == ["body", "additional_config"]


@pytest.mark.parametrize(
    "text", ["1" * 5000, '{"total": ' + "1" * 5000 + "}", "[" * 100_000, "NaN", '{"a":1e999}']
)
@pytest.mark.parametrize(("kind", "field"), [("extract", "page_schema"), ("segment", "segmentation_schema")])
def test_unreadable_schemas_are_refused(client: TestClient, kind: str, field: str, text: str) -> None:
    answer = client.post(f"/api/v1/{kind}", data={field: text, "file_url": "https://example.com/a.pdf"})
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "url",
    [
        "http://[", "http://[::1", "http://a]b/", "https://exa\u2100mple.com/a", "http://\ufb01.com/", "http:///a",
        "http://a:99999/", "http://a:b/", "https://a/\ud7ff[", "https://x.y/" + "%ff" * 300, "http://0x7f.1/",
        "https://" + "a" * 300 + ".com/", "https://a..b/", "https://xn--/", "HTTPS://example.com/%00.pdf",
        "https://example.com/a?b=\u0007", "https://\u0660.com/", "datalab://", "datalab://file-", "datalab://file-%00",
    ],
)  # fmt: skip
def test_an_odd_url_is_no_internal_error(client: TestClient, url: str) -> None:
    answer = client.post("/api/v1/convert", data={"file_url": url})
    assert answer.status_code in (200, 400, 404, 422), answer.text


@pytest.mark.parametrize("host", ["[", "a b", "x" * 300, "user@h", "h:port", "é", "a/b?c#d", "[::1", ""])
def test_an_odd_host_header_is_no_internal_error(client: TestClient, host: str) -> None:
    answer = client.post(
        "/api/v1/files/upload",
        json={"filename": "a.pdf", "content_type": "application/pdf"},
        headers={"Host": host.encode("latin-1")},  # type: ignore[dict-item]
    )
    assert answer.status_code in (200, 400, 404), answer.text


@pytest.mark.parametrize(
    "body", [b'{"name": NaN}', b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b"\xff", b"[" * 9999]
)
@pytest.mark.parametrize(
    "content_type", [None, "application/json", "application/x+json", "text/plain", "application/JSON ; x"]
)
def test_bad_json_under_any_content_type_is_refused(
    client: TestClient, body: bytes, content_type: str | None
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.post("/api/v1/collections", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_a_form_where_json_belongs_has_the_limit_of_json(client: TestClient, content_type: str) -> None:
    answer = client.post(
        "/api/v1/collections",
        content=iter([b"a" * 1024 * 1024] * (MAX_JSON_BYTES // 1024 // 1024 + 1)),
        headers={"Content-Type": content_type},
    )
    assert answer.status_code == 413, answer.text


def test_a_form_without_a_file_has_the_limit_of_json(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/convert",
        content=b"a" * (MAX_JSON_BYTES + 1),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 413, answer.text


def test_checking_json_takes_no_multiple_of_its_size() -> None:
    body = b"[" + b"7," * 500_000 + b"7]"
    json.loads(body)
    tracemalloc.start()
    try:
        check_json(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * len(body)


@pytest.mark.parametrize(
    "key", ["br_999999999999999999", "br_-1", "br_0x1", "br_", "br_²", "\ud7ff", "%ff", "a" * 5000]
)
def test_an_odd_lookup_key_is_unknown(client: TestClient, key: str) -> None:
    for path in ("convert", "thumbnails", "ocr"):
        assert client.get(f"/api/v1/{path}/{key}").status_code == 404


@pytest.mark.parametrize("path", ["collections", "eval_rubrics", "eval_batch_runs"])
@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "0", "1e3", "1.0", "٣", "%00"])
def test_an_odd_id_is_unknown_or_wrong(client: TestClient, path: str, number: str) -> None:
    assert client.get(f"/api/v1/{path}/{number}").status_code in (404, 422)


def test_a_page_range_that_no_file_could_have_is_refused_before_the_run(
    client: TestClient, settings: Settings
) -> None:
    collection = client.post("/api/v1/collections", json={"name": "c"}).json()["id"]
    rubric = client.post(
        "/api/v1/eval_rubrics",
        json={
            "name": "r",
            "eval_definition": {"rules": [{"name": "a", "type": "page", "check": "page.coverage"}]},
        },
    ).json()["id"]
    answer = client.post(
        "/api/assay/runs",
        json={"collection_id": collection, "eval_rubric_id": rubric, "page_range": "3-1,x"},
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"][0]["loc"] == ["body", "page_range"]


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_rubric_of_many_megabytes_is_refused(client: TestClient, method: str) -> None:
    small = {"name": "r", "eval_definition": {"rules": []}}
    rubric = client.post("/api/v1/eval_rubrics", json=small).json()["id"]
    path = "/api/v1/eval_rubrics" if method == "post" else f"/api/v1/eval_rubrics/{rubric}"
    answer = client.request(method, path, json=small | {"eval_definition": {"rules": ["x" * 300_000]}})
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"][0]["loc"] == ["body", "eval_definition"]


def test_a_form_of_very_many_fields_is_refused(client: TestClient) -> None:
    body, content_type = multipart({f"f{n}": b"x" * 1000 for n in range(60)})
    answer = client.post("/api/v1/convert", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400, answer.text


def test_thumbnails_that_would_fill_the_memory_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    Image.new("RGB", (400, 400)).save(picture)
    monkeypatch.setattr(thumbnails, "MAX_ANSWER_BYTES", 100)
    with pytest.raises(DocumentFailure, match="thumb_width"):
        thumbnails.render_thumbnails(str(picture), "a.png", "image/png", 300, None, ReadLimits())
