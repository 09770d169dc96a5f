"""Tables of eval rubrics and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class EvalRubric(Base):
    """A rubric at its current version; ``eval_definition`` is stored and returned unchanged."""

    __tablename__ = "eval_rubric"
    __table_args__ = (Index("ix_eval_rubric_team_id_id", "team_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    eval_definition: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(32), default="manual")
    source_processor_id: Mapped[str | None] = mapped_column(String(64))
    archived: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created: Mapped[datetime] = mapped_column(default=now)
    updated: Mapped[datetime] = mapped_column(default=now)


class EvalRubricVersion(Base):
    """A definition that a rubric once had; kept because runs name the version they used."""

    __tablename__ = "eval_rubric_version"

    rubric_id: Mapped[int] = mapped_column(ForeignKey("eval_rubric.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    eval_definition: Mapped[dict[str, Any]]
    created: Mapped[datetime] = mapped_column(default=now)


class RubricCalibration(Base):
    """How the scores of one rule of a rubric's version become those that people would give.

    ``points`` are the ``x`` and ``y`` of the map. ``before`` and ``after`` are the agreement with people,
    ``after`` measured on files that the map was not fitted on.
    """

    __tablename__ = "rubric_calibration"

    rubric_id: Mapped[int] = mapped_column(ForeignKey("eval_rubric.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    rule_index: Mapped[int] = mapped_column(primary_key=True)
    scorer: Mapped[str] = mapped_column(String(255), primary_key=True)
    points: Mapped[dict[str, Any]]
    labels: Mapped[int]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    created: Mapped[datetime] = mapped_column(default=now)
