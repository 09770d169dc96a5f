"""All renderings of a document say the same words: markdown (read by markdown-it), html, json and chunks."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Block, BoundingBox, Document, Page, block_id
from docassay.documents.rendering import block_markdown, to_chunks
from docassay.documents.serialize import dump_document, load_document
from docassay.testing.renderings import differing_renderings

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
BOX = BoundingBox(10, 20, 200, 40)

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
        *(
            _wrapped(tag, content)
            for tag in ("b", "i", "strong", "em", "del", "sup", "sub", "u", "span", "ins")
        ),
        content.map(lambda inner: f'<ins data-revision-author="A. &amp; B" class="x">{inner}</ins>'),
        content.map(lambda inner: f'<comment data-comment-author="A" text="why?">{inner}</comment>'),
        content.map(lambda inner: f'<a href="http://example.org/a(b)_c">{inner}</a>'),
        st.lists(content, min_size=2, max_size=3).map("".join),
        st.lists(content, min_size=2, max_size=3).map("<br/>".join),
    )


leaves = st.one_of(
    escaped_texts,
    _wrapped("code", escaped_texts),
    st.just('<img src="figure 1.png" alt="an [image] of it"/>'),
    st.sampled_from(["x", "a_1^2", r"\\frac{1}{2}", r"5 \\$", "a &lt; b", "*", "a | b"]).map(
        lambda latex: f"<math>{latex}</math>"
    ),
)
inline = st.recursive(leaves, _inline, max_leaves=5)

paragraphs = _wrapped("p", inline)
headings = st.builds(lambda level, inner: f"<h{level}>{inner}</h{level}>", st.integers(1, 6), inline)
code_blocks = escaped_texts.map(
    lambda code: f'<pre><code class="language-sql">  {code}\n\n{code}</code></pre>'
)
quotes = _wrapped("blockquote", paragraphs)
equations = st.sampled_from(["E = mc^2", r"\\sum_{i} x_i", "a &amp;= b \\\\ c"]).map(
    lambda latex: f'<math display="block">{latex}</math>'
)
definitions = st.tuples(inline, inline).map(lambda two: f"<dl><dt>{two[0]}</dt><dd>{two[1]}</dd></dl>")
figures = inline.map(
    lambda inner: f'<figure><img src="a.png" alt=""/><figcaption>{inner}</figcaption></figure>'
)
fields = inline.map(lambda inner: f'<p><input type="checkbox" checked=""/> {inner} <input value="7"/></p>')


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
    equations.map(lambda html: ("Equation", html)),
    definitions.map(lambda html: ("Text", html)),
    figures.map(lambda html: ("Figure", html)),
    fields.map(lambda html: ("Form", html)),
    paragraphs.map(lambda html: ("Footnote", html)),
    st.tuples(paragraphs, figures).map(lambda both: ("FigureGroup", *both)),
    st.tuples(_tables(cells), paragraphs).map(lambda both: ("TableGroup", *both)),
)


def _document(fragments_by_page: list[list[tuple[str, ...]]]) -> Document:
    pages = []
    for index, page in enumerate(fragments_by_page):
        blocks = []
        for number, (block_type, *parts) in enumerate(page):
            level = int(parts[0][2]) if block_type == "SectionHeader" else None
            children = tuple(
                Block(block_id(index, "Caption", 100 * number + place), "Caption", BOX, part)
                for place, part in enumerate(parts if len(parts) > 1 else ())
            )
            identifier = block_id(index, block_type, number)
            blocks.append(Block(identifier, block_type, BOX, "".join(parts), children, level=level))
        pages.append(Page(index, 612, 792, tuple(blocks)))
    return Document(tuple(pages), len(pages))


documents = st.lists(st.lists(fragments, max_size=4), min_size=1, max_size=2).map(_document)


def _without_surrogates(document: Document) -> Document:
    pages = []
    for page in document.pages:
        blocks = (replace(block, html=block.html.replace("\ud800", "?")) for block in page.blocks)
        pages.append(replace(page, blocks=tuple(blocks)))
    return replace(document, pages=tuple(pages))


@settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(documents)
def test_all_renderings_say_the_same_words(document: Document) -> None:
    assert differing_renderings(document) == []


def test_formulas_that_markdown_joins_are_read_as_formulas() -> None:
    document = _document([[("Text", "<p><em><math>x</math><math>*</math>a</em> <math>y*z</math></p>")]])
    assert differing_renderings(document) == []


emphasised_formulas = st.recursive(
    st.one_of(
        st.sampled_from(["x", "*", "a*b", "x^*", "**", "~~"]).map(lambda latex: f"<math>{latex}</math>"),
        st.sampled_from(["a", " b ", "c d", "*"]),
    ),
    lambda inner: st.lists(
        st.one_of(inner, *(_wrapped(tag, inner) for tag in ("em", "b", "del", "sup"))), min_size=1, max_size=3
    ).map("".join),
    max_leaves=5,
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(emphasised_formulas, st.sampled_from(["em", "b", "del", "i"]))
def test_marks_in_a_formula_never_end_the_emphasis_around_it(inner: str, tag: str) -> None:
    html = f"<p><{tag}>{inner}</{tag}></p>"
    assert differing_renderings(_document([[("Text", html)]])) == []


def test_emphasis_around_a_formula_with_a_mark_is_written_as_html() -> None:
    html = "<p><em><math>x</math><math>*</math>a</em> and <em><math>x</math> b</em></p>"
    markdown = block_markdown(Block("/page/0/Text/0", "Text", BOX, html))
    assert markdown == "<em>$x*$a</em> and *$x$ b*"
    shown = text_of(MARKDOWN.render(markdown))
    assert shown == "$x*$a and $x$ b"


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(documents)
def test_html_that_is_rendered_is_well_formed_xml(document: Document) -> None:
    for chunk in to_chunks(document)["blocks"]:
        etree.fromstring(f"<r>{chunk['html']}</r>".encode())


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(documents)
def test_a_stored_document_comes_back_as_it_was(document: Document) -> None:
    assert load_document(dump_document(document)) == _without_surrogates(document)


MARKS = [
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "`",
    "``",
    "$",
    "a*",
    "*b",
    "_c",
    "d_",
    "\\",
    "a",
    " ",
    "  ",
    "é",
    "(",
    ")",
    ".",
]
marked_texts = st.lists(st.sampled_from(MARKS), min_size=1, max_size=12).map("".join)
marked_inline = st.recursive(
    st.one_of(marked_texts, marked_texts.map(lambda text: f"{text}<br/>{text}")),
    lambda inner: st.one_of(
        *(_wrapped(tag, inner) for tag in ("b", "i", "del", "code", "sup")),
        inner.map(lambda content: f'<a href="http://example.org">{content}</a>'),
        st.lists(inner, min_size=2, max_size=3).map("".join),
    ),
    max_leaves=4,
)
places = st.sampled_from(
    ["<p>{}</p>", "<h2>{}</h2>", "<ul><li>{}</li></ul>", "<table><tr><td>{}</td></tr></table>"]
)


@settings(deadline=None, max_examples=600, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(marked_inline, places)
def test_no_character_of_a_text_is_read_as_markup(inner: str, place: str) -> None:
    html = place.format(inner)
    block = Block("/page/0/Text/0", "Text", BOX, html)
    shown = text_of(MARKDOWN.render(block_markdown(block)))
    assert "".join(shown.split()) == "".join(text_of(html).split())
