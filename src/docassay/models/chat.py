"""One question to a server with the chat completions of OpenAI: vLLM, llama.cpp, Ollama, LiteLLM, the clouds.

The address and the key come from the server's settings and from nowhere else: no document and no rubric can
name one. Keys never stand in messages of errors.
"""

from __future__ import annotations

import email.utils
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from docassay.models.json_objects import storable

MAX_ANSWER_BYTES: Final = 2 * 2**20
LONGEST_WAIT_SECONDS: Final = 30.0
_TOP_LOGPROBS: Final = 5
"""As many as every server that gives probabilities at all will give."""
_RETRIED: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_FORMAT_REFUSED: Final = frozenset({400, 404, 415, 422, 501})

Messages = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ModelEndpoint:
    """Where a model is and what it costs. ``base_url`` ends before ``/chat/completions``; prices are for a
    million tokens, in any currency, and None when they are not known."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 60.0
    attempts: int = 4
    input_price: float | None = None
    output_price: float | None = None


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What the model wrote, and the tokens that it took (None when the server does not say).

    ``tokens`` are the pieces of the text with what else they could have been and how likely (natural
    logarithms of probabilities); empty where the server does not tell.
    """

    text: str
    input_tokens: int | None
    output_tokens: int | None
    tokens: tuple[TokenChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """A piece of an answer, and the likeliest pieces that could have stood there, itself among them."""

    text: str
    choices: Mapping[str, float]


class ModelError(Exception):
    """The model gave no answer. ``is_outage`` says that others would get none either."""

    def __init__(self, message: str, *, is_outage: bool) -> None:
        super().__init__(message)
        self.message = message
        self.is_outage = is_outage


class FormatRefused(ModelError):
    """The server does not know the answer format that was asked for."""


class ChatModel:
    """A client that may be used by several threads. ``sleep``, ``clock`` and ``transport`` are for tests."""

    def __init__(
        self,
        endpoint: ModelEndpoint,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint = endpoint
        self.accepted_form = 0
        """For callers: the number of the best form of a question that the server has taken."""
        self._sleep = sleep
        self._clock = clock
        self._jitter = random.Random()  # noqa: S311 - spreads retries, no secret
        self._lock = threading.Lock()
        headers = {"Authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
        self._http = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(endpoint.timeout_seconds, connect=min(10.0, endpoint.timeout_seconds)),
            transport=transport,
            follow_redirects=False,
            trust_env=False,
        )

    def now(self) -> float:
        """Seconds on the clock that deadlines are of."""
        return self._clock()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        messages: Messages,
        *,
        deadline: float,
        answer_format: Mapping[str, Any] | None = None,
        temperature: float = 0.0,
        max_tokens: int = 1_500,
        logprobs: bool = False,
    ) -> ChatAnswer:
        """One answer. What may pass is tried again until ``deadline`` (by the client's clock), waiting as the
        server asks (``Retry-After``). Raises ModelError, and FormatRefused for an unknown answer format."""
        body: dict[str, Any] = {
            "model": self.endpoint.model,
            "messages": list(messages),
            "temperature": temperature,
            "max_tokens": max_tokens,
        }
        if answer_format is not None:
            body["response_format"] = answer_format
        if logprobs:
            body |= {"logprobs": True, "top_logprobs": _TOP_LOGPROBS}
        url = f"{self.endpoint.base_url.rstrip('/')}/chat/completions"
        problem = ModelError("The judge was not asked: there was no time left.", is_outage=False)
        for attempt in range(self.endpoint.attempts):
            left = deadline - self._clock()
            if left <= 0:
                break
            try:
                status, headers, content = self._post(url, body, min(left, self.endpoint.timeout_seconds))
            except httpx.TimeoutException:
                problem = ModelError(
                    f"The judge did not answer within {self.endpoint.timeout_seconds:g} s.", is_outage=True
                )
                wait = self._backoff(attempt)
            except httpx.HTTPError as error:
                problem = ModelError(f"The judge cannot be reached: {type(error).__name__}.", is_outage=True)
                wait = self._backoff(attempt)
            else:
                if status == httpx.codes.OK:
                    return _answer(content)
                problem = self._problem(
                    status,
                    content,
                    has_format=answer_format is not None or logprobs,
                    has_logprobs=logprobs,
                )
                if status not in _RETRIED:
                    raise problem
                asked = _asked_to_wait(headers)
                wait = self._backoff(attempt) if asked is None else asked
            if attempt + 1 == self.endpoint.attempts or self._clock() + wait >= deadline:
                break
            self._sleep(wait)
        raise problem

    def _post(self, url: str, body: Mapping[str, Any], timeout: float) -> tuple[int, httpx.Headers, bytes]:
        with self._http.stream("POST", url, json=body, timeout=timeout) as response:
            pieces, size = [], 0
            started = self._clock()
            for piece in response.iter_bytes():
                size += len(piece)
                if size > MAX_ANSWER_BYTES:
                    raise ModelError("The judge's answer is too large.", is_outage=False)
                if self._clock() - started > timeout:
                    raise httpx.ReadTimeout("the answer came too slowly")
                pieces.append(piece)
            return response.status_code, response.headers, b"".join(pieces)

    def _problem(self, status: int, content: bytes, *, has_format: bool, has_logprobs: bool) -> ModelError:
        detail = _detail(content, self.endpoint.api_key)
        if status in (401, 403) and not (status == httpx.codes.FORBIDDEN and has_logprobs):
            return ModelError(
                f"The judge refused the key (HTTP {status}). Set DOCASSAY_JUDGE_API_KEY.{detail}",
                is_outage=True,
            )
        if has_format and (status in _FORMAT_REFUSED or status == httpx.codes.FORBIDDEN):
            return FormatRefused(
                f"The judge refused the form of the question (HTTP {status}).{detail}", is_outage=False
            )
        return ModelError(
            f"The judge answered with HTTP {status}.{detail}", is_outage=status in _RETRIED or status == 404
        )

    def _backoff(self, attempt: int) -> float:
        with self._lock:
            share = self._jitter.uniform(0.5, 1.0)
        return min(LONGEST_WAIT_SECONDS, share * 2.0**attempt)


def _answer(content: bytes) -> ChatAnswer:
    """The text of the first choice. Raises ModelError for anything else than a chat completion."""
    try:
        value = json.loads(content)
        text = value["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ModelError("The judge's answer is no chat completion.", is_outage=False) from None
    if isinstance(text, list):
        text = "".join(part.get("text", "") for part in text if isinstance(part, dict))
    if not isinstance(text, str):
        raise ModelError("The judge's answer has no text.", is_outage=False)
    usage = value.get("usage") if isinstance(value.get("usage"), dict) else {}
    return ChatAnswer(
        storable(text),
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
        _tokens(value["choices"][0].get("logprobs")),
    )


def _tokens(logprobs: Any) -> tuple[TokenChoice, ...]:
    """The pieces of an answer with their alternatives; empty for every other form than OpenAI's."""
    try:
        return tuple(
            TokenChoice(
                str(piece["token"]),
                {str(each["token"]): float(each["logprob"]) for each in piece["top_logprobs"]},
            )
            for piece in logprobs["content"]
        )
    except (LookupError, TypeError, ValueError):
        return ()


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _asked_to_wait(headers: httpx.Headers) -> float | None:
    """Seconds of ``Retry-After``, as a number or a date."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None
    return max(0.0, moment - time.time())


def _detail(content: bytes, key: str | None) -> str:
    """What the server says of the error, shortened, without the key."""
    try:
        value = json.loads(content)
        error = value.get("error", value) if isinstance(value, dict) else value
        text = str(error.get("message", error) if isinstance(error, dict) else error)
    except (ValueError, RecursionError):
        text = content[:300].decode("utf-8", "replace")
    if key:
        text = text.replace(key, "***")
    text = " ".join(text.split())[:300]
    return f" It says: {text}" if text else ""
