"""The block model: ``Document > Page > Block``. Every engine's output becomes this, every check reads it.

Coordinates are points (1/72 inch) of the page with the origin at the top left, x to the right and y down;
formats without a physical page (HTML, sheets) use a nominal page. Block types are Marker's names. Page
indexes are 0-based and those of the original file, also when only some pages were converted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final, NamedTuple

BLOCK_TYPES: Final = frozenset(
    {
        "SectionHeader", "Text", "TextInlineMath", "ListItem", "ListGroup", "Table", "TableCell",
        "TableGroup", "TableOfContents", "Figure", "FigureGroup", "Picture", "PictureGroup", "Caption",
        "Footnote", "Equation", "Code", "Form", "Handwriting", "Reference", "PageHeader", "PageFooter",
        "ComplexRegion", "Line", "Span", "Page", "Document",
    }
)  # fmt: skip

PAGE_FURNITURE: Final = frozenset({"PageHeader", "PageFooter"})
"""Block types that renderings leave out of markdown unless asked to keep them."""


class BoundingBox(NamedTuple):
    """``x0, y0, x1, y1`` in points, top-left origin, ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def polygon(self) -> list[list[float]]:
        """The four corners, clockwise from the top left."""
        return [[self.x0, self.y0], [self.x1, self.y0], [self.x1, self.y1], [self.x0, self.y1]]

    def union(self, other: BoundingBox) -> BoundingBox:
        """The smallest box that holds both."""
        return BoundingBox(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )

    def contains(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether the point lies inside, with ``margin`` points of tolerance."""
        return self.x0 - margin <= x <= self.x1 + margin and self.y0 - margin <= y <= self.y1 + margin


class WordBox(NamedTuple):
    """One word of a block with its box in points of the page; ``confidence`` is 0-1 (OCR) or None.

    A word that is broken over two lines is two of these, the hyphen being part of the first.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float | None = None

    @property
    def bbox(self) -> BoundingBox:
        """The box alone."""
        return BoundingBox(self.x0, self.y0, self.x1, self.y1)


class Continuation(NamedTuple):
    """What a table on a following page goes on from: the id of the part before it.

    ``repeated_rows`` counts the rows at its top that say the head of the table again.
    """

    block_id: str
    repeated_rows: int = 0


_EMPTY: Final[Mapping[str, str]] = MappingProxyType({})
_NO_IMAGES: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, init=False)
class Block:
    """One piece of a page.

    ``html`` is the block's own content as a well-formed, already escaped fragment (``<p>..</p>``,
    ``<h2>..</h2>``, ``<table>..</table>``, ``<li>..</li>``, ``<math display="block">LaTeX</math>``,
    ``<pre><code>..</code></pre>``, ``<p><img src="name.png" alt="caption"/></p>``). For a group
    (``ListGroup``) ``html`` is the complete fragment including its children; ``children`` carry the boxes.

    ``level`` is 1-6 for ``SectionHeader`` and None otherwise. ``section_hierarchy`` maps heading level
    ("1".."6") to the id of the enclosing header. ``images`` maps a file name used in ``html`` to its bytes.
    ``confidence`` is 0-1 (OCR) or None. ``words`` are the words of the block's own text, only when
    the conversion was asked for them and the format knows where they are; a group's are its children's.
    ``continues`` says of which block on the page before a ``Table`` is the next part, None for all others.
    """

    id: str
    block_type: str
    bbox: BoundingBox
    html: str
    children: tuple[Block, ...] = ()
    level: int | None = None
    section_hierarchy: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    images: Mapping[str, bytes] = field(default_factory=lambda: _NO_IMAGES)
    confidence: float | None = None
    words: tuple[WordBox, ...] = ()
    continues: Continuation | None = None

    def __init__(
        self,
        id: str,  # noqa: A002 - the name of the field
        block_type: str,
        bbox: BoundingBox,
        html: str,
        children: tuple[Block, ...] = (),
        level: int | None = None,
        section_hierarchy: Mapping[str, str] = _EMPTY,
        images: Mapping[str, bytes] = _NO_IMAGES,
        confidence: float | None = None,
        words: tuple[WordBox, ...] = (),
        continues: Continuation | None = None,
    ) -> None:
        # A document has one of these for each table cell, and the initialiser that the decorator would write
        # for a frozen class takes three times as long.
        _set_id(self, id)
        _set_block_type(self, block_type)
        _set_bbox(self, bbox)
        _set_html(self, html)
        _set_children(self, children)
        _set_level(self, level)
        _set_section_hierarchy(self, section_hierarchy)
        _set_images(self, images)
        _set_confidence(self, confidence)
        _set_words(self, words)
        _set_continues(self, continues)

    @property
    def page_index(self) -> int:
        """The page number inside ``id`` (``/page/{n}/{Type}/{k}``)."""
        return int(self.id.split("/", 3)[2])


