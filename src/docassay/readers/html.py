"""HTML files to the block model: one nominal page, nothing fetched, scripts and navigation left out.

What counts as seen is defined in ``visible_html``. Links stay when they are http, https or mailto;
pictures only when their bytes are in the page itself (``data:`` addresses).
"""

from __future__ import annotations

from typing import Final

from docassay.documents.model import Document
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import flow_page, selected_pages
from docassay.readers.html_blocks import HtmlBlocks
from docassay.readers.stored_file import read_stored
from docassay.readers.visible_html import page_title, parse_html, raw_text

MAX_HTML_BYTES: Final = 64 * 1024 * 1024


def read_html(source: SourceFile, options: ConvertOptions) -> Document:
    """The file as one nominal page. Raises ``DocumentFailure`` when it cannot be read."""
    selected_pages(options, 1, "pages")
    root = parse_html(_content(source, options.limits), "The file")
    drafts = HtmlBlocks(EmbeddedImages(is_enabled=options.extract_images)).read(root)
    return Document(
        pages=(flow_page(0, drafts),),
        source_page_count=1,
        title=page_title(root),
        is_paginated=False,
    )


def html_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """The text nodes that a visitor sees. Raises ``DocumentFailure`` as ``read_html``."""
    root = parse_html(_content(source, limits), "The file")
    return SourceLayer(pages=(SourcePage(0, raw_text(root)),), page_count=1, is_paginated=False)


def _content(source: SourceFile, limits: ReadLimits) -> bytes:
    limit = min(MAX_HTML_BYTES, limits.max_uncompressed_bytes)
    return read_stored(source.path, limit, "The HTML file")
