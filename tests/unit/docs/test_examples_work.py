"""The Python of the how-to pages runs, from the first block of a page to the last."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from docassay.scoring.definition import parse_rubric

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def blocks_of(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


@pytest.mark.parametrize("name", ["add-an-engine", "write-a-check"])
def test_a_how_to_for_programmers_runs(name: str, tmp_path: Path):
    program = "\n".join(
        block.replace("from __future__ import annotations\n", "")
        for block in blocks_of(ROOT / "docs" / "how-to" / f"{name}.md", "python")
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_every_rubric_that_is_shown_can_be_run():
    schema = json.loads((ROOT / "docs" / "reference" / "rubric.schema.json").read_text(encoding="utf-8"))
    count = 0
    for page in PAGES:
        for block in blocks_of(page, "json"):
            if '"rules"' in block:
                rubric = json.loads(block)
                Draft202012Validator(schema).validate(rubric)
                assert parse_rubric(rubric).rules, page.name
                count += 1
    assert count >= 4
