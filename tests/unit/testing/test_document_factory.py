"""The document factory writes real, readable files whose bytes follow from the seed."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from docx import Document as WordDocument
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation

from docassay.testing.documents import INVOICE_LAYOUTS, make_demo_corpus, make_documents, make_invoice
from docassay.testing.documents.content import Writer, money
from docassay.testing.documents.scans import write_image, write_scan


def pdf_text(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


def test_the_demo_corpus_holds_a_dozen_documents_of_every_kind(tmp_path: Path) -> None:
    made = make_demo_corpus(tmp_path)
    assert len(made) >= 12
    suffixes = {document.path.suffix for document in made}
    assert suffixes == {".pdf", ".docx", ".xlsx", ".pptx", ".html", ".csv", ".epub", ".png"}
    assert [document.path for document in made] == sorted(document.path for document in made)


def test_the_same_seed_makes_the_same_bytes_and_another_seed_makes_others(tmp_path: Path) -> None:
    first, second, other = (
        make_demo_corpus(tmp_path / name, seed) for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    for one, same, different in zip(first, second, other, strict=True):
        assert one.path.read_bytes() == same.path.read_bytes(), one.path.name
        assert one.path.read_bytes() != different.path.read_bytes(), one.path.name


def test_load_documents_are_all_different_and_repeatable(tmp_path: Path) -> None:
    paths = make_documents(tmp_path / "a", 24, seed=5)
    assert len(paths) == 24
    assert len({path.read_bytes() for path in paths}) == 24
    again = make_documents(tmp_path / "b", 24, seed=5)
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in again]


@pytest.mark.parametrize("layout", sorted(INVOICE_LAYOUTS))
def test_what_an_invoice_prints_is_its_truth(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "invoice.pdf"
    truth = make_invoice(path, 11, layout)
    text = pdf_text(path)
    for key in ("invoice_number", "invoice_date", "due_date", "vendor", "customer"):
        assert truth[key] in text
    assert money(round(truth["total"] * 100)) in text
    assert round(sum(line["amount"] for line in truth["line_items"]), 2) == truth["subtotal"]
    assert round(truth["subtotal"] + truth["tax"], 2) == truth["total"]


def test_an_unknown_invoice_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ledger"):
        make_invoice(tmp_path / "x.pdf", 1, "baroque")


def test_a_scan_has_pixels_and_no_text_layer(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    lines = write_scan(path, 2, pages=2)
    assert lines[0].startswith("Inspection record")
    assert pdf_text(path).strip() == ""
    pdf = pypdfium2.PdfDocument(path)
    assert len(pdf) == 2
    pdf.close()


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff"])
def test_images_are_written_in_the_format_of_their_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"receipt.{suffix}"
    write_image(path, 1)
    with Image.open(path) as image:
        assert image.format == {"jpg": "JPEG"}.get(suffix, suffix.upper())
        assert image.size == (900, 900)


def test_an_image_of_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="suffix"):
        write_image(tmp_path / "receipt.xyz", 1)


def test_office_and_text_files_open_in_their_own_libraries(tmp_path: Path) -> None:
    by_suffix = {document.path.suffix: document.path for document in make_demo_corpus(tmp_path)}
    word = WordDocument(str(by_suffix[".docx"]))
    assert len(word.tables) == 1
    assert {"Title", "Heading 1", "Heading 2", "List Bullet"} <= {p.style.name for p in word.paragraphs}
    book = load_workbook(by_suffix[".xlsx"])
    assert book.sheetnames == ["Stations", "Notes"]
    assert isinstance(book["Stations"]["D2"].value, float)
    assert len(Presentation(str(by_suffix[".pptx"])).slides) == 3
    rows = list(csv.reader(io.StringIO(by_suffix[".csv"].read_text(encoding="utf-8"))))
    assert {len(row) for row in rows} == {4}
    with zipfile.ZipFile(by_suffix[".epub"]) as book_file:
        assert book_file.namelist()[0] == "mimetype"
        assert book_file.testzip() is None


def test_the_totals_row_of_a_table_adds_up() -> None:
    table = Writer(1).table(30)
    assert len({row[0] for row in table.rows}) == 31
    hours = [int(row[1].replace(",", "")) for row in table.rows]
    assert sum(hours[:-1]) == hours[-1]
