"""Documents as one html page."""

from __future__ import annotations

from html import escape

from docassay.documents.html_fragment import parse_fragment, tag_of
from docassay.documents.model import Block, Document
from docassay.documents.rendering.annotations import NO_ANNOTATIONS, Annotations, annotate
from docassay.documents.rendering.clean_html import clean_element, clean_html
from docassay.documents.rendering.plain import block_text, is_kept


def to_html(
    document: Document,
    *,
    paginate: bool = False,
    annotations: Annotations = NO_ANNOTATIONS,
    keep_page_header: bool = False,
    keep_page_footer: bool = False,
) -> str:
    """The document as an html page with known tags and attributes only (no scripts, styles or handlers).

    The title is the document's, else its first heading. ``paginate`` puts each page into
    ``<div class="page" data-page-id="n">``. ``annotations`` adds ids and boxes. Running headers and footers
    are left out unless kept. Images are referred to by name; ``images`` has them.
    """
    body: list[str] = []
    for page in document.pages:
        blocks = [
            block_html(block, annotations)
            for block in page.blocks
            if is_kept(block, keep_page_header=keep_page_header, keep_page_footer=keep_page_footer)
        ]
        if paginate:
            body.append(f'<div class="page" data-page-id="{page.index}">')
        body.extend(blocks)
        if paginate:
            body.append("</div>")
    head = '<meta charset="utf-8"/>'
    title = document.title or _first_heading(document)
    if title:
        head += f"<title>{escape(title, quote=False)}</title>"
    content = "\n".join(body)
    return f"<!DOCTYPE html>\n<html>\n<head>{head}</head>\n<body>\n{content}\n</body>\n</html>\n"


def _first_heading(document: Document) -> str:
    headings = (block for block in document.walk() if block.block_type == "SectionHeader")
    return next((title for block in headings if (title := " ".join(block_text(block).split()))), "")


def block_html(block: Block, annotations: Annotations = NO_ANNOTATIONS) -> str:
    """One block as clean html; a list item on its own gets the list element that html asks for."""
    if not annotations.has_any:
        html = clean_html(block.html)
        return f"<ul>{html}</ul>" if block.block_type == "ListItem" and html.startswith("<li") else html
    root = parse_fragment(block.html)
    is_single = len(root) == 1 and not (root.text or "").strip() and not (root[0].tail or "").strip()
    top = root[0] if is_single else None
    attributes = annotate(block, root, annotations)
    if annotations.block_ids and top is not None:
        attributes[top] = {"data-block-id": block.id, **attributes.get(top, {})}
    html = clean_element(root, with_root=False, extra_attributes=attributes)
    if annotations.block_ids and top is None:
        return f'<div data-block-id="{escape(block.id)}">{html}</div>'
    return f"<ul>{html}</ul>" if tag_of(top) == "li" else html
