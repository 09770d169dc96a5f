"""Engines under test: each turns a document into html or markdown, and says what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from benchmarks.cpu_time import cpu_seconds
from benchmarks.quality.datasets import Sample
from benchmarks.quality.output import Output, TableBox, read_html
from docassay.documents.model import Document, walk
from docassay.documents.rendering.html import to_html
from docassay.engines.built_in import BuiltInEngine
from docassay.engines.contract import ConvertOptions, Mode
from docassay.errors import DocumentFailure


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of one document.

    ``error`` is the message of a failure; ``is_clear`` says that it is the engine's own word on the file and
    not an accident inside it. ``cpu_seconds`` is None when it was not measured.
    """

    output: Output
    page_count: int = 0
    cpu_seconds: float | None = None
    error: str | None = None
    is_clear: bool = True


class BenchEngine(Protocol):
    """Anything that can be scored."""

    name: str

    def convert(self, sample: Sample) -> Conversion:
        """Convert one document; failures are told, not raised."""
        ...

    def close(self) -> None:
        """End what was started."""
        ...


class BuiltIn:
    """docassay's own parser in one mode, in this process."""

    def __init__(self, mode: Mode) -> None:
        self.name = f"built-in {mode}"
        self._mode = mode
        self._engine = BuiltInEngine()

    def close(self) -> None:
        """Nothing was started."""

    def convert(self, sample: Sample) -> Conversion:
        """The html rendering, as a user gets it, and the boxes of the table blocks."""
        source = sample.source()
        begin = cpu_seconds()
        try:
            document = self._engine.convert(source, ConvertOptions(mode=self._mode))
        except DocumentFailure as failure:
            is_clear = bool(failure.message) and "The parser said" not in failure.message
            return Conversion(Output(), error=failure.message, is_clear=is_clear)
        except Exception as error:  # noqa: BLE001 - an accident in the engine is a finding, not the end
            return Conversion(Output(), error=f"{type(error).__name__}: {error}", is_clear=False)
        html = to_html(document)
        cost = cpu_seconds() - begin
        return Conversion(read_html(html, table_boxes(document)), len(document.pages), cost)


def table_boxes(document: Document) -> tuple[TableBox, ...]:
    """The places of all table blocks."""
    return tuple(
        TableBox(
            page.index,
            (block.bbox.x0, page.height - block.bbox.y1, block.bbox.x1, page.height - block.bbox.y0),
        )
        for page in document.pages
        for top in page.blocks
        for block in walk(top)
        if block.block_type == "Table"
    )
