"""Tables of single requests (convert, extract, segment, ocr) and of checkpoints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class ProcessingRequest(Base):
    """One submitted request; its answer is in the blob store under ``result_key`` once it is complete."""

    __tablename__ = "processing_request"
    __table_args__ = (Index("ix_processing_request_status", "status"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    filename: Mapped[str] = mapped_column(String(1024))
    content_type: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    file_url: Mapped[str | None] = mapped_column(Text)
    """Where the document is still to be fetched from; null once ``sha256`` is known."""
    checkpoint_id: Mapped[str | None] = mapped_column(String(32))
    options: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16), default="processing")
    attempts: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    result_key: Mapped[str | None] = mapped_column(String(200))
    items_key: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str | None] = mapped_column(Text)
    error_in: Mapped[str | None] = mapped_column(String(16))
    created: Mapped[datetime] = mapped_column(default=now)
    completed_at: Mapped[datetime | None]


class Checkpoint(Base):
    """A kept conversion that later requests can start from instead of parsing again."""

    __tablename__ = "checkpoint"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    document_key: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(1024))
    content_type: Mapped[str] = mapped_column(String(255))
    created: Mapped[datetime] = mapped_column(default=now)
