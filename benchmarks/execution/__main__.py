"""``make bench``: what docassay adds to the conversions themselves, beside a bare process pool.

Prints a table of measured figures with the goal of each and exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.execution.measure import Timing, median_timing, timed, tree_cpu_seconds, tree_memory_mb
from benchmarks.execution.pool import run_pool, warm_pool
from benchmarks.execution.workbench import Workbench, workbench
from docassay.engines.contract import ConvertOptions
from docassay.execution.tasks import SlotLimits
from docassay.testing.documents.pdf import write_paper


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report."""

    name: str
    value: str
    goal: str
    is_met: bool


def measure_overhead(files: int, rounds: int) -> list[Row]:
    """No-op conversions: ours against the pool, in turn, so that a drift of the machine hits both."""
    ours: list[Timing] = []
    pools: list[Timing] = []
    with workbench(slots=2) as bench:
        collection = bench.make_collection(files)
        _run(bench, bench.make_collection(100), "test-noop")
        pool = warm_pool(2, bench.document)
        for _ in range(rounds):
            pools.append(
                timed(lambda: run_pool(pool, bench.document, "test-noop", ConvertOptions(), files), files)
            )
            ours.append(timed(lambda: _run(bench, collection, "test-noop"), files))
        pool.shutdown()
    mine, theirs = median_timing(ours), median_timing(pools)
    ratio = mine.cpu_ms / theirs.cpu_ms
    return [
        Row("pool, wall per no-op file", f"{theirs.wall_ms:.2f} ms", "", True),
        Row("pool, CPU per no-op file", f"{theirs.cpu_ms:.2f} ms", "", True),
        Row("docassay, wall per no-op file", f"{mine.wall_ms:.2f} ms", "<= 1.2 ms", mine.wall_ms <= 1.2),
        Row("docassay, CPU per no-op file", f"{mine.cpu_ms:.2f} ms", "", True),
        Row("CPU, docassay / pool", f"{ratio:.2f}", "<= 3", ratio <= 3),
    ]


def _run(bench: Workbench, collection: int, engine: str, **options: float) -> float:
    return bench.wait(bench.start(collection, engine, **options))


def measure_efficiency(files: int) -> list[Row]:
    """Files of 50 ms on 8 slots: the share of the ideal time that is really used."""
    ideal = files * 0.05 / 8
    with workbench(slots=8) as bench:
        collection = bench.make_collection(files)
        _run(bench, bench.make_collection(64), "test-sleep", seconds=0.05)
        pool = warm_pool(8, bench.document)
        options = ConvertOptions(engine_options={"seconds": 0.05})
        theirs = timed(lambda: run_pool(pool, bench.document, "test-sleep", options, files), files)
        mine = timed(lambda: _run(bench, collection, "test-sleep", seconds=0.05), files)
        pool.shutdown()
    share = ideal / mine.wall_seconds
    return [
        Row(
            "pool, efficiency at 50 ms files, 8 slots", f"{100 * ideal / theirs.wall_seconds:.1f} %", "", True
        ),
        Row("docassay, efficiency at 50 ms files, 8 slots", f"{100 * share:.1f} %", ">= 95 %", share >= 0.95),
    ]


def measure_large_run(files: int) -> list[Row]:
    """One collection of very many files: the time to accept a run, and to finish it."""
    with workbench(slots=2) as bench:
        collection = bench.make_collection(files)
        _run(bench, bench.make_collection(100), "test-noop")
        begin = time.perf_counter()
        run_id = bench.start(collection, "test-noop")
        accepted = time.perf_counter() - begin
        finished = bench.wait(run_id)
    return [
        Row(f"submit a run of {files:,} files", f"{accepted:.2f} s", "<= 2 s", accepted <= 2),
        Row(f"run {files:,} no-op files", f"{finished:.1f} s", "<= 120 s", finished <= 120),
    ]


def measure_idle(slots: int, seconds: float) -> list[Row]:
    """A served process tree that has read PDF files: with its slots still there, and when they have ended."""
    with tempfile.TemporaryDirectory(prefix="docassay-bench-") as folder:
        data = Path(folder)
        process = subprocess.Popen(
            [sys.executable, "-m", "docassay", "serve", "--port", "0", "--data-dir", folder],
            stdout=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "DOCASSAY_SLOTS": str(slots)},
        )
        try:
            while not (data / "server.json").exists():
                assert process.poll() is None, "the server did not start"
                time.sleep(0.1)
            _convert_papers(data, 8 * slots)
            tree = psutil.Process(process.pid)
            warm = tree_memory_mb(tree)
            began = time.monotonic()
            while tree.children(recursive=True):
                assert time.monotonic() - began < 3 * SlotLimits().idle_seconds, "the slots did not end"
                time.sleep(0.5)
            rested = time.monotonic() - began
            before = tree_cpu_seconds(tree)
            time.sleep(seconds)
            cpu = 100 * (tree_cpu_seconds(tree) - before) / seconds
            memory = tree_memory_mb(tree)
        finally:
            process.terminate()
            process.wait(20)
    bound = 80 + 30 * slots
    return [
        Row(f"memory, server and {slots} slots after PDF files (PSS)", f"{warm:.0f} MB", "", True),
        Row(
            f"idle memory, after {rested:.0f} s (PSS)", f"{memory:.0f} MB", f"<= {bound} MB", memory <= bound
        ),
        Row("idle CPU", f"{cpu:.2f} %", "<= 2 %", cpu <= 2),
    ]


def _convert_papers(data: Path, files: int) -> None:
    """Convert PDF files of two columns and a table, no two alike, at the server of a data folder."""
    url = json.loads((data / "server.json").read_text())["url"]
    headers = {"X-API-Key": (data / "cli-key").read_text().strip()}
    with httpx.Client(base_url=url, headers=headers, timeout=60) as http:
        urls = []
        for seed in range(files):
            paper = data / "paper.pdf"
            write_paper(paper, seed)
            answer = http.post("/api/v1/convert", files={"file": (f"{seed}.pdf", paper.read_bytes())})
            urls.append(answer.raise_for_status().json()["request_check_url"])
        while any(http.get(url).raise_for_status().json()["status"] == "processing" for url in urls):
            time.sleep(0.1)


def main() -> int:
    """Measure, print, and say by the exit code whether every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the files; figures are rougher")
    quick = parser.parse_args().quick
    scale = 10 if quick else 1
    measurements = (
        lambda: measure_overhead(10_000 // scale, 3),
        lambda: measure_efficiency(2_000 // scale),
        lambda: measure_large_run(100_000 // scale),
        lambda: measure_idle(2, 20),
    )
    rows: list[Row] = []
    for measure in measurements:
        for row in measure():
            mark = "" if not row.goal else ("met" if row.is_met else "MISSED")
            print(f"{row.name:46}  {row.value:>10}  {row.goal:12} {mark}", flush=True)
            rows.append(row)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
