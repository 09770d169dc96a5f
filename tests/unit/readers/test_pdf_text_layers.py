"""Text layers that do not say what the page shows, and layers that OCR has made."""

from __future__ import annotations

from pathlib import Path

import pytest

from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.ocr.page_image import PageImageReader, PageReading
from docassay.readers.pdf.page_layout import NO_MARKS
from docassay.readers.pdf.reader import read_pdf
from docassay.readers.pdf.text import Word
from docassay.readers.pdf.text_layer_health import has_plausible_letters
from docassay.testing.documents.raw_pdf import show, stream, write_raw_pdf

TEXT = (
    "The committee met on the first Monday of the month and decided to publish the results of the survey",
    "among all members before the summer, because many of them had asked for the numbers behind the report",
)
SHIFTED = ["".join(letter if letter == " " else chr(ord(letter) - 29) for letter in line) for line in TEXT]
IMAGE = stream(
    "\x80" * 16,
    "/Type /XObject /Subtype /Image /Width 4 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8",
)


def every_letter(code: str) -> str:
    """A table that gives all small letters one Unicode value (hexadecimal)."""
    return (
        "26 beginbfchar "
        + " ".join(f"<{letter:02x}> <{code}>" for letter in range(0x61, 0x7B))
        + " endbfchar"
    )


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/pdf", "0" * 64)


def words_of(text: str) -> list[Word]:
    return [Word(word, 0, 0, 1, 1, 10.0) for word in text.split()]


def escaped(text: str) -> str:
    return text.replace("(", "\\(").replace(")", "\\)")


def recognised(*_: object) -> PageReading:
    """What OCR would read on the page."""
    words = []
    for number, line in enumerate(TEXT):
        for place, word in enumerate(line.split()):
            words.append(
                Word(word, 40 + 18 * place, 90 + 12 * number, 57 + 18 * place, 100 + 12 * number, 10.0)
            )
    return PageReading(words, NO_MARKS, 0.0)


def with_identity_font(path: Path, to_unicode: str) -> Path:
    """A page in Helvetica whose table of Unicode values is ``to_unicode``."""
    table = stream(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        f"1 begincodespacerange <00> <ff> endcodespacerange {to_unicode} endcmap end end"
    )
    fonts = {"F1": "/Subtype /Type1 /BaseFont /Helvetica /ToUnicode 100 0 R"}
    content = "".join(show("F1", 8, 20, 300 - 12 * number, line) for number, line in enumerate(TEXT))
    return write_raw_pdf(path, [content], fonts, objects={100: table})


@pytest.mark.parametrize(
    "to_unicode",
    [
        "1 beginbfrange <20> <7e> <e000> endbfrange",
        every_letter("fffd"),
        "1 beginbfrange <61> <7a> <0044> endbfrange",
        every_letter("0078"),
    ],
    ids=["private use", "replacement characters", "shifted letters", "one letter all over"],
)
def test_a_page_with_a_broken_layer_is_read_by_ocr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to_unicode: str
) -> None:
    monkeypatch.setattr(PageImageReader, "read", recognised)
    document = read_pdf(source(with_identity_font(tmp_path / "broken.pdf", to_unicode)), ConvertOptions())
    assert document.pages[0].method == "ocr"
    assert "committee met on the first Monday" in document.pages[0].blocks[0].html


def test_without_ocr_a_broken_layer_is_an_error_and_never_its_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> PageReading:
        raise DocumentFailure("needs_ocr", "Install Tesseract.")

    monkeypatch.setattr(PageImageReader, "read", missing)
    path = with_identity_font(tmp_path / "broken.pdf", "1 beginbfrange <61> <7a> <0044> endbfrange")
    with pytest.raises(DocumentFailure, match="Install Tesseract"):
        read_pdf(source(path), ConvertOptions())


def test_odd_letters_that_ocr_sees_as_well_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = "XKCD BRTZ PLMN QRST VWXZ " * 10
    words = words_of(codes.replace("Q", "O"))
    monkeypatch.setattr(PageImageReader, "read", lambda *_: PageReading(words, NO_MARKS, 0.0))
    content = "".join(show("F1", 8, 20, 380 - 12 * number, codes[:100]) for number in range(6))
    page = read_pdf(source(write_raw_pdf(tmp_path / "codes.pdf", [content])), ConvertOptions()).pages[0]
    assert page.method == "pdftext"
    assert "QRST" in page.blocks[0].html


@pytest.mark.parametrize(
    "text",
    [
        " ".join(TEXT),
        "Příliš žluťoučký kůň úpěl ďábelské ódy a skrz prst vlk zhltl hrst zrn v čtvrtek " * 4,
        "Szczęśliwy chrząszcz brzmi w trzcinie i Szczebrzeszyn z tego słynie, lecz nie wszystkim " * 3,
        "ATGC GATTACA CCGTAGA TTGACCA GGCATTA CGATAAC " * 8,
        "Привет, как дела у вас сегодня вечером в большом городе " * 5,
        "IBM HTML XML CSS USA EU NATO UNO PDF OCR API SDK URL HTTP " * 6,
        "short xyz",
    ],
)
def test_languages_codes_and_short_texts_are_plausible(text: str) -> None:
    assert has_plausible_letters(words_of(text))


def test_shifted_and_repeated_letters_are_not_plausible() -> None:
    assert not has_plausible_letters(words_of(" ".join(SHIFTED)))
    assert not has_plausible_letters(words_of("xxxx xxxxxx xx xxx " * 20))


def scan(path: Path, mode: int, lines: int = 4) -> Path:
    drawn = "q 400 0 0 400 0 0 cm /Im Do Q\n"
    text = "".join(
        f"BT {mode} Tr /F1 8 Tf 1 0 0 1 20 {300 - 12 * number} Tm ({TEXT[number % 2]}) Tj ET\n"
        for number in range(lines)
    )
    return write_raw_pdf(
        path,
        [drawn + text],
        page_entries="",
        fonts={"F1": "/Subtype /Type1 /BaseFont /Helvetica"},
        x_objects={"Im": "100 0 R"},
        objects={100: IMAGE},
    )


def test_an_invisible_layer_over_a_scan_is_used_and_said_to_come_from_ocr(tmp_path: Path) -> None:
    page = read_pdf(source(scan(tmp_path / "scan.pdf", 3)), ConvertOptions()).pages[0]
    assert page.method == "ocr"
    assert "committee met on the first Monday" in page.blocks[0].html


def test_visible_text_over_a_picture_is_text(tmp_path: Path) -> None:
    assert read_pdf(source(scan(tmp_path / "slide.pdf", 0)), ConvertOptions()).pages[0].method == "pdftext"
