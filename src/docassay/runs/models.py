"""Tables of batch runs. They are the only truth about a run; the job engine just carries lanes of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class Run(Base):
    """A batch run. ``snapshot`` holds everything that decides its results, fixed at the start.

    The counters are changed in the transaction that ends a file and recomputed from the rows when the run
    ends; ``score_sum`` and ``scored_files`` give ``avg_score``.
    """

    __tablename__ = "run"
    __table_args__ = (
        Index("ix_run_team_id_id", "team_id", "id"),
        Index("ix_run_status", "status"),
        Index("ix_run_collection_id", "collection_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str | None] = mapped_column(String(200))
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"))
    eval_rubric_id: Mapped[int | None] = mapped_column(ForeignKey("eval_rubric.id"), index=True)
    rubric_version: Mapped[int | None]
    pipeline_id: Mapped[str | None] = mapped_column(String(64))
    pipeline_type: Mapped[str] = mapped_column(String(16))
    engine: Mapped[str] = mapped_column(String(64))
    engine_version: Mapped[str] = mapped_column(String(64))
    snapshot: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16), default="pending")
    is_cancel_requested: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(Text)
    total_files: Mapped[int]
    completed_files: Mapped[int] = mapped_column(default=0)
    scored_files: Mapped[int] = mapped_column(default=0)
    score_sum: Mapped[float] = mapped_column(default=0.0)
    judge_input_tokens: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    judge_output_tokens: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    judge_cost: Mapped[float | None]
    """What judges have cost, files that were worked on again included; None while prices are not known."""
    judge_budget: Mapped[float | None]
    """No question is asked any more when ``judge_cost`` has reached it."""
    created: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class RunFile(Base):
    """One file of a run: its identity at the start and, once it has reached its end, its result.

    ``outcome`` is ``scored``, ``failed``, ``errored``, ``not_applicable``, ``unscored`` or ``cancelled``;
    ``status`` is the wire's ``pending``, ``processing``, ``complete``, ``failed`` or ``cancelled``.
    """

    __tablename__ = "run_file"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    position: Mapped[int]
    uploaded_file_id: Mapped[int]
    filename: Mapped[str] = mapped_column(String(1024))
    content_type: Mapped[str] = mapped_column(String(255))
    file_size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    expected_output_id: Mapped[int | None]
    """The version of the file's expected output when the run was started; it may have been deleted since."""
    expected_version: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(16), default="pending")
    outcome: Mapped[str | None] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    """How often work on it was begun."""
    deaths: Mapped[int] = mapped_column(default=0)
    """How often its conversion process died under it."""
    eval_score: Mapped[float | None]
    eval_results: Mapped[dict[str, Any] | None]
    score_breakdown: Mapped[list[Any] | None]
    """The score of each rule in the rubric's order; null where a rule gave none."""
    rule_outcomes: Mapped[list[Any] | None]
    """The outcome of each rule, parallel to ``score_breakdown``."""
    result_key: Mapped[str | None] = mapped_column(String(200))
    items_key: Mapped[str | None] = mapped_column(String(200))
    error_code: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(Text)
    page_count: Mapped[int | None]
    is_cached: Mapped[bool] = mapped_column(default=False)
    runtime_seconds: Mapped[float | None]
    created: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class RunShard(Base):
    """A slice ``[first_position, stop_position)`` of a run; ``lane_id`` is the lane that works on it now."""

    __tablename__ = "run_shard"
    __table_args__ = (Index("ix_run_shard_run_id_is_done", "run_id", "is_done"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    shard_number: Mapped[int] = mapped_column(primary_key=True)
    first_position: Mapped[int]
    stop_position: Mapped[int]
    lane_id: Mapped[str | None] = mapped_column(String(100))
    is_done: Mapped[bool] = mapped_column(default=False)
