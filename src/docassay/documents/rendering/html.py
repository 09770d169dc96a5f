"""Documents as one html page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from lxml import etree

from docassay.documents.html_fragment import CELL_TAGS, parse_fragment, tag_of
from docassay.documents.model import Block, Document, walk
from docassay.documents.rendering.clean_html import clean_element, clean_html
from docassay.documents.rendering.plain import is_kept

_CHILD_TAGS: Final = {"ListItem": frozenset({"li"}), "TableCell": CELL_TAGS}


def to_html(
    document: Document,
    *,
    paginate: bool = False,
    add_block_ids: bool = False,
    keep_page_header: bool = False,
    keep_page_footer: bool = False,
) -> str:
    """The document as an html page with known tags and attributes only (no scripts, styles or handlers).

    ``paginate`` puts each page into ``<div class="page" data-page-id="n">``. ``add_block_ids`` gives the
    element of each block, and of list items and table cells that are blocks, ``data-block-id``. Running
    headers and footers are left out unless kept. Images are referred to by name; ``images`` has them.
    """
    body: list[str] = []
    for page in document.pages:
        blocks = [
            block_html(block, add_block_ids=add_block_ids)
            for block in page.blocks
            if is_kept(block, keep_page_header=keep_page_header, keep_page_footer=keep_page_footer)
        ]
        if paginate:
            body.append(f'<div class="page" data-page-id="{page.index}">')
        body.extend(blocks)
        if paginate:
            body.append("</div>")
    head = '<meta charset="utf-8"/>'
    if document.title:
        head += f"<title>{escape(document.title, quote=False)}</title>"
    content = "\n".join(body)
    return f"<!DOCTYPE html>\n<html>\n<head>{head}</head>\n<body>\n{content}\n</body>\n</html>\n"


def block_html(block: Block, *, add_block_ids: bool = False) -> str:
    """One block as clean html; a list item on its own gets the list element that html asks for."""
    if not add_block_ids:
        html = clean_html(block.html)
        return f"<ul>{html}</ul>" if block.block_type == "ListItem" and html.startswith("<li") else html
    root = parse_fragment(block.html)
    attributes = {element: _id_attribute(child) for element, child in _child_elements(block, root)}
    if len(root) != 1 or (root.text or "").strip() or (root[0].tail or "").strip():
        content = clean_element(root, with_root=False, extra_attributes=attributes)
        return f'<div data-block-id="{escape(block.id)}">{content}</div>'
    attributes[root[0]] = _id_attribute(block)
    html = clean_element(root, with_root=False, extra_attributes=attributes)
    return f"<ul>{html}</ul>" if tag_of(root[0]) == "li" else html


def _id_attribute(block: Block) -> dict[str, str]:
    return {"data-block-id": block.id}


def _child_elements(block: Block, root: etree._Element) -> Iterator[tuple[etree._Element, Block]]:
    """List items and cells with their elements, where the block has as many of them as the html."""
    for block_type, tags in _CHILD_TAGS.items():
        children = [child for child in walk(block) if child is not block and child.block_type == block_type]
        elements = [element for element in root.iter() if tag_of(element) in tags] if children else []
        if len(children) == len(elements):
            yield from zip(elements, children, strict=True)
