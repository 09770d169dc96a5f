"""A second run with another rubric parses nothing again, and nothing that happens later changes a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docassay.client import Client
from docassay.testing.documents import make_documents

FILES = 8
TEXT_RULES = {
    "name": "Text",
    "rules": [
        {"name": "Text is complete", "type": "page", "check": "text.layer_recall", "weight": 3},
        {"name": "No garbage", "type": "document", "check": "output.garbage_chars"},
    ],
}
TABLE_RULES = {
    "name": "Tables",
    "rules": [{"name": "Tables are sound", "type": "block", "check": "table.wellformed"}],
}


@pytest.fixture(scope="module")
def client(live_server: Any) -> Iterator[Client]:
    with live_server.client() as client:
        yield client


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_documents(tmp_path_factory.mktemp("documents"), FILES, seed=8102)


@pytest.fixture
def collection_id(
    client: Client, documents: list[Path], make_collection: Callable[[Client, list[Path]], int]
) -> int:
    return make_collection(client, documents)


def run_to_end(client: Client, collection_id: int, rubric_id: int, **options: Any) -> Any:
    started = client.runs.start(collection_id, rubric_id, **options)
    run = client.runs.wait(started["id"], timeout_seconds=90)
    assert (run["status"], run["completed_files"]) == ("completed", FILES)
    return run


def outputs(live_server: Any, files: list[Any]) -> list[str]:
    with live_server.http() as http:
        return [http.get(f"/api/v1/convert/{file['lookup_key']}").json()["markdown"] for file in files]


def test_another_rubric_scores_the_same_output_without_parsing_again(
    client: Client, live_server: Any, collection_id: int
) -> None:
    text = client.rubrics.create("Text", TEXT_RULES)["id"]
    tables = client.rubrics.create("Tables", TABLE_RULES)["id"]
    first = run_to_end(client, collection_id, text, skip_cache=True)
    second = run_to_end(client, collection_id, tables)
    third = run_to_end(client, collection_id, text, skip_cache=True)
    first_files, second_files, third_files = (
        list(client.runs.files(run["id"])) for run in (first, second, third)
    )

    assert [run["cached_files"] for run in (first, second, third)] == [0, FILES, 0]
    assert not any(file["is_cached"] for file in first_files + third_files)
    assert all(file["is_cached"] for file in second_files)
    assert {rule["name"] for file in second_files for rule in file["eval_results"]["evaluations"]} == {
        "Tables are sound"
    }
    assert outputs(live_server, first_files) == outputs(live_server, second_files)
    assert [file["eval_score"] for file in first_files] == [file["eval_score"] for file in third_files]


def test_other_options_are_other_work(client: Client, collection_id: int) -> None:
    rubric_id = client.rubrics.create("Text", TEXT_RULES)["id"]
    run_to_end(client, collection_id, rubric_id, max_pages=1)
    assert run_to_end(client, collection_id, rubric_id, max_pages=1)["cached_files"] == FILES
    assert run_to_end(client, collection_id, rubric_id, max_pages=2, skip_cache=True)["cached_files"] == 0


def test_a_run_is_not_changed_by_later_edits(
    client: Client, live_server: Any, collection_id: int, documents: list[Path]
) -> None:
    rubric_id = client.rubrics.create("Text", TEXT_RULES)["id"]
    run = run_to_end(client, collection_id, rubric_id)
    files = list(client.runs.files(run["id"]))
    summary = client.runs.summary(run["id"])
    before = outputs(live_server, files)

    with live_server.http() as http:
        edit = http.put(f"/api/v1/eval_rubrics/{rubric_id}", json={"eval_definition": TABLE_RULES})
        assert (edit.status_code, edit.json()["version"]) == (200, 2)
        rename = http.put(f"/api/v1/collections/{collection_id}", json={"name": "Other", "archived": True})
        assert rename.status_code == 200
        first_file = client.collections.get(collection_id)["files"][0]["uploaded_file_id"]
        client.files.delete(first_file)
        assert http.delete(f"/api/v1/eval_rubrics/{rubric_id}").status_code == 200

    assert client.collections.get(collection_id)["file_count"] == FILES - 1
    assert client.runs.get(run["id"]) == run
    assert list(client.runs.files(run["id"])) == files
    assert client.runs.summary(run["id"]) == summary
    assert outputs(live_server, files) == before


def test_a_run_that_was_started_before_an_edit_goes_on_with_what_it_was_started_with(
    client: Client, live_server: Any, collection_id: int
) -> None:
    rubric_id = client.rubrics.create("Text", TEXT_RULES)["id"]
    started = client.runs.start(
        collection_id, rubric_id, engine="test-sleep", engine_options={"seconds": 0.3}, skip_cache=True
    )
    with live_server.http() as http:
        http.put(f"/api/v1/eval_rubrics/{rubric_id}", json={"eval_definition": TABLE_RULES})
        http.put(f"/api/v1/collections/{collection_id}", json={"archived": True})
        last = client.collections.get(collection_id)["files"][-1]["uploaded_file_id"]
        assert http.delete(f"/api/v1/collections/{collection_id}/files/{last}").status_code == 200
    run = client.runs.wait(started["id"], timeout_seconds=60)

    assert (run["status"], run["completed_files"], run["rubric_version"]) == ("completed", FILES, 1)
    for file in client.runs.files(run["id"]):
        rules = [rule["name"] for rule in file["eval_results"]["evaluations"]]
        assert rules == [rule["name"] for rule in TEXT_RULES["rules"]]


def test_the_files_of_a_collection_show_the_scores_of_the_latest_run(
    client: Client, collection_id: int
) -> None:
    assert {file["last_eval_score"] for file in client.collections.files(collection_id)} == {None}
    text = client.rubrics.create("Text", TEXT_RULES)["id"]
    tables = client.rubrics.create("Tables", TABLE_RULES)["id"]
    shown: list[Any] = []
    for rubric_id in (text, tables):
        run = run_to_end(client, collection_id, rubric_id)
        for place, (member, file) in enumerate(
            zip(client.collections.files(collection_id), client.runs.files(run["id"]), strict=True)
        ):
            assert member["original_filename"] == file["filename"]
            if file["eval_score"] is None:  # nothing to score: the score of the run before stays
                assert member["last_eval_score"] == shown[place]["last_eval_score"]
                continue
            rules = [rule["rule_score"] for rule in file["eval_results"]["evaluations"]]
            assert member["last_eval_score"] == file["eval_score"]
            assert member["last_score_breakdown"] == [score for score in rules if score is not None]
        shown = list(client.collections.files(collection_id))
    assert any(member["last_score_breakdown"] for member in shown)
