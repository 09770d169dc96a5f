"""The demo's rubric and comparison, the help, and how fast the command line starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import docassay
from docassay.cli.demo import demo_rubric
from docassay.cli.demo_report import compare_files, print_comparison
from docassay.cli.output import printable, shown
from docassay.cli.run_report import score_sentence, worst_finding

Command = Callable[..., Any]  # runs a command and returns how it ended; see conftest.py
Make = Callable[..., dict[str, Any]]


def evaluation(**scores: float | None) -> dict[str, Any]:
    return {
        "evaluations": [
            {
                "name": name,
                "rule_score": score,
                "individual_results": [
                    {"score": 5.0, "feedback": "fine"},
                    {"score": score, "feedback": f"{name}!"},
                ],
            }
            for name, score in scores.items()
        ]
    }


def test_files_are_matched_by_position_and_the_biggest_drop_comes_first(a_run_file: Make) -> None:
    before = [
        a_run_file(0, eval_score=5.0, eval_results=evaluation(text=5.0, table=5.0)),
        a_run_file(1, eval_score=4.0, eval_results=evaluation(text=4.0)),
        a_run_file(2, eval_score=None, eval_results=None),
    ]
    after = [
        a_run_file(2, eval_score=1.0, eval_results=None),
        a_run_file(1, eval_score=4.0, eval_results=evaluation(text=4.0)),
        a_run_file(0, eval_score=3.0, eval_results=evaluation(text=4.0, table=2.0)),
    ]
    changes = compare_files(before, after)
    assert [(change.filename, change.change) for change in changes] == [
        ("file-0.pdf", -2.0),
        ("file-1.pdf", 0.0),
        ("file-2.pdf", None),
    ]
    drop = changes[0].drop
    assert drop is not None
    assert (drop.rule, drop.before, drop.after, drop.feedback) == ("table", 5.0, 2.0, "table!")
    assert changes[1].drop is None


def test_the_comparison_names_averages_with_coverage_and_the_passage(
    capsys: pytest.CaptureFixture[str], a_run: Make, a_run_file: Make
) -> None:
    before = [a_run_file(0, eval_score=5.0, eval_results=evaluation(text=5.0))]
    after = [a_run_file(0, eval_score=2.0, eval_results=evaluation(text=2.0))]
    print_comparison(a_run(), a_run(engine="test-degraded"), compare_files(before, after))
    printed = capsys.readouterr().out
    assert "A  built-in        3.91 of 5 over 11 of 12 files; 1 errored" in printed
    assert "1 of 1 files got worse" in printed
    assert "-3.00" in printed
    assert "text!" in printed


def test_the_demo_rubric_uses_only_checks_that_the_server_has() -> None:
    checks = [
        {"name": "text.layer_recall", "levels": ["page", "document"]},
        {"name": "something.else", "levels": ["page"]},
    ]
    assert demo_rubric(checks)["rules"] == [
        {"name": "Text is complete", "type": "page", "check": "text.layer_recall", "weight": 2}
    ]


def test_a_mean_without_any_score_says_so(a_run: Make) -> None:
    outcomes = a_run()["outcomes"] | {"scored": 0, "errored": 12}
    run = a_run(avg_score=None, outcomes=outcomes)
    assert score_sentence(run) == "no score over 0 of 12 files; 12 errored"


def test_failed_files_are_said_to_count_as_zero(a_run: Make) -> None:
    outcomes = a_run()["outcomes"] | {"scored": 10, "failed": 2, "errored": 0}
    run = a_run(avg_score=3.0, outcomes=outcomes)
    expected = "3.00 of 5 over 12 of 12 files; 2 failed (counted as 0)"
    assert score_sentence(run) == expected


def test_the_worst_finding_is_the_lowest_item_of_the_lowest_rule() -> None:
    finding = worst_finding(evaluation(text=4.0, table=1.5, absent=None))
    assert finding is not None
    assert (finding.rule, finding.score, finding.feedback) == ("table", 1.5, "table!")
    assert worst_finding(evaluation(absent=None)) is None
    assert worst_finding(None) is None


def test_control_characters_never_reach_the_terminal() -> None:
    assert printable("a\x1b[2Jb\nc") == "a\\x1b[2Jb c"
    assert [shown(value) for value in (None, True, 1.005, 3, "x")] == ["", "yes", "1.00", "3", "x"]


@pytest.mark.parametrize(
    "arguments", [(), ("run",), ("run", "start"), ("demo",), ("serve",), ("doctor",), ("key",), ("rubric",)]
)
def test_every_command_explains_itself_in_80_columns(command: Command, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments, "--help")
    assert ended.code == 0
    assert "Usage:" in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 80


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from docassay.cli.app import main; main(['--help'])\n"
        "heavy = {'httpx', 'pydantic', 'sqlalchemy', 'dbos', 'fastapi', 'numpy', 'lxml', 'PIL'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(docassay.__file__).parents[1])},
    )
    assert ended.returncode == 0, ended.stderr
