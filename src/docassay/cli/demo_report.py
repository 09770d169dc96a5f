"""Two runs over the same files side by side: averages, per-file scores, what the biggest drops are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from docassay.cli.output import Column, print_line, print_table, print_wrapped
from docassay.cli.run_report import score_sentence

if TYPE_CHECKING:
    from docassay.client.types import Run, RunFile

_NOISE = 0.005
"""Score differences below this are shown as no change: they vanish when rounded to two decimals."""


@dataclass(frozen=True, slots=True)
class RuleDrop:
    """The rule that lost most on a file (scores 0-5) and the feedback of its lowest item afterwards."""

    rule: str
    before: float
    after: float
    feedback: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file in both runs; scores are 0-5 or None, and so is their difference."""

    filename: str
    before: float | None
    after: float | None
    change: float | None
    drop: RuleDrop | None


def compare_files(before: Sequence[RunFile], after: Sequence[RunFile]) -> list[FileChange]:
    """The files of two runs of one collection, matched by position, the biggest drops first."""
    later = {file["position"]: file for file in after}
    changes = []
    for file in before:
        other = later.get(file["position"])
        old, new = file["eval_score"], other["eval_score"] if other else None
        changes.append(
            FileChange(
                filename=file["filename"],
                before=old,
                after=new,
                change=None if old is None or new is None else new - old,
                drop=_biggest_drop(file["eval_results"], other["eval_results"] if other else None),
            )
        )
    return sorted(changes, key=lambda change: (change.change is None, change.change or 0.0, change.filename))


def changes_as_json(changes: Sequence[FileChange]) -> list[dict[str, Any]]:
    """The comparison for machines."""
    return [asdict(change) for change in changes]


def print_comparison(
    first: Run, second: Run, changes: Sequence[FileChange], drops_explained: int = 3
) -> None:
    """The averages of both runs with coverage, a table of all files, and the reasons of the biggest drops."""
    for letter, run in (("A", first), ("B", second)):
        print_line(f"{letter}  {run['engine']:<15} {score_sentence(run)}")
    print_line()
    print_table(
        (Column("File"), *(Column(title, "right", True) for title in ("A", "B", "Change"))),
        [
            (change.filename, _score(change.before), _score(change.after), _difference(change))
            for change in changes
        ],
    )
    compared = [c for c in changes if c.change is not None]
    worse = [c for c in compared if c.change is not None and c.change <= -_NOISE]
    print_line()
    print_line(f"{len(worse)} of {len(compared)} files got worse from A to B.")
    if len(compared) < len(changes):
        print_line(
            f"{len(changes) - len(compared)} files have no score in one of the runs and are not compared: "
            "`docassay doctor` says what is missing."
        )
    for change in worse[:drops_explained]:
        if change.drop is None:
            continue
        drop = change.drop
        print_line()
        print_line(f"{change.filename}: {drop.rule} {drop.before:.2f} -> {drop.after:.2f}")
        print_wrapped(drop.feedback, "  ")


def _biggest_drop(before: dict[str, Any] | None, after: dict[str, Any] | None) -> RuleDrop | None:
    old = {rule["name"]: rule["rule_score"] for rule in (before or {}).get("evaluations", [])}
    drops = []
    for rule in (after or {}).get("evaluations", []):
        score, earlier = rule["rule_score"], old.get(rule["name"])
        if score is None or earlier is None or score > earlier - _NOISE:
            continue
        scored = [item for item in rule["individual_results"] if item["score"] is not None]
        lowest = min(scored, key=lambda item: float(item["score"]), default=None)
        drops.append(RuleDrop(rule["name"], earlier, score, (lowest or {}).get("feedback") or ""))
    return min(drops, key=lambda drop: drop.after - drop.before, default=None)


def _score(score: float | None) -> str:
    return "-" if score is None else f"{score:.2f}"


def _difference(change: FileChange) -> str:
    if change.change is None:
        return "-"
    return "" if abs(change.change) < _NOISE else f"{change.change:+.2f}"
