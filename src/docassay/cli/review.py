"""``docassay review``: what people say about scores, and how far the scores can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docassay.cli.connection import Connection, connect
from docassay.cli.label_sheet import evenly, read_sheet, spread, write_sheet
from docassay.cli.options import DataDirOption, JsonOption, KeyOption, UrlOption
from docassay.cli.output import (
    count_progress,
    note,
    print_json,
    print_line,
    print_wrapped,
)
from docassay.errors import CannotUse

if TYPE_CHECKING:
    from docassay.client.types import RubricAgreement, RuleAgreement, RunFile, RunItem

app = typer.Typer(help="Labels of people, and calibration.", no_args_is_help=True)

RubricArgument = Annotated[int, typer.Argument(help="Id of the rubric.")]
AuthorOption = Annotated[str, typer.Option("--author", help="Who says so.")]


@app.command("sheet")
def sheet(
    run_id: Annotated[int, typer.Argument(help="Id of the run.")],
    path: Annotated[Path, typer.Argument(help="CSV file to write.")],
    rule: Annotated[list[str] | None, typer.Option(help="Only this rule; repeatable.")] = None,
    per_rule: Annotated[int, typer.Option(min=1, help="Items of each rule.")] = 60,
    files: Annotated[int, typer.Option(min=1, help="Look at so many files, evenly over the run.")] = 200,
    with_scores: Annotated[
        bool, typer.Option("--with-scores", help="Show scores and feedback, which sways people.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Write a CSV file of items to label: from low scores to high ones, whose scores are not shown."""
    if path.exists() and not force:
        raise CannotUse(f"{path} exists; it may hold labels. Name another file or use --force.")
    with connect(url, key, data_dir) as connection:
        items = _items_of_run(connection, run_id, files)
    chosen = spread([pair for pair in items if not rule or pair[1]["rule"] in rule], per_rule)
    if not chosen:
        named = f" of {' or '.join(repr(each) for each in rule)}" if rule else ""
        raise CannotUse(f"Run {run_id} has no items{named} with a score to label.")
    count = write_sheet(path, chosen, with_scores=with_scores)
    print_line(f"{count} items to label in {path}")
    note(
        "Fill the column label: a score from 0 to 5, or pass or fail; leave it empty to skip a line. Then: "
        f"docassay review load {path}"
    )


