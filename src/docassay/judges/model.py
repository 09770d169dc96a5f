"""A language model as judge: asked in the strictest answer format that its server knows, repaired once."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from docassay.judges.contract import Criterion, Judgement, Unit
from docassay.judges.prompt import ANSWER_SCHEMA, MAX_CHARACTERS, PROMPT_VERSION, judge_messages
from docassay.judges.reading import Answer, AnswerError, InventedQuote, read_answer
from docassay.models.chat import ChatModel, FormatRefused, ModelError

_FORMATS: Final[tuple[Mapping[str, Any] | None, ...]] = (
    {
        "type": "json_schema",
        "json_schema": {"name": "judgement", "strict": True, "schema": ANSWER_SCHEMA},
    },
    {"type": "json_object"},
    None,
)
_REPEAT_TEMPERATURE: Final = 0.7
_OUTAGES_BEFORE_GIVING_UP: Final = 2


class Cache(Protocol):
    """Where answers are kept by the hash of everything that they depend on."""

    def get(self, key: str) -> str | None:
        """The text that was put there, or None."""
        ...

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        ...


@dataclass(slots=True)
class _Spent:
    input_tokens: int = 0
    output_tokens: int = 0
    fresh: int = 0


@dataclass(slots=True)
class ModelJudge:
    """Judges for one file: ``seconds`` is the time that all of its judgements may take together.

    After two outages in a row the file's other judgements are given up at once, so that a dead server costs
    its time-outs twice and not a hundred times.
    """

    chat: ChatModel
    repeats: int = 1
    seconds: float = 120.0
    cache: Cache | None = None
    clock: Callable[[], float] = time.monotonic
    _deadline: float = field(init=False)
    _format: int = field(init=False, default=0)
    _outages: int = field(init=False, default=0)
    _outage: str = field(init=False, default="")
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._deadline = self.clock() + self.seconds

    @property
    def name(self) -> str:
        """The model's name."""
        return self.chat.endpoint.model

    def cost(self, judgement: Judgement) -> float | None:
        """By the prices of the endpoint; what came from the cache cost nothing."""
        prices = self.chat.endpoint.input_price, self.chat.endpoint.output_price
        if prices[0] is None or prices[1] is None:
            return None
        return (judgement.input_tokens * prices[0] + judgement.output_tokens * prices[1]) / 1_000_000

    def judge(self, criterion: Criterion, unit: Unit) -> Judgement:
        """Ask ``repeats`` times; the score is the mean. One answer with an invented quote voids all."""
        if unit.image is None and not any(text.strip() for text in unit.blocks.values()):
            return Judgement("not_applicable", "There is no text to judge.")
        if unit.characters > MAX_CHARACTERS:
            return Judgement(
                "unscored",
                f"The text has {unit.characters:,} characters, more than the {MAX_CHARACTERS:,} of a "
                "question. Give the rule the type 'page'.",
            )
        messages = judge_messages(criterion, unit)
        prompt_hash = self._hash(messages)
        spent = _Spent()
        try:
            answers = [
                self._answer(messages, unit, f"{prompt_hash}-{repeat}", spent)
                for repeat in range(self.repeats)
            ]
        except InventedQuote as error:
            return self._unscored(f"The judge's answer is void: {error}.", spent, prompt_hash)
        except AnswerError as error:
            return self._unscored(f"The judge's answer cannot be read: {error}.", spent, prompt_hash)
        except ModelError as error:
            return self._unscored(error.message, spent, prompt_hash)
        return self._judgement(answers, spent, prompt_hash)

    def _judgement(self, answers: list[Answer], spent: _Spent, prompt_hash: str) -> Judgement:
        scores = tuple(answer.score for answer in answers if answer.score is not None)
        findings = tuple(
            dict.fromkeys(finding for answer in answers for finding in (*answer.errors, *answer.evidence))
        )
        more: dict[str, Any] = {
            "findings": findings[:20],
            "input_tokens": spent.input_tokens,
            "output_tokens": spent.output_tokens,
            "is_cached": spent.fresh == 0,
            "prompt_hash": prompt_hash,
        }
        if 2 * len(scores) <= len(answers):
            return Judgement(
                "not_applicable", answers[0].reasoning or "The criterion does not apply.", **more
            )
        reason = next(answer.reasoning for answer in answers if answer.score is not None)
        return Judgement("scored", reason, sum(scores) / len(scores), scores, **more)

    def _unscored(self, reason: str, spent: _Spent, prompt_hash: str) -> Judgement:
        return Judgement(
            "unscored",
            reason,
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            prompt_hash=prompt_hash,
        )

    def _answer(self, messages: list[Mapping[str, Any]], unit: Unit, key: str, spent: _Spent) -> Answer:
        kept = self.cache.get(key) if self.cache is not None else None
        if kept is not None:
            return read_answer(kept, unit)
        text = self._ask(messages, spent)
        try:
            answer = read_answer(text, unit)
        except AnswerError as error:
            repair = {
                "role": "user",
                "content": f"That answer is of the wrong form: {error}. Give the JSON object again, whole.",
            }
            text = self._ask([*messages, {"role": "assistant", "content": text[:8_000]}, repair], spent)
            answer = read_answer(text, unit)
        if self.cache is not None:
            self.cache.put(key, text)
        return answer

    def _ask(self, messages: list[Mapping[str, Any]], spent: _Spent) -> str:
        with self._lock:
            if self._outages >= _OUTAGES_BEFORE_GIVING_UP:
                raise ModelError(self._outage, is_outage=True)
            number = self._format
        while True:
            try:
                answer = self.chat.ask(
                    messages,
                    deadline=self._deadline,
                    answer_format=_FORMATS[number],
                    temperature=0.0 if self.repeats == 1 else _REPEAT_TEMPERATURE,
                )
            except FormatRefused:
                number += 1
                with self._lock:
                    self._format = max(self._format, number)
                continue
            except ModelError as error:
                if error.is_outage:
                    with self._lock:
                        self._outages += 1
                        self._outage = error.message
                raise
            with self._lock:
                self._outages = 0
            spent.input_tokens += answer.input_tokens or 0
            spent.output_tokens += answer.output_tokens or 0
            spent.fresh += 1
            return answer.text

    def _hash(self, messages: list[Mapping[str, Any]]) -> str:
        """Of everything that the answer depends on."""
        content = [PROMPT_VERSION, self.chat.endpoint.base_url, self.name, self.repeats, messages]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
