"""Pictures of the pages of requests, and when results and documents go."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from docassay.db.base import now
from docassay.db.database import Database
from docassay.requests.models import Checkpoint, ProcessingRequest
from docassay.requests.retention import purge_expired
from docassay.requests.work import RequestSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.storage.keys import document_key
from docassay.testing.single_requests import RequestJobs, poll, two_pages


@pytest.fixture
def jobs(database: Database, store: DiskStore, settings: Settings) -> RequestJobs:
    return RequestJobs(RequestSource(database, store, settings))


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
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs, settings: Settings, database: Database
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
    jobs: RequestJobs,
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
