"""``docassay serve``, ``worker`` and ``openapi``: the server's own processes and its description."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from docassay.cli.connection import load_settings
from docassay.cli.options import DataDirOption
from docassay.cli.output import print_json, print_line


def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind.  [default: 127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to bind; 0 picks one.  [default: 8000]")
    ] = None,
    has_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Work in this process too, or leave it to others.")
    ] = True,
    data_dir: DataDirOption = None,
) -> None:
    """Run the API and a worker in one process."""
    from docassay import server

    server.serve(load_settings(data_dir, host=host, port=port), has_worker=has_worker, say=print_line)


def worker(data_dir: DataDirOption = None) -> None:
    """Run one more worker on the same data, without the API."""
    from docassay import server

    server.run_worker(load_settings(data_dir))


def openapi() -> None:
    """Print the OpenAPI description of the server."""
    from docassay.app import create_app

    # The description does not depend on any data, so nothing is opened in the user's folder.
    with TemporaryDirectory(prefix="docassay-openapi-") as folder:
        description = create_app(load_settings(Path(folder))).openapi()
    print_json(description)
