"""Queries on runs and their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, and_, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, defer

from docassay.collections.models import CollectionFile
from docassay.db.base import UtcDateTime, now
from docassay.expected_outputs.models import ExpectedOutput
from docassay.files.models import UploadedFile
from docassay.runs.models import Run, RunFile, RunShard

FINAL_FILE = ("complete", "failed", "cancelled")
FINAL_RUN = ("completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What the rows of a run say about it."""

    outcomes: dict[str, int]
    score_sum: float
    page_count: int
    runtime_seconds: float
    cached_files: int

    @property
    def ended(self) -> int:
        """Files at their end, cancelled ones left out: nothing was done to them."""
        return sum(n for outcome, n in self.outcomes.items() if outcome not in ("pending", "cancelled"))

    @property
    def with_score(self) -> int:
        """Files that count in the average: the scored ones, and the failed ones as 0."""
        return self.outcomes.get("scored", 0) + self.outcomes.get("failed", 0)


def get_run(session: Session, team_id: int, run_id: int) -> Run | None:
    """The team's run, or None."""
    return session.scalar(select(Run).where(Run.id == run_id, Run.team_id == team_id))


def list_runs(
    session: Session,
    team_id: int,
    *,
    collection_id: int | None,
    eval_rubric_id: int | None,
    pipeline_id: str | None,
    limit: int,
    offset: int,
) -> tuple[Sequence[Run], int]:
    """A page of the team's runs, newest first, and how many there are in all."""
    query = select(Run).where(Run.team_id == team_id)
    if collection_id is not None:
        query = query.where(Run.collection_id == collection_id)
    if eval_rubric_id is not None:
        query = query.where(Run.eval_rubric_id == eval_rubric_id)
    if pipeline_id is not None:
        query = query.where(Run.pipeline_id == pipeline_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = session.scalars(
        query.options(defer(Run.snapshot)).order_by(Run.id.desc()).limit(limit).offset(offset)
    ).all()
    return page, total


def copy_files(session: Session, run: Run) -> int:
    """Give the run its rows: every uploaded file of the collection, in order, as it is now."""
    position = func.row_number().over(
        order_by=(CollectionFile.sort_order, CollectionFile.uploaded_file_id)
    ) - literal(1)
    newest = (
        select(ExpectedOutput.uploaded_file_id, func.max(ExpectedOutput.version).label("version"))
        .where(ExpectedOutput.collection_id == run.collection_id)
        .group_by(ExpectedOutput.uploaded_file_id)
        .subquery()
    )
    files = (
        select(
            literal(run.id),
            position,
            UploadedFile.id,
            UploadedFile.original_filename,
            UploadedFile.content_type,
            func.coalesce(UploadedFile.file_size, 0),
            UploadedFile.sha256,
            ExpectedOutput.id,
            ExpectedOutput.version,
            literal("pending"),
            literal(0),
            literal(0),
            literal(False),
            literal(now(), UtcDateTime),
        )
        .join(CollectionFile, CollectionFile.uploaded_file_id == UploadedFile.id)
        .outerjoin(newest, newest.c.uploaded_file_id == UploadedFile.id)
        .outerjoin(
            ExpectedOutput,
            (ExpectedOutput.uploaded_file_id == UploadedFile.id)
            & (ExpectedOutput.collection_id == run.collection_id)
            & (ExpectedOutput.version == newest.c.version),
        )
        .where(CollectionFile.collection_id == run.collection_id, UploadedFile.sha256.is_not(None))
    )
    columns = [
        "run_id", "position", "uploaded_file_id", "filename", "content_type", "file_size", "sha256",
        "expected_output_id", "expected_version", "status", "attempts", "deaths", "is_cached", "created",
    ]  # fmt: skip
    session.execute(insert(RunFile).from_select(columns, files))
    return session.scalar(select(func.count()).where(RunFile.run_id == run.id)) or 0


def add_shards(session: Session, run_id: int, total: int, size: int) -> None:
    """Cut the positions ``0..total`` into slices of at most ``size`` files."""
    session.execute(
        insert(RunShard),
        [
            {
                "run_id": run_id,
                "shard_number": number,
                "first_position": first,
                "stop_position": min(first + size, total),
                "is_done": False,
            }
            for number, first in enumerate(range(0, total, size))
        ],
    )


def totals(session: Session, run_id: int) -> RunTotals:
    """Everything that is counted, from the rows alone."""
    rows = session.execute(
        select(
            func.coalesce(RunFile.outcome, "pending"),
            func.count(),
            func.sum(RunFile.eval_score),
            func.sum(RunFile.page_count),
            func.sum(RunFile.runtime_seconds),
        )
        .where(RunFile.run_id == run_id)
        .group_by(func.coalesce(RunFile.outcome, "pending"))
    ).all()
    cached = session.scalar(select(func.count()).where(RunFile.run_id == run_id, RunFile.is_cached.is_(True)))
    return RunTotals(
        outcomes={row[0]: row[1] for row in rows},
        score_sum=sum(float(row[2] or 0.0) for row in rows),
        page_count=sum(int(row[3] or 0) for row in rows),
        runtime_seconds=sum(float(row[4] or 0.0) for row in rows),
        cached_files=cached or 0,
    )


def files_after(session: Session, run_id: int, position: int, limit: int) -> Sequence[RunFile]:
    """The next files of a run in collection order, after ``position``."""
    return session.scalars(
        _files(run_id).where(RunFile.position > position).order_by(RunFile.position).limit(limit)
    ).all()


def files_by_score(
    session: Session, run_id: int, after_position: int | None, limit: int
) -> Sequence[RunFile]:
    """The next files of a run, lowest score first, after the one at ``after_position``.

    Files without a score come last, by position.
    """
    query = _files(run_id)
    if after_position is not None:
        last = select(RunFile.eval_score).where(RunFile.run_id == run_id, RunFile.position == after_position)
        score = session.scalar(last)
        if score is None:
            query = query.where(RunFile.eval_score.is_(None), RunFile.position > after_position)
        else:
            query = query.where(
                or_(
                    RunFile.eval_score > score,
                    and_(RunFile.eval_score == score, RunFile.position > after_position),
                    RunFile.eval_score.is_(None),
                )
            )
    return session.scalars(
        query.order_by(RunFile.eval_score.is_(None), RunFile.eval_score, RunFile.position).limit(limit)
    ).all()


def _files(run_id: int) -> Select[RunFile]:
    return select(RunFile).where(RunFile.run_id == run_id)


def get_file(session: Session, team_id: int, run_file_id: int) -> tuple[Run, RunFile] | None:
    """The team's run file with its run, or None."""
    row = session.execute(
        select(Run, RunFile)
        .join(RunFile, RunFile.run_id == Run.id)
        .where(RunFile.id == run_file_id, Run.team_id == team_id)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else None


def rule_results(
    session: Session, run_id: int
) -> Sequence[tuple[list[float | None] | None, list[str] | None]]:
    """``(score_breakdown, rule_outcomes)`` of every file that was evaluated."""
    rows = session.execute(
        select(RunFile.score_breakdown, RunFile.rule_outcomes).where(
            RunFile.run_id == run_id, RunFile.rule_outcomes.is_not(None)
        )
    ).all()
    return [(row[0], row[1]) for row in rows]


def fail_open_files(session: Session, run_id: int, reason: str) -> None:
    """End every open file as errored: the run itself could not go on."""
    session.execute(
        update(RunFile)
        .where(RunFile.run_id == run_id, RunFile.status.not_in(FINAL_FILE))
        .values(status="failed", outcome="errored", error_code="internal", error=reason, completed_at=now())
        .execution_options(synchronize_session=False)
    )


def cancel_open_files(session: Session, run_id: int) -> None:
    """End every file that has not reached its end."""
    session.execute(
        update(RunFile)
        .where(RunFile.run_id == run_id, RunFile.status.not_in(FINAL_FILE))
        .values(status="cancelled", outcome="cancelled", completed_at=now())
    )


def deleted_contents(session: Session, run_id: int) -> Sequence[str]:
    """Hashes of the run's documents that no uploaded file has any more."""
    is_uploaded = select(UploadedFile.id).where(UploadedFile.sha256 == RunFile.sha256).exists()
    return session.scalars(
        select(RunFile.sha256).where(RunFile.run_id == run_id, ~is_uploaded).distinct()
    ).all()


def publish_scores(session: Session, run: Run) -> None:
    """Show the run's scores on the collection's files, unless a newer run has shown its own already."""
    session.execute(
        update(CollectionFile)
        .where(
            RunFile.run_id == run.id,
            RunFile.eval_score.is_not(None),
            CollectionFile.collection_id == run.collection_id,
            CollectionFile.uploaded_file_id == RunFile.uploaded_file_id,
            or_(CollectionFile.last_scored_run_id.is_(None), CollectionFile.last_scored_run_id <= run.id),
        )
        .values(
            last_eval_score=RunFile.eval_score,
            last_score_breakdown=RunFile.score_breakdown,
            last_scored_run_id=run.id,
        )
        .execution_options(synchronize_session=False)
    )


_AS_BEFORE_ITS_WORK: Final = {
    "status": "pending",
    "attempts": 0,
    "deaths": 0,
    **dict.fromkeys(
        (
            "outcome", "eval_score", "eval_results", "score_breakdown", "rule_outcomes", "result_key",
            "items_key", "error_code", "error", "completed_at",
        )
    ),
}  # fmt: skip


def files_with_outcomes(session: Session, run_id: int, wanted: frozenset[str]) -> tuple[list[int], list[str]]:
    """Positions of the files with a wanted outcome, or with a rule that is unscored or errored when that is
    wanted; and the keys of their stored results."""
    rows = session.execute(
        select(
            RunFile.position, RunFile.outcome, RunFile.rule_outcomes, RunFile.result_key, RunFile.items_key
        )
        .where(RunFile.run_id == run_id)
        .order_by(RunFile.position)
    )
    positions: list[int] = []
    blobs: list[str] = []
    for position, outcome, rule_outcomes, result_key, items_key in rows:
        # A rule that failed has measured a wrong output; a file that failed has none.
        of_rules = set(rule_outcomes or ()) & {"unscored", "errored"}
        if outcome in wanted or of_rules & wanted:
            positions.append(position)
            blobs += [key for key in (result_key, items_key) if key is not None]
    return positions, blobs


def reopen_files(session: Session, run_id: int, positions: Sequence[int]) -> None:
    """Make files as they were before their work, and open the slices that they are in."""
    session.execute(
        update(RunFile)
        .where(RunFile.run_id == run_id, RunFile.position.in_(positions))
        .values(_AS_BEFORE_ITS_WORK)
        .execution_options(synchronize_session=False)
    )
    for position in positions:
        session.execute(
            update(RunShard)
            .where(
                RunShard.run_id == run_id,
                RunShard.first_position <= position,
                RunShard.stop_position > position,
                RunShard.is_done.is_(True),
            )
            .values(is_done=False, lane_id=None)
            .execution_options(synchronize_session=False)
        )
