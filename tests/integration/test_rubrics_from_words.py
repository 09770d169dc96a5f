"""The wire's ways to a rubric from a description and from feedback."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

BASE = "/api/v1/eval_rubrics"
FEEDBACK = [
    {"content_snippet": "Total 12.50", "feedback": "The amount has a wrong digit.", "page_number": 2},
    {"content_snippet": "Dear", "feedback": "It sounds unfriendly.", "expected_output": "Dear Ann"},
]


def test_a_description_gives_a_rubric_that_can_be_stored_and_is_not_stored_yet(client: TestClient) -> None:
    made = client.post(
        f"{BASE}/generate_from_description", json={"description": "Numbers are right. Be kind."}
    )
    rubric = made.raise_for_status().json()
    assert sorted(rubric) == ["description", "eval_definition", "name"]
    rules = rubric["eval_definition"]["rules"]
    assert [(rule.get("check"), rule.get("prompt")) for rule in rules] == [
        ("text.number_agreement", None), (None, "Be kind."),
    ]  # fmt: skip
    assert client.get(BASE).json()["total"] == 0
    body = {"name": rubric["name"], "eval_definition": rubric["eval_definition"]}
    assert client.post(BASE, json=body).status_code == 200


def test_feedback_gives_a_rubric_and_stores_it_when_asked_to(client: TestClient) -> None:
    made = client.post(f"{BASE}/generate_from_feedback", json={"feedback_items": FEEDBACK}).raise_for_status()
    rules = made.json()["eval_definition"]["rules"]
    assert rules[0]["check"] == "text.number_agreement"
    assert rules[1]["prompt"] == ("It sounds unfriendly. An example: “Dear”. Right would be: “Dear Ann”.")
    stored = client.post(
        f"{BASE}/from_feedback", json={"name": "F", "feedback_items": FEEDBACK}
    ).raise_for_status()
    answer = stored.json()
    assert (answer["name"], answer["source"], answer["version"]) == ("F", "feedback", 1)
    assert client.get(f"{BASE}/{answer['id']}").json()["eval_definition"]["rules"] == rules


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("generate_from_description", {"description": "  "}, "description"),
        ("generate_from_description", {"description": "x " * 40_000}, "description"),
        ("generate_from_description", {}, "description"),
        ("generate_from_feedback", {"feedback_items": []}, "feedback_items"),
        ("generate_from_feedback", {"feedback_items": FEEDBACK * 11}, "feedback_items"),
        (
            "generate_from_feedback",
            {"feedback_items": [{"content_snippet": "a", "feedback": "-"}]},
            "feedback_items",
        ),
        ("from_feedback", {"name": " ", "feedback_items": FEEDBACK}, "name"),
        ("from_feedback", {"name": "n" * 201, "feedback_items": FEEDBACK}, "name"),
    ],
)
def test_words_that_say_nothing_are_refused_at_their_place(
    client: TestClient, path: str, body: Any, place: str
) -> None:
    answer = client.post(f"{BASE}/{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:2] == ["body", place]


def test_a_key_is_needed(anonymous: TestClient) -> None:
    assert (
        anonymous.post(f"{BASE}/generate_from_description", json={"description": "Be right."}).status_code
        == 401
    )
