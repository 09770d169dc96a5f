"""A real server with its worker in this process, and collections of any size made by SQL."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, select

from docassay.collections.models import Collection, CollectionFile
from docassay.db.base import now
from docassay.db.database import Database
from docassay.files.models import UploadedFile
from docassay.keys.models import Team
from docassay.server import embedded
from docassay.settings import Settings
from docassay.storage.disk import DiskStore
from docassay.storage.keys import document_key

CONTENT = b"name,amount\nfirst,12.50\nsecond,7.25\n"
RUBRIC = {
    "name": "Bench",
    "rules": [{"name": "Clean text", "check": "output.garbage_chars", "type": "document"}],
}


@dataclass(frozen=True, slots=True)
class Workbench:
    """An address, a key and the data behind it."""

    http: httpx.Client
    database: Database
    document: Path
    rubric_id: int

    def make_collection(self, files: int) -> int:
        """A collection of ``files`` files with one content; its id."""
        sha256 = hashlib.sha256(CONTENT).hexdigest()
        with self.database.write() as session:
            team_id = session.scalars(select(Team.id)).one()
            collection = Collection(team_id=team_id, name=f"{files} files")
            session.add(collection)
            session.flush()
            first = (
                session.scalar(select(UploadedFile.id).order_by(UploadedFile.id.desc()).limit(1)) or 0
            ) + 1
            for start in range(0, files, 10_000):
                numbers = range(start, min(start + 10_000, files))
                session.execute(
                    insert(UploadedFile),
                    [
                        {
                            "id": first + n, "team_id": team_id, "token": f"bench{first + n}",
                            "original_filename": f"{n:06}.csv", "content_type": "text/csv",
                            "upload_status": "completed", "file_size": len(CONTENT), "sha256": sha256,
                            "created": now(),
                        }
                        for n in numbers
                    ],
                )  # fmt: skip
                session.execute(
                    insert(CollectionFile),
                    [
                        {"collection_id": collection.id, "uploaded_file_id": first + n, "sort_order": n}
                        for n in numbers
                    ],
                )
            return collection.id

    def start(self, collection_id: int, engine: str, **options: Any) -> int:
        """Start a run; its id."""
        body = {
            "collection_id": collection_id,
            "eval_rubric_id": self.rubric_id,
            "engine": engine,
            "skip_cache": True,
            "engine_options": options,
        }
        return int(self._post("/api/assay/runs", body)["id"])

    def wait(self, run_id: int) -> float:
        """Poll until the run is at its end; the seconds it took by its own times, polling left out."""
        while True:
            run: dict[str, Any] = self.http.get(f"/api/v1/eval_batch_runs/{run_id}").raise_for_status().json()
            if run["completed_at"] is not None:
                assert run["status"] == "completed", run
                assert run["completed_files"] == run["total_files"], run
                assert run["avg_score"] is not None, run
                times = [datetime.fromisoformat(run[name]) for name in ("created", "completed_at")]
                return (times[1] - times[0]).total_seconds()
            time.sleep(0.5)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.post(path, json=body).raise_for_status().json()
        return answer


@contextmanager
def workbench(slots: int) -> Iterator[Workbench]:
    """A server on a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="docassay-bench-") as folder:
        settings = Settings(
            data_dir=Path(folder),
            slots=slots,
            engine_modules=("docassay.testing.engines",),
            slot_recycle_files=10**6,
        )
        with (
            embedded(settings) as (url, key),
            httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=120) as http,
        ):
            database = Database(settings.sqlalchemy_url)
            staged = Path(folder) / "document.csv"
            staged.write_bytes(CONTENT)
            store = DiskStore(settings.blob_dir)
            store.put_bytes(document_key(hashlib.sha256(CONTENT).hexdigest()), CONTENT)
            rubric = http.post("/api/v1/eval_rubrics", json={"name": "Bench", "eval_definition": RUBRIC})
            rubric.raise_for_status()
            yield Workbench(http, database, staged, rubric.json()["id"])
            database.dispose()
