"""SIGKILL at any moment loses nothing that was answered and does nothing twice."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from docassay.client import Client
from docassay.testing.documents import make_documents

FILES = 200
KILLS = 3
SEED = 20260
RUBRIC = {
    "name": "Crash",
    "rules": [
        {"name": "Text is complete", "type": "page", "check": "text.layer_recall", "weight": 2},
        {"name": "Tables are sound", "type": "block", "check": "table.wellformed"},
        {"name": "No garbage", "type": "document", "check": "output.garbage_chars"},
    ],
}
FINAL_COLUMNS = "position, status, outcome, eval_score, result_key, items_key, completed_at, attempts"


def read_rows(data_dir: Path, run_id: int, scratch: Path) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """The run and its files as the tables have them, from a copy: the next server finds what was left."""
    for old in scratch.glob("docassay.sqlite*"):
        old.unlink()
    for source in data_dir.glob("docassay.sqlite*"):
        shutil.copyfile(source, scratch / source.name)
    connection = sqlite3.connect(scratch / "docassay.sqlite")
    try:
        connection.row_factory = sqlite3.Row
        run = dict(connection.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone())
        files = connection.execute(
            f"SELECT {FINAL_COLUMNS} FROM run_file WHERE run_id = ? ORDER BY position",  # noqa: S608
            (run_id,),
        ).fetchall()
        return run, [tuple(row) for row in files]
    finally:
        connection.close()


def is_final(row: tuple[Any, ...]) -> bool:
    return row[1] in ("complete", "failed", "cancelled")


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [
        process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


def are_gone(processes: list[psutil.Process]) -> bool:
    return not alive(processes)


def has_ended(client: Client, run_id: int, files: int) -> bool:
    return client.runs.get(run_id)["completed_files"] >= files


def executor_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("DOCASSAY_EXECUTOR")
    except psutil.Error:
        return None


def processes_of_worker(server_pid: int) -> list[psutil.Process]:
    """Programs that were started from a slot of the server with this process number."""
    return [
        process
        for process in psutil.process_iter()
        if f"-{server_pid}-" in (executor_of(process) or "") and process.pid != os.getpid()
    ]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_documents(tmp_path_factory.mktemp("documents"), FILES, seed=SEED)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def test_a_run_survives_three_kills_with_every_file_scored_exactly_once(
    tmp_path: Path,
    scratch: Path,
    documents: list[Path],
    serve_on: Callable[..., Any],
    wait_until: Callable[..., Any],
    make_collection: Callable[[Client, list[Path]], int],
) -> None:
    data_dir = tmp_path / "data"
    chance = random.Random(SEED)
    moments = sorted(chance.sample(range(1, FILES * 3 // 5), KILLS))
    everything = chance.randrange(KILLS)
    run_id = 0
    ended_before: dict[int, tuple[Any, ...]] = {}
    for kill in range(KILLS + 1):
        with serve_on(data_dir) as server, server.client() as client:
            if kill == 0:
                collection_id = make_collection(client, documents)
                rubric_id = client.rubrics.create("Crash", RUBRIC)["id"]
                run_id = client.runs.start_on_wire(collection_id, rubric_id)["id"]
            if kill < KILLS:
                wait_until(partial(has_ended, client, run_id, moments[kill]))
                started = server.kill(with_descendants=kill == everything)
            else:
                run = client.runs.wait(run_id, timeout_seconds=90)
                results = httpx.get(
                    f"{server.url}/api/v1/eval_batch_runs/{run_id}/results", headers={"X-API-Key": server.key}
                ).json()
                check_answers(server, results["file_results"])
        if kill < KILLS:
            wait_until(partial(are_gone, started))
            assert not processes_of_worker(server.process.pid)
            row, files = read_rows(data_dir, run_id, scratch)
            assert row["status"] in ("pending", "running"), "the kill came after the end"
            ended = {file[0]: file for file in files if is_final(file)}
            assert row["completed_files"] == len(ended)
            assert row["score_sum"] == pytest.approx(sum(file[3] or 0.0 for file in ended.values()))
            assert ended_before.items() <= ended.items()
            ended_before = ended

    row, files = read_rows(data_dir, run_id, scratch)
    assert run["status"] == row["status"] == "completed"
    assert [file[0] for file in files] == list(range(FILES))
    assert all(is_final(file) for file in files)
    assert ended_before.items() <= {file[0]: file for file in files}.items(), "a result was written twice"
    scores = [file[3] for file in files if file[3] is not None]
    assert len(scores) > FILES * 0.9
    assert run["completed_files"] == row["completed_files"] == FILES
    assert row["scored_files"] == len(scores)
    assert run["avg_score"] == pytest.approx(sum(scores) / len(scores), abs=1e-4)

    assert results["batch_run"]["avg_score"] == run["avg_score"]
    assert [file["filename"] for file in results["file_results"]] == [path.name for path in documents]
    assert len({file["request_id"] for file in results["file_results"]}) == FILES
    on_wire = [file["eval_score"] for file in results["file_results"] if file["eval_score"] is not None]
    assert on_wire == scores


def check_answers(server: Any, files: list[dict[str, Any]]) -> None:
    """Every result can be opened, whole."""
    with server.http() as http:
        for file in files:
            response = http.get(f"/api/v1/convert/{file['lookup_key']}")
            assert response.status_code == 200, response.text
            answer = response.json()
            assert answer["status"] == file["status"] == "complete"
            assert answer["markdown"]


def test_programs_that_a_killed_server_left_behind_are_ended_by_the_next_one(
    tmp_path: Path,
    serve_on: Callable[..., Any],
    wait_until: Callable[..., Any],
    make_collection: Callable[[Client, list[Path]], int],
) -> None:
    document = tmp_path / "grandchild.txt.html"
    document.write_text("GRANDCHILD")
    pid_file = tmp_path / "pid"
    settings = {"engine_modules": "docassay.testing.engines"}
    with serve_on(tmp_path / "data", **settings) as server, server.client() as client:
        run = client.runs.start(
            make_collection(client, [document]),
            client.rubrics.create("Any", RUBRIC)["id"],
            engine="test-hazard",
            engine_options={"pid_file": str(pid_file)},
        )
        orphan = psutil.Process(int(wait_until(lambda: pid_file.exists() and pid_file.read_text())))
        slots = server.kill()
        wait_until(lambda: alive(slots) == [orphan])
        pid_file.unlink()
    with serve_on(tmp_path / "data", **settings) as server, server.client() as client:
        wait_until(lambda: not alive([orphan]))
        second = psutil.Process(int(wait_until(lambda: pid_file.exists() and pid_file.read_text())))
        assert client.runs.cancel(run["id"])["status"] == "cancelled"
        wait_until(lambda: not alive([second]))


def test_single_requests_that_were_accepted_are_answered_after_a_kill(
    tmp_path: Path, documents: list[Path], serve_on: Callable[..., Any], wait_until: Callable[..., Any]
) -> None:
    with serve_on(tmp_path / "data") as server, server.client() as client:
        accepted = [client.documents.submit("convert", path) for path in documents[:12]]
        slots = server.kill()
    wait_until(partial(are_gone, slots))
    with serve_on(tmp_path / "data") as server, server.client() as client:
        for request_id in accepted:
            assert client.documents.wait("convert", request_id, timeout_seconds=60)["markdown"]
