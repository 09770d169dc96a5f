"""Documents as the json block tree, and the parts that it shares with chunks: images and metadata."""

from __future__ import annotations

import base64
from collections import Counter
from html import escape
from typing import Any, Final

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Block, BoundingBox, Document, Page, block_id, walk
from docassay.documents.rendering.annotations import NO_ANNOTATIONS, Annotations
from docassay.documents.rendering.html import block_html
from docassay.documents.rendering.markdown import block_markdown

_GROUPS: Final = frozenset({"ListGroup", "TableGroup", "FigureGroup", "PictureGroup", "ComplexRegion"})


def to_json(
    document: Document, *, include_markdown: bool = False, annotations: Annotations = NO_ANNOTATIONS
) -> dict[str, Any]:
    """The block tree: ``{"children": [page, ...], "block_type": "Document", "metadata": {...}}``.

    Every block has ``id, block_type, page, html, markdown, polygon, bbox, children, section_hierarchy,
    images`` (``metadata`` only where there is any, see ``block_metadata``). The html of pages and groups
    refers to their children by ``<content-ref src='id'>``. ``markdown`` is null, or with
    ``include_markdown`` that of the block and all that is inside; pages have none. The html has the boxes
    of ``annotations``. Running headers and footers are always part of the tree.
    """
    writer = _TreeWriter(annotations.without_ids, include_markdown=include_markdown)
    return {
        "children": [writer.page_node(page) for page in document.pages],
        "block_type": "Document",
        "metadata": metadata(document),
    }


def images(document: Document) -> dict[str, str]:
    """All images of the document, file name to base64."""
    return {name: content for block in document.walk() for name, content in block_images(block).items()}


def metadata(document: Document) -> dict[str, Any]:
    """``table_of_contents`` (section headers in order), ``page_stats`` (blocks of each type, those inside
    groups included, most frequent first) and ``failed_pages`` (0-based)."""
    return {
        "table_of_contents": [
            {
                "title": " ".join(text_of(block.html).split()),
                "heading_level": block.level,
                "page_id": page.index,
                "polygon": block.bbox.polygon,
            }
            for page in document.pages
            for top in page.blocks
            for block in walk(top)
            if block.block_type == "SectionHeader"
        ],
        "page_stats": [
            {
                "page_id": page.index,
                "text_extraction_method": page.method,
                "block_counts": _block_counts(page),
            }
            for page in document.pages
        ],
        "failed_pages": list(document.failed_pages),
    }


def block_images(block: Block) -> dict[str, str]:
    """The block's own images, file name to base64."""
    return {name: base64.b64encode(content).decode("ascii") for name, content in block.images.items()}


def block_metadata(block: Block) -> dict[str, Any]:
    """``confidence``, ``continues`` and ``repeated_header_rows``, as far as they are known."""
    known: dict[str, Any] = {}
    if block.confidence is not None:
        known["confidence"] = block.confidence
    if block.continues is not None:
        known["continues"] = block.continues.block_id
        known["repeated_header_rows"] = block.continues.repeated_rows
    return known


def box_fields(box: BoundingBox) -> dict[str, Any]:
    """``polygon`` (clockwise from the top left) and ``bbox`` (``[x0, y0, x1, y1]``), in points."""
    return {"polygon": box.polygon, "bbox": list(box)}


def _block_counts(page: Page) -> list[list[Any]]:
    counts = Counter(block.block_type for top in page.blocks for block in walk(top))
    return [[block_type, count] for block_type, count in counts.most_common()]


class _TreeWriter:
    """Nodes of the tree, all with the same options."""

    def __init__(self, boxes: Annotations, *, include_markdown: bool) -> None:
        self._boxes = boxes
        self._include_markdown = include_markdown

    def page_node(self, page: Page) -> dict[str, Any]:
        """A page with everything on it."""
        return {
            "id": block_id(page.index, "Page", 0),
            "block_type": "Page",
            "page": page.index,
            "html": _references(page.blocks),
            "markdown": None,
            **box_fields(page.bbox),
            "children": [self._block_node(block) for block in page.blocks],
            "section_hierarchy": None,
            "images": None,
        }

    def _block_node(self, block: Block) -> dict[str, Any]:
        node = {
            "id": block.id,
            "block_type": block.block_type,
            "page": block.page_index,
            "html": self._own_html(block),
            "markdown": block_markdown(block) if self._include_markdown else None,
            **box_fields(block.bbox),
            "children": [self._block_node(child) for child in block.children] or None,
            "section_hierarchy": dict(block.section_hierarchy),
            "images": block_images(block),
        }
        known = block_metadata(block)
        if known:
            node["metadata"] = known
        return node

    def _own_html(self, block: Block) -> str:
        """References for a group whose children hold all of its text; the complete html for all else."""
        if block.block_type not in _GROUPS or not block.children:
            return block_html(block, self._boxes)
        held = "".join("".join(text_of(child.html).split()) for child in block.children)
        if held != "".join(text_of(block.html).split()):
            return block_html(block, self._boxes)
        references = _references(block.children)
        if block.block_type != "ListGroup":
            return references
        tag = "ol" if block.html.lstrip().lower().startswith("<ol") else "ul"
        return f"<{tag}>{references}</{tag}>"


def _references(blocks: tuple[Block, ...]) -> str:
    return "".join(f"<content-ref src='{escape(block.id)}'></content-ref>" for block in blocks)
