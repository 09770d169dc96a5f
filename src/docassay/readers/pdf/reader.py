"""Reads a PDF page by page: text layer first, OCR for pages that have none, one bad page harms no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from docassay.documents.model import Document
from docassay.documents.page_range import select_pages
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.collector import collector_paused
from docassay.readers.ocr.page_image import PageImageReader, PageReading
from docassay.readers.page_clock import PageTookTooLong, page_time_limit
from docassay.readers.pdf.annotated_words import (
    comment_drafts,
    mark_forms,
    with_field_values,
    with_links,
    with_written_addresses,
)
from docassay.readers.pdf.annotations import prepare_forms, read_annotations
from docassay.readers.pdf.draft import PageDraft
from docassay.readers.pdf.figures import page_pictures
from docassay.readers.pdf.finish import finished_pages
from docassay.readers.pdf.formulas.place import equation_drafts, may_have_formulas, words_with_formulas
from docassay.readers.pdf.geometry import PageFrame, page_frame
from docassay.readers.pdf.light.page import layout_lightly
from docassay.readers.pdf.marks import PageMarks, read_marks
from docassay.readers.pdf.outline import read_outline
from docassay.readers.pdf.page_layout import layout_page
from docassay.readers.pdf.scanned_page import (
    NOT_READ,
    page_image_reader,
    place_drafts,
    placed_words,
    recognise_page,
)
from docassay.readers.pdf.text import PageText, PageWords, Word, read_text
from docassay.readers.pdf.text_layer_health import (
    LayerHealth,
    is_plainly_usable,
    keeps_layer,
    text_layer_health,
)
from docassay.readers.pdf.word_boxes import word_boxes
from docassay.readers.progress import report_pages


def open_pdf(source_path: Any, shown_name: str) -> Any:
    """Open a file with pdfium; close it after use.

    Raises DocumentFailure ``encrypted`` (a password is needed) or ``corrupt``.
    """
    try:
        document = pypdfium2.PdfDocument(source_path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise DocumentFailure(
                "encrypted", f"{shown_name} is protected with a password. Remove the password first."
            ) from error
        raise DocumentFailure("corrupt", f"{shown_name} is not a readable PDF: {error}") from error
    if len(document) == 0:
        document.close()
        raise DocumentFailure("corrupt", f"{shown_name} is a PDF without any page.")
    return document


def read_pdf(source: SourceFile, options: ConvertOptions) -> Document:
    """Convert the selected pages.

    Pages that cannot be read end in ``failed_pages`` with the reason in ``page_errors``. Raises
    DocumentFailure when no selected page could be read, and for ``encrypted``, ``corrupt``,
    ``page_range`` and ``too_many_pages``.
    """
    document = open_pdf(source.path, source.filename)
    image_reader = page_image_reader(options)
    try:
        prepare_forms(document)
        page_count = len(document)
        selected = _selected(options, page_count, source.filename)
        drafts, failures = _read_pages(document, selected, options, image_reader)
        if not drafts:
            raise _nothing_read(failures, source.filename)
        title = _title(document)
        outline = read_outline(document)
    finally:
        image_reader.close()
        document.close()
    with collector_paused():
        pages = finished_pages(drafts, with_furniture=options.mode != "fast", outline=outline)
    return Document(
        pages=pages,
        source_page_count=page_count,
        failed_pages=tuple(sorted(failures)),
        page_errors={index: str(error) for index, error in sorted(failures.items())},
        title=title,
    )


def _read_pages(
    document: Any, selected: Sequence[int], options: ConvertOptions, image_reader: PageImageReader
) -> tuple[list[PageDraft], dict[int, BaseException]]:
    """One page after the other, so that only the drafts of those that are done stay in memory."""
    drafts: list[PageDraft] = []
    failures: dict[int, BaseException] = {}
    image_bytes = 0
    for done, index in enumerate(selected):
        report_pages(done, len(selected))
        try:
            with collector_paused(), page_time_limit(options.limits.page_timeout_seconds, index + 1):
                drafts.append(_read_page(document, index, options, image_reader))
        except MemoryError:
            raise
        except (Exception, PageTookTooLong) as error:  # noqa: BLE001 - a bad page must not lose the others
            failures[index] = error
            continue
        image_bytes += sum(len(draft.image) for draft in drafts[-1].drafts if draft.image is not None)
        if options.extract_images and image_bytes > options.limits.max_image_bytes:
            options = replace(options, extract_images=False)
    return drafts, failures


def _title(document: Any) -> str | None:
    """The title in the file's metadata; ``untitled`` is what some writers put for none."""
    title = "".join(filter(str.isprintable, document.get_metadata_value("Title") or "")).strip()
    return None if title.casefold() in {"", "untitled"} else title


