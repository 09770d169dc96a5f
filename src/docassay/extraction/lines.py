"""The printed lines of a document outside tables, each with its block, its place and the heading above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Block, BoundingBox, Document

MAX_LINES: Final = 50_000
"""Lines beyond are not searched for labels, so that one huge document stays affordable."""

MAX_LINE_CHARACTERS: Final = 4_000
"""What lies beyond in one line is not searched."""

_WITHOUT_LINES: Final = frozenset({"Table", "TableCell", "TableOfContents", "Picture", "Figure", "Equation"})
_PARTS_OF_TEXT: Final = frozenset({"Line", "Span"})


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line. ``number`` counts lines of the document, ``position`` and ``count`` those of its block.

    ``bbox`` of a line in a block of several is the block's box cut into equal strips. ``heading`` is the
    text of the nearest section header before it, on this page or an earlier one, or empty.
    """

    text: str
    number: int
    block_id: str
    block_type: str
    page_index: int
    bbox: BoundingBox
    position: int
    count: int
    heading: str


def printed_lines(document: Document) -> list[PrintedLine]:
    """All lines in reading order, at most ``MAX_LINES``."""
    lines: list[PrintedLine] = []
    heading = ""
    for block in _leaves(document):
        texts = [text.strip()[:MAX_LINE_CHARACTERS] for text in text_of(block.html).split("\n")]
        texts = [text for text in texts if text]
        for position, text in enumerate(texts):
            if len(lines) >= MAX_LINES:
                return lines
            box = _strip(block.bbox, position, len(texts))
            lines.append(
                PrintedLine(
                    text,
                    len(lines),
                    block.id,
                    block.block_type,
                    block.page_index,
                    box,
                    position,
                    len(texts),
                    heading,
                )
            )
        if block.block_type == "SectionHeader" and texts:
            heading = " ".join(texts)
    return lines


def _leaves(document: Document) -> Iterator[Block]:
    for block in document.blocks():
        yield from _leaves_of(block)


def _leaves_of(block: Block) -> Iterator[Block]:
    if block.block_type in _WITHOUT_LINES or "<table" in block.html.lower():
        return
    inner = [child for child in block.children if child.block_type not in _PARTS_OF_TEXT]
    if not inner:
        yield block
        return
    for child in inner:
        yield from _leaves_of(child)


def _strip(box: BoundingBox, position: int, count: int) -> BoundingBox:
    height = (box.y1 - box.y0) / count
    return BoundingBox(box.x0, box.y0 + position * height, box.x1, box.y0 + (position + 1) * height)
