"""Commands that work on the data folder itself or bring their own server."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from docassay import server
from docassay.cli.connection import connect, load_settings, recorded_server, running_server_url
from docassay.settings import Settings

Command = Callable[..., Any]  # runs a command and returns how it ended; see conftest.py
FakeServer = Any  # see conftest.py
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def embedded(fake_server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """No server is recorded; the embedded one is the fake. Returns the settings that it was started with."""
    (fake_server.data_dir / "server.json").unlink()
    started: list[Settings] = []

    @contextmanager
    def pretend(settings: Settings) -> Iterator[tuple[str, str]]:
        started.append(settings)
        yield fake_server.url, "dk_test"

    monkeypatch.setattr(server, "embedded", pretend)
    return started


def test_without_a_running_server_a_command_brings_its_own(
    embedded: list[Settings], fake_server: FakeServer, command: Command
) -> None:
    fake_server.answers["GET /api/v1/eval_batch_runs"] = {"batch_runs": [], "total": 0}
    assert command("run", "list", "--json").json() == {"batch_runs": [], "total": 0}
    assert [settings.data_dir for settings in embedded] == [fake_server.data_dir]


def test_a_recorded_server_that_is_gone_is_replaced_by_an_own_one(
    embedded: list[Settings], fake_server: FakeServer
) -> None:
    record = json.dumps({"url": "http://127.0.0.1:9", "pid": 1})
    (fake_server.data_dir / "server.json").write_text(record, encoding="utf-8")
    with connect(None, None, None) as connection:
        assert connection.is_embedded
        assert connection.client.url == fake_server.url


def test_a_named_server_wins_over_the_recorded_one(fake_server: FakeServer, tmp_path: Path) -> None:
    (fake_server.data_dir / "server.json").write_text('{"url": "http://127.0.0.1:9"}', encoding="utf-8")
    with connect(fake_server.url, None, None) as connection:
        assert not connection.is_embedded


def test_a_run_that_nobody_would_work_on_is_refused(
    embedded: list[Settings], fake_server: FakeServer, command: Command
) -> None:
    ended = command("run", "start", "3", "--rubric", "5", "--no-wait")
    assert ended.code == 2
    assert "docassay serve" in ended.err
    assert not fake_server.bodies("POST", "/api/assay/runs")


def test_ctrl_c_with_an_own_server_says_that_the_run_pauses(
    embedded: list[Settings], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    import docassay.client.runs

    def interrupted(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(docassay.client.runs.Runs, "wait", interrupted)
    ended = command("run", "watch", "7")
    assert ended.code == 0
    assert "Run 7 pauses now" in ended.err


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"url": "http://x", "pid": "many"}', "null"])
def test_a_damaged_server_file_counts_as_no_server(tmp_path: Path, content: str) -> None:
    (tmp_path / "server.json").write_text(content, encoding="utf-8")
    assert recorded_server(tmp_path) is None
    assert running_server_url(tmp_path) is None


def test_keys_are_made_listed_and_revoked_in_the_data_folder(tmp_path: Path, command: Command) -> None:
    data = ("--data-dir", str(tmp_path / "data"))
    made = command("key", "create", "nightly", "--team", "research", "--json", *data).json()
    assert made["key"].startswith("dk_")
    listed = command("key", "list", "--json", *data).json()
    assert [(key["name"], key["team"], key["revoked"]) for key in listed] == [("nightly", "research", None)]
    assert made["key"] not in json.dumps(listed)
    assert command("key", "revoke", str(made["id"]), *data).code == 0
    assert command("key", "list", "--json", *data).json()[0]["revoked"] is not None
    assert "nightly" in command("key", "list", *data).out
    plain = command("key", "create", *data)
    assert plain.out.startswith("dk_")
    assert "cannot be shown again" in plain.err
    assert command("key", "revoke", "99", *data).code == 2
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_serve_and_worker_hand_their_options_on(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, Settings, Any]] = []
    monkeypatch.setattr(server, "serve", lambda settings, **how: calls.append(("serve", settings, how)))
    monkeypatch.setattr(server, "run_worker", lambda settings: calls.append(("worker", settings, None)))
    assert command("serve", "--port", "0", "--no-worker", "--data-dir", str(tmp_path)).code == 0
    assert command("worker", "--data-dir", str(tmp_path)).code == 0
    (_, served, how), (_, worked, _) = calls
    assert (served.port, served.data_dir, how["has_worker"]) == (0, tmp_path, False)
    assert worked.data_dir == tmp_path


def test_the_openapi_description_is_printed_without_touching_the_data_folder(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCASSAY_DATA_DIR", str(tmp_path / "data"))
    described = command("openapi").json()
    assert "/api/v1/eval_batch_runs" in described["paths"]
    assert not (tmp_path / "data").exists()


def test_a_wrong_setting_ends_with_2(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCASSAY_PORT", "many")
    ended = command("doctor")
    assert ended.code == 2
    assert "port" in ended.err


def test_settings_that_are_not_given_keep_their_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path, port=None).port == Settings().port


def test_the_demo_runs_both_engines_and_prints_what_got_worse(
    embedded: list[Settings],
    fake_server: FakeServer,
    tmp_path: Path,
    command: Command,
    a_run: Make,
    a_run_file: Make,
) -> None:
    fake_server.answers |= {
        "POST /api/v1/collections": {"id": 3, "name": "Demo documents", "file_count": 0},
        "POST /api/v1/collections/3/files": {"id": 3, "name": "Demo documents", "file_count": 14},
        "GET /api/assay/checks": {"checks": [{"name": "text.layer_recall", "levels": ["page"]}]},
        "POST /api/v1/eval_rubrics": {"id": 5, "name": "Demo", "version": 1},
        "POST /api/assay/runs": [a_run(id=number) for number in (1, 2, 1, 2)],
        "GET /api/assay/runs/1": a_run(id=1),
        "GET /api/assay/runs/2": a_run(id=2, engine="test-degraded", avg_score=2.0),
        "GET /api/assay/runs/1/files": {"files": [a_run_file(0, eval_score=5.0)], "next_cursor": None},
        "GET /api/assay/runs/2/files": {"files": [a_run_file(0)], "next_cursor": None},
    }
    ended = command("demo", "--keep", str(tmp_path / "kept"))
    assert ended.code == 0, ended.err
    assert [body["engine"] for body in fake_server.bodies("POST", "/api/assay/runs")] == [
        "built-in",
        "test-degraded",
    ]
    (settings,) = embedded
    assert settings.data_dir == tmp_path / "kept"
    assert "docassay.testing.engines" in settings.engine_modules
    assert len(list((tmp_path / "kept" / "demo-documents").iterdir())) >= 12
    assert "1 of 1 files got worse" in ended.out
    report = command("demo", "--json").json()
    assert report["files"][0]["change"] == -2.5
    assert [run["avg_score"] for run in report["runs"]] == [3.914, 2.0]


def test_a_demo_run_that_fails_ends_with_1(
    embedded: list[Settings], fake_server: FakeServer, command: Command, a_run: Make
) -> None:
    fake_server.answers |= {
        "POST /api/v1/collections": {"id": 3, "name": "Demo documents", "file_count": 0},
        "POST /api/v1/collections/3/files": {"id": 3, "name": "Demo documents", "file_count": 14},
        "GET /api/assay/checks": {"checks": []},
        "POST /api/v1/eval_rubrics": {"id": 5, "name": "Demo", "version": 1},
        "POST /api/assay/runs": a_run(id=1),
        "GET /api/assay/runs/1": a_run(id=1, status="failed"),
        "GET /api/assay/runs/1/files": {"files": [], "next_cursor": None},
    }
    assert command("demo").code == 1
