"""Pages per CPU-second beside PDFium's raw text extraction, which does nothing but read the text."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from docassay.engines.built_in import BuiltInEngine
from docassay.engines.contract import ConvertOptions, Mode, SourceFile

Work = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How fast one kind of work is on one document: raw CPU seconds over its own, medians of the rounds."""

    path: Path
    pages: int
    raw_seconds: float
    seconds: float

    @property
    def value(self) -> float:
        """1.0 is as fast as raw text extraction, 0.5 takes twice the time."""
        return self.raw_seconds / self.seconds


def cpu_seconds() -> float:
    """Processor seconds of this process and of its ended children."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in times)


def extract_raw_text(path: Path) -> None:
    """The yardstick: open each page, load its text, take all of it."""
    document = pdfium.PdfDocument(path)
    for number in range(len(document)):
        page = document[number]
        text_page = page.get_textpage()
        text_page.get_text_range()
        text_page.close()
        page.close()
    document.close()


def built_in(mode: Mode) -> Work:
    """A whole conversion to the block model."""
    engine = BuiltInEngine()
    options = ConvertOptions(mode=mode)

    def convert(path: Path) -> None:
        engine.convert(SourceFile(path, path.name, "application/pdf", "0" * 64), options)

    return convert


def measure_ratios(paths: Sequence[Path], work: Work, rounds: int) -> list[Ratio]:
    """Raw extraction and ``work`` in turn on each document, so that a drift of the machine hits both."""
    ratios = []
    for path in paths:
        document = pdfium.PdfDocument(path)
        pages = len(document)
        document.close()
        work(path)  # what is loaded or built once is not part of a document's cost
        repeat = max(1, round(20 / pages))  # short documents often enough for the clock
        raw: list[float] = []
        own: list[float] = []
        for _ in range(rounds):
            raw.append(_timed(extract_raw_text, path, repeat))
            own.append(_timed(work, path, repeat))
        ratios.append(Ratio(path, pages, statistics.median(raw), statistics.median(own)))
    return ratios


def _timed(work: Work, path: Path, repeat: int) -> float:
    begin = time.process_time()
    for _ in range(repeat):
        work(path)
    return (time.process_time() - begin) / repeat
