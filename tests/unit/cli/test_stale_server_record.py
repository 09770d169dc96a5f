"""A command never sends its key to the port of a server that is gone."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from docassay.cli.connection import running_server_url


class Answering(BaseHTTPRequestHandler):
    """Answers everything: somebody else's program."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture
def somebody() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_record_of_a_killed_server_is_not_believed(tmp_path: Path, somebody: str) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    record = tmp_path / "server.json"
    record.write_text(json.dumps({"url": somebody, "pid": 1}), encoding="utf-8")
    assert running_server_url(tmp_path) == somebody
    record.write_text(json.dumps({"url": somebody, "pid": gone.pid}), encoding="utf-8")
    assert running_server_url(tmp_path) is None
