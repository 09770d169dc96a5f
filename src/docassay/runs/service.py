"""Decisions on batch runs: what may be started, what a snapshot holds, cancelling, looking results up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from docassay.api.pagination import MAX_ROW_ID
from docassay.collections.service import get_collection
from docassay.documents.page_range import check_page_range_syntax
from docassay.engines.registry import get_engine, load_engine_modules
from docassay.errors import CannotUse, Conflict, InvalidField, NotFound
from docassay.execution.contract import JobEngine, WorkRef, submit_after_commit
from docassay.extraction.schema import parse_page_schema
from docassay.requests.languages import parse_languages
from docassay.requests.options import parse_output_formats
from docassay.rubrics.models import EvalRubric
from docassay.rubrics.service import calibration_snapshot, get_rubric
from docassay.runs import repository
from docassay.runs.models import Run, RunFile
from docassay.runs.schemas import StartBatchRunRequest, StartRunRequest
from docassay.runs.snapshot import make_snapshot
from docassay.runs.warnings import warnings_about
from docassay.runs.work import end_run
from docassay.scoring.definition import Rubric, RubricError, parse_rubric
from docassay.scoring.suggest import closest_checks
from docassay.segmentation.schema import parse_segmentation_schema
from docassay.settings import Settings

SHARD_FILES = 50
LOOKUP_PREFIX = "br_"


@dataclass(frozen=True, slots=True)
class LookupResult:
    """A file of a run, found by its lookup key."""

    pipeline_type: str
    status: str
    outcome: str | None
    result_key: str | None
    error: str | None
    sha256: str
    filename: str
    content_type: str


def lookup_key(file: RunFile) -> str:
    """The public key under which a file's result can be fetched."""
    return f"{LOOKUP_PREFIX}{file.id}"


def start_run(
    session: Session, jobs: JobEngine, settings: Settings, team_id: int, wish: StartBatchRunRequest
) -> Run:
    """Check the request, take the snapshot, and hand the run to the job engine once this is committed.

    Raises NotFound, CannotUse or InvalidField as the map of the wire's errors says.
    """
    native = wish if isinstance(wish, StartRunRequest) else StartRunRequest(**wish.model_dump())
    collection = get_collection(session, team_id, native.collection_id)
    if collection.archived:
        raise CannotUse(
            f"Collection {collection.id} is archived. Restore it with PUT /api/v1/collections/"
            f'{collection.id} and {{"archived": false}}.'
        )
    rubric = _rubric_for(session, team_id, native)
    _check_texts(native)
    output_formats = parse_output_formats(native.output_format) if native.output_format else ("markdown",)
    parsed = check_rubric(rubric, settings) if rubric is not None else None
    engine_name = native.engine or settings.default_engine
    load_engine_modules(settings.engine_modules)
    engine = get_engine(engine_name)
    run = Run(
        team_id=team_id,
        name=native.name,
        collection_id=collection.id,
        eval_rubric_id=rubric.id if rubric else None,
        rubric_version=rubric.version if rubric else None,
        pipeline_id=native.pipeline_id,
        pipeline_type=native.pipeline_type,
        engine=engine.name,
        engine_version=engine.version,
        snapshot=make_snapshot(
            mode=native.mode,
            max_pages=native.max_pages,
            page_range=native.page_range,
            engine_options=native.engine_options,
            output_formats=output_formats,
            page_schema=native.page_schema,
            extraction_mode=native.extraction_mode,
            segmentation_schema=native.segmentation_schema,
            skip_cache=native.skip_cache,
            languages=parse_languages(native.langs) if native.langs else settings.ocr_languages,
            rubric_name=rubric.name if rubric else None,
            rubric_definition=rubric.eval_definition if rubric else None,
            calibrations=calibration_snapshot(session, rubric) if rubric else (),
            warnings=warnings_about(parsed, engine, native.engine_options, settings),
        ),
        total_files=0,
        judge_budget=judge_budget(native.judge_budget, settings),
    )
    session.add(run)
    session.flush()
    run.total_files = repository.copy_files(session, run)
    if run.total_files == 0:
        raise CannotUse(f"Collection {collection.id} has no files. Add files before starting a run.")
    repository.add_shards(session, run.id, run.total_files, SHARD_FILES)
    submit_after_commit(session, jobs, WorkRef("run", str(run.id)))
    return run


def judge_budget(wanted: float | None, settings: Settings) -> float | None:
    """The budget of a run for its judge. Raises InvalidField for one that could not be kept."""
    if wanted is None:
        return settings.judge_run_budget
    if not settings.has_judge_prices:
        raise InvalidField(
            ("body", "judge_budget"),
            "A budget needs prices: set DOCASSAY_JUDGE_INPUT_PRICE and DOCASSAY_JUDGE_OUTPUT_PRICE.",
        )
    return wanted


