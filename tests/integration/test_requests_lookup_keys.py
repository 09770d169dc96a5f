"""Results of batch runs under their lookup keys, at the addresses of single requests."""

from __future__ import annotations

import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from docassay.collections.models import Collection
from docassay.db.database import Database
from docassay.execution.answer_shape import FINAL_KEYS, empty_answer
from docassay.keys.models import Team
from docassay.runs.models import Run, RunFile
from docassay.storage.answers import pack_json
from docassay.storage.disk import DiskStore
from docassay.storage.keys import document_key, run_prefix

SHA256 = "a" * 64


@pytest.fixture
def jobs() -> Any:
    class DirectCalls:
        def call(self, function: str, arguments: dict[str, Any], timeout_seconds: float) -> Any:
            from docassay.requests import thumbnails

            return getattr(thumbnails, function.partition(":")[2])(**arguments)

    return DirectCalls()


@pytest.fixture
def run_files(database: Database, store: DiskStore, client: TestClient) -> dict[str, str]:
    """Lookup keys of a run's files by their status; the client's team owns the run."""
    with database.write() as session:
        team_id = session.scalars(select(Team.id).where(Team.name == "default")).one()
        collection = Collection(team_id=team_id, name="Letters")
        session.add(collection)
        session.flush()
        run = Run(
            team_id=team_id,
            collection_id=collection.id,
            pipeline_type="extract",
            engine="built-in",
            engine_version="1",
            snapshot={},
            total_files=3,
        )
        session.add(run)
        session.flush()
        keys = {}
        for position, status in enumerate(("pending", "complete", "failed")):
            answer = {
                **empty_answer("extract", "complete"),
                "success": True,
                "extraction_schema_json": "{}",
            }
            key = store.add(run_prefix(run.id), pack_json(answer)) if status == "complete" else None
            file = RunFile(
                run_id=run.id,
                position=position,
                uploaded_file_id=position,
                filename="letter.pdf",
                content_type="application/pdf",
                file_size=1,
                sha256=SHA256,
                status=status,
                result_key=key,
                error="The slot died." if status == "failed" else None,
            )
            session.add(file)
            session.flush()
            keys[status] = f"br_{file.id}"
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(100, 100))
    canvas.drawString(10, 50, "Letter")
    canvas.showPage()
    canvas.save()
    store.put_bytes(document_key(SHA256), buffer.getvalue())
    return keys


def test_a_file_that_waits_is_processing(client: TestClient, run_files: dict[str, str]) -> None:
    body = client.get(f"/api/v1/extract/{run_files['pending']}").json()
    assert body == {**dict.fromkeys(FINAL_KEYS), "status": "processing"}


def test_a_finished_file_answers_like_a_request(client: TestClient, run_files: dict[str, str]) -> None:
    body = client.get(f"/api/v1/extract/{run_files['complete']}").json()
    assert (body["status"], body["success"], body["extraction_schema_json"]) == ("complete", True, "{}")


def test_a_failed_file_answers_with_its_error(client: TestClient, run_files: dict[str, str]) -> None:
    body = client.get(f"/api/v1/extract/{run_files['failed']}").json()
    assert (body["status"], body["success"], body["error"]) == ("failed", False, "The slot died.")


def test_a_lookup_key_is_found_at_its_own_pipeline_type_only(
    client: TestClient, run_files: dict[str, str]
) -> None:
    assert client.get(f"/api/v1/convert/{run_files['complete']}").status_code == 404


def test_another_team_does_not_see_it(other_team_client: TestClient, run_files: dict[str, str]) -> None:
    assert other_team_client.get(f"/api/v1/extract/{run_files['complete']}").status_code == 404
    assert other_team_client.get(f"/api/v1/thumbnails/{run_files['complete']}").status_code == 404


def test_its_document_has_thumbnails_at_any_status(client: TestClient, run_files: dict[str, str]) -> None:
    for key in run_files.values():
        answer = client.get(f"/api/v1/thumbnails/{key}?thumb_width=32").json()
        assert (answer["success"], len(answer["thumbnails"])) == (True, 1)


def test_a_deleted_document_is_an_error_in_the_answer(
    client: TestClient, store: DiskStore, run_files: dict[str, str]
) -> None:
    store.delete(document_key(SHA256))
    answer = client.get(f"/api/v1/thumbnails/{run_files['complete']}").json()
    assert (answer["success"], answer["thumbnails"]) == (False, None)
    assert "deleted" in answer["error"]


def test_a_lost_answer_is_not_found(client: TestClient, store: DiskStore, run_files: dict[str, str]) -> None:
    store.delete_prefix("runs")
    assert client.get(f"/api/v1/extract/{run_files['complete']}").status_code == 404
