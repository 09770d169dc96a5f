"""The table of expected outputs: every version that a file of a collection has had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class ExpectedOutput(Base):
    """One version of what is right for a file of a collection; the highest version counts.

    ``content`` is the JSON of the expected output, compressed. It is kept in the row, so that it goes with
    its file and its collection, and so that a run reads exactly the version it was started with. It stays
    when the file is taken out of the collection, for it is somebody's work and the file may come back.
    """

    __tablename__ = "expected_output"
    __table_args__ = (
        UniqueConstraint("collection_id", "uploaded_file_id", "version"),
        Index("ix_expected_output_uploaded_file_id", "uploaded_file_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    uploaded_file_id: Mapped[int] = mapped_column(ForeignKey("uploaded_file.id", ondelete="CASCADE"))
    version: Mapped[int]
    parts: Mapped[list[Any]]
    """What it holds: of ``text, tables, fields, segments, tests, blocks``."""
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    origin: Mapped[str] = mapped_column(String(64), default="upload")
    """``upload``, or the run and file whose output was saved as expected: ``run 3, file 17``."""
    note: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(default=now)
