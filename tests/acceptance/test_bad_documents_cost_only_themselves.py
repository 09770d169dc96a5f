"""A document that hangs, crashes or bloats its parser loses its own process and harms nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from docassay.client import Client

RUBRIC = {"rules": [{"name": "No garbage", "type": "document", "check": "output.garbage_chars"}]}
ENDS = {
    "HANG": ("failed", "timeout", 0.0),
    "SEGFAULT": ("failed", "crashed", 0.0),
    "EATMEM": ("failed", "memory", 0.0),
    "GRANDCHILD": ("failed", "timeout", 0.0),
    "RAISE": ("errored", "internal", None),
    "FAIL": ("failed", "corrupt", 0.0),
}
"""What the file asks for: outcome, error code and score that it must end with."""
GOOD_FILES = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, serve_on: Callable[..., Any]) -> Iterator[Any]:
    settings = {
        "engine_modules": "docassay.testing.engines",
        "file_timeout_seconds": "8",
        "slot_memory_mb": "1024",
    }
    with serve_on(tmp_path_factory.mktemp("hazards") / "data", **settings) as server:
        yield server


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The bad ones spread among the good ones."""
    folder = tmp_path_factory.mktemp("documents")
    texts = {f"good-{number:02d}.html": f"Good document {number}." for number in range(GOOD_FILES)}
    names = list(texts)
    for number, hazard in enumerate(ENDS):
        texts[f"{hazard}.html"] = hazard
        names.insert(number * 4 + 1, f"{hazard}.html")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in names]


def test_every_bad_document_ends_alone_and_the_good_ones_are_right(
    server: Any,
    documents: list[Path],
    tmp_path: Path,
    wait_until: Callable[..., Any],
    make_collection: Callable[[Client, list[Path]], int],
) -> None:
    pid_file = tmp_path / "pid"
    with server.client() as client, server.http() as http:
        collection_id = make_collection(client, documents)
        rubric_id = client.rubrics.create("Any", RUBRIC)["id"]
        started = client.runs.start(
            collection_id, rubric_id, engine="test-hazard", engine_options={"pid_file": str(pid_file)}
        )
        run = client.runs.wait(started["id"], timeout_seconds=120)
        files = list(client.runs.files(run["id"]))

        assert run["status"] == "completed"
        assert run["completed_files"] == len(documents)
        assert run["outcomes"]["scored"] == GOOD_FILES
        assert [file["filename"] for file in files] == [path.name for path in documents]
        for file in files:
            answer = http.get(f"/api/v1/convert/{file['lookup_key']}")
            assert answer.status_code == 200
            hazard = file["filename"].removesuffix(".html")
            if hazard in ENDS:
                assert (file["outcome"], file["error_code"], file["eval_score"]) == ENDS[hazard], file
                assert file["status"] == answer.json()["status"] == "failed"
                assert file["error"], "a bad document says what happened"
                assert answer.json()["error"] == file["error"]
            else:
                assert (file["status"], file["outcome"]) == ("complete", "scored"), file
                number = int(hazard.removeprefix("good-"))
                assert answer.json()["markdown"].strip() == f"Good document {number}."

        grandchild = int(pid_file.read_text())
        wait_until(lambda: not is_sleeping(grandchild))
        client.check_health()

        good = make_collection(client, documents[-2:])
        later = client.runs.start(good, rubric_id, engine="test-hazard")
        later = client.runs.wait(later["id"], timeout_seconds=60)
        assert (later["status"], later["outcomes"]["scored"]) == ("completed", 2)


def is_sleeping(pid: int) -> bool:
    try:
        return psutil.Process(pid).cmdline() == ["sleep", "600"]
    except psutil.Error:
        return False


def test_a_run_in_which_no_file_could_be_processed_has_failed(
    server: Any, documents: list[Path], make_collection: Callable[[Client, list[Path]], int]
) -> None:
    bad = [path for path in documents if path.name in ("FAIL.html", "SEGFAULT.html")]
    with server.client() as client:
        collection_id = make_collection(client, bad)
        rubric_id = client.rubrics.create("Any", RUBRIC)["id"]
        run = client.runs.start(collection_id, rubric_id, engine="test-hazard")
        run = client.runs.wait(run["id"], timeout_seconds=60)
    assert (run["status"], run["avg_score"], run["completed_files"]) == ("failed", 0.0, 2)
    assert run["error"]


def test_slots_killed_from_outside_cost_no_file(
    server: Any,
    documents: list[Path],
    wait_until: Callable[..., Any],
    make_collection: Callable[[Client, list[Path]], int],
) -> None:
    good = [path for path in documents if path.name.startswith("good")][:12]
    with server.client() as client:
        collection_id = make_collection(client, good)
        rubric_id = client.rubrics.create("Any", RUBRIC)["id"]
        run = client.runs.start(
            collection_id, rubric_id, engine="test-sleep", engine_options={"seconds": 0.5}
        )
        wait_until(lambda: client.runs.get(run["id"])["completed_files"] >= 1)
        for process in server.descendants():
            process.kill()
        run = client.runs.wait(run["id"], timeout_seconds=60)
    assert (run["status"], run["outcomes"]["scored"]) == ("completed", len(good))
