"""Expected outputs on the command line: which file belongs to which document, and what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docassay.cli.labels_on_disk import find_labels
from docassay.errors import CannotUse

Command = Callable[..., Any]  # runs a command and returns how it ended; see conftest.py
FakeServer = Any  # see conftest.py
COLLECTION = {"id": 3, "name": "docs", "file_count": 2, "files": [], "created": "2026-01-02T03:04:05Z"}
VERSION = {
    "uploaded_file_id": 1,
    "version": 2,
    "parts": ["text", "fields"],
    "origin": "upload",
    "note": None,
    "created": "2026-01-02T03:04:05Z",
}
PATH = "/api/assay/collections/3/files/1/expected"


@pytest.fixture
def documents(tmp_path: Path) -> list[tuple[Path, str]]:
    pairs = []
    for name in ("one.pdf", "two.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7 " + name.encode())
        pairs.append((tmp_path / name, name))
    return pairs


def test_a_pattern_finds_the_file_of_each_document(tmp_path: Path, documents: list[tuple[Path, str]]) -> None:
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / "one.json").write_text('{"total": 5}')
    (labels / "two.pdf.md").write_text("# Two")
    one, two = (path for path, _ in documents)
    assert find_labels(f"{labels}/{{stem}}.json", documents) == {one: {"fields": {"total": 5}}}
    assert find_labels(f"{labels}/{{name}}.md", documents) == {two: {"markdown": "# Two"}}


def test_unit_tests_are_given_to_the_documents_that_they_name(
    tmp_path: Path, documents: list[tuple[Path, str]]
) -> None:
    lines = [
        {"pdf": "some/folder/two.pdf", "type": "present", "text": "a"},
        {"pdf": "two.pdf", "type": "absent", "text": "b"},
        {"pdf": "other.pdf", "type": "absent", "text": "c"},
    ]
    path = tmp_path / "tests.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    assert find_labels(str(path), documents) == {documents[1][0]: {"tests": lines[:2]}}


def test_one_document_may_have_any_file(tmp_path: Path, documents: list[tuple[Path, str]]) -> None:
    (tmp_path / "right.csv").write_text("a,b\n")
    found = find_labels(str(tmp_path / "right.csv"), documents[:1])
    assert found == {documents[0][0]: {"tables": [{"format": "csv", "text": "a,b\n"}]}}


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("labels.json", "name the file of each document with {stem} or {name}"),
        ("nowhere/{stem}.json", "no expected output was found for any of the documents"),
        ("{folder}/one.json.txt", "name the file of each document"),
        ("{folder}/bad-{stem}.json", "bad-one.json is not valid JSON"),
        ("{folder}/nameless.jsonl", 'each test needs the name of its document as "pdf"'),
    ],
)
def test_what_is_wrong_with_a_pattern_is_said(
    tmp_path: Path, documents: list[tuple[Path, str]], pattern: str, message: str
) -> None:
    (tmp_path / "bad-one.json").write_text("{")
    (tmp_path / "nameless.jsonl").write_text('{"type": "present"}')
    with pytest.raises(CannotUse) as refused:
        find_labels(pattern.replace("{folder}", str(tmp_path)), documents)
    assert message in str(refused.value)


def test_documents_are_added_with_their_expected_outputs(
    fake_server: FakeServer, command: Command, tmp_path: Path, documents: list[tuple[Path, str]]
) -> None:
    (tmp_path / "one.md").write_text("# One")
    fake_server.answers |= {"POST /api/v1/collections/3/files": COLLECTION, f"PUT {PATH}": VERSION}
    paths = [str(path) for path, _ in documents]
    ended = command("collection", "add", "3", *paths, "--expected", str(tmp_path / "{stem}.md"))
    assert ended.code == 0, ended.err
    assert "1 of 2 documents have an expected output" in ended.err
    assert fake_server.bodies("PUT", PATH) == [{"expected": {"markdown": "# One"}, "note": None}]


def test_a_bad_expected_output_is_found_before_anything_is_uploaded(
    fake_server: FakeServer, command: Command, tmp_path: Path, documents: list[tuple[Path, str]]
) -> None:
    (tmp_path / "two.json").write_text("{")
    paths = [str(path) for path, _ in documents]
    ended = command("collection", "create", "docs", *paths, "--expected", str(tmp_path / "{stem}.json"))
    assert ended.code == 2
    assert "two.json is not valid JSON" in ended.err
    assert not [call for call in fake_server.calls if "upload" in call[1]]


def test_a_run_on_a_collection_takes_no_labels_of_files(fake_server: FakeServer, command: Command) -> None:
    ended = command("run", "start", "3", "--rubric", "5", "--expected", "{stem}.json")
    assert ended.code == 2
    assert "docassay collection add 3 PATH --expected" in ended.err


def test_one_expected_output_is_set_shown_saved_and_removed(
    fake_server: FakeServer, command: Command, tmp_path: Path
) -> None:
    full = VERSION | {"expected": {"fields": {"total": 5}}}
    fake_server.answers |= {
        f"PUT {PATH}": full,
        f"GET {PATH}": full,
        f"POST {PATH}/from_run": full,
        f"DELETE {PATH}": {"success": True, "deleted_versions": 2},
        "GET /api/assay/collections/3/expected": {"files": [VERSION], "next_cursor": None},
    }
    (tmp_path / "a.json").write_text('{"total": 5}')
    assert command("expected", "set", "3", "1", str(tmp_path / "a.json"), "--note", "n").out == (
        "File 1, version 2: text, fields\n"
    )
    assert json.loads(command("expected", "show", "3", "1").out)["expected"] == {"fields": {"total": 5}}
    assert "text, fields" in command("expected", "list", "3").out
    saved = command("expected", "save", "3", "1", "--result", "9", "--part", "text", "--part", "fields")
    assert saved.code == 0, saved.err
    assert "removed" in command("expected", "remove", "3", "1").out
    assert fake_server.bodies("PUT", PATH) == [{"expected": {"fields": {"total": 5}}, "note": "n"}]
    assert fake_server.bodies("POST", f"{PATH}/from_run") == [
        {"request_id": 9, "parts": ["text", "fields"], "note": None}
    ]


def test_a_file_that_is_not_there_is_said(command: Command, fake_server: FakeServer) -> None:
    ended = command("expected", "set", "3", "1", "nowhere.json")
    assert ended.code == 2
    assert "nowhere.json does not exist" in ended.err
