"""The text that a file itself carries, read apart from every layout analysis.

Checks compare an engine's output with this layer, so nothing of the built-in engine's layout is used here:
a PDF's text is taken in pdfium's own order, character by character.
"""

from __future__ import annotations

import ctypes
import importlib
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from docassay.documents.model import BoundingBox
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ReadLimits, SourceFile
from docassay.readers.detect import detect_type

LAYER_VERSION: Final = "1"
"""Goes up when the same file may give another layer; stored layers of other versions are not used."""

LayerReader = Callable[[SourceFile, ReadLimits], SourceLayer]

_LAYER_READERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pdf": "docassay.readers.layer:pdf_source_layer",
        "image": "docassay.readers.layer:image_source_layer",
        "word": "docassay.readers.word:word_source_layer",
        "slides": "docassay.readers.slides:slides_source_layer",
        "sheets": "docassay.readers.sheets:sheets_source_layer",
        "html": "docassay.readers.html:html_source_layer",
        "epub": "docassay.readers.epub:epub_source_layer",
    }
)

_PAIR_JOINER: Final = "\u2060"
_UNREADABLE: Final = re.compile("[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_GARBAGE_SHARE: Final = 0.3


def read_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer | None:
    """The file's own text, or None when the file cannot be read; never raises for a bad document."""
    try:
        file_type = detect_type(source.path, source.filename, source.content_type)
        module, _, name = _LAYER_READERS[file_type.family].partition(":")
        reader: LayerReader = getattr(importlib.import_module(module), name)
        return reader(source, limits)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - no layer is an honest answer, whatever a parser threw
        return None


def image_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """An image has pages but no text of its own."""
    from docassay.readers.image import frame_count, open_image

    with open_image(source.path, source.filename, limits.max_pixels) as image:
        return SourceLayer(pages=(), page_count=frame_count(image, source.filename))


def pdf_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """Text and word boxes of a PDF's pages, at most ``limits.max_pages``; unreadable pages are left out.

    A page most of whose characters have no Unicode value counts as a page without text.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(source.path)
    try:
        count = len(document)
        pages = []
        for index in range(min(count, limits.max_pages)):
            page = _source_page(document, index)
            if page is not None:
                pages.append(page)
    finally:
        document.close()
    return SourceLayer(pages=tuple(pages), page_count=count)


def _source_page(document: Any, index: int) -> SourcePage | None:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        textpage = page.get_textpage()
        try:
            text, boxes = _text_and_boxes(page, textpage)
        finally:
            textpage.close()
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()
    visible = sum(1 for character in text if not character.isspace())
    if visible == 0 or len(_UNREADABLE.findall(text)) > _GARBAGE_SHARE * visible:
        return None
    return SourcePage(index, text, boxes)


def _text_and_boxes(page: Any, textpage: Any) -> tuple[str, tuple[BoundingBox, ...]]:
    """The text with hyphenated words joined, and one display box per word of ``text.split()``."""
    import pypdfium2.raw as pdfium

    from docassay.readers.pdf.geometry import page_frame

    raw = textpage.raw
    count = pdfium.FPDFText_CountChars(raw)
    joined = _text_by_index([pdfium.FPDFText_GetUnicode(raw, index) for index in range(count)])
    frame = page_frame(page)
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    pointers = [ctypes.byref(edge) for edge in edges]
    pieces: list[str] = []
    boxes: list[BoundingBox] = []
    for match in re.finditer(r"\S+|\s+", joined):
        if match.group().isspace():
            pieces.append("\n" if "\n" in match.group() else " ")
            continue
        box: BoundingBox | None = None
        for index in range(match.start(), match.end()):
            if pdfium.FPDFText_GetCharBox(raw, index, *pointers):
                own = frame.to_display(left.value, bottom.value, right.value, top.value)
                box = own if box is None else box.union(own)
            if joined[index] == "\x02":
                break  # the rest of a hyphenated word stands on the next line
        word = match.group().replace("\x02", "").replace(_PAIR_JOINER, "")
        if word:
            pieces.append(word)
            boxes.append(box or BoundingBox(0.0, 0.0, 0.0, 0.0))
    text = "".join(pieces).strip()
    return text, tuple(boxes) if len(boxes) == len(text.split()) else ()


def _text_by_index(codes: list[int]) -> str:
    """One character per pdfium index; the second half of a surrogate pair is a joiner, removed later."""
    characters: list[str] = []
    for index, code in enumerate(codes):
        if code in (0x02, 0xFFFE):
            characters.append("\x02")
        elif 0xDC00 <= code < 0xE000 and index and 0xD800 <= codes[index - 1] < 0xDC00:
            pair = bytes([codes[index - 1] & 0xFF, codes[index - 1] >> 8, code & 0xFF, code >> 8])
            characters[-1:] = [pair.decode("utf-16-le"), _PAIR_JOINER]
        elif 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
            characters.append(chr(code))
        else:
            characters.append("\ufffd")
    return "".join(characters)
