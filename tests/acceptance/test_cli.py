"""The command line as a stranger uses it: real processes, nothing running unless a test says so."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from reportlab.pdfgen.canvas import Canvas

from docassay.testing.documents import (
    INVOICE_LAYOUTS,
    INVOICE_PAGE_SCHEMA,
    make_documents,
    make_invoice,
)

Cli = Callable[..., subprocess.CompletedProcess[str]]

RUBRIC = {
    "name": "Command line",
    "rules": [
        {"name": "Text is complete", "type": "page", "check": "text.layer_recall"},
        {"name": "Tables are sound", "type": "block", "check": "table.wellformed"},
    ],
}
FIELD_RUBRIC = {"rules": [{"name": "Fields fit", "type": "document", "check": "fields.schema_valid"}]}
SEGMENT_RUBRIC = {"rules": [{"name": "Whole", "type": "document", "check": "segments.integrity"}]}


def written(path: Path, value: Any) -> str:
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def answered(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON of a command that went well."""
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def data_dir(home: Path) -> Path:
    return home / "data"


@pytest.fixture(scope="module")
def folder(home: Path) -> Path:
    """Five good documents and one of which only the first half is there."""
    made = make_documents(home / "six documents", 6, seed=41)
    half = next(path for path in reversed(made) if path.suffix == ".epub" or path.suffix == ".pdf")
    half.write_bytes(half.read_bytes()[: half.stat().st_size // 3])
    return home / "six documents"


@pytest.fixture(scope="module")
def finished(run_cli: Cli, home: Path, data_dir: Path, folder: Path) -> Any:
    """A run of the folder, started with nothing running and nothing made before."""
    rubric = written(home / "rubric.json", RUBRIC)
    return answered(
        run_cli(data_dir, "run", "start", str(folder), "--rubric", rubric, "--pipeline", "convert", "--json")
    )


def test_one_command_scores_a_folder(finished: Any, folder: Path) -> None:
    run = finished["run"]
    assert (run["status"], run["total_files"], run["completed_files"]) == ("completed", 6, 6)
    assert 0 < run["avg_score"] <= 5
    assert run["coverage"] == (run["outcomes"]["scored"] + run["outcomes"]["failed"]) / 6
    assert [rule["name"] for rule in finished["summary"]["rules"]] == [r["name"] for r in RUBRIC["rules"]]
    worst = finished["worst_files"]
    assert {file["filename"] for file in worst} <= {path.name for path in folder.iterdir()}
    scores = [file["eval_score"] for file in worst if file["eval_score"] is not None]
    assert scores == sorted(scores)


def test_a_person_sees_the_worst_files_and_the_average_with_its_coverage(
    run_cli: Cli, home: Path, data_dir: Path, folder: Path, finished: Any
) -> None:
    done = run_cli(data_dir, "run", "start", str(folder), "--rubric", str(home / "rubric.json"))
    assert done.returncode == 0, done.stderr
    assert f"{finished['run']['avg_score']:.2f} of 5 over 6 of 6 files; 1 failed" in done.stdout
    assert finished["worst_files"][0]["filename"] in done.stdout
    for rule in RUBRIC["rules"]:
        assert rule["name"] in done.stdout


def test_runs_are_listed_shown_and_read_afterwards(
    run_cli: Cli, home: Path, data_dir: Path, finished: Any
) -> None:
    run_id = str(finished["run"]["id"])
    listed = answered(run_cli(data_dir, "run", "list", "--json"))
    assert int(run_id) in [run["id"] for run in listed["batch_runs"]]
    shown = answered(run_cli(data_dir, "run", "show", run_id, "--json"))
    assert shown["run"] == finished["run"]
    results = answered(run_cli(data_dir, "run", "results", run_id, "--json"))
    assert len(results["files"]) == 6
    output = home / "results.json"
    assert run_cli(data_dir, "run", "results", run_id, "--output", str(output)).returncode == 0
    saved = json.loads(output.read_text())
    assert saved["batch_run"]["id"] == int(run_id)
    assert [file["eval_score"] for file in saved["file_results"]] == [
        file["eval_score"] for file in results["files"]
    ]
    refused = run_cli(data_dir, "run", "cancel", run_id)
    assert refused.returncode == 2
    assert "completed already" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.fixture(scope="module")
def answers_of(data_dir: Path, serve_on: Callable[..., Any]) -> Callable[[str, int], dict[str, Any]]:
    """The full answer of every file of a run that a command has made, from a server on the same folder."""

    def read(operation: str, run_id: int) -> dict[str, Any]:
        with serve_on(data_dir) as server, server.http() as http:
            files = http.get(f"/api/assay/runs/{run_id}/files").json()["files"]
            return {
                file["filename"]: http.get(f"/api/v1/{operation}/{file['lookup_key']}").json()
                for file in files
            }

    return read


def test_extraction_finds_what_was_printed_on_invoices(
    run_cli: Cli, home: Path, data_dir: Path, answers_of: Callable[[str, int], dict[str, Any]]
) -> None:
    folder = home / "invoices"
    folder.mkdir()
    truths = {}
    for number, layout in enumerate(INVOICE_LAYOUTS):
        path = folder / f"{number}-{layout}.pdf"
        truths[path.name] = make_invoice(path, 900 + number, layout=layout)
    run = answered(
        run_cli(
            data_dir, "run", "start", str(folder), "--pipeline", "extract", "--json",
            "--rubric", written(home / "fields.json", FIELD_RUBRIC),
            "--page-schema", "@" + written(home / "page-schema.json", INVOICE_PAGE_SCHEMA),
        )
    )["run"]  # fmt: skip
    assert (run["status"], run["pipeline_type"]) == ("completed", "extract")
    for name, answer in answers_of("extract", run["id"]).items():
        values = json.loads(answer["extraction_schema_json"])
        for field in ("subtotal", "tax", "total"):
            assert values[field] == pytest.approx(truths[name][field]), name
            assert values[f"{field}_citations"], name
        assert values["invoice_number"] in (truths[name]["invoice_number"], None), "a value was invented"


def test_segments_are_the_pages_that_were_bound_together(
    run_cli: Cli, home: Path, data_dir: Path, answers_of: Callable[[str, int], dict[str, Any]]
) -> None:
    folder = home / "bound"
    folder.mkdir()
    write_bound(folder / "bound.pdf")
    schema = {
        "segments": [
            {"name": "Invoice", "description": "An invoice with an amount to pay"},
            {"name": "Employment contract", "description": "A contract between employer and employee"},
        ]
    }
    run = answered(
        run_cli(
            data_dir, "run", "start", str(folder), "--pipeline", "segment", "--json",
            "--rubric", written(home / "segments.json", SEGMENT_RUBRIC),
            "--segmentation-schema", json.dumps(schema),
        )
    )["run"]  # fmt: skip
    assert (run["status"], run["outcomes"]["scored"]) == ("completed", 1)
    segments = answers_of("segment", run["id"])["bound.pdf"]["segmentation_results"]["segments"]
    assert {segment["name"]: segment["pages"] for segment in segments} == {
        "Invoice": [0],
        "Employment contract": [1, 2],
    }


def write_bound(path: Path) -> None:
    pages = (
        ("Invoice", "Invoice number: 7781", "Bill to: Orchard Quay Water", "Total amount to pay: 310.50"),
        ("Employment contract", "This contract is made between the employer and the employee.", "1. Duties"),
        ("2. Salary", "The employer pays the employee monthly.", "Signed by employer and employee"),
    )
    canvas = Canvas(str(path), invariant=True)
    for heading, *lines in pages:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(72, 770, heading)
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(lines):
            canvas.drawString(72, 730 - 30 * number, line)
        canvas.showPage()
    canvas.save()


def test_the_demo_shows_the_planted_regression(run_cli: Cli, home: Path) -> None:
    shown = answered(run_cli(home / "unused", "demo", "--json"))
    first, second = shown["runs"]
    assert [run["engine"] for run in (first, second)] == ["built-in", "test-degraded"]
    assert first["status"] == second["status"] == "completed"
    assert first["avg_score"] > second["avg_score"]
    worse = [file for file in shown["files"] if file["change"] is not None and file["change"] < -0.005]
    assert worse
    assert not [file for file in shown["files"] if file["change"] is not None and file["change"] > 0.005]
    for file in worse:
        assert file["drop"]["feedback"]
    assert any("registers" in file["filename"] for file in worse), "the document of tables lost rows"


def test_doctor_and_openapi_need_nothing(run_cli: Cli, home: Path, data_dir: Path, finished: Any) -> None:
    examined = answered(run_cli(home / "new", "doctor", "--json"))
    assert examined["healthy"]
    assert {finding["subject"] for finding in examined["findings"]} >= {"Python", "Database", "Server"}
    assert not (home / "new").exists(), "looking makes nothing"
    assert answered(run_cli(data_dir, "doctor", "--json"))["healthy"]
    description = answered(run_cli(home / "new", "openapi"))
    assert "/api/v1/eval_batch_runs/{run_id}/results" in description["paths"]


def test_wrong_input_is_explained_in_one_line(run_cli: Cli, home: Path, data_dir: Path, folder: Path) -> None:
    (home / "broken.json").write_text("{")
    (home / "empty").mkdir()
    rubric = str(home / "rubric.json")
    written(home / "rubric.json", RUBRIC)
    wrong = (
        ("run", "start", str(home / "empty"), "--rubric", rubric),
        ("run", "start", str(folder), "--rubric", str(home / "broken.json")),
        ("run", "start", str(folder)),
        ("run", "start", str(folder), "--rubric", rubric, "--engine", "no-such-engine"),
        ("run", "start", "99999", "--rubric", rubric),
    )
    for arguments in wrong:
        done = run_cli(data_dir, *arguments)
        assert done.returncode == 2, (arguments, done.stdout, done.stderr)
        assert "Error: " in done.stderr
        assert "Traceback" not in done.stderr
        assert not done.stdout


def test_keys_are_made_listed_and_revoked_beside_a_running_server(
    run_cli: Cli, home: Path, serve_on: Callable[..., Any], wait_until: Callable[..., Any]
) -> None:
    data_dir = home / "keys"
    with serve_on(data_dir) as server:
        made = answered(run_cli(data_dir, "key", "create", "build server", "--team", "other", "--json"))
        listed = answered(run_cli(data_dir, "key", "list", "--json"))
        row = next(key for key in listed if key["id"] == made["id"])
        assert (row["name"], row["team"], row["revoked"]) == ("build server", "other", None)
        assert made["key"] not in json.dumps(listed)
        with server.http(made["key"]) as http:
            assert http.get("/api/v1/user_health").status_code == 200
            assert run_cli(data_dir, "key", "revoke", str(made["id"])).returncode == 0
            wait_until(lambda: http.get("/api/v1/user_health").status_code == 401)
        assert httpx.get(f"{server.url}/api/v1/user_health").status_code == 401
        with server.http() as http:
            assert http.get("/api/v1/user_health").status_code == 200
        listed = answered(run_cli(data_dir, "key", "list", "--json"))
        assert next(key for key in listed if key["id"] == made["id"])["revoked"]


def test_commands_use_the_running_server(
    run_cli: Cli, home: Path, folder: Path, serve_on: Callable[..., Any]
) -> None:
    data_dir = home / "served"
    rubric = written(home / "rubric.json", RUBRIC)
    with serve_on(data_dir, engine_modules="docassay.testing.engines") as server, server.client() as client:
        started = answered(
            run_cli(
                data_dir, "run", "start", str(folder), "--rubric", rubric, "--no-wait", "--json",
                "--engine", "test-sleep", "--engine-option", "seconds=30",
            )
        )["run"]  # fmt: skip
        assert started["total_files"] == 6
        done = run_cli(data_dir, "run", "cancel", str(started["id"]))
        assert done.returncode == 0, done.stderr
        assert client.runs.get(started["id"])["status"] == "cancelled"
        watched = run_cli(data_dir, "run", "watch", str(started["id"]))
        assert watched.returncode == 1, "a cancelled run is no success"
        again = run_cli(data_dir, "serve", "--port", "0")
        assert again.returncode == 2
        assert "Another docassay server" in again.stderr
