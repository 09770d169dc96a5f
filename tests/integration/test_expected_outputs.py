"""What is right for the files of a collection: versions, saving after review, what runs are given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from docassay.checks import registry
from docassay.checks.contract import Check, Item, Level, Subject
from docassay.db.database import Database
from docassay.expected_outputs.models import ExpectedOutput
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.testing.jobs import Jobs

CSV = b"name,amount\nfirst,12.50\nsecond,7.25\n"
TRUTH = {"markdown": "# Right", "fields": {"total": 5}}
NO_RULES = {"rules": [{"name": "clean", "check": "output.garbage_chars"}]}


@pytest.fixture
def jobs(database: Database, settings: Settings) -> Jobs:
    return Jobs(RunSource(database, settings))


@pytest.fixture
def file_id(upload: Callable[..., int]) -> int:
    return upload("a.csv", CSV, "text/csv")


@pytest.fixture
def collection(client: TestClient, file_id: int) -> int:
    made = int(client.post("/api/v1/collections", json={"name": "c"}).raise_for_status().json()["id"])
    client.post(f"/api/v1/collections/{made}/files", json={"uploaded_file_ids": [file_id]}).raise_for_status()
    return made


@pytest.fixture
def path(collection: int, file_id: int) -> str:
    return f"/api/assay/collections/{collection}/files/{file_id}/expected"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Subject]:
    """What the check ``test.recorded`` was given; it is registered for one test."""
    seen: list[Subject] = []

    def note(subject: Subject, level: Level, params: Any) -> list[Item]:
        seen.append(subject)
        return [Item(score=5.0, feedback="seen")]

    name = "test.recorded"
    made = Check(name, "1", ("document",), frozenset({"expected"}), "Notes.", "5", {"type": "object"}, note)
    monkeypatch.setitem(registry.all_checks() and registry._CHECKS, name, made)
    return seen


def start(client: TestClient, collection: int, definition: Any = NO_RULES, **more: Any) -> int:
    rubric = client.post("/api/v1/eval_rubrics", json={"name": "R", "eval_definition": definition})
    body = {"collection_id": collection, "eval_rubric_id": rubric.raise_for_status().json()["id"], **more}
    return int(client.post("/api/v1/eval_batch_runs", json=body).raise_for_status().json()["id"])


def files_of(client: TestClient, run: int) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = (
        client.get(f"/api/assay/runs/{run}/files").raise_for_status().json()["files"]
    )
    return files


def test_another_content_makes_the_next_version_and_the_same_does_not(client: TestClient, path: str) -> None:
    first = client.put(path, json={"expected": TRUTH, "note": "by hand"}).raise_for_status().json()
    assert (first["version"], first["parts"], first["origin"], first["note"]) == (
        1, ["text", "fields"], "upload", "by hand",
    )  # fmt: skip
    assert client.put(path, json={"expected": TRUTH}).json()["version"] == 1
    second = client.put(path, json={"expected": {"fields": {"total": 6}}}).json()
    assert (second["version"], second["parts"]) == (2, ["fields"])
    assert client.get(path).json()["expected"] == {"fields": {"total": 6}}
    assert client.get(path, params={"version": 1}).json()["expected"] == TRUTH
    assert [row["version"] for row in client.get(f"{path}/versions").json()["versions"]] == [2, 1]


def test_a_collection_lists_the_newest_of_each_file(
    client: TestClient, collection: int, path: str, upload: Callable[..., int]
) -> None:
    ids = [upload(f"{n}.csv", CSV + b"%d,1\n" % n, "text/csv") for n in range(3)]
    client.post(f"/api/v1/collections/{collection}/files", json={"uploaded_file_ids": ids})
    for file_id in ids[:2]:
        url = f"/api/assay/collections/{collection}/files/{file_id}/expected"
        client.put(url, json={"expected": TRUTH}).raise_for_status()
        client.put(url, json={"expected": {"html": "<p>x</p>"}}).raise_for_status()
    listed = f"/api/assay/collections/{collection}/expected"
    first = client.get(listed, params={"limit": 1}).json()
    second = client.get(listed, params={"limit": 1, "cursor": first["next_cursor"]}).json()
    last = client.get(listed, params={"limit": 1, "cursor": second["next_cursor"]}).json()
    assert [(row["uploaded_file_id"], row["version"]) for row in first["files"] + second["files"]] == [
        (ids[0], 2), (ids[1], 2),
    ]  # fmt: skip
    assert (last["files"], last["next_cursor"]) == ([], None)


@pytest.mark.parametrize(
    ("expected", "message"),
    [({}, "is empty"), ({"pages": [{"page": 0}]}, "pages[0]"), ({"text": "x"}, "Unknown key 'text'")],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    client: TestClient, path: str, expected: Any, message: str
) -> None:
    answer = client.put(path, json={"expected": expected})
    assert answer.status_code == 422
    assert message in answer.text
    assert client.get(path).status_code == 404


def test_other_teams_and_files_that_are_not_there_find_nothing(
    client: TestClient, other_team_client: TestClient, path: str, collection: int
) -> None:
    client.put(path, json={"expected": TRUTH}).raise_for_status()
    nowhere = f"/api/assay/collections/{collection}/files/999999/expected"
    for method, url in [
        *((method, path) for method in ("GET", "PUT", "DELETE")),
        ("GET", f"{path}/versions"),
        ("POST", f"{path}/from_run"),
        ("GET", f"/api/assay/collections/{collection}/expected"),
    ]:
        body = {"expected": TRUTH} if method == "PUT" else {"request_id": 1, "parts": ["text"]}
        sent = None if method in {"GET", "DELETE"} else body
        assert other_team_client.request(method, url, json=sent).status_code == 404, (method, url)
    assert client.get(nowhere).status_code == 404
    assert client.put(nowhere, json={"expected": TRUTH}).status_code == 404
    assert client.get(path).status_code == 200


def test_an_archived_collection_takes_no_expected_output(
    client: TestClient, collection: int, path: str
) -> None:
    client.delete(f"/api/v1/collections/{collection}").raise_for_status()
    assert client.put(path, json={"expected": TRUTH}).status_code == 400


def test_a_run_reads_the_version_that_it_was_started_with(
    client: TestClient, jobs: Jobs, collection: int, path: str, recorded: list[Subject]
) -> None:
    client.put(path, json={"expected": TRUTH}).raise_for_status()
    run = start(client, collection, {"rules": [{"name": "seen", "check": "test.recorded"}]})
    client.put(path, json={"expected": {"fields": {"total": 7}}}).raise_for_status()
    jobs.work()
    [file] = files_of(client, run)
    assert (file["outcome"], file["expected_version"]) == ("scored", 1)
    [subject] = recorded
    assert subject.expected is not None
    assert subject.expected.fields == {"total": 5}
    assert subject.expected_document is not None
    assert [block.html for block in subject.expected_document.blocks()] == ["<h1>Right</h1>"]


def test_a_run_without_expected_outputs_has_none(
    client: TestClient, jobs: Jobs, collection: int, recorded: list[Subject]
) -> None:
    run = start(client, collection, {"rules": [{"name": "seen", "check": "test.recorded"}]})
    jobs.work()
    assert files_of(client, run)[0]["expected_version"] is None
    assert [(subject.expected, subject.expected_document) for subject in recorded] == [(None, None)]


def test_an_expected_output_that_cannot_be_parsed_is_said_and_does_not_fail_the_parser(
    client: TestClient, jobs: Jobs, collection: int, path: str
) -> None:
    client.put(path, json={"expected": {"html": "<div>" * 50_000}}).raise_for_status()
    run = start(client, collection)
    jobs.work()
    [file] = files_of(client, run)
    assert (file["outcome"], file["error_code"], file["eval_score"]) == ("errored", "expected_output", None)
    assert "The expected output of this file cannot be read" in file["error"]


def test_an_output_is_saved_as_expected_after_review(
    client: TestClient, jobs: Jobs, collection: int, path: str
) -> None:
    client.put(path, json={"expected": {"html": "<p>old</p>", "fields": {"a": 1}}}).raise_for_status()
    run = start(client, collection)
    jobs.work()
    [file] = files_of(client, run)
    body = {"request_id": file["request_id"], "parts": ["text"], "note": "looks right"}
    saved = client.post(f"{path}/from_run", json=body).raise_for_status().json()
    assert saved["origin"] == f"run {run}, file {file['request_id']}"
    assert (saved["version"], saved["note"], saved["parts"]) == (2, "looks right", ["text", "fields"])
    assert "| first" in saved["expected"]["markdown"]
    assert saved["expected"]["fields"] == {"a": 1}
    assert "html" not in saved["expected"]
    missing = client.post(f"{path}/from_run", json=body | {"parts": ["segments"]})
    assert missing.status_code == 400
    assert "no segments to save" in missing.json()["detail"]


def test_extracted_fields_are_saved_without_what_stands_beside_them(
    client: TestClient, jobs: Jobs, collection: int, path: str
) -> None:
    schema = json.dumps({"first": {"type": "number"}})
    run = start(client, collection, pipeline_type="extract", page_schema=schema)
    jobs.work()
    [file] = files_of(client, run)
    saved = client.post(f"{path}/from_run", json={"request_id": file["request_id"], "parts": ["fields"]})
    assert saved.raise_for_status().json()["expected"] == {"fields": {"first": 12.5}}


def test_a_result_of_another_file_is_not_taken(
    client: TestClient, jobs: Jobs, collection: int, path: str, upload: Callable[..., int]
) -> None:
    other = upload("b.csv", CSV + b"third,1\n", "text/csv")
    client.post(f"/api/v1/collections/{collection}/files", json={"uploaded_file_ids": [other]})
    run = start(client, collection)
    waiting = files_of(client, run)[0]["request_id"]
    body = {"request_id": waiting, "parts": ["text"]}
    assert "it has no output to save" in client.post(f"{path}/from_run", json=body).json()["detail"]
    jobs.work()
    body = {"request_id": files_of(client, run)[1]["request_id"], "parts": ["text"]}
    assert "is not one of file" in client.post(f"{path}/from_run", json=body).json()["detail"]
    assert client.get(path).status_code == 404


def test_deleting_takes_every_version_and_leaves_results(
    client: TestClient, jobs: Jobs, collection: int, path: str
) -> None:
    client.put(path, json={"expected": TRUTH}).raise_for_status()
    client.put(path, json={"expected": {"fields": {}}}).raise_for_status()
    run = start(client, collection)
    jobs.work()
    assert client.delete(path).json() == {"success": True, "deleted_versions": 2}
    assert client.get(path).status_code == 404
    assert files_of(client, run)[0]["expected_version"] == 2


def test_a_file_that_comes_back_into_its_collection_has_its_expected_output_again(
    client: TestClient, collection: int, path: str, file_id: int
) -> None:
    client.put(path, json={"expected": TRUTH}).raise_for_status()
    listed = f"/api/assay/collections/{collection}/expected"
    client.delete(f"/api/v1/collections/{collection}/files/{file_id}").raise_for_status()
    assert client.get(path).status_code == 404
    assert client.get(listed).json()["files"] == []
    body = {"uploaded_file_ids": [file_id]}
    client.post(f"/api/v1/collections/{collection}/files", json=body).raise_for_status()
    assert client.get(path).json()["expected"] == TRUTH
    assert len(client.get(listed).json()["files"]) == 1


def test_a_deleted_file_takes_its_expected_output_along(
    client: TestClient, path: str, file_id: int, database: Database
) -> None:
    client.put(path, json={"expected": TRUTH}).raise_for_status()
    client.delete(f"/api/v1/files/{file_id}").raise_for_status()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ExpectedOutput)) == 0
