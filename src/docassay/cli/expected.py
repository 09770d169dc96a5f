"""``docassay expected``: what is right for the files of a collection."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docassay.cli.connection import connect
from docassay.cli.labels_on_disk import read_label
from docassay.cli.options import DataDirOption, JsonOption, KeyOption, UrlOption
from docassay.cli.output import Column, note, print_json, print_line, print_table

if TYPE_CHECKING:
    from docassay.client.types import ExpectedOutput

app = typer.Typer(help="Expected outputs: what is right for a file.", no_args_is_help=True)

CollectionArgument = Annotated[int, typer.Argument(help="Id of the collection.")]
FileArgument = Annotated[int, typer.Argument(help="Id of the file.")]
NoteOption = Annotated[str | None, typer.Option("--note", help="A note to the next reader.")]


class Part(StrEnum):
    """What of a result can be saved as expected."""

    text = "text"
    fields = "fields"
    segments = "segments"


@app.command("set")
def set_expected(
    collection_id: CollectionArgument,
    file_id: FileArgument,
    path: Annotated[Path, typer.Argument(help="File: .json, .md, .html, .csv, .tex or .jsonl.")],
    remark: NoteOption = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is right for a file; another content makes the next version."""
    value = read_label(path)
    with connect(url, key, data_dir) as connection:
        saved = connection.client.expected.set(collection_id, file_id, value, remark)
    _show(saved, as_json)


@app.command("save")
def save(
    collection_id: CollectionArgument,
    file_id: FileArgument,
    result: Annotated[int, typer.Option("--result", help="Result of a run: its request_id.")],
    part: Annotated[list[Part], typer.Option("--part", help="What to save; repeatable.")],
    remark: NoteOption = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """After review: make the output of a run what is expected of its file."""
    with connect(url, key, data_dir) as connection:
        saved = connection.client.expected.save_output(
            collection_id, file_id, result, [each.value for each in part], remark
        )
    _show(saved, as_json)


@app.command("show")
def show(
    collection_id: CollectionArgument,
    file_id: FileArgument,
    version: Annotated[int | None, typer.Option(min=1, help="An earlier version.")] = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print an expected output as JSON."""
    with connect(url, key, data_dir) as connection:
        print_json(connection.client.expected.get(collection_id, file_id, version))


@app.command("list")
def list_expected(
    collection_id: CollectionArgument,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the files of a collection that have an expected output."""
    with connect(url, key, data_dir) as connection:
        rows = list(connection.client.expected.list(collection_id))
    if as_json:
        print_json({"files": rows})
        return
    print_table(
        (
            Column("File id", "right", True),
            Column("Version", "right", True),
            Column("Holds"),
            Column("From"),
            Column("Created", is_fixed=True),
        ),
        [
            (r["uploaded_file_id"], r["version"], ", ".join(r["parts"]), r["origin"], r["created"][:19])
            for r in rows
        ],
    )
    if not rows:
        note(
            "No file has one. Add them with `docassay expected set`, or with files: "
            "`docassay collection add ID ./docs --expected './labels/{stem}.json'`."
        )


@app.command("remove")
def remove(
    collection_id: CollectionArgument,
    file_id: FileArgument,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Delete every version of a file's expected output."""
    with connect(url, key, data_dir) as connection:
        connection.client.expected.delete(collection_id, file_id)
    print_line(f"The expected output of file {file_id} was removed from collection {collection_id}.")


def _show(saved: ExpectedOutput, as_json: bool) -> None:
    if as_json:
        print_json(saved)
    else:
        holds = ", ".join(saved["parts"])
        print_line(f"File {saved['uploaded_file_id']}, version {saved['version']}: {holds}")
