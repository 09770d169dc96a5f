"""The examples of docs/reference/document-model.md are what the code answers; no block type is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from docassay.documents.model import BLOCK_TYPES, Block, BoundingBox, Document, Page, with_section_hierarchy
from docassay.documents.rendering import Annotations, plain_text, to_chunks, to_html, to_json, to_markdown

REFERENCE = Path(__file__).resolve().parents[3] / "docs/reference/document-model.md"


def example_document() -> Document:
    blocks = (
        Block(
            "/page/0/SectionHeader/0",
            "SectionHeader",
            BoundingBox(72, 72, 300, 90),
            "<h1>Invoice 17</h1>",
            level=1,
        ),
        Block(
            "/page/0/Table/1",
            "Table",
            BoundingBox(72, 100, 300, 160),
            "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Bolt</td><td>1.50</td></tr></table>",
        ),
        Block("/page/0/PageFooter/2", "PageFooter", BoundingBox(72, 760, 300, 770), "<p>Page 1 of 1</p>"),
    )
    page = Page(0, 612, 792, blocks, method="pdftext")
    return Document(with_section_hierarchy((page,)), 1, title="Invoice 17")


def _json(value: dict[str, Any]) -> str:
    """A line for each key, so that boxes stay readable."""
    lines = (f'  "{key}": {orjson.dumps(content).decode()}' for key, content in value.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def rendered_examples() -> dict[str, str]:
    document = example_document()
    tree = to_json(document)
    return {
        "plain text": plain_text(document),
        "markdown": to_markdown(document),
        "html": to_html(document, annotations=Annotations(block_ids=True)).strip(),
        "json block": _json(tree["children"][0]["children"][0]),
        "json metadata": _json(tree["metadata"]),
        "chunk": _json(to_chunks(document, include_markdown=True)["blocks"][0]),
    }


@pytest.mark.parametrize("name", rendered_examples())
def test_the_example_of_each_rendering_is_what_the_code_answers(name: str) -> None:
    assert f"\n{rendered_examples()[name]}\n```" in REFERENCE.read_text(encoding="utf-8")


def test_every_block_type_is_documented() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert [name for name in sorted(BLOCK_TYPES) if f"`{name}`" not in text] == []
