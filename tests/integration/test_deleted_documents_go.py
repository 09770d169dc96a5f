"""What users delete leaves the disk: at once, or when the last work that needs it has ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from docassay.db.base import now
from docassay.db.database import Database
from docassay.execution.models import OutputCacheEntry
from docassay.execution.perform import perform
from docassay.execution.tasks import FileResult
from docassay.files.models import UploadedFile
from docassay.files.retention import forget_abandoned_uploads, remove_left_over_files
from docassay.keys.models import Team
from docassay.requests.models import Checkpoint
from docassay.requests.retention import purge_expired
from docassay.runs.models import RunFile
from docassay.runs.work import RunSource
from docassay.server import open_parts
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.storage.keys import document_key, source_layer_key

CSV = b"name,amount\nApples,12.50\nPears,7.25\n"


class SilentJobs:
    """A job engine that takes work; the tests do it themselves."""

    def submit(self, work: Any) -> None:
        """Nothing happens."""

    def cancel(self, work: Any) -> None:
        """Nothing happens."""


@pytest.fixture
def jobs() -> SilentJobs:
    return SilentJobs()


@pytest.fixture
def source(database: Database, settings: Settings, store: DiskStore) -> RunSource:
    return RunSource(database, settings, store)


@pytest.fixture
def run_on(client: TestClient) -> Callable[[int], int]:
    """Starts a run on one file and returns its id."""

    def start(file_id: int) -> int:
        collection = client.post("/api/v1/collections", json={"name": "c"}).json()["id"]
        client.post(f"/api/v1/collections/{collection}/files", json={"uploaded_file_ids": [file_id]})
        rules = [{"name": "numbers", "type": "document", "check": "text.number_agreement"}]
        rubric = client.post(
            "/api/v1/eval_rubrics", json={"name": "r", "eval_definition": {"rules": rules}}
        ).json()["id"]
        started = client.post(
            "/api/v1/eval_batch_runs", json={"collection_id": collection, "eval_rubric_id": rubric}
        )
        assert started.status_code == 200, started.text
        run_id: int = started.json()["id"]
        return run_id

    return start


def sha256_of(database: Database, file_id: int) -> str:
    with database.read() as session:
        return session.scalars(select(UploadedFile.sha256).where(UploadedFile.id == file_id)).one() or ""


def work_off(source: RunSource, run_id: int) -> list[FileResult]:
    results: list[FileResult] = []
    while (batch := source.claim(str(run_id), "lane")) is not None:
        source.advance(batch, [], batch.tasks, [])
        done = [perform(task) for task in batch.tasks]
        source.advance(batch, done, [], [])
        source.release(batch, is_done=True)
        results += done
    source.finish(str(run_id))
    return results


def test_a_file_deleted_during_a_run_is_processed_and_goes_at_the_end_of_the_run(
    client: TestClient,
    upload: Callable[..., int],
    run_on: Callable[[int], int],
    source: RunSource,
    store: DiskStore,
    database: Database,
) -> None:
    file_id = upload("a.csv", CSV, "text/csv")
    sha256 = sha256_of(database, file_id)
    run_id = run_on(file_id)
    assert client.delete(f"/api/v1/files/{file_id}").status_code == 200
    assert store.exists(document_key(sha256))
    (result,) = work_off(source, run_id)
    assert result.error is None
    assert not store.exists(document_key(sha256))
    answer = client.get(f"/api/v1/eval_batch_runs/{run_id}/results").json()
    assert answer["batch_run"]["status"] == "completed"
    kept = client.get(f"/api/v1/convert/{answer['file_results'][0]['lookup_key']}").json()
    assert "Apples" in kept["markdown"]


def test_a_file_deleted_during_a_run_goes_when_the_run_is_cancelled(
    client: TestClient,
    upload: Callable[..., int],
    run_on: Callable[[int], int],
    store: DiskStore,
    database: Database,
) -> None:
    file_id = upload("a.csv", CSV, "text/csv")
    sha256 = sha256_of(database, file_id)
    run_id = run_on(file_id)
    client.delete(f"/api/v1/files/{file_id}")
    assert client.post(f"/api/assay/runs/{run_id}/cancel").status_code == 200
    assert not store.exists(document_key(sha256))
    result = client.get(f"/api/v1/eval_batch_runs/{run_id}/results").json()["file_results"][0]
    answer = client.get(f"/api/v1/convert/{result['lookup_key']}").json()
    assert (answer["status"], answer["success"]) == ("failed", False)
    assert "cancelled" in answer["error"]


def test_what_was_read_from_a_document_goes_with_it(
    client: TestClient,
    upload: Callable[..., int],
    run_on: Callable[[int], int],
    source: RunSource,
    store: DiskStore,
    database: Database,
) -> None:
    file_id = upload("a.csv", CSV, "text/csv")
    sha256 = sha256_of(database, file_id)
    (result,) = work_off(source, run_on(file_id))
    layer = source_layer_key(sha256, "1")
    store.put_bytes(layer, b"what the document says")
    assert result.conversion_key is not None
    assert store.exists(document_key(sha256))
    client.delete(f"/api/v1/files/{file_id}")
    assert not store.exists(document_key(sha256))
    assert not store.exists(layer)
    assert b"Apples" not in b"".join(
        path.read_bytes() for path in (store.folder / "conversions").rglob("*") if path.is_file()
    )
    with database.read() as session:
        assert session.scalars(select(OutputCacheEntry)).all() == []


def test_bytes_that_are_gone_are_an_error_of_that_file_alone(
    upload: Callable[..., int],
    run_on: Callable[[int], int],
    source: RunSource,
    store: DiskStore,
    database: Database,
) -> None:
    file_id = upload("a.csv", CSV, "text/csv")
    store.delete(document_key(sha256_of(database, file_id)))
    (result,) = work_off(source, run_on(file_id))
    assert (result.outcome, result.score, result.error_code) == ("errored", None, "missing")
    assert "Upload it again" in (result.error or "")
    with database.read() as session:
        assert session.scalars(select(RunFile.status)).one() == "failed"


def test_a_document_behind_a_checkpoint_stays_until_the_checkpoint_goes(
    client: TestClient,
    upload: Callable[..., int],
    store: DiskStore,
    database: Database,
    settings: Settings,
) -> None:
    file_id = upload("a.csv", CSV, "text/csv")
    sha256 = sha256_of(database, file_id)
    with database.write() as session:
        team_id = session.scalars(select(Team.id).where(Team.name == "default")).one()
        session.add(
            Checkpoint(
                id="ckpt_1",
                team_id=team_id,
                document_key="conversions/a",
                sha256=sha256,
                filename="a.csv",
                content_type="text/csv",
            )
        )
    client.delete(f"/api/v1/files/{file_id}")
    assert store.exists(document_key(sha256))
    later = now() + timedelta(hours=settings.checkpoint_retention_hours + 1)
    assert purge_expired(database, store, settings, later) == 1
    assert not store.exists(document_key(sha256))


def test_announced_files_that_never_came_are_forgotten_after_a_day(
    client: TestClient, upload: Callable[..., int], database: Database, settings: Settings
) -> None:
    kept = upload()
    client.post("/api/v1/files/upload", json={"filename": "b.pdf", "content_type": "application/pdf"})
    assert forget_abandoned_uploads(database, settings) == 0
    later = now() + timedelta(seconds=settings.upload_url_seconds, hours=25)
    assert forget_abandoned_uploads(database, settings, later) == 1
    assert [file["file_id"] for file in client.get("/api/v1/files").json()["files"]] == [kept]


def test_temporary_files_of_killed_processes_are_removed_and_fresh_ones_are_not(
    settings: Settings, store: DiskStore
) -> None:
    outside = settings.data_dir / "precious"
    outside.mkdir()
    (outside / "file").write_bytes(b"x")
    folders = (settings.data_dir / "incoming", store.temporary)
    for folder in folders:
        folder.mkdir(exist_ok=True)
        (folder / "old").write_bytes(b"x")
        (folder / "old-folder").mkdir()
        (folder / "old-folder" / "document").write_bytes(b"x")
        (folder / "link").symlink_to(outside)
        for path in folder.iterdir():
            os.utime(path, (0, 0), follow_symlinks=False)
        (folder / "fresh").write_bytes(b"x")
    assert remove_left_over_files(settings) == 6
    assert [path.name for folder in folders for path in folder.iterdir()] == ["fresh", "fresh"]
    assert (outside / "file").exists()


def test_a_server_cleans_up_as_a_chore(settings: Settings) -> None:
    parts = open_parts(settings)
    old = settings.blob_dir / "incoming" / "old"
    old.write_bytes(b"x")
    os.utime(old, (0, 0))
    parts.jobs.start()
    try:
        for _ in range(3000):
            if not old.exists():
                break
            parts.jobs._stopping.wait(0.01)
    finally:
        parts.close()
    assert not old.exists()


def test_folders_of_documents_are_for_their_owner_only(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o755, parents=True)
    store = DiskStore(settings.blob_dir)
    assert [_mode(path) for path in (store.folder, store.temporary)] == [0o700, 0o700]


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
