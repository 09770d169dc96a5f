"""Our scores of seven engines against those of the benchmark that their outputs come from.

``DOCASSAY_BENCH_DATA`` (or ``--data``) names a folder with ``engine-outputs`` (opendataloader-bench, MIT):
the true markdown of 100 pages and that of seven engines, with the benchmark's own figures for each. Documents
at odd places of the sorted list are held out: they count in the figures and are never named.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from docassay.checks.contract import Item, Subject
from docassay.checks.metrics.text_distance import indel_distance, squeezed
from docassay.checks.registry import get_check
from docassay.documents.model import Document
from docassay.readers.marked_text import read_marked_text

COLUMNS: Final = {
    "nid": ("text.nid", {}),
    "teds": ("table.teds", {}),
    "mhs": ("headings.mhs", {}),
    "nid_s": ("text.nid", {"tables": False}),
    "teds_s": ("table.teds_s", {}),
    "mhs, flat": ("headings.mhs", {"strict": True}),
    "mhs_s, flat": ("headings.mhs", {"strict": True, "content": False}),
}
"""The benchmark's column (before the comma) and our check with its parameters."""
MARKUP_COUNTED: Final = ("nid", "nid_s")
"""Columns that are also measured as that benchmark does: ``text.nid``'s distance on the Markdown itself."""
SHOWN_DIFFERENCES: Final = 8
_HTML_TABLE: Final = re.compile(r"<table[^>]*>.*?</table>", re.IGNORECASE | re.DOTALL)
_PIPE_TABLE: Final = re.compile(r"(?:^[ \t]*\|.*\|[ \t]*$\n?)+", re.MULTILINE)
_DELIMITER: Final = re.compile(r"[\s|:-]+")


def official_scores(path: Path) -> dict[str, dict[str, float | None]]:
    """The figures of one engine by document; None where the benchmark has none."""
    lines = path.read_text(encoding="utf-8").replace("'", "").splitlines()
    rows = csv.DictReader(lines)
    return {
        row["document_id"]: {
            name: float(value) if value else None
            for name, value in row.items()
            if name not in ("index", "document_id")
        }
        for row in rows
    }


