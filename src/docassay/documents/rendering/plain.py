"""The text of a document without any markup: what text checks and rule-based extraction read."""

from __future__ import annotations

from docassay.documents.html_fragment import text_of
from docassay.documents.model import PAGE_FURNITURE, Block, Document, Page


def block_text(block: Block) -> str:
    """The visible text of one block; see ``text_of`` for lines and cells."""
    return text_of(block.html)


def page_text(page: Page, *, keep_furniture: bool = False) -> str:
    """The visible text of one page, a blank line between blocks.

    Running headers and footers are left out unless ``keep_furniture``.
    """
    texts = (block_text(b) for b in page.blocks if keep_furniture or b.block_type not in PAGE_FURNITURE)
    return "\n\n".join(text for text in texts if text)


def plain_text(document: Document, *, keep_furniture: bool = False) -> str:
    """The visible text of the document in reading order, a blank line between blocks.

    Running headers and footers are left out unless ``keep_furniture``.
    """
    texts = (page_text(page, keep_furniture=keep_furniture) for page in document.pages)
    return "\n\n".join(text for text in texts if text)


def is_kept(block: Block, *, keep_page_header: bool, keep_page_footer: bool) -> bool:
    """Whether a rendering for reading shows this top-level block."""
    if block.block_type == "PageHeader":
        return keep_page_header
    return keep_page_footer if block.block_type == "PageFooter" else True
