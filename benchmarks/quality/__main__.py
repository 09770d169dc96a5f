"""``make bench-quality``: how good conversions are, beside peers, on documents with known answers.

Figures are shares from 0 to 1; docs/reference/benchmarks.md defines each. The data are not in the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast, get_args

from benchmarks.quality.datasets import DATASETS, Half, Sample, icdar_truth, parse_bench_truth, samples
from benchmarks.quality.engines import BenchEngine, BuiltIn, Conversion
from benchmarks.quality.peers.environment import PEERS, Peer
from benchmarks.quality.score_pages import PageScores, score_page
from benchmarks.quality.score_tables import TableScores, score_tables
from benchmarks.quality.summary import COLUMNS, Results, mean, page_figures, table_figures
from docassay.engines.contract import Mode


@dataclass(frozen=True, slots=True)
class Scored:
    """One document's conversion with its scores."""

    sample: Sample
    conversion: Conversion
    scores: PageScores | TableScores | None


def score(engine: BenchEngine, sample: Sample) -> Scored:
    """Convert and score one document."""
    conversion = engine.convert(sample)
    scores: PageScores | TableScores | None = None
    if sample.dataset == "parse-bench":
        scores = score_page(parse_bench_truth(sample), conversion.output)
    elif sample.dataset == "tables-icdar2013":
        scores = score_tables(icdar_truth(sample), conversion.output)
    return Scored(sample, conversion, scores)


def score_all(engine: BenchEngine, chosen: list[Sample], jobs: int) -> Iterator[Scored]:
    """Score all documents, in this process or in ``jobs`` processes."""
    if jobs == 1 or not isinstance(engine, BuiltIn):
        yield from map(partial(score, engine), chosen)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(score, engine), chosen, chunksize=4)


def collect(scored: Iterable[Scored]) -> dict[Half, Results]:
    """The results of each half."""
    halves: dict[Half, Results] = {"dev": Results(), "held-out": Results()}
    for each in scored:
        results = halves[each.sample.half]
        name = f"{each.sample.dataset}/{each.sample.name}"
        if isinstance(each.scores, PageScores):
            results.pages[name] = each.scores
        elif isinstance(each.scores, TableScores):
            results.tables[name] = each.scores
        else:
            is_empty = each.conversion.error is None and each.conversion.output.is_empty
            results.formats[name] = "no text" if is_empty else each.conversion.error
        if each.conversion.error is not None:
            results.failures[each.conversion.error.splitlines()[0][:200]] += 1
        if each.conversion.error is not None and not each.conversion.is_clear:
            results.unclear_errors[name] = each.conversion.error
        if each.scores is not None and each.conversion.cpu_seconds is not None:
            results.page_count += each.conversion.page_count
            results.cpu_seconds += each.conversion.cpu_seconds
    return halves


def print_table(rows: list[tuple[str, dict[str, float | None]]]) -> None:
    """One line an engine and half."""
    width = max(len(name) for name, _ in rows)
    print(" " * width, *(f"{column:>12}" for column in COLUMNS))
    for name, figures in rows:
        print(
            f"{name:{width}}", *(f"{_shown(column, figures[column]):>12}" for column in COLUMNS), flush=True
        )


def print_markdown(rows: list[tuple[str, dict[str, float | None]]]) -> None:
    """The same as a markdown table."""
    print("| engine, half |", " | ".join(COLUMNS), "|")
    print("|---|" + "---:|" * len(COLUMNS))
    for name, figures in rows:
        cells = (_shown(column, figures[column], digits=3) for column in COLUMNS)
        print(f"| {name} |", " | ".join(cells), "|", flush=True)


def _shown(column: str, value: float | None, digits: int = 4) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if column == "pages/CPU-s" else f"{value:.{digits}f}"


def print_files(results: Results) -> None:
    """The development half file by file, the worst first in each dataset."""
    rows = [(name, page_figures([scores])) for name, scores in results.pages.items()]
    _print_worst(rows, ("text", "in order", "order", "TEDS", "match", "formulas", "formula text"))
    rows = [(name, table_figures([scores])) for name, scores in results.tables.items()]
    _print_worst(rows, ("ICDAR find", "find box", "adjacency"))
    for name, error in results.formats.items():
        if error is not None:
            print(f"{name:44} {error}")


def _print_worst(rows: list[tuple[str, dict[str, float | None]]], columns: tuple[str, ...]) -> None:
    if not rows:
        return
    print(f"\n{'':44}", *(f"{column:>12}" for column in columns))
    for name, figures in sorted(rows, key=lambda row: mean(row[1][column] for column in columns) or 0.0):
        print(f"{name:44}", *(f"{_shown(column, figures[column]):>12}" for column in columns))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    parser.add_argument("--dataset", action="append", choices=DATASETS, help="more than once for several")
    parser.add_argument("--half", choices=("dev", "held-out", "both"), default="dev")
    parser.add_argument(
        "--engine",
        action="append",
        choices=("built-in", *PEERS, "all"),
        help="built-in (the default), a peer, or all; more than once for several",
    )
    parser.add_argument(
        "--peers-dir",
        type=Path,
        default=Path.home() / ".cache" / "docassay-peers",
        help="where the peers' environments and answers are kept",
    )
    parser.add_argument(
        "--mode", action="append", choices=get_args(Mode), help="of the built-in engine, default balanced"
    )
    parser.add_argument("--only", help="part of a file name; development half only")
    parser.add_argument(
        "--per-file", action="store_true", help="every file of the development half, worst first"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes; use 1 for speed figures")
    parser.add_argument("--markdown", action="store_true", help="print the figures as a markdown table")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args()
    if options.data is None:
        parser.error("say where the data are with --data or DOCASSAY_BENCH_DATA")
    if options.only and options.half != "dev":
        parser.error("--only is for the development half: nobody looks at held-out files one by one")
    return options


def _engines(names: list[str], options: argparse.Namespace) -> Iterator[BenchEngine]:
    for name in names:
        if name == "built-in":
            yield from map(BuiltIn, options.mode or ["balanced"])
        else:
            yield Peer(name, options.peers_dir)


def main() -> int:
    """Convert, score, print."""
    options = arguments()
    halves = ("dev", "held-out") if options.half == "both" else (options.half,)
    chosen = [
        sample
        for dataset in options.dataset or DATASETS
        for sample in samples(options.data, dataset)
        if sample.half in halves and (not options.only or options.only in sample.name)
    ]
    rows: list[tuple[str, dict[str, float | None]]] = []
    names = options.engine or ["built-in"]
    for engine in _engines(["built-in", *PEERS] if "all" in names else names, options):
        try:
            results = collect(score_all(engine, chosen, options.jobs))
        finally:
            engine.close()
        rows += [(f"{engine.name} {half}", results[cast(Half, half)].figures()) for half in halves]
        if options.per_file:
            print_files(results["dev"])
        failures = results["dev"].failures + results["held-out"].failures
        if 4 * failures.total() > len(chosen):
            message, count = failures.most_common(1)[0]
            print(
                f"{engine.name} failed on {failures.total()} of {len(chosen)} files, {count} times: {message}"
            )
        for file_name, error in results["dev"].unclear_errors.items():
            print(f"unclear error: {file_name}: {error}")
    print()
    (print_markdown if options.markdown else print_table)(rows)
    if options.json:
        options.json.write_text(json.dumps(dict(rows), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
