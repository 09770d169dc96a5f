"""Files and requests are given up for the deaths of their workers, never for orderly stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from docassay.db.database import Database
from docassay.requests.models import ProcessingRequest
from docassay.requests.work import MAX_WORKER_DEATHS, RequestSource
from docassay.runs.models import RunFile
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore


class SilentJobs:
    """A job engine that takes work; the tests do it themselves."""

    def submit(self, work: Any) -> None:
        """Nothing happens."""


@pytest.fixture
def jobs() -> SilentJobs:
    return SilentJobs()


@pytest.fixture
def run_id(client: TestClient, upload: Callable[..., int]) -> int:
    file_id = upload("a.csv", b"a,b\n1,2\n", "text/csv")
    collection = client.post("/api/v1/collections", json={"name": "c"}).json()["id"]
    client.post(f"/api/v1/collections/{collection}/files", json={"uploaded_file_ids": [file_id]})
    rules = [{"name": "clean", "type": "page", "check": "output.garbage_chars"}]
    rubric = client.post(
        "/api/v1/eval_rubrics", json={"name": "r", "eval_definition": {"rules": rules}}
    ).json()["id"]
    started = client.post(
        "/api/v1/eval_batch_runs", json={"collection_id": collection, "eval_rubric_id": rubric}
    )
    number: int = started.json()["id"]
    return number


def test_a_file_survives_any_number_of_orderly_stops(
    database: Database, settings: Settings, run_id: int
) -> None:
    source = RunSource(database, settings)
    for n in range(MAX_WORKER_DEATHS + 1):
        batch = source.claim(str(run_id), f"lane-{n}")
        assert batch is not None
        source.advance(batch, [], batch.tasks, [])
        source.release(batch, is_done=False)
        with database.read() as session:
            assert session.execute(select(RunFile.status, RunFile.attempts)).one() == ("pending", 0)


def test_a_slice_taken_over_by_another_lane_is_not_put_back_by_the_first(
    database: Database, settings: Settings, run_id: int
) -> None:
    source = RunSource(database, settings)
    first = source.claim(str(run_id), "first")
    assert first is not None
    source.advance(first, [], first.tasks, [])
    source.abandon(str(run_id), frozenset())
    second = source.claim(str(run_id), "second")
    assert second is not None
    source.advance(second, [], second.tasks, [])
    source.release(first, is_done=False)
    with database.read() as session:
        assert session.execute(select(RunFile.status, RunFile.attempts)).one() == ("processing", 2)


@pytest.fixture
def request_source(database: Database, settings: Settings, store: DiskStore) -> RequestSource:
    return RequestSource(database, store, settings)


@pytest.fixture
def request_id(client: TestClient) -> str:
    answer = client.post("/api/v1/convert", files={"file": ("a.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 200, answer.text
    number: str = answer.json()["request_id"]
    return number


def test_a_request_survives_any_number_of_orderly_stops(
    database: Database, request_source: RequestSource, request_id: str
) -> None:
    for n in range(MAX_WORKER_DEATHS + 1):
        batch = request_source.claim(request_id, f"lane-{n}")
        assert batch is not None
        request_source.advance(batch, [], batch.tasks, [])
        request_source.release(batch, is_done=False)
    with database.read() as session:
        assert session.scalars(select(ProcessingRequest.attempts)).one() == 0


def test_a_request_that_cannot_be_prepared_is_given_up_in_the_end(
    client: TestClient,
    request_source: RequestSource,
    request_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("docassay.requests.work.job_of", fail)
    for n in range(MAX_WORKER_DEATHS):
        with pytest.raises(OSError, match="space"):
            request_source.claim(request_id, f"lane-{n}")
    assert request_source.claim(request_id, "last") is None
    assert client.get(f"/api/v1/convert/{request_id}").json()["status"] == "failed"
