"""The text that a file itself carries, read apart from every layout analysis.

Checks compare an engine's output with this layer, so nothing of the built-in engine's layout is used here:
a PDF's text is taken in pdfium's own order, character by character.
"""

from __future__ import annotations

import ctypes
import importlib
import math
import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from docassay.documents.model import BoundingBox
from docassay.documents.source_layer import SourceLayer, SourcePage, WordStyle
from docassay.engines.contract import ReadLimits, SourceFile
from docassay.readers.detect import detect_type

LAYER_VERSION: Final = "3"
"""Goes up when the same file may give another layer; stored layers of other versions are not used."""

LayerReader = Callable[[SourceFile, ReadLimits], SourceLayer]
_PageReader = Callable[[Any, Any, int], SourcePage]

_LAYER_READERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pdf": "docassay.readers.layer:pdf_source_layer",
        "image": "docassay.readers.layer:image_source_layer",
        "word": "docassay.readers.word:word_source_layer",
        "slides": "docassay.readers.slides:slides_source_layer",
        "sheets": "docassay.readers.sheets:sheets_source_layer",
        "opendocument": "docassay.readers.opendocument:open_document_source_layer",
        "legacy": "docassay.readers.legacy:legacy_source_layer",
        "html": "docassay.readers.html:html_source_layer",
        "epub": "docassay.readers.epub:epub_source_layer",
    }
)

_LAYER_CHARACTERS: Final = {0: 0xFFFD, 0xFFFE: 0x02}
"""One mark for the two that pdfium puts where a hyphen ended a line; no value is no character."""

_WHITE_SPACE: Final = re.compile(r"\s+")
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


def read_layer_text(
    source: SourceFile, limits: ReadLimits, page_indexes: Collection[int]
) -> SourceLayer | None:
    """The same without the boxes of words, for PDF files of the named pages only: several times faster.

    Formats without pages that can be read one by one are read whole.
    """
    try:
        if detect_type(source.path, source.filename, source.content_type).family != "pdf":
            return read_source_layer(source, limits)
        return _pdf_layer(source, limits, page_indexes, _text_only)
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

    A page counts as a page without text when many of its characters have no Unicode value, or when its
    letters are those of no language (shifted ones, for one): its layer says something else than it shows.
    """
    return _pdf_layer(source, limits, None, _with_places)


def _pdf_layer(
    source: SourceFile, limits: ReadLimits, page_indexes: Collection[int] | None, read: _PageReader
) -> SourceLayer:
    import pypdfium2

    document = pypdfium2.PdfDocument(source.path)
    try:
        count = len(document)
        pages = []
        for index in range(min(count, limits.max_pages)):
            if page_indexes is not None and index not in page_indexes:
                continue
            page = _source_page(document, index, read)
            if page is not None:
                pages.append(page)
    finally:
        document.close()
    return SourceLayer(pages=tuple(pages), page_count=count)


def _source_page(document: Any, index: int, read: _PageReader) -> SourcePage | None:
    import pypdfium2

    from docassay.readers.pdf.text_layer_health import are_plausible_letters

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        textpage = page.get_textpage()
        try:
            found = read(page, textpage, index)
        finally:
            textpage.close()
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()
    visible = len("".join(found.text.split()))
    if visible == 0 or len(_UNREADABLE.findall(found.text)) > _GARBAGE_SHARE * visible:
        return None
    return found if are_plausible_letters(found.text) else None


def _text_only(page: Any, textpage: Any, index: int) -> SourcePage:
    """The text of ``_with_places``; ``page`` is not looked at."""
    from docassay.readers.pdf.text import PAIR_FILLER, page_characters

    text = page_characters(textpage).translate(_LAYER_CHARACTERS)
    text = _WHITE_SPACE.sub(lambda space: "\n" if "\n" in space.group() else " ", text)
    return SourcePage(index, text.replace("\x02", "").replace(PAIR_FILLER, "").strip())


def _with_places(page: Any, textpage: Any, index: int) -> SourcePage:
    """The text with hyphenated words joined; a display box and the style of each word of ``text.split()``."""
    import pypdfium2.raw as pdfium

    from docassay.readers.pdf.geometry import page_frame
    from docassay.readers.pdf.text import PAIR_FILLER, page_characters
    from docassay.readers.pdf.text_styles import read_styles

    raw = textpage.raw
    joined = page_characters(textpage).translate(_LAYER_CHARACTERS)
    frame = page_frame(page)
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    pointers = [ctypes.byref(edge) for edge in edges]
    get_box = pdfium.FPDFText_GetCharBox
    pieces: list[str] = []
    boxes: list[BoundingBox] = []
    starts: list[int] = []
    for match in re.finditer(r"\S+|\s+", joined):
        if match.group().isspace():
            pieces.append("\n" if "\n" in match.group() else " ")
            continue
        hyphen = joined.find("\x02", match.start(), match.end())
        # The rest of a hyphenated word stands on the next line.
        end = hyphen + 1 if hyphen >= 0 else match.end()
        x0 = y0 = math.inf
        x1 = y1 = -math.inf
        for character in range(match.start(), end):
            if get_box(raw, character, *pointers):
                x0, x1 = min(x0, left.value), max(x1, right.value)
                y0, y1 = min(y0, bottom.value), max(y1, top.value)
        word = match.group().replace("\x02", "").replace(PAIR_FILLER, "")
        if word:
            pieces.append(word)
            starts.append(match.start())
            boxes.append(frame.to_display(x0, y0, x1, y1) if x0 <= x1 else BoundingBox(0.0, 0.0, 0.0, 0.0))
    text = "".join(pieces).strip()
    if not boxes or len(boxes) != len(text.split()):
        return SourcePage(index, text)
    styled = read_styles(ctypes.c_void_p(ctypes.cast(raw, ctypes.c_void_p).value), starts, frame.rotation)
    styles = [WordStyle(round(style.size, 2), style.font.is_bold) for style in styled.styles]
    return SourcePage(index, text, tuple(boxes), tuple(styles[number] for number in styled.numbers.tolist()))
