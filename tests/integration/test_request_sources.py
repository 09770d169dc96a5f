"""Where the documents of single requests come from: addresses, stored conversions, checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from docassay.db.database import Database
from docassay.errors import DocumentFailure
from docassay.files.fetch import FetchedFile
from docassay.requests import fetching
from docassay.requests.work import RequestSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.testing.single_requests import HTML, PAGE_SCHEMA, RequestJobs, poll, two_pages


@pytest.fixture
def jobs(database: Database, store: DiskStore, settings: Settings) -> RequestJobs:
    return RequestJobs(RequestSource(database, store, settings))


# -- documents from URLs ----------------------------------------------------------------------------------


def test_a_document_is_fetched_by_the_worker(
    client: TestClient, jobs: RequestJobs, monkeypatch: pytest.MonkeyPatch
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
    client: TestClient, jobs: RequestJobs, monkeypatch: pytest.MonkeyPatch
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


def test_the_same_document_is_not_parsed_twice(submit: Callable[..., str], jobs: RequestJobs) -> None:
    for fields in ({}, {"output_format": "html"}, {"skip_cache": "true"}):
        submit(**fields)
        jobs.work()
    first, second, third = jobs.tasks
    assert (first.conversion_key, third.conversion_key) == (None, None)
    assert second.conversion_key == jobs.results[0].conversion_key


def test_a_checkpoint_starts_from_its_conversion(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
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
    client: TestClient, other_team_client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    made = submit(save_checkpoint="true")
    jobs.work()
    fields = {"page_schema": PAGE_SCHEMA, "checkpoint_id": poll(client, "convert", made)["checkpoint_id"]}
    assert other_team_client.post("/api/v1/extract", data=fields).status_code == 404
