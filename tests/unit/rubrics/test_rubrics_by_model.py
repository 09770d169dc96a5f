"""Rubrics that a language model writes, and what becomes of its mistakes."""

from __future__ import annotations

import json

import httpx
import pytest

from docassay.models.chat import ChatModel, ModelEndpoint
from docassay.rubrics.writing import from_description
from docassay.scoring.definition import parse_rubric
from docassay.testing.scripted_judge import completion

WORDS = "Amounts are exact. The tone stays polite. Footnotes keep their marks."
RULES = [
    {"wish": 1, "name": "Amounts", "check": "text.number_agreement", "type": "page", "weight": 3},
    {"wish": 2, "name": "Tone", "prompt": "The text is polite.", "type": "document", "levels": {"5": "very"}},
    {"wish": 3, "name": "Marks", "prompt": "Marks are kept.", "type": "page", "image": True},
]


def written(*answers, words=WORDS):
    """The rubric, and the bodies that the server was sent."""
    bodies, left = [], list(answers)

    def reply(request):
        bodies.append(json.loads(request.content))
        answer = left.pop(0) if len(left) > 1 else left[0]
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=completion(answer))

    endpoint = ModelEndpoint("https://model.test/v1", "writer", attempts=2)
    model = ChatModel(endpoint, transport=httpx.MockTransport(reply), sleep=lambda _: None)
    return from_description(words, model), bodies


def test_the_model_chooses_checks_and_words_prompts():
    made, bodies = written({"rules": RULES})
    rules = made.definition["rules"]
    assert rules[0] == {
        "name": "Amounts", "type": "page", "check": "text.number_agreement",
        "description": "Amounts are exact.", "weight": 3,
    }  # fmt: skip
    assert rules[1]["prompt"] == "The text is polite. (Wanted: The tone stays polite.)"
    assert rules[1]["levels"] == {"5": "very"}
    assert rules[2]["image"] is True
    assert len(parse_rubric(made.definition).rules) == 3
    assert made.told.endswith("Written with writer.")
    question = bodies[0]["messages"][1]["content"]
    assert "table.wellformed" in question
    assert question.count("=====WISHES") == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"wish": 9, "name": "A", "prompt": "p"},
        {"wish": True, "name": "A", "prompt": "p"},
        {"wish": 1, "name": "A", "check": "no.such"},
        {"wish": 1, "name": "A", "prompt": " "},
        {"wish": 1, "name": "A", "prompt": "p", "levels": {"9": "too much"}},
        "a text",
        RULES[1],
    ],
)
def test_what_cannot_be_run_is_left_out_and_its_sentence_is_taken_by_its_words(bad):
    made, _ = written({"rules": [RULES[1], RULES[2], bad]})
    rules = made.definition["rules"]
    assert [rule["name"] for rule in rules[:2]] == ["Tone", "Marks"]
    assert rules[2]["check"] == "text.number_agreement"
    assert len(parse_rubric(made.definition).rules) == 3
    assert "1 of 3 sentences" in made.told


@pytest.mark.parametrize("answer", ["no JSON", {"score": 5}, httpx.Response(500), httpx.Response(401)])
def test_without_an_answer_the_words_alone_are_taken_and_it_says_so(answer):
    made, _ = written(answer)
    assert len(made.definition["rules"]) >= 3
    assert "Written without the model" in made.told


def test_a_server_without_json_answers_is_asked_without_them():
    made, bodies = written(httpx.Response(400), {"rules": RULES})
    assert ["response_format" in body for body in bodies] == [True, False]
    assert made.definition["rules"][0]["name"] == "Amounts"


def test_odd_values_of_the_model_become_ours():
    odd = {"wish": 1, "name": 7, "check": "text.number_agreement", "type": "galaxy", "weight": -2}
    made, _ = written({"rules": [odd]})
    assert made.definition["rules"][0] == {
        "name": "Amounts are exact.", "type": "page", "check": "text.number_agreement",
        "description": "Amounts are exact.",
    }  # fmt: skip


def test_half_a_character_in_a_name_can_be_stored():
    made, _ = written(json.dumps({"rules": [RULES[1] | {"name": "X"}]}).replace('"X"', '"a\\ud800"'))
    assert made.definition["rules"][0]["name"] == "a?"
    json.dumps(made.definition, ensure_ascii=False).encode()
