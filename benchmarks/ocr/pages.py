"""Born-digital pages with their words as the truth, and the scans that are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from benchmarks.ocr.texts import write_prose, write_table
from docassay.readers.pdf.geometry import page_frame
from docassay.readers.pdf.text import Word, read_words

_FEWEST_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class TruePage:
    """A page of a PDF with its words in display points; ``language`` is Tesseract's code."""

    name: str
    path: Path
    index: int
    language: str
    words: list[Word]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Wear:
    """What a scan suffered. ``turn`` is in quarter turns counter-clockwise, ``skew`` in degrees."""

    name: str
    dpi: int
    turn: int = 0
    skew: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    ink: int = 0
    paper: int = 255
    jpeg_quality: int | None = None
    is_bilevel: bool = False


WEARS: Final = (
    Wear("100 dpi", 100),
    Wear("150 dpi", 150),
    Wear("200 dpi", 200),
    Wear("300 dpi", 300),
    Wear("200 dpi, noise", 200, noise=30),
    Wear("200 dpi, blur", 200, blur=1.3),
    Wear("200 dpi, pale ink", 200, ink=120, paper=185, noise=8),
    Wear("150 dpi, JPEG 20", 150, jpeg_quality=20),
    Wear("200 dpi, fax", 200, noise=25, is_bilevel=True),
    Wear("200 dpi, skew 1", 200, skew=1.0),
    Wear("200 dpi, skew -3", 200, skew=-3.0),
    Wear("200 dpi, turned 90", 200, turn=1),
    Wear("200 dpi, turned 180", 200, turn=2),
    Wear("200 dpi, turned 270, skew 2", 200, turn=3, skew=2.0),
)


@dataclass(frozen=True, slots=True)
class Scan:
    """An image of a page (8-bit grey) and how its pixels lie on the page."""

    page: TruePage
    wear: Wear
    image: Image.Image

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """The point of the page, in display points, that pixel ``(x, y)`` of the image shows."""
        width, height = self.image.size
        angle = np.deg2rad(self.wear.skew)
        cosine, sine = float(np.cos(angle)), float(np.sin(angle))
        from_x, from_y = x - width / 2, y - height / 2
        x = from_x * cosine - from_y * sine + width / 2
        y = from_x * sine + from_y * cosine + height / 2
        if self.wear.turn == 1:
            x, y = height - y, x
        elif self.wear.turn == 2:
            x, y = width - x, height - y
        elif self.wear.turn == 3:
            x, y = y, width - x
        return x * 72 / self.wear.dpi, y * 72 / self.wear.dpi


def generated_pages(folder: Path) -> list[TruePage]:
    """Pages of our own in four languages."""
    made: list[tuple[str, str]] = []
    for seed, language in enumerate(("eng", "deu", "fra", "spa")):
        write_prose(folder / f"prose-{language}.pdf", language, seed)
        write_prose(folder / f"small-{language}.pdf", language, seed + 10, size=6.5, columns=2)
        write_table(folder / f"table-{language}.pdf", language, seed + 20, is_ruled=seed % 2 == 0)
        made += [(f"{kind}-{language}", language) for kind in ("prose", "small", "table")]
    pages = []
    for name, language in made:
        pages += list(pages_of(folder / f"{name}.pdf", language, 1))
    return pages


def shared_pages(folder: Path, half: int, count: int) -> list[TruePage]:
    """English pages of two sets of PDFs: ``count`` files each, at even (``half`` 0) or odd positions."""
    pages: list[TruePage] = []
    for dataset in ("tables-icdar2013", "parse-bench/pdfs"):
        files = sorted((folder / dataset).glob("*.pdf"))[half::2]
        for path in files[:: max(1, len(files) // count)][:count]:
            pages += list(pages_of(path, "eng", 1))
    return pages


def pages_of(path: Path, language: str, most: int) -> Iterator[TruePage]:
    """The first ``most`` pages of a PDF that have enough words and no unreadable characters."""
    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(len(document)):
            if most == 0:
                return
            page = document[index]
            frame = page_frame(page)
            found = read_words(page.get_textpage(), frame)
            if (
                len(found.words) < _FEWEST_WORDS
                or found.garbage_share > 0
                or any(w.turn for w in found.words)
            ):
                continue
            most -= 1
            yield TruePage(path.stem, path, index, language, found.words, frame.width, frame.height)
    finally:
        document.close()


def scan(page: TruePage, wear: Wear) -> Scan:
    """Render the page and wear it down; the same page and wear give the same image."""
    document = pypdfium2.PdfDocument(page.path)
    try:
        image = document[page.index].render(scale=wear.dpi / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()
    if wear.turn:
        turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
        image = image.transpose(turns[wear.turn - 1])
    if wear.skew:
        image = image.rotate(wear.skew, Image.Resampling.BICUBIC, fillcolor=255)
    if wear.blur:
        image = image.filter(ImageFilter.GaussianBlur(wear.blur))
    pixels = np.asarray(image, np.float32)
    pixels = wear.ink + pixels * ((wear.paper - wear.ink) / 255)
    if wear.noise:
        pixels = pixels + np.random.default_rng(7).normal(0, wear.noise, pixels.shape)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if wear.is_bilevel:
        image = image.point(lambda value: 255 if value > 150 else 0)
    if wear.jpeg_quality is not None:
        stored = BytesIO()
        image.save(stored, "JPEG", quality=wear.jpeg_quality)
        image = Image.open(stored).convert("L")
    return Scan(page, wear, image)