def _selected(options: ConvertOptions, page_count: int, filename: str) -> list[int]:
    try:
        selected = select_pages(options.page_range, options.max_pages, page_count)
    except ValueError as error:
        raise DocumentFailure("page_range", f"{filename}: {error}") from error
    if len(selected) > options.limits.max_pages:
        raise DocumentFailure(
            "too_many_pages",
            f"{filename} has {len(selected)} pages to convert; the limit is {options.limits.max_pages}. "
            f"Choose fewer with page_range or max_pages.",
        )
    return selected


def _nothing_read(failures: dict[int, BaseException], filename: str) -> DocumentFailure:
    first = failures[min(failures)]
    if isinstance(first, DocumentFailure):
        return first
    if isinstance(first, PageTookTooLong):
        return DocumentFailure("timeout", f"No page of {filename} could be read in time: {first}.")
    return DocumentFailure("corrupt", f"No page of {filename} could be read: {first}")


def _read_page(
    document: Any, index: int, options: ConvertOptions, image_reader: PageImageReader
) -> PageDraft:
    page = document[index]
    try:
        frame = page_frame(page)
        textpage = page.get_textpage()
        try:
            text = read_text(textpage, frame, cuts_marks=options.mode != "fast")
            marks = read_marks(page, frame)
            if options.mode == "fast":
                light = _light_page(page, index, frame, text, marks, options)
                if light is not None:
                    return light
                text = read_text(textpage, frame)
            found = PageWords(text.words(), text.garbage_share, text.characters)
            health = text_layer_health(found, marks, frame, textpage)
            if health.is_usable and options.mode != "fast" and may_have_formulas(found):
                words = words_with_formulas(found, textpage, frame, marks.horizontal)
                found = found._replace(words=words)
            if "://" in found.characters or "www." in found.characters:
                found = found._replace(words=with_written_addresses(found.words))
        finally:
            textpage.close()
        if not health.is_usable:
            return _scanned_page(page, index, frame, found, health, marks, options, image_reader)
        return _arranged(page, index, frame, found.words, marks, options, _layer_method(found, health))
    finally:
        page.close()


def _layer_method(found: PageWords, health: LayerHealth) -> str:
    if not found.words:
        return "none"
    return "ocr" if health.is_recognised else "pdftext"


def _light_page(
    page: Any, index: int, frame: PageFrame, text: PageText, marks: PageMarks, options: ConvertOptions
) -> PageDraft | None:
    """A page of plain text in the light layout; None for every other page."""
    if not is_plainly_usable(text, marks, frame):
        return None
    if pdfium.FPDFPage_GetAnnotCount(page):
        annotations = read_annotations(page.pdf, page, frame)
        if annotations.fields or annotations.texts or annotations.comments:
            return None
    pictures = []
    if options.extract_images and marks.images:
        pictures = page_pictures(page, marks, frame.width, frame.height, with_drawings=False)
    drafts = layout_lightly(text, marks, pictures, frame)
    if drafts is None:
        return None
    boxes = word_boxes(text.words()) if options.word_boxes else ()
    return PageDraft(index, frame.width, frame.height, drafts, "pdftext", boxes)


def _scanned_page(
    page: Any,
    index: int,
    frame: PageFrame,
    found: PageWords,
    health: LayerHealth,
    marks: PageMarks,
    options: ConvertOptions,
    image_reader: PageImageReader,
) -> PageDraft:
    """OCR the rendered page; a few good words of a text layer are kept when OCR finds no more."""
    try:
        reading = recognise_page(page, frame, image_reader, options)
    except DocumentFailure:
        if found.words and not health.is_broken:
            return _arranged(page, index, frame, found.words, marks, options, _layer_method(found, health))
        raise
    if keeps_layer(found, health, reading.words):
        return _arranged(page, index, frame, found.words, marks, options, _layer_method(found, health))
    return _arranged(page, index, frame, reading.words, marks, options, "ocr", reading)


def _arranged(
    page: Any,
    index: int,
    frame: PageFrame,
    words: list[Word],
    marks: PageMarks,
    options: ConvertOptions,
    method: str,
    reading: PageReading = NOT_READ,
) -> PageDraft:
    pictures = []
    if options.extract_images and not marks.is_empty:
        pictures = page_pictures(page, marks, frame.width, frame.height, with_drawings=options.mode != "fast")
    annotations = read_annotations(page.pdf, page, frame)
    words = with_field_values(words, [*annotations.fields, *annotations.texts])
    words = with_links(words, annotations.links)
    equations, words = equation_drafts(words)
    drafts = layout_page(
        words,
        marks if method != "ocr" else reading.marks,
        [*pictures, *equations],
        frame.width,
        frame.height,
        with_aligned_tables=options.mode != "fast",
    )
    place_drafts(drafts, reading, frame.width, frame.height)
    mark_forms(drafts, annotations.fields)
    drafts += comment_drafts(annotations.comments, frame.width, frame.height)
    words = placed_words(words, reading, frame.width, frame.height)
    boxes = word_boxes(words) if options.word_boxes else ()
    return PageDraft(index, frame.width, frame.height, drafts, method, boxes)
