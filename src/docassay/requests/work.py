"""Single requests as work for the execution layer: one request is one slice with one file."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy.orm import Session

from docassay.db.base import now
from docassay.db.database import Database
from docassay.engines.contract import ConvertOptions
from docassay.engines.registry import get_engine, load_engine_modules
from docassay.errors import DocassayError, DocumentFailure
from docassay.execution.contract import Batch
from docassay.execution.conversions import MadeConversion, remember_conversions, stored_conversions
from docassay.execution.identity import conversion_identity
from docassay.execution.judging import judge_spec
from docassay.execution.tasks import FileResult, FileTask, JobSpec, pack_job
from docassay.extraction.schema import parse_page_schema
from docassay.requests import repository
from docassay.requests.models import Checkpoint, ProcessingRequest
from docassay.requests.options import TRACK_CHANGES, RequestOptions
from docassay.runs.snapshot import read_limits
from docassay.settings import Settings
from docassay.storage.contract import BlobStore
from docassay.storage.keys import REQUESTS, request_result_key

log = logging.getLogger(__name__)

KIND: Final = "request"
MAX_WORKER_DEATHS: Final = 5
"""A request that was in work this often when the whole worker died is given up."""


class RequestSource:
    """The ``WorkSource`` of single requests; ``work_id`` and a task's id are the request's id.

    Which lane holds a request is known in this process only: were two workers given the same one, both would
    write the same answer, and the first to record its end wins.
    """

    kind = KIND

    def __init__(self, database: Database, store: BlobStore, settings: Settings) -> None:
        self._database = database
        self._store = store
        self._settings = settings
        self._lock = threading.Lock()
        self._held: dict[str, str] = {}

    def claim(self, work_id: str, lane_id: str) -> Batch | None:
        """The request as a slice of one file; None when it is at its end or another lane has it.

        A document that is still at a URL is fetched first; if that fails, the request ends as failed.
        """
        with self._lock:
            if self._held.setdefault(work_id, lane_id) != lane_id:
                return None
        task = None
        try:
            task = self._prepare(work_id)
        except DocassayError as error:
            self._fail(work_id, "OTHER", error.message)
        except DocumentFailure as failure:
            self._fail(work_id, failure.error_in, failure.message)
        except Exception:
            log.exception("request %s could not be prepared", work_id)
            self._count_attempt(work_id)  # given out again by the reconciler, but not for ever
            raise
        finally:
            if task is None:
                self._forget(work_id)
        return Batch(work_id, lane_id, 0, (task,)) if task is not None else None

    def advance(
        self,
        batch: Batch,
        results: Sequence[FileResult],
        starting: Sequence[FileTask],
        deaths: Sequence[FileTask],
    ) -> Sequence[FileTask] | None:
        """Record what happened; None when the request is gone or at its end already."""
        with self._database.write() as session:
            row = repository.get_request(session, batch.work_id)
            if row is None or row.status != "processing":
                return None
            row.attempts += len(starting)
            if deaths:
                row.deaths = deaths[-1].deaths
            if results:
                record_result(session, row, batch.tasks[0], results[-1])
        return starting

    def release(self, batch: Batch, *, is_done: bool) -> None:
        """The lane lets go of the request; given back unfinished, it counts as not begun."""
        if not is_done:
            with self._database.write() as session:
                row = repository.get_request(session, batch.work_id)
                if row is not None and row.status == "processing" and row.attempts > 0:
                    row.attempts -= 1
        self._forget(batch.work_id)

    def finish(self, work_id: str) -> None:
        """A request ends with its only file: there is nothing left to do."""

    def lanes(self, work_id: str) -> int:
        """One file needs one lane."""
        return 1

    def unfinished(self) -> list[str]:
        """Ids of the requests that are not at their end, the oldest first."""
        with self._database.read() as session:
            return repository.open_request_ids(session)

    def abandon(self, work_id: str, living_lanes: frozenset[str]) -> None:
        """Let another lane take the request when its lane is dead."""
        with self._lock:
            if self._held.get(work_id) not in living_lanes:
                self._held.pop(work_id, None)

    def give_up(self, work_id: str, reason: str) -> None:
        """End the request as failed with the reason."""
        self._fail(work_id, "OTHER", reason)

    def _forget(self, work_id: str) -> None:
        with self._lock:
            self._held.pop(work_id, None)

    def _prepare(self, request_id: str) -> FileTask | None:
        """What a slot is given; None when there is nothing to do. Raises DocassayError, DocumentFailure."""
        with self._database.read() as session:
            row = repository.get_request(session, request_id)
            if row is None or row.status != "processing":
                return None
            session.expunge(row)  # a read session forgets its rows at its end
        if row.attempts - row.deaths >= MAX_WORKER_DEATHS:
            raise DocumentFailure(
                "worker_died",
                f"The worker died {MAX_WORKER_DEATHS} times while this document was in work, so it was given "
                "up. Look at the worker's log and memory, then send the request again.",
                outcome="errored",
                error_in="OTHER",
            )
        if row.file_url is not None:
            from docassay.requests.fetching import fetch_document  # the HTTP client is large

            fetched = fetch_document(self._database, self._store, self._settings, row)
            if fetched is None:
                return None
            row = fetched
        with self._database.read() as session:
            return _task(session, row, self._settings)

    def _count_attempt(self, request_id: str) -> None:
        with self._database.write() as session:
            row = repository.get_request(session, request_id)
            if row is not None:
                row.attempts += 1

    def _fail(self, request_id: str, error_in: str, message: str) -> None:
        with self._database.write() as session:
            row = repository.get_request(session, request_id)
            if row is not None and row.status == "processing":
                _end(row, "failed", error=message, error_in=error_in)


def record_result(session: Session, row: ProcessingRequest, task: FileTask, result: FileResult) -> None:
    """End the request with its file's result: the answer's place, the checkpoint, the conversion to reuse."""
    is_failure = result.error_code is not None
    _end(row, "failed" if is_failure else "complete", error=result.error, error_in=result.error_in)
    row.result_key = result.result_key
    row.items_key = result.items_key
    if is_failure or result.conversion_key is None:
        return
    if not result.is_cached:
        made = MadeConversion(result.conversion_key, task.sha256)
        remember_conversions(session, {task.identity: made})
    if task.checkpoint_id is not None:
        repository.add(
            session,
            Checkpoint(
                id=task.checkpoint_id,
                team_id=row.team_id,
                document_key=result.conversion_key,
                sha256=task.sha256,
                filename=row.filename,
                content_type=row.content_type,
            ),
        )


def job_of(options: RequestOptions, rubric: Mapping[str, Any] | None, settings: Settings) -> JobSpec:
    """What is done to the request's document; ``rubric`` is the snapshot taken when it was accepted.

    Raises PrerequisiteError when the engine of the settings does not exist.
    """
    load_engine_modules(settings.engine_modules)
    engine = get_engine(settings.default_engine)
    return JobSpec(
        kind=options.kind,
        engine=settings.default_engine,
        engine_version=engine.version,
        convert=ConvertOptions(
            mode=options.mode,
            max_pages=options.max_pages,
            page_range=options.page_range,
            extract_images=not options.render.disable_image_extraction,
            word_boxes=options.render.word_bboxes or options.kind == "ocr",
            languages=options.languages or settings.ocr_languages,
            limits=read_limits(settings),
            engine_options={TRACK_CHANGES: True} if options.track_changes else {},
        ),
        blob_folder=str(settings.blob_dir.absolute()),
        engine_modules=settings.engine_modules,
        render=asdict(options.render),
        page_schema=parse_page_schema(options.page_schema) if options.page_schema is not None else None,
        extraction_mode=options.extraction_mode or "fast",
        segmentation_schema=options.segmentation_schema,
        rubric=rubric["definition"] if rubric is not None else None,
        rubric_name=rubric["name"] if rubric is not None else "",
        calibrations=tuple(rubric.get("calibrations", ())) if rubric is not None else (),
        judge=judge_spec(settings) if rubric is not None else None,
        always_read_source=options.kind != "ocr",  # parse_quality_score compares with it
    )


def _task(session: Session, row: ProcessingRequest, settings: Settings) -> FileTask:
    options = RequestOptions.from_json(row.options)
    job = job_of(options, row.options.get("rubric"), settings)
    sha256 = row.sha256 or ""
    identity = conversion_identity(sha256, job.engine, job.engine_version, job.convert)
    return FileTask(
        task_id=row.id,
        packed_job=pack_job(job),
        sha256=sha256,
        filename=row.filename,
        content_type=row.content_type,
        identity=identity,
        result_prefix=REQUESTS,
        result_key=request_result_key(row.id),
        conversion_key=_existing_conversion(session, row, options, identity),
        checkpoint_id=row.options.get("new_checkpoint_id"),
        deaths=row.deaths,
    )


def _existing_conversion(
    session: Session, row: ProcessingRequest, options: RequestOptions, identity: str
) -> str | None:
    """The checkpoint's conversion, unless other pages are asked for; else one of the same identity."""
    asks_for_all_pages = options.page_range is None and options.max_pages is None
    if row.checkpoint_id is not None and asks_for_all_pages:
        checkpoint = repository.get_checkpoint(session, row.checkpoint_id)
        if checkpoint is not None:
            return checkpoint.document_key
    if options.skip_cache:
        return None
    return stored_conversions(session, [identity]).get(identity)


def _end(row: ProcessingRequest, status: str, *, error: str | None, error_in: str | None) -> None:
    row.status = status
    row.error = error
    row.error_in = error_in
    row.completed_at = now()
