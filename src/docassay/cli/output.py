"""What people and machines see: tables and JSON on stdout, everything else on stderr.

Rich is imported when something is shown, to keep ``--help`` fast. Names and texts from documents are
untrusted: they are never read as markup, and control characters are made visible.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from docassay.client.types import Run


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; a ``fixed`` one is never shortened, others share what is left of the line."""

    title: str
    align: Literal["left", "right"] = "left"
    is_fixed: bool = False


def printable(text: str) -> str:
    """``text`` on one line, with control characters (terminal escapes among them) shown as ``\\xNN``."""
    return "".join(
        " " if character in "\r\n\t" else character if character.isprintable() else f"\\x{ord(character):02x}"
        for character in text
    )


def shortened(text: str, length: int) -> str:
    """``text`` of at most ``length`` characters, cut between words, with an ellipsis when it was longer."""
    import textwrap

    return text if len(text) <= length else textwrap.shorten(text, length, placeholder=" \u2026")


def shown(value: object) -> str:
    """A table cell: empty for None, two decimals for a float, ``yes``/``no`` for a bool."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    return printable(str(value))


def print_json(value: Any) -> None:
    """The one JSON document of a command, on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def print_line(text: str = "") -> None:
    """A line of the command's result, on stdout; control characters are made visible."""
    sys.stdout.write(printable(text) + "\n")


def print_wrapped(text: str, indent: str = "") -> None:
    """A paragraph of the command's result on stdout, broken between words at 80 columns."""
    import textwrap

    wrapped = textwrap.fill(printable(text), 80, initial_indent=indent, subsequent_indent=indent)
    sys.stdout.write(wrapped + "\n")


def note(text: str) -> None:
    """A remark for the person at the terminal, on stderr."""
    sys.stderr.write(printable(text) + "\n")


def print_table(
    columns: Sequence[Column], rows: Sequence[Sequence[object]], title: str | None = None
) -> None:
    """A table on stdout that fits the terminal (80 columns when there is none)."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(
            column.title,
            justify=column.align,
            no_wrap=column.is_fixed,
            overflow="ellipsis" if column.is_fixed else "fold",
        )
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    console = Console(file=sys.stdout, markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 80
    console.print(table)


@contextmanager
def run_progress(label: str) -> Iterator[Callable[[Run], None]]:
    """A live bar on stderr; call what it yields with every state of the run."""
    with _bar(label) as advance:
        yield lambda run: advance(run["completed_files"], run["total_files"], _progress_words(run))


@contextmanager
def count_progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A live bar on stderr for a known number of things; call what it yields with how many are done."""
    with _bar(label, total) as advance:
        yield lambda done: advance(done, total, "")


@contextmanager
def _bar(label: str, total: int | None = None) -> Iterator[Callable[[int, int, str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(printable(label), total=total, words="")
        yield lambda done, total, words: progress.update(task, completed=done, total=total, words=words)


def _progress_words(run: Run) -> str:
    words = [run["status"]]
    if run["avg_score"] is not None:
        words.append(f"average {run['avg_score']:.2f}")
    outcomes = run["outcomes"]
    for count, kind in ((outcomes["failed"], "failed"), (outcomes["errored"], "errored")):
        if count:
            words.append(f"{count} {kind}")
    return ", ".join(words)
