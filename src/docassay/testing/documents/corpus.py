"""Whole folders of documents: the demo's dozen, and any number of small ones for load tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from docassay.testing.documents import invoices, office, pdf, scans, web


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document on disk. ``kind`` names what it is; ``truth`` holds what was printed, where we keep it."""

    path: Path
    kind: str
    truth: Mapping[str, Any] = field(default_factory=dict)


def make_demo_corpus(folder: Path, seed: int = 0) -> list[MadeDocument]:
    """Write a dozen documents of every kind into ``folder`` (made if missing); the same seed, the same bytes.

    The names begin with a number, so that the sorted order is the order of the list.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[MadeDocument] = []

    def add(name: str, kind: str, write: Callable[[Path, int], object]) -> None:
        path = folder / f"{len(made) + 1:02d}-{name}"
        result = write(path, seed * 1000 + len(made))
        truth = {"lines": result} if isinstance(result, list) else result if isinstance(result, dict) else {}
        made.append(MadeDocument(path, kind, truth))

    add("annual-report.pdf", "report", pdf.write_report)
    add("leakage-paper.pdf", "two-column paper", pdf.write_paper)
    add("station-registers.pdf", "tables", pdf.write_tables)
    add("inspection-scan.pdf", "scan", scans.write_scan)
    for layout in invoices.INVOICE_LAYOUTS:
        add(f"invoice-{layout}.pdf", "invoice", partial(invoices.make_invoice, layout=layout))
    add("works-order.docx", "word", office.write_docx)
    add("stations.xlsx", "workbook", office.write_xlsx)
    add("review.pptx", "slides", office.write_pptx)
    add("news.html", "web page", web.write_html)
    add("readings.csv", "csv", web.write_csv)
    add("canal-walk.epub", "e-book", web.write_epub)
    add("receipt.png", "photo", scans.write_image)
    return made


_LOAD_MIX: Final[tuple[tuple[str, Callable[[Path, int], object]], ...]] = (
    ("note.pdf", pdf.write_note),
    ("page.html", partial(web.write_html, sections=2)),
    ("invoice.pdf", invoices.make_invoice),
    ("table.csv", web.write_csv),
    ("letter.pdf", partial(pdf.write_note, pages=2)),
    ("invoice.pdf", partial(invoices.make_invoice, layout="letter")),
    ("book.epub", partial(web.write_epub, chapters=1)),
    ("order.docx", partial(office.write_docx, sections=1)),
)


def make_documents(folder: Path, count: int, seed: int = 0) -> list[Path]:
    """Write ``count`` small documents (PDF, HTML, CSV, EPUB, DOCX of 1-2 pages), return the paths in order.

    No two have the same content. ``folder`` is made if missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = Random(seed).randrange(1 << 40)
    paths = []
    for number in range(count):
        name, write = _LOAD_MIX[number % len(_LOAD_MIX)]
        path = folder / f"{number:06d}-{name}"
        write(path, first + number)
        paths.append(path)
    return paths