def score(name: str, params: dict[str, Any], output: Document, truth: Document) -> Item:
    """One item for the document."""
    check = get_check(name)
    if check is None:
        raise SystemExit(f"There is no check {name}.")
    subject = Subject(output, expected_document=truth)
    return check.function(subject, "document", params)[0]


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's correlation of two sequences without ties that matter."""
    ranks = [np.argsort(np.argsort(np.asarray(values))) for values in (one, other)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def with_html_tables(markdown: str) -> str:
    """The text with its pipe tables written in HTML, as the benchmark reads it."""

    def table(match: re.Match[str]) -> str:
        lines = [line.strip() for line in match[0].strip().splitlines()]
        rows = [line.strip("|").split("|") for line in lines if not _DELIMITER.fullmatch(line)]
        cells = ["".join(f"<td>{cell.strip()}</td>" for cell in row) for row in rows]
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>\n"

    return _PIPE_TABLE.sub(table, markdown)


def markdown_similarity(truth: str, output: str, *, tables: bool) -> float:
    """The normalised Indel similarity of two texts in Markdown, markup included."""
    texts = [with_html_tables(text) for text in (truth, output)]
    one, other = (squeezed(text if tables else _HTML_TABLE.sub(" ", text)) for text in texts)
    return 1 - indel_distance(one, other) / max(1, len(one) + len(other))


def report_markup(
    folder: Path,
    engines: Sequence[str],
    names: Sequence[str],
    official: dict[str, dict[str, dict[str, float | None]]],
) -> None:
    """Print the columns of ``MARKUP_COUNTED`` with the texts read as the benchmark reads them."""
    for column in MARKUP_COUNTED:
        pairs: dict[str, list[tuple[float, float]]] = {engine: [] for engine in engines}
        for engine in engines:
            for name in names:
                theirs = official[engine].get(name, {}).get(column)
                path = folder / "predictions" / engine / f"{name}.md"
                if theirs is not None:
                    truth = (folder / "ground-truth" / f"{name}.md").read_text("utf-8")
                    output = path.read_text("utf-8") if path.exists() else ""
                    own = markdown_similarity(truth, output, tables=column == "nid")
                    pairs[engine].append((theirs, own))
        means = [
            [statistics.mean(pair[side] for pair in pairs[engine]) for engine in engines] for side in (0, 1)
        ]
        every = np.array([pair for found in pairs.values() for pair in found])
        print(
            f"## {column}, Markdown itself\n\nSpearman over engines {spearman(*means):.3f}; "
            f"Pearson over documents {np.corrcoef(every.T)[0, 1]:.3f}\n"
        )


def main(arguments: list[str]) -> int:
    """Print the means of both, their correlation over engines and over documents, and where they differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring engines")
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    options = parser.parse_args(arguments)
    folder = Path(options.data or "") / "engine-outputs"
    if not folder.is_dir():
        print(f"No {folder}: name the folder of the data with --data.")
        return 2
    names = sorted(path.stem for path in (folder / "ground-truth").glob("*.md"))
    truths = {
        name: read_marked_text((folder / "ground-truth" / f"{name}.md").read_text("utf-8"), "markdown")
        for name in names
    }
    engines = sorted(path.name for path in (folder / "predictions").iterdir() if path.is_dir())
    official: dict[str, dict[str, dict[str, float | None]]] = {}
    ours: dict[str, dict[str, dict[str, Item]]] = {}
    start = time.process_time()
    for engine in engines:
        place = folder / "predictions" / engine
        official[engine] = official_scores(place / "official_scores.csv")
        ours[engine] = {}
        for name in names:
            path = place / f"{name}.md"
            text = path.read_text("utf-8") if path.exists() else ""
            output = read_marked_text(text, "markdown")
            ours[engine][name] = {
                column: score(check, params, output, truths[name])
                for column, (check, params) in COLUMNS.items()
            }
    spent = time.process_time() - start
    print(f"{len(engines)} engines, {len(names)} documents, {spent:.1f} s CPU\n")
    for column in COLUMNS:
        report(column, engines, names, official, ours)
    report_markup(folder, engines, names, official)
    return 0


def report(
    column: str,
    engines: Sequence[str],
    names: Sequence[str],
    official: dict[str, dict[str, dict[str, float | None]]],
    ours: dict[str, dict[str, dict[str, Item]]],
) -> None:
    """Print one column."""
    theirs_name = column.partition(",")[0]
    print(
        f"## {column} ({COLUMNS[column][0]})\n\n| engine | official | ours | documents |\n|---|---|---|---|"
    )
    means: list[tuple[float, float]] = []
    pairs: list[tuple[float, float, str, str]] = []
    for engine in engines:
        both = [
            (theirs, item.value or 0.0, engine, name)
            for name in names
            if (theirs := official[engine].get(name, {}).get(theirs_name)) is not None
            and (item := ours[engine][name][column]).outcome in ("scored", "failed")
        ]
        pairs += both
        mean = statistics.mean(each[0] for each in both), statistics.mean(each[1] for each in both)
        means.append(mean)
        print(f"| {engine} | {mean[0]:.3f} | {mean[1]:.3f} | {len(both)} |")
    over_engines = spearman([mean[0] for mean in means], [mean[1] for mean in means])
    over_documents = float(np.corrcoef([pair[0] for pair in pairs], [pair[1] for pair in pairs])[0, 1])
    print(f"\nSpearman over engines {over_engines:.3f}; Pearson over documents {over_documents:.3f}")
    development = set(names[::2])
    shown = sorted(
        (pair for pair in pairs if pair[3] in development), key=lambda each: -abs(each[0] - each[1])
    )
    for theirs, own, engine, name in shown[:SHOWN_DIFFERENCES]:
        print(f"- {engine} {name}: official {theirs:.2f}, ours {own:.2f}")
    print()
