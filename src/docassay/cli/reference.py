"""The reference page of the command line, written from the program so that it cannot drift.

``python -m docassay.cli.reference > docs/reference/cli.md`` writes the published page.
"""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import typer

from docassay.cli.app import app

_INTRODUCTION = """\
# Command line

Every command, listed from the program. `docassay COMMAND --help` says the same. Tables and results go to
standard output, progress and notes to standard error; with `--json` standard output holds exactly one JSON
document.

A command talks to the server that `--url` (or `DOCASSAY_URL`) names, else to the one that is running on the
data folder. When there is none, it starts one of its own for as long as the command lasts.

| exit code | meaning |
|---|---|
| 0 | everything that was asked for was done |
| 1 | the run failed or was cancelled |
| 2 | wrong usage or configuration, or the server refused the request |
| 3 | no server could be reached, or it broke while it answered |
"""


def render_reference() -> str:
    """The page as Markdown, one section a command."""
    command = typer.main.get_command(app)
    sections = ("\n".join(_section(name, found)) for name, found in walk_commands("docassay", command))
    return "\n".join([_INTRODUCTION, *sections])


def walk_commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name, in the order of the help."""
    children: dict[str, Any] = getattr(command, "commands", {})
    if not children:
        yield name, command
    for child_name, child in children.items():
        yield from walk_commands(f"{name} {child_name}", child)


def _section(name: str, command: Any) -> Iterator[str]:
    hints = typing.get_type_hints(command.callback)
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option"]
    words = " ".join(
        (f"{_argument_name(argument)}..." if argument.nargs == -1 else _argument_name(argument))
        if argument.required
        else f"[{_argument_name(argument)}{'...' if argument.nargs == -1 else ''}]"
        for argument in arguments
    )
    yield f"## {name}\n"
    yield f"{command.help}\n"
    yield f"```text\n{name}{' ' + words if words else ''}{' [OPTIONS]' if options else ''}\n```\n"
    if arguments or options:
        yield "| argument or option | meaning |"
        yield "|---|---|"
        for argument in arguments:
            yield f"| `{_argument_name(argument)}` | {_meaning(argument, hints)} |"
        for option in options:
            yield f"| {_spelling(option)} | {_meaning(option, hints)} |"
        yield ""


def _argument_name(argument: Any) -> str:
    return str(argument.name).upper()


def _spelling(option: Any) -> str:
    return ", ".join(f"`{spelling}`" for spelling in [*option.opts, *option.secondary_opts])


def _meaning(param: Any, hints: Mapping[str, Any]) -> str:
    parts = [str(param.help or "").replace("  [", " [")]
    if choices := _choices(hints.get(param.name)):
        parts.append(f"One of {', '.join(f'`{choice}`' for choice in choices)}.")
    is_plain_option = param.param_type_name == "option" and not isinstance(param.default, bool)
    if is_plain_option and param.default is not None:
        parts.append(f"Default: `{param.default}`.")
    if param.envvar:
        parts.append(f"Environment: `{param.envvar}`.")
    return " ".join(part for part in parts if part)


def _choices(annotation: Any) -> tuple[Any, ...]:
    """The members of a Literal in a parameter's type, alone or beside None."""
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is typing.Literal:
        return arguments
    return next((choices for argument in arguments if (choices := _choices(argument))), ())


if __name__ == "__main__":
    sys.stdout.write(render_reference())