def _rubric_for(session: Session, team_id: int, wish: StartRunRequest) -> EvalRubric | None:
    if wish.pipeline_id is not None:
        raise NotFound(f"Pipeline {wish.pipeline_id} was not found.")
    if wish.eval_rubric_id is None:
        raise InvalidField(
            ("body", "eval_rubric_id"),
            "A rubric is required for the standard pipelines. Create one with POST /api/v1/eval_rubrics.",
            "missing",
        )
    rubric = get_rubric(session, team_id, wish.eval_rubric_id)
    if rubric.archived:
        raise CannotUse(f"Eval rubric {rubric.id} is archived and cannot be used for new runs.")
    return rubric


def _check_texts(wish: StartRunRequest) -> None:
    if wish.page_range is not None:
        try:
            check_page_range_syntax(wish.page_range)
        except ValueError as error:
            raise InvalidField(("body", "page_range"), str(error)) from error
    if wish.pipeline_type == "extract":
        if wish.page_schema is None:
            raise InvalidField(
                ("body", "page_schema"), "page_schema is required when pipeline_type is extract.", "missing"
            )
        try:
            parse_page_schema(wish.page_schema)
        except ValueError as error:
            raise InvalidField(("body", "page_schema"), str(error)) from error
    if wish.pipeline_type == "segment":
        if wish.segmentation_schema is None:
            raise InvalidField(
                ("body", "segmentation_schema"),
                "segmentation_schema is required when pipeline_type is segment.",
                "missing",
            )
        try:
            parse_segmentation_schema(wish.segmentation_schema)
        except ValueError as error:
            raise InvalidField(("body", "segmentation_schema"), str(error)) from error


def check_rubric(rubric: EvalRubric, settings: Settings) -> Rubric:
    """The rubric as it is run. Raises CannotUse when the rubric could not give any score as things are."""
    try:
        parsed = parse_rubric(rubric.eval_definition)
    except RubricError as error:
        raise CannotUse(f"Eval rubric {rubric.id} cannot be run. {error}") from error
    if parsed.has_only_prompts and not settings.has_judge:
        hints = sorted({name for rule in parsed.rules for name in closest_checks(rule.prompt or "")})
        close = f" Checks that come close: {', '.join(hints)}." if hints else ""
        raise CannotUse(
            f"Eval rubric {rubric.id} has only prompt rules, and no judge model is configured, so nothing "
            f"could be scored. Set DOCASSAY_JUDGE_BASE_URL and DOCASSAY_JUDGE_MODEL, or give it rules with a "
            f"`check` (`docassay rubric checks` lists them).{close}"
        )
    return parsed


def get_run(session: Session, team_id: int, run_id: int) -> Run:
    """The team's run. Raises NotFound."""
    run = repository.get_run(session, team_id, run_id)
    if run is None:
        raise NotFound(f"Batch run {run_id} was not found.")
    return run


def cancel_run(session: Session, team_id: int, run_id: int) -> Run:
    """End the run now: open files end as cancelled, results that exist stay.

    Raises Conflict when the run is over already.
    """
    run = get_run(session, team_id, run_id)
    if run.status in repository.FINAL_RUN:
        raise Conflict(f"Batch run {run_id} is {run.status} already.")
    run.is_cancel_requested = True
    repository.cancel_open_files(session, run.id)
    end_run(session, run, status="cancelled")
    return run


def find_result(session: Session, team_id: int, key: str) -> LookupResult | None:
    """The file of a run with this lookup key, or None when the key is not one of this team's."""
    number = key.removeprefix(LOOKUP_PREFIX)
    if number == key or not number.isascii() or not number.isdigit() or len(number) > 10:
        return None
    if int(number) > MAX_ROW_ID:
        return None
    found = repository.get_file(session, team_id, int(number))
    if found is None:
        return None
    run, file = found
    return LookupResult(
        pipeline_type=run.pipeline_type,
        status=file.status,
        outcome=file.outcome,
        result_key=file.result_key,
        error=file.error,
        sha256=file.sha256,
        filename=file.filename,
        content_type=file.content_type,
    )


def get_file_of_run(session: Session, team_id: int, request_id: int) -> tuple[Run, RunFile]:
    """The file with this id in any of the team's runs, and its run. Raises NotFound."""
    found = repository.get_file(session, team_id, request_id)
    if found is None:
        raise NotFound(f"No batch run has a file {request_id}.")
    return found


def get_run_file(session: Session, team_id: int, run_id: int, request_id: int) -> RunFile:
    """One file of the team's run. Raises NotFound."""
    found = repository.get_file(session, team_id, request_id)
    if found is None or found[0].id != run_id:
        raise NotFound(f"Batch run {run_id} has no file {request_id}.")
    return found[1]
