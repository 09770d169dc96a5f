"""``make bench-speed``: conversions beside raw text extraction, their memory, and scans beside OCR alone.

Born-digital PDFs come from the data folder (development half) or, without one, are made. Prints figures with
the goal of each and exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.quality.datasets import samples
from benchmarks.quality.peers.environment import PEERS, Peer
from benchmarks.speed.long_pdf import write_long_pdf
from benchmarks.speed.ratios import Ratio, built_in, measure_ratios, peer
from benchmarks.speed.scans import measure_scans
from docassay.engines.contract import Mode
from docassay.testing.documents.pdf import write_paper, write_report, write_tables

RATIO_GOALS: Final[dict[str, float]] = {"fast": 0.5, "balanced": 0.25}
MEMORY_GOAL_MB: Final = 150
OCR_GOAL: Final = 1.10
_SCAN_ROUNDS: Final = 2
_EVERY: Final = {"parse-bench": 8, "tables-icdar2013": 2, "formats": 1}
"""Of the development half every so manyth PDF is timed."""
_NOT_BORN_DIGITAL: Final = frozenset({"invisible_text_layer.pdf", "2206.01062_pg3.pdf"})


@contextmanager
def documents(data: Path | None) -> Iterator[list[Path]]:
    """Born-digital PDFs of several kinds."""
    if data is not None:
        yield [
            sample.path
            for dataset, step in _EVERY.items()
            for sample in [
                each
                for each in samples(data, dataset)
                if each.half == "dev"
                and each.path.suffix == ".pdf"
                and each.path.name not in _NOT_BORN_DIGITAL
                and "odf" not in each.name
            ][::step]
        ]
        return
    with tempfile.TemporaryDirectory(prefix="docassay-bench-") as folder:
        paths = [Path(folder) / f"{kind}.pdf" for kind in ("report", "paper", "tables", "long")]
        write_report(paths[0], 1)
        write_paper(paths[1], 2)
        write_tables(paths[2], 3)
        write_long_pdf(paths[3], 40)
        yield paths


def report(name: str, value: str, goal: str = "", is_met: bool = True) -> bool:
    """Print one figure; whether it is met."""
    print(f"{name:58} {value:>12}  {goal:10} {'' if not goal else 'met' if is_met else 'MISSED'}", flush=True)
    return is_met


def report_ratios(engine: str, ratios: list[Ratio], show_files: bool) -> bool:
    """The median over documents, the total over all pages, and the documents themselves."""
    if not ratios:
        return report(f"{engine}: could read no document", "-")
    if show_files:
        for each in sorted(ratios, key=lambda ratio: ratio.value):
            print(f"  {each.path.name:40} {each.pages:4} pages  {each.value:6.3f}")
    median = statistics.median(each.value for each in ratios)
    total = sum(each.raw_seconds for each in ratios) / sum(each.seconds for each in ratios)
    pages = sum(each.pages for each in ratios)
    report(f"{engine}: pages per CPU-second", f"{pages / sum(each.seconds for each in ratios):.0f}")
    report(f"{engine}: ratio to raw text extraction, all pages together", f"{total:.3f}")
    goal = RATIO_GOALS.get(engine)
    name = f"{engine}: ratio to raw text extraction, median of documents"
    if goal is None:
        return report(name, f"{median:.3f}")
    return report(name, f"{median:.3f}", f">= {goal}", median >= goal)


def peak_memory_mb(path: Path, mode: Mode) -> tuple[float, float]:
    """Resident memory of a process of its own before and at the peak of one conversion, in MB."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed.peak_memory", str(path), mode],
        check=True,
        capture_output=True,
        text=True,
    )
    before, peak = map(float, run.stdout.split())
    return before, peak


def report_memory(pages: int, modes: list[Mode]) -> bool:
    """The peak over a made PDF of so many pages."""
    is_met = True
    with tempfile.TemporaryDirectory(prefix="docassay-bench-") as folder:
        path = Path(folder) / "long.pdf"
        write_long_pdf(path, pages)
        for mode in modes:
            before, peak = peak_memory_mb(path, mode)
            name = f"{mode}: peak memory over {pages:,} pages ({before:.0f} MB before)"
            is_met &= report(name, f"{peak:.0f} MB", f"<= {MEMORY_GOAL_MB} MB", peak <= MEMORY_GOAL_MB)
    return is_met


def report_scans(modes: list[Mode]) -> bool:
    """A scanned PDF beside Tesseract alone on its pages; there is no goal for ``accurate``."""
    is_met = True
    for mode in modes:
        with tempfile.TemporaryDirectory(prefix="docassay-bench-") as folder:
            cost = measure_scans(Path(folder), mode, _SCAN_ROUNDS)
        name = f"{mode}: {cost.pages} scans, CPU beside Tesseract alone"
        if mode == "accurate":
            report(name, f"{cost.ratio:.3f}")
        else:
            is_met &= report(name, f"{cost.ratio:.3f}", f"<= {OCR_GOAL}", cost.ratio <= OCR_GOAL)
    return is_met


def main() -> int:
    """Measure, print, and say by the exit code whether every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    parser.add_argument("--mode", action="append", choices=("fast", "balanced", "accurate"))
    parser.add_argument("--only", choices=("ratios", "memory", "scans"))
    parser.add_argument(
        "--peers-dir", type=Path, help="measure other converters too, their environments kept in this folder"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--per-file", action="store_true", help="the ratio of each document, slowest first")
    parser.add_argument("--pages", type=int, default=1_000, help="of the PDF that memory is measured over")
    parser.add_argument("--long", action="store_true", help="memory over 7,000 pages as well")
    options = parser.parse_args()
    modes: list[Mode] = options.mode or ["fast", "balanced"]
    is_met = True
    if options.only in (None, "ratios"):
        with documents(options.data) as paths:
            for mode in modes:
                ratios = measure_ratios(paths, built_in(mode), options.rounds)
                is_met &= report_ratios(mode, ratios, options.per_file)
            for name in PEERS if options.peers_dir is not None else ():
                program = Peer(name, options.peers_dir)
                try:
                    report_ratios(name, measure_ratios(paths, peer(program), 1), options.per_file)
                finally:
                    program.close()
    if options.only in (None, "memory"):
        is_met &= report_memory(options.pages, modes)
        if options.long:
            is_met &= report_memory(7_000, modes)
    if options.only in (None, "scans"):
        is_met &= report_scans(modes)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
