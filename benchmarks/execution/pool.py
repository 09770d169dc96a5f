"""The yardstick: the same conversions in a bare ``ProcessPoolExecutor``, with nothing kept or scored."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.engines.registry import get_engine, load_engine_modules


def convert(path: str, engine: str, options: ConvertOptions) -> int:
    """Convert one file and give back its number of pages."""
    load_engine_modules(("docassay.testing.engines",))
    source = SourceFile(Path(path), Path(path).name, "text/csv", hashlib.sha256(path.encode()).hexdigest())
    return len(get_engine(engine).convert(source, options).pages)


def warm_pool(workers: int, path: Path) -> ProcessPoolExecutor:
    """A pool whose processes are started and have the engine loaded."""
    pool = ProcessPoolExecutor(workers)
    list(
        pool.map(
            convert, [str(path)] * workers * 4, ["test-noop"] * workers * 4, [ConvertOptions()] * workers * 4
        )
    )
    time.sleep(0.2)
    return pool


def run_pool(
    pool: ProcessPoolExecutor, path: Path, engine: str, options: ConvertOptions, files: int
) -> float:
    """Submit each file on its own, as a server that reports progress must; seconds until all are done."""
    begin = time.perf_counter()
    futures = [pool.submit(convert, str(path), engine, options) for _ in range(files)]
    for future in as_completed(futures):
        future.result()
    return time.perf_counter() - begin
