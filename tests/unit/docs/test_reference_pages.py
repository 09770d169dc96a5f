"""Reference pages say what the program says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import docassay
from docassay import settings_reference
from docassay.cli import reference as cli_reference
from docassay.errors import DocassayError
from docassay.execution.lanes import _FAILURE_TEXT

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "docs" / "reference"
SOURCE = Path(docassay.__file__).parent

CODES_CHOSEN_AT_RUN_TIME = {"errors.py", "execution/supervisor.py"}
"""Where the code is a variable: a failure made again from a pickle, and calls without a result row."""


def test_the_page_of_settings_is_current():
    assert (REFERENCE / "settings.md").read_text(encoding="utf-8") == settings_reference.render_reference(), (
        "run: python -m docassay.settings_reference > docs/reference/settings.md"
    )


def test_the_page_of_commands_is_current():
    assert (REFERENCE / "cli.md").read_text(encoding="utf-8") == cli_reference.render_reference(), (
        "run: python -m docassay.cli.reference > docs/reference/cli.md"
    )


def test_every_setting_and_every_option_is_described():
    pages = settings_reference.render_reference() + cli_reference.render_reference()
    rows = [line for line in pages.splitlines() if line.startswith("| `")]
    assert len(rows) > 60
    assert [row for row in rows if row.endswith("|  |")] == []


def test_the_codes_of_documents_are_all_documented_and_no_others():
    assert set(_documented("Problems of one document")) == set(_codes_in_source()) | {
        code for code, _ in _FAILURE_TEXT.values()
    }


def test_the_codes_of_requests_are_documented_with_their_status():
    kinds = [DocassayError, *DocassayError.__subclasses__()]
    assert _documented("Problems of a request") == {kind.code: str(kind.status) for kind in kinds}


def _documented(title: str) -> dict[str, str]:
    """Code -> second column of the table under a heading."""
    page = (REFERENCE / "error-codes.md").read_text(encoding="utf-8")
    section = page.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, re.MULTILINE))


def _codes_in_source() -> Iterator[str]:
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "DocumentFailure":
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant):
                    yield str(code.value)
                else:
                    assert name in CODES_CHOSEN_AT_RUN_TIME, f"{name}:{node.lineno}: the code is no constant"
            for keyword in node.keywords:
                if keyword.arg == "error_code" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)
