"""The one door to all readers: detect what a file is and hand it to the reader of its family."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from docassay.documents.model import Document, with_section_hierarchy
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.detect import detect_type

Reader = Callable[[SourceFile, ConvertOptions], Document]

READERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pdf": "docassay.readers.pdf.reader:read_pdf",
        "image": "docassay.readers.image:read_image",
        "word": "docassay.readers.word:read_word",
        "slides": "docassay.readers.slides:read_slides",
        "sheets": "docassay.readers.sheets:read_sheets",
        "opendocument": "docassay.readers.opendocument:read_open_document",
        "legacy": "docassay.readers.legacy:read_legacy",
        "html": "docassay.readers.html:read_html",
        "epub": "docassay.readers.epub:read_epub",
    }
)
"""Family of ``FileType`` to ``module:function``; imported on first use because parsers are heavy."""


def read_document(source: SourceFile, options: ConvertOptions) -> Document:
    """Convert any supported file to the block model, with ``section_hierarchy`` filled in.

    Raises DocumentFailure for everything that is wrong with the file. What a third-party parser throws at a
    damaged file becomes ``corrupt`` with the parser's own words; MemoryError passes through.
    """
    file_type = detect_type(source.path, source.filename, source.content_type)
    reader = _load(READERS[file_type.family])
    try:
        document = reader(source, options)
    except (DocumentFailure, MemoryError):
        raise
    except Exception as error:
        reason = str(error).strip() or type(error).__name__
        raise DocumentFailure(
            "corrupt",
            f"{source.filename} could not be read as {file_type.name.upper()}; it is probably damaged. "
            f"The parser said: {reason[:500]}",
        ) from error
    return replace(document, pages=with_section_hierarchy(document.pages))


def _load(target: str) -> Reader:
    module, _, name = target.partition(":")
    reader: Reader = getattr(importlib.import_module(module), name)
    return reader
