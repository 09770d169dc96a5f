"""Small hand-built documents and text layers for the checks."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from docassay.checks.contract import Item, Level, Subject
from docassay.checks.registry import get_check
from docassay.documents.model import Block, BoundingBox, Document, Page, block_id
from docassay.documents.source_layer import SourceLayer, SourcePage

WHOLE_PAGE = BoundingBox(0, 0, 612, 792)


class Build:
    """Builds the parts of a ``Subject``."""

    @staticmethod
    def block(
        content: str,
        block_type: str = "Text",
        *,
        page: int = 0,
        number: int = 0,
        level: int | None = None,
        bbox: BoundingBox = WHOLE_PAGE,
    ) -> Block:
        """A block; text without tags is escaped into a paragraph or heading."""
        if "<" not in content:
            tag = f"h{level}" if level else "p"
            content = f"<{tag}>{html.escape(content)}</{tag}>"
        return Block(block_id(page, block_type, number), block_type, bbox, content, level=level)

    @classmethod
    def page(cls, *contents: str | Block, index: int = 0, method: str = "pdftext") -> Page:
        """A page of text blocks (or ready-made blocks)."""
        blocks = tuple(
            each if isinstance(each, Block) else cls.block(each, page=index, number=number)
            for number, each in enumerate(contents)
        )
        return Page(index, 612, 792, blocks, method)

    @staticmethod
    def document(*pages: Page, **more: Any) -> Document:
        """A document of these pages."""
        return Document(pages, more.pop("source_page_count", len(pages)), **more)

    @staticmethod
    def layer(*texts: str, is_paginated: bool = True) -> SourceLayer:
        """A text layer with one entry a page."""
        pages = tuple(SourcePage(index, text) for index, text in enumerate(texts))
        return SourceLayer(pages, len(texts), is_paginated)

    @classmethod
    def subject(cls, outputs: Sequence[str], layers: Sequence[str] | None, **more: Any) -> Subject:
        """One text block a page against one layer text a page."""
        pages = [cls.page(text, index=index) for index, text in enumerate(outputs)]
        source = cls.layer(*layers) if layers is not None else None
        return Subject(cls.document(*pages), source, **more)


@pytest.fixture
def build() -> type[Build]:
    """The builders."""
    return Build


RunCheck = Callable[..., list[Item]]


@pytest.fixture
def run() -> RunCheck:
    """``run(name, subject, level=None, **params)``: the items of a check."""

    def run_check(name: str, subject: Subject, level: Level | None = None, **params: Any) -> list[Item]:
        check = get_check(name)
        assert check is not None
        arguments: Mapping[str, Any] = params
        return list(check.function(subject, level or check.levels[0], arguments))

    return run_check
