"""The text of a file alone, for estimates that need no boxes."""

from pathlib import Path

from docassay.engines.contract import ReadLimits, SourceFile
from docassay.readers.layer import read_layer_text, read_source_layer
from docassay.testing.documents import make_demo_corpus
from docassay.testing.documents.raw_pdf import show, stream, write_raw_pdf

LIMITS = ReadLimits()


def test_the_text_is_that_of_the_whole_layer(tmp_path: Path) -> None:
    for made in make_demo_corpus(tmp_path):
        source = SourceFile(made.path, made.path.name, "", "0" * 64)
        whole = read_source_layer(source, LIMITS)
        text = read_layer_text(source, LIMITS, range(1_000))
        assert whole is not None
        assert text is not None
        assert [(page.index, page.text) for page in text.pages] == [
            (page.index, page.text) for page in whole.pages
        ]
        assert (text.page_count, text.is_paginated) == (whole.page_count, whole.is_paginated)


def test_only_the_named_pages_of_a_pdf_are_read(tmp_path: Path) -> None:
    made = next(made for made in make_demo_corpus(tmp_path) if made.kind == "two-column paper")
    source = SourceFile(made.path, made.path.name, "", "0" * 64)
    layer = read_layer_text(source, LIMITS, {1})
    assert layer is not None
    assert [page.index for page in layer.pages] == [1]
    assert not layer.pages[0].word_boxes


def test_a_file_that_cannot_be_read_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 and nothing else")
    assert read_layer_text(SourceFile(path, path.name, "", "0" * 64), LIMITS, {0}) is None


def test_a_page_with_shifted_letters_has_no_text_to_compare_with(tmp_path: Path) -> None:
    sentence = "The committee met on the first Monday of the month and decided to publish the results of it"
    table = stream(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        "1 begincodespacerange <00> <ff> endcodespacerange "
        "1 beginbfrange <61> <7a> <0044> endbfrange endcmap end end"
    )
    fonts = {
        "F1": "/Subtype /Type1 /BaseFont /Helvetica",
        "F2": "/Subtype /Type1 /BaseFont /Helvetica /ToUnicode 100 0 R",
    }
    pages = ["".join(show(font, 8, 20, y, sentence) for y in (300, 280, 260)) for font in ("F1", "F2")]
    path = write_raw_pdf(tmp_path / "shifted.pdf", pages, fonts, objects={100: table})
    source = SourceFile(path, path.name, "", "0" * 64)
    for layer in (read_source_layer(source, LIMITS), read_layer_text(source, LIMITS, {0, 1})):
        assert layer is not None
        assert [page.index for page in layer.pages] == [0]
        assert layer.page_count == 2
