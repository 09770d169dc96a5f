"""Ended runs that go on: unscored files are scored later without being converted again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docassay.db.database import Database
from docassay.runs.models import Run
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.testing.jobs import Jobs
from docassay.testing.scripted_judge import ScriptedJudge, completion, good_answer

RULES = [
    {"name": "Nice", "type": "document", "prompt": "The text is nice."},
    {"name": "Clean", "check": "output.garbage_chars"},
]


class Outage:
    """A judge that is down until it is mended."""

    def __init__(self) -> None:
        self.is_down = True

    def __call__(self, request: Mapping[str, Any]) -> Any:
        return (503, {"error": "down"}) if self.is_down else (200, completion(good_answer(request, 2)))


@pytest.fixture
def outage() -> Outage:
    return Outage()


@pytest.fixture
def server(outage: Outage) -> Any:
    with ScriptedJudge(outage) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: ScriptedJudge) -> Settings:
    changes = {"judge_base_url": server.url, "judge_model": "scripted", "judge_file_seconds": 1.0}
    return settings.model_copy(update=changes)


@pytest.fixture
def jobs(database: Database, settings: Settings) -> Jobs:
    return Jobs(RunSource(database, settings))


def start(client: TestClient, upload: Callable[..., int], contents: list[bytes], **more: Any) -> int:
    collection = client.post("/api/v1/collections", json={"name": "c"}).raise_for_status().json()["id"]
    ids = [upload(f"{number}.csv", content, "text/csv") for number, content in enumerate(contents)]
    for first in range(0, len(ids), 100):
        body = {"uploaded_file_ids": ids[first : first + 100]}
        client.post(f"/api/v1/collections/{collection}/files", json=body).raise_for_status()
    rubric = client.post(
        "/api/v1/eval_rubrics", json={"name": "R", "eval_definition": {"rules": RULES}}
    ).json()
    wish = {"collection_id": collection, "eval_rubric_id": rubric["id"], **more}
    return int(client.post("/api/v1/eval_batch_runs", json=wish).raise_for_status().json()["id"])


def files_of(client: TestClient, run: int) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = (
        client.get(f"/api/assay/runs/{run}/files").raise_for_status().json()["files"]
    )
    return files


def test_what_was_unscored_in_an_outage_is_scored_later_and_nothing_is_converted_again(
    client: TestClient, jobs: Jobs, upload: Callable[..., int], outage: Outage, store: DiskStore
) -> None:
    run = start(client, upload, [b"a,b\n1,%d\n" % number for number in range(3)])
    jobs.work()
    before = client.get(f"/api/assay/runs/{run}").json()
    assert (before["status"], before["avg_score"]) == ("completed", 5)
    old = files_of(client, run)

    outage.is_down = False
    reopened = client.post(f"/api/assay/runs/{run}/retry", json={}).raise_for_status().json()
    assert (reopened["status"], reopened["completed_files"], reopened["avg_score"]) == ("running", 0, None)
    assert reopened["completed_at"] is None
    jobs.work()
    after = client.get(f"/api/assay/runs/{run}").json()
    assert (after["status"], after["completed_files"], after["avg_score"]) == ("completed", 3, 3.5)
    assert after["cached_files"] == 3
    files = files_of(client, run)
    assert [file["request_id"] for file in files] == [file["request_id"] for file in old]
    collection = client.get(f"/api/v1/collections/{after['collection_id']}").json()
    assert {file["last_eval_score"] for file in collection["files"]} == {3.5}
    again = client.post(f"/api/assay/runs/{run}/retry", json={})
    assert (again.status_code, "no file that is unscored or errored" in again.json()["detail"]) == (400, True)


def test_files_with_all_of_their_scores_are_left_alone(
    client: TestClient, jobs: Jobs, upload: Callable[..., int], outage: Outage
) -> None:
    outage.is_down = False
    run = start(client, upload, [b"a,b\n1,2\n", b"\xff\xfe\x00bad\x00"])
    jobs.work()
    good = files_of(client, run)[0]
    assert client.post(f"/api/assay/runs/{run}/retry", json={"outcomes": ["cancelled"]}).status_code == 400
    assert files_of(client, run)[0] == good


def test_a_cancelled_run_goes_on_where_it_stopped(
    client: TestClient, jobs: Jobs, upload: Callable[..., int], outage: Outage
) -> None:
    outage.is_down = False
    run = start(client, upload, [b"a,b\n1,%d\n" % number for number in range(120)])
    jobs.work(slices=1)
    client.post(f"/api/assay/runs/{run}/cancel").raise_for_status()
    done = client.get(f"/api/assay/runs/{run}").json()["outcomes"]["scored"]
    assert 0 < done < 120
    client.post(f"/api/assay/runs/{run}/retry", json={"outcomes": ["cancelled"]}).raise_for_status()
    jobs.work()
    ended = client.get(f"/api/assay/runs/{run}").json()
    assert (ended["status"], ended["outcomes"]["scored"], ended["outcomes"]["cancelled"]) == (
        "completed",
        120,
        0,
    )


def test_what_cannot_be_retried_is_said(
    client: TestClient,
    other_team_client: TestClient,
    jobs: Jobs,
    upload: Callable[..., int],
    database: Database,
) -> None:
    run = start(client, upload, [b"a,b\n1,2\n"])
    assert client.post(f"/api/assay/runs/{run}/retry", json={}).status_code == 409
    jobs.work()
    assert other_team_client.post(f"/api/assay/runs/{run}/retry", json={}).status_code == 404
    assert client.post(f"/api/assay/runs/{run}/retry", json={"outcomes": []}).status_code == 422
    assert client.post(f"/api/assay/runs/{run}/retry", json={"outcomes": ["scored"]}).status_code == 422
    with database.write() as session:
        session.get_one(Run, run).engine_version = "0"
    refused = client.post(f"/api/assay/runs/{run}/retry", json={})
    assert (refused.status_code, "Start a new run" in refused.json()["detail"]) == (400, True)
