"""One file from bytes to scores. Runs inside a slot: no database, no server, just files in and files out."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from docassay.checks.contract import Subject
from docassay.documents.expected import Expected
from docassay.documents.expected_files import load_expected
from docassay.documents.layer_document import document_of_layer
from docassay.documents.model import Document
from docassay.documents.serialize import dump_document, dump_layer, load_document, load_layer
from docassay.documents.source_layer import SourceLayer
from docassay.engines.contract import SourceFile
from docassay.engines.registry import get_engine, load_engine_modules
from docassay.errors import DocumentFailure, PrerequisiteError
from docassay.execution.answer import failure_response, final_response, ocr_response
from docassay.execution.judging import make_judge
from docassay.execution.tasks import FileResult, FileTask, JobSpec, unpack_job
from docassay.extraction.contract import Extraction
from docassay.readers.layer import LAYER_VERSION, read_layer_text, read_source_layer
from docassay.readers.marked_text import expected_document
from docassay.scoring.calibration import RuleCalibration, calibrate
from docassay.scoring.definition import Rubric, parse_rubric
from docassay.scoring.evaluate import evaluate
from docassay.scoring.judge_usage import JudgeUsage, judge_usage
from docassay.scoring.result import FileEvaluation
from docassay.scoring.wire import to_items, to_wire
from docassay.storage.answers import pack_json
from docassay.storage.contract import BlobNotFound, BlobStore
from docassay.storage.disk import DiskStore
from docassay.storage.keys import CONVERSIONS, document_key, source_layer_key

log = logging.getLogger(__name__)

JUDGED_WIDTH: Final = 1_400
"""Pixels of the pictures of pages that a judge sees."""


@dataclass(frozen=True, slots=True)
class _Products:
    document: Document
    source_layer: SourceLayer | None
    extraction: Extraction | None
    segmentation: Mapping[str, Any] | None
    conversion_key: str
    is_cached: bool


def perform(task: FileTask) -> FileResult:
    """Convert (or load), extract or segment, score, and store the answer of one file.

    Never raises for a bad document: the result says how it ended. MemoryError is passed on, because the
    process can no longer be trusted then.
    """
    started = time.perf_counter()
    job = unpack_job(task.packed_job)
    store = _open_store(job.blob_folder)
    try:
        rubric = _rubric_of(task.packed_job)
        products = _produce(task, job, store, rubric)
        evaluation = _score(task, job, store, products, rubric)
        return _succeed(task, job, store, products, evaluation, started)
    except DocumentFailure as failure:
        return _fail(task, job, store, failure, time.perf_counter() - started)
    except BlobNotFound:
        gone = DocumentFailure(
            "missing",
            "The document is no longer stored on this server. Upload it again.",
            outcome="errored",
            error_in="OTHER",
        )
        return _fail(task, job, store, gone, time.perf_counter() - started)
    except PrerequisiteError as error:
        missing = DocumentFailure("prerequisite", error.message, outcome="errored", error_in="OTHER")
        return _fail(task, job, store, missing, time.perf_counter() - started)
    except MemoryError:
        raise
    except Exception as error:
        log.exception("an unexpected error while working on %s", task.sha256)
        fault = DocumentFailure(
            "internal",
            f"The engine {job.engine!r} broke on this document: {type(error).__name__}: {error}",
            outcome="errored",
            error_in="OTHER",
        )
        return _fail(task, job, store, fault, time.perf_counter() - started)


@cache
def _open_store(folder: str) -> BlobStore:
    return DiskStore(Path(folder))


@lru_cache(maxsize=32)
def _rubric_of(packed_job: bytes) -> Rubric | None:
    job = unpack_job(packed_job)
    return parse_rubric(job.rubric) if job.rubric is not None else None


def _produce(task: FileTask, job: JobSpec, store: BlobStore, rubric: Rubric | None) -> _Products:
    document = _stored_conversion(task, store)
    is_cached = document is not None
    conversion_key = task.conversion_key or ""
    needs_layer = rubric is not None and "source" in rubric.needs
    layer: SourceLayer | None = None
    if document is None or needs_layer or job.always_read_source:
        with store.local_path(document_key(task.sha256)) as path:
            source = SourceFile(path, task.filename, task.content_type, task.sha256)
            if document is None:
                load_engine_modules(job.engine_modules)
                document = get_engine(job.engine).convert(source, job.convert)
                conversion_key = store.add(CONVERSIONS, dump_document(document))
            if needs_layer:
                layer = _source_layer(source, store, job)
            elif job.always_read_source:
                layer = _layer_text(source, store, job, document)
    extraction = _extract(document, job) if job.kind == "extract" else None
    segmentation = _segment(document, job) if job.kind == "segment" else None
    return _Products(document, layer, extraction, segmentation, conversion_key, is_cached)


def _stored_conversion(task: FileTask, store: BlobStore) -> Document | None:
    if task.conversion_key is None:
        return None
    try:
        return load_document(store.get_bytes(task.conversion_key))
    except BlobNotFound:
        return None  # the cache was cleared: convert again


def _source_layer(source: SourceFile, store: BlobStore, job: JobSpec) -> SourceLayer | None:
    key = source_layer_key(source.sha256, LAYER_VERSION)
    try:
        return load_layer(store.get_bytes(key))
    except BlobNotFound:
        layer = read_source_layer(source, job.convert.limits)
    if layer is not None:
        store.put_bytes(key, dump_layer(layer))
    return layer


def _layer_text(source: SourceFile, store: BlobStore, job: JobSpec, document: Document) -> SourceLayer | None:
    """The text of the converted pages alone, unless the whole layer is stored already."""
    try:
        return load_layer(store.get_bytes(source_layer_key(source.sha256, LAYER_VERSION)))
    except BlobNotFound:
        indexes = frozenset(page.index for page in document.pages)
        return read_layer_text(source, job.convert.limits, indexes)


def _extract(document: Document, job: JobSpec) -> Extraction:
    from docassay.extraction.rules import extract

    return extract(document, job.page_schema or {}, job.extraction_mode)


def _second_reading(products: _Products, job: JobSpec) -> Mapping[str, Any] | None:
    """What the schema gives when it is filled from the file's own text; None for a file without one."""
    layer = products.source_layer
    if products.extraction is None or layer is None or not layer.has_text:
        return None
    document = document_of_layer(layer, frozenset(page.index for page in products.document.pages))
    return _extract(document, job).values


