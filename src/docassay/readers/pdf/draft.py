"""What layout analysis makes of a piece of a page before the whole document is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from docassay.documents.model import BoundingBox, WordBox


@dataclass(slots=True)
class TablePart:
    """One part of a table over several pages, and the part that it goes on from.

    ``block_id`` is known when the page is finished; ``repeated_rows`` are those of the head said again.
    """

    previous: TablePart | None = None
    repeated_rows: int = 0
    block_id: str = ""


@dataclass(slots=True)
class Draft:
    """A block in the making.

    ``html`` is inline markup for text kinds and the whole fragment for ``Table``, ``Picture`` and ``Code``;
    ``text`` is the same without markup. ``size`` is the font size in points, ``level`` a heading level.
    Heading levels, footnotes (``may_be_footnote``: smaller than the body?) and page furniture are only
    decided when all pages have been seen. ``marker`` is the bullet or enumerator taken off a ``ListItem``.
    ``indent`` is the x position of a list item's text behind its marker, ``column_left`` that of the column's
    edge; ``is_in_sequence`` says that its number follows on another's. ``image`` is the JPEG of a
    ``Picture`` or ``Figure``, ``table_part`` the place of a ``Table`` among parts on several pages.
    """

    kind: str
    bbox: BoundingBox
    html: str
    text: str
    size: float = 0.0
    is_bold: bool = False
    is_monospace: bool = False
    line_count: int = 1
    confidence: float | None = None
    level: int | None = None
    children: list[Draft] = field(default_factory=list)
    image: bytes | None = None
    marker: str = ""
    indent: float = 0.0
    column_left: float = 0.0
    is_in_sequence: bool = False
    may_be_footnote: bool = False
    table_part: TablePart | None = None


@dataclass(slots=True)
class PageDraft:
    """One page before furniture and heading levels; ``method`` is that of ``Page``.

    ``words`` are all words of the page when blocks shall carry theirs, and empty otherwise.
    """

    index: int
    width: float
    height: float
    drafts: list[Draft]
    method: str
    words: tuple[WordBox, ...] = ()


def with_marker(draft: Draft) -> str:
    """The draft's markup with its list marker in front, for when it turns out to be no list item."""
    return f"{escape(draft.marker, quote=False)} {draft.html}" if draft.marker else draft.html


class BlockNumbers:
    """Gives out the ids of one page's blocks."""

    def __init__(self, page_index: int) -> None:
        self._prefix = f"/page/{page_index}/"
        self._next = 0

    def next_id(self, block_type: str) -> str:
        """The next id, ``/page/{n}/{Type}/{k}``."""
        number, self._next = self._next, self._next + 1
        return f"{self._prefix}{block_type}/{number}"
