"""The languages that a request or a run names for OCR reach the conversion and its cache key."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docassay.db.database import Database
from docassay.execution.contract import WorkRef
from docassay.execution.perform import perform
from docassay.execution.tasks import FileTask, unpack_job
from docassay.readers.ocr import installed
from docassay.requests.options import RequestOptions
from docassay.requests.work import RequestSource, job_of
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.testing.documents.scans import write_image

CSV = b"name,amount\nfirst,12.50\n"


class Jobs:
    """A job engine that is told of work and leaves it to the test."""

    def submit(self, work: WorkRef) -> None:
        pass

    def call(self, function: str, arguments: dict[str, Any], timeout_seconds: float) -> Any:
        module, _, name = function.partition(":")
        return getattr(importlib.import_module(module), name)(**arguments)


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


def test_a_request_uses_its_own_languages_or_else_those_of_the_settings(settings: Settings) -> None:
    own = job_of(RequestOptions(kind="convert", languages=("deu", "eng")), None, settings).convert
    usual = job_of(RequestOptions(kind="convert"), None, settings).convert
    assert own.languages == ("deu", "eng")
    assert usual.languages == settings.ocr_languages
    assert own.identity() != usual.identity()


@pytest.fixture
def task_of(
    client: TestClient, database: Database, store: DiskStore, settings: Settings
) -> Callable[[str, bytes, str], FileTask]:
    """The task of a convert request with the content and ``langs``."""

    def submit(name: str, content: bytes, langs: str) -> FileTask:
        answer = client.post("/api/v1/convert", data={"langs": langs}, files={"file": (name, content)})
        assert answer.status_code == 200, answer.text
        batch = RequestSource(database, store, settings).claim(answer.json()["request_id"], "lane")
        assert batch is not None
        return batch.tasks[0]

    return submit


@pytest.mark.skipif(not installed.ocr_available(), reason="Tesseract is not installed")
def test_a_language_without_data_fails_pages_that_need_it_and_says_what_to_install(
    task_of: Callable[[str, bytes, str], FileTask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "ocr_languages", lambda: frozenset({"eng"}))
    write_image(tmp_path / "receipt.png", 1)
    result = perform(task_of("receipt.png", (tmp_path / "receipt.png").read_bytes(), "eng,lat"))
    assert (result.error_code, result.outcome) == ("needs_ocr", "errored")
    assert "apt-get install tesseract-ocr-lat" in (result.error or "")
    assert perform(task_of("table.csv", CSV, "eng,lat")).error_code is None


def test_a_request_with_what_is_no_language_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/ocr", data={"langs": "../eng"}, files={"file": ("a.csv", CSV)})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "langs"]


def test_a_run_fixes_its_languages(
    client: TestClient,
    database: Database,
    settings: Settings,
    upload: Callable[..., int],
) -> None:
    created = client.post("/api/v1/collections", json={"name": "c"}).raise_for_status().json()
    ids = [upload("a.csv", CSV, "text/csv")]
    path = f"/api/v1/collections/{created['id']}/files"
    client.post(path, json={"uploaded_file_ids": ids}).raise_for_status()
    rubric = {"name": "r", "eval_definition": {"rules": [{"name": "n", "check": "output.garbage_chars"}]}}
    rubric_id = client.post("/api/v1/eval_rubrics", json=rubric).raise_for_status().json()["id"]
    wish = {"collection_id": created["id"], "eval_rubric_id": rubric_id}
    refused = client.post("/api/assay/runs", json={**wish, "langs": "?"})
    assert (refused.status_code, refused.json()["detail"][0]["loc"]) == (422, ["body", "langs"])
    run = client.post("/api/assay/runs", json={**wish, "langs": "de,eng"}).raise_for_status().json()
    batch = RunSource(database, settings).claim(str(run["id"]), "lane")
    assert batch is not None
    assert unpack_job(batch.tasks[0].packed_job).convert.languages == ("deu", "eng")
