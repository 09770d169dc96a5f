"""All renderings of a document say the same words: markdown (read by markdown-it), html, json and chunks."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Block, BoundingBox, Document, Page, block_id
from docassay.documents.normalize import words
from docassay.documents.rendering import Annotations, plain_text, to_chunks, to_html, to_json, to_markdown
from docassay.documents.serialize import dump_document, load_document

BOX = BoundingBox(10, 20, 200, 40)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

BLOCK_MARKUP = [
    "#",
    "##",
    "```",
    "~~~",
    "1.",
    "12)",
    "-",
    "+",
    ">",
    "---",
    "===",
    ":--",
    "|--|",
    "[x]",
    "[ ]",
]
INLINE_MARKUP = ["*", "**", "_", "__", "|", "`", "~~", "[a]", "(b)", "](c)", "![", "[^1]:", "[a]: b", "{0}"]
HTML_MARKUP = ["<", "<b>", "</p>", "&", "&amp;", "&lt;", "<!--", "<?x", "\\", "\\*", "$", "$$", "$5", "6$"]
IN_WORDS = ["snake_case", "a*b", "http://x.y/z", "x_", "_y", "a-\x02b", "\ud800", "\x08"]
plain_words = st.sampled_from(["alpha", "Béta", "日本", "12", "3.5", "e-mail", "don’t", "x", "ﬁne", "Straße"])
tokens = st.one_of(
    plain_words,
    st.sampled_from([*BLOCK_MARKUP, *INLINE_MARKUP, *HTML_MARKUP, *IN_WORDS]),
    st.text(max_size=6),
)
texts = st.lists(tokens, min_size=1, max_size=7).flatmap(
    lambda parts: st.sampled_from([" ", "", "  "]).map(lambda joint: joint.join(parts))
)
escaped_texts = texts.map(lambda text: escape(text, quote=False))


def _wrapped(tag: str, content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return content.map(lambda inner: f"<{tag}>{inner}</{tag}>")


def _inline(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        *(_wrapped(tag, content) for tag in ("b", "i", "strong", "em", "del", "sup", "sub", "u", "span")),
        content.map(lambda inner: f'<a href="http://example.org/a(b)_c">{inner}</a>'),
        st.lists(content, min_size=2, max_size=3).map("".join),
        st.lists(content, min_size=2, max_size=3).map("<br/>".join),
    )


leaves = st.one_of(
    escaped_texts,
    _wrapped("code", escaped_texts),
    st.just('<img src="figure 1.png" alt="an [image] of it"/>'),
)
inline = st.recursive(leaves, _inline, max_leaves=5)

paragraphs = _wrapped("p", inline)
headings = st.builds(lambda level, inner: f"<h{level}>{inner}</h{level}>", st.integers(1, 6), inline)
code_blocks = escaped_texts.map(
    lambda code: f'<pre><code class="language-sql">  {code}\n\n{code}</code></pre>'
)
quotes = _wrapped("blockquote", paragraphs)


def _list(items: list[str], tag: str) -> str:
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>"


lists = st.recursive(
    st.builds(_list, st.lists(inline, min_size=1, max_size=3), st.sampled_from(["ul", "ol"])),
    lambda inner: st.builds(
        _list,
        st.lists(
            st.one_of(inline, inner, paragraphs, code_blocks, st.tuples(inline, inner).map("".join)),
            min_size=1,
            max_size=3,
        ),
        st.sampled_from(["ul", "ol"]),
    ),
    max_leaves=3,
)
cells = st.one_of(
    inline.map(lambda inner: f"<td>{inner}</td>"),
    inline.map(lambda inner: f"<th>{inner}</th>"),
    inline.map(lambda inner: f'<td colspan="2">{inner}</td>'),
    st.one_of(lists, code_blocks, paragraphs).map(lambda inner: f"<td>{inner}</td>"),
)
simple_cells = inline.map(lambda inner: f"<td>{inner}</td>")


def _tables(cell: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = st.lists(st.lists(cell, min_size=1, max_size=3).map("".join), min_size=1, max_size=3)
    return rows.map(lambda content: "<table><tr>" + "</tr><tr>".join(content) + "</tr></table>")


fragments = st.one_of(
    paragraphs.map(lambda html: ("Text", html)),
    headings.map(lambda html: ("SectionHeader", html)),
    lists.map(lambda html: ("ListGroup", html)),
    code_blocks.map(lambda html: ("Code", html)),
    quotes.map(lambda html: ("Text", html)),
    _tables(cells).map(lambda html: ("Table", html)),
    _tables(simple_cells).map(lambda html: ("Table", html)),
    paragraphs.map(lambda html: ("PageFooter", html)),
)


def _document(fragments_by_page: list[list[tuple[str, str]]]) -> Document:
    pages = []
    for index, page in enumerate(fragments_by_page):
        blocks = []
        for number, (block_type, html) in enumerate(page):
            level = int(html[2]) if block_type == "SectionHeader" else None
            blocks.append(Block(block_id(index, block_type, number), block_type, BOX, html, level=level))
        pages.append(Page(index, 612, 792, tuple(blocks)))
    return Document(tuple(pages), len(pages))


documents = st.lists(st.lists(fragments, max_size=4), min_size=1, max_size=2).map(_document)


def _without_surrogates(document: Document) -> Document:
    pages = []
    for page in document.pages:
        blocks = (replace(block, html=block.html.replace("\ud800", "?")) for block in page.blocks)
        pages.append(replace(page, blocks=tuple(blocks)))
    return replace(document, pages=tuple(pages))


def _resolved(node: dict[str, Any]) -> str:
    """A json node's html with its content references carried out."""
    children = {child["id"]: child for child in node["children"] or []}
    return re.sub(
        r"<content-ref src='([^']*)'></content-ref>",
        lambda match: "" if "Page" in children[match[1]]["block_type"] else _resolved(children[match[1]]),
        node["html"],
    )


def _words_of_html(htmls: list[str]) -> list[str]:
    return words("\n\n".join(text_of(html) for html in htmls))


@settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(documents)
def test_all_renderings_say_the_same_words(document: Document) -> None:
    expected = words(plain_text(document))

    assert words(text_of(MARKDOWN.render(to_markdown(document)))) == expected
    assert words(text_of(MARKDOWN.render(to_markdown(document, token_efficient=True)))) == expected
    assert words(text_of(to_html(document, annotations=Annotations(block_ids=True)))) == expected
    assert _words_of_html([_resolved(page) for page in to_json(document)["children"]]) == expected
    assert _words_of_html([chunk["html"] for chunk in to_chunks(document)["blocks"]]) == expected


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(documents)
def test_html_that_is_rendered_is_well_formed_xml(document: Document) -> None:
    for chunk in to_chunks(document)["blocks"]:
        etree.fromstring(f"<r>{chunk['html']}</r>".encode())


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(documents)
def test_a_stored_document_comes_back_as_it_was(document: Document) -> None:
    assert load_document(dump_document(document)) == _without_surrogates(document)
