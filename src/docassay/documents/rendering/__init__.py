"""Renderings of a ``Document``: plain text, markdown, html, the json block tree and chunks."""

from __future__ import annotations

from docassay.documents.rendering.plain import block_text, page_text, plain_text

__all__ = ["block_text", "page_text", "plain_text"]
