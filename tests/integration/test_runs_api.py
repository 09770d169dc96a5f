"""Batch runs over HTTP, with the work done in this process when the test says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docassay.db.database import Database
from docassay.execution.contract import WorkRef
from docassay.execution.tasks import PageProgress
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.testing.documents.invoices import INVOICE_PAGE_SCHEMA, make_invoice
from docassay.testing.jobs import Jobs

CSV = b"name,amount\nfirst,12.50\nsecond,7.25\n"
RUBRIC = {
    "name": "Small",
    "rules": [
        {"name": "Text is complete", "type": "document", "check": "text.layer_recall", "weight": 2},
        {"name": "Tables are sound", "type": "block", "check": "table.wellformed"},
        {"name": "Fields are right", "type": "document", "check": "fields.grounded"},
    ],
}
SCHEMA = json.dumps({"first": {"type": "number"}})


@pytest.fixture
def jobs(database: Database, settings: Settings) -> Jobs:
    return Jobs(RunSource(database, settings))


@pytest.fixture
def make_rubric(client: TestClient) -> Callable[..., int]:
    def make(definition: dict[str, Any] | None = None) -> int:
        body = {"name": "Rubric", "eval_definition": RUBRIC if definition is None else definition}
        return int(client.post("/api/v1/eval_rubrics", json=body).raise_for_status().json()["id"])

    return make


@pytest.fixture
def make_collection(client: TestClient, upload: Callable[..., int]) -> Callable[..., int]:
    def make(*contents: bytes) -> int:
        created = client.post("/api/v1/collections", json={"name": "c"}).raise_for_status().json()
        ids = [upload(f"{n}.csv", content, "text/csv") for n, content in enumerate(contents)]
        if ids:
            path = f"/api/v1/collections/{created['id']}/files"
            client.post(path, json={"uploaded_file_ids": ids}).raise_for_status()
        return int(created["id"])

    return make


def start(client: TestClient, collection: int, rubric: int | None, **more: Any) -> Any:
    body = {"collection_id": collection, "eval_rubric_id": rubric, **more}
    return client.post("/api/v1/eval_batch_runs", json=body)


def test_a_run_from_start_to_scores(
    client: TestClient, jobs: Jobs, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    collection, rubric = make_collection(CSV, CSV + b"third,1\n", b""), make_rubric()
    answer = start(client, collection, rubric)
    assert answer.status_code == 200
    run = answer.json()
    assert run == {
        "id": run["id"],
        "collection_id": collection,
        "eval_rubric_id": rubric,
        "pipeline_id": None,
        "pipeline_type": "convert",
        "status": "pending",
        "started_at": None,
        "completed_at": None,
        "total_files": 3,
        "completed_files": 0,
        "avg_score": None,
        "created": run["created"],
    }
    path = f"/api/v1/eval_batch_runs/{run['id']}"
    waiting = client.get(f"{path}/results").json()["file_results"]
    assert [(row["filename"], row["status"], row["eval_score"]) for row in waiting] == [
        ("0.csv", "pending", None),
        ("1.csv", "pending", None),
        ("2.csv", "pending", None),
    ]
    assert [work.group for work in jobs.submitted] == [f"run-{run['id']}"]
    jobs.work()
    done = client.get(f"{path}/results").json()
    assert done["batch_run"] == client.get(path).json()
    assert (done["batch_run"]["status"], done["batch_run"]["completed_files"]) == ("completed", 3)
    rows = done["file_results"]
    assert [(row["status"], row["eval_score"]) for row in rows] == [
        ("complete", 5.0),
        ("complete", 5.0),
        ("failed", 0.0),
    ]
    assert done["batch_run"]["avg_score"] == round(10 / 3, 4)
    evaluation = rows[0]["eval_results"]
    assert evaluation["eval_definition_name"] == "Rubric"
    assert [(rule["name"], rule["rule_score"]) for rule in evaluation["evaluations"]] == [
        ("Text is complete", 5.0),
        ("Tables are sound", 5.0),
        ("Fields are right", None),
    ]
    assert rows[2]["eval_results"] is None
    opened = client.get(f"/api/v1/convert/{rows[0]['lookup_key']}").json()
    assert (opened["status"], opened["success"]) == ("complete", True)
    assert "second" in opened["markdown"]
    broken = client.get(f"/api/v1/convert/{rows[2]['lookup_key']}").json()
    assert (broken["status"], broken["success"]) == ("failed", False)
    assert "empty" in broken["error"].lower()


def test_the_native_surface_says_what_lies_behind_the_mean(
    client: TestClient, jobs: Jobs, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    run_id = start(client, make_collection(CSV, b""), make_rubric()).json()["id"]
    jobs.at_work[str(run_id)] = [PageProgress(30, 7000)]
    under_way = client.get(f"/api/assay/runs/{run_id}").json()
    assert under_way["pages_at_work"] == [{"pages_done": 30, "pages": 7000}]
    jobs.at_work.clear()
    jobs.work()
    run = client.get(f"/api/assay/runs/{run_id}").json()
    assert run["pages_at_work"] == []
    assert run["outcomes"] == {
        "scored": 1,
        "failed": 1,
        "errored": 0,
        "not_applicable": 0,
        "unscored": 0,
        "cancelled": 0,
        "pending": 0,
    }
    assert (run["coverage"], run["engine"], run["mode"]) == (1.0, "built-in", "fast")
    summary = client.get(f"/api/assay/runs/{run_id}/summary").json()
    assert [(rule["mean"], rule["scored"], rule["not_applicable"]) for rule in summary["rules"]] == [
        (5.0, 1, 0),
        (5.0, 1, 0),
        (None, 0, 1),
    ]
    worst = client.get(f"/api/assay/runs/{run_id}/files?order=score&limit=1").json()
    assert [(f["filename"], f["outcome"], f["error_code"]) for f in worst["files"]] == [
        ("1.csv", "failed", "empty")
    ]
    path = f"/api/assay/runs/{run_id}/files?order=score&limit=1&cursor={worst['next_cursor']}"
    rest = client.get(path).json()["files"]
    assert [f["filename"] for f in rest] == ["0.csv"]
    items = client.get(f"/api/assay/runs/{run_id}/files/{rest[0]['request_id']}/items").json()["items"]
    assert {(item["rule"], item["outcome"]) for item in items} == {
        ("Text is complete", "scored"),
        ("Tables are sound", "scored"),
        ("Fields are right", "not_applicable"),
    }
    assert client.get(f"/api/assay/runs/{run_id}/files/{rest[0]['request_id'] + 99}/items").status_code == 404


def test_extract_and_segment_runs_give_their_results(
    client: TestClient, jobs: Jobs, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    collection = make_collection(b"first,12.5\n")
    grounded = make_rubric({"rules": [{"name": "g", "check": "fields.schema_valid"}]})
    start(client, collection, grounded, pipeline_type="extract", page_schema=SCHEMA).raise_for_status()
    integrity = make_rubric({"rules": [{"name": "s", "check": "segments.integrity"}]})
    boundary = json.dumps({"segmentation_strategy": "document_boundary"})
    start(
        client, collection, integrity, pipeline_type="segment", segmentation_schema=boundary
    ).raise_for_status()
    jobs.work()
    runs = client.get("/api/v1/eval_batch_runs").json()["batch_runs"]
    assert [(run["pipeline_type"], run["status"]) for run in runs] == [
        ("segment", "completed"),
        ("extract", "completed"),
    ]
    keys = {
        run["pipeline_type"]: client.get(f"/api/v1/eval_batch_runs/{run['id']}/results").json()[
            "file_results"
        ][0]["lookup_key"]
        for run in runs
    }
    values = json.loads(client.get(f"/api/v1/extract/{keys['extract']}").json()["extraction_schema_json"])
    assert values["first"] == 12.5
    found = client.get(f"/api/v1/segment/{keys['segment']}").json()["segmentation_results"]
    assert [segment["pages"] for segment in found["segments"]] == [[0]]


def test_a_second_reading_is_made_from_the_text_of_the_file_itself(
    client: TestClient,
    jobs: Jobs,
    upload: Callable[..., int],
    make_rubric: Callable[..., int],
    tmp_path: Path,
) -> None:
    make_invoice(tmp_path / "invoice.pdf", seed=2)
    collection = client.post("/api/v1/collections", json={"name": "c"}).json()["id"]
    ids = [
        upload("invoice.pdf", (tmp_path / "invoice.pdf").read_bytes(), "application/pdf"),
        upload("a.csv", b"what,total\nBolt,5\n", "text/csv"),
    ]
    client.post(f"/api/v1/collections/{collection}/files", json={"uploaded_file_ids": ids})
    rubric = make_rubric({"rules": [{"name": "both", "check": "fields.agreement"}]})
    schema = json.dumps(INVOICE_PAGE_SCHEMA)
    run = start(client, collection, rubric, pipeline_type="extract", page_schema=schema).json()["id"]
    jobs.work()
    files = client.get(f"/api/assay/runs/{run}/files").json()["files"]
    invoice, table = (
        client.get(f"/api/assay/runs/{run}/files/{file['request_id']}/items").json()["items"][0]
        for file in files
    )
    assert (invoice["outcome"], invoice["score"]) == ("scored", 5)
    assert invoice["details"]["compared"] >= 6
    assert table["outcome"] == "not_applicable"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"collection_id": 999}, 404, "Collection 999 was not found."),
        ({"eval_rubric_id": 999}, 404, "999"),
        ({"pipeline_id": "cp_none"}, 404, "Pipeline cp_none was not found."),
        ({"eval_rubric_id": None}, 422, ["body", "eval_rubric_id"]),
        ({"pipeline_type": "summarise"}, 422, ["body", "pipeline_type"]),
        ({"pipeline_type": "extract"}, 422, ["body", "page_schema"]),
        ({"pipeline_type": "extract", "page_schema": "{"}, 422, ["body", "page_schema"]),
        ({"pipeline_type": "extract", "page_schema": "{}"}, 422, ["body", "page_schema"]),
        ({"pipeline_type": "segment"}, 422, ["body", "segmentation_schema"]),
        ({"pipeline_type": "segment", "segmentation_schema": "[1]"}, 422, ["body", "segmentation_schema"]),
        ({"output_format": "docx"}, 422, ["body", "output_format"]),
        ({"collection_id": "many"}, 422, ["body", "collection_id"]),
        ({"collection_id": 2**80}, 422, ["body", "collection_id"]),
    ],
)
def test_what_cannot_be_started_is_refused_with_the_reason(
    client: TestClient,
    jobs: Jobs,
    make_collection: Callable[..., int],
    make_rubric: Callable[..., int],
    change: dict[str, Any],
    status: int,
    words: str | list[str],
) -> None:
    body = {"collection_id": make_collection(CSV), "eval_rubric_id": make_rubric(), **change}
    answer = client.post("/api/v1/eval_batch_runs", json=body)
    assert answer.status_code == status
    detail = answer.json()["detail"]
    assert words in detail if isinstance(words, str) else words in [error["loc"] for error in detail]
    assert jobs.submitted == []
    assert client.get("/api/v1/eval_batch_runs").json()["total"] == 0


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"rules": [{"name": "t", "check": "table.welformed"}]}, "table.wellformed"),
        ({"rules": []}, "rule"),
        ({"anything": 1}, "rule"),
        ({"rules": [{"name": "p", "prompt": "Every table is complete."}]}, "judge"),
        ({"rules": [{"name": "p", "check": "order.lis", "params": {"nope": 1}}]}, "nope"),
    ],
)
def test_a_rubric_that_cannot_be_run_is_stored_but_not_started(
    client: TestClient,
    make_collection: Callable[..., int],
    make_rubric: Callable[..., int],
    definition: dict[str, Any],
    words: str,
) -> None:
    rubric = make_rubric(definition)
    assert client.get(f"/api/v1/eval_rubrics/{rubric}").json()["eval_definition"] == definition
    answer = start(client, make_collection(CSV), rubric)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_archived_and_empty_things_cannot_be_run(
    client: TestClient, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    rubric, collection = make_rubric(), make_collection(CSV)
    assert "no files" in start(client, make_collection(), rubric).json()["detail"]
    client.delete(f"/api/v1/collections/{collection}").raise_for_status()
    assert start(client, collection, rubric).status_code == 400
    client.put(f"/api/v1/collections/{collection}", json={"archived": False}).raise_for_status()
    client.delete(f"/api/v1/eval_rubrics/{rubric}").raise_for_status()
    answer = start(client, collection, rubric)
    assert (answer.status_code, "archived" in answer.json()["detail"]) == (400, True)


def test_a_mixed_rubric_leaves_prompts_unscored_and_says_why(
    client: TestClient, jobs: Jobs, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    rules = [
        {"name": "checked", "check": "output.garbage_chars", "type": "document"},
        {"name": "judged", "prompt": "Footnotes are kept.", "type": "document"},
    ]
    run_id = start(client, make_collection(CSV), make_rubric({"rules": rules})).json()["id"]
    jobs.work()
    row = client.get(f"/api/v1/eval_batch_runs/{run_id}/results").json()["file_results"][0]
    judged = row["eval_results"]["evaluations"][1]
    assert (row["eval_score"], judged["rule_score"], judged["items_evaluated"]) == (5.0, None, 0)
    assert "judge" in judged["individual_results"][0]["feedback"]
    summary = client.get(f"/api/assay/runs/{run_id}/summary").json()
    assert (summary["rules"][1]["mean"], summary["rules"][1]["unscored"]) == (None, 1)
    assert summary["run"]["warnings"] == [
        "1 rule needs a judge, but none is configured, and will be unscored. Set DOCASSAY_JUDGE_BASE_URL."
    ]


def test_later_edits_do_not_change_a_run(
    client: TestClient, jobs: Jobs, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    collection, rubric = make_collection(CSV, CSV), make_rubric()
    run_id = start(client, collection, rubric).json()["id"]
    client.put(f"/api/v1/eval_rubrics/{rubric}", json={"eval_definition": {"rules": []}}).raise_for_status()
    first = client.get(f"/api/v1/collections/{collection}").json()["files"][0]["uploaded_file_id"]
    client.delete(f"/api/v1/collections/{collection}/files/{first}").raise_for_status()
    jobs.work()
    run = client.get(f"/api/assay/runs/{run_id}").json()
    assert (run["completed_files"], run["rubric_version"], run["avg_score"]) == (2, 1, 5.0)
    assert len(client.get(f"/api/assay/runs/{run_id}/summary").json()["rules"]) == 3


def test_cancelling_ends_the_run_once(
    client: TestClient, jobs: Jobs, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    run_id = start(client, make_collection(CSV), make_rubric()).json()["id"]
    cancelled = client.post(f"/api/assay/runs/{run_id}/cancel").raise_for_status().json()
    assert (cancelled["status"], cancelled["outcomes"]["cancelled"]) == ("cancelled", 1)
    assert (cancelled["completed_files"], cancelled["avg_score"], cancelled["coverage"]) == (0, None, 0.0)
    assert jobs.cancelled == [WorkRef("run", str(run_id))]
    assert client.post(f"/api/assay/runs/{run_id}/cancel").status_code == 409
    jobs.work()
    row = client.get(f"/api/v1/eval_batch_runs/{run_id}/results").json()["file_results"][0]
    assert (row["status"], row["eval_score"]) == ("cancelled", None)


def test_another_team_sees_nothing_of_a_run(
    client: TestClient,
    other_team_client: TestClient,
    jobs: Jobs,
    make_collection: Callable[..., int],
    make_rubric: Callable[..., int],
) -> None:
    collection, rubric = make_collection(CSV), make_rubric()
    run_id = start(client, collection, rubric).json()["id"]
    jobs.work()
    key = client.get(f"/api/v1/eval_batch_runs/{run_id}/results").json()["file_results"][0]["lookup_key"]
    request_id = int(key.removeprefix("br_"))
    for path in (
        f"/api/v1/eval_batch_runs/{run_id}",
        f"/api/v1/eval_batch_runs/{run_id}/results",
        f"/api/v1/convert/{key}",
        f"/api/v1/thumbnails/{key}",
        f"/api/assay/runs/{run_id}",
        f"/api/assay/runs/{run_id}/files",
        f"/api/assay/runs/{run_id}/summary",
        f"/api/assay/runs/{run_id}/files/{request_id}/items",
    ):
        assert other_team_client.get(path).status_code == 404, path
        assert client.get(path).status_code == 200, path
    assert other_team_client.post(f"/api/assay/runs/{run_id}/cancel").status_code == 404
    assert start(other_team_client, collection, rubric).status_code == 404
    assert other_team_client.get("/api/v1/eval_batch_runs").json() == {"batch_runs": [], "total": 0}


def test_runs_are_listed_newest_first_and_filtered(
    client: TestClient, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    collections, rubric = [make_collection(CSV), make_collection(CSV)], make_rubric()
    ids = [start(client, collections[n % 2], rubric).json()["id"] for n in range(5)]
    listed = client.get("/api/v1/eval_batch_runs", params={"limit": 2, "offset": 1}).json()
    assert ([run["id"] for run in listed["batch_runs"]], listed["total"]) == ([ids[3], ids[2]], 5)
    odd = client.get("/api/v1/eval_batch_runs", params={"collection_id": collections[1]}).json()
    assert ([run["id"] for run in odd["batch_runs"]], odd["total"]) == ([ids[3], ids[1]], 2)
    assert client.get("/api/v1/eval_batch_runs", params={"pipeline_id": "x"}).json()["total"] == 0
    assert client.get("/api/v1/eval_batch_runs", params={"limit": 0}).status_code == 422
    assert client.get("/api/v1/eval_batch_runs", params={"limit": 201}).status_code == 422


def test_native_options_reach_the_conversion(
    client: TestClient, jobs: Jobs, make_collection: Callable[..., int], make_rubric: Callable[..., int]
) -> None:
    body = {
        "collection_id": make_collection(CSV),
        "eval_rubric_id": make_rubric(),
        "name": "nightly",
        "mode": "balanced",
        "page_range": "0",
        "skip_cache": True,
        "output_format": "html,json",
    }
    run = client.post("/api/assay/runs", json=body).raise_for_status().json()
    assert (run["name"], run["mode"]) == ("nightly", "balanced")
    jobs.work()
    key = client.get(f"/api/assay/runs/{run['id']}/files").json()["files"][0]["lookup_key"]
    answer = client.get(f"/api/v1/convert/{key}").json()
    assert (answer["output_format"], answer["markdown"]) == ("html,json", None)
    assert "<table>" in answer["html"]
    for wrong in (
        {"engine": "nobody"},
        {"mode": "turbo"},
        {"max_pages": 0},
        {"nope": 1},
        {"page_range": "x"},
    ):
        refused = client.post("/api/assay/runs", json={**body, **wrong})
        assert refused.status_code in (400, 422), wrong
