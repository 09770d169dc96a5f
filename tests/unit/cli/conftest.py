"""A small HTTP server that answers like docassay, and a way to run commands against it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from docassay.cli.app import main

KEY = "dk_test"


def a_run(**changes: Any) -> dict[str, Any]:
    """A finished run of 12 files, 11 of them with a score."""
    run = {
        "id": 7,
        "collection_id": 3,
        "eval_rubric_id": 5,
        "pipeline_id": None,
        "pipeline_type": "convert",
        "status": "completed",
        "started_at": "2026-01-02T03:04:05Z",
        "completed_at": "2026-01-02T03:04:09Z",
        "total_files": 12,
        "completed_files": 12,
        "avg_score": 3.914,
        "created": "2026-01-02T03:04:05Z",
        "name": None,
        "engine": "built-in",
        "engine_version": "1",
        "mode": "fast",
        "rubric_name": "Invoices",
        "rubric_version": 1,
        "error": None,
        "outcomes": {
            "scored": 11,
            "failed": 0,
            "errored": 1,
            "not_applicable": 0,
            "unscored": 0,
            "cancelled": 0,
            "pending": 0,
        },
        "coverage": 11 / 12,
        "page_count": 20,
        "runtime_seconds": 1.5,
        "cached_files": 0,
        "judge": {"input_tokens": 0, "output_tokens": 0, "cost": None, "budget": None},
        "warnings": [],
    }
    return run | changes


def a_run_file(position: int = 0, **changes: Any) -> dict[str, Any]:
    """A file of a run with one rule that is not perfect."""
    file = {
        "request_id": 100 + position,
        "position": position,
        "filename": f"file-{position}.pdf",
        "sha256": "0" * 64,
        "status": "complete",
        "outcome": "scored",
        "eval_score": 2.5,
        "error": None,
        "error_code": None,
        "page_count": 1,
        "runtime_seconds": 0.1,
        "attempts": 1,
        "is_cached": False,
        "lookup_key": "k",
        "eval_results": {
            "eval_definition_name": "Invoices",
            "total_items_evaluated": 2,
            "evaluations": [
                {
                    "name": "Text is complete",
                    "type": "page",
                    "rule_score": 2.5,
                    "items_evaluated": 1,
                    "individual_results": [
                        {
                            "score": 2.5,
                            "feedback": "Page 1 lacks 'Total EUR 12.00'.",
                            "block_id": None,
                            "page_id": 0,
                            "block_type": None,
                        }
                    ],
                },
                {
                    "name": "Tables are sound",
                    "type": "block",
                    "rule_score": None,
                    "items_evaluated": 0,
                    "individual_results": [],
                },
            ],
        },
    }
    return file | changes


@dataclass
class FakeServer:
    """Answers are keyed by ``METHOD /path``; a list is used up one by one, its last element for ever."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    data_dir: Path = Path()

    def answer(self, method: str, path: str, body: bytes, key: str | None) -> tuple[int, Any]:
        """The status and body for one request."""
        is_json = body.startswith((b"{", b"["))
        self.calls.append((method, path, json.loads(body) if is_json else body))
        route = path.partition("?")[0]
        if route == "/api/v1/health":
            return 200, {"status": "ok"}
        if route.startswith("/put/"):
            return 200, None
        if key != KEY:
            return 401, {"detail": "Invalid API key provided."}
        if route == "/api/v1/user_health" or re.fullmatch(r"/api/v1/files/\d+/confirm", route):
            return 200, {"status": "ok"}
        if f"{method} {route}" == "POST /api/v1/files/upload":
            number = sum(1 for call in self.calls if call[1] == route)
            return 200, {"file_id": number, "upload_url": f"{self.url}/put/{number}"}
        answer = self.answers.get(f"{method} {route}", (404, {"detail": f"{route} was not found."}))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer if isinstance(answer, tuple) else (200, answer)

    def bodies(self, method: str, path: str) -> list[Any]:
        """The bodies of all calls of a route."""
        return [body for called, where, body in self.calls if called == method and where == path]


@pytest.fixture
def fake_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """A running fake server that is recorded in the data folder, like a real one."""
    fake = FakeServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = fake.answer(self.command, self.path, body, self.headers.get("X-API-Key"))
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _reply  # noqa: N815 - the names that the base class calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    http = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{http.server_address[1]}"
    fake.data_dir = tmp_path / "data"
    fake.data_dir.mkdir()
    (fake.data_dir / "server.json").write_text(json.dumps({"url": fake.url, "pid": 1}), encoding="utf-8")
    (fake.data_dir / "cli-key").write_text(KEY + "\n", encoding="utf-8")
    monkeypatch.setenv("DOCASSAY_DATA_DIR", str(fake.data_dir))
    monkeypatch.delenv("DOCASSAY_URL", raising=False)
    monkeypatch.delenv("DOCASSAY_API_KEY", raising=False)
    try:
        yield fake
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed on stdout, as JSON."""
        return json.loads(self.out)


Command = Callable[..., Ended]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run ``docassay`` with these arguments in this process."""

    def run(*arguments: str) -> Ended:
        code = main(arguments)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture(name="a_run")
def _a_run() -> Callable[..., dict[str, Any]]:
    """Makes runs as the native surface shows them; arguments replace fields."""
    return a_run


@pytest.fixture(name="a_run_file")
def _a_run_file() -> Callable[..., dict[str, Any]]:
    """Makes files of a run as the native surface shows them; arguments replace fields."""
    return a_run_file
