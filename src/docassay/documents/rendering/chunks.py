"""Documents as chunks: the flat list of top-level blocks, for search indexes and retrieval."""

from __future__ import annotations

from typing import Any

from docassay.documents.model import Block, Document, walk
from docassay.documents.rendering.annotations import NO_ANNOTATIONS, Annotations
from docassay.documents.rendering.html import block_html
from docassay.documents.rendering.json_tree import block_images, block_metadata, box_fields, metadata
from docassay.documents.rendering.markdown import block_markdown
from docassay.documents.rendering.plain import is_kept


def to_chunks(
    document: Document,
    *,
    include_markdown: bool = False,
    annotations: Annotations = NO_ANNOTATIONS,
    keep_page_header: bool = False,
    keep_page_footer: bool = False,
) -> dict[str, Any]:
    """``{"blocks": [...], "page_info": {"0": {"bbox", "polygon"}}, "metadata": {...}}``.

    A chunk has ``id, block_type, html, page, polygon, bbox, section_hierarchy, images``, and
    ``markdown`` with ``include_markdown``; its html and images include those of its children. A table that
    goes on from the page before has ``metadata`` with ``continues`` and ``repeated_header_rows``. The html
    has the boxes of ``annotations``. Running headers and footers are left out unless kept.
    """
    boxes = annotations.without_ids
    return {
        "blocks": [
            _chunk(block, boxes, include_markdown=include_markdown)
            for block in document.blocks()
            if is_kept(block, keep_page_header=keep_page_header, keep_page_footer=keep_page_footer)
        ],
        "page_info": {str(page.index): box_fields(page.bbox) for page in document.pages},
        "metadata": metadata(document),
    }


def _chunk(block: Block, boxes: Annotations, *, include_markdown: bool) -> dict[str, Any]:
    chunk = {
        "id": block.id,
        "block_type": block.block_type,
        "html": block_html(block, boxes),
        "page": block.page_index,
        **box_fields(block.bbox),
        "section_hierarchy": dict(block.section_hierarchy),
        "images": {name: content for part in walk(block) for name, content in block_images(part).items()},
    }
    continued = next((part for part in walk(block) if part.continues is not None), None)
    if continued is not None:
        chunk["metadata"] = block_metadata(continued)
    if include_markdown:
        chunk["markdown"] = block_markdown(block)
    return chunk