@app.command("load")
def load(
    path: Annotated[Path, typer.Argument(help="CSV file of `review sheet` with labels.")],
    author: AuthorOption = "",
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Store the labels of a sheet; loading it again changes those that differ."""
    labels = read_sheet(path)
    if not labels:
        raise CannotUse(f"No line of {path} has a label yet.")
    rubrics: set[int] = set()
    with connect(url, key, data_dir) as connection, count_progress("Labels", len(labels)) as advance:
        for number, each in enumerate(labels, start=1):
            saved = connection.client.reviews.label(
                each.result,
                each.rule_index,
                each.item_index,
                score=each.score,
                passed=each.passed,
                note=each.note,
                author=author,
            )
            if saved["eval_rubric_id"] is not None:
                rubrics.add(saved["eval_rubric_id"])
            advance(number)
    print_line(f"{len(labels)} labels stored.")
    for rubric_id in sorted(rubrics):
        note(f"See what they say: docassay review agreement {rubric_id}")


@app.command("label")
def label(
    result: Annotated[int, typer.Argument(help="Result of a run: its request_id.")],
    rule_index: Annotated[int, typer.Argument(min=0, help="Number of the rule, from 0.")],
    item_index: Annotated[int, typer.Argument(min=0, help="Number of the item, from 0.")],
    score: Annotated[float | None, typer.Option(min=0, max=5, help="What it should have got.")] = None,
    passed: Annotated[bool | None, typer.Option("--pass/--fail", help="Whether it is right.")] = None,
    remark: Annotated[str | None, typer.Option("--note", help="Why.")] = None,
    author: AuthorOption = "",
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Label one item."""
    if (score is None) == (passed is None):
        raise CannotUse("Give exactly one of --score, --pass and --fail.")
    with connect(url, key, data_dir) as connection:
        saved = connection.client.reviews.label(
            result, rule_index, item_index, score=score, passed=passed, note=remark, author=author
        )
    if as_json:
        print_json(saved)
    else:
        measured = "no score" if saved["item_score"] is None else f"{saved['item_score']:.2f}"
        print_line(f"{saved['rule']} on {saved['filename']}: measured {measured}, labelled {_verdict(saved)}")


@app.command("agreement")
def agreement(
    rubric_id: RubricArgument,
    author: Annotated[str | None, typer.Option("--author", help="Only labels of this person.")] = None,
    pass_mark: Annotated[float, typer.Option(min=0, max=5, help="Lowest score that passes.")] = 3.0,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """How well the scores of each rule agree with people."""
    with connect(url, key, data_dir) as connection:
        found = connection.client.reviews.agreement(rubric_id, author, pass_mark)
    if as_json:
        print_json(found)
        return
    _print_agreement(found)


@app.command("calibrate")
def calibrate(
    rubric_id: RubricArgument,
    remove: Annotated[bool, typer.Option("--remove", help="Show scores as measured again.")] = False,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let runs from now on show what people would have given, for rules with 50 labelled items."""
    with connect(url, key, data_dir) as connection:
        if remove:
            connection.client.reviews.remove_calibration(rubric_id)
            print_line(f"Runs of rubric {rubric_id} from now on show scores as they are measured.")
            return
        done = connection.client.reviews.calibrate(rubric_id)
    if as_json:
        print_json(done)
        return
    for each in done["rules"]:
        print_wrapped(f"{each['rule']} ({each['scorer']}): {each['message']}{_gain(each)}")
    if not done["rules"]:
        note(f"No item of rubric {rubric_id} is labelled. Start with: docassay review sheet RUN labels.csv")


def _items_of_run(connection: Connection, run_id: int, count: int) -> list[tuple[RunFile, RunItem]]:
    runs = connection.client.runs
    files = evenly([file for file in runs.files(run_id) if file["eval_results"] is not None], count)
    found = []
    with count_progress("Files", len(files)) as advance:
        for number, file in enumerate(files, start=1):
            found += [(file, item) for item in runs.items(run_id, file["request_id"])]
            advance(number)
    return found


def _print_agreement(found: RubricAgreement) -> None:
    print_line(f"Rubric {found['eval_rubric_id']}, version {found['version']}")
    for rule in found["rules"]:
        scorer = f" ({rule['scorer']})" if rule["scorer"] else ""
        print_line()
        print_wrapped(f"{rule['rule']}{scorer}: {rule['message']}")
        for name, text in _figures(rule):
            print_line(f"  {name:<8}{text}")
        passes = rule["passes"]
        if passes is not None:
            print_wrapped(
                f"right or wrong: {passes['agree']} of {passes['items']} agree with a pass mark of "
                f"{found['pass_mark']:g}; {passes['wrongly_passed']} pass wrongly, "
                f"{passes['wrongly_refused']} are refused wrongly",
                indent="  ",
            )


def _figures(rule: RuleAgreement) -> list[tuple[str, str]]:
    measured, people = rule["agreement"], rule["people"]
    figures = []
    if measured is not None:
        figures = [
            ("kappa", _with_interval(measured["qwk"])),
            ("error", _with_interval(measured["mae"])),
            ("bias", _with_interval(measured["bias"])),
        ]
    if people is not None:
        figures.append(("people", f"{_with_interval(people['qwk'])} on {people['items']} pairs"))
    return figures


def _with_interval(estimate: Any) -> str:
    if estimate["value"] is None:
        return "not defined: all are the same"
    if estimate["low"] is None:
        return f"{estimate['value']:.2f}"
    return f"{estimate['value']:.2f} ({estimate['low']:.2f} to {estimate['high']:.2f})"


def _gain(outcome: Any) -> str:
    if outcome["before"] is None:
        return ""
    before, after = outcome["before"], outcome["after"]
    return (
        f"; mean error {before['mae']['value']:.2f} \u2192 {after['mae']['value']:.2f}, bias "
        f"{before['bias']['value']:+.2f} \u2192 {after['bias']['value']:+.2f} on files it was not fitted on"
    )


def _verdict(label: Any) -> str:
    if label["score"] is not None:
        return f"{label['score']:g}"
    return "pass" if label["passed"] else "fail"
