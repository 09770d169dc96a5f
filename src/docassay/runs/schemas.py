"""Batch runs on the wire (Datalab's shapes) and on the native surface (ours)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docassay.api.pagination import RowId

PipelineType = Literal["convert", "extract", "segment"]


class StartBatchRunRequest(BaseModel):
    """What the wire asks for."""

    collection_id: RowId
    eval_rubric_id: RowId | None = None
    pipeline_type: PipelineType = "convert"
    pipeline_id: str | None = None
    page_schema: str | None = None
    segmentation_schema: str | None = None
    output_format: str | None = None


class StartRunRequest(StartBatchRunRequest):
    """The native request: the wire's fields and what it leaves out. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, max_length=200)
    engine: str | None = None
    engine_options: dict[str, Any] = Field(default_factory=dict)
    mode: Literal["fast", "balanced", "accurate"] = "fast"
    extraction_mode: Literal["turbo", "fast", "balanced"] = "fast"
    max_pages: int | None = Field(None, ge=1)
    page_range: str | None = None
    skip_cache: bool = False
    langs: str | None = Field(None, max_length=300, description="Languages for OCR, by commas: `eng,deu`.")
    judge_budget: float | None = Field(None, gt=0, description="Most that the judge may cost this run.")


class RetryRunRequest(BaseModel):
    """Which files of an ended run to work on again: those with one of these outcomes, or with a rule that is
    unscored or errored. ``judge_budget`` is a new one for the whole run, what it has cost so far included."""

    outcomes: Annotated[
        list[Literal["unscored", "errored", "failed", "cancelled"]], Field(min_length=1, max_length=4)
    ] = ["unscored", "errored"]
    judge_budget: float | None = Field(None, gt=0)


class EvalBatchRunResponse(BaseModel):
    """A run, as the wire shows it."""

    id: int
    collection_id: int
    eval_rubric_id: int | None
    pipeline_id: str | None
    pipeline_type: str
    status: str
    started_at: datetime | None
    completed_at: datetime | None
    total_files: int
    completed_files: int
    avg_score: float | None
    created: datetime | None


class ListBatchRunsResponse(BaseModel):
    """A page of runs, newest first."""

    batch_runs: list[EvalBatchRunResponse]
    total: int


class EvaluationItem(BaseModel):
    """The score of one block, page or document."""

    score: float | None
    feedback: str | None
    block_id: str | None
    page_id: int | None
    block_type: str | None


class EvaluationRule(BaseModel):
    """One rule over a file; ``individual_results`` holds its lowest items."""

    name: str
    type: Literal["block", "page", "document"]
    rule_score: float | None
    items_evaluated: int
    individual_results: list[EvaluationItem]


class Evaluation(BaseModel):
    """All rules over a file."""

    eval_definition_name: str
    evaluations: list[EvaluationRule]
    total_items_evaluated: int


class BatchRunFileResult(BaseModel):
    """One file of a run."""

    request_id: int
    filename: str
    status: str
    eval_score: float | None
    eval_results: Evaluation | None
    created: datetime | None
    lookup_key: str | None


class BatchRunResultsResponse(BaseModel):
    """A run with all its files in collection order."""

    batch_run: EvalBatchRunResponse
    file_results: list[BatchRunFileResult]


class Outcomes(BaseModel):
    """Files of a run by how they ended; ``pending`` ones have not yet."""

    scored: int
    failed: int
    errored: int
    not_applicable: int
    unscored: int
    cancelled: int
    pending: int


class PagesAtWork(BaseModel):
    """How far a long file is that this server is converting right now."""

    pages_done: int
    pages: int


class JudgeUsage(BaseModel):
    """What the judge has taken, kept answers not counted; ``cost`` is null while prices are not known."""

    input_tokens: int
    output_tokens: int
    cost: float | None
    budget: float | None


class RunResponse(EvalBatchRunResponse):
    """A run on the native surface. ``coverage`` is scored files (failed ones included, as 0) / all files.

    ``pages_at_work`` tells of files that have taken more than a moment so far, of those that this server's
    own conversion processes work on.
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
    pages_at_work: list[PagesAtWork]
    judge: JudgeUsage
    warnings: list[str]


class RunFileResponse(BaseModel):
    """One file of a run on the native surface."""

    request_id: int
    position: int
    filename: str
    sha256: str
    status: str
    outcome: str | None
    eval_score: float | None
    error_code: str | None
    error: str | None
    page_count: int | None
    runtime_seconds: float | None
    attempts: int
    is_cached: bool
    uploaded_file_id: int
    expected_version: int | None
    lookup_key: str
    eval_results: dict[str, Any] | None


class RunFilesResponse(BaseModel):
    """A page of files."""

    files: list[RunFileResponse]
    next_cursor: str | None


class ItemResponse(BaseModel):
    """One item of an evaluation, with everything the check said."""

    model_config = ConfigDict(extra="allow")

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


class ItemsResponse(BaseModel):
    """Every item of one file."""

    items: list[ItemResponse]


class RuleSummary(BaseModel):
    """One rule over all files of a run; ``mean`` is over ``scored`` files of ``total``.

    ``is_calibrated`` says that its scores are those that people would give, by their labels of earlier runs.
    """

    name: str
    type: str
    check: str | None
    weight: float
    mean: float | None
    scored: int
    not_applicable: int
    unscored: int
    errored: int
    total: int
    is_calibrated: bool


class RunSummaryResponse(BaseModel):
    """A run, rule by rule."""

    run: RunResponse
    rules: list[RuleSummary]
