"""Which processes work: heartbeats, finding the dead, and ending what they left running."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from dataclasses import dataclass, field
from datetime import timedelta

import psutil
from sqlalchemy import delete, func, select

from docassay.db.base import now
from docassay.db.database import Database
from docassay.execution.models import Worker
from docassay.execution.slot import EXECUTOR_VARIABLE

log = logging.getLogger(__name__)


def new_executor_id() -> str:
    """A name for this process that no other process ever has."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(slots=True)
class WorkerRecord:
    """What a worker says about itself; the slots' process groups change while it runs."""

    executor_id: str
    host: str
    process_id: int
    _groups: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of_this_process(cls, executor_id: str) -> WorkerRecord:
        """The record of the calling process."""
        return cls(executor_id, socket.gethostname(), os.getpid())

    def set_groups(self, groups: list[int]) -> None:
        """Replace the list of process groups; written with the next heartbeat."""
        with self._lock:
            self._groups = list(groups)

    def groups(self) -> list[int]:
        """The process groups as last reported."""
        with self._lock:
            return list(self._groups)


class Workers:
    """The table of workers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, record: WorkerRecord) -> None:
        """Note that the worker is alive now."""
        with self._database.write() as session:
            worker = session.get(Worker, record.executor_id)
            if worker is None:
                session.add(
                    Worker(
                        executor_id=record.executor_id,
                        host=record.host,
                        process_id=record.process_id,
                        slot_process_groups=record.groups(),
                    )
                )
            else:
                worker.heartbeat = now()
                worker.slot_process_groups = record.groups()

    def find_dead(self, stale_seconds: float, own_id: str) -> list[Worker]:
        """Workers whose process is gone (this host) or that have been silent for too long (any host)."""
        limit = now() - timedelta(seconds=stale_seconds)
        with self._database.read() as session:
            others = session.scalars(select(Worker).where(Worker.executor_id != own_id)).all()
        return [worker for worker in others if worker.heartbeat < limit or _is_gone(worker)]

    def forget(self, executor_id: str) -> None:
        """Remove the worker from the table."""
        with self._database.write() as session:
            session.execute(delete(Worker).where(Worker.executor_id == executor_id))

    def executor_ids(self) -> set[str]:
        """The names of all workers in the table."""
        with self._database.read() as session:
            return set(session.scalars(select(Worker.executor_id)))

    def count(self) -> int:
        """How many workers are in the table."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(Worker)) or 0


def _is_gone(worker: Worker) -> bool:
    if worker.host != socket.gethostname():
        return False
    try:
        process = psutil.Process(worker.process_id)
        return (
            process.create_time() > worker.started.timestamp() + 5 or process.status() == psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return True


def sweep_orphans(worker: Worker) -> int:
    """End programs that a dead worker of this host left behind; returns how many.

    They are known by an environment variable that carries the worker's id, never by number alone: a
    process number may belong to somebody else by now.
    """
    if worker.host != socket.gethostname():
        return 0
    swept = 0
    for process in psutil.process_iter():
        try:
            if process.environ().get(EXECUTOR_VARIABLE) == worker.executor_id:
                process.kill()
                swept += 1
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    if swept:
        log.warning("ended %d processes left behind by worker %s", swept, worker.executor_id)
    return swept
