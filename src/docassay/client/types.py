"""The shapes of the server's answers. Names, nullability and meaning are those of the HTTP surface."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

PipelineType = Literal["convert", "extract", "segment"]
Mode = Literal["fast", "balanced", "accurate"]

FINAL_RUN_STATUSES = frozenset({"completed", "failed", "cancelled"})
"""Statuses after which a run does not change any more."""


class FileMetadata(TypedDict):
    """An uploaded file; ``reference`` (``datalab://file-…``) may be used as a ``file_url``."""

    file_id: int
    original_filename: str
    content_type: str
    reference: str
    upload_status: Literal["pending", "completed", "failed"]
    file_size: int | None
    created: str | None


class FileList(TypedDict):
    """A page of files."""

    files: list[FileMetadata]
    total: int
    limit: int
    offset: int


class CollectionFile(TypedDict):
    """A file as a member of a collection; ``last_eval_score`` is 0-5 or null."""

    uploaded_file_id: int
    original_filename: str
    file_size: int | None
    content_type: str | None
    sort_order: int
    source_type: str
    external_key: str | None
    external_etag: str | None
    external_last_modified: str | None
    external_deleted_at: str | None
    last_eval_score: float | None
    last_score_breakdown: list[float] | None


class Collection(TypedDict):
    """A collection; ``files`` holds the first 50 of ``file_count``, and nothing in lists."""

    id: int
    name: str
    description: str | None
    archived: bool
    created: str | None
    updated: str | None
    file_count: int
    files: list[CollectionFile]


class CollectionList(TypedDict):
    """A page of collections."""

    collections: list[Collection]
    total: int


class Rubric(TypedDict):
    """A rubric; ``eval_definition`` is written in the rubric language."""

    id: int
    name: str
    description: str | None
    eval_definition: dict[str, Any]
    source: str
    source_processor_id: str | None
    archived: bool
    version: int
    created: str | None
    updated: str | None


class RubricList(TypedDict):
    """A page of rubrics."""

    rubrics: list[Rubric]
    total: int


class WireRun(TypedDict):
    """A batch run as the wire shows it; ``avg_score`` is the mean (0-5) of the files that have a score."""

    id: int
    collection_id: int
    eval_rubric_id: int | None
    pipeline_id: str | None
    pipeline_type: str
    status: str
    started_at: str | None
    completed_at: str | None
    total_files: int
    completed_files: int
    avg_score: float | None
    created: str | None


class Outcomes(TypedDict):
    """How many files of a run ended how; ``scored`` and ``failed`` ones have a score (failed: 0)."""

    scored: int
    failed: int
    errored: int
    not_applicable: int
    unscored: int
    cancelled: int
    pending: int


class JudgeUsage(TypedDict):
    """What judges have taken; ``cost`` is null while prices are not known."""

    input_tokens: int
    output_tokens: int
    cost: float | None
    budget: float | None


class Run(WireRun):
    """A batch run as the native surface shows it: the wire's fields and what the wire cannot say.

    ``coverage`` is the share (0-1) of files that have a score; null while there are no files.
    """

    name: str | None
    engine: str
    engine_version: str
    mode: str
    rubric_name: str | None
    rubric_version: int | None
    error: str | None
    outcomes: Outcomes
    coverage: float | None
    page_count: int
    runtime_seconds: float
    cached_files: int
    judge: JudgeUsage
    warnings: list[str]


class RunList(TypedDict):
    """A page of runs, newest first."""

    batch_runs: list[WireRun]
    total: int


class RunFile(TypedDict):
    """One file of a run. ``eval_results`` is the wire's evaluation with the lowest items of each rule."""

    request_id: int
    position: int
    filename: str
    sha256: str
    status: str
    outcome: str | None
    eval_score: float | None
    error: str | None
    error_code: str | None
    page_count: int | None
    runtime_seconds: float | None
    attempts: int
    is_cached: bool
    uploaded_file_id: int
    expected_version: int | None
    lookup_key: str
    eval_results: dict[str, Any] | None


class ExpectedVersion(TypedDict):
    """One version of a file's expected output; ``parts`` says what it holds."""

    uploaded_file_id: int
    version: int
    parts: list[str]
    origin: str
    note: str | None
    created: str


class ExpectedOutput(ExpectedVersion):
    """A version with its content."""

    expected: dict[str, Any]


class RunItem(TypedDict):
    """The verdict of one rule on one block, page or document; ``score`` is 0-5 or null."""

    rule_index: int
    item_index: int
    rule: str
    check: str | None
    check_version: str | None
    outcome: str
    score: float | None
    value: float | None
    feedback: str
    page_id: int | None
    block_id: str | None
    block_type: str | None
    details: dict[str, Any]


class RuleSummary(TypedDict):
    """One rule over all files of a run; ``mean`` is 0-5 over the ``scored`` ones."""

    name: str
    type: str
    check: str | None
    weight: float
    mean: float | None
    scored: int
    total: int
    not_applicable: int
    unscored: int
    errored: int
    is_calibrated: bool


class RunSummary(TypedDict):
    """A run's rules."""

    rules: list[RuleSummary]


class Label(TypedDict):
    """What a person says about an item; exactly one of ``score`` (0-5) and ``passed`` is set."""

    request_id: int
    run_id: int
    eval_rubric_id: int | None
    filename: str
    rule_index: int
    item_index: int
    rule: str
    scorer: str
    page_id: int | None
    block_id: str | None
    item_outcome: str
    item_score: float | None
    score: float | None
    passed: bool | None
    note: str | None
    author: str
    created: str
    updated: str


class Estimate(TypedDict):
    """A figure with its 95 % interval."""

    value: float | None
    low: float | None
    high: float | None


class Agreement(TypedDict):
    """Scores against labels, both 0-5; ``confusion[label][score]`` counts items."""

    items: int
    files: int
    qwk: Estimate
    mae: Estimate
    bias: Estimate
    exact: Estimate
    within_one: Estimate
    confusion: list[list[int]]


class RuleAgreement(TypedDict):
    """One rule and one scorer of it; ``standing`` is ``not calibrated``, ``measured`` or ``calibrated``."""

    rule_index: int
    rule: str
    scorer: str | None
    labels: int
    standing: str
    message: str
    agreement: Agreement | None
    people: Agreement | None
    passes: dict[str, int] | None
    calibration: dict[str, Any] | None


class RubricAgreement(TypedDict):
    """How well the scores of a rubric's current version agree with people."""

    eval_rubric_id: int
    version: int
    pass_mark: float
    rules: list[RuleAgreement]
