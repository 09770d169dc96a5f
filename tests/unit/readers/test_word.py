"""Word documents: structure, notes, lists, tables, revisions and hostile files."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml as oxml
from docx.oxml.ns import nsdecls
from lxml import etree
from PIL import Image

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.office_math import to_latex
from docassay.readers.read import read_document
from docassay.readers.word import read_word, word_source_layer
from docassay.readers.word.numbering import formatted_number

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/formats/docx"
W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/octet-stream", "0" * 64)


def written(tmp_path: Path, write: Callable[[Any], None]) -> SourceFile:
    document = docx.Document()
    write(document)
    path = tmp_path / "a.docx"
    document.save(str(path))
    return source_file(path)


def read(tmp_path: Path, write: Callable[[Any], None], **options: object) -> Document:
    return read_document(written(tmp_path, write), ConvertOptions(**options))  # type: ignore[arg-type]


def body(tmp_path: Path, xml: str, extra: dict[str, str] | None = None) -> SourceFile:
    """A minimal file with this body XML; ``extra`` maps a relationship kind to the part's XML."""
    parts = extra or {}
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    path = tmp_path / "raw.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        links = "".join(f'<Relationship Id="{k}" Type="{office}/{k}" Target="{k}.xml"/>' for k in parts)
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{package}">{links}</Relationships>'
        )
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{xml}</w:body></w:document>")
        for kind, content in parts.items():
            archive.writestr(f"word/{kind}.xml", content)
    return source_file(path)


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.block_type, block.html) for block in document.blocks()]


def raw(source: SourceFile) -> str:
    return word_source_layer(source, ReadLimits()).pages[0].text


