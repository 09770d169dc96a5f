"""Runs and their files as the two surfaces show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
from sqlalchemy.orm import Session

from docassay.db.database import Database
from docassay.execution.tasks import PageProgress
from docassay.runs import repository
from docassay.runs.models import Run, RunFile
from docassay.runs.schemas import (
    EvalBatchRunResponse,
    JudgeUsage,
    Outcomes,
    PagesAtWork,
    RuleSummary,
    RunFileResponse,
    RunResponse,
    RunSummaryResponse,
)
from docassay.runs.service import lookup_key
from docassay.runs.snapshot import rules_of

_CHUNK = 500


def wire_run(run: Run) -> EvalBatchRunResponse:
    """The wire's object."""
    return EvalBatchRunResponse(
        id=run.id,
        collection_id=run.collection_id,
        eval_rubric_id=run.eval_rubric_id,
        pipeline_id=run.pipeline_id,
        pipeline_type=run.pipeline_type,
        status=run.status,
        started_at=run.started_at,
        completed_at=run.completed_at,
        total_files=run.total_files,
        completed_files=run.completed_files,
        avg_score=average(run),
        created=run.created,
    )


def average(run: Run) -> float | None:
    """Mean over the files that have a score (failed ones count as 0), None until one has."""
    return round(run.score_sum / run.scored_files, 4) if run.scored_files else None


def native_run(session: Session, run: Run, at_work: Sequence[PageProgress] = ()) -> RunResponse:
    """Our object: the wire's fields, and what every mean must be read with."""
    counted = repository.totals(session, run.id)
    return RunResponse(
        **wire_run(run).model_dump(),
        name=run.name,
        engine=run.engine,
        engine_version=run.engine_version,
        mode=run.snapshot["mode"],
        rubric_name=run.snapshot["rubric_name"],
        rubric_version=run.rubric_version,
        error=run.error,
        outcomes=Outcomes(**{name: counted.outcomes.get(name, 0) for name in Outcomes.model_fields}),
        coverage=round(counted.with_score / run.total_files, 4) if run.total_files else None,
        page_count=counted.page_count,
        runtime_seconds=round(counted.runtime_seconds, 3),
        cached_files=counted.cached_files,
        pages_at_work=[PagesAtWork(**progress._asdict()) for progress in at_work],
        warnings=run.snapshot.get("warnings", []),
        judge=JudgeUsage(
            input_tokens=run.judge_input_tokens,
            output_tokens=run.judge_output_tokens,
            cost=round(run.judge_cost, 6) if run.judge_cost is not None else None,
            budget=run.judge_budget,
        ),
    )


def native_file(file: RunFile) -> RunFileResponse:
    """One file of a run on the native surface."""
    return RunFileResponse(
        request_id=file.id,
        position=file.position,
        filename=file.filename,
        sha256=file.sha256,
        status=file.status,
        outcome=file.outcome,
        eval_score=file.eval_score,
        error_code=file.error_code,
        error=file.error,
        page_count=file.page_count,
        runtime_seconds=file.runtime_seconds,
        attempts=file.attempts,
        is_cached=file.is_cached,
        uploaded_file_id=file.uploaded_file_id,
        expected_version=file.expected_version,
        lookup_key=lookup_key(file),
        eval_results=file.eval_results,
    )


def stream_results(database: Database, run: Run) -> Iterator[bytes]:
    """The wire's results as JSON text, a few hundred rows at a time."""
    yield b'{"batch_run":' + wire_run(run).model_dump_json().encode() + b',"file_results":['
    position = -1
    separator = b""
    while True:
        with database.read() as session:
            files = repository.files_after(session, run.id, position, _CHUNK)
        for file in files:
            yield separator + orjson.dumps(_wire_file(file))
            separator = b","
        if len(files) < _CHUNK:
            break
        position = files[-1].position
    yield b"]}"


def _wire_file(file: RunFile) -> dict[str, object]:
    return {
        "request_id": file.id,
        "filename": file.filename,
        "status": file.status,
        "eval_score": file.eval_score,
        "eval_results": file.eval_results,
        "created": file.created.isoformat(),
        "lookup_key": lookup_key(file),
    }


def summary(session: Session, run: Run) -> RunSummaryResponse:
    """The run rule by rule."""
    rules = rules_of(run)
    results = repository.rule_results(session, run.id)
    calibrated = frozenset(each["rule_index"] for each in run.snapshot.get("calibrations", ()))
    return RunSummaryResponse(
        run=native_run(session, run),
        rules=[
            _summarise(number, rule, results, run.total_files, is_calibrated=number in calibrated)
            for number, rule in enumerate(rules)
        ],
    )


def _summarise(
    number: int,
    rule: dict[str, object],
    results: Sequence[tuple[list[float | None] | None, list[str] | None]],
    total: int,
    *,
    is_calibrated: bool,
) -> RuleSummary:
    pairs = [
        (scores[number], outcomes[number])
        for scores, outcomes in results
        if scores is not None and outcomes is not None and number < len(outcomes)
    ]
    values = [score for score, _ in pairs if score is not None]
    check = rule.get("check")
    weight = rule.get("weight", 1.0)
    return RuleSummary(
        name=str(rule.get("name", check or f"Rule {number + 1}")),
        type=str(rule.get("type", "document")),
        check=check if isinstance(check, str) else None,
        weight=float(weight) if isinstance(weight, int | float) else 1.0,
        mean=round(sum(values) / len(values), 4) if values else None,
        scored=len(values),
        not_applicable=sum(1 for score, outcome in pairs if outcome == "not_applicable" and score is None),
        unscored=sum(1 for score, outcome in pairs if outcome == "unscored" and score is None),
        errored=sum(1 for score, outcome in pairs if outcome == "errored" and score is None),
        total=total,
        is_calibrated=is_calibrated,
    )
