"""Fixtures of tests that talk HTTP to the application in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from docassay.app import create_app
from docassay.db.database import Database
from docassay.keys.service import create_key
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.testing.single_requests import HTML

BASE_URL = "http://docassay.test"


@pytest.fixture
def jobs() -> Any:
    """The job engine of the application; a test module that starts work overrides it."""
    return None


@pytest.fixture
def app(settings: Settings, database: Database, store: DiskStore, jobs: Any) -> FastAPI:
    """The application on an empty database."""
    return create_app(settings, database, store, jobs)


def _client(app: FastAPI, database: Database, team: str) -> TestClient:
    with database.write() as session:
        _, secret = create_key(session, team, "test")
    return TestClient(app, base_url=BASE_URL, headers={"X-API-Key": secret}, raise_server_exceptions=False)


@pytest.fixture
def client(app: FastAPI, database: Database) -> TestClient:
    """A client with a key of the team "default"."""
    return _client(app, database, "default")


@pytest.fixture
def other_team_client(app: FastAPI, database: Database) -> TestClient:
    """A client with a key of another team."""
    return _client(app, database, "others")


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    """A client without a key."""
    return TestClient(app, base_url=BASE_URL, raise_server_exceptions=False)


@pytest.fixture
def upload(client: TestClient, anonymous: TestClient) -> Callable[..., int]:
    """``upload(name, content, content_type)`` puts a file on the server and returns its id."""

    def put(name: str = "a.pdf", content: bytes = b"%PDF-1.7", content_type: str = "application/pdf") -> int:
        started = client.post("/api/v1/files/upload", json={"filename": name, "content_type": content_type})
        assert started.status_code == 200, started.text
        answer = started.json()
        sent = anonymous.put(answer["upload_url"], content=content, headers={"Content-Type": content_type})
        assert sent.status_code == 200, sent.text
        file_id: int = answer["file_id"]
        return file_id

    return put


@pytest.fixture
def submit(client: TestClient) -> Callable[..., str]:
    """``submit(kind, content, name, **fields)`` returns the id of an accepted request."""

    def send(
        kind: str = "convert", content: bytes | None = HTML, name: str = "report.html", **fields: str
    ) -> str:
        files = {"file": (name, content)} if content is not None else {"extra": ("", b"")}
        answer = client.post(f"/api/v1/{kind}", files=files, data=fields)
        assert answer.status_code == 200, answer.text
        request_id: str = answer.json()["request_id"]
        return request_id

    return send
