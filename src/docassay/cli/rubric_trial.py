"""``docassay rubric try``: a rubric on one document, thrown away afterwards, and what many would cost."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from docassay.cli.collection import documents_and_labels, upload_documents
from docassay.cli.connection import load_settings
from docassay.cli.exit_codes import RUN_FAILED
from docassay.cli.options import ExpectedOption, JsonOption
from docassay.cli.output import Column, print_json, print_line, print_table, print_wrapped, run_progress
from docassay.cli.rubric import read_rubric
from docassay.cli.run_report import judge_sentence
from docassay.errors import CannotUse

if TYPE_CHECKING:
    from docassay.client import Client
    from docassay.client.types import Run, RunItem

_MANY: Final = 1_000
_LOWEST: Final = 10


def try_rubric(
    path: Annotated[Path, typer.Argument(help="JSON file in the rubric language.")],
    document: Annotated[Path, typer.Argument(help="The document to try it on.")],
    engine: Annotated[str | None, typer.Option(help="Parser to use.")] = None,
    mode: Annotated[Literal["fast", "balanced", "accurate"] | None, typer.Option(help="Effort.")] = None,
    page_schema: Annotated[str | None, typer.Option(help="JSON Schema to extract: text or @file.")] = None,
    expected: ExpectedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try a rubric on one document: every item, time and cost. Nothing of it is kept."""
    from docassay import server
    from docassay.cli.run import text_or_file
    from docassay.client import Client

    name, definition = read_rubric(path)
    if not document.is_file():
        raise CannotUse(f"{document} is not a file; a rubric is tried on one document.")
    schema = text_or_file(page_schema)
    found, labels = documents_and_labels([document], expected)
    with TemporaryDirectory(prefix="docassay-try-", ignore_cleanup_errors=True) as folder:
        settings = load_settings(Path(folder)).model_copy(update={"database_url": None, "public_url": None})
        with server.embedded(settings) as (url, key), Client(url, key) as client:
            collection = client.collections.create("Trial")
            upload_documents(client, collection["id"], found, labels)
            rubric = client.rubrics.create(name, definition)
            run = client.runs.start(
                collection["id"],
                rubric["id"],
                pipeline_type="extract" if schema is not None else "convert",
                page_schema=schema,
                engine=engine,
                mode=mode,
            )
            with run_progress("Trial") as advance:
                run = client.runs.wait(run["id"], on_progress=advance)
            is_failure = _tell(client, run, as_json=as_json)
    if is_failure:
        raise typer.Exit(RUN_FAILED)


def _tell(client: Client, run: Run, *, as_json: bool) -> bool:
    """Print what came out; whether the document could not be processed."""
    (file,) = client.runs.files(run["id"])
    items = client.runs.items(run["id"], file["request_id"])
    seconds = file["runtime_seconds"] or 0.0
    cost = run["judge"]["cost"]
    if as_json:
        many = {"seconds": seconds * _MANY, "cost": None if cost is None else cost * _MANY}
        print_json({"file": file, "items": items, "judge": run["judge"], f"for_{_MANY}": many})
        return file["error_code"] is not None
    if file["error"]:
        print_wrapped(f"{file['filename']} {file['outcome']}: {file['error']}")
        return True
    _print_rules(client.runs.summary(run["id"])["rules"], items)
    lowest = sorted((item for item in items if item["score"] is not None and item["score"] < 5), key=_score)
    if lowest:
        print_line()
    for item in lowest[:_LOWEST]:
        place = f", page {item['page_id']}" if item["page_id"] is not None else ""
        print_wrapped(f"{item['rule']}{place} {item['score']:.2f}: {item['feedback']}")
    print_line()
    if run["judge"]["output_tokens"]:
        print_line(judge_sentence(run["judge"]))
    score = "no score" if file["eval_score"] is None else f"{file['eval_score']:.2f} of 5"
    price = "" if cost is None else f" and cost {cost * _MANY:,.2f}"
    pages = "1 page" if file["page_count"] == 1 else f"{file['page_count']} pages"
    print_wrapped(
        f"{file['filename']}: {score}, {pages} in {seconds:.2f} s. {_MANY:,} such files would take "
        f"{seconds * _MANY / 60:,.0f} minutes of one process{price}."
    )
    return False


def _print_rules(rules: list[Any], items: list[RunItem]) -> None:
    print_table(
        (
            Column("Rule"),
            Column("Score", "right", True),
            Column("Items", "right", True),
            Column("Without a score", is_fixed=True),
        ),
        [_row(number, rule["name"], rule["mean"], items) for number, rule in enumerate(rules)],
    )


def _row(number: int, name: str, mean: float | None, items: list[RunItem]) -> tuple[Any, ...]:
    own = [item for item in items if item["rule_index"] == number]
    without = [item["outcome"] for item in own if item["score"] is None]
    told = ", ".join(f"{without.count(outcome)} {outcome}" for outcome in sorted(set(without)))
    return name, mean, len(own), told.replace("not_applicable", "n/a")


def _score(item: RunItem) -> float:
    return item["score"] if item["score"] is not None else 5.0
