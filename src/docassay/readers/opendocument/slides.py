"""Slides of an OpenDocument presentation: shapes with their real boxes, notes and comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from docassay.documents.model import BoundingBox, Page
from docassay.readers.flow_page import Draft, placed_page
from docassay.readers.fragments import element, escape_text
from docassay.readers.joined_blocks import joined
from docassay.readers.opendocument.blocks import BlockReader
from docassay.readers.opendocument.inline import read_comment
from docassay.readers.opendocument.names import DRAW, OFFICE, PRESENTATION, SVG
from docassay.readers.opendocument.styles import points
from docassay.readers.slide_shapes import in_reading_order, stacked
from docassay.readers.xml import elements

DEFAULT_SIZE: Final = (720.0, 540.0)
_CLASS: Final = f"{PRESENTATION}class"
_NOTES: Final = f"{PRESENTATION}notes"
_FOOTERS: Final = frozenset({"footer", "date-time", "page-number", "header"})
_MAX_GROUP_DEPTH: Final = 100


def read_slide(index: int, node: etree._Element, blocks: BlockReader, size: tuple[float, float]) -> Page:
    """A ``draw:page``: title first, then by place; notes and comments last."""
    width, height = size
    page_box = BoundingBox(0.0, 0.0, width, height)
    title: list[Draft] = []
    units: list[list[Draft]] = []
    for shape in _shapes(node, 0):
        drafts = stacked(_drafts(shape, blocks), _box(shape) or page_box)
        if not drafts:
            continue
        if not title and [draft.block_type for draft in drafts] == ["SectionHeader"]:
            title = drafts
        else:
            units.append(drafts)
    drafts = [*title, *(draft for unit in in_reading_order(units) for draft in unit)]
    # Notes and comments are not on the slide itself: they get a sliver at its lower edge.
    sliver = BoundingBox(0.0, height - 1.0, width, height)
    for draft in (*_notes(node, blocks), *_comments(node)):
        draft.bbox = sliver
        drafts.append(draft)
    return placed_page(index, width, height, drafts, name=f"Slide {index + 1}")


def _shapes(parent: etree._Element, depth: int) -> Iterator[etree._Element]:
    for node in elements(parent):
        if node.tag in {f"{DRAW}g", f"{DRAW}a"} and depth < _MAX_GROUP_DEPTH:
            yield from _shapes(node, depth + 1)
        elif str(node.tag).startswith(DRAW) and node.get(f"{PRESENTATION}placeholder") != "true":
            yield node


def _drafts(shape: etree._Element, blocks: BlockReader) -> list[Draft]:
    kind = shape.get(_CLASS)
    drafts = blocks.anchored(shape)
    if kind == "title":
        html = joined(drafts)
        is_text = all(draft.html.startswith("<p>") for draft in drafts)
        if html and is_text:
            images = {name: content for draft in drafts for name, content in draft.images.items()}
            return [Draft("SectionHeader", element("h1", html), level=1, images=images)]
    elif kind in _FOOTERS:
        for draft in drafts:
            draft.block_type = "PageFooter"
    return drafts


def _box(shape: etree._Element) -> BoundingBox | None:
    x, y, width, height = (points(shape.get(SVG + name)) for name in ("x", "y", "width", "height"))
    if x is None or y is None:
        return None
    return BoundingBox(x, y, x + max(width or 0.0, 0.0), y + max(height or 0.0, 0.0))


def _notes(page: etree._Element, blocks: BlockReader) -> Iterator[Draft]:
    notes = page.find(_NOTES)
    for frame in () if notes is None else elements(notes):
        if frame.get(_CLASS) == "notes" and frame.get(f"{PRESENTATION}placeholder") != "true":
            html = joined(blocks.anchored(frame))
            if html:
                yield Draft("Text", f'<p data-role="notes">{html}</p>')


def _comments(page: etree._Element) -> Iterator[Draft]:
    for number, node in enumerate(page.iterfind(f"{OFFICE}annotation"), start=1):
        comment = read_comment(node, number)
        who = ", ".join(filter(None, (comment.author, comment.date[:10])))
        if comment.text:
            line = f"{who}: {comment.text}" if who else comment.text
            yield Draft("Text", f'<p data-role="comment">{escape_text(line)}</p>')
