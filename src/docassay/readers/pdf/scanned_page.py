"""A PDF page that must be read by OCR: rendered at the resolution that OCR reads best, boxes taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from docassay.documents.model import BoundingBox
from docassay.engines.contract import ConvertOptions
from docassay.readers.ocr.page_image import READING_DPI, PageImageReader, PageReading
from docassay.readers.ocr.tesseract import LONGEST_SIDE_PIXELS
from docassay.readers.ocr.turned_pages import box_on_skewed_page
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.geometry import PageFrame
from docassay.readers.pdf.page_layout import NO_MARKS
from docassay.readers.pdf.text import Word

NOT_READ: Final = PageReading([], NO_MARKS, 0.0)
"""Stands for a page whose words come from its text layer."""


def page_image_reader(options: ConvertOptions) -> PageImageReader:
    """The reader for all pages of one document; it starts the OCR program when the first page needs it."""
    limits = options.limits
    return PageImageReader(
        options.languages, options.mode, limits.max_pixels, limits.ocr_page_timeout_seconds
    )


def recognise_page(
    page: Any, frame: PageFrame, reader: PageImageReader, options: ConvertOptions
) -> PageReading:
    """Render an open pdfium page in grey, within the pixel limits, and read it.

    Raises DocumentFailure as ``PageImageReader.read`` does.
    """
    area = frame.width * frame.height
    dpi = min(
        READING_DPI[options.mode],
        72.0 * (options.limits.max_pixels / area) ** 0.5,
        72.0 * (LONGEST_SIDE_PIXELS - 1) / max(frame.width, frame.height),
    )
    bitmap = page.render(scale=dpi / 72.0, grayscale=True)
    try:
        return reader.read(bitmap.to_pil(), dpi)
    finally:
        bitmap.close()


def place_drafts(drafts: Iterable[Draft], reading: PageReading, width: float, height: float) -> None:
    """Move the boxes of drafts with text from the straightened page to the page as it is shown."""
    if reading.skew_degrees == 0.0:
        return
    for draft in drafts:
        if draft.image is None:
            draft.bbox = box_on_skewed_page(draft.bbox, reading.skew_degrees, width, height)
        place_drafts(draft.children, reading, width, height)


def placed_words(words: list[Word], reading: PageReading, width: float, height: float) -> list[Word]:
    """The words with their boxes on the page as it is shown."""
    if reading.skew_degrees == 0.0:
        return words
    placed = []
    for word in words:
        box = box_on_skewed_page(
            BoundingBox(word.x0, word.y0, word.x1, word.y1), reading.skew_degrees, width, height
        )
        placed.append(word._replace(x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1))
    return placed
