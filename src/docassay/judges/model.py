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
from docassay.judges.weighting import expected_score
from docassay.models.chat import ChatAnswer, ChatModel, FormatRefused, ModelError

_SCHEMA: Final = {
    "type": "json_schema",
    "json_schema": {"name": "judgement", "strict": True, "schema": ANSWER_SCHEMA},
}
_OBJECT: Final = {"type": "json_object"}
_FORMS: Final[tuple[tuple[Mapping[str, Any] | None, bool], ...]] = (
    (_SCHEMA, True), (_SCHEMA, False), (_OBJECT, True), (_OBJECT, False), (None, True), (None, False),
)  # fmt: skip
"""Answer formats, with probabilities or without, the best first."""
_CHARACTERS_PER_TOKEN: Final = 3
_TOKENS_OF_A_PICTURE: Final = 2_000
_REPEAT_TEMPERATURE: Final = 0.7
_OUTAGES_BEFORE_GIVING_UP: Final = 2
_BUDGET_IS_SPENT: Final = (
    "This file's share of what was left of the run's budget for the judge is spent. `docassay run retry` "
    "asks again, with a larger budget by --judge-budget."
)


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
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer's text, and the score by the probabilities of its token where they are known."""

    text: str
    expected: float | None = None

    def dump(self) -> str:
        return json.dumps({"text": self.text, "expected": self.expected})

    @classmethod
    def load(cls, kept: str | None) -> _Said | None:
        """What ``dump`` wrote, None for anything else: it is asked again then."""
        try:
            value = json.loads(kept or "")
            return cls(str(value["text"]), None if value["expected"] is None else float(value["expected"]))
        except (LookupError, TypeError, ValueError):
            return None


