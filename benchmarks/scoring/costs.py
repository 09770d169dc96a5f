"""What each check costs a page, and the default rubric against the conversion in ``fast`` mode.

``DOCASSAY_BENCH_DATA`` (or ``--data``) names a folder with ``parse-bench``; its development half is used. The
expected text of a page is what was converted in ``balanced`` mode, the fields are those of a made-up invoice.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.quality.datasets import Sample, samples
from benchmarks.scoring.fields import row
from docassay.checks.contract import Check, Subject
from docassay.checks.registry import own_checks
from docassay.documents.expected import Expected, ExpectedBlock, ExpectedSegment
from docassay.documents.model import Document
from docassay.documents.source_layer import SourceLayer
from docassay.engines.contract import ConvertOptions, ReadLimits
from docassay.engines.registry import get_engine
from docassay.readers.layer import read_source_layer
from docassay.scoring.default_rubric import DEFAULT_RUBRIC
from docassay.scoring.definition import parse_rubric
from docassay.scoring.evaluate import evaluate

DOCUMENTS: Final = 30
REPEATS: Final = 3


def best_seconds(work: Callable[[], Any]) -> float:
    """The least CPU time of some runs."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def subject_of(document: Document, layer: SourceLayer | None) -> Subject:
    """All that a check may look at, derived from nothing else yet."""
    import random

    lines = [row(random.Random(3)) for _ in range(20)]
    fields = {"number": "R-1", "total": 100.0, "lines": lines}
    pages = tuple(page.index for page in document.pages)
    expected = Expected(
        fields=fields,
        segments=(ExpectedSegment("all", pages),),
        tests=({"pdf": "a.pdf", "page": 1, "id": "1", "type": "present", "text": "table"},),
        blocks=tuple(ExpectedBlock(b.page_index, b.block_type, b.bbox) for b in document.blocks()),
    )
    return Subject(
        document,
        layer,
        extraction=fields | {"number_citations": [next(document.blocks()).id]},
        page_schema={"type": "object", "properties": {"number": {}, "total": {}, "lines": {}}},
        segmentation={"segments": [{"name": "all", "pages": list(pages)}]},
        segmentation_schema={"segments": [{"name": "all"}]},
        expected=expected,
        expected_document=document,
    )


def milliseconds_a_page(check: Check, documents: list[tuple[Document, SourceLayer | None]]) -> float:
    """The mean over documents; whatever checks share is prepared by each anew."""
    spent = 0.0
    for document, layer in documents:
        spent += best_seconds(lambda: check.function(subject_of(document, layer), check.levels[0], {}))  # noqa: B023
        spent -= best_seconds(lambda: subject_of(document, layer))  # noqa: B023
    return max(0.0, spent) * 1_000 / sum(len(document.pages) for document, _ in documents)


def main(arguments: list[str]) -> int:
    """Print milliseconds a page of each check, and the share of the default rubric."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring costs")
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    options = parser.parse_args(arguments)
    if not options.data or not (Path(options.data) / "parse-bench").is_dir():
        print(f"No {options.data}/parse-bench: name the folder of the data with --data.")
        return 2
    engine = get_engine("built-in")
    chosen: list[Sample] = [each for each in samples(Path(options.data), "parse-bench") if each.half == "dev"]
    sources = [each.source() for each in chosen[:: max(1, len(chosen) // DOCUMENTS)]]
    fast = replace(ConvertOptions(), mode="fast")
    documents = [
        (engine.convert(source, replace(fast, mode="balanced")), read_source_layer(source, ReadLimits()))
        for source in sources
    ]
    pages = sum(len(document.pages) for document, _ in documents)
    print(f"{len(documents)} documents, {pages} pages, CPU\n\n| check | ms a page |\n|---|---|")
    for check in own_checks().values():
        print(f"| `{check.name}` | {milliseconds_a_page(check, documents):.2f} |", flush=True)
    rubric = parse_rubric(DEFAULT_RUBRIC)
    shares, costs = [], []
    for source, (_, layer) in zip(sources, documents, strict=True):
        conversion = best_seconds(lambda: engine.convert(source, fast))  # noqa: B023
        document = engine.convert(source, fast)
        scoring = best_seconds(lambda: evaluate(rubric, Subject(document, layer)))  # noqa: B023
        costs.append((conversion * 1_000 / len(document.pages), scoring * 1_000 / len(document.pages)))
        shares.append(scoring / conversion)
    print(f"\nDefault rubric: {statistics.mean(cost for _, cost in costs):.1f} ms a page,")
    print(f"conversion in fast mode {statistics.mean(cost for cost, _ in costs):.1f} ms;")
    print(f"share: median {statistics.median(shares):.0%}, largest {max(shares):.0%}")
    return 0
