"""Single requests over HTTP, with the work done in this process when a test says so."""

from __future__ import annotations

import base64
import importlib
import io
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import func, select

from docassay.checks.registry import all_checks
from docassay.db.base import now
from docassay.db.database import Database
from docassay.errors import DocumentFailure
from docassay.execution.answer_shape import FINAL_KEYS, OCR_KEYS
from docassay.execution.contract import WorkRef
from docassay.execution.perform import perform
from docassay.execution.tasks import FileResult, FileTask
from docassay.files.fetch import FetchedFile
from docassay.requests import fetching
from docassay.requests.models import Checkpoint, ProcessingRequest
from docassay.requests.retention import purge_expired
from docassay.requests.work import MAX_WORKER_DEATHS, RequestSource
from docassay.rubrics.models import EvalRubric, RubricCalibration
from docassay.rubrics.service import set_calibrations
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.storage.keys import document_key

HTML = b"<html><body><h1>Report</h1><p>Total: 12.50 EUR</p></body></html>"
PAGE_SCHEMA = json.dumps({"type": "object", "properties": {"total": {"type": "number"}}})


class Jobs:
    """A job engine that collects work and does it in this process on request."""

    def __init__(self, source: RequestSource) -> None:
        self.source = source
        self.submitted: list[WorkRef] = []
        self.tasks: list[FileTask] = []
        self.results: list[FileResult] = []

    def submit(self, work: WorkRef) -> None:
        self.submitted.append(work)

    def call(self, function: str, arguments: Mapping[str, Any], timeout_seconds: float) -> Any:
        module, _, name = function.partition(":")
        return getattr(importlib.import_module(module), name)(**arguments)

    def work(self) -> None:
        """Do everything that was submitted."""
        while self.submitted:
            batch = self.source.claim(self.submitted.pop(0).id, "lane")
            if batch is not None:
                self.source.advance(batch, [], batch.tasks, [])
                results = [perform(task) for task in batch.tasks]
                self.source.advance(batch, results, [], [])
                self.results.extend(results)
                self.source.release(batch, is_done=True)
                self.tasks.extend(batch.tasks)


@pytest.fixture
def jobs(database: Database, store: DiskStore, settings: Settings) -> Jobs:
    return Jobs(RequestSource(database, store, settings))


@pytest.fixture
def submit(client: TestClient) -> Callable[..., str]:
    """``submit(kind, content, name, **fields)`` returns the id of an accepted request."""

    def send(
        kind: str = "convert", content: bytes | None = HTML, name: str = "report.html", **fields: str
    ) -> str:
        files = {"file": (name, content)} if content is not None else {"extra": ("", b"")}
        answer = client.post(f"/api/v1/{kind}", files=files, data=fields)
        assert answer.status_code == 200, answer.text
        request_id: str = answer.json()["request_id"]
        return request_id

    return send


def poll(client: TestClient, kind: str, request_id: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{kind}/{request_id}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    return body


def two_pages() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 200), invariant=True)
    for text in ("First page of the letter", "Second page of the letter"):
        canvas.drawString(20, 150, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


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
    client: TestClient, submit: Callable[..., str], jobs: Jobs
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


def test_marker_is_the_older_name_of_convert(client: TestClient, jobs: Jobs) -> None:
    answer = client.post("/api/v1/marker", files={"file": ("a.html", HTML)}).json()
    assert "/api/v1/marker/" in answer["request_check_url"]
    jobs.work()
    assert poll(client, "marker", answer["request_id"]) == poll(client, "convert", answer["request_id"])


def test_ocr_answers_with_lines(client: TestClient, submit: Callable[..., str], jobs: Jobs) -> None:
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


def test_extract_answers_with_json_text(client: TestClient, submit: Callable[..., str], jobs: Jobs) -> None:
    request_id = submit("extract", page_schema=PAGE_SCHEMA)
    jobs.work()
    body = poll(client, "extract", request_id)
    assert json.loads(body["extraction_schema_json"])["total"] == 12.5
    assert body["extraction_mode"] == "fast"


def test_a_urlencoded_form_is_read_too(client: TestClient, upload: Callable[..., int], jobs: Jobs) -> None:
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


def count_requests(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ProcessingRequest)) or 0


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
    jobs: Jobs,
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
    client: TestClient, submit: Callable[..., str], jobs: Jobs
) -> None:
    request_id = submit(content=b"", name="empty.pdf")
    jobs.work()
    body = poll(client, "convert", request_id)
    assert (body["status"], body["success"]) == ("failed", False)
    assert "empty" in body["error"]
    assert body["error_in"] == "VALIDATION"
    assert body["metadata"] == {"error_code": "empty"}


