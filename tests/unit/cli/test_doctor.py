"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from docassay.cli import doctor
from docassay.cli.connection import load_settings
from docassay.db.base import now
from docassay.db.database import Database
from docassay.db.migrate import upgrade
from docassay.execution.models import Worker
from docassay.keys.models import Team
from docassay.runs.models import Run
from docassay.testing.scripted_judge import ScriptedJudge, completion

Command = Callable[..., Any]  # runs a command and returns how it ended; see conftest.py
FakeServer = Any  # see conftest.py

Examination = Callable[[Any], list[doctor.Finding]]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(load_settings(tmp_path).sqlalchemy_url)
    upgrade(made)
    return made


def state_of(findings: list[doctor.Finding], subject: str) -> str:
    return next(finding.state for finding in findings if finding.subject == subject)


def test_a_new_machine_is_healthy(tmp_path: Path, command: Command) -> None:
    ended = command("doctor", "--data-dir", str(tmp_path / "new"), "--json")
    assert ended.code == 0
    report = ended.json()
    assert report["healthy"]
    subjects = {finding["subject"] for finding in report["findings"]}
    assert subjects - {"Checks"} == {  # that one is there where another package brings checks
        "Python",
        "Data folder",
        "Disk space",
        "Tesseract",
        "LibreOffice",
        "Database",
        "Server",
    }
    assert not (tmp_path / "new").exists()


def test_a_data_folder_that_is_a_file_is_a_problem(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "file"
    path.write_text("x", encoding="utf-8")
    ended = command("doctor", "--data-dir", str(path))
    assert ended.code == 2
    assert "is not a folder" in ended.out
    assert "DOCASSAY_DATA_DIR" in ended.out


def test_little_disk_space_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    findings = doctor.examine_data_folder(load_settings(tmp_path))
    assert state_of(findings, "Disk space") == "warning"


def test_a_missing_tesseract_is_a_warning_that_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (finding,) = doctor.examine_tesseract(load_settings(tmp_path))
    assert finding.state == "warning"
    assert "tesseract-ocr" in finding.remedy


@pytest.mark.needs_tesseract
def test_a_missing_language_is_a_warning_that_names_the_package(tmp_path: Path) -> None:
    (finding,) = doctor.examine_tesseract(load_settings(tmp_path, ocr_languages=("eng", "xyz")))
    assert finding.state == "warning"
    assert "tesseract-ocr-xyz" in finding.remedy


def test_a_recorded_server_that_does_not_answer_is_a_warning(tmp_path: Path) -> None:
    record = json.dumps({"url": "http://127.0.0.1:9", "pid": 1})
    (tmp_path / "server.json").write_text(record, encoding="utf-8")
    (finding,) = doctor.examine_server(load_settings(tmp_path))
    assert finding.state == "warning"


def test_a_running_server_is_found(fake_server: FakeServer) -> None:
    (finding,) = doctor.examine_server(load_settings())
    assert (finding.state, finding.message) == ("ok", f"running at {fake_server.url}")


def test_tables_of_another_version_are_a_warning(tmp_path: Path) -> None:
    database = Database(load_settings(tmp_path).sqlalchemy_url)
    database.engine.connect().close()
    database.dispose()
    (finding,) = doctor.examine_database(load_settings(tmp_path))
    assert finding.state == "warning"


def test_a_file_that_is_no_database_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "docassay.sqlite").write_bytes(b"not a database" * 100)
    (finding,) = doctor.examine_database(load_settings(tmp_path))
    assert finding.state == "problem"


@pytest.mark.parametrize(("silent_seconds", "state"), [(1, "ok"), (3600, "warning")])
def test_unfinished_runs_without_a_living_worker_are_stuck(
    tmp_path: Path, database: Database, silent_seconds: int, state: str
) -> None:
    with database.write() as session:
        team = Team(name="t")
        session.add(team)
        session.flush()
        session.connection().exec_driver_sql(
            f"INSERT INTO collection (team_id, name, archived, created, updated) "  # noqa: S608
            f"VALUES ({team.id}, 'c', 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
        )
        session.add(
            Run(
                team_id=team.id,
                collection_id=1,
                pipeline_type="convert",
                engine="built-in",
                engine_version="1",
                snapshot={},
                status="running",
                total_files=1,
            )
        )
        heartbeat = now() - timedelta(seconds=silent_seconds)
        session.add(
            Worker(executor_id="w", host="h", process_id=1, slot_process_groups=[], heartbeat=heartbeat)
        )
    database.dispose()
    findings = doctor.examine_database(load_settings(tmp_path))
    assert state_of(findings, "Database") == "ok"
    assert state_of(findings, "Runs") == state


def test_a_judge_that_answers_is_named_and_one_that_does_not_is_a_warning(tmp_path: Path) -> None:
    with ScriptedJudge(lambda request: (200, completion("ready"))) as server:
        settings = load_settings(tmp_path).model_copy(
            update={"judge_base_url": server.url, "judge_model": "scripted"}
        )
        (found,) = doctor.examine_judge(settings)
        assert (found.state, "scripted at" in found.message) == ("ok", True)
    with ScriptedJudge(lambda request: (401, {"error": "no"})) as server:
        settings = settings.model_copy(update={"judge_base_url": server.url})
        (found,) = doctor.examine_judge(settings)
        assert found.state == "warning"
        assert "DOCASSAY_JUDGE_API_KEY" in found.message
    assert doctor.examine_judge(load_settings(tmp_path)) == []