@dataclass(slots=True)
class ModelJudge:
    """Judges for one file: ``seconds`` is the time that all of its judgements may take together.

    ``allowance`` is what they may cost: no question is asked once it is spent, those in hand are finished.

    After two outages in a row the file's other judgements are given up at once, so that a dead server costs
    its time-outs twice and not a hundred times.
    """

    chat: ChatModel
    repeats: int = 1
    seconds: float = 120.0
    cache: Cache | None = None
    allowance: float | None = None
    logprobs: bool = True
    clock: Callable[[], float] = time.monotonic
    _deadline: float = field(init=False)
    _cost: float = field(init=False, default=0.0)
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
        return self._price(judgement.input_tokens, judgement.output_tokens)

    def _price(self, input_tokens: int, output_tokens: int) -> float | None:
        prices = self.chat.endpoint.input_price, self.chat.endpoint.output_price
        if prices[0] is None or prices[1] is None:
            return None
        return (input_tokens * prices[0] + output_tokens * prices[1]) / 1_000_000

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

    def _judgement(
        self, answered: list[tuple[Answer, float | None]], spent: _Spent, prompt_hash: str
    ) -> Judgement:
        answers = [answer for answer, _ in answered]
        scores = tuple(answer.score for answer in answers if answer.score is not None)
        findings = tuple(
            dict.fromkeys(finding for answer in answers for finding in (*answer.errors, *answer.evidence))
        )
        more: dict[str, Any] = {
            "findings": findings[:20],
            "input_tokens": spent.input_tokens,
            "output_tokens": spent.output_tokens,
            "is_estimated": spent.is_estimated,
            "is_cached": spent.fresh == 0,
            "prompt_hash": prompt_hash,
        }
        if 2 * len(scores) <= len(answers):
            return Judgement(
                "not_applicable", answers[0].reasoning or "The criterion does not apply.", **more
            )
        reason = next(answer.reasoning for answer in answers if answer.score is not None)
        weighted = [
            answer.score if expected is None else expected
            for answer, expected in answered
            if answer.score is not None
        ]
        is_weighted = any(expected is not None and answer.score is not None for answer, expected in answered)
        score = sum(weighted) / len(weighted)
        return Judgement("scored", reason, score, scores, is_weighted=is_weighted, **more)

    def _unscored(self, reason: str, spent: _Spent, prompt_hash: str) -> Judgement:
        return Judgement(
            "unscored",
            reason,
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            is_estimated=spent.is_estimated,
            prompt_hash=prompt_hash,
        )

    def _answer(
        self, messages: list[Mapping[str, Any]], unit: Unit, key: str, spent: _Spent
    ) -> tuple[Answer, float | None]:
        kept = _Said.load(self.cache.get(key)) if self.cache is not None else None
        if kept is not None:
            return read_answer(kept.text, unit), kept.expected
        said = self._ask(messages, unit, spent)
        try:
            answer = read_answer(said.text, unit)
        except AnswerError as error:
            repair = {
                "role": "user",
                "content": f"That answer is of the wrong form: {error}. Give the JSON object again, whole.",
            }
            wrong = {"role": "assistant", "content": said.text[:8_000]}
            said = self._ask([*messages, wrong, repair], unit, spent)
            answer = read_answer(said.text, unit)
        expected = expected_score(said.text, said.tokens, answer.score) if answer.score is not None else None
        if self.cache is not None:
            self.cache.put(key, _Said(said.text, expected).dump())
        return answer, expected

    def _ask(self, messages: list[Mapping[str, Any]], unit: Unit, spent: _Spent) -> ChatAnswer:
        with self._lock:
            if self._outages >= _OUTAGES_BEFORE_GIVING_UP:
                raise ModelError(self._outage, is_outage=True)
            if self.allowance is not None and self._cost >= self.allowance:
                raise ModelError(_BUDGET_IS_SPENT, is_outage=False)
        try:
            answer, form = self._ask_in_some_form(messages)
        except ModelError as error:
            if error.is_outage:
                with self._lock:
                    self._outages += 1
                    self._outage = error.message
            raise
        taken, given = answer.input_tokens, answer.output_tokens
        spent.is_estimated = spent.is_estimated or taken is None or given is None
        taken = taken if taken is not None else _estimated_tokens(messages, unit)
        given = given if given is not None else len(answer.text) // _CHARACTERS_PER_TOKEN
        spent.input_tokens += taken
        spent.output_tokens += given
        spent.fresh += 1
        with self._lock:
            self._outages = 0
            self._cost += self._price(taken, given) or 0.0
            self.chat.accepted_form = form
        return answer

    def _ask_in_some_form(self, messages: list[Mapping[str, Any]]) -> tuple[ChatAnswer, int]:
        """The answer and the form that the server took: the one it took before, or else a poorer one."""
        temperature = 0.0 if self.repeats == 1 else _REPEAT_TEMPERATURE
        for form in range(self.chat.accepted_form, len(_FORMS)):
            answer_format, logprobs = _FORMS[form]
            if logprobs and not self.logprobs:
                continue
            try:
                return self.chat.ask(
                    messages,
                    deadline=self._deadline,
                    answer_format=answer_format,
                    temperature=temperature,
                    logprobs=logprobs,
                ), form
            except FormatRefused:
                continue
        raise AssertionError("the last form asks for nothing that could be refused")

    def _hash(self, messages: list[Mapping[str, Any]]) -> str:
        """Of everything that the answer depends on."""
        content = [
            PROMPT_VERSION, self.chat.endpoint.base_url, self.name, self.repeats, self.logprobs, messages,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _estimated_tokens(messages: list[Mapping[str, Any]], unit: Unit) -> int:
    """Rather more than fewer, for servers that do not count."""
    texts = 0
    for message in messages:
        content = message["content"]
        texts += len(content) if isinstance(content, str) else sum(len(p.get("text", "")) for p in content)
    return texts // _CHARACTERS_PER_TOKEN + (_TOKENS_OF_A_PICTURE if unit.image is not None else 0)