def test_a_slot_that_dies_gives_a_failed_answer(
    client: TestClient, submit: Callable[..., str], jobs: Jobs
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


def test_a_second_result_changes_nothing(client: TestClient, submit: Callable[..., str], jobs: Jobs) -> None:
    request_id = submit()
    batch = jobs.source.claim(request_id, "lane")
    assert batch is not None
    jobs.source.advance(batch, [perform(batch.tasks[0])], [], [])
    late = FileResult(request_id, "failed", 0.0, error_code="timeout", error="Too late.")
    assert jobs.source.advance(batch, [late], [], []) is None
    assert poll(client, "convert", request_id)["status"] == "complete"


def test_a_request_is_held_by_one_lane_until_it_lets_go(submit: Callable[..., str], jobs: Jobs) -> None:
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
    client: TestClient, submit: Callable[..., str], jobs: Jobs
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


# -- documents from URLs ----------------------------------------------------------------------------------


def test_a_document_is_fetched_by_the_worker(
    client: TestClient, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(url: str, settings: Settings, target: Path) -> FetchedFile:
        import hashlib

        target.write_bytes(HTML)
        return FetchedFile(hashlib.sha256(HTML).hexdigest(), len(HTML), "fetched.html", "text/html")

    monkeypatch.setattr(fetching, "fetch_url", fetch)
    fields = {"file_url": "https://example.org/report"}
    request_id = client.post("/api/v1/convert", data=fields).json()["request_id"]
    assert client.get(f"/api/v1/thumbnails/{request_id}").status_code == 400
    jobs.work()
    assert poll(client, "convert", request_id)["markdown"].startswith("# Report")
    assert jobs.tasks[0].filename == "fetched.html"


def test_a_document_that_cannot_be_fetched_fails_after_retries(
    client: TestClient, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def fetch(url: str, settings: Settings, target: Path) -> FetchedFile:
        calls.append(url)
        raise DocumentFailure("fetch", "It answered with 503.", error_in="OTHER", is_retryable=True)

    monkeypatch.setattr(fetching, "fetch_url", fetch)
    monkeypatch.setattr(fetching, "RETRY_DELAYS_SECONDS", (0.0, 0.0))
    fields = {"file_url": "https://example.org/report.pdf"}
    request_id = client.post("/api/v1/convert", data=fields).json()["request_id"]
    jobs.work()
    body = poll(client, "convert", request_id)
    assert (body["status"], body["error"], body["error_in"]) == ("failed", "It answered with 503.", "OTHER")
    assert len(calls) == 3


# -- conversions that exist already -----------------------------------------------------------------------


def test_the_same_document_is_not_parsed_twice(submit: Callable[..., str], jobs: Jobs) -> None:
    for fields in ({}, {"output_format": "html"}, {"skip_cache": "true"}):
        submit(**fields)
        jobs.work()
    first, second, third = jobs.tasks
    assert (first.conversion_key, third.conversion_key) == (None, None)
    assert second.conversion_key == jobs.results[0].conversion_key


def test_a_checkpoint_starts_from_its_conversion(
    client: TestClient, submit: Callable[..., str], jobs: Jobs
) -> None:
    made = submit(content=two_pages(), name="letter.pdf", save_checkpoint="true")
    jobs.work()
    checkpoint_id = poll(client, "convert", made)["checkpoint_id"]
    used = submit("extract", None, page_schema=PAGE_SCHEMA, checkpoint_id=checkpoint_id)
    one_page = submit("extract", None, page_schema=PAGE_SCHEMA, checkpoint_id=checkpoint_id, page_range="1")
    jobs.work()
    assert poll(client, "extract", used)["page_count"] == 2
    assert poll(client, "extract", one_page)["page_count"] == 1
    assert jobs.tasks[1].conversion_key == jobs.results[0].conversion_key


def test_another_teams_checkpoint_is_not_found(
    client: TestClient, other_team_client: TestClient, submit: Callable[..., str], jobs: Jobs
) -> None:
    made = submit(save_checkpoint="true")
    jobs.work()
    fields = {"page_schema": PAGE_SCHEMA, "checkpoint_id": poll(client, "convert", made)["checkpoint_id"]}
    assert other_team_client.post("/api/v1/extract", data=fields).status_code == 404


# -- rubrics ----------------------------------------------------------------------------------------------


def make_rubric(client: TestClient, *rules: dict[str, Any]) -> int:
    definition = {"name": "Inner name", "rules": list(rules)}
    answer = client.post("/api/v1/eval_rubrics", json={"name": "Complete", "eval_definition": definition})
    rubric_id: int = answer.json()["id"]
    return rubric_id


def test_a_conversion_is_scored_with_the_rubric_as_it_was(
    client: TestClient, submit: Callable[..., str], jobs: Jobs
) -> None:
    rubric_id = make_rubric(client, {"name": "Complete", "type": "document", "check": "text.layer_recall"})
    request_id = submit(eval_rubric_id=str(rubric_id))
    client.put(f"/api/v1/eval_rubrics/{rubric_id}", json={"eval_definition": {"rules": []}})
    jobs.work()
    evaluation = poll(client, "convert", request_id)["evaluation"]
    assert [rule["rule_score"] for rule in evaluation["evaluations"]] == [5]
    assert evaluation["total_items_evaluated"] == 1


def test_the_rubric_of_a_request_is_calibrated_like_that_of_a_run(
    client: TestClient, database: Database, submit: Callable[..., str], jobs: Jobs
) -> None:
    rubric_id = make_rubric(client, {"name": "Complete", "type": "document", "check": "text.layer_recall"})
    check = all_checks()["text.layer_recall"]
    with database.write() as session:
        rubric = session.get_one(EvalRubric, rubric_id)
        row = RubricCalibration(
            rubric_id=rubric_id, version=1, rule_index=0, points={"x": [0.0, 5.0], "y": [0.0, 2.0]},
            scorer=f"{check.name}@{check.version}", labels=50, before={}, after={},
        )  # fmt: skip
        set_calibrations(session, rubric, [row])
    request_id = submit(eval_rubric_id=str(rubric_id))
    jobs.work()
    evaluation = poll(client, "convert", request_id)["evaluation"]
    assert [rule["rule_score"] for rule in evaluation["evaluations"]] == [2]


@pytest.mark.parametrize("kind", ["extract", "segment"])
def test_extractions_and_segmentations_are_scored_too(
    client: TestClient, submit: Callable[..., str], jobs: Jobs, kind: str
) -> None:
    rubric_id = make_rubric(client, {"name": "Complete", "type": "document", "check": "text.layer_recall"})
    schemas = {
        "page_schema": PAGE_SCHEMA,
        "segmentation_schema": json.dumps({"segments": [{"name": "report", "description": "Report"}]}),
    }
    request_id = submit(kind, eval_rubric_id=str(rubric_id), **schemas)
    jobs.work()
    evaluation = poll(client, kind, request_id)["evaluation"]
    assert [rule["rule_score"] for rule in evaluation["evaluations"]] == [5]
    refused = client.post(
        f"/api/v1/{kind}", files={"file": ("a.html", HTML)}, data={"eval_rubric_id": "one", **schemas}
    )
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", "eval_rubric_id"]


def test_a_rubric_that_cannot_be_used_is_refused(client: TestClient, database: Database) -> None:
    broken = make_rubric(client, {"name": "Odd", "type": "page", "check": "no.such_check"})
    archived = make_rubric(client, {"name": "Complete", "type": "page", "check": "text.layer_recall"})
    client.delete(f"/api/v1/eval_rubrics/{archived}")
    for rubric_id, status in ((broken, 400), (archived, 400), (999, 404)):
        answer = client.post(
            "/api/v1/convert", files={"file": ("a.html", HTML)}, data={"eval_rubric_id": str(rubric_id)}
        )
        assert answer.status_code == status, answer.text
    assert count_requests(database) == 0


# -- thumbnails -------------------------------------------------------------------------------------------


def test_thumbnails_are_jpegs_of_the_pages_asked_for(client: TestClient, submit: Callable[..., str]) -> None:
    request_id = submit(content=two_pages(), name="letter.pdf")
    answer = client.get(f"/api/v1/thumbnails/{request_id}?thumb_width=64&page_range=1").json()
    assert (answer["success"], answer["error"]) == (True, None)
    assert [base64.b64decode(image)[:3] for image in answer["thumbnails"]] == [b"\xff\xd8\xff"]
    assert len(client.get(f"/api/v1/thumbnails/{request_id}").json()["thumbnails"]) == 2


@pytest.mark.parametrize("query", ["page_range=7", "page_range=99999999"])
def test_pages_that_do_not_exist_are_an_error_in_the_answer(
    client: TestClient, submit: Callable[..., str], query: str
) -> None:
    answer = client.get(f"/api/v1/thumbnails/{submit(content=two_pages(), name='l.pdf')}?{query}")
    assert answer.status_code == 200
    assert (answer.json()["success"], answer.json()["thumbnails"]) == (False, None)
    assert answer.json()["error"]


@pytest.mark.parametrize("query", ["thumb_width=0", "thumb_width=9999", "thumb_width=wide", "page_range=x"])
def test_a_wrong_thumbnail_query_is_refused(
    client: TestClient, submit: Callable[..., str], query: str
) -> None:
    answer = client.get(f"/api/v1/thumbnails/{submit()}?{query}")
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (
        422,
        ["query", query.partition("=")[0]],
    )


def test_thumbnails_of_an_unknown_key_are_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/thumbnails/nothing").status_code == 404
    assert client.get("/api/v1/thumbnails/br_77").status_code == 404


# -- retention --------------------------------------------------------------------------------------------


def test_expired_results_are_not_found_even_before_they_are_purged(
    client: TestClient, submit: Callable[..., str], jobs: Jobs, settings: Settings, database: Database
) -> None:
    request_id = submit()
    jobs.work()
    with database.write() as session:
        row = session.get(ProcessingRequest, request_id)
        assert row is not None
        row.completed_at = now() - timedelta(hours=settings.request_retention_hours, seconds=1)
    assert client.get(f"/api/v1/convert/{request_id}").status_code == 404


def test_purging_removes_results_and_bytes_that_nothing_else_needs(
    client: TestClient,
    submit: Callable[..., str],
    upload: Callable[..., int],
    jobs: Jobs,
    settings: Settings,
    database: Database,
    store: DiskStore,
) -> None:
    kept = b"<html><body><p>Kept as an uploaded file</p></body></html>"
    upload("kept.html", kept, "text/html")
    submit(content=kept)
    alone = submit()
    checkpointed = submit(content=two_pages(), name="a.pdf", save_checkpoint="true")
    jobs.work()
    unfinished = submit(content=b"<html><body><p>Waiting</p></body></html>")
    by_id = {str(task.task_id): task for task in jobs.tasks}
    later = now() + timedelta(hours=settings.request_retention_hours + 1)
    assert purge_expired(database, store, settings, later) == 3
    assert not store.exists(document_key(by_id[alone].sha256))
    assert not store.exists(by_id[alone].result_key)
    assert store.exists(document_key(by_id[checkpointed].sha256))
    assert [store.exists(document_key(t.sha256)) for t in jobs.tasks] == [True, False, True]
    assert poll(client, "convert", unfinished)["status"] == "processing"
    much_later = now() + timedelta(hours=settings.checkpoint_retention_hours + 1)
    assert purge_expired(database, store, settings, much_later) == 1
    assert not store.exists(document_key(by_id[checkpointed].sha256))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Checkpoint)) == 0
