"""Pages per CPU-second beside PDFium's raw text extraction, which does nothing but read the text."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium

from benchmarks.cpu_time import cpu_seconds
from benchmarks.quality.peers.environment import Peer
from docassay.engines.built_in import BuiltInEngine
from docassay.engines.contract import ConvertOptions, Mode, SourceFile

SLOW_SECONDS: Final = 0.5
"""A document that takes so long is measured once."""

Work = Callable[[Path, int], float | None]
"""Reads one document so many times; CPU seconds a time, or None when it could not."""


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


def raw_text(path: Path, repeat: int) -> float:
    """The yardstick: open each page, load its text, take all of it."""
    begin = time.process_time()
    for _ in range(repeat):
        _extract_raw_text(path)
    return (time.process_time() - begin) / repeat


def _extract_raw_text(path: Path) -> None:
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

    def convert(path: Path, repeat: int) -> float:
        source = SourceFile(path, path.name, "application/pdf", "0" * 64)
        begin = cpu_seconds()
        for _ in range(repeat):
            engine.convert(source, options)
        return (cpu_seconds() - begin) / repeat

    return convert


def peer(program: Peer) -> Work:
    """A conversion by another converter's program, at the CPU time that the program tells."""

    def convert(path: Path, repeat: int) -> float | None:
        answers = [program.answer(path) for _ in range(repeat)]
        if any("error" in answer for answer in answers):
            return None
        return sum(float(answer["cpu_seconds"]) for answer in answers) / repeat

    return convert


def measure_ratios(paths: Sequence[Path], work: Work, rounds: int) -> list[Ratio]:
    """Raw extraction and ``work`` in turn on each document, so that a drift of the machine hits both.

    Documents that ``work`` cannot read are left out.
    """
    ratios = []
    for path in paths:
        document = pdfium.PdfDocument(path)
        pages = len(document)
        document.close()
        first = work(path, 1)  # what is loaded or built once is not part of a document's cost
        if first is None:
            continue
        repeat = max(1, round(20 / pages))  # short documents often enough for the clock
        own_repeat = repeat if first < SLOW_SECONDS else 1
        raw: list[float] = []
        own: list[float] = []
        for _ in range(rounds if first < SLOW_SECONDS else 1):
            raw.append(raw_text(path, repeat))
            seconds = work(path, own_repeat)
            own.append(first if seconds is None else seconds)
        ratios.append(Ratio(path, pages, statistics.median(raw), statistics.median(own)))
    return ratios
