"""HTML pages: structure kept, nothing unsafe, nothing fetched."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.html import html_source_layer, read_html
from docassay.readers.read import read_document

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/formats/html"


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "text/html", "0" * 64)


def page(tmp_path: Path, html: str | bytes) -> SourceFile:
    path = tmp_path / "page.html"
    path.write_bytes(html.encode() if isinstance(html, str) else html)
    return source_file(path)


def read(tmp_path: Path, html: str | bytes, **options: object) -> Document:
    return read_document(page(tmp_path, html), ConvertOptions(**options))  # type: ignore[arg-type]


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.block_type, block.html) for block in document.blocks()]


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_headings_paragraphs_and_formats_are_kept(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "<title>My page</title><h1>Title</h1>"
        "<p>One <b>bold</b>, <i>it</i>, x<sup>2</sup>, <code>f()</code></p>"
        "loose text<h3>Sub</h3><p>a &lt; b &amp; c</p>",
    )
    assert document.title == "My page"
    assert not document.is_paginated
    assert shown(document) == [
        ("SectionHeader", "<h1>Title</h1>"),
        ("Text", "<p>One <strong>bold</strong>, <em>it</em>, x<sup>2</sup>, <code>f()</code></p>"),
        ("Text", "<p>loose text</p>"),
        ("SectionHeader", "<h3>Sub</h3>"),
        ("Text", "<p>a &lt; b &amp; c</p>"),
    ]
    assert [block.level for block in document.blocks()] == [1, None, None, 3, None]
    last = list(document.blocks())[-1]
    assert list(last.section_hierarchy) == ["1", "3"]


def test_what_a_visitor_does_not_see_is_left_out(tmp_path: Path) -> None:
    html = (
        "<style>p{}</style><script>alert('no')</script><template>no</template><noscript>no</noscript>"
        "<nav>no</nav><div role=navigation>no</div><p hidden>no</p><p style='display: none'>no</p>"
        "<svg><text>no</text></svg><!-- no --><p>yes</p>"
    )
    assert shown(read(tmp_path, html)) == [("Text", "<p>yes</p>")]
    assert html_source_layer(page(tmp_path, html), ReadLimits()).pages[0].text == "yes"


def test_lists_nest(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "<ol start=3><li>one<ul><li>inner <b>x</b></li></ul></li><li><p>two</p><p>more</p></li></ol>",
    )
    (block,) = document.blocks()
    assert block.html == (
        '<ol start="3"><li>one<ul><li>inner <strong>x</strong></li></ul></li><li>two<br/>more</li></ol>'
    )
    assert [child.block_type for child in block.children] == ["ListItem", "ListItem"]


def test_tables_keep_spans_and_headers(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "<table><caption>Sales</caption><tr><th>A<th colspan=2>B</tr><tr><td rowspan=2>1<td>2<td>3</tr>"
        "<tr><td>4<td>5 &lt; 6</tr></table>",
    )
    assert shown(document) == [
        ("Caption", "<p>Sales</p>"),
        (
            "Table",
            '<table><thead><tr><th>A</th><th colspan="2">B</th></tr></thead><tbody><tr><td rowspan="2">1</td>'
            "<td>2</td><td>3</td></tr><tr><td>4</td><td>5 &lt; 6</td></tr></tbody></table>",
        ),
    ]


def test_a_layout_table_is_only_its_content(tmp_path: Path) -> None:
    html = "<table role=presentation><tr><td><h2>Left</h2></td><td><p>Right</p></td></tr></table>"
    assert [kind for kind, _ in shown(read(tmp_path, html))] == ["SectionHeader", "Text"]


def test_code_and_quotations_are_kept(tmp_path: Path) -> None:
    document = read(tmp_path, "<pre>if a < b:\n    pass</pre><blockquote><p>Q</p><ul><li>i</ul></blockquote>")
    assert shown(document) == [
        ("Code", "<pre><code>if a &lt; b:\n    pass</code></pre>"),
        ("Text", "<blockquote><p>Q</p><ul><li>i</li></ul></blockquote>"),
    ]


def test_code_keeps_its_language(tmp_path: Path) -> None:
    document = read(tmp_path, '<pre><code class="language-python">x = 1</code></pre>')
    assert shown(document) == [("Code", '<pre><code class="language-python">x = 1</code></pre>')]


@pytest.mark.parametrize(
    ("base", "href", "link"),
    [
        ("https://a.org/docs/", "../x?y=1", "https://a.org/x?y=1"),
        ("https://a.org/docs/", "#part", None),
        ("https://a.org/", "javascript:x()", None),
        ("javascript:x", "relative", None),
        ("file:///etc/", "passwd", None),
    ],
)
def test_relative_links_start_from_the_base_of_the_page(
    tmp_path: Path, base: str, href: str, link: str | None
) -> None:
    html = f'<html><head><base href="{base}"></head><body><p><a href="{href}">x</a></p></body></html>'
    ((_, shown_html),) = shown(read(tmp_path, html))
    assert shown_html == (f'<p><a href="{link}">x</a></p>' if link else "<p>x</p>")


def test_notes_are_footnotes(tmp_path: Path) -> None:
    html = '<p>Text<sup>1</sup></p><aside role="doc-footnote"><p>1 Note.</p></aside>'
    assert shown(read(tmp_path, html)) == [
        ("Text", "<p>Text<sup>1</sup></p>"),
        ("Footnote", "<p>1 Note.</p>"),
    ]


def test_mathml_is_latex(tmp_path: Path) -> None:
    html = (
        "<p>so <math><msup><mi>x</mi><mn>2</mn></msup></math></p>"
        '<math display="block"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'
    )
    assert shown(read(tmp_path, html)) == [
        ("Text", "<p>so <math>x^{2}</math></p>"),
        ("Equation", r'<p><math display="block">\frac{a}{b}</math></p>'),
    ]


@pytest.mark.parametrize(
    ("href", "is_kept"),
    [
        ("https://example.org/?a=1&amp;b=2", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        (" JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("/relative", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_web_and_mail_links_stay(tmp_path: Path, href: str, is_kept: bool) -> None:
    ((_, html),) = shown(read(tmp_path, f'<p><a href="{href}">text</a></p>'))
    assert html == (f'<p><a href="{href}">text</a></p>' if is_kept else "<p>text</p>")


def test_markup_in_attributes_cannot_break_out(tmp_path: Path) -> None:
    ((_, html),) = shown(
        read(tmp_path, "<p>x <img src='http://a/b.png' alt='\"><script>alert(1)</script>'></p>")
    )
    assert html == '<p>x <img alt="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"/></p>'


def test_pictures_inside_the_page_are_kept_and_others_are_not_fetched(tmp_path: Path) -> None:
    data = base64.b64encode(png()).decode()
    html = (
        f'<figure><img src="data:image/png;base64,{data}" alt="red"><figcaption>Cap</figcaption></figure>'
        '<img src="http://127.0.0.1:9/x.png" alt="remote"><img src="file:///etc/passwd" alt="local">'
    )
    document = read(tmp_path, html)
    blocks = list(document.blocks())
    assert [block.block_type for block in blocks] == ["Picture", "Caption", "Picture"]
    assert blocks[0].html == '<p><img src="image_1.png" alt="red"/></p>'
    assert blocks[0].images == {"image_1.png": png()}
    assert blocks[2].html == '<p><img alt="remote"/><img alt="local"/></p>'
    assert not any(block.images for block in read(tmp_path, html, extract_images=False).blocks())


@pytest.mark.parametrize(
    "content",
    [
        "<meta charset=windows-1252><p>Größe €</p>".encode("cp1252"),
        "<p>Größe €</p>".encode(),
        "<p>Größe €</p>".encode("utf-16"),
        "<meta charset=nonsense><p>Größe €</p>".encode(),
        "<p>Größe €</p>".encode("cp1252"),
    ],
)
def test_encodings_are_recognised(tmp_path: Path, content: bytes) -> None:
    assert shown(read(tmp_path, content)) == [("Text", "<p>Größe €</p>")]


def test_entities_of_a_document_type_stay_text(tmp_path: Path) -> None:
    html = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>a &x; b</p></body></html>'
    text = " ".join(html for _, html in shown(read(tmp_path, html)))
    assert "root:" not in text
    assert "b" in text


def test_nesting_is_bounded(tmp_path: Path) -> None:
    deep = "<div>" * 1500 + "deep" + "</div>" * 1500 + "<p>after</p>"
    assert [text_of(html) for _, html in shown(read(tmp_path, deep))] == ["deep", "after"]
    with pytest.raises(DocumentFailure, match="too deeply"):
        read(tmp_path, "<div>" * 50_000 + "x")


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_an_empty_page_is_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DocumentFailure) as caught:
        read(tmp_path, content)
    assert caught.value.code == "empty"


def test_a_page_range_beyond_the_one_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentFailure) as caught:
        read(tmp_path, "<p>x</p>", page_range="0,3")
    assert caught.value.code == "page_range"


def test_nominal_boxes_are_ordered_and_inside_the_page(tmp_path: Path) -> None:
    document = read(tmp_path, "".join(f"<p>{'word ' * 60}{number}</p>" for number in range(200)))
    (only,) = document.pages
    bottoms = [block.bbox.y1 for block in only.blocks]
    assert bottoms == sorted(bottoms)
    assert all(0 <= b.bbox.y0 <= b.bbox.y1 <= only.height and b.bbox.x1 <= only.width for b in only.blocks)


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_real_pages_keep_their_words() -> None:
    for path in sorted(SHARED.glob("*.html")):
        document = read_html(source_file(path), ConvertOptions())
        layer = words(html_source_layer(source_file(path), ReadLimits()).pages[0].text)
        found = words("\n".join(text_of(block.html) for block in document.blocks()))
        assert (layer & found).total() >= 0.95 * layer.total(), path.name
