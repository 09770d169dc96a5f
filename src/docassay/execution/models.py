"""Tables of the execution layer: finished conversions by identity, and the workers that are alive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docassay.db.base import Base, now


class OutputCacheEntry(Base):
    """A conversion that exists already. ``key`` = content hash + engine name and version + options."""

    __tablename__ = "output_cache"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_key: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    created: Mapped[datetime] = mapped_column(default=now)


class Worker(Base):
    """A process that works on lanes. ``slot_process_groups`` are swept when it is found dead."""

    __tablename__ = "worker"

    executor_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    process_id: Mapped[int]
    slot_process_groups: Mapped[list[Any]]
    started: Mapped[datetime] = mapped_column(default=now)
    heartbeat: Mapped[datetime] = mapped_column(default=now, index=True)
