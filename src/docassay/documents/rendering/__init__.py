"""Renderings of a ``Document``: plain text, markdown, html, the json block tree and chunks.

Importing this loads lxml: for processes that read documents, not for the server at start-up.
"""

from __future__ import annotations

from docassay.documents.rendering.annotations import NO_ANNOTATIONS, Annotations
from docassay.documents.rendering.chunks import to_chunks
from docassay.documents.rendering.html import block_html, to_html
from docassay.documents.rendering.json_tree import images, metadata, to_json
from docassay.documents.rendering.markdown import block_markdown, page_markdown, to_markdown
from docassay.documents.rendering.plain import block_text, page_text, plain_text

__all__ = [
    "NO_ANNOTATIONS",
    "Annotations",
    "block_html",
    "block_markdown",
    "block_text",
    "images",
    "metadata",
    "page_markdown",
    "page_text",
    "plain_text",
    "to_chunks",
    "to_html",
    "to_json",
    "to_markdown",
]
