"""EPUB books: spine order, addresses inside the archive, damaged and protected books."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from docassay.documents.html_fragment import text_of
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.epub import epub_source_layer, read_epub

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/formats/epub"
CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
XHTML = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "blue").save(buffer, "PNG")
    return buffer.getvalue()


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/epub+zip", "0" * 64)


def book(tmp_path: Path, pages: dict[str, str], extra: dict[str, bytes] | None = None) -> SourceFile:
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in reversed(range(len(pages))))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>A book</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        for name, content in pages.items():
            archive.writestr(f"OEBPS/{name}", content)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return source_file(path)


def test_pages_follow_the_spine(tmp_path: Path) -> None:
    source = book(
        tmp_path,
        {
            "text/second.xhtml": XHTML + "<body><p>Two&nbsp;words</p></body></html>",
            "text/first.xhtml": XHTML + "<head><title/></head><body><a id='x'/><h1>One</h1></body></html>",
        },
    )
    document = read_epub(source, ConvertOptions())
    assert [block.html for block in document.blocks()] == ["<h1>One</h1>", "<p>Two\xa0words</p>"]
    assert document.title == "A book"
    assert document.source_page_count == 2
    layer = epub_source_layer(source, ReadLimits())
    assert [page.text for page in layer.pages] == ["One", "Two words"]
    assert layer.is_paginated


def test_contents_and_notes_are_known_by_their_type(tmp_path: Path) -> None:
    named = XHTML.replace("<html ", '<html xmlns:epub="http://www.idpf.org/2007/ops" ')
    body = (
        '<nav epub:type="toc"><h1>Contents</h1><ol><li><a href="x.xhtml">One</a></li></ol></nav>'
        '<p>Text<a epub:type="noteref" href="#n"><sup>1</sup></a></p>'
        '<aside epub:type="footnote" id="n"><p>1 A note.</p></aside>'
    )
    source = book(tmp_path, {"a.xhtml": f"{named}<body>{body}</body></html>"})
    blocks = [(block.block_type, block.html) for block in read_epub(source, ConvertOptions()).blocks()]
    assert blocks == [
        ("SectionHeader", "<h1>Contents</h1>"),
        ("TableOfContents", "<ol><li>One</li></ol>"),
        ("Text", "<p>Text<sup>1</sup></p>"),
        ("Footnote", "<p>1 A note.</p>"),
    ]


def test_a_page_range_chooses_spine_items(tmp_path: Path) -> None:
    pages = {f"{number}.xhtml": XHTML + f"<body><p>n{number}</p></body></html>" for number in range(4)}
    document = read_epub(book(tmp_path, pages), ConvertOptions(page_range="1,3"))
    assert [page.index for page in document.pages] == [1, 3]
    assert [block.id for block in document.blocks()] == ["/page/1/Text/0", "/page/3/Text/0"]
    with pytest.raises(DocumentFailure) as caught:
        read_epub(book(tmp_path, pages), ConvertOptions(page_range="9"))
    assert caught.value.code == "page_range"


def test_pictures_are_read_from_the_archive_only(tmp_path: Path) -> None:
    body = (
        "<body><p><img src='../img/a.png' alt='in'/></p><p><img src='../../../../etc/passwd' alt='out'/></p>"
        "<div><svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"
        "<image xlink:href='../img/a.png'/></svg></div></body></html>"
    )
    source = book(tmp_path, {"text/a.xhtml": XHTML + body}, {"OEBPS/img/a.png": png()})
    blocks = list(read_epub(source, ConvertOptions()).blocks())
    assert [block.html for block in blocks] == [
        '<p><img src="image_1.png" alt="in"/></p>',
        '<p><img alt="out"/></p>',
        '<p><img src="image_1.png" alt=""/></p>',
    ]
    assert blocks[0].images == {"image_1.png": png()}


def test_a_page_with_entities_is_a_failed_page_and_the_others_stay(tmp_path: Path) -> None:
    bad = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>&x;</p></body></html>'
    source = book(tmp_path, {"bad.xhtml": bad, "good.xhtml": XHTML + "<body><p>good</p></body></html>"})
    document = read_epub(source, ConvertOptions())
    assert [block.html for block in document.blocks()] == ["<p>good</p>"]
    assert document.failed_pages == (1,)
    assert "entities" in document.page_errors[1]


def test_a_page_that_is_not_well_formed_is_read_as_html(tmp_path: Path) -> None:
    document = read_epub(book(tmp_path, {"a.xhtml": "<html><body><p>one<p>two</body>"}), ConvertOptions())
    assert [block.html for block in document.blocks()] == ["<p>one</p>", "<p>two</p>"]


def test_a_protected_book_says_so(tmp_path: Path) -> None:
    rights = (
        b'<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
        b'<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>'
        b"</e:EncryptedData></encryption>"
    )
    source = book(tmp_path, {"a.xhtml": XHTML + "</html>"}, {"META-INF/encryption.xml": rights})
    with pytest.raises(DocumentFailure) as caught:
        read_epub(source, ConvertOptions())
    assert caught.value.code == "encrypted"


def test_an_archive_without_a_container_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(DocumentFailure, match=r"container\.xml"):
        read_epub(source_file(path), ConvertOptions())


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_real_books_keep_their_words() -> None:
    for path in sorted(SHARED.glob("*.epub")):
        document = read_epub(source_file(path), ConvertOptions())
        text = "\n".join(page.text for page in epub_source_layer(source_file(path), ReadLimits()).pages)
        layer = Counter(re.findall(r"\w+", text.lower()))
        shown = "\n".join(text_of(block.html) for block in document.blocks())
        assert (layer & Counter(re.findall(r"\w+", shown.lower()))).total() >= 0.95 * layer.total()
        assert not document.failed_pages