(
    _set_id,
    _set_block_type,
    _set_bbox,
    _set_html,
    _set_children,
    _set_level,
    _set_section_hierarchy,
    _set_images,
    _set_confidence,
    _set_words,
    _set_continues,
) = (vars(Block)[each.name].__set__ for each in fields(Block))


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``method`` says where its text came from: ``pdftext``, ``ocr``, ``native`` or ``none``."""

    index: int
    width: float
    height: float
    blocks: tuple[Block, ...] = ()
    method: str = "native"
    name: str | None = None

    @property
    def bbox(self) -> BoundingBox:
        """The page box, origin included."""
        return BoundingBox(0.0, 0.0, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Document:
    """A converted document.

    ``source_page_count`` counts the pages of the original file; ``pages`` holds those that were converted.
    ``failed_pages`` lists pages that were asked for and could not be read, with ``page_errors`` saying why.
    ``is_paginated`` is False for formats that have no pages of their own (DOCX, HTML).
    """

    pages: tuple[Page, ...]
    source_page_count: int
    failed_pages: tuple[int, ...] = ()
    page_errors: Mapping[int, str] = field(default_factory=dict)
    title: str | None = None
    is_paginated: bool = True

    def blocks(self) -> Iterator[Block]:
        """Top-level blocks of all pages in reading order."""
        for page in self.pages:
            yield from page.blocks

    def walk(self) -> Iterator[Block]:
        """All blocks, parents before children, in reading order."""
        for block in self.blocks():
            yield from walk(block)

    def find(self, block_id: str) -> Block | None:
        """The block with this id, or None."""
        return next((block for block in self.walk() if block.id == block_id), None)


def walk(block: Block) -> Iterator[Block]:
    """The block and everything below it, depth first."""
    yield block
    for child in block.children:
        yield from walk(child)


def block_id(page_index: int, block_type: str, number: int) -> str:
    """``/page/{page_index}/{block_type}/{number}``."""
    return f"/page/{page_index}/{block_type}/{number}"


def with_section_hierarchy(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """Fill ``section_hierarchy`` of every top-level block and its children from the headers before it."""
    open_headers: dict[int, str] = {}
    hierarchy: Mapping[str, str] = _EMPTY
    result = []
    for page in pages:
        blocks = []
        for block in page.blocks:
            if block.block_type == "SectionHeader" and block.level is not None:
                open_headers = {lv: i for lv, i in open_headers.items() if lv < block.level}
                open_headers[block.level] = block.id
                hierarchy = {str(lv): i for lv, i in sorted(open_headers.items())}
            blocks.append(_set_hierarchy(block, hierarchy))
        result.append(Page(page.index, page.width, page.height, tuple(blocks), page.method, page.name))
    return tuple(result)


def _set_hierarchy(block: Block, hierarchy: Mapping[str, str]) -> Block:
    if block.section_hierarchy == hierarchy and (not hierarchy or not block.children):
        return block
    # Not dataclasses.replace: this is done for every block and table cell of a document.
    return Block(
        block.id,
        block.block_type,
        block.bbox,
        block.html,
        tuple([_set_hierarchy(child, hierarchy) for child in block.children]) if block.children else (),
        block.level,
        hierarchy,
        block.images,
        block.confidence,
        block.words,
        block.continues,
    )
