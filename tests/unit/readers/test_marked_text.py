"""Markdown and HTML texts, as people and other tools write them, in the block model."""

from __future__ import annotations

import pytest

from docassay.documents.expected import Expected, ExpectedText
from docassay.documents.model import Document
from docassay.documents.rendering import to_markdown
from docassay.errors import DocumentFailure
from docassay.readers.marked_text import expected_document, read_marked_text

RULE = "-" * 48


def blocks(markdown: str) -> list[tuple[str, str]]:
    return [(block.block_type, block.html) for block in read_marked_text(markdown, "markdown").blocks()]


def test_markdown_becomes_blocks_of_their_types() -> None:
    text = "# Title\n\nA *small* text.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n"
    assert blocks(text) == [
        ("SectionHeader", "<h1>Title</h1>"),
        ("Text", "<p>A <em>small</em> text.</p>"),
        ("ListGroup", "<ul><li>one</li><li>two</li></ul>"),
        (
            "Table",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        ("Code", "<pre><code>code</code></pre>"),
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("so $x_1^2$ is", "<p>so <math>x_1^2</math> is</p>"),
        (r"so \(a < b\) is", "<p>so <math>a &lt; b</math> is</p>"),
        ("from $5 to $6", "<p>from $5 to $6</p>"),
        ("only $5", "<p>only $5</p>"),
        (r"a \$x\$ b", "<p>a $x$ b</p>"),
        ("`$x$`", "<p><code>$x$</code></p>"),
    ],
)
def test_formulas_in_lines_are_told_from_prices(text: str, html: str) -> None:
    assert blocks(text) == [("Text", html)]


@pytest.mark.parametrize(
    "text",
    ["$$\na + b\n$$", "$$a + b$$", "\\[\na + b\n\\]", "\\[a + b\\]"],
)
def test_displayed_formulas_are_equations(text: str) -> None:
    assert blocks(text) == [("Equation", '<p><math display="block">a + b</math></p>')]


def test_an_environment_of_latex_is_an_equation() -> None:
    [(block_type, html)] = blocks("\\begin{align}\na &= b\n\\end{align}")
    assert block_type == "Equation"
    assert r"\begin{align} a &amp;= b \end{align}" in html


def test_a_formula_may_be_displayed_within_a_paragraph() -> None:
    assert [block_type for block_type, _ in blocks(r"As \[ a = b \] shows")] == ["Text", "Equation", "Text"]


def test_formulas_in_tables_of_html_are_read() -> None:
    table = "<table><tr><td>$x^2$</td><td>\\(y\\)</td></tr><tr><td>$5 to $6</td><td>a</td></tr></table>"
    for text_format in ("html", "markdown"):
        [block] = read_marked_text(table, text_format).blocks()
        assert "<td><math>x^2</math></td><td><math>y</math></td>" in block.html
        assert "<td>$5 to $6</td>" in block.html


def test_scripts_never_become_text() -> None:
    document = read_marked_text("Hello\n\n<script>alert(1)</script>\n\n<p onclick='x'>World</p>", "markdown")
    assert to_markdown(document) == "Hello\n\nWorld"


def test_an_html_text_keeps_the_latex_of_its_formulas() -> None:
    [block] = read_marked_text(r"<p>so <math>\frac{a}{b}</math></p>", "html").blocks()
    assert block.html == r"<p>so <math>\frac{a}{b}</math></p>"


@pytest.mark.parametrize("text_format", ["markdown", "html"])
def test_an_empty_text_is_an_empty_page(text_format: str) -> None:
    document = read_marked_text(" \n", "html" if text_format == "html" else "markdown")
    assert [list(page.blocks) for page in document.pages] == [[]]
    assert not document.is_paginated


def test_page_separators_make_pages() -> None:
    text = f"\n\n{{0}}{RULE}\n\nfirst\n\n{{2}}{RULE}\n\nthird\n\n{{5}}{RULE}\n\n"
    document = read_marked_text(text, "markdown")
    assert [(page.index, len(page.blocks)) for page in document.pages] == [(0, 1), (2, 1), (5, 0)]
    assert document.is_paginated
    assert document.source_page_count == 6


def test_what_this_product_paginates_reads_back() -> None:
    written = read_marked_text(f"{{0}}{RULE}\n\n# A\n\nfirst\n\n{{1}}{RULE}\n\nsecond", "markdown")
    again = read_marked_text(to_markdown(written, paginate=True), "markdown")
    assert again == written


def test_the_texts_of_pages_become_pages_in_order() -> None:
    expected = Expected(
        texts=(ExpectedText("<p>late</p>", "html", 7), ExpectedText("early", "markdown", 2)),
    )
    document = expected_document(expected)
    assert isinstance(document, Document)
    assert [(page.index, to_markdown(Document((page,), 1))) for page in document.pages] == [
        (2, "early"),
        (7, "late"),
    ]


def test_without_a_text_there_is_no_document() -> None:
    assert expected_document(Expected(fields={"a": 1})) is None


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(DocumentFailure, match="nests elements too deeply"):
        read_marked_text("<div>" * 50_000, "html")
