"""Formats that are read through LibreOffice (DOC, PPT, RTF, XLSB): converted, then read like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from docassay.documents.model import Document
from docassay.documents.source_layer import SourceLayer
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.readers.detect import detect_type
from docassay.readers.libreoffice import converted
from docassay.readers.sheets import read_sheets, sheets_source_layer
from docassay.readers.slides import read_slides, slides_source_layer
from docassay.readers.word import read_word, word_source_layer

_SUCCESSORS: Final = {"doc": "docx", "rtf": "docx", "ppt": "pptx", "xlsb": "xlsx"}
_READERS: Final = {"docx": read_word, "pptx": read_slides, "xlsx": read_sheets}
_LAYER_READERS: Final = {
    "docx": word_source_layer,
    "pptx": slides_source_layer,
    "xlsx": sheets_source_layer,
}


def read_legacy(source: SourceFile, options: ConvertOptions) -> Document:
    """The file as its successor's reader reads it.

    Raises ``DocumentFailure`` as ``converted`` and that reader do.
    """
    with _successor(source, options.limits) as (successor, kind):
        return _READERS[kind](successor, options)


def legacy_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """The text of the file as LibreOffice hands it on. Raises ``DocumentFailure`` as ``read_legacy``."""
    with _successor(source, limits) as (successor, kind):
        return _LAYER_READERS[kind](successor, limits)


@contextmanager
def _successor(source: SourceFile, limits: ReadLimits) -> Iterator[tuple[SourceFile, str]]:
    name = detect_type(source.path, source.filename, source.content_type).name
    kind = _SUCCESSORS[name]
    with converted(source.path, name, kind, limits.office_timeout_seconds) as path:
        yield replace(source, path=path), kind
