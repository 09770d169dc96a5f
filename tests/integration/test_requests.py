"""Single requests over HTTP, with the work done in this process when a test says so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from docassay.db.database import Database
from docassay.execution.answer_shape import FINAL_KEYS, OCR_KEYS
from docassay.execution.perform import perform
from docassay.execution.tasks import FileResult
from docassay.requests.models import ProcessingRequest
from docassay.requests.work import MAX_WORKER_DEATHS, RequestSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.testing.single_requests import HTML, PAGE_SCHEMA, RequestJobs, count_requests, poll, two_pages


@pytest.fixture
def jobs(database: Database, store: DiskStore, settings: Settings) -> RequestJobs:
    return RequestJobs(RequestSource(database, store, settings))


# -- submitting and polling -------------------------------------------------------------------------------


def test_the_answer_says_where_to_ask(client: TestClient) -> None:
    answer = client.post("/api/v1/convert", files={"file": ("a.html", HTML)}).json()
    assert answer["success"] is True
    assert answer["error"] is None
    assert answer["request_check_url"] == f"http://docassay.test/api/v1/convert/{answer['request_id']}"


@pytest.mark.parametrize(("kind", "keys"), [("convert", FINAL_KEYS), ("ocr", OCR_KEYS)])
def test_every_key_is_null_while_processing(
    client: TestClient, submit: Callable[..., str], kind: str, keys: tuple[str, ...]
) -> None:
    body = poll(client, kind, submit(kind))
    assert body == {**dict.fromkeys(keys), "status": "processing"}


def test_a_finished_conversion_has_what_was_asked_for(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    request_id = submit(output_format="html,markdown", extras="infographic")
    jobs.work()
    body = poll(client, "convert", request_id)
    assert set(body) == set(FINAL_KEYS)
    assert (body["status"], body["success"], body["error"]) == ("complete", True, None)
    assert body["markdown"] == "# Report\n\nTotal: 12.50 EUR"
    assert "<h1>Report</h1>" in body["html"]
    assert (body["json"], body["chunks"], body["checkpoint_id"], body["evaluation"]) == (None,) * 4
    assert body["output_format"] == "html,markdown"
    assert body["metadata"]["options_not_applied"] == ["extras.infographic"]
    assert body["parse_quality_score"] == 5
    assert body["page_count"] == 1


def test_marker_is_the_older_name_of_convert(client: TestClient, jobs: RequestJobs) -> None:
    answer = client.post("/api/v1/marker", files={"file": ("a.html", HTML)}).json()
    assert "/api/v1/marker/" in answer["request_check_url"]
    jobs.work()
    assert poll(client, "marker", answer["request_id"]) == poll(client, "convert", answer["request_id"])


def test_ocr_answers_with_lines(client: TestClient, submit: Callable[..., str], jobs: RequestJobs) -> None:
    request_id = submit("ocr", two_pages(), "letter.pdf")
    jobs.work()
    body = poll(client, "ocr", request_id)
    assert set(body) == set(OCR_KEYS)
    assert [page["page"] for page in body["pages"]] == [0, 1]
    line = body["pages"][1]["text_lines"][0]
    assert line["text"] == "Second page of the letter"
    assert line["confidence"] is None
    assert body["pages"][0]["image_bbox"] == [0, 0, 300, 200]
    assert line["bbox"][0] == pytest.approx(20, abs=2)


def test_extract_answers_with_json_text(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    request_id = submit("extract", page_schema=PAGE_SCHEMA)
    jobs.work()
    body = poll(client, "extract", request_id)
    assert json.loads(body["extraction_schema_json"])["total"] == 12.5
    assert body["extraction_mode"] == "fast"


def test_a_urlencoded_form_is_read_too(
    client: TestClient, upload: Callable[..., int], jobs: RequestJobs
) -> None:
    reference = client.get(f"/api/v1/files/{upload('a.html', HTML, 'text/html')}").json()["reference"]
    request_id = client.post("/api/v1/convert", data={"file_url": reference}).json()["request_id"]
    jobs.work()
    assert poll(client, "convert", request_id)["success"] is True


def test_a_json_body_is_refused_as_no_form(client: TestClient) -> None:
    answer = client.post("/api/v1/convert", json={"file_url": "https://example.org/a.pdf"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body"]


def test_unknown_foreign_and_misplaced_ids_are_not_found(
    client: TestClient, other_team_client: TestClient, submit: Callable[..., str]
) -> None:
    request_id = submit()
    assert client.get("/api/v1/convert/nothing").status_code == 404
    assert client.get(f"/api/v1/extract/{request_id}").status_code == 404
    assert other_team_client.get(f"/api/v1/convert/{request_id}").status_code == 404


def test_requests_need_a_key(anonymous: TestClient) -> None:
    assert anonymous.post("/api/v1/convert", files={"file": ("a.html", HTML)}).status_code == 401
    assert anonymous.get("/api/v1/convert/abc").status_code == 401
    assert anonymous.get("/api/v1/thumbnails/abc").status_code == 401


# -- what is refused --------------------------------------------------------------------------------------


def test_an_unsupported_type_is_refused_with_what_is_supported(
    client: TestClient, database: Database
) -> None:
    answer = client.post("/api/v1/convert", files={"file": ("tune.mp3", b"ID3", "audio/mpeg")})
    assert answer.status_code == 400
    assert ".pdf" in answer.json()["detail"]
    assert count_requests(database) == 0


def test_a_file_over_the_limit_is_refused(client: TestClient, settings: Settings, database: Database) -> None:
    settings.max_upload_bytes = 1000
    answer = client.post("/api/v1/convert", files={"file": ("a.html", b"x" * 1001)})
    assert answer.status_code == 413
    assert count_requests(database) == 0


def test_a_file_name_is_cut_to_its_last_part(submit: Callable[..., str], database: Database) -> None:
    request_id = submit(name="../../etc/pass\u202ewd.html")
    with database.read() as session:
        row = session.get(ProcessingRequest, request_id)
        assert row is not None
        assert row.filename == "passwd.html"


def test_a_file_name_over_255_bytes_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/convert", files={"file": ("ü" * 130 + ".html", HTML)})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "file"])


def test_text_in_place_of_the_file_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/convert", data={"file": "report.html"})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "file"])


def test_nul_characters_are_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/convert", files={"file": ("a.html", HTML)}, data={"mode": "fa\x00st"})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "mode"])


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/a.pdf", "http://127.0.0.1/a.pdf", "http://localhost/a.pdf", "file:///etc/passwd"],
)
def test_a_url_that_is_never_fetched_is_refused_at_once(client: TestClient, url: str) -> None:
    answer = client.post("/api/v1/convert", data={"file_url": url})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "file_url"])


def test_unknown_references_are_not_found(client: TestClient) -> None:
    for fields in ({"file_url": "datalab://file-abcdefgh1234"}, {"file_url": "datalab://file-99"}):
        assert client.post("/api/v1/convert", data=fields).status_code == 404
    fields = {"checkpoint_id": "ckpt_none", "page_schema": PAGE_SCHEMA}
    assert client.post("/api/v1/extract", data=fields).status_code == 404


def test_a_file_that_is_not_uploaded_yet_cannot_be_used(client: TestClient) -> None:
    started = client.post(
        "/api/v1/files/upload", json={"filename": "a.pdf", "content_type": "application/pdf"}
    ).json()
    assert client.post("/api/v1/convert", data={"file_url": started["reference"]}).status_code == 400


def test_too_many_open_requests_are_put_off(
    client: TestClient,
    other_team_client: TestClient,
    submit: Callable[..., str],
    settings: Settings,
    jobs: RequestJobs,
) -> None:
    settings.max_open_requests = 2
    submit()
    submit()
    answer = client.post("/api/v1/convert", files={"file": ("a.html", HTML)})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    others = other_team_client.post("/api/v1/convert", files={"file": ("a.html", HTML)})
    assert others.status_code == 200
    jobs.work()
    submit()


# -- how documents fail -----------------------------------------------------------------------------------


def test_a_document_that_cannot_be_read_fails_with_the_reason(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    request_id = submit(content=b"", name="empty.pdf")
    jobs.work()
    body = poll(client, "convert", request_id)
    assert (body["status"], body["success"]) == ("failed", False)
    assert "empty" in body["error"]
    assert body["error_in"] == "VALIDATION"
    assert body["metadata"] == {"error_code": "empty"}


def test_a_slot_that_dies_gives_a_failed_answer(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    request_id = submit()
    batch = jobs.source.claim(request_id, "lane")
    assert batch is not None
    died = FileResult(
        request_id, "failed", 0.0, error_code="crashed", error="It crashed.", error_in="INFERENCE"
    )
    assert jobs.source.advance(batch, [died], [], [batch.tasks[0]._replace(deaths=2)]) == []
    body = poll(client, "convert", request_id)
    assert (body["status"], body["success"], body["error"]) == ("failed", False, "It crashed.")
    assert set(body) == set(FINAL_KEYS)


def test_a_second_result_changes_nothing(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    request_id = submit()
    batch = jobs.source.claim(request_id, "lane")
    assert batch is not None
    jobs.source.advance(batch, [perform(batch.tasks[0])], [], [])
    late = FileResult(request_id, "failed", 0.0, error_code="timeout", error="Too late.")
    assert jobs.source.advance(batch, [late], [], []) is None
    assert poll(client, "convert", request_id)["status"] == "complete"


def test_a_request_is_held_by_one_lane_until_it_lets_go(
    submit: Callable[..., str], jobs: RequestJobs
) -> None:
    request_id = submit()
    batch = jobs.source.claim(request_id, "first")
    assert batch is not None
    assert jobs.source.claim(request_id, "second") is None
    jobs.source.abandon(request_id, frozenset({"first"}))
    assert jobs.source.claim(request_id, "second") is None
    jobs.source.abandon(request_id, frozenset({"third"}))
    assert jobs.source.claim(request_id, "second") is not None
    assert jobs.source.unfinished() == [request_id]


def test_a_request_whose_worker_keeps_dying_is_given_up(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    request_id = submit()
    for _ in range(MAX_WORKER_DEATHS):
        batch = jobs.source.claim(request_id, "lane")
        assert batch is not None
        jobs.source.advance(batch, [], batch.tasks, [])
    assert jobs.source.claim(request_id, "lane") is None
    body = poll(client, "convert", request_id)
    assert body["status"] == "failed"
    assert "given up" in body["error"]