def _segment(document: Document, job: JobSpec) -> Mapping[str, Any]:
    from docassay.segmentation.rules import segment
    from docassay.segmentation.schema import parse_segmentation_schema

    return segment(document, parse_segmentation_schema(job.segmentation_schema or ""))


def _score(
    task: FileTask, job: JobSpec, store: BlobStore, products: _Products, rubric: Rubric | None
) -> FileEvaluation | None:
    if rubric is None:
        return None
    expected = load_expected(task.expected) if task.expected is not None else None
    subject = Subject(
        document=products.document,
        source=products.source_layer,
        extraction=products.extraction.values if products.extraction else None,
        page_schema=job.page_schema,
        second_extraction=_second_reading(products, job) if "second_reading" in rubric.needs else None,
        segmentation=products.segmentation,
        segmentation_schema=json.loads(job.segmentation_schema) if job.segmentation_schema else None,
        expected=expected,
        expected_document=_expected_document(expected) if expected is not None else None,
    )
    calibrations = [RuleCalibration.from_json(each) for each in job.calibrations]
    judge = None
    if job.judge is not None and any(rule.prompt is not None for rule in rubric.rules):
        judge = make_judge(job.judge, store, task.sha256, task.judge_allowance)
    concurrency = job.judge.concurrency if job.judge is not None else 1
    evaluation = evaluate(
        rubric, subject, judge, concurrency, lambda index: _page_image(task, job, store, index)
    )
    return calibrate(evaluation, calibrations)


