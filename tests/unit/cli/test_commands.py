"""Commands against a pretended server: what they send, what they print, how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import docassay.client.runs

Command = Callable[..., Any]  # runs a command and returns how it ended; see conftest.py
FakeServer = Any  # see conftest.py
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two documents of one name in different folders, one that is unsupported, one that is empty."""
    root = tmp_path / "docs"
    for name in ("b.pdf", "a/report.pdf", "c/report.pdf", "notes.xyz", "empty.pdf", ".hidden.pdf"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if name == "empty.pdf" else name.encode())
    return root


def collection(count: int = 0) -> dict[str, Any]:
    return {"id": 3, "name": "docs", "file_count": count, "files": [], "created": "2026-01-02T03:04:05Z"}


@pytest.fixture
def ready(fake_server: FakeServer, a_run: Make, a_run_file: Make) -> FakeServer:
    """A server on which a run completes at once."""
    fake_server.answers |= {
        "POST /api/v1/collections": collection(),
        "POST /api/v1/collections/3/files": collection(3),
        "POST /api/v1/eval_rubrics": {"id": 5, "name": "Invoices", "version": 1},
        "POST /api/assay/runs": a_run(status="pending", total_files=3),
        "GET /api/assay/runs/7": [a_run(status="running", completed_files=1), a_run()],
        "GET /api/assay/runs/7/summary": {
            "rules": [
                {
                    "name": "Text is complete",
                    "type": "page",
                    "check": "text.layer_recall",
                    "mean": 3.5,
                    "scored": 11,
                    "total": 12,
                    "not_applicable": 1,
                    "unscored": 0,
                    "errored": 0,
                }
            ]
        },
        "GET /api/assay/runs/7/files": {
            "files": [a_run_file(0), a_run_file(1, eval_score=5.0)],
            "next_cursor": None,
        },
    }
    return fake_server


def test_a_run_on_a_folder_makes_the_collection_and_rubric_and_prints_the_average_with_its_coverage(
    ready: FakeServer, folder: Path, tmp_path: Path, command: Command
) -> None:
    rubric = tmp_path / "rubric.json"
    rubric.write_text(json.dumps({"name": "Invoices", "rules": []}), encoding="utf-8")
    ended = command("run", "start", str(folder), "--rubric", str(rubric), "--pipeline", "convert")
    assert ended.code == 0, ended.err
    assert [body["filename"] for body in ready.bodies("POST", "/api/v1/files/upload")] == [
        "a - report.pdf",
        "b.pdf",
        "c - report.pdf",
    ]
    assert ready.bodies("POST", "/api/v1/collections")[0]["name"] == "docs"
    assert ready.bodies("POST", "/api/v1/collections/3/files") == [{"uploaded_file_ids": [1, 2, 3]}]
    assert ready.bodies("POST", "/api/assay/runs") == [
        {"collection_id": 3, "pipeline_type": "convert", "eval_rubric_id": 5}
    ]
    assert "skipped notes.xyz (unsupported type)" in ended.err
    assert "skipped empty.pdf (empty file)" in ended.err
    assert "3.91 of 5 over 11 of 12 files; 1 errored" in ended.out
    assert "Page 1 lacks" in ended.out
    assert "file-1.pdf" not in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 80


def test_json_has_stdout_for_itself(ready: FakeServer, folder: Path, command: Command) -> None:
    ended = command("run", "start", str(folder), "--rubric", "5", "--json")
    assert ended.code == 0
    answer = ended.json()
    assert answer["run"]["avg_score"] == 3.914
    assert [file["filename"] for file in answer["worst_files"]] == ["file-0.pdf"]


def test_a_run_without_a_rubric_is_refused_before_anything_is_uploaded(
    ready: FakeServer, folder: Path, command: Command
) -> None:
    ended = command("run", "start", str(folder))
    assert ended.code == 2
    assert "--rubric" in ended.err
    assert ready.bodies("POST", "/api/v1/collections") == []


