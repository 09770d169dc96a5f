"""Presentations: slides as pages, real boxes, reading order, lists, tables, charts, notes."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pptx
import pytest
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from docassay.documents.html_fragment import text_of
from docassay.documents.model import BoundingBox, Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.slides import read_slides, slides_source_layer

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/formats/pptx"


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/octet-stream", "0" * 64)


def written(tmp_path: Path, write: Callable[[Any], None]) -> SourceFile:
    deck = pptx.Presentation()
    write(deck)
    path = tmp_path / "a.pptx"
    deck.save(str(path))
    return source_file(path)


def read(tmp_path: Path, write: Callable[[Any], None], **options: object) -> Document:
    return read_slides(written(tmp_path, write), ConvertOptions(**options))  # type: ignore[arg-type]


def blank(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def box(slide: Any, left: float, top: float, text: str) -> None:
    slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1)).text_frame.text = text


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.block_type, block.html) for block in document.blocks()]


def test_slides_are_pages_of_their_real_size(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        box(blank(deck), 1, 2, "first")
        box(blank(deck), 1, 1, "second")

    document = read(tmp_path, write)
    assert document.is_paginated
    assert document.source_page_count == 2
    assert [(page.width, page.height) for page in document.pages] == [(720.0, 540.0)] * 2
    assert next(iter(document.blocks())).bbox == BoundingBox(72.0, 144.0, 216.0, 216.0)


def test_reading_order_is_title_then_rows(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        box(slide, 5, 3, "right")
        box(slide, 1, 5, "low")
        box(slide, 1, 3.1, "left")
        slide.shapes.title.text_frame.text = "Title & more"
        slide.shapes.title.top = Inches(6)

    assert shown(read(tmp_path, write)) == [
        ("SectionHeader", "<h1>Title &amp; more</h1>"),
        ("Text", "<p>left</p>"),
        ("Text", "<p>right</p>"),
        ("Text", "<p>low</p>"),
    ]


def test_body_placeholders_inherit_bullets(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text_frame.text = "T"
        frame = slide.placeholders[1].text_frame
        frame.text = "one"
        inner = frame.add_paragraph()
        inner.text, inner.level = "inner", 1
        frame.add_paragraph().text = "two"

    blocks = shown(read(tmp_path, write))
    assert blocks[1] == ("ListGroup", "<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>")


def test_runs_keep_their_format_and_links(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        slide = blank(deck)
        frame = slide.shapes.add_textbox(0, 0, Inches(3), Inches(1)).text_frame
        run = frame.paragraphs[0].add_run()
        run.text, run.font.bold = "bold <b>", True
        link = frame.paragraphs[0].add_run()
        link.text, link.hyperlink.address = " site", "https://example.org/?a=1&b=2"
        bad = frame.paragraphs[0].add_run()
        bad.text, bad.hyperlink.address = " bad", "javascript:alert(1)"

    assert shown(read(tmp_path, write)) == [
        (
            "Text",
            '<p><strong>bold &lt;b&gt;</strong><a href="https://example.org/?a=1&amp;b=2"> site</a> bad</p>',
        )
    ]


def test_tables_keep_merged_cells(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        table = blank(deck).shapes.add_table(2, 3, Inches(1), Inches(1), Inches(6), Inches(2)).table
        for row in range(2):
            for column in range(3):
                table.cell(row, column).text = f"{row}{column}"
        table.cell(0, 1).merge(table.cell(0, 2))

    ((kind, html),) = shown(read(tmp_path, write))
    assert kind == "Table"
    assert html.startswith('<table><thead><tr><th>00</th><th colspan="2">01')
    assert "<tbody><tr><td>10</td><td>11</td><td>12</td></tr></tbody>" in html


@pytest.mark.parametrize("kind", [XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.PIE, XL_CHART_TYPE.LINE])
def test_charts_become_tables(tmp_path: Path, kind: Any) -> None:
    def write(deck: Any) -> None:
        data = CategoryChartData()
        data.categories = ["Q1", "Q2"]
        data.add_series("Sales", (1.5, 0.1 + 0.2))
        slide = blank(deck)
        slide.shapes.add_chart(kind, Inches(1), Inches(1), Inches(5), Inches(3), data)

    table = (
        "<table><thead><tr><th></th><th>Sales</th></tr></thead><tbody>"
        "<tr><td>Q1</td><td>1.5</td></tr><tr><td>Q2</td><td>0.3</td></tr></tbody></table>"
    )
    assert ("Table", table) in shown(read(tmp_path, write))


def test_groups_are_placed_on_the_slide(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        slide = blank(deck)
        group = slide.shapes.add_group_shape()
        inner = group.shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
        inner.text_frame.text = "in a group"
        group.left, group.top, group.width, group.height = Inches(3), Inches(2), Inches(4), Inches(2)

    (block,) = read(tmp_path, write).blocks()
    assert block.html == "<p>in a group</p>"
    assert block.bbox == BoundingBox(216.0, 144.0, 504.0, 288.0)


def test_notes_come_last_and_are_marked(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        slide = blank(deck)
        slide.notes_slide.notes_text_frame.text = "Say <this>\nand that"
        box(slide, 1, 1, "seen")

    source = written(tmp_path, write)
    assert shown(read_slides(source, ConvertOptions())) == [
        ("Text", "<p>seen</p>"),
        ("Text", '<p data-role="notes">Say &lt;this&gt;<br/>and that</p>'),
    ]
    assert slides_source_layer(source, ReadLimits()).pages[0].text == "seen\nSay <this>\nand that"


def test_pictures_are_taken_out_when_asked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(buffer, "PNG")

    def write(deck: Any) -> None:
        blank(deck).shapes.add_picture(
            io.BytesIO(buffer.getvalue()), Inches(1), Inches(1), Inches(1), Inches(1)
        )

    (block,) = read(tmp_path, write).blocks()
    assert block.block_type == "Picture"
    assert block.images == {"image_1.png": buffer.getvalue()}
    assert block.bbox == BoundingBox(72.0, 72.0, 144.0, 144.0)
    assert not any(block.images for block in read(tmp_path, write, extract_images=False).blocks())


def test_a_page_range_chooses_slides(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        for number in range(4):
            box(blank(deck), 1, 1, f"slide {number}")

    document = read(tmp_path, write, page_range="1,3")
    assert [page.index for page in document.pages] == [1, 3]
    assert [block.id for block in document.blocks()] == ["/page/1/Text/0", "/page/3/Text/0"]
    with pytest.raises(DocumentFailure) as caught:
        read(tmp_path, write, page_range="4")
    assert caught.value.code == "page_range"
    assert len(read(tmp_path, write, max_pages=2).pages) == 2


def test_a_bomb_and_a_wrong_archive_are_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.pptx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/presentation.xml", b" " * 60_000_000)
    wrong = tmp_path / "wrong.pptx"
    with zipfile.ZipFile(wrong, "w") as archive:
        archive.writestr("a.txt", "a")
    for path, code in ((bomb, "zip_bomb"), (wrong, "corrupt")):
        with pytest.raises(DocumentFailure) as caught:
            read_slides(source_file(path), ConvertOptions())
        assert caught.value.code == code


PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_members(source: SourceFile, changes: dict[str, Callable[[bytes], bytes]]) -> SourceFile:
    """The file with some members rewritten or (from empty bytes) added."""
    path = source.path.with_name("changed.pptx")
    with zipfile.ZipFile(source.path) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name](b""))
    return source_file(path)


def linked(kind: str, target: str) -> Callable[[bytes], bytes]:
    link = f'<Relationship Id="rIdNew" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    return lambda content: content.replace(b"</Relationships>", link.encode())


def test_comments_of_both_kinds_follow_the_slide(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Title"

    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    modern = "http://schemas.microsoft.com/office/powerpoint/2018/8/main"
    body = f'<p188:txBody><a:p xmlns:a="{a}"><a:r><a:t>{{}}</a:t></a:r></a:p></p188:txBody>'
    comments = (
        f'<p:cmLst xmlns:p="{p}" xmlns:p188="{modern}"><p:cm authorId="0" dt="2024-05-01T10:00:00">'
        "<p:text>Old &amp; kind</p:text></p:cm>"
        '<p188:cm authorId="{A}" created="2025-01-02T03:04:05"><p188:replyLst>'
        f'<p188:reply authorId="0">{body.format("Answer")}</p188:reply></p188:replyLst>'
        f"{body.format('New')}</p188:cm></p:cmLst>"
    )
    authors = (
        f'<p:cmAuthorLst xmlns:p="{p}"><p:cmAuthor id="0" name="Ada"/>'
        '<p:cmAuthor id="{A}" name="Grace"/></p:cmAuthorLst>'
    )
    source = with_members(
        written(tmp_path, write),
        {
            "ppt/slides/_rels/slide1.xml.rels": linked("comments", "../comments/comment1.xml"),
            "ppt/_rels/presentation.xml.rels": linked("commentAuthors", "commentAuthors.xml"),
            "ppt/comments/comment1.xml": lambda _: comments.encode(),
            "ppt/commentAuthors.xml": lambda _: authors.encode(),
        },
    )
    (page,) = read_slides(source, ConvertOptions()).pages
    assert [block.html for block in page.blocks[1:]] == [
        '<p data-role="comment">Ada, 2024-05-01: Old &amp; kind</p>',
        '<p data-role="comment">Grace, 2025-01-02: New</p>',
        '<p data-role="comment">Ada: Answer</p>',
    ]
    assert "Grace, 2025-01-02: New" in slides_source_layer(source, ReadLimits()).pages[0].text


def test_placeholders_stand_where_the_layout_puts_them(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = "Title"
        slide.placeholders[1].text = "Body"

    source = written(tmp_path, write)
    (page,) = read_slides(source, ConvertOptions()).pages
    expected = pptx.Presentation(str(source.path)).slides[0].shapes
    for block, shape in zip(page.blocks, expected, strict=True):
        box = (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
        assert block.bbox == pytest.approx([edge / 12_700 for edge in box])


def test_a_slide_that_is_missing_or_broken_costs_only_itself(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        for text in ("One", "Two"):
            deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = text

    source = with_members(written(tmp_path, write), {"ppt/slides/slide1.xml": lambda _: b"<p:sld"})
    document = read_slides(source, ConvertOptions())
    assert [page.index for page in document.pages] == [1]
    assert document.failed_pages == (0,)
    assert "not well-formed" in document.page_errors[0]


def test_hidden_slides_are_read_like_the_others(tmp_path: Path) -> None:
    def write(deck: Any) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = "Kept"
        slide._element.set("show", "0")

    assert "Kept" in read(tmp_path, write).pages[0].blocks[0].html


def test_empty_placeholders_say_nothing(tmp_path: Path) -> None:
    assert not read(tmp_path, lambda deck: deck.slides.add_slide(deck.slide_layouts[1])).pages[0].blocks


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_real_presentations_keep_their_words() -> None:
    for path in sorted(SHARED.glob("*.pptx")):
        document = read_slides(source_file(path), ConvertOptions())
        assert not document.failed_pages, path.name
        text = "\n".join(page.text for page in slides_source_layer(source_file(path), ReadLimits()).pages)
        layer = Counter(re.findall(r"\w+", text.lower()))
        found = Counter(re.findall(r"\w+", "\n".join(text_of(b.html) for b in document.blocks()).lower()))
        assert (layer & found).total() >= 0.95 * layer.total(), path.name
