"""Single requests that are scored with a rubric."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docassay.checks.registry import all_checks
from docassay.db.database import Database
from docassay.requests.work import RequestSource
from docassay.rubrics.models import EvalRubric, RubricCalibration
from docassay.rubrics.service import set_calibrations
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.testing.single_requests import HTML, PAGE_SCHEMA, RequestJobs, count_requests, poll


@pytest.fixture
def jobs(database: Database, store: DiskStore, settings: Settings) -> RequestJobs:
    return RequestJobs(RequestSource(database, store, settings))


def make_rubric(client: TestClient, *rules: dict[str, Any]) -> int:
    definition = {"name": "Inner name", "rules": list(rules)}
    answer = client.post("/api/v1/eval_rubrics", json={"name": "Complete", "eval_definition": definition})
    rubric_id: int = answer.json()["id"]
    return rubric_id


def test_a_conversion_is_scored_with_the_rubric_as_it_was(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    rubric_id = make_rubric(client, {"name": "Complete", "type": "document", "check": "text.layer_recall"})
    request_id = submit(eval_rubric_id=str(rubric_id))
    client.put(f"/api/v1/eval_rubrics/{rubric_id}", json={"eval_definition": {"rules": []}})
    jobs.work()
    evaluation = poll(client, "convert", request_id)["evaluation"]
    assert [rule["rule_score"] for rule in evaluation["evaluations"]] == [5]
    assert evaluation["total_items_evaluated"] == 1


def test_the_rubric_of_a_request_is_calibrated_like_that_of_a_run(
    client: TestClient, database: Database, submit: Callable[..., str], jobs: RequestJobs
) -> None:
    rubric_id = make_rubric(client, {"name": "Complete", "type": "document", "check": "text.layer_recall"})
    check = all_checks()["text.layer_recall"]
    with database.write() as session:
        rubric = session.get_one(EvalRubric, rubric_id)
        row = RubricCalibration(
            rubric_id=rubric_id, version=1, rule_index=0, points={"x": [0.0, 5.0], "y": [0.0, 2.0]},
            scorer=f"{check.name}@{check.version}", labels=50, before={}, after={},
        )  # fmt: skip
        set_calibrations(session, rubric, [row])
    request_id = submit(eval_rubric_id=str(rubric_id))
    jobs.work()
    evaluation = poll(client, "convert", request_id)["evaluation"]
    assert [rule["rule_score"] for rule in evaluation["evaluations"]] == [2]


@pytest.mark.parametrize("kind", ["extract", "segment"])
def test_extractions_and_segmentations_are_scored_too(
    client: TestClient, submit: Callable[..., str], jobs: RequestJobs, kind: str
) -> None:
    rubric_id = make_rubric(client, {"name": "Complete", "type": "document", "check": "text.layer_recall"})
    schemas = {
        "page_schema": PAGE_SCHEMA,
        "segmentation_schema": json.dumps({"segments": [{"name": "report", "description": "Report"}]}),
    }
    request_id = submit(kind, eval_rubric_id=str(rubric_id), **schemas)
    jobs.work()
    evaluation = poll(client, kind, request_id)["evaluation"]
    assert [rule["rule_score"] for rule in evaluation["evaluations"]] == [5]
    refused = client.post(
        f"/api/v1/{kind}", files={"file": ("a.html", HTML)}, data={"eval_rubric_id": "one", **schemas}
    )
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", "eval_rubric_id"]


def test_a_rubric_that_cannot_be_used_is_refused(client: TestClient, database: Database) -> None:
    broken = make_rubric(client, {"name": "Odd", "type": "page", "check": "no.such_check"})
    archived = make_rubric(client, {"name": "Complete", "type": "page", "check": "text.layer_recall"})
    client.delete(f"/api/v1/eval_rubrics/{archived}")
    for rubric_id, status in ((broken, 400), (archived, 400), (999, 404)):
        answer = client.post(
            "/api/v1/convert", files={"file": ("a.html", HTML)}, data={"eval_rubric_id": str(rubric_id)}
        )
        assert answer.status_code == status, answer.text
    assert count_requests(database) == 0
