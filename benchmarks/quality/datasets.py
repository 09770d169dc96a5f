"""The documents with known answers, and which half of each dataset a file belongs to.

The data are not part of the repository; ``--data`` or ``DOCASSAY_BENCH_DATA`` says where they are. A file at
an odd 0-based position of its dataset's sorted list belongs to the held-out half: only figures over the whole
half are ever shown of it, so that nobody can develop on it.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal
from xml.etree import ElementTree

from docassay.engines.contract import SourceFile

Half = Literal["dev", "held-out"]
DATASETS: Final = ("parse-bench", "tables-icdar2013", "formats")


@dataclass(frozen=True, slots=True)
class Sample:
    """One document of a dataset. ``name`` is its file name below the dataset."""

    dataset: str
    name: str
    path: Path
    half: Half

    def source(self) -> SourceFile:
        """The document as engines take it."""
        content_type = mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"
        return SourceFile(self.path, self.path.name, content_type, self.sha256())

    def sha256(self) -> str:
        """The hash of the document's bytes."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class TruthElement:
    """One element of a parse-bench page: ``text``, ``table`` or ``*-formula``; the latter two are LaTeX."""

    kind: str
    content: str


@dataclass(frozen=True, slots=True)
class TruthCell:
    """One cell of an ICDAR table at its 0-based place, spans at least 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


@dataclass(frozen=True, slots=True)
class TruthRegion:
    """Where a table or a piece of it stands: 0-based page, points, origin at the bottom left."""

    page_index: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class TruthTable:
    """One ICDAR table; one on several pages has a region a page and the cells of all of them."""

    cells: tuple[TruthCell, ...]
    regions: tuple[TruthRegion, ...]


def samples(data: Path, dataset: str) -> list[Sample]:
    """All documents of a dataset in sorted order. Raises SystemExit when the data are not there."""
    folder = data / dataset
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there; say where the data are with --data or DOCASSAY_BENCH_DATA.")
    return [
        Sample(dataset, path.relative_to(folder).as_posix(), path, "held-out" if position % 2 else "dev")
        for position, path in enumerate(_documents(folder, dataset))
    ]


def _documents(folder: Path, dataset: str) -> list[Path]:
    if dataset == "parse-bench":
        return sorted((folder / "pdfs").glob("*.pdf"))
    if dataset == "tables-icdar2013":
        return sorted(folder.glob("*.pdf"))
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "LICENSE")


def parse_bench_truth(sample: Sample) -> list[TruthElement]:
    """The page's elements in reading order."""
    path = sample.path.parent.parent / "ground_truth" / f"{sample.path.stem}.json"
    elements: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [TruthElement(each["type"], each["data"]) for each in elements]


def icdar_truth(sample: Sample) -> list[TruthTable]:
    """The document's tables with their cells (``-str.xml``) and places (``-reg.xml``)."""
    structure, place = (_xml(sample.path, kind) for kind in ("str", "reg"))
    regions = {
        table.get("id"): tuple(_region(each) for each in table.iter("region"))
        for table in place.iter("table")
    }
    return [
        TruthTable(tuple(_cells(table)), regions.get(table.get("id"), ()))
        for table in structure.iter("table")
    ]


def _xml(path: Path, kind: str) -> ElementTree.Element:
    return ElementTree.parse(path.with_name(f"{path.stem}-{kind}.xml")).getroot()  # noqa: S314 - our own data


def _region(element: ElementTree.Element) -> TruthRegion:
    box = element.find("bounding-box")
    assert box is not None, "a region without a box"
    x1, x2, y1, y2 = (float(box.get(name, "")) for name in ("x1", "x2", "y1", "y2"))
    return TruthRegion(int(element.get("page", "")) - 1, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))


def _cells(table: ElementTree.Element) -> list[TruthCell]:
    """The cells of all regions in one grid.

    A region is moved by its increments; where they are 0 and its cells would lie on those of the regions
    before it, it stands below them, as a table goes on on the next page.
    """
    cells: list[TruthCell] = []
    row_offset = column_offset = 0
    for region in table.iter("region"):
        row_offset += int(region.get("row-increment") or 0)
        column_offset += int(region.get("col-increment") or 0)
        own = [_cell(each) for each in region.iter("cell")]
        taken = {(each.row, each.column) for each in cells}
        if any((each.row + row_offset, each.column + column_offset) in taken for each in own):
            row_offset = max(each.row + each.row_span for each in cells)
        cells += [
            replace(each, row=each.row + row_offset, column=each.column + column_offset) for each in own
        ]
    top = min((each.row for each in cells), default=0)
    return [replace(each, row=each.row - top) for each in cells]


def _cell(element: ElementTree.Element) -> TruthCell:
    row, column = int(element.get("start-row", "")), int(element.get("start-col", ""))
    return TruthCell(
        row,
        column,
        max(int(element.get("end-row") or row) - row + 1, 1),
        max(int(element.get("end-col") or column) - column + 1, 1),
        element.findtext("content") or "",
    )
