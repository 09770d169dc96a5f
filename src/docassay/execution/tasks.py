"""What travels between a worker and its slot processes: plain frozen data, small enough for a pipe."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from docassay.engines.contract import ConvertOptions

if TYPE_CHECKING:
    from docassay.execution.judging import JudgeSpec

WorkKind = Literal["convert", "extract", "segment", "ocr"]

ResultKind = Literal["finished", "died", "timeout", "memory", "cancelled"]
"""``finished``: the slot answered. The others are ends of the slot process itself."""


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What is done to every file of a run or to the file of a request; fixed when the work was accepted.

    ``render`` holds the fields of ``RenderOptions``. ``rubric`` is an ``eval_definition`` or None, ``judge``
    scores its prompt rules, ``calibrations`` holds the JSON of ``RuleCalibration`` objects for its rules.
    ``always_read_source`` asks for the source layer even when no check needs it.
    """

    kind: WorkKind
    engine: str
    engine_version: str
    convert: ConvertOptions
    blob_folder: str
    engine_modules: tuple[str, ...] = ()
    render: Mapping[str, Any] = field(default_factory=dict)
    page_schema: Mapping[str, Any] | None = None
    extraction_mode: str = "fast"
    segmentation_schema: str | None = None
    rubric: Mapping[str, Any] | None = None
    rubric_name: str = ""
    calibrations: tuple[Mapping[str, Any], ...] = ()
    judge: JudgeSpec | None = None
    always_read_source: bool = False


def pack_job(job: JobSpec) -> bytes:
    """The job as bytes; slots unpack equal bytes only once."""
    return pickle.dumps(job, pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=32)
def unpack_job(packed: bytes) -> JobSpec:
    """What ``pack_job`` packed."""
    job: JobSpec = pickle.loads(packed)  # noqa: S301 - packed by this program
    return job


class FileTask(NamedTuple):
    """One file to work on.

    ``task_id`` is the caller's own number, ``identity`` that of the conversion. ``packed_job`` is a
    ``JobSpec``, packed once for all files. ``conversion_key`` names a stored conversion to start from. The
    answer goes to ``result_key`` when that is given, else the store chooses a key below ``result_prefix``.
    ``expected`` is the file's expected output as ``dump_expected`` writes it. ``deaths`` says how many slot
    processes this file has already cost, ``judge_allowance`` what the judge may cost it (None: no bound).
    """

    task_id: int | str
    packed_job: bytes
    sha256: str
    filename: str
    content_type: str
    identity: str
    result_prefix: str
    result_key: str | None = None
    conversion_key: str | None = None
    checkpoint_id: str | None = None
    expected: bytes | None = None
    deaths: int = 0
    judge_allowance: float | None = None


@dataclass(frozen=True, slots=True)
class CallTask:
    """An importable function (``module:name``) to be run in a slot: work the server must not do itself."""

    function: str
    arguments: Mapping[str, Any]


class FileResult(NamedTuple):
    """How one file ended.

    ``outcome`` is one of the five outcomes of the file as a whole. ``score`` is 0-5; it is 0 for ``failed``
    and None for the others but ``scored``. ``evaluation`` is the wire's object. ``judge_cost`` is None when
    prices are not known.
    """

    task_id: int | str
    outcome: Literal["scored", "failed", "errored", "not_applicable", "unscored"]
    score: float | None = None
    evaluation: Mapping[str, Any] | None = None
    score_breakdown: tuple[float | None, ...] = ()
    rule_outcomes: tuple[str, ...] = ()
    error_code: str | None = None
    error: str | None = None
    error_in: str | None = None
    is_retryable: bool = False
    page_count: int | None = None
    runtime_seconds: float = 0.0
    is_cached: bool = False
    conversion_key: str | None = None
    result_key: str | None = None
    items_key: str | None = None
    judge_input_tokens: int = 0
    judge_output_tokens: int = 0
    judge_cost: float | None = None


class PageProgress(NamedTuple):
    """How far a slot is with the file that it works on; sent between answers."""

    pages_done: int
    pages: int


@dataclass(frozen=True, slots=True)
class SlotLimits:
    """Bounds on a slot process."""

    memory_mb: int = 3072
    recycle_files: int = 500
    recycle_mb: int = 600
    idle_seconds: float = 60.0
