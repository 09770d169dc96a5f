"""Runs that go on after their end: files without the score that they could have are worked on again.

What was converted is not converted again, and what a judge has answered is not asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy.orm import Session

from docassay.engines.registry import get_engine, load_engine_modules
from docassay.errors import CannotUse, Conflict, InvalidField
from docassay.execution.contract import JobEngine, WorkRef, submit_after_commit
from docassay.runs.models import Run
from docassay.runs.repository import FINAL_RUN, files_with_outcomes, reopen_files, totals
from docassay.runs.service import judge_budget
from docassay.runs.warnings import warnings_about
from docassay.scoring.definition import RubricError, parse_rubric
from docassay.settings import Settings
from docassay.storage.contract import BlobStore

Retried = Literal["unscored", "errored", "failed", "cancelled"]
RETRIED: Final[tuple[Retried, ...]] = ("unscored", "errored", "failed", "cancelled")
_AT_ONCE: Final = 500


def retry_run(
    session: Session,
    jobs: JobEngine,
    settings: Settings,
    store: BlobStore,
    run: Run,
    wanted: Sequence[Retried],
    budget: float | None = None,
) -> int:
    """Open the files of an ended run whose outcome, or that of one of whose rules, is wanted; how many.

    Their results are taken back, all others stay. ``budget`` is a new one for the judge. Raises Conflict
    while the run works, CannotUse when no file is wanted or when the engine has another version by now (one
    run has one engine), and InvalidField for a budget that is spent already or cannot be kept.
    """
    if run.status not in FINAL_RUN:
        raise Conflict(f"Batch run {run.id} is {run.status}; it can be retried when it has ended.")
    load_engine_modules(settings.engine_modules)
    version = get_engine(run.engine).version
    if version != run.engine_version:
        raise CannotUse(
            f"Batch run {run.id} was made with {run.engine} {run.engine_version}; this server has version "
            f"{version}. Start a new run."
        )
    if budget is not None:
        run.judge_budget = judge_budget(budget, settings)
        if run.judge_cost is not None and run.judge_cost >= budget:
            raise InvalidField(
                ("body", "judge_budget"),
                f"The judge has cost batch run {run.id} {run.judge_cost:.4f} already, so it must be more.",
            )
    positions, blobs = files_with_outcomes(session, run.id, frozenset(wanted))
    if not positions:
        raise CannotUse(f"Batch run {run.id} has no file that is {' or '.join(wanted)}.")
    for start in range(0, len(positions), _AT_ONCE):
        reopen_files(session, run.id, positions[start : start + _AT_ONCE])
    for key in blobs:
        store.delete(key)
    session.flush()
    counted = totals(session, run.id)
    run.completed_files = counted.ended
    run.scored_files = counted.with_score
    run.score_sum = counted.score_sum
    run.snapshot = {**run.snapshot, "warnings": _warnings(run, settings)}
    run.status = "running"
    run.is_cancel_requested = False
    run.completed_at = None
    run.error = None
    session.flush()
    submit_after_commit(session, jobs, WorkRef("run", str(run.id)))
    return len(positions)


def _warnings(run: Run, settings: Settings) -> list[str]:
    """What is to be warned of now: the judge may be another than at the start."""
    definition = run.snapshot["rubric_definition"]
    try:
        rubric = parse_rubric(definition) if definition is not None else None
    except RubricError:  # a check of another package that is gone: its rule says so itself
        return []
    options = run.snapshot["engine_options"]
    return list(warnings_about(rubric, get_engine(run.engine), options, settings))