def test_options_of_a_run_reach_the_server(ready: FakeServer, tmp_path: Path, command: Command) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object"}', encoding="utf-8")
    ended = command(
        "run", "start", "3", "--rubric", "5", "--pipeline", "extract", "--page-schema", f"@{schema}",
        "--engine", "test-sleep", "--engine-option", "seconds=0.5", "--engine-option", "note=plain",
        "--mode", "accurate", "--max-pages", "2", "--skip-cache", "--name", "nightly", "--no-wait", "--json",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert ready.bodies("POST", "/api/assay/runs") == [
        {
            "collection_id": 3,
            "eval_rubric_id": 5,
            "pipeline_type": "extract",
            "page_schema": '{"type": "object"}',
            "engine": "test-sleep",
            "engine_options": {"seconds": 0.5, "note": "plain"},
            "mode": "accurate",
            "max_pages": 2,
            "skip_cache": True,
            "name": "nightly",
        }
    ]
    assert ended.json()["run"]["status"] == "pending"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_run_that_did_not_complete_ends_with_1(
    ready: FakeServer, command: Command, status: str, a_run: Make
) -> None:
    ready.answers["GET /api/assay/runs/7"] = a_run(status=status, avg_score=None, error="Every file broke.")
    ended = command("run", "watch", "7")
    assert ended.code == 1
    assert f"Run 7 {status}: no score over 11 of 12 files" in ended.out
    assert "Every file broke." in ended.out


def test_ctrl_c_while_watching_leaves_the_run_going_and_says_so(
    ready: FakeServer, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(docassay.client.runs.Runs, "wait", interrupted)
    ended = command("run", "watch", "7")
    assert ended.code == 0
    assert "Run 7 goes on" in ended.err
    assert not ready.bodies("POST", "/api/assay/runs/7/cancel")


def test_runs_are_shown_listed_and_cancelled(
    ready: FakeServer, tmp_path: Path, command: Command, a_run: Make
) -> None:
    ready.answers["GET /api/assay/runs/7"] = a_run()
    ready.answers["GET /api/v1/eval_batch_runs"] = {"batch_runs": [a_run()], "total": 9}
    ready.answers["POST /api/assay/runs/7/cancel"] = a_run(status="cancelled", completed_files=4)
    ready.answers["GET /api/v1/eval_batch_runs/7/results"] = {"file_results": []}
    listed = command("run", "list")
    assert "3.91" in listed.out
    assert "1 of 9 shown" in listed.err
    assert max(len(line) for line in listed.out.splitlines()) <= 80
    assert "Text is complete" in command("run", "show", "7").out
    assert "4 of 12 files were done" in command("run", "cancel", "7").out
    assert "file-1.pdf" in command("run", "results", "7", "--order", "score").out
    saved = tmp_path / "results.json"
    assert command("run", "results", "7", "--output", str(saved)).code == 0
    assert json.loads(saved.read_text(encoding="utf-8")) == {"file_results": []}


def test_collections_are_made_filled_listed_and_shown(
    ready: FakeServer, folder: Path, command: Command
) -> None:
    ready.answers["GET /api/v1/collections"] = {"collections": [collection(3)], "total": 1}
    ready.answers["GET /api/v1/collections/3"] = collection(3)
    ready.answers["GET /api/v1/collections/3/files"] = {
        "files": [
            {
                "uploaded_file_id": 1,
                "original_filename": "a\x1b[31m.pdf",
                "file_size": 9,
                "last_eval_score": None,
            }
        ],
        "total": 3,
        "next_cursor": None,
    }
    assert command("collection", "create", "docs", str(folder)).out == "Collection 3: docs, 3 files\n"
    assert command("collection", "create", "empty").out == "Collection 3: docs, 0 files\n"
    assert command("collection", "add", "3", str(folder / "b.pdf"), "--json").json()["file_count"] == 3
    assert "docs" in command("collection", "list").out
    shown = command("collection", "show", "3")
    assert "a\\x1b[31m.pdf" in shown.out
    assert "\x1b" not in shown.out
    assert "1 of 3 files shown" in shown.err


def test_a_folder_without_documents_is_explained(ready: FakeServer, tmp_path: Path, command: Command) -> None:
    ended = command("collection", "add", "3", str(tmp_path))
    assert ended.code == 2
    assert "no file of a supported type" in ended.err


def test_rubrics_and_checks_are_shown(ready: FakeServer, tmp_path: Path, command: Command) -> None:
    definition = {"rules": [{"name": "Text", "type": "page", "check": "text.layer_recall", "weight": 2}]}
    rubric = {
        "id": 5,
        "name": "Invoices",
        "description": "For bills",
        "version": 1,
        "created": None,
        "eval_definition": definition,
    }
    ready.answers["GET /api/v1/eval_rubrics"] = {"rubrics": [rubric], "total": 1}
    ready.answers["GET /api/v1/eval_rubrics/5"] = rubric
    ready.answers["GET /api/assay/checks"] = {
        "checks": [
            {
                "name": "text.layer_recall",
                "version": "1",
                "levels": ["page", "document"],
                "summary": "How much of the text is there.",
                "mapping": "5 x recall",
                "params_schema": {"properties": {"window": {"type": "integer"}}},
            }
        ]
    }
    path = tmp_path / "strict.json"
    path.write_text(json.dumps(definition), encoding="utf-8")
    assert command("rubric", "create", str(path)).code == 0
    assert ready.bodies("POST", "/api/v1/eval_rubrics")[0]["name"] == "strict"
    assert "Invoices" in command("rubric", "list").out
    assert "text.layer_recall" in command("rubric", "show", "5").out
    assert "page/document" in command("rubric", "checks").out
    one = command("rubric", "checks", "text.layer_recall").out
    assert 'parameter window: {"type": "integer"}' in one
    assert command("rubric", "checks", "text.nothing").code == 2


@pytest.mark.parametrize("content", ["not json", "[1]"])
def test_a_rubric_file_that_is_no_rubric_is_explained(
    ready: FakeServer, tmp_path: Path, command: Command, content: str
) -> None:
    path = tmp_path / "rubric.json"
    path.write_text(content, encoding="utf-8")
    ended = command("rubric", "create", str(path))
    assert ended.code == 2
    assert str(path) in ended.err


def test_a_refusal_is_one_line_and_ends_with_2(ready: FakeServer, command: Command) -> None:
    ended = command("run", "show", "99")
    assert ended.code == 2
    assert ended.err == "Error: /api/assay/runs/99 was not found. (HTTP 404)\n"
    assert ended.out == ""


def test_a_wrong_key_ends_with_2_and_a_broken_server_with_3(ready: FakeServer, command: Command) -> None:
    assert command("run", "list", "--key", "dk_wrong").code == 2
    ready.answers["GET /api/v1/eval_batch_runs"] = (500, {"detail": "Internal error."})
    assert command("run", "list").code == 3


def test_a_server_that_does_not_answer_ends_with_3(tmp_path: Path, command: Command) -> None:
    ended = command("run", "list", "--url", "http://127.0.0.1:9", "--key", "dk_1")
    assert ended.code == 3
    assert "http://127.0.0.1:9" in ended.err


def test_a_server_without_a_key_says_where_to_get_one(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCASSAY_API_KEY", raising=False)
    ended = command("run", "list", "--url", "http://127.0.0.1:9", "--data-dir", str(tmp_path))
    assert ended.code == 2
    assert "docassay key create" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "start", "3", "--engine-option", "seconds"),
        ("run", "start", "3", "--page-schema", "@/nowhere.json"),
        ("run", "start", "/nowhere"),
        ("run", "start", "3", "--pipeline", "dance"),
        ("run", "show", "seven"),
        ("dance",),
    ],
)
def test_wrong_usage_ends_with_2(ready: FakeServer, command: Command, arguments: tuple[str, ...]) -> None:
    assert command(*arguments).code == 2
    assert not ready.bodies("POST", "/api/assay/runs")


