"""``docassay rubric try``: a real server of its own, a real document, a scripted judge, and nothing left."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from docassay.testing.scripted_judge import ScriptedJudge, completion, good_answer

Cli = Callable[..., subprocess.CompletedProcess[str]]

RUBRIC = {
    "name": "Trial",
    "rules": [
        {"name": "Table", "type": "block", "check": "table.wellformed"},
        {"name": "Nice", "type": "page", "prompt": "The text is nice."},
    ],
}


@pytest.fixture
def rubric(tmp_path: Path) -> str:
    path = tmp_path / "rubric.json"
    path.write_text(json.dumps(RUBRIC), encoding="utf-8")
    return str(path)


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "rates.csv"
    path.write_text("what,rate\nwater,2.5\nheat,7\n", encoding="utf-8")
    return str(path)


def test_a_rubric_is_tried_on_one_document_and_nothing_is_kept(
    run_cli: Cli, tmp_path: Path, rubric: str, document: str
) -> None:
    with ScriptedJudge(lambda request: (200, completion(good_answer(request, 3)))) as judge:
        settings = {
            "judge_base_url": judge.url, "judge_model": "scripted", "judge_input_price": "1",
            "judge_output_price": "1",
        }  # fmt: skip
        told = run_cli(tmp_path / "data", "rubric", "try", rubric, document, **settings)
    assert told.returncode == 0, told.stderr
    assert "Nice, page 0 3.00: It is fine." in told.stdout
    assert "The judge read 100 tokens, wrote 20 and cost 0.0001." in told.stdout
    assert "4.00 of 5, 1 page in" in told.stdout
    assert told.stdout.rstrip().endswith("and cost 0.12.")
    assert not (tmp_path / "data").exists()


def test_a_document_that_cannot_be_read_is_a_failure_with_its_reason(
    run_cli: Cli, tmp_path: Path, rubric: str
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing more")
    told = run_cli(tmp_path / "data", "rubric", "try", rubric, str(broken))
    assert told.returncode == 1
    assert "broken.pdf failed:" in told.stdout
