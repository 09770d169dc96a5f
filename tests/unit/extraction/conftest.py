"""Factories for documents made of blocks, and for extracting from them in one call."""

import html
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from docassay.documents.model import Block, BoundingBox, Document, Page, block_id
from docassay.extraction.contract import Extraction
from docassay.extraction.rules import extract
from docassay.extraction.schema import parse_page_schema

Piece = tuple[str, Any] | tuple[str, Any, tuple[float, float, float, float]]


def _fragment(kind: str, content: Any) -> str:
    if kind == "Table":
        rows = []
        for number, row in enumerate(content):
            tag = (
                "th" if number == 0 and row and row[0] != "" and content[0] is row and len(row) > 2 else "td"
            )
            rows.append("<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>")
        return "<table>" + "".join(rows) + "</table>"
    lines = "<br/>".join(html.escape(line) for line in content.split("\n"))
    return f"<h2>{lines}</h2>" if kind == "SectionHeader" else f"<p>{lines}</p>"


def _block(page: int, number: int, piece: Piece) -> Block:
    kind, content = piece[0], piece[1]
    box = (
        BoundingBox(*piece[2])
        if len(piece) == 3
        else BoundingBox(50, 60 + 40 * number, 300, 72 + 40 * number)
    )
    if kind == "ListGroup":
        items = tuple(
            Block(
                block_id(page, "ListItem", 100 * number + n), "ListItem", box, f"<li>{html.escape(text)}</li>"
            )
            for n, text in enumerate(content)
        )
        inner = "".join(item.html for item in items)
        return Block(block_id(page, kind, number), kind, box, f"<ul>{inner}</ul>", items)
    level = 2 if kind == "SectionHeader" else None
    return Block(block_id(page, kind, number), kind, box, _fragment(kind, content), level=level)


@pytest.fixture
def make_document() -> Callable[..., Document]:
    """``make_document([("Text", "a\\nb"), ("Table", [[..]]), ("Text", "x", (x0, y0, x1, y1))], [..])``."""

    def make(*pages: Sequence[Piece]) -> Document:
        made = tuple(
            Page(index, 595, 842, tuple(_block(index, number, piece) for number, piece in enumerate(pieces)))
            for index, pieces in enumerate(pages)
        )
        return Document(made, source_page_count=len(made))

    return make


@pytest.fixture
def fill() -> Callable[..., Extraction]:
    """``fill(document, {field: schema or type name}, mode="fast")``."""

    def run(document: Document, fields: dict[str, Any], mode: str = "fast") -> Extraction:
        properties = {
            name: {"type": given} if isinstance(given, str) else given for name, given in fields.items()
        }
        schema = parse_page_schema(json.dumps({"type": "object", "properties": properties}))
        return extract(document, schema, mode)

    return run
