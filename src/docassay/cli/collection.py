"""``docassay collection``: named sets of documents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docassay.cli.connection import connect
from docassay.cli.documents_on_disk import Found, find_documents
from docassay.cli.labels_on_disk import Labels, find_labels
from docassay.cli.options import (
    ArchivedOption,
    DataDirOption,
    ExpectedOption,
    JsonOption,
    KeyOption,
    LimitOption,
    UrlOption,
)
from docassay.cli.output import Column, count_progress, note, print_json, print_line, print_table
from docassay.errors import CannotUse

if TYPE_CHECKING:
    from docassay.client import Client
    from docassay.client.types import Collection

app = typer.Typer(help="Sets of documents.", no_args_is_help=True)

PathsArgument = Annotated[list[Path], typer.Argument(help="Documents, or folders of documents.")]
IdArgument = Annotated[int, typer.Argument(help="Id of the collection.")]


def documents_and_labels(paths: Sequence[Path], expected: str | None) -> tuple[Found, Labels]:
    """The documents under ``paths`` and their expected outputs by the pattern ``expected``, all read.

    Raises CannotUse, so that a mistake in one of them is found before anything is sent.
    """
    found = find_documents(paths)
    return found, find_labels(expected, found.files) if expected is not None and found.files else {}


def upload_documents(client: Client, collection_id: int, found: Found, labels: Labels) -> Collection:
    """Upload files into a collection with a bar and say what was skipped; raises CannotUse for no files.

    ``labels`` are their expected outputs, by path.
    """
    for path, reason in found.skipped:
        note(f"skipped {path} ({reason})")
    if not found.files:
        raise CannotUse("There is no document to add: no file of a supported type was found.")
    with count_progress("Uploading", len(found.files)) as advance:
        ids = client.files.upload_many(list(found.files), advance)
    collection = client.collections.add_files(collection_id, ids)
    for file_id, (path, _) in zip(ids, found.files, strict=True):
        if path in labels:
            client.expected.set(collection_id, file_id, labels[path])
    if labels:
        note(f"{len(labels)} of {len(found.files)} documents have an expected output.")
    return collection


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Name of the collection.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Documents or folders to put into it.")] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    expected: ExpectedOption = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a collection, with documents or empty."""
    found, labels = documents_and_labels(paths or [], expected)
    with connect(url, key, data_dir) as connection:
        collection = connection.client.collections.create(name, description)
        if paths:
            collection = upload_documents(connection.client, collection["id"], found, labels)
    _show_created(collection, as_json)


@app.command("add")
def add(
    collection_id: IdArgument,
    paths: PathsArgument,
    expected: ExpectedOption = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Upload documents and add them at the end of a collection."""
    found, labels = documents_and_labels(paths, expected)
    with connect(url, key, data_dir) as connection:
        collection = upload_documents(connection.client, collection_id, found, labels)
    _show_created(collection, as_json)


@app.command("list")
def list_collections(
    limit: LimitOption = 50,
    archived: ArchivedOption = False,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List collections, newest first."""
    with connect(url, key, data_dir) as connection:
        page = connection.client.collections.list_page(limit, include_archived=archived)
    if as_json:
        print_json(page)
        return
    print_table(
        (
            Column("Id", "right", True),
            Column("Name"),
            Column("Files", "right", True),
            Column("Created", is_fixed=True),
        ),
        [(c["id"], c["name"], c["file_count"], (c["created"] or "")[:19]) for c in page["collections"]],
    )
    if page["total"] > len(page["collections"]):
        note(f"{len(page['collections'])} of {page['total']} shown; use --limit for more.")


@app.command("show")
def show(
    collection_id: IdArgument,
    limit: LimitOption = 50,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a collection and its files with their last scores."""
    with connect(url, key, data_dir) as connection:
        collection = connection.client.collections.get(collection_id)
        files = list(islice(connection.client.collections.files(collection_id), limit))
    if as_json:
        print_json({**collection, "files": files})
        return
    print_line(f"Collection {collection['id']}: {collection['name']}, {collection['file_count']} files")
    print_table(
        (
            Column("File id", "right", True),
            Column("Name"),
            Column("Bytes", "right", True),
            Column("Last score", "right", True),
        ),
        [
            (f["uploaded_file_id"], f["original_filename"], f["file_size"], f["last_eval_score"])
            for f in files
        ],
    )
    if collection["file_count"] > len(files):
        note(f"{len(files)} of {collection['file_count']} files shown; use --limit for more.")


def _show_created(collection: Collection, as_json: bool) -> None:
    if as_json:
        print_json(collection)
    else:
        count = collection["file_count"]
        print_line(f"Collection {collection['id']}: {collection['name']}, {count} files")
