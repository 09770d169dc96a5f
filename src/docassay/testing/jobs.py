"""Batch runs worked on in the process of a test, when the test says so."""

from __future__ import annotations

import importlib
from typing import Any

from docassay.execution.contract import WorkRef
from docassay.execution.perform import perform
from docassay.execution.tasks import PageProgress
from docassay.runs.work import RunSource


class Jobs:
    """A job engine that notes what it is given and works on request."""

    def __init__(self, source: RunSource) -> None:
        self.source = source
        self.submitted: list[WorkRef] = []
        self.cancelled: list[WorkRef] = []
        self.at_work: dict[str, list[PageProgress]] = {}

    def submit(self, work: WorkRef) -> None:
        self.submitted.append(work)

    def cancel(self, work: WorkRef) -> None:
        self.cancelled.append(work)

    def progress(self, work: WorkRef) -> list[PageProgress]:
        return self.at_work.get(work.id, [])

    def call(self, function: str, arguments: dict[str, Any], timeout_seconds: float) -> Any:
        module, _, name = function.partition(":")
        return getattr(importlib.import_module(module), name)(**arguments)

    def work(self, slices: int = 1000) -> None:
        for work in self.submitted:
            while slices and (batch := self.source.claim(work.id, "lane")) is not None:
                slices -= 1
                for task in batch.tasks:
                    begun = self.source.advance(batch, [], [task], [])
                    self.source.advance(batch, [perform(each) for each in begun or ()], [], [])
                self.source.release(batch, is_done=True)
            self.source.finish(work.id)
