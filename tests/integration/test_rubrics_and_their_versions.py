"""Eval rubrics over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

URL = "/api/v1/eval_rubrics"
DEFINITION = {"name": "Invoices", "rules": [{"name": "Text", "type": "page", "check": "text.layer_recall"}]}


def create(client: TestClient, definition: Any = DEFINITION, **more: Any) -> dict[str, Any]:
    answer = client.post(URL, json={"name": "Invoices", "eval_definition": definition, **more})
    assert answer.status_code == 200, answer.text
    rubric: dict[str, Any] = answer.json()
    return rubric


def test_a_new_rubric_is_at_version_1_with_every_key(client: TestClient) -> None:
    rubric = create(client)
    assert rubric.pop("created") == rubric.pop("updated")
    assert rubric == {
        "id": 1,
        "name": "Invoices",
        "description": None,
        "eval_definition": DEFINITION,
        "source": "manual",
        "source_processor_id": None,
        "archived": False,
        "version": 1,
        "version_history": [],
    }


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"b": 1, "a": [1, 1.0, True, None, -0.0, 1e300, 2**63 - 1, -(2**63)]},
        {"Ünïcode 发票 \U0001f600": "\u2028\x01\t\\\"'</script>"},
        {"evaluations": [{"criteria": "anything", "nested": {"deep": [[[]]]}}]},
    ],
)
def test_any_object_is_stored_and_returned_unchanged(client: TestClient, definition: Any) -> None:
    rubric_id = create(client, definition)["id"]
    returned = client.get(f"{URL}/{rubric_id}").json()["eval_definition"]
    assert json.dumps(returned) == json.dumps(definition)


def test_only_another_definition_makes_a_version(client: TestClient) -> None:
    rubric = create(client)
    path = f"{URL}/{rubric['id']}"
    assert client.put(path, json={"name": "Renamed", "eval_definition": DEFINITION}).json()["version"] == 1
    changed = client.put(path, json={"eval_definition": {"n": 1}}).json()
    assert (changed["version"], changed["name"]) == (2, "Renamed")
    again = client.put(path, json={"eval_definition": {"n": True}, "description": "now a claim"}).json()
    assert again["version"] == 3
    history = again["version_history"]
    assert [(each["version"], each["eval_definition"]) for each in history] == [
        (1, DEFINITION),
        (2, {"n": 1}),
    ]
    assert history[0]["created"] == rubric["created"]
    assert client.get(path).json() == again
    assert client.get(URL).json()["rubrics"][0]["version_history"] is None


def test_an_archived_rubric_is_shown_but_not_changed(client: TestClient) -> None:
    path = f"{URL}/{create(client)['id']}"
    assert client.delete(path).json()["archived"] is True
    assert client.delete(path).status_code == 200
    assert client.get(path).json()["archived"] is True
    answer = client.put(path, json={"name": "x"})
    assert answer.status_code == 400
    assert "archived" in answer.json()["detail"]
    assert client.get(URL).json()["total"] == 0
    assert client.get(URL, params={"include_archived": "true"}).json()["total"] == 1


def test_rubrics_are_listed_newest_first_in_pages(client: TestClient) -> None:
    for _ in range(4):
        create(client)
    page = client.get(URL, params={"limit": 2, "offset": 1}).json()
    assert ([rubric["id"] for rubric in page["rubrics"]], page["total"]) == ([3, 2], 4)


def test_another_team_knows_nothing_of_a_rubric(client: TestClient, other_team_client: TestClient) -> None:
    path = f"{URL}/{create(client)['id']}"
    assert other_team_client.get(path).status_code == 404
    assert other_team_client.put(path, json={"name": "x"}).status_code == 404
    assert other_team_client.delete(path).json() == {"detail": "Eval rubric 1 was not found."}


@pytest.mark.parametrize(
    ("raw", "loc"),
    [
        ('{"name": "x", "eval_definition": []}', ["body", "eval_definition"]),
        ('{"name": "x"}', ["body", "eval_definition"]),
        ('{"name": "", "eval_definition": {}}', ["body", "name"]),
        ('{"name": "x", "eval_definition": {"a": NaN}}', ["body"]),
        ('{"name": "x", "eval_definition": {"a": 1e999}}', ["body", "eval_definition", "a"]),
        (
            '{"name": "x", "eval_definition": {"a": [99999999999999999999]}}',
            ["body", "eval_definition", "a", 0],
        ),
        ('{"name": "x", "eval_definition": {"a": ' + "9" * 5000 + "}}", ["body"]),
        ('{"name": "x", "eval_definition": {"a": "\\u0000"}}', ["body", "eval_definition", "a"]),
        ('{"name": "x", "eval_definition": {"a\\ud800": 1}}', ["body", "eval_definition"]),
        ('{"name": "\\udfff", "eval_definition": {}}', ["body", "name"]),
        ('{"name": "x", "eval_definition": {"a": ' + "[" * 150 + "]" * 150 + "}}", ["body"]),
        ("[" * 100_000, ["body"]),
        ('{"name": "x", "eval_definition": {', ["body"]),
        (b'{"name": "\xff\xfe", "eval_definition": {}}', ["body"]),
        ("", ["body"]),
    ],
)
def test_bodies_that_cannot_be_kept_are_wrong_fields(client: TestClient, raw: Any, loc: list[Any]) -> None:
    answer = client.post(URL, content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text[:300]
    detail = answer.json()["detail"][0]
    assert detail.keys() == {"loc", "msg", "type"}
    assert detail["loc"][: len(loc)] == loc
    assert len(answer.content) < 2000
