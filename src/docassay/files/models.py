"""The table of uploaded files. The bytes live in the blob store, once per SHA-256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class UploadedFile(Base):
    """A document of a team. ``upload_status`` is ``pending`` until its bytes have arrived."""

    __tablename__ = "uploaded_file"
    __table_args__ = (
        Index("ix_uploaded_file_team_id_id", "team_id", "id"),
        {"sqlite_autoincrement": True},  # an id is never given out again: runs and links remember it
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """Random part of ``datalab://file-{token}``."""
    original_filename: Mapped[str] = mapped_column(String(1024))
    content_type: Mapped[str] = mapped_column(String(255))
    upload_status: Mapped[str] = mapped_column(String(16), default="pending")
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    created: Mapped[datetime] = mapped_column(default=now)
