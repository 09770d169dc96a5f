"""How a run is told to a person: the average with its coverage, the worst files, the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from docassay.cli.output import Column, print_line, print_table, print_wrapped, shortened

if TYPE_CHECKING:
    from docassay.client import Client
    from docassay.client.types import JudgeUsage, Run, RunFile, RunSummary

WORST_FILES = 10
"""Rows of the table of worst files."""
ERRORED_FILES = 5
"""Rows of the table of errored files."""
_FILES_LOOKED_AT = 5_000
_REASON_LENGTH = 170


@dataclass(frozen=True, slots=True)
class Finding:
    """The lowest item of a file's lowest rule; ``score`` is the rule's, 0-5."""

    rule: str
    score: float
    feedback: str


def score_sentence(run: Run) -> str:
    """``3.91 of 5 over 11 of 12 files; 1 errored``: the mean never stands without its coverage."""
    outcomes = run["outcomes"]
    has_score = outcomes["scored"] + outcomes["failed"]
    average = "no score" if run["avg_score"] is None else f"{run['avg_score']:.2f} of 5"
    rest = (
        (outcomes["failed"], "failed (counted as 0)"),
        (outcomes["errored"], "errored"),
        (outcomes["not_applicable"], "with nothing to score"),
        (outcomes["unscored"], "unscored"),
        (outcomes["cancelled"], "cancelled"),
        (outcomes["pending"], "not finished"),
    )
    parts = [f"{average} over {has_score} of {run['total_files']} files"]
    return "; ".join(parts + [f"{count} {words}" for count, words in rest if count])


def worst_finding(eval_results: dict[str, Any] | None) -> Finding | None:
    """What the rule with the lowest score says about a file, or None when no rule has a score."""
    rules = [rule for rule in (eval_results or {}).get("evaluations", []) if rule["rule_score"] is not None]
    if not rules:
        return None
    worst = min(rules, key=lambda rule: float(rule["rule_score"]))
    scored = [item for item in worst["individual_results"] if item["score"] is not None]
    lowest = min(scored, key=lambda item: float(item["score"]), default=None)
    feedback = (lowest or {}).get("feedback") or ""
    return Finding(worst["name"], float(worst["rule_score"]), feedback)


def print_files(files: Sequence[RunFile], title: str | None = None) -> None:
    """A table of files with score, outcome and the reason for it."""
    print_table(
        (
            Column("File", is_fixed=True),
            Column("Score", "right", True),
            Column("Outcome", is_fixed=True),
            Column("Why"),
        ),
        [(_short(f["filename"]), f["eval_score"], f["outcome"] or f["status"], _reason(f)) for f in files],
        title,
    )


def print_rules(summary: RunSummary) -> None:
    """A table of rules with their means and how many files each mean is over."""
    print_table(
        (Column("Rule"), Column("Mean", "right", True), Column("Over", "right", True), Column("Rest")),
        [
            (r["name"], r["mean"], f"{r['scored']} of {r['total']}", _rest_of_rule(r))
            for r in summary["rules"]
        ],
    )


def print_end_of_run(client: Client, run: Run) -> list[RunFile]:
    """Print the worst files, the rules and the average of a finished run; returns the worst files."""
    worst = worst_files(client, run["id"])
    if worst:
        print_files(worst, "Worst files")
        print_line()
    without_score = files_without_score(client, run)
    if without_score:
        print_files(without_score, "Errored files (no score)")
        print_line()
    summary = client.runs.summary(run["id"])
    if summary["rules"]:
        print_rules(summary)
        print_line()
    if run["error"]:
        print_wrapped(f"Error: {run['error']}")
    if run["judge"]["output_tokens"]:
        print_line(judge_sentence(run["judge"]))
    print_line(f"Run {run['id']} {run['status']}: {score_sentence(run)}")
    return worst


def judge_sentence(usage: JudgeUsage) -> str:
    """``The judge read 12,000 tokens, wrote 800 and cost 0.0310 of 5.00.``"""
    cost = ""
    if usage["cost"] is not None:
        cost = f" and cost {usage['cost']:.4f}"
        if usage["budget"] is not None:
            cost += f" of {usage['budget']:.2f}"
    return f"The judge read {usage['input_tokens']:,} tokens, wrote {usage['output_tokens']:,}{cost}."


def worst_files(client: Client, run_id: int, count: int = WORST_FILES) -> list[RunFile]:
    """The files with the lowest scores, those below full marks only."""
    lowest = islice(client.runs.files(run_id, order="score", page_size=count), count)
    return [file for file in lowest if file["eval_score"] is not None and file["eval_score"] < 5]


def files_without_score(client: Client, run: Run, count: int = ERRORED_FILES) -> list[RunFile]:
    """A few errored files, looked for among the first thousands only, so that huge runs end quickly."""
    if not run["outcomes"]["errored"]:
        return []
    looked_at = islice(client.runs.files(run["id"]), _FILES_LOOKED_AT)
    return list(islice((file for file in looked_at if file["outcome"] == "errored"), count))


def _reason(file: RunFile) -> str:
    if file["error"]:
        return shortened(file["error"], _REASON_LENGTH)
    finding = worst_finding(file["eval_results"])
    if finding is None or finding.score >= 5:
        return ""
    return shortened(f"{finding.rule}: {finding.feedback}", _REASON_LENGTH)


def _rest_of_rule(rule: Any) -> str:
    kinds = (("not_applicable", "n/a"), ("unscored", "unscored"), ("errored", "errored"))
    return ", ".join(f"{rule[kind]} {words}" for kind, words in kinds if rule[kind])


def _short(filename: str, width: int = 28) -> str:
    return filename if len(filename) <= width else f"{filename[: width - 8]}\u2026{filename[-7:]}"
