"""What tests of single requests share: a document or two, work done in the test's process, and polling."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import func, select

from docassay.db.database import Database
from docassay.execution.contract import WorkRef
from docassay.execution.perform import perform
from docassay.execution.tasks import FileResult, FileTask
from docassay.requests.models import ProcessingRequest
from docassay.requests.work import RequestSource

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

HTML: Final = b"<html><body><h1>Report</h1><p>Total: 12.50 EUR</p></body></html>"
PAGE_SCHEMA: Final = json.dumps({"type": "object", "properties": {"total": {"type": "number"}}})


class RequestJobs:
    """A job engine that collects work and does it in this process on request."""

    def __init__(self, source: RequestSource) -> None:
        self.source = source
        self.submitted: list[WorkRef] = []
        self.tasks: list[FileTask] = []
        self.results: list[FileResult] = []

    def submit(self, work: WorkRef) -> None:
        self.submitted.append(work)

    def call(self, function: str, arguments: Mapping[str, Any], timeout_seconds: float) -> Any:
        module, _, name = function.partition(":")
        return getattr(importlib.import_module(module), name)(**arguments)

    def work(self) -> None:
        """Do everything that was submitted."""
        while self.submitted:
            batch = self.source.claim(self.submitted.pop(0).id, "lane")
            if batch is not None:
                self.source.advance(batch, [], batch.tasks, [])
                results = [perform(task) for task in batch.tasks]
                self.source.advance(batch, results, [], [])
                self.results.extend(results)
                self.source.release(batch, is_done=True)
                self.tasks.extend(batch.tasks)


def poll(client: TestClient, kind: str, request_id: str) -> dict[str, Any]:
    """The answer of a request as it stands now."""
    answer = client.get(f"/api/v1/{kind}/{request_id}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    return body


def two_pages() -> bytes:
    """A PDF letter."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 200), invariant=True)
    for text in ("First page of the letter", "Second page of the letter"):
        canvas.drawString(20, 150, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def count_requests(database: Database) -> int:
    """How many requests were accepted."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ProcessingRequest)) or 0
