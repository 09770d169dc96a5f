"""What converting scans costs beside Tesseract alone: same pages, same resolution, same run.

Tesseract alone is its cheapest use: one program for all pages, images on disk at the resolution at which we
read, words with boxes out (plain text would cost 6 % less, but has no places). Ours is the whole conversion
of the PDF that holds the scans.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from benchmarks.cpu_time import cpu_seconds
from benchmarks.ocr.pages import WEARS, generated_pages, scan
from benchmarks.speed.ratios import built_in
from docassay.engines.contract import Mode
from docassay.readers.ocr.page_image import READING_DPI
from docassay.testing.documents.scans import draw_page, scan_lines

_WEARS = ("150 dpi", "200 dpi, skew 1", "200 dpi, noise", "300 dpi")
_DRAWN_DPI = 150
_DRAWN_PAGES = 3


@dataclass(frozen=True, slots=True)
class ScanCost:
    """Processor seconds over all rounds, of the conversion and of Tesseract alone."""

    pages: int
    ours: float
    alone: float

    @property
    def ratio(self) -> float:
        """1.0 is what Tesseract alone costs."""
        return self.ours / self.alone


def measure_scans(folder: Path, mode: Mode, rounds: int) -> ScanCost:
    """Convert a scanned PDF in ``mode`` and run Tesseract alone on its pages, in turn, each first every other
    round. ``folder`` takes the files."""
    path = folder / f"scans-{mode}.pdf"
    count = _write_scans(path, folder)
    listing = _render_pages(path, folder, READING_DPI[mode])
    convert = built_in(mode)
    spent = {"ours": 0.0, "alone": 0.0}
    works: Sequence[tuple[str, Callable[[], float]]] = (
        ("alone", lambda: _run_alone(listing, READING_DPI[mode])),
        ("ours", lambda: convert(path, 1) or 0.0),
    )
    for number in range(rounds):
        for name, work in works if number % 2 == 0 else reversed(works):
            spent[name] += work()
    return ScanCost(count, spent["ours"], spent["alone"])


def _write_scans(path: Path, folder: Path) -> int:
    """A PDF of scans, stored as JPEG, of clean, skewed and noisy pages; how many there are."""
    english = [page for page in generated_pages(folder) if page.language == "eng"]
    images: list[tuple[Image.Image, float]] = []
    for wear in (wear for wear in WEARS if wear.name in _WEARS):
        images += [(scan(page, wear).image, wear.dpi) for page in english]
    images += [(draw_page(seed, scan_lines(seed)), _DRAWN_DPI) for seed in range(_DRAWN_PAGES)]
    canvas = Canvas(str(path))
    for image, dpi in images:
        width, height = image.width * 72 / dpi, image.height * 72 / dpi
        canvas.setPageSize((width, height))
        jpeg = BytesIO()
        image.save(jpeg, "JPEG", quality=85)
        jpeg.seek(0)
        canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return len(images)


def _render_pages(path: Path, folder: Path, dpi: float) -> Path:
    """Images of the pages as we read them; returns the list of their names, one a line."""
    names = []
    document = pdfium.PdfDocument(path)
    try:
        for number in range(len(document)):
            name = folder / f"{path.stem}-{number}.pgm"
            document[number].render(scale=dpi / 72, grayscale=True).to_pil().save(name)
            names.append(str(name))
    finally:
        document.close()
    listing = folder / f"{path.stem}.txt"
    listing.write_text("".join(f"{name}\n" for name in names), "utf-8")
    return listing


def _run_alone(listing: Path, dpi: float) -> float:
    begin = cpu_seconds()
    subprocess.run(
        ["tesseract", str(listing), "stdout", "-l", "eng", "--dpi", str(round(dpi)), "hocr"],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return cpu_seconds() - begin
