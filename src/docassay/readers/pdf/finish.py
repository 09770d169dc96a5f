"""Drafts of all pages to the pages of a ``Document``: ids, list groups, final HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docassay.documents.model import Block, BoundingBox, Continuation, Page
from docassay.readers.pdf.captions import bind_captions
from docassay.readers.pdf.draft import BlockNumbers, Draft, PageDraft
from docassay.readers.pdf.footnotes import mark_footnotes
from docassay.readers.pdf.furniture import mark_furniture
from docassay.readers.pdf.headings import body_size, mark_headings
from docassay.readers.pdf.hyphens import UNDECIDED_HYPHEN, HyphenJoiner
from docassay.readers.pdf.lists import continues_item, list_blocks, mark_sequences
from docassay.readers.pdf.outline import OutlineEntry
from docassay.readers.pdf.references import mark_references
from docassay.readers.pdf.tables.across_pages import continue_tables
from docassay.readers.pdf.word_boxes import with_words


def finished_pages(
    pages: Sequence[PageDraft], *, with_furniture: bool, outline: Sequence[OutlineEntry] = ()
) -> tuple[Page, ...]:
    """Decide what needs the whole document (furniture, footnotes, headings, lists) and make the blocks.

    ``outline`` are the bookmarks of the file; the headings that they name get their levels.
    """
    _decide_hyphens(pages)
    if with_furniture:
        mark_furniture(pages)
    if any(draft.may_be_footnote for page in pages for draft in page.drafts):
        mark_footnotes(pages, body_size(pages))
    continue_tables(pages)
    mark_headings(pages, outline)
    mark_references(pages)
    mark_sequences(pages)
    finished: list[Page] = []
    for page in pages:
        finished.append(_page(page))
        page.drafts = []  # a long document must not be in memory twice
    return tuple(finished)


def _decide_hyphens(pages: Sequence[PageDraft]) -> None:
    cut = [draft for page in pages for draft in page.drafts if UNDECIDED_HYPHEN in draft.text]
    if not cut:
        return
    joiner = HyphenJoiner(draft.text for page in pages for draft in page.drafts)
    for draft in cut:
        for part in (draft, *draft.children):
            part.text, part.html = joiner.decided(part.text), joiner.decided(part.html)


def _page(page: PageDraft) -> Page:
    bind_captions(page)
    numbers = BlockNumbers(page.index)
    blocks: list[Block] = []
    items: list[Draft] = []
    for draft in page.drafts:
        if draft.kind == "ListItem" or (items and continues_item(draft, _last_item(items))):
            items.append(draft)
            continue
        if items:
            blocks.extend(list_blocks(items, numbers))
            items = []
        blocks.append(_block(draft, numbers))
    if items:
        blocks.extend(list_blocks(items, numbers))
    area = BoundingBox(0.0, 0.0, page.width, page.height)
    inside = tuple([_inside(block, area) for block in blocks])
    if page.words:
        inside = with_words(inside, page.words, page.width, page.height)
    return Page(page.index, page.width, page.height, inside, page.method)


def _inside(block: Block, area: BoundingBox) -> Block:
    """The block with what juts out over the page's edge cut off its boxes (the loose boxes of fonts do)."""
    box = block.bbox
    if box.x0 >= area.x0 and box.y0 >= area.y0 and box.x1 <= area.x1 and box.y1 <= area.y1:
        return block
    cut = BoundingBox(
        min(max(box.x0, area.x0), area.x1),
        min(max(box.y0, area.y0), area.y1),
        min(max(box.x1, area.x0), area.x1),
        min(max(box.y1, area.y0), area.y1),
    )
    return replace(block, bbox=cut, children=tuple(_inside(child, area) for child in block.children))


def _last_item(items: Sequence[Draft]) -> Draft:
    """The item that a paragraph would go on: its own box ends where the last paragraph under it does."""
    item = next(draft for draft in reversed(items) if draft.kind == "ListItem")
    last = items[-1]
    return item if last is item else replace(item, bbox=item.bbox._replace(y1=last.bbox.y1))


def _block(draft: Draft, numbers: BlockNumbers) -> Block:
    identifier = numbers.next_id(draft.kind)
    if draft.kind == "TableCell":  # nearly all blocks of a page with tables
        return Block(identifier, "TableCell", draft.bbox, draft.html, confidence=draft.confidence)
    if draft.image is not None:
        name = f"{identifier.strip('/').replace('/', '_')}.jpg"
        html = f'<p><img src="{name}" alt=""/></p>'
        return Block(identifier, draft.kind, draft.bbox, html, images={name: draft.image})
    children: tuple[Block, ...] = ()
    if draft.children:
        children = tuple([_block(child, numbers) for child in draft.children])
    is_group = draft.kind.endswith("Group")
    return Block(
        identifier,
        draft.kind,
        draft.bbox,
        "".join([child.html for child in children]) if is_group else _wrapped(draft),
        children,
        level=draft.level if draft.kind == "SectionHeader" else None,
        confidence=draft.confidence,
        continues=_continuation(draft, identifier),
    )


def _continuation(draft: Draft, identifier: str) -> Continuation | None:
    part = draft.table_part
    if part is None:
        return None
    part.block_id = identifier
    return Continuation(part.previous.block_id, part.repeated_rows) if part.previous is not None else None


def _wrapped(draft: Draft) -> str:
    if draft.kind in {"Table", "TableCell"}:
        return draft.html
    if draft.kind == "SectionHeader":
        return f"<h{draft.level}>{draft.html}</h{draft.level}>"
    if draft.kind == "Code":
        return f"<pre><code>{draft.html}</code></pre>"
    return draft.html if draft.html.startswith("<p ") else f"<p>{draft.html}</p>"
