"""Labels that people give to items, and how well rubrics agree with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from docassay.client.transport import Transport
from docassay.client.types import Label, RubricAgreement


class Reviews:
    """The labels of the key's team."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def label(
        self,
        request_id: int,
        rule_index: int,
        item_index: int,
        *,
        score: float | None = None,
        passed: bool | None = None,
        note: str | None = None,
        author: str = "",
    ) -> Label:
        """Say what an item should have got: exactly one of ``score`` (0-5) and ``passed``."""
        path = f"/api/assay/results/{request_id}/items/{rule_index}/{item_index}/label"
        body = {"score": score, "passed": passed, "note": note, "author": author}
        return cast(Label, self._transport.put(path, body))

    def list(self, run_id: int, page_size: int = 200) -> Iterator[Label]:
        """Every label of a run, first given first, fetched page by page."""
        cursor: str | None = None
        while True:
            page = self._transport.get(f"/api/assay/runs/{run_id}/labels", limit=page_size, cursor=cursor)
            yield from page["labels"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def agreement(
        self, rubric_id: int, author: str | None = None, pass_mark: float | None = None
    ) -> RubricAgreement:
        """How well the scores of each rule agree with people."""
        path = f"/api/assay/eval_rubrics/{rubric_id}/agreement"
        return cast(RubricAgreement, self._transport.get(path, author=author, pass_mark=pass_mark))

    def calibrate(self, rubric_id: int) -> dict[str, Any]:
        """Let runs from now on show what people would have given, where enough labels prove that it helps."""
        return cast(dict[str, Any], self._transport.post(f"/api/assay/eval_rubrics/{rubric_id}/calibrate"))

    def remove_calibration(self, rubric_id: int) -> None:
        """Let runs from now on show scores as they are measured."""
        self._transport.delete(f"/api/assay/eval_rubrics/{rubric_id}/calibration")
