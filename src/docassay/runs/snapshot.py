"""What is fixed when a run starts: everything that decides its results, as plain JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from docassay.engines.contract import ConvertOptions, ReadLimits
from docassay.execution.judging import judge_spec
from docassay.execution.tasks import JobSpec, WorkKind
from docassay.extraction.schema import parse_page_schema
from docassay.requests.options import RenderOptions
from docassay.runs.models import Run
from docassay.settings import Settings


def read_limits(settings: Settings) -> ReadLimits:
    """The bounds on reading one document, from the settings."""
    return ReadLimits(
        max_pages=settings.max_pages,
        max_pixels=settings.max_pixels,
        max_uncompressed_bytes=settings.max_uncompressed_mb * 2**20,
        page_timeout_seconds=settings.page_timeout_seconds,
    )


def make_snapshot(
    *,
    mode: str,
    max_pages: int | None,
    page_range: str | None,
    engine_options: Mapping[str, Any],
    output_formats: tuple[str, ...],
    page_schema: str | None,
    extraction_mode: str,
    segmentation_schema: str | None,
    skip_cache: bool,
    languages: tuple[str, ...],
    rubric_name: str | None,
    rubric_definition: Mapping[str, Any] | None,
    calibrations: Sequence[Mapping[str, Any]] = (),
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """The options of a run; ids, engine and versions are columns of its own."""
    return {
        "mode": mode,
        "max_pages": max_pages,
        "page_range": page_range,
        "engine_options": dict(engine_options),
        "output_formats": list(output_formats),
        "page_schema": page_schema,
        "extraction_mode": extraction_mode,
        "segmentation_schema": segmentation_schema,
        "skip_cache": skip_cache,
        "languages": list(languages),
        "rubric_name": rubric_name,
        "rubric_definition": rubric_definition,
        "calibrations": [dict(each) for each in calibrations],
        "warnings": list(warnings),
    }


def job_of(run: Run, settings: Settings) -> JobSpec:
    """What is done to every file of the run."""
    snapshot = run.snapshot
    schema_text = snapshot["page_schema"]
    return JobSpec(
        kind=cast("WorkKind", run.pipeline_type),
        engine=run.engine,
        engine_version=run.engine_version,
        convert=ConvertOptions(
            mode=snapshot["mode"],
            max_pages=snapshot["max_pages"],
            page_range=snapshot["page_range"],
            languages=tuple(snapshot["languages"]),
            limits=read_limits(settings),
            engine_options=snapshot["engine_options"],
        ),
        blob_folder=str(settings.blob_dir.absolute()),
        engine_modules=settings.engine_modules,
        render=asdict(RenderOptions(output_formats=tuple(snapshot["output_formats"]))),
        page_schema=parse_page_schema(schema_text) if schema_text else None,
        extraction_mode=snapshot["extraction_mode"],
        segmentation_schema=snapshot["segmentation_schema"],
        rubric=snapshot["rubric_definition"],
        rubric_name=snapshot["rubric_name"] or _name_in(snapshot["rubric_definition"]),
        calibrations=tuple(snapshot.get("calibrations", ())),
        judge=judge_spec(settings),
    )


def _name_in(definition: Mapping[str, Any] | None) -> str:
    name = (definition or {}).get("name")
    return name if isinstance(name, str) else ""


def rules_of(run: Run) -> list[dict[str, Any]]:
    """The rules of the run's rubric as written, for summaries; empty without a rubric."""
    definition = run.snapshot.get("rubric_definition") or {}
    rules = definition.get("rules", definition.get("evaluations", []))
    return json.loads(json.dumps(rules)) if isinstance(rules, list) else []
