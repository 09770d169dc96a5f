"""The whole files that mutants are made of: our own, and those of the data folder when it is there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from benchmarks.quality.datasets import samples
from docassay.testing.documents.office import write_docx, write_pptx, write_xlsx
from docassay.testing.documents.pdf import write_note, write_paper, write_report, write_tables

KINDS: Final = ("pdf", "docx", "xlsx")
MAX_SEED_BYTES: Final = 1_000_000


def made_files() -> list[tuple[str, bytes]]:
    """Generated documents: the same bytes every time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_note(folder / "note.pdf", 1)
        write_report(folder / "report.pdf", 2)
        write_tables(folder / "tables.pdf", 3)
        write_paper(folder / "paper.pdf", 4)
        write_docx(folder / "order.docx", 5)
        write_xlsx(folder / "stations.xlsx", 6)
        write_pptx(folder / "review.pptx", 7)
        return [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def collected_files(data: Path, kinds: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """Files of these kinds from the development half of the formats, and some PDFs of the other datasets."""
    chosen = [each for each in samples(data, "formats") if each.half == "dev"]
    for dataset in ("tables-icdar2013", "parse-bench"):
        chosen += [each for each in samples(data, dataset) if each.half == "dev"][::4]
    return [
        (each.path.name, each.path.read_bytes())
        for each in chosen
        if each.path.suffix.removeprefix(".") in kinds and each.path.stat().st_size <= MAX_SEED_BYTES
    ]
