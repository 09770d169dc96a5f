"""The client of chat completions: what is tried again, what is not, and what errors say."""

from __future__ import annotations

import email.utils
import json
import time

import httpx
import pytest

from docassay.models.chat import MAX_ANSWER_BYTES, ChatModel, FormatRefused, ModelEndpoint, ModelError
from docassay.testing.scripted_judge import completion

KEY = "sk-very-secret"


class Script:
    """Answers one after the other, the last one for ever; notes what was asked and how long was waited."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self.now = 0.0

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds

    def model(self, **more):
        endpoint = ModelEndpoint("https://judge.test/v1/", "m", KEY, **more)
        return ChatModel(
            endpoint, transport=httpx.MockTransport(self), sleep=self.sleep, clock=lambda: self.now
        )


def ask(model, **more):
    return model.ask([{"role": "user", "content": "?"}], deadline=more.pop("deadline", 1_000), **more)


OK = httpx.Response(200, json=completion("yes"))


def test_a_question_is_sent_with_model_key_and_format():
    script = Script(OK)
    answer = ask(script.model(), answer_format={"type": "json_object"})
    assert (answer.text, answer.input_tokens, answer.output_tokens) == ("yes", 100, 20)
    (request,) = script.requests
    assert str(request.url) == "https://judge.test/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    body = json.loads(request.content)
    assert (body["model"], body["temperature"], body["response_format"]) == (
        "m",
        0.0,
        {"type": "json_object"},
    )


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status):
    script = Script(httpx.Response(status, json={"error": "busy"}), OK)
    assert ask(script.model()).text == "yes"
    assert len(script.waits) == 1


def test_the_server_says_how_long_to_wait_in_seconds_or_as_a_date():
    later = email.utils.formatdate(time.time() + 20, usegmt=True)
    script = Script(
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503, headers={"Retry-After": later}),
        OK,
    )
    assert ask(script.model()).text == "yes"
    assert script.waits[0] == 7
    assert 15 <= script.waits[1] <= 21


def test_no_wait_goes_past_the_deadline():
    script = Script(httpx.Response(429, headers={"Retry-After": "500"}))
    with pytest.raises(ModelError, match="429"):
        ask(script.model(), deadline=60)
    assert script.waits == []
    with pytest.raises(ModelError, match="no time left"):
        ask(script.model(), deadline=0)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("no"), httpx.ReadTimeout("slow"), httpx.ReadError("cut")]
)
def test_a_server_that_is_not_there_is_an_outage_after_some_attempts(error):
    script = Script(error)
    with pytest.raises(ModelError) as caught:
        ask(script.model(attempts=3))
    assert caught.value.is_outage
    assert len(script.requests) == 3


def test_a_wrong_key_is_not_tried_again_and_never_shown():
    script = Script(httpx.Response(401, json={"error": {"message": f"key {KEY} is wrong"}}))
    with pytest.raises(ModelError, match="refused the key") as caught:
        ask(script.model())
    assert len(script.requests) == 1
    assert KEY not in caught.value.message
    assert KEY not in repr(script.model().endpoint)


def test_an_unknown_format_is_told_apart_from_a_bad_question():
    script = Script(httpx.Response(400, json={"error": "response_format is not supported"}))
    with pytest.raises(FormatRefused):
        ask(script.model(), answer_format={"type": "json_schema"})
    with pytest.raises(ModelError, match="HTTP 400") as caught:
        ask(script.model())
    assert not isinstance(caught.value, FormatRefused)


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}', b"[" * 100_000],
)
def test_what_is_no_completion_is_refused(content):
    with pytest.raises(ModelError, match=r"no chat completion|no text"):
        ask(Script(httpx.Response(200, content=content)).model())


def test_content_in_parts_is_put_together():
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    script = Script(httpx.Response(200, json={"choices": [{"message": {"content": parts}}]}))
    answer = ask(script.model())
    assert (answer.text, answer.input_tokens) == ("ab", None)


def test_answers_without_end_and_redirects_are_not_followed():
    with pytest.raises(ModelError, match="too large"):
        ask(Script(httpx.Response(200, content=b"x" * (MAX_ANSWER_BYTES + 1))).model())
    script = Script(httpx.Response(302, headers={"Location": "http://169.254.169.254/"}))
    with pytest.raises(ModelError, match="HTTP 302"):
        ask(script.model())
    assert len(script.requests) == 1
