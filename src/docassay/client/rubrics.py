"""Rubrics: what a good result is; and the checks that they can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from docassay.client.transport import Transport
from docassay.client.types import Rubric, RubricList


class Rubrics:
    """The rubrics of the key's team."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, name: str, eval_definition: Mapping[str, Any], description: str | None = None) -> Rubric:
        """Store a rubric."""
        body = {"name": name, "description": description, "eval_definition": dict(eval_definition)}
        return cast(Rubric, self._transport.post("/api/v1/eval_rubrics", body))

    def generate(self, description: str) -> dict[str, Any]:
        """A rubric from what a good result is in words; it is not stored."""
        path = "/api/v1/eval_rubrics/generate_from_description"
        return cast(dict[str, Any], self._transport.post(path, {"description": description}))

    def get(self, rubric_id: int) -> Rubric:
        """One rubric in its present version."""
        return cast(Rubric, self._transport.get(f"/api/v1/eval_rubrics/{rubric_id}"))

    def list_page(self, limit: int = 50, offset: int = 0, *, include_archived: bool = False) -> RubricList:
        """A page of rubrics."""
        return cast(
            RubricList,
            self._transport.get(
                "/api/v1/eval_rubrics", limit=limit, offset=offset, include_archived=include_archived
            ),
        )

    def checks(self) -> list[dict[str, Any]]:
        """The catalogue of deterministic checks of this server, by name."""
        answer = self._transport.get("/api/assay/checks")
        found = answer.get("checks", []) if isinstance(answer, dict) else answer
        return cast(list[dict[str, Any]], found)

    def broken_packages(self) -> list[dict[str, Any]]:
        """Checks of other packages that this server could not load, each with the error."""
        answer = self._transport.get("/api/assay/checks")
        found = answer.get("broken_packages", []) if isinstance(answer, dict) else []
        return cast(list[dict[str, Any]], found)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the rubric language."""
        return cast(dict[str, Any], self._transport.get("/api/assay/rubric-schema"))
