"""The table of labels: what people say about the scores of items."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class ReviewLabel(Base):
    """One person's verdict on one item: a score of 0-5, or whether it is right.

    It keeps what it was a verdict on (the rule's digest, who scored, the score without calibration), so it
    still counts when the rubric has a newer version or the run's results are gone.
    """

    __tablename__ = "review_label"
    __table_args__ = (
        UniqueConstraint("run_file_id", "rule_index", "item_index", "author"),
        Index("ix_review_label_rubric_id", "rubric_id"),
        Index("ix_review_label_run_id_id", "run_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    rubric_id: Mapped[int | None] = mapped_column(ForeignKey("eval_rubric.id"))
    rubric_version: Mapped[int | None]
    run_id: Mapped[int]
    run_file_id: Mapped[int]
    filename: Mapped[str] = mapped_column(String(1024))
    sha256: Mapped[str] = mapped_column(String(64))
    rule_index: Mapped[int]
    item_index: Mapped[int]
    rule: Mapped[str] = mapped_column(String(200))
    rule_digest: Mapped[str] = mapped_column(String(16))
    scorer: Mapped[str] = mapped_column(String(255))
    page_id: Mapped[int | None]
    block_id: Mapped[str | None] = mapped_column(String(200))
    item_outcome: Mapped[str] = mapped_column(String(16))
    item_score: Mapped[float | None]
    """What was measured, without calibration."""
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    note: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(100), default="")
    created: Mapped[datetime] = mapped_column(default=now)
    updated: Mapped[datetime] = mapped_column(default=now)
