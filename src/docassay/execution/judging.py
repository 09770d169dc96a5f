"""The judge that the settings name, made in a conversion process for one file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from docassay.settings import Settings
from docassay.storage.contract import BlobNotFound, BlobStore
from docassay.storage.keys import document_key, judgement_key

if TYPE_CHECKING:
    from docassay.judges.model import ModelJudge
    from docassay.models.chat import ChatModel, ModelEndpoint

_SHARE_OF_FILE_TIME: Final = 0.6
"""Of the time that a file has, at most so much is the judge's, so that its results can still be written."""


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """The judge of a job: its endpoint and limits."""

    endpoint: ModelEndpoint
    repeats: int
    seconds: float
    concurrency: int
    logprobs: bool


def judge_spec(settings: Settings) -> JudgeSpec | None:
    """The judge of these settings, None when there is none."""
    if settings.judge_base_url is None or settings.judge_model is None:
        return None
    from docassay.models.chat import ModelEndpoint

    key = settings.judge_api_key
    return JudgeSpec(
        ModelEndpoint(
            base_url=settings.judge_base_url,
            model=settings.judge_model,
            api_key=key.get_secret_value() if key is not None else None,
            timeout_seconds=settings.judge_timeout_seconds,
            input_price=settings.judge_input_price,
            output_price=settings.judge_output_price,
        ),
        settings.judge_repeats,
        min(settings.judge_file_seconds, _SHARE_OF_FILE_TIME * settings.file_timeout_seconds),
        settings.judge_concurrency,
        settings.judge_logprobs,
    )


def make_judge(spec: JudgeSpec, store: BlobStore, sha256: str, allowance: float | None = None) -> ModelJudge:
    """A judge for one file, which may cost ``allowance``; its answers are kept with the document."""
    from docassay.judges.model import ModelJudge

    return ModelJudge(
        _chat(spec.endpoint),
        spec.repeats,
        spec.seconds,
        _StoredAnswers(store, sha256),
        allowance,
        spec.logprobs,
    )


@lru_cache(maxsize=4)
def _chat(endpoint: ModelEndpoint) -> ChatModel:
    from docassay.models.chat import ChatModel

    return ChatModel(endpoint)


class _StoredAnswers:
    """Answers of judges about one document, in the blob store for as long as the document is there."""

    def __init__(self, store: BlobStore, sha256: str) -> None:
        self._store = store
        self._sha256 = sha256

    def get(self, key: str) -> str | None:
        try:
            return self._store.get_bytes(judgement_key(self._sha256, key)).decode()
        except BlobNotFound:
            return None

    def put(self, key: str, text: str) -> None:
        # A document may be deleted while its judge thinks: nothing would remove what came later.
        if self._store.exists(document_key(self._sha256)):
            self._store.put_bytes(judgement_key(self._sha256, key), text.encode())
