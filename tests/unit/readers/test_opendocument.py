"""OpenDocument texts and presentations: structure, notes, reviewers' marks, objects, hostile files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from docassay.documents.model import BoundingBox, Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.opendocument import open_document_source_layer, read_open_document
from docassay.readers.opendocument.tables import MAX_CELLS
from docassay.readers.read import read_document

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/formats/odf"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        **{
            prefix: f"{ODF}:{name}:1.0"
            for prefix, name in (
                ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
                ("style", "style"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
                ("presentation", "presentation"), ("chart", "chart"), ("meta", "meta"),
            )
        },
        "xlink": "http://www.w3.org/1999/xlink",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)  # fmt: skip
TRACKED = ConvertOptions(engine_options={"track_changes": True})


def open_document(
    tmp_path: Path,
    body: str,
    *,
    automatic: str = "",
    styles: str = "",
    kind: str = "text",
    members: dict[str, bytes] | None = None,
) -> SourceFile:
    """A file with this body and these styles (automatic ones of content.xml, common ones of styles.xml)."""
    path = tmp_path / f"a.{'odt' if kind == 'text' else 'odp'}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMES}><office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        archive.writestr("styles.xml", f"<office:document-styles {NAMES}>{styles}</office:document-styles>")
        for name, content in (members or {}).items():
            archive.writestr(name, content)
    return SourceFile(path, path.name, "", "0" * 64)


def p(content: str, style: str = "") -> str:
    named = f' text:style-name="{style}"' if style else ""
    return f"<text:p{named}>{content}</text:p>"


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.block_type, block.html) for block in document.blocks()]


def read(tmp_path: Path, body: str, *, automatic: str = "", styles: str = "") -> list[tuple[str, str]]:
    source = open_document(tmp_path, body, automatic=automatic, styles=styles)
    return shown(read_open_document(source, ConvertOptions()))


def raw(source: SourceFile) -> str:
    return open_document_source_layer(source, ReadLimits()).pages[0].text


def text_style(name: str, properties: str, parent: str = "") -> str:
    based = f' style:parent-style-name="{parent}"' if parent else ""
    return (
        f'<style:style style:name="{name}" style:family="text"{based}>'
        f"<style:text-properties {properties}/></style:style>"
    )


def paragraph_style(name: str, parent: str = "", inner: str = "") -> str:
    based = f' style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="paragraph"{based}>{inner}</style:style>'


def test_headings_have_their_outline_level(tmp_path: Path) -> None:
    body = '<text:h text:outline-level="2">Two</text:h><text:h text:outline-level="9">Nine</text:h>'
    body += p("A title", "P1") + p("", "P1")
    automatic = paragraph_style("P1", "Title")
    styles = f"<office:styles>{paragraph_style('Title')}</office:styles>"
    assert read(tmp_path, body, automatic=automatic, styles=styles) == [
        ("SectionHeader", "<h2>Two</h2>"),
        ("SectionHeader", "<h6>Nine</h6>"),
        ("SectionHeader", "<h1>A title</h1>"),
    ]


def test_numbered_headings_show_their_number(tmp_path: Path) -> None:
    level = '<text:outline-level-style text:level="{}" style:num-format="1" text:display-levels="{}"/>'
    styles = (
        f"<office:styles><text:outline-style>{level.format(1, 1)}{level.format(2, 2)}</text:outline-style>"
        "</office:styles>"
    )
    body = "".join(
        f'<text:h text:outline-level="{depth}">{name}</text:h>'
        for depth, name in ((1, "a"), (2, "b"), (2, "c"), (1, "d"), (2, "e"))
    )
    assert [html for _, html in read(tmp_path, body, styles=styles)] == [
        "<h1>1 a</h1>",
        "<h2>1.1 b</h2>",
        "<h2>1.2 c</h2>",
        "<h1>2 d</h1>",
        "<h2>2.1 e</h2>",
    ]


def test_runs_keep_their_format_through_inheritance(tmp_path: Path) -> None:
    automatic = (
        text_style("B", 'fo:font-weight="bold"')
        + text_style("BI", 'fo:font-style="italic"', "B")
        + text_style("UP", 'style:text-position="super 58%"')
        + text_style("S", 'style:text-line-through-style="solid"')
        + text_style("X", 'text:display="none"')
    )
    spans = "".join(
        f'<text:span text:style-name="{name}">{name}</text:span> ' for name in ("B", "BI", "UP", "S", "X")
    )
    assert read(tmp_path, p(spans), automatic=automatic) == [
        ("Text", "<p><strong>B</strong> <strong><em>BI</em></strong> <sup>UP</sup> <s>S</s></p>")
    ]


def test_white_space_elements_are_characters(tmp_path: Path) -> None:
    body = p('a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d&lt;<text:soft-page-break/>')
    assert read(tmp_path, body) == [("Text", "<p>a b c<br/>d&lt;</p>")]


@pytest.mark.parametrize(("href", "is_kept"), [("https://a.org", True), ("javascript:x()", False)])
def test_only_safe_links_stay(tmp_path: Path, href: str, is_kept: bool) -> None:
    ((_, html),) = read(tmp_path, p(f'<text:a xlink:href="{href}">link</text:a>'))
    assert ("<a href" in html) == is_kept
    assert "link" in html


LISTS = (
    '<text:list-style style:name="L1">'
    '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a"/></text:list-style>'
    '<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/></text:list-style>'
    '<text:list-style style:name="L3">'
    '<text:list-level-style-number text:level="1" style:num-format=""/></text:list-style>'
    '<text:list-style style:name="L4">'
    '<text:list-level-style-number text:level="1" style:num-format="1"/>'
    '<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/>'
    "</text:list-style>"
)


def items(*contents: str, style: str = "", extra: str = "") -> str:
    named = f' text:style-name="{style}"' if style else ""
    inner = "".join(f"<text:list-item>{content}</text:list-item>" for content in contents)
    return f"<text:list{named}{extra}>{inner}</text:list>"


def test_lists_nest_and_keep_their_kind(tmp_path: Path) -> None:
    body = items(p("one"), p("two") + items(p("deep")), style="L1")
    assert read(tmp_path, body, automatic=LISTS) == [
        ("ListGroup", '<ol><li>one</li><li>two<ol type="a"><li>deep</li></ol></li></ol>')
    ]


def test_a_list_goes_on_counting_when_it_says_so(tmp_path: Path) -> None:
    body = (
        items(p("one"), p("two"), style="L1")
        + p("between")
        + items(p("three"), style="L1", extra=' text:continue-numbering="true"')
        + items(p("again"), style="L1")
    )
    assert [html for _, html in read(tmp_path, body, automatic=LISTS)] == [
        "<ol><li>one</li><li>two</li></ol>",
        "<p>between</p>",
        '<ol start="3"><li>three</li></ol>',
        "<ol><li>again</li></ol>",
    ]


def test_a_label_of_several_numbers_is_part_of_the_text(tmp_path: Path) -> None:
    body = items(p("a") + items(p("b")), style="L4")
    assert read(tmp_path, body, automatic=LISTS) == [
        ("ListGroup", "<ol><li>a<ul><li>1.1 b</li></ul></li></ol>")
    ]


def test_a_list_without_labels_is_plain_text(tmp_path: Path) -> None:
    assert read(tmp_path, items(p("x"), style="L3"), automatic=LISTS) == [("Text", "<p>x</p>")]


def test_headings_in_lists_stay_headings(tmp_path: Path) -> None:
    body = items('<text:h text:outline-level="1">H</text:h>', style="L1")
    assert read(tmp_path, body, automatic=LISTS) == [("SectionHeader", "<h1>H</h1>")]


def cell(content: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{content}</table:table-cell>"


def test_tables_keep_spans_and_header_rows(tmp_path: Path) -> None:
    wide = 'table:number-columns-spanned="2"'
    body = (
        "<table:table><table:table-column/><table:table-header-rows><table:table-row>"
        + cell(p("H"), wide)
        + "<table:covered-table-cell/></table:table-row></table:table-header-rows><table:table-row>"
        + cell(p("a") + p("b"), 'table:number-rows-spanned="2"')
        + cell(p("c"))
        + "</table:table-row><table:table-row><table:covered-table-cell/>"
        + cell(p("d"))
        + "</table:table-row></table:table>"
    )
    assert read(tmp_path, body) == [
        (
            "Table",
            '<table><thead><tr><th colspan="2">H</th></tr></thead><tbody><tr><td rowspan="2">a<br/>b</td>'
            "<td>c</td></tr><tr><td>d</td></tr></tbody></table>",
        )
    ]


def test_repeated_cells_are_written_and_bounded(tmp_path: Path) -> None:
    row = "<table:table><table:table-row>{}</table:table-row></table:table>"
    twice = row.format(cell(p("x"), 'table:number-columns-repeated="2"'))
    ((_, html),) = read(tmp_path, twice)
    assert html.count("<td>x</td>") == 2
    with pytest.raises(DocumentFailure) as caught:
        read(tmp_path, row.format(cell(p("x"), f'table:number-columns-repeated="{MAX_CELLS + 1}"')))
    assert caught.value.code == "too_many_cells"


def test_notes_are_linked_by_their_mark(tmp_path: Path) -> None:
    note = (
        '<text:note text:note-class="{}"><text:note-citation>{}</text:note-citation>'
        "<text:note-body>{}</text:note-body></text:note>"
    )
    body = p("Text" + note.format("footnote", "1", p("Foot.")) + note.format("endnote", "i", p("End.")))
    source = open_document(tmp_path, body)
    assert shown(read_open_document(source, ConvertOptions())) == [
        ("Text", "<p>Text<sup>1i</sup></p>"),
        ("Footnote", "<p><sup>1</sup> Foot.</p>"),
        ("Footnote", "<p><sup>i</sup> End.</p>"),
    ]
    assert "Foot." in raw(source)


ANNOTATION = (
    '<office:annotation office:name="c1"><dc:creator>Ada Lovelace</dc:creator>'
    f"<dc:date>2024-05-01T10:00:00</dc:date>{p('Really?')}</office:annotation>"
)


def test_comments_leave_a_mark_or_stand_around_their_text(tmp_path: Path) -> None:
    body = p(f'A {ANNOTATION}claim<office:annotation-end office:name="c1"/>.')
    source = open_document(tmp_path, body)
    assert shown(read_open_document(source, ConvertOptions())) == [
        ("Text", "<p>A <sup>[AL1]</sup>claim.</p>"),
        ("Footnote", '<p data-role="comment"><sup>[AL1]</sup> Ada Lovelace, 2024-05-01: Really?</p>'),
    ]
    ((_, html),) = shown(read_open_document(source, TRACKED))
    assert html == (
        '<p>A <comment data-comment-author="Ada Lovelace" data-comment-datetime="2024-05-01T10:00:00" '
        'text="Really?">claim</comment>.</p>'
    )


def test_changes_are_accepted_or_marked_up(tmp_path: Path) -> None:
    info = (
        "<office:change-info><dc:creator>Ada</dc:creator><dc:date>2024-05-01</dc:date></office:change-info>"
    )
    body = (
        f'<text:tracked-changes><text:changed-region text:id="a"><text:insertion>{info}</text:insertion>'
        f'</text:changed-region><text:changed-region text:id="b"><text:deletion>{info}{p("old")}'
        "</text:deletion></text:changed-region></text:tracked-changes>"
    ) + p(
        'x <text:change-start text:change-id="a"/>new<text:change-end text:change-id="a"/>'
        '<text:change text:change-id="b"/> y'
    )
    source = open_document(tmp_path, body)
    assert shown(read_open_document(source, ConvertOptions())) == [("Text", "<p>x new y</p>")]
    assert raw(source) == "x new y"
    by_ada = 'data-revision-author="Ada" data-revision-datetime="2024-05-01"'
    assert shown(read_open_document(source, TRACKED)) == [
        ("Text", f"<p>x <ins {by_ada}>new</ins><del {by_ada}>old</del> y</p>")
    ]


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_pictures_have_their_alternative_text(tmp_path: Path) -> None:
    frame = '<draw:frame><draw:image xlink:href="Pictures/a.png"/><svg:desc>A red dot</svg:desc></draw:frame>'
    source = open_document(tmp_path, p(frame), members={"Pictures/a.png": picture()})
    (block,) = read_open_document(source, ConvertOptions()).blocks()
    assert (block.block_type, block.html) == ("Picture", '<p><img src="image_1.png" alt="A red dot"/></p>')
    assert block.images == {"image_1.png": picture()}
    (without,) = read_open_document(source, ConvertOptions(extract_images=False)).blocks()
    assert "A red dot" in without.html
    assert not without.images


def test_pictures_elsewhere_are_not_fetched(tmp_path: Path) -> None:
    for address in ("http://a.org/x.png", "file:///etc/hostname", "../../../etc/hostname"):
        frame = f'<draw:frame><draw:image xlink:href="{address}"/></draw:frame>'
        (block,) = read_open_document(open_document(tmp_path, p(frame)), ConvertOptions()).blocks()
        assert not block.images


def test_a_formula_object_is_latex(tmp_path: Path) -> None:
    mathml = (
        b'<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mfrac><mi>a</mi><mi>b</mi></mfrac>'
        b'<annotation encoding="StarMath 5.0">{a} over {b}</annotation></semantics></math>'
    )
    frame = '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="x"/></draw:frame>'
    source = open_document(tmp_path, p("y = " + frame), members={"Object 1/content.xml": mathml})
    assert shown(read_open_document(source, ConvertOptions())) == [
        ("Text", r"<p>y = <math>\frac{a}{b}</math></p>")
    ]
    alone = open_document(tmp_path, p(frame), members={"Object 1/content.xml": mathml})
    assert shown(read_open_document(alone, ConvertOptions())) == [
        ("Equation", r'<p><math display="block">\frac{a}{b}</math></p>')
    ]


def test_a_chart_object_is_its_table(tmp_path: Path) -> None:
    chart = (
        f"<office:document-content {NAMES}><office:body><office:chart><chart:chart>"
        f"<chart:title>{p('Sales')}</chart:title><table:table><table:table-row>{cell(p('Q1'))}{cell(p('5'))}"
        "</table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>"
    )
    frame = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
    source = open_document(tmp_path, p(frame), members={"Object 1/content.xml": chart.encode()})
    assert shown(read_open_document(source, ConvertOptions())) == [
        ("Caption", "<p>Sales</p>"),
        ("Table", "<table><tbody><tr><td>Q1</td><td>5</td></tr></tbody></table>"),
    ]


def test_text_boxes_and_shapes_follow_their_paragraph(tmp_path: Path) -> None:
    frame = f"<draw:frame><draw:text-box>{p('boxed')}</draw:text-box></draw:frame>"
    group = f"<draw:g><draw:custom-shape>{p('shaped')}</draw:custom-shape></draw:g>"
    assert read(tmp_path, p(f"anchor{frame}{group}")) == [
        ("Text", "<p>anchor</p>"),
        ("Text", "<p>boxed</p>"),
        ("Text", "<p>shaped</p>"),
    ]


def test_code_quotations_captions_and_contents_are_known_by_style(tmp_path: Path) -> None:
    automatic = paragraph_style("P1", "Preformatted_20_Text")
    styles = (
        f"<office:styles>{paragraph_style('Preformatted_20_Text')}{paragraph_style('Quotations')}"
        f"{paragraph_style('Illustration', 'Caption')}</office:styles>"
    )
    body = (
        p('a<text:s text:c="2"/>b', "P1")
        + p("c", "P1")
        + p("said", "Quotations")
        + p("Figure 1", "Illustration")
        + f"<text:table-of-content><text:index-body><text:index-title>{p('Contents')}</text:index-title>"
        + p("One<text:tab/>1")
        + "</text:index-body></text:table-of-content>"
    )
    assert read(tmp_path, body, automatic=automatic, styles=styles) == [
        ("Code", "<pre><code>a  b\nc</code></pre>"),
        ("Text", "<blockquote><p>said</p></blockquote>"),
        ("Caption", "<p>Figure 1</p>"),
        ("SectionHeader", "<h1>Contents</h1>"),
        ("TableOfContents", "<p>One 1</p>"),
    ]


def test_headers_and_footers_of_pages_in_use_stand_around_the_text(tmp_path: Path) -> None:
    styles = (
        '<office:master-styles><style:master-page style:name="Standard">'
        f"<style:header>{p('Top')}</style:header><style:footer>{p('Bottom')}</style:footer>"
        f'</style:master-page><style:master-page style:name="Unused"><style:header>{p("Never")}'
        "</style:header></style:master-page></office:master-styles>"
    )
    source = open_document(tmp_path, p("Middle"), styles=styles)
    assert shown(read_open_document(source, ConvertOptions())) == [
        ("PageHeader", "<p>Top</p>"),
        ("Text", "<p>Middle</p>"),
        ("PageFooter", "<p>Bottom</p>"),
    ]
    assert raw(source).split() == ["Top", "Middle", "Bottom"]


SLIDES = (
    '<draw:page draw:name="page1" draw:master-page-name="M">'
    '<draw:frame svg:x="1in" svg:y="4in" svg:width="2in" svg:height="1in"><draw:text-box>{low}'
    "</draw:text-box></draw:frame>"
    '<draw:frame svg:x="1in" svg:y="2in" svg:width="2in" svg:height="1in" presentation:class="title">'
    "<draw:text-box>{title}</draw:text-box></draw:frame>"
    '<draw:frame presentation:placeholder="true" presentation:class="outline"><draw:text-box>{empty}'
    "</draw:text-box></draw:frame>"
    '<presentation:notes><draw:frame presentation:class="notes"><draw:text-box>{notes}</draw:text-box>'
    "</draw:frame></presentation:notes>{comment}</draw:page><draw:page/>"
).format(
    low=p("low"), title=p("The title"), empty=p("Click to add text"), notes=p("Say this."), comment=ANNOTATION
)
SLIDE_STYLES = (
    '<office:automatic-styles><style:page-layout style:name="PL"><style:page-layout-properties '
    'fo:page-width="10in" fo:page-height="5in"/></style:page-layout></office:automatic-styles>'
    '<office:master-styles><style:master-page style:name="M" style:page-layout-name="PL"/>'
    "</office:master-styles>"
)


def test_slides_have_their_size_order_notes_and_comments(tmp_path: Path) -> None:
    source = open_document(tmp_path, SLIDES, styles=SLIDE_STYLES, kind="presentation")
    document = read_open_document(source, ConvertOptions())
    first, second = document.pages
    assert (first.width, first.height, first.name) == (720.0, 360.0, "Slide 1")
    assert [block.html for block in first.blocks] == [
        "<h1>The title</h1>",
        "<p>low</p>",
        '<p data-role="notes">Say this.</p>',
        '<p data-role="comment">Ada Lovelace, 2024-05-01: Really?</p>',
    ]
    assert first.blocks[0].bbox == BoundingBox(72.0, 144.0, 216.0, 216.0)
    assert not second.blocks
    layer = open_document_source_layer(source, ReadLimits())
    assert "Click to add" not in layer.pages[0].text
    assert "Say this." in layer.pages[0].text


def test_a_page_range_chooses_slides(tmp_path: Path) -> None:
    source = open_document(tmp_path, SLIDES, styles=SLIDE_STYLES, kind="presentation")
    assert [page.index for page in read_open_document(source, ConvertOptions(page_range="1")).pages] == [1]


def test_a_password_is_said_to_be_one(tmp_path: Path) -> None:
    manifest = b"<manifest><file-entry><encryption-data/></file-entry></manifest>"
    source = open_document(tmp_path, p("x"), members={"META-INF/manifest.xml": manifest})
    with pytest.raises(DocumentFailure) as caught:
        read_document(source, ConvertOptions())
    assert caught.value.code == "encrypted"


def test_entities_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><office:document-content {NAMES}>'
            "<office:body><office:text>&e;</office:text></office:body></office:document-content>",
        )
    with pytest.raises(DocumentFailure) as caught:
        read_document(SourceFile(path, path.name, "", "0" * 64), ConvertOptions())
    assert caught.value.code == "corrupt"


def test_deep_nesting_is_a_clear_failure_or_is_read(tmp_path: Path) -> None:
    depth = 100
    body = f"{'<text:list><text:list-item>' * depth}{p('deep')}{'</text:list-item></text:list>' * depth}"
    assert "deep" in read(tmp_path, body)[0][1]


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_real_documents_keep_their_words() -> None:
    for path in sorted([*SHARED.glob("*.odt"), *SHARED.glob("*.odp")]):
        source = SourceFile(path, path.name, "", "0" * 64)
        layer = open_document_source_layer(source, ReadLimits())
        words = {word for page in layer.pages for word in page.text.split()}
        text = "".join(block.html for block in read_document(source, ConvertOptions()).blocks())
        missing = [word for word in words if word.isalpha() and word not in text]
        assert len(missing) <= 0.02 * len(words), path.name
