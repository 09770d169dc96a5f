"""Options that many commands share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

UrlOption = Annotated[
    str | None,
    typer.Option("--url", envvar="DOCASSAY_URL", help="Server to use; else the one of the data folder."),
]
KeyOption = Annotated[
    str | None,
    typer.Option("--key", envvar="DOCASSAY_API_KEY", help="API key; else the one kept in the data folder."),
]
DataDirOption = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Data folder.  [env: DOCASSAY_DATA_DIR; default: ./docassay-data]"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
BudgetOption = Annotated[
    float | None,
    typer.Option(min=0, help="Most that the judge may cost the run, in the currency of its prices."),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=200, help="Rows to show.")]
ExpectedOption = Annotated[
    str | None,
    typer.Option("--expected", help="Expected outputs: './labels/{stem}.json', or one .jsonl of unit tests."),
]
ArchivedOption = Annotated[bool, typer.Option("--archived", help="Show archived ones too.")]
