"""What the original file itself says, read without any layout: the reference that checks compare with.

A PDF's text layer, the text nodes of an office or web file. It is read apart from every engine so that a
check never compares an engine with itself. A scan has no layer: then checks that need it do not apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from docassay.documents.model import BoundingBox


class WordStyle(NamedTuple):
    """How a word is set: ``size`` is its font size in points as displayed."""

    size: float
    is_bold: bool


@dataclass(frozen=True, slots=True)
class SourcePage:
    """Text of one page in the file's own order.

    ``word_boxes`` and ``word_styles`` are parallel to ``text.split()`` or empty.
    """

    index: int
    text: str
    word_boxes: tuple[BoundingBox, ...] = ()
    word_styles: tuple[WordStyle, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceLayer:
    """All pages that have text of their own.

    ``is_paginated`` is False for formats without pages: then there is one ``SourcePage`` with index 0 that
    holds the whole text, to be compared with the whole document only. ``page_count`` counts the pages of
    the file, with or without text.
    """

    pages: tuple[SourcePage, ...]
    page_count: int
    is_paginated: bool = True

    @property
    def has_text(self) -> bool:
        """Whether any page has a text of its own."""
        return any(page.text.strip() for page in self.pages)

    def page(self, index: int) -> SourcePage | None:
        """The page with this index, or None when it has no text layer."""
        return next((page for page in self.pages if page.index == index and page.text.strip()), None)
