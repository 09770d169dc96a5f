"""``docassay demo``: the whole job on documents of our own making, offline, with one planted regression."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from docassay.cli.connection import load_settings
from docassay.cli.demo_report import changes_as_json, compare_files, print_comparison
from docassay.cli.exit_codes import OK, RUN_FAILED
from docassay.cli.output import count_progress, note, print_json, print_line, print_wrapped, run_progress

if TYPE_CHECKING:
    from docassay.client import Client
    from docassay.client.types import Run
    from docassay.settings import Settings

_ENGINES: Final = ("built-in", "test-degraded")
_RULES: Final = (
    ("Text is complete", "text.layer_recall", 2),
    ("Nothing is invented", "text.layer_precision", 1),
    ("Numbers are right", "text.number_agreement", 2),
    ("Reading order is kept", "order.lis", 1),
    ("Tables are sound", "table.wellformed", 1),
    ("Headings form an outline", "structure.headings", 1),
    ("Nothing is repeated", "output.repetition", 1),
    ("No garbage characters", "output.garbage_chars", 1),
    ("Every page has content", "page.coverage", 1),
)
"""Rule name, check, weight; a check that the server does not have is left out."""


def demo(
    keep: Annotated[Path | None, typer.Option(help="Keep the documents and results in this folder.")] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Go on serving the results until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Score a dozen generated documents with two parsers, one of them damaged, and compare."""
    from docassay import server
    from docassay.client import Client
    from docassay.testing.documents import make_demo_corpus

    started = time.monotonic()
    with _data_folder(keep) as data_dir:
        documents = make_demo_corpus(data_dir / "demo-documents")
        note(f"{len(documents)} documents made in {data_dir / 'demo-documents'}.")
        with server.embedded(_demo_settings(data_dir)) as (url, key), Client(url, key) as client:
            collection_id = _upload(client, [document.path for document in documents])
            definition = demo_rubric(client.rubrics.checks())
            rubric = client.rubrics.create("Demo", definition, "Made by docassay demo")
            first, second = (_run(client, collection_id, rubric["id"], engine) for engine in _ENGINES)
            changes = compare_files(
                list(client.runs.files(first["id"])), list(client.runs.files(second["id"]))
            )
            seconds = time.monotonic() - started
            if as_json:
                print_json(
                    {
                        "runs": [first, second],
                        "rubric": rubric,
                        "files": changes_as_json(changes),
                        "seconds": round(seconds, 2),
                    }
                )
            else:
                print_wrapped(f"Rubric: {', '.join(rule['name'] for rule in definition['rules'])}.")
                print_line()
                print_comparison(first, second, changes)
                print_line()
                print_line(f"{len(documents)} documents, 2 runs, {seconds:.0f} seconds.")
            if serve:
                _serve_until_interrupted(url, key)
    raise typer.Exit(OK if first["status"] == second["status"] == "completed" else RUN_FAILED)


def demo_rubric(checks: list[dict[str, Any]]) -> dict[str, Any]:
    """The demo's rubric in the rubric language, over those of its checks that ``checks`` lists.

    Each rule is applied to the level that is its check's natural one (the first of its ``levels``).
    """
    known = {check["name"]: check for check in checks}
    rules = [
        {"name": name, "type": known[check]["levels"][0], "check": check, "weight": weight}
        for name, check, weight in _RULES
        if check in known
    ]
    return {"name": "Demo", "rules": rules}


@contextmanager
def _data_folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with TemporaryDirectory(prefix="docassay-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _demo_settings(data_dir: Path) -> Settings:
    from docassay.settings import Settings

    changes: dict[str, Any] = {
        "data_dir": data_dir,
        "database_url": None,
        "public_url": None,
        "engine_modules": (*load_settings().engine_modules, "docassay.testing.engines"),
    }
    return Settings(**changes)


def _upload(client: Client, paths: list[Path]) -> int:
    collection = client.collections.create("Demo documents")
    with count_progress("Uploading", len(paths)) as advance:
        ids = client.files.upload_many([(path, path.name) for path in paths], advance)
    client.collections.add_files(collection["id"], ids)
    return collection["id"]


def _run(client: Client, collection_id: int, rubric_id: int, engine: str) -> Run:
    run = client.runs.start(collection_id, rubric_id, engine=engine, name=f"demo, {engine}")
    with run_progress(f"Run {run['id']} ({engine})") as advance:
        return client.runs.wait(run["id"], on_progress=advance)


def _serve_until_interrupted(url: str, key: str) -> None:
    try:
        note(f"Serving at {url} (documentation: {url}/docs) with the API key {key} until Ctrl-C.")
        signal.pause()
    except KeyboardInterrupt:
        note("Stopped.")
