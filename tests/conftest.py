"""Fixtures for every kind of test: settings and a database in a folder of the test's own."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from docassay.db.database import Database
from docassay.db.migrate import upgrade
from docassay.readers.libreoffice import libreoffice_program
from docassay.settings import Settings
from docassay.storage.disk import DiskStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks, once, for the successor of httpx, which nothing here needs
    import fastapi.testclient  # noqa: F401


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a server in an empty folder, untouched by the environment."""
    return Settings(_env_file=None, data_dir=tmp_path / "data", database_url=None, public_url=None, slots=1)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty SQLite database to copy: upgrading takes a third of a second, copying does not."""
    path = tmp_path_factory.mktemp("template") / "docassay.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


@pytest.fixture
def database(settings: Settings, migrated_file: Path) -> Iterator[Database]:
    """An empty database with all tables, where the settings say."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated_file, settings.data_dir / "docassay.sqlite")
    database = Database(settings.sqlalchemy_url)
    yield database
    database.dispose()


@pytest.fixture
def store(settings: Settings) -> DiskStore:
    """An empty blob store, where the settings say."""
    return DiskStore(settings.blob_dir)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot do, in one place and with a reason that says what to install."""
    if item.get_closest_marker("needs_tesseract") and shutil.which("tesseract") is None:
        pytest.skip("Tesseract is not installed (make system-deps)")
    if item.get_closest_marker("needs_libreoffice") and libreoffice_program() is None:
        pytest.skip("LibreOffice is not installed (make system-deps)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where ``DOCASSAY_TEST_REQUIRE`` names something (``tesseract``), a test skipped for its lack fails."""
    report = yield
    required = {f"needs_{name}" for name in os.environ.get("DOCASSAY_TEST_REQUIRE", "").split(",")}
    missing = required.intersection(mark.name for mark in item.iter_markers())
    if report.skipped and missing:
        report.outcome = "failed"
        report.longrepr = f"skipped although this run requires what it needs ({', '.join(sorted(missing))})"
    return report
