"""``docassay run``: batch runs, started, watched and read."""

from __future__ import annotations

import json
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from docassay.cli.collection import documents_and_labels, upload_documents
from docassay.cli.connection import Connection, connect
from docassay.cli.exit_codes import OK, RUN_FAILED
from docassay.cli.options import (
    BudgetOption,
    DataDirOption,
    ExpectedOption,
    JsonOption,
    KeyOption,
    LimitOption,
    UrlOption,
)
from docassay.cli.output import Column, note, print_json, print_line, print_table, run_progress
from docassay.cli.rubric import read_rubric
from docassay.cli.run_report import print_end_of_run, print_files, print_rules, score_sentence, worst_files
from docassay.errors import CannotUse

if TYPE_CHECKING:
    from docassay.client import Client
    from docassay.client.types import Run

app = typer.Typer(help="Batch runs.", no_args_is_help=True)

IdArgument = Annotated[int, typer.Argument(help="Id of the run.")]


@app.command("start")
def start(
    target: Annotated[str, typer.Argument(help="Folder, file, or id of a collection.")],
    rubric: Annotated[str | None, typer.Option(help="Rubric file (JSON) or id of a rubric.")] = None,
    pipeline: Annotated[
        Literal["convert", "extract", "segment"], typer.Option(help="What to do.")
    ] = "convert",
    pipeline_id: Annotated[str | None, typer.Option(help="Saved pipeline; wins over --pipeline.")] = None,
    page_schema: Annotated[str | None, typer.Option(help="JSON Schema to extract: text or @file.")] = None,
    segmentation_schema: Annotated[str | None, typer.Option(help="Segments to find: text or @file.")] = None,
    expected: ExpectedOption = None,
    engine: Annotated[str | None, typer.Option(help="Parser to use.")] = None,
    engine_option: Annotated[
        list[str] | None, typer.Option(help="Option of the parser: name=value (JSON). May be repeated.")
    ] = None,
    mode: Annotated[Literal["fast", "balanced", "accurate"] | None, typer.Option(help="Effort.")] = None,
    max_pages: Annotated[int | None, typer.Option(min=1, help="First pages of each file only.")] = None,
    page_range: Annotated[str | None, typer.Option(help="Pages of each file, from 0: 0,2-4.")] = None,
    skip_cache: Annotated[bool, typer.Option("--skip-cache", help="Do all work again.")] = False,
    name: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    judge_budget: BudgetOption = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the run to its end.")] = True,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start a run on a folder or collection, follow it, and print the worst files and the average."""
    schemas = {
        "page_schema": text_or_file(page_schema),
        "segmentation_schema": text_or_file(segmentation_schema),
    }
    engine_options = _parse_options(engine_option or [])
    if rubric is None and pipeline_id is None:
        raise CannotUse(
            "A run needs a rubric that says what a good result is: give --rubric a JSON file or the id of a "
            "stored rubric. `docassay rubric default` prints one to begin with."
        )
    with connect(url, key, data_dir) as connection:
        if connection.is_embedded and not wait:
            raise CannotUse(
                "No server is running, so nothing would work on the run after this command. Start one with "
                "`docassay serve`, or leave out --no-wait."
            )
        client = connection.client
        rubric_id = _resolve_rubric(client, rubric)
        collection_id = _resolve_collection(client, target, expected)
        started = client.runs.start(
            collection_id,
            rubric_id,
            pipeline_type=pipeline,
            pipeline_id=pipeline_id,
            engine=engine,
            engine_options=engine_options,
            mode=mode,
            max_pages=max_pages,
            page_range=page_range,
            skip_cache=skip_cache,
            name=name,
            judge_budget=judge_budget,
            **schemas,
        )
        note(f"Run {started['id']} on collection {collection_id}, {started['total_files']} files.")
        for warning in started["warnings"]:
            note(f"Warning: {warning}")
        if wait:
            _follow(connection, started["id"], as_json)
        elif as_json:
            print_json({"run": started})


@app.command("watch")
def watch(
    run_id: IdArgument,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a run to its end, then print the worst files and the average."""
    with connect(url, key, data_dir) as connection:
        _follow(connection, run_id, as_json)


@app.command("list")
def list_runs(
    limit: LimitOption = 20,
    collection: Annotated[int | None, typer.Option(help="Only runs of this collection.")] = None,
    rubric: Annotated[int | None, typer.Option(help="Only runs with this rubric.")] = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List runs, newest first."""
    with connect(url, key, data_dir) as connection:
        page = connection.client.runs.list_page(limit, collection_id=collection, eval_rubric_id=rubric)
    if as_json:
        print_json(page)
        return
    print_table(
        (
            Column("Id", "right", True),
            Column("Pipeline", is_fixed=True),
            Column("Collection", "right", True),
            Column("Status", is_fixed=True),
            Column("Done", "right", True),
            Column("Average", "right", True),
            Column("Created", is_fixed=True),
        ),
        [
            (
                run["id"],
                run["pipeline_type"],
                run["collection_id"],
                run["status"],
                f"{run['completed_files']}/{run['total_files']}",
                run["avg_score"],
                (run["created"] or "")[:16],
            )
            for run in page["batch_runs"]
        ],
    )
    if page["total"] > len(page["batch_runs"]):
        note(f"{len(page['batch_runs'])} of {page['total']} shown; use --limit for more.")


@app.command("show")
def show(
    run_id: IdArgument,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run: its state, its average with coverage, and its rules."""
    with connect(url, key, data_dir) as connection:
        run = connection.client.runs.get(run_id)
        summary = connection.client.runs.summary(run_id)
    if as_json:
        print_json({"run": run, "summary": summary})
        return
    name = f" ({run['name']})" if run["name"] else ""
    print_line(f"Run {run['id']}{name}: {run['status']}")
    print_line(f"pipeline    {run['pipeline_id'] or run['pipeline_type']}, {run['mode']}")
    print_line(f"engine      {run['engine']} {run['engine_version']}")
    print_line(f"collection  {run['collection_id']}")
    if run["eval_rubric_id"] is not None:
        print_line(
            f"rubric      {run['eval_rubric_id']} {run['rubric_name'] or ''}, version {run['rubric_version']}"
        )
    work = f"{run['page_count']} pages, {run['runtime_seconds']:.1f} s, {run['cached_files']} from cache"
    print_line(f"work        {work}")
    if run["error"]:
        print_line(f"error       {run['error']}")
    print_line(f"score       {score_sentence(run)}")
    if summary["rules"]:
        print_line()
        print_rules(summary)


@app.command("results")
def results(
    run_id: IdArgument,
    order: Annotated[Literal["position", "score"], typer.Option(help="Order of the files.")] = "position",
    limit: Annotated[int, typer.Option(min=1, help="Files to show.")] = 50,
    output: Annotated[
        Path | None, typer.Option(help="Save all results to this file, as JSON of the wire.")
    ] = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the files of a run with their scores, or save all results."""
    with connect(url, key, data_dir) as connection:
        client = connection.client
        if output is not None:
            client.runs.get(run_id)
            with output.open("wb") as target:
                written = client.runs.save_results(run_id, target)
            note(f"{written} bytes written to {output}.")
            return
        run = client.runs.get(run_id)
        files = list(islice(client.runs.files(run_id, order, min(limit, 200)), limit))
    if as_json:
        print_json({"run": run, "files": files})
        return
    print_files(files)
    print_line()
    print_line(f"Run {run['id']} {run['status']}: {score_sentence(run)}")
    if run["total_files"] > len(files):
        note(f"{len(files)} of {run['total_files']} files shown; see --limit, or --output to save all.")


class Retried(StrEnum):
    """Outcomes whose files can be worked on again."""

    unscored = "unscored"
    errored = "errored"
    failed = "failed"
    cancelled = "cancelled"


@app.command("retry")
def retry(
    run_id: IdArgument,
    only: Annotated[
        list[Retried] | None,
        typer.Option("--only", help="Files with this outcome; repeatable.  [default: unscored, errored]"),
    ] = None,
    judge_budget: BudgetOption = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the run to its end.")] = True,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Work again on files that have no score, as after an outage of a judge; nothing is converted twice."""
    outcomes = [each.value for each in only or (Retried.unscored, Retried.errored)]
    with connect(url, key, data_dir) as connection:
        run = connection.client.runs.retry(run_id, outcomes, judge_budget=judge_budget)
        note(f"Run {run_id} goes on: {run['total_files'] - run['completed_files']} files.")
        for warning in run["warnings"]:
            note(f"Warning: {warning}")
        if wait:
            _follow(connection, run_id, as_json)
    if as_json:
        print_json(run)


@app.command("cancel")
def cancel(
    run_id: IdArgument,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop a run; files that are done keep their results."""
    with connect(url, key, data_dir) as connection:
        run = connection.client.runs.cancel(run_id)
    if as_json:
        print_json(run)
    else:
        print_line(
            f"Run {run_id} {run['status']}: {run['completed_files']} of {run['total_files']} files were done."
        )


def _follow(connection: Connection, run_id: int, as_json: bool) -> None:
    """Show a live bar until the run has ended, then its result. Ends the command with the right exit code."""
    client = connection.client
    try:
        with run_progress(f"Run {run_id}") as advance:
            run = client.runs.wait(run_id, on_progress=advance)
    except KeyboardInterrupt:
        note(_what_goes_on(connection, run_id))
        raise typer.Exit(OK) from None
    if as_json:
        print_json(
            {"run": run, "summary": client.runs.summary(run_id), "worst_files": worst_files(client, run_id)}
        )
    else:
        print_end_of_run(client, run)
    raise typer.Exit(_exit_code(run))


def _what_goes_on(connection: Connection, run_id: int) -> str:
    if connection.is_embedded:
        return (
            f"Stopped watching. Run {run_id} pauses now, because this command was its only worker. "
            f"To continue it: docassay run watch {run_id}, or docassay serve"
        )
    return f"Stopped watching. Run {run_id} goes on; see it with: docassay run watch {run_id}"


def _exit_code(run: Run) -> int:
    return OK if run["status"] == "completed" else RUN_FAILED


def _resolve_collection(client: Client, target: str, expected: str | None) -> int:
    if target.isdecimal():
        if expected is not None:
            raise CannotUse(
                "--expected goes with documents that are uploaded. For a collection that exists, use "
                f"`docassay collection add {target} PATH --expected ...` or `docassay expected set`."
            )
        return int(target)
    path = Path(target)
    found, labels = documents_and_labels([path], expected)
    collection = client.collections.create(path.resolve().name or "documents")
    return upload_documents(client, collection["id"], found, labels)["id"]


def _resolve_rubric(client: Client, rubric: str | None) -> int | None:
    if rubric is None:
        return None
    if rubric.isdecimal():
        return int(rubric)
    name, definition = read_rubric(Path(rubric))
    created = client.rubrics.create(name, definition)
    note(f"Rubric {created['id']}: {created['name']}.")
    return created["id"]


def text_or_file(value: str | None) -> str | None:
    """The value itself, or the content of the file that ``@path`` names."""
    if value is None or not value.startswith("@"):
        return value
    try:
        return Path(value[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotUse(f"The schema file {value[1:]} cannot be read: {error}") from None


def _parse_options(pairs: list[str]) -> dict[str, Any]:
    """``name=value`` pairs; a value is JSON, and a plain text when it is not."""
    options: dict[str, Any] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name:
            raise CannotUse(f"An engine option is written name=value, not {pair!r}.")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options
