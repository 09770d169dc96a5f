"""The command line: every noun's commands under ``docassay``, and one place that explains errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from docassay import __version__
from docassay.cli import collection, expected, key, review, rubric, run
from docassay.cli.demo import demo
from docassay.cli.doctor import doctor
from docassay.cli.exit_codes import exit_code_of, expected_errors
from docassay.cli.output import note
from docassay.cli.rubric_trial import try_rubric
from docassay.cli.serve import openapi, serve, worker

app = typer.Typer(
    name="docassay",
    help="Batch evaluation of document pipelines. Exit codes: 0 ok, 1 the run failed or was cancelled, "
    "2 wrong usage or configuration, 3 no server could be reached.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before a command."""


app.command()(serve)
app.command()(worker)
app.command()(demo)
app.command()(doctor)
app.command()(openapi)
rubric.app.command("try")(try_rubric)
app.add_typer(key.app, name="key")
app.add_typer(collection.app, name="collection")
app.add_typer(expected.app, name="expected")
app.add_typer(rubric.app, name="rubric")
app.add_typer(run.app, name="run")
app.add_typer(review.app, name="review")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; expected errors become one line on stderr."""
    try:
        app(args=list(arguments) if arguments is not None else None)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except expected_errors() as error:
        note(f"Error: {error}")
        return exit_code_of(error)
    return 0