def test_headings_come_from_styles_and_outline_levels(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        document.core_properties.title = "The title"
        document.add_heading("Title", 0)
        document.add_heading("One", 1)
        document.add_heading("Three", 3)
        style = document.styles.add_style("Mine", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Heading 2"]
        document.add_paragraph("Two", style="Mine")
        outlined = document.add_paragraph("Outlined")
        outlined._p.get_or_add_pPr().append(oxml(f'<w:outlineLvl {nsdecls("w")} w:val="3"/>'))
        document.add_paragraph("Text")

    document = read(tmp_path, write)
    assert document.title == "The title"
    assert not document.is_paginated
    assert shown(document) == [
        ("SectionHeader", "<h1>Title</h1>"),
        ("SectionHeader", "<h1>One</h1>"),
        ("SectionHeader", "<h3>Three</h3>"),
        ("SectionHeader", "<h2>Two</h2>"),
        ("SectionHeader", "<h4>Outlined</h4>"),
        ("Text", "<p>Text</p>"),
    ]
    assert list(list(document.blocks())[-1].section_hierarchy) == ["1", "2", "4"]


def test_runs_keep_their_format_and_are_escaped(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("a < b & ")
        paragraph.add_run("bo").bold = True
        paragraph.add_run("ld").bold = True
        paragraph.add_run(" it").italic = True
        paragraph.add_run("2").font.superscript = True
        paragraph.add_run("\nnext <script>")

    assert shown(read(tmp_path, write)) == [
        (
            "Text",
            "<p>a &lt; b &amp; <strong>bold</strong><em> it</em><sup>2</sup><br/>next &lt;script&gt;</p>",
        )
    ]


@pytest.mark.parametrize(
    ("target", "is_kept"), [("https://example.org/", True), ("javascript:alert(1)", False)]
)
def test_links_are_kept_when_they_are_safe(tmp_path: Path, target: str, is_kept: bool) -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("see ")
        relationship = document.part.relate_to(
            target, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", True
        )
        paragraph._p.append(
            oxml(
                f'<w:hyperlink {nsdecls("w", "r")} r:id="{relationship}">'
                "<w:r><w:t>here</w:t></w:r></w:hyperlink>"
            )
        )

    ((_, html),) = shown(read(tmp_path, write))
    assert html == (f'<p>see <a href="{target}">here</a></p>' if is_kept else "<p>see here</p>")


def test_a_hyperlink_field_is_a_link_and_its_code_is_not_text(tmp_path: Path) -> None:
    source = body(
        tmp_path,
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://a.org" '
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>link</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t> after</w:t></w:r></w:p>',
    )
    assert shown(read_word(source, ConvertOptions())) == [
        ("Text", '<p><a href="https://a.org">link</a> after</p>')
    ]


def test_lists_nest_and_know_their_kind(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        document.add_paragraph("one", style="List Number")
        document.add_paragraph("two", style="List Number")
        document.add_paragraph("plain")
        document.add_paragraph("three", style="List Number")
        document.add_paragraph("dot", style="List Bullet")

    assert shown(read(tmp_path, write)) == [
        ("ListGroup", "<ol><li>one</li><li>two</li></ol>"),
        ("Text", "<p>plain</p>"),
        ("ListGroup", '<ol start="3"><li>three</li></ol>'),
        ("ListGroup", "<ul><li>dot</li></ul>"),
    ]


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/>
<w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def item(text: str, level: int, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:p><w:pPr>{named}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
    )


def test_levels_of_a_list_become_nested_lists(tmp_path: Path) -> None:
    xml = item("a", 0) + item("b", 1) + item("c", 2) + item("d", 1) + item("e", 0)
    document = read_word(body(tmp_path, xml, {"numbering": NUMBERING}), ConvertOptions())
    (block,) = document.blocks()
    assert block.html == (
        "<ol><li>a<ul><li>1.a) b<ul><li>c</li></ul></li><li>1.b) d</li></ul></li><li>e</li></ol>"
    )
    assert [child.html for child in block.children][1] == "<li>e</li>"


def test_numbered_headings_show_their_number(tmp_path: Path) -> None:
    xml = item("First", 0, "Heading1") + item("Sub", 1, "Heading2") + item("Second", 0, "Heading1")
    document = read_word(body(tmp_path, xml, {"numbering": NUMBERING}), ConvertOptions())
    assert [html for _, html in shown(document)] == [
        "<h1>1. First</h1>",
        "<h2>1.a) Sub</h2>",
        "<h1>2. Second</h1>",
    ]


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [(4, "decimal", "4"), (28, "lowerLetter", "bb"), (1994, "upperRoman", "MCMXCIV"), (0, "lowerRoman", "0")],
)
def test_numbers_are_written_as_word_does(number: int, kind: str, text: str) -> None:
    assert formatted_number(number, kind) == text


def test_tables_keep_merged_cells(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        table = document.add_table(3, 3)
        for row in range(3):
            for column in range(3):
                table.cell(row, column).text = f"{row}{column}"
        table.cell(0, 1).merge(table.cell(0, 2)).text = "wide"
        table.cell(1, 0).merge(table.cell(2, 0)).text = "tall & <b>"

    ((kind, html),) = shown(read(tmp_path, write))
    assert kind == "Table"
    assert html == (
        '<table><thead><tr><th>00</th><th colspan="2">wide</th></tr></thead><tbody>'
        '<tr><td rowspan="2">tall &amp; &lt;b&gt;</td><td>11</td><td>12</td></tr>'
        "<tr><td>21</td><td>22</td></tr></tbody></table>"
    )


def test_cells_hold_lists_and_tables(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        cell = document.add_table(1, 2).cell(0, 0)
        cell.text = "line"
        cell.add_paragraph("dot", style="List Bullet")
        cell.add_table(1, 1).cell(0, 0).text = "inner"

    ((_, html),) = shown(read(tmp_path, write))
    assert "<td>line<ul><li>dot</li></ul><table><tbody><tr><td>inner</td></tr></tbody></table></td>" in html


def test_pictures_are_taken_out_when_asked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(buffer, "PNG")

    def write(document: Any) -> None:
        document.add_picture(io.BytesIO(buffer.getvalue()))

    (block,) = read(tmp_path, write).blocks()
    assert block.block_type == "Picture"
    assert block.images == {"image_1.png": buffer.getvalue()}
    assert 'src="image_1.png"' in block.html
    (without,) = read(tmp_path, write, extract_images=False).blocks()
    assert not without.images
    assert "src=" not in without.html


def test_headers_and_footers_stand_around_the_body(tmp_path: Path) -> None:
    def write(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "Top"
        document.sections[0].footer.paragraphs[0].text = "Bottom"
        document.add_paragraph("Middle")

    source = written(tmp_path, write)
    document = read_word(source, ConvertOptions())
    assert [kind for kind, _ in shown(document)] == ["PageHeader", "Text", "PageFooter"]
    assert raw(source).split() == ["Top", "Middle", "Bottom"]


def test_footnotes_are_numbered_by_their_marks(tmp_path: Path) -> None:
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
        '<w:footnote w:id="5"><w:p><w:r><w:footnoteRef/></w:r>'
        "<w:r><w:t>The note.</w:t></w:r></w:p></w:footnote>"
        '<w:footnote w:id="9"><w:p><w:r><w:t>Never used.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    source = body(
        tmp_path,
        '<w:p><w:r><w:t>Text</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r></w:p>',
        {"footnotes": notes},
    )
    assert shown(read_word(source, ConvertOptions())) == [
        ("Text", "<p>Text<sup>1</sup></p>"),
        ("Footnote", "<p><sup>1</sup> The note.</p>"),
    ]


def test_revisions_are_read_as_accepted(tmp_path: Path) -> None:
    source = body(
        tmp_path,
        "<w:p><w:r><w:t>a </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t> here</w:t></w:r></w:moveTo>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>",
    )
    assert shown(read_word(source, ConvertOptions())) == [("Text", "<p>a new here</p>")]
    assert raw(source) == "a new here"


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"
    source = body(
        tmp_path,
        "<w:p><w:r><w:t>anchor</w:t></w:r><w:r>"
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    assert shown(read_word(source, ConvertOptions())) == [("Text", "<p>anchor</p>"), ("Text", "<p>boxed</p>")]
    assert raw(source).split() == ["anchor", "boxed"]


@pytest.mark.parametrize(
    ("omml", "latex"),
    [
        (
            "<m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>",
            r"\frac{a}{2}",
        ),
        (
            "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>",
            "x^{2}",
        ),
        ("<m:rad><m:deg/><m:e><m:r><m:t>π</m:t></m:r></m:e></m:rad>", r"\sqrt{\pi}"),
        ("<m:r><m:t>α</m:t></m:r><m:r><m:t>b</m:t></m:r>", r"\alpha b"),
        (
            "<m:func><m:fName><m:r><m:t>sin</m:t></m:r></m:fName><m:e><m:r><m:t>x</m:t></m:r></m:e></m:func>",
            r"\sin{x}",
        ),
        ("<m:r><m:t>100%_{</m:t></m:r>", r"100\%\_\{"),
    ],
)
def test_equations_become_latex(omml: str, latex: str) -> None:
    assert to_latex(etree.fromstring(f'<m:oMath xmlns:m="{MATH}">{omml}</m:oMath>')) == latex


def test_an_equation_of_its_own_is_an_equation_block(tmp_path: Path) -> None:
    source = body(
        tmp_path,
        f'<w:p><m:oMathPara xmlns:m="{MATH}"><m:oMath><m:r><m:t>a&lt;b</m:t></m:r></m:oMath>'
        "</m:oMathPara></w:p>",
    )
    assert shown(read_word(source, ConvertOptions())) == [
        ("Equation", '<p><math display="block">a&lt;b</math></p>')
    ]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d [<!ENTITY l "ha"><!ENTITY x "&l;&l;&l;&l;&l;&l;&l;">]>',
    ],
)
def test_entities_are_never_read(tmp_path: Path, declaration: str) -> None:
    source = body(tmp_path, "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>")
    hostile = tmp_path / "hostile.docx"
    with zipfile.ZipFile(source.path) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            prefix = declaration.encode() if name == "word/document.xml" else b""
            new.writestr(name, prefix + old.read(name))
    for call in (
        lambda: read_word(source_file(hostile), ConvertOptions()),
        lambda: raw(source_file(hostile)),
    ):
        with pytest.raises(DocumentFailure) as caught:
            call()
        assert caught.value.code == "corrupt"


def test_a_bomb_in_word_clothes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)
    with pytest.raises(DocumentFailure) as caught:
        read_word(source_file(path), ConvertOptions())
    assert caught.value.code == "zip_bomb"


def test_nonsense_numbers_do_no_harm(tmp_path: Path) -> None:
    xml = (
        '<w:p><w:pPr><w:outlineLvl w:val="x"/><w:numPr><w:ilvl w:val="-4"/><w:numId w:val="y"/></w:numPr>'
        "</w:pPr>"
        "<w:r><w:t>p</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='99999999'/></w:tcPr>"
        "<w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert [kind for kind, _ in shown(read_word(body(tmp_path, xml), ConvertOptions()))] == ["Text", "Table"]


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_real_documents_keep_their_words() -> None:
    recalls = {}
    for path in sorted(SHARED.glob("*.docx")):
        document = read_word(source_file(path), ConvertOptions())
        layer = Counter(re.findall(r"\w+", raw(source_file(path)).lower()))
        found = Counter(re.findall(r"\w+", "\n".join(text_of(b.html) for b in document.blocks()).lower()))
        recalls[path.name] = (layer & found).total() / max(layer.total(), 1)
    weak = {name for name, recall in recalls.items() if recall < 0.9}
    # In equations LaTeX commands stand for letters of the text.
    assert weak <= {"table_with_equations.docx"}
