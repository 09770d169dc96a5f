"""Drafts of all pages to the pages of a ``Document``: ids, list groups, final HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from docassay.documents.model import Block, BoundingBox, Page, block_id
from docassay.readers.pdf.draft import Draft, PageDraft, with_marker
from docassay.readers.pdf.furniture import mark_furniture
from docassay.readers.pdf.headings import body_size, mark_headings
from docassay.readers.pdf.hyphens import UNDECIDED_HYPHEN, HyphenJoiner
from docassay.readers.pdf.list_markers import is_bullet
from docassay.readers.pdf.word_boxes import with_words

_DECIMAL: Final = re.compile(r"^(\d{1,3})[.)]$")


def finished_pages(pages: Sequence[PageDraft], *, with_furniture: bool) -> tuple[Page, ...]:
    """Decide what needs the whole document (furniture, footnotes, headings) and make the blocks."""
    _decide_hyphens(pages)
    if with_furniture:
        mark_furniture(pages)
    body = body_size(pages)
    for page in pages:
        for draft in page.drafts:
            is_candidate = draft.may_be_footnote and draft.kind in {"Text", "ListItem"}
            if is_candidate and draft.size < 0.92 * body:
                draft.kind, draft.html, draft.marker = "Footnote", with_marker(draft), ""
    mark_headings(pages)
    return tuple(_page(page) for page in pages)


def _decide_hyphens(pages: Sequence[PageDraft]) -> None:
    cut = [draft for page in pages for draft in page.drafts if UNDECIDED_HYPHEN in draft.html]
    if not cut:
        return
    joiner = HyphenJoiner(draft.text for page in pages for draft in page.drafts)
    for draft in cut:
        for part in (draft, *draft.children):
            part.text, part.html = joiner.decided(part.text), joiner.decided(part.html)


def _page(page: PageDraft) -> Page:
    numbering = _Numbering(page.index)
    blocks: list[Block] = []
    items: list[Draft] = []
    for draft in page.drafts:
        if draft.kind == "ListItem":
            if items and is_bullet(items[-1].marker) != is_bullet(draft.marker):
                blocks.extend(_list_blocks(items, numbering))
                items = []
            items.append(draft)
            continue
        blocks.extend(_list_blocks(items, numbering))
        items = []
        blocks.append(_block(draft, numbering))
    blocks.extend(_list_blocks(items, numbering))
    area = BoundingBox(0.0, 0.0, page.width, page.height)
    inside = tuple(_inside(block, area) for block in blocks)
    if page.words:
        inside = with_words(inside, page.words, page.width, page.height)
    return Page(page.index, page.width, page.height, inside, page.method)


def _inside(block: Block, area: BoundingBox) -> Block:
    """The block with what juts out over the page's edge cut off its boxes (the loose boxes of fonts do)."""
    box = block.bbox
    if area.contains(box.x0, box.y0) and area.contains(box.x1, box.y1):
        return block
    cut = BoundingBox(
        min(max(box.x0, area.x0), area.x1),
        min(max(box.y0, area.y0), area.y1),
        min(max(box.x1, area.x0), area.x1),
        min(max(box.y1, area.y0), area.y1),
    )
    return replace(block, bbox=cut, children=tuple(_inside(child, area) for child in block.children))


class _Numbering:
    def __init__(self, page_index: int) -> None:
        self._page_index = page_index
        self._next = 0

    def next_id(self, block_type: str) -> str:
        number, self._next = self._next, self._next + 1
        return block_id(self._page_index, block_type, number)


def _list_blocks(items: Sequence[Draft], numbering: _Numbering) -> list[Block]:
    """One ``ListGroup`` for bullets or for two and more enumerated items; a lone number is just text."""
    if not items:
        return []
    if len(items) == 1 and not is_bullet(items[0].marker):
        draft = items[0]
        draft.kind, draft.html = "Text", with_marker(draft)
        return [_block(draft, numbering)]
    group_id = numbering.next_id("ListGroup")
    numbers = [_DECIMAL.match(item.marker) for item in items]
    is_decimal = all(numbers)
    children = []
    for item in items:
        keep = not is_decimal and not is_bullet(item.marker)
        inner = with_marker(item) if keep else item.html
        children.append(
            Block(
                numbering.next_id("ListItem"),
                "ListItem",
                item.bbox,
                f"<li>{inner}</li>",
                confidence=item.confidence,
            )
        )
    tag, start = ("ol", "") if is_decimal else ("ul", "")
    first = numbers[0]
    if is_decimal and first is not None and int(first.group(1)) != 1:
        start = f' start="{int(first.group(1))}"'
    body = "".join(child.html for child in children)
    box: BoundingBox = children[0].bbox
    for child in children[1:]:
        box = box.union(child.bbox)
    known = [child.confidence for child in children if child.confidence is not None]
    return [
        Block(
            group_id,
            "ListGroup",
            box,
            f"<{tag}{start}>{body}</{tag}>",
            tuple(children),
            confidence=round(sum(known) / len(known), 4) if known else None,
        )
    ]


def _block(draft: Draft, numbering: _Numbering) -> Block:
    identifier = numbering.next_id(draft.kind)
    if draft.image is not None:
        name = f"{identifier.strip('/').replace('/', '_')}.jpg"
        html = f'<p><img src="{name}" alt=""/></p>'
        return Block(identifier, draft.kind, draft.bbox, html, images={name: draft.image})
    children = tuple(_block(child, numbering) for child in draft.children)
    return Block(
        identifier,
        draft.kind,
        draft.bbox,
        _wrapped(draft),
        children,
        level=draft.level if draft.kind == "SectionHeader" else None,
        confidence=draft.confidence,
    )


def _wrapped(draft: Draft) -> str:
    if draft.kind in {"Table", "TableCell"}:
        return draft.html
    if draft.kind == "SectionHeader":
        return f"<h{draft.level}>{draft.html}</h{draft.level}>"
    if draft.kind == "Code":
        return f"<pre><code>{draft.html}</code></pre>"
    return f"<p>{draft.html}</p>"
