"""Word documents under review (changes, comments) and the smaller things that their text is made of."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from docassay.documents.model import Document
from docassay.documents.rendering import to_html, to_markdown
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.readers.word import read_word, word_source_layer

W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TRACKED = ConvertOptions(engine_options={"track_changes": True})


def word_file(tmp_path: Path, xml: str, parts: dict[str, tuple[str, str]] | None = None) -> SourceFile:
    """A minimal file with this body; ``parts`` maps a member name to (relationship kind, content)."""
    path = tmp_path / "a.docx"
    links = "".join(
        f'<Relationship Id="r{index}" Type="{OFFICE}/{kind}" Target="{name}"/>'
        for index, (name, (kind, _)) in enumerate((parts or {}).items())
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
        )
        archive.writestr(
            "word/document.xml", f"<w:document {W} xmlns:r='{OFFICE}'><w:body>{xml}</w:body></w:document>"
        )
        for name, (_, content) in (parts or {}).items():
            archive.writestr(f"word/{name}", content)
    return SourceFile(path, path.name, "", "0" * 64)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.block_type, block.html) for block in document.blocks()]


def only_html(source: SourceFile, options: ConvertOptions | None = None) -> str:
    (block,) = read_word(source, options or ConvertOptions()).blocks()
    return block.html


WHO = 'w:author="Ada &amp; Co" w:date="2024-05-01T10:00:00Z"'
INSERTED = f"<w:ins {WHO}>{run('new')}</w:ins>"
DELETED = f"<w:del {WHO}><w:r><w:delText>old</w:delText></w:r></w:del>"
BY_ADA = 'data-revision-author="Ada &amp; Co" data-revision-datetime="2024-05-01T10:00:00Z"'


def test_changes_are_marked_up_when_asked_for(tmp_path: Path) -> None:
    source = word_file(tmp_path, paragraph(run("a "), INSERTED, DELETED, run(" b")))
    assert only_html(source) == "<p>a new b</p>"
    assert only_html(source, TRACKED) == f"<p>a <ins {BY_ADA}>new</ins><del {BY_ADA}>old</del> b</p>"


def test_changes_reach_html_and_markdown(tmp_path: Path) -> None:
    source = word_file(tmp_path, paragraph(run("a "), INSERTED, DELETED))
    document = read_word(source, TRACKED)
    for rendered in (to_html(document), to_markdown(document)):
        assert f"a <ins {BY_ADA}>new</ins><del {BY_ADA}>old</del>" in rendered


def test_moved_text_is_an_insertion_and_a_deletion(tmp_path: Path) -> None:
    xml = paragraph(f"<w:moveFrom {WHO}>{run('x')}</w:moveFrom><w:moveTo {WHO}>{run('x')}</w:moveTo>")
    source = word_file(tmp_path, xml)
    assert only_html(source, TRACKED) == f"<p><del {BY_ADA}>x</del><ins {BY_ADA}>x</ins></p>"


def test_a_paragraph_whose_end_was_deleted_joins_the_next(tmp_path: Path) -> None:
    mark = f"<w:rPr><w:del {WHO}/></w:rPr>"
    xml = paragraph(run("one "), properties=mark) + paragraph(run("two")) + paragraph(run("three"))
    source = word_file(tmp_path, xml)
    assert shown(read_word(source, ConvertOptions())) == [
        ("Text", "<p>one two</p>"),
        ("Text", "<p>three</p>"),
    ]
    assert len(shown(read_word(source, TRACKED))) == 3


def test_the_last_paragraph_keeps_its_text_when_its_end_was_deleted(tmp_path: Path) -> None:
    mark = f"<w:rPr><w:del {WHO}/></w:rPr>"
    assert only_html(word_file(tmp_path, paragraph(run("end"), properties=mark))) == "<p>end</p>"


def test_deleted_rows_are_gone_or_marked(tmp_path: Path) -> None:
    def row(text: str, change: str = "") -> str:
        return f"<w:tr><w:trPr>{change}</w:trPr><w:tc>{paragraph(run(text))}</w:tc></w:tr>"

    source = word_file(tmp_path, f"<w:tbl>{row('a')}{row('b', f'<w:del {WHO}/>')}{row('c')}</w:tbl>")
    assert "b" not in only_html(source).replace("tbody", "").replace("table", "")
    assert f"<td><del {BY_ADA}>b</del></td>" in only_html(source, TRACKED)


COMMENTS = {
    "comments.xml": (
        "comments",
        f'<w:comments {W}><w:comment w:id="4" w:author="Ada Lovelace" w:initials="AL" '
        f'w:date="2024-05-01T10:00:00Z">{paragraph(run("Is this &lt;so&gt;?"))}{paragraph(run("I doubt."))}'
        f'</w:comment><w:comment w:id="5" w:author="Nobody">{paragraph(run("unused"))}</w:comment>'
        "</w:comments>",
    )
}
COMMENTED = paragraph(
    run("This "),
    '<w:commentRangeStart w:id="4"/>',
    run("claim"),
    '<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>',
    run(" stands."),
)


def test_comments_leave_a_mark_and_follow_the_text(tmp_path: Path) -> None:
    source = word_file(tmp_path, COMMENTED, COMMENTS)
    assert shown(read_word(source, ConvertOptions())) == [
        ("Text", "<p>This claim<sup>[AL1]</sup> stands.</p>"),
        (
            "Footnote",
            '<p data-role="comment"><sup>[AL1]</sup> Ada Lovelace, 2024-05-01: '
            "Is this &lt;so&gt;? I doubt.</p>",
        ),
    ]
    assert "Ada Lovelace Is this <so>? I doubt." in word_source_layer(source, ReadLimits()).pages[0].text


def test_comments_stand_around_what_they_are_about_when_changes_are_tracked(tmp_path: Path) -> None:
    assert only_html(word_file(tmp_path, COMMENTED, COMMENTS), TRACKED) == (
        '<p>This <comment data-comment-author="Ada Lovelace" '
        'data-comment-datetime="2024-05-01T10:00:00Z" text="Is this &lt;so&gt;? I doubt.">claim</comment>'
        " stands.</p>"
    )


def test_markup_in_names_cannot_break_out(tmp_path: Path) -> None:
    change = f"<w:ins w:author='&quot;&gt;&lt;script&gt;'>{run('x')}</w:ins>"
    html = to_html(read_word(word_file(tmp_path, paragraph(change)), TRACKED))
    assert "<script" not in html
    assert "&quot;&gt;&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', "☒"),
        ("<w:checkBox><w:default w:val='0'/></w:checkBox>", "☐"),
        (
            '<w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/><w:listEntry w:val="blue"/></w:ddList>',
            "blue",
        ),
    ],
)
def test_form_controls_show_their_state(tmp_path: Path, field: str, text: str) -> None:
    xml = paragraph(
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{field}</w:ffData></w:fldChar></w:r>'
        "<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        run(" agreed"),
    )
    assert only_html(word_file(tmp_path, xml)) == f"<p>{text} agreed</p>"


@pytest.mark.parametrize(
    ("font", "code", "text"),
    [
        ("Symbol", "F061", "α"),
        ("Symbol", "F0A3", "≤"),
        ("Symbol", "00B9", "≠"),
        ("Wingdings", "F0FE", "☑"),
        ("Wingdings", "F0A8", "☐"),
        ("Wingdings 2", "F052", "☑"),
        ("Calibri", "00E9", "é"),
        ("Unheard Of", "E123", ""),
    ],
)
def test_symbols_are_read_by_their_font(tmp_path: Path, font: str, code: str, text: str) -> None:
    xml = paragraph(run("x"), f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>')
    assert only_html(word_file(tmp_path, xml)) == f"<p>x{text}</p>"


def test_a_reading_stands_behind_its_base(tmp_path: Path) -> None:
    ruby = f"<w:r><w:ruby><w:rt>{run('かん')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>"
    assert only_html(word_file(tmp_path, paragraph(ruby))) == "<p>漢(かん)</p>"


@pytest.mark.parametrize(
    ("style", "block_type", "html"),
    [
        ("Überschrift 2", "SectionHeader", "<h2>x</h2>"),
        ("Título 1", "SectionHeader", "<h1>x</h1>"),
        ("Titre3", "SectionHeader", "<h3>x</h3>"),
        ("Επικεφαλίδα 1", "SectionHeader", "<h1>x</h1>"),
        ("标题 1", "SectionHeader", "<h1>x</h1>"),
        ("caption", "Caption", "<p>x</p>"),
        ("Quote", "Text", "<blockquote><p>x</p></blockquote>"),
        ("Source Code", "Code", "<pre><code>x</code></pre>"),
        ("toc 1", "TableOfContents", "<p>x</p>"),
    ],
)
def test_styles_are_known_by_name_in_many_languages(
    tmp_path: Path, style: str, block_type: str, html: str
) -> None:
    named = f'<w:style w:type="paragraph" w:styleId="s1"><w:name w:val="{style}"/></w:style>'
    styles = f"<w:styles {W}>{named}</w:styles>"
    xml = paragraph(run("x"), properties='<w:pStyle w:val="s1"/>')
    source = word_file(tmp_path, xml, {"styles.xml": ("styles", styles)})
    assert shown(read_word(source, ConvertOptions())) == [(block_type, html)]


TYPED = '<w:rFonts w:ascii="Courier New"/>'


def test_typewriter_fonts_make_code_of_what_looks_like_it(tmp_path: Path) -> None:
    xml = (
        paragraph(run("Call the "), run("printf", TYPED), run(" function."))
        + paragraph(run("def fib(n):", TYPED))
        + paragraph()
        + paragraph(run("    return n", TYPED))
        + paragraph(run("prose"))
        + paragraph(run("A memo set in a typewriter face.", TYPED))
    )
    assert shown(read_word(word_file(tmp_path, xml), ConvertOptions())) == [
        ("Text", "<p>Call the <code>printf</code> function.</p>"),
        ("Code", "<pre><code>def fib(n):\n\n    return n</code></pre>"),
        ("Text", "<p>prose</p>"),
        ("Text", "<p>A memo set in a typewriter face.</p>"),
    ]


def test_a_heading_that_is_all_bold_is_not_marked_bold(tmp_path: Path) -> None:
    outline = '<w:outlineLvl w:val="0"/>'
    bold = paragraph(run("All bold", "<w:b/>"), properties=outline)
    partly = paragraph(run("Partly ", "<w:b/>"), run("bold"), properties=outline)
    assert [html for _, html in shown(read_word(word_file(tmp_path, bold + partly), ConvertOptions()))] == [
        "<h1>All bold</h1>",
        "<h1><strong>Partly </strong>bold</h1>",
    ]


def test_styles_between_table_styles_are_still_read(tmp_path: Path) -> None:
    table = '<w:style w:type="table" w:styleId="t{0}"><w:name w:val="t{0}"/></w:style>'
    heading = '<w:style w:type="paragraph" w:styleId="s1"><w:name w:val="heading 1"/></w:style>'
    latent = "<w:latentStyles><w:lsdException/></w:latentStyles>"
    styles = f"<w:styles {W}>{latent}{table.format(1)}{heading}{table.format(2)}</w:styles>"
    xml = paragraph(run("x"), properties='<w:pStyle w:val="s1"/>')
    assert only_html(word_file(tmp_path, xml, {"styles.xml": ("styles", styles)})) == "<h1>x</h1>"


def test_letters_and_numerals_keep_their_kind(tmp_path: Path) -> None:
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
        '<w:lvlText w:val="(%1)"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%2."/></w:lvl>'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    xml = "".join(
        paragraph(
            run(text),
            properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>',
        )
        for text, level in (("x", 0), ("y", 1), ("z", 0))
    )
    source = word_file(tmp_path, xml, {"numbering.xml": ("numbering", numbering)})
    assert only_html(source) == (
        '<ol type="a"><li>x<ol start="4" type="I"><li>y</li></ol></li><li>z</li></ol>'
    )


def test_cells_merged_the_old_way_are_one(tmp_path: Path) -> None:
    def cell(text: str, merge: str) -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr>{paragraph(run(text))}</w:tc>"

    row = cell("wide", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>")
    xml = f"<w:tbl><w:tr>{row}</w:tr><w:tr>{cell('a', '')}{cell('b', '')}</w:tr></w:tbl>"
    assert '<td colspan="2">wide</td>' in only_html(word_file(tmp_path, xml))


def test_an_html_chunk_is_part_of_the_text(tmp_path: Path) -> None:
    parts = {"chunk.html": ("aFChunk", "<html><body><h2>Inside</h2><script>x()</script></body></html>")}
    source = word_file(tmp_path, paragraph(run("before")) + '<w:altChunk r:id="r0"/>', parts)
    assert shown(read_word(source, ConvertOptions())) == [
        ("Text", "<p>before</p>"),
        ("SectionHeader", "<h2>Inside</h2>"),
    ]
    assert "Inside" in word_source_layer(source, ReadLimits()).pages[0].text


def test_a_diagram_is_a_list(tmp_path: Path) -> None:
    names = (
        'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    )

    def point(model_id: str, text: str) -> str:
        return f'<dgm:pt modelId="{model_id}"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'

    data = (
        f'<dgm:dataModel {names}><dgm:ptLst><dgm:pt modelId="0" type="doc"/>{point("1", "Boss")}'
        f"{point('2', 'Worker')}{point('3', 'Other')}</dgm:ptLst><dgm:cxnLst>"
        '<dgm:cxn srcId="0" destId="3" srcOrd="1"/><dgm:cxn srcId="0" destId="1" srcOrd="0"/>'
        '<dgm:cxn srcId="1" destId="2" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>'
    )
    drawing = f'<w:r><w:drawing><dgm:relIds {names} r:dm="r0"/></w:drawing></w:r>'
    source = word_file(tmp_path, paragraph(drawing), {"data.xml": ("diagramData", data)})
    assert shown(read_word(source, ConvertOptions())) == [
        ("ListGroup", "<ul><li>Boss<ul><li>Worker</li></ul></li><li>Other</li></ul>")
    ]
    assert word_source_layer(source, ReadLimits()).pages[0].text.split() == ["Boss", "Worker", "Other"]
