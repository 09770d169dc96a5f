"""Tables of collections and of the files in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class Collection(Base):
    """A named set of documents that runs are started on."""

    __tablename__ = "collection"
    __table_args__ = (Index("ix_collection_team_id_id", "team_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    archived: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(default=now)
    updated: Mapped[datetime] = mapped_column(default=now)


class CollectionFile(Base):
    """A file's place in a collection, with the scores of the latest run that scored it."""

    __tablename__ = "collection_file"
    __table_args__ = (Index("ix_collection_file_collection_id_sort_order", "collection_id", "sort_order"),)

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    uploaded_file_id: Mapped[int] = mapped_column(
        ForeignKey("uploaded_file.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    sort_order: Mapped[int]
    last_eval_score: Mapped[float | None]
    last_score_breakdown: Mapped[list[Any] | None]
    last_scored_run_id: Mapped[int | None]
