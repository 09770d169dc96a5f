"""A run can be ended at any time, and a small one is not kept waiting by a large one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docassay.client import Client
from docassay.client.errors import ApiError

RUBRIC = {"rules": [{"name": "No garbage", "type": "document", "check": "output.garbage_chars"}]}
LARGE = 1000
SMALL = 3


@pytest.fixture(scope="module")
def client(live_server: Any) -> Any:
    with live_server.client() as client:
        yield client


@pytest.fixture(scope="module")
def rubric_id(client: Client) -> int:
    return client.rubrics.create("Any", RUBRIC)["id"]


@pytest.fixture(scope="module")
def large_collection(live_server: Any, client: Client, tmp_path_factory: pytest.TempPathFactory) -> int:
    folder = tmp_path_factory.mktemp("many")
    paths = [folder / f"{number:04d}.html" for number in range(LARGE)]
    for path in paths:
        path.write_text("<p>One of many.</p>", encoding="utf-8")

    def upload(share: list[Path]) -> list[int]:
        with live_server.client() as own:
            return own.files.upload_many([(path, path.name) for path in share])

    with ThreadPoolExecutor(4) as pool:
        ids = [file_id for share in pool.map(upload, [paths[n::4] for n in range(4)]) for file_id in share]
    collection_id = client.collections.create("Many")["id"]
    client.collections.add_files(collection_id, ids)
    return collection_id


@pytest.fixture(scope="module")
def small_collection(
    client: Client, tmp_path_factory: pytest.TempPathFactory, make_collection: Callable[..., int]
) -> int:
    folder = tmp_path_factory.mktemp("few")
    paths = [folder / f"{number}.html" for number in range(SMALL)]
    for path in paths:
        path.write_text(f"<p>{path.name}, one of few.</p>", encoding="utf-8")
    return make_collection(client, paths)


def check_counters(client: Client, run: dict[str, Any]) -> list[dict[str, Any]]:
    """The counters of the run say what its rows say."""
    files = list(client.runs.files(run["id"]))
    assert len(files) == run["total_files"]
    assert sum(run["outcomes"].values()) == run["total_files"]
    for outcome, count in run["outcomes"].items():
        assert count == sum(1 for file in files if (file["outcome"] or "pending") == outcome)
    assert run["completed_files"] == sum(1 for file in files if file["status"] in ("complete", "failed"))
    scores = [file["eval_score"] for file in files if file["eval_score"] is not None]
    assert run["avg_score"] == (pytest.approx(sum(scores) / len(scores), abs=1e-4) if scores else None)
    return files


def test_a_small_run_does_not_wait_for_a_large_one(
    client: Client, rubric_id: int, large_collection: int, small_collection: int, wait_until: Any
) -> None:
    options = {"engine": "test-sleep", "engine_options": {"seconds": 0.02}}
    large = client.runs.start(large_collection, rubric_id, **options)
    wait_until(lambda: client.runs.get(large["id"])["completed_files"] > 0)
    small = client.runs.start(small_collection, rubric_id, **options)
    small = client.runs.wait(small["id"], timeout_seconds=60)
    seen = client.runs.get(large["id"])
    cancelled = client.runs.cancel(large["id"]) if seen["status"] == "running" else seen

    assert small["status"] == "completed"
    assert small["outcomes"]["scored"] == SMALL
    assert seen["status"] == "running"
    assert seen["outcomes"]["pending"] > LARGE / 2
    assert cancelled["status"] == "cancelled"
    check_counters(client, cancelled)


def test_a_running_run_is_cancelled_at_once_and_stays_as_it_is(
    client: Client,
    live_server: Any,
    rubric_id: int,
    large_collection: int,
    small_collection: int,
    wait_until: Any,
) -> None:
    run = client.runs.start(
        large_collection, rubric_id, engine="test-sleep", engine_options={"seconds": 0.1}, skip_cache=True
    )
    wait_until(lambda: client.runs.get(run["id"])["completed_files"] > 3)
    answer = client.runs.cancel(run["id"])

    assert answer["status"] == "cancelled"
    assert answer["completed_at"] is not None
    assert answer["outcomes"]["pending"] == 0
    assert 0 < answer["outcomes"]["cancelled"] < LARGE
    files = check_counters(client, answer)
    with live_server.http() as http:
        for file in [next(f for f in files if f["outcome"] == o) for o in ("scored", "cancelled")]:
            found = http.get(f"/api/v1/convert/{file['lookup_key']}")
            assert found.status_code == 200
            assert found.json()["status"] == ("complete" if file["outcome"] == "scored" else "failed")
        results = http.get(f"/api/v1/eval_batch_runs/{run['id']}/results").json()
    assert {row["status"] for row in results["file_results"]} == {"complete", "cancelled"}

    with pytest.raises(ApiError, match="cancelled already") as refused:
        client.runs.cancel(run["id"])
    assert refused.value.status == 409
    # when a later run has ended, whatever was in work at the cancel has had its chance to be written
    later = client.runs.start(small_collection, rubric_id, engine="test-noop", skip_cache=True)
    assert client.runs.wait(later["id"], timeout_seconds=60)["outcomes"]["scored"] == SMALL
    assert client.runs.get(run["id"]) == answer
    assert list(client.runs.files(run["id"])) == files


def test_hung_documents_are_ended_by_a_cancel(
    client: Client, live_server: Any, rubric_id: int, tmp_path: Path, wait_until: Any, make_collection: Any
) -> None:
    paths = []
    for number in range(2):
        paths.append(tmp_path / f"hang-{number}.html")
        paths[-1].write_text("HANG" + " " * number)
    run = client.runs.start(make_collection(client, paths), rubric_id, engine="test-hazard")
    statuses = lambda: {file["status"] for file in client.runs.files(run["id"])}  # noqa: E731
    wait_until(lambda: statuses() == {"processing"})
    assert client.runs.cancel(run["id"])["outcomes"]["cancelled"] == 2
    # both slots hang: only when they are killed can the next run be worked on
    again = tmp_path / "again.html"
    again.write_text("Still alive.")
    run = client.runs.start(make_collection(client, [again]), rubric_id, engine="test-hazard")
    assert client.runs.wait(run["id"], timeout_seconds=60)["outcomes"]["scored"] == 1