def test_errored_files_are_shown_apart_because_they_have_no_score(
    ready: FakeServer, command: Command, a_run: Make, a_run_file: Make
) -> None:
    broken = a_run_file(
        2, eval_score=None, eval_results=None, outcome="errored", error="Tesseract is missing."
    )
    ready.answers["GET /api/assay/runs/7"] = a_run()
    ready.answers["GET /api/assay/runs/7/files"] = {"files": [a_run_file(0), broken], "next_cursor": None}
    ended = command("run", "watch", "7")
    worst, errored = ended.out.split("Errored files")
    assert "file-0.pdf" in worst
    assert "file-2.pdf" not in worst
    assert "Tesseract is missing." in errored


def test_a_rubric_is_written_from_words_and_checked(
    command: Command, fake_server: FakeServer, tmp_path: Path
) -> None:
    definition = {
        "name": "R",
        "rules": [{"name": "A", "check": "text.ned"}, {"name": "B", "prompt": "Be kind."}],
    }
    path = "/api/v1/eval_rubrics/generate_from_description"
    made = {"name": "R", "description": "1 rule with checks.", "eval_definition": definition}
    fake_server.answers[f"POST {path}"] = made
    words = tmp_path / "words.txt"
    words.write_text("Be right.", encoding="utf-8")
    done = command("rubric", "write", f"@{words}")
    assert done.json() == definition
    assert fake_server.bodies("POST", path) == [{"description": "Be right."}]
    assert command("rubric", "write", "@nowhere.txt").code == 2
    file = tmp_path / "rubric.json"
    file.write_text(json.dumps(definition), encoding="utf-8")
    done = command("rubric", "lint", str(file))
    assert done.code == 0
    assert "2 rules can be run" in done.out
    assert "'B' needs a judge" in done.out
    file.write_text(json.dumps({"rules": [{"name": "A", "check": "text.nedd"}]}), encoding="utf-8")
    done = command("rubric", "lint", str(file))
    assert (done.code, "Did you mean 'text.ned'" in done.err) == (2, True)
    assert command("rubric", "default", "--expected").json()["rules"][-1]["check"] == "headings.mhs"


def test_a_run_is_retried_and_followed(
    command: Command, fake_server: FakeServer, a_run: Callable[..., dict[str, Any]]
) -> None:
    path = "/api/assay/runs/7/retry"
    fake_server.answers[f"POST {path}"] = a_run(status="running", completed_files=10)
    fake_server.answers["GET /api/assay/runs/7"] = a_run()
    fake_server.answers["GET /api/assay/runs/7/files"] = {"files": [], "next_cursor": None}
    fake_server.answers["GET /api/assay/runs/7/summary"] = {"rules": []}
    done = command("run", "retry", "7")
    assert (done.code, "Run 7 goes on: 2 files." in done.err) == (0, True)
    assert "Run 7 completed" in done.out
    assert command("run", "retry", "7", "--only", "cancelled", "--no-wait", "--json").json()["id"] == 7
    assert fake_server.bodies("POST", path) == [
        {"outcomes": ["unscored", "errored"]}, {"outcomes": ["cancelled"]},
    ]  # fmt: skip
