"""A source layer as a document: its lines in the file's own order, without any layout."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

from docassay.documents.model import Block, BoundingBox, Document, Page, block_id
from docassay.documents.source_layer import SourceLayer, SourcePage

_NO_BOX = BoundingBox(0.0, 0.0, 0.0, 0.0)


def document_of_layer(layer: SourceLayer, page_indexes: Collection[int] | None = None) -> Document:
    """One ``Text`` block for each line that says something, on the pages of ``page_indexes`` (all: None).

    There are no tables, headings or lists in it. Boxes are those of the lines' words if the layer has any.
    """
    pages = tuple(
        _page(each)
        for each in layer.pages
        if page_indexes is None or not layer.is_paginated or each.index in page_indexes
    )
    return Document(pages, layer.page_count, is_paginated=layer.is_paginated)


def _page(page: SourcePage) -> Page:
    blocks: list[Block] = []
    first = 0
    for line in page.text.splitlines():
        words = line.split()
        if not words:
            continue
        boxes = page.word_boxes[first : first + len(words)]
        first += len(words)
        html = f"<p>{escape(' '.join(words), quote=False)}</p>"
        blocks.append(Block(block_id(page.index, "Text", len(blocks)), "Text", _around(boxes), html))
    right, bottom = (max((block.bbox[side] for block in blocks), default=0.0) for side in (2, 3))
    return Page(page.index, right, bottom, tuple(blocks))


def _around(boxes: Collection[BoundingBox]) -> BoundingBox:
    """The smallest box that holds all."""
    if not boxes:
        return _NO_BOX
    first, *others = boxes
    for box in others:
        first = first.union(box)
    return first