def _page_image(task: FileTask, job: JobSpec, store: BlobStore, index: int) -> bytes | None:
    """The picture of a page of a PDF or image file, empty when it cannot be made; None for other files."""
    from docassay.readers.thumbnails import thumbnails

    try:
        with store.local_path(document_key(task.sha256)) as path:
            made = thumbnails(
                path, task.filename, task.content_type, [index], JUDGED_WIDTH, job.convert.limits
            )
    except DocumentFailure as failure:
        return None if failure.code == "unsupported_type" else b""
    return made[0]


def _expected_document(expected: Expected) -> Document | None:
    try:
        return expected_document(expected)
    except DocumentFailure as failure:
        raise DocumentFailure(
            "expected_output",
            f"The expected output of this file cannot be read: {failure.message}",
            outcome="errored",
            error_in="OTHER",
        ) from failure


def _succeed(
    task: FileTask,
    job: JobSpec,
    store: BlobStore,
    products: _Products,
    evaluation: FileEvaluation | None,
    started: float,
) -> FileResult:
    wire = to_wire(evaluation, job.rubric_name) if evaluation is not None else None
    runtime = time.perf_counter() - started
    if job.kind == "ocr":
        answer = ocr_response(products.document, runtime_seconds=runtime)
    else:
        answer = final_response(
            products.document,
            render=job.render,
            kind=job.kind,
            extraction=products.extraction,
            extraction_mode=job.extraction_mode if job.kind == "extract" else None,
            segmentation=products.segmentation,
            source_layer=products.source_layer,
            runtime_seconds=runtime,
            engine_name=job.engine,
            engine_version=job.engine_version,
            checkpoint_id=task.checkpoint_id,
            evaluation=wire,
        )
    items_key = None
    if evaluation is not None:
        items_key = store.add(task.result_prefix, pack_json(to_items(evaluation)))
    usage = judge_usage(evaluation) if evaluation is not None else JudgeUsage()
    return FileResult(
        task_id=task.task_id,
        outcome=_outcome(evaluation),
        score=evaluation.score if evaluation is not None else None,
        evaluation=wire,
        score_breakdown=tuple(rule.score for rule in evaluation.rules) if evaluation is not None else (),
        rule_outcomes=tuple(rule.outcome for rule in evaluation.rules) if evaluation is not None else (),
        page_count=len(products.document.pages),
        runtime_seconds=time.perf_counter() - started,
        is_cached=products.is_cached,
        conversion_key=products.conversion_key,
        result_key=_write_answer(task, store, answer),
        items_key=items_key,
        judge_input_tokens=usage.input_tokens,
        judge_output_tokens=usage.output_tokens,
        judge_cost=usage.cost,
    )


def _outcome(evaluation: FileEvaluation | None) -> Literal["scored", "errored", "not_applicable", "unscored"]:
    """The outcome of a processed file: scored when any rule gave a score, else the gravest reason."""
    if evaluation is None:
        return "not_applicable"
    if evaluation.score is not None:
        return "scored"
    outcomes = {rule.outcome for rule in evaluation.rules}
    if "errored" in outcomes:
        return "errored"
    return "unscored" if "unscored" in outcomes else "not_applicable"


def _write_answer(task: FileTask, store: BlobStore, answer: Mapping[str, Any]) -> str:
    data = pack_json(answer)
    if task.result_key is None:
        return store.add(task.result_prefix, data)
    store.put_bytes(task.result_key, data)
    return task.result_key


def _fail(
    task: FileTask, job: JobSpec, store: BlobStore, failure: DocumentFailure, runtime_seconds: float
) -> FileResult:
    answer = failure_response(
        job.kind,
        code=failure.code,
        message=failure.message,
        error_in=failure.error_in,
        runtime_seconds=runtime_seconds,
    )
    return FileResult(
        task_id=task.task_id,
        outcome=failure.outcome,
        score=0.0 if failure.outcome == "failed" else None,
        error_code=failure.code,
        error=failure.message,
        error_in=failure.error_in,
        is_retryable=failure.is_retryable,
        runtime_seconds=runtime_seconds,
        result_key=_write_answer(task, store, answer),
    )
