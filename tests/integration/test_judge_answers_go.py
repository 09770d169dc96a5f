"""Answers of judges quote documents: they leave the disk with the document that they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from docassay.db.base import now
from docassay.db.database import Database
from docassay.files.models import UploadedFile
from docassay.keys.models import Team
from docassay.requests.models import Checkpoint
from docassay.requests.retention import purge_expired
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.testing.jobs import Jobs
from docassay.testing.scripted_judge import ScriptedJudge, completion, good_answer, question

SECRETS = ("Appleseed", "Pearwood")
RULES = [{"name": "Nice", "type": "page", "prompt": "The text is nice."}]


class Script:
    """Says good things, after it has done what a test wants done meanwhile."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, request: Mapping[str, Any]) -> Any:
        self.meanwhile()
        secret = next(name for name in SECRETS if name in question(request))
        return 200, completion(good_answer(request) | {"reasoning": f"It names {secret}."})


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def server(script: Script) -> Any:
    with ScriptedJudge(script) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: ScriptedJudge) -> Settings:
    return settings.model_copy(update={"judge_base_url": server.url, "judge_model": "scripted"})


@pytest.fixture
def jobs(database: Database, settings: Settings, store: DiskStore) -> Jobs:
    return Jobs(RunSource(database, settings, store))


@pytest.fixture
def files(upload: Callable[..., int]) -> list[int]:
    return [upload(f"{name}.csv", f"name,{name}\n1,2\n".encode(), "text/csv") for name in SECRETS]


def start(client: TestClient, files: list[int]) -> int:
    collection = client.post("/api/v1/collections", json={"name": "c"}).json()["id"]
    body: dict[str, Any] = {"uploaded_file_ids": files}
    client.post(f"/api/v1/collections/{collection}/files", json=body).raise_for_status()
    body = {"name": "R", "eval_definition": {"rules": RULES}}
    rubric = client.post("/api/v1/eval_rubrics", json=body).json()["id"]
    body = {"collection_id": collection, "eval_rubric_id": rubric}
    return int(client.post("/api/v1/eval_batch_runs", json=body).raise_for_status().json()["id"])


def kept_about(store: DiskStore) -> list[str]:
    """The documents that stored answers of judges are about."""
    folder = store.folder / "judgements"
    texts = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    return sorted(name for name in SECRETS for text in texts if f"It names {name}." in text)


def test_answers_go_with_their_document_and_those_about_others_stay(
    client: TestClient, jobs: Jobs, files: list[int], store: DiskStore, server: ScriptedJudge
) -> None:
    start(client, files)
    jobs.work()
    assert kept_about(store) == ["Appleseed", "Pearwood"]
    client.delete(f"/api/v1/files/{files[0]}").raise_for_status()
    assert kept_about(store) == ["Pearwood"]
    asked = len(server.requests)
    start(client, files[1:])
    jobs.work()
    assert len(server.requests) == asked


def test_answers_about_a_file_deleted_during_its_run_go_at_the_end_of_the_run(
    client: TestClient, jobs: Jobs, files: list[int], store: DiskStore
) -> None:
    run = start(client, files)
    client.delete(f"/api/v1/files/{files[0]}").raise_for_status()
    jobs.work()
    assert client.get(f"/api/assay/runs/{run}").json()["outcomes"]["scored"] == 2
    assert kept_about(store) == ["Pearwood"]


def test_an_answer_that_comes_after_its_document_was_deleted_is_not_kept(
    client: TestClient, jobs: Jobs, files: list[int], store: DiskStore, script: Script
) -> None:
    run = start(client, files[:1])

    def delete() -> None:
        client.post(f"/api/assay/runs/{run}/cancel").raise_for_status()
        client.delete(f"/api/v1/files/{files[0]}").raise_for_status()

    script.meanwhile = delete
    jobs.work()
    assert kept_about(store) == []


def test_answers_about_a_document_go_when_its_time_is_over(
    client: TestClient,
    jobs: Jobs,
    files: list[int],
    store: DiskStore,
    database: Database,
    settings: Settings,
) -> None:
    start(client, files)
    jobs.work()
    with database.write() as session:
        sha256 = session.scalars(select(UploadedFile.sha256).where(UploadedFile.id == files[0])).one() or ""
        row = Checkpoint(
            id="ckpt_1",
            team_id=session.scalars(select(Team.id).where(Team.name == "default")).one(),
            document_key="conversions/a",
            sha256=sha256,
            filename="a.csv",
            content_type="text/csv",
        )
        session.add(row)
    client.delete(f"/api/v1/files/{files[0]}").raise_for_status()
    assert kept_about(store) == ["Appleseed", "Pearwood"]
    later = now() + timedelta(hours=settings.checkpoint_retention_hours + 1)
    assert purge_expired(database, store, settings, later) == 1
    assert kept_about(store) == ["Pearwood"]
