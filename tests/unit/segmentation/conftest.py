"""A factory for small paginated documents."""

import html
from collections.abc import Callable, Sequence

import pytest

from docassay.documents.model import Block, BoundingBox, Document, Page, block_id

MakeDocument = Callable[..., Document]


@pytest.fixture
def make_stack() -> MakeDocument:
    """``make_stack([[("SectionHeader", "Invoice"), ("Text", "...")], ...], first_index=0)``."""

    def make(pages: Sequence[Sequence[tuple[str, str]]], first_index: int = 0) -> Document:
        made = []
        for index, blocks in enumerate(pages, first_index):
            made.append(
                Page(
                    index,
                    595,
                    842,
                    tuple(
                        Block(
                            block_id(index, kind, number),
                            kind,
                            BoundingBox(50, 50 + 30 * number, 500, 70 + 30 * number),
                            f"<p>{html.escape(text)}</p>",
                        )
                        for number, (kind, text) in enumerate(blocks)
                    ),
                )
            )
        return Document(tuple(made), source_page_count=first_index + len(made))

    return make
