"""PDF files that are damaged, protected, very long or scanned."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.layer import read_source_layer
from docassay.readers.ocr import installed as ocr
from docassay.readers.pdf import reader
from docassay.readers.read import read_document


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/pdf", "0" * 64)


def converted(path: Path, **options: object) -> Document:
    return read_document(source(path), ConvertOptions(**options))  # type: ignore[arg-type]


def failure(path: Path, **options: object) -> DocumentFailure:
    with pytest.raises(DocumentFailure) as caught:
        converted(path, **options)
    return caught.value


def outcome(path: Path) -> Document | DocumentFailure:
    try:
        return converted(path)
    except DocumentFailure as failed:
        return failed


def pages_of_text(path: Path, count: int, **canvas_options: object) -> Path:
    canvas = Canvas(str(path), pagesize=letter, **canvas_options)
    for number in range(count):
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 700, f"This is the text of page {number} of the file.")
        canvas.showPage()
    canvas.save()
    return path


def scan(text: str) -> ImageReader:
    image = Image.new("L", (1275, 1650), "white")
    ImageDraw.Draw(image).text((150, 200), text, fill=0, font=ImageFont.load_default(26))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return ImageReader(io.BytesIO(buffer.getvalue()))


def scanned(path: Path, *texts: str | None) -> Path:
    """A PDF with one page per text: an image of it, or a page with real text where it is None."""
    canvas = Canvas(str(path), pagesize=letter)
    for text in texts:
        if text is None:
            canvas.drawString(72, 700, "This page has a text layer of its own.")
        else:
            canvas.drawImage(scan(text), 0, 0, *letter)
        canvas.showPage()
    canvas.save()
    return path


def test_a_file_with_a_password_is_called_encrypted(tmp_path: Path) -> None:
    path = pages_of_text(tmp_path / "a.pdf", 1, encrypt=StandardEncryption("secret", canPrint=0))
    failed = failure(path)
    assert failed.code == "encrypted"
    assert "password" in failed.message
    assert read_source_layer(source(path), ReadLimits()) is None


def test_a_file_that_only_restricts_its_use_is_read(tmp_path: Path) -> None:
    encryption = StandardEncryption("", ownerPassword="owner", canCopy=0)
    path = pages_of_text(tmp_path / "a.pdf", 1, encrypt=encryption)
    assert len(converted(path).pages[0].blocks) == 1


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_gives_pages_or_is_called_corrupt(tmp_path: Path, share: float) -> None:
    content = pages_of_text(tmp_path / "whole.pdf", 3).read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(content[: int(len(content) * share)])
    result = outcome(path)
    if isinstance(result, DocumentFailure):
        assert result.code == "corrupt"
        assert "cut.pdf" in result.message
    else:
        assert result.pages


def test_a_header_followed_by_garbage_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"garbage " * 200)
    assert failure(path).code == "corrupt"
    assert read_source_layer(source(path), ReadLimits()) is None


def test_three_hundred_pages_are_read_with_one_page_open_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pages_of_text(tmp_path / "long.pdf", 300)
    open_pages: set[int] = set()
    most = 0
    get_page, close = pypdfium2.PdfDocument.get_page, pypdfium2.PdfPage.close

    def counting_get(document: object, index: int) -> object:
        nonlocal most
        page = get_page(document, index)
        open_pages.add(id(page))
        most = max(most, len(open_pages))
        return page

    def counting_close(page: object) -> object:
        open_pages.discard(id(page))
        return close(page)

    monkeypatch.setattr(pypdfium2.PdfDocument, "get_page", counting_get)
    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", counting_get)
    monkeypatch.setattr(pypdfium2.PdfPage, "close", counting_close)
    document = converted(path)
    assert [page.index for page in document.pages] == list(range(300))
    assert "page 299" in document.pages[-1].blocks[0].html
    assert most == 1
    assert open_pages == set()


def test_the_page_limit_holds_unless_fewer_pages_are_asked_for(tmp_path: Path) -> None:
    path = pages_of_text(tmp_path / "a.pdf", 12)
    limits = ReadLimits(max_pages=10)
    assert failure(path, limits=limits).code == "too_many_pages"
    assert len(converted(path, limits=limits, max_pages=10).pages) == 10
    few = converted(path, limits=limits, page_range="0,10-11")
    assert [page.index for page in few.pages] == [0, 10, 11]
    assert few.source_page_count == 12


def test_a_page_range_outside_of_the_file_is_refused(tmp_path: Path) -> None:
    path = pages_of_text(tmp_path / "a.pdf", 2)
    assert failure(path, page_range="5").code == "page_range"


def test_one_broken_page_does_not_lose_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pages_of_text(tmp_path / "a.pdf", 3)
    read_text = reader.read_text
    calls: list[int] = []

    def breaking(textpage: object, frame: object, **_: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the content stream is broken")
        return read_text(textpage, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "read_text", breaking)
    document = converted(path, mode="balanced")
    assert [page.index for page in document.pages] == [0, 2]
    assert document.failed_pages == (1,)
    assert document.page_errors == {1: "the content stream is broken"}


@pytest.mark.timeout(60, method="thread")  # the usual method takes the timer that is tested here
def test_a_page_that_takes_too_long_does_not_lose_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pages_of_text(tmp_path / "a.pdf", 3)
    read_text = reader.read_text
    calls: list[int] = []

    def hanging(textpage: object, frame: object, **_: object) -> object:
        calls.append(1)
        while len(calls) == 2:
            try:
                sum(range(1000))
            except Exception:  # noqa: S112, BLE001 - as careless libraries do
                continue
        return read_text(textpage, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "read_text", hanging)
    document = converted(path, mode="balanced", limits=ReadLimits(page_timeout_seconds=0.2))
    assert [page.index for page in document.pages] == [0, 2]
    assert document.failed_pages == (1,)
    assert document.page_errors == {1: "page 2 took longer than 0.2 seconds"}


@pytest.mark.timeout(60, method="thread")
def test_a_document_whose_only_page_takes_too_long_fails_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hanging(textpage: object, frame: object, **_: object) -> object:
        while True:
            pass

    monkeypatch.setattr(reader, "read_text", hanging)
    path = pages_of_text(tmp_path / "a.pdf", 1)
    found = failure(path, limits=ReadLimits(page_timeout_seconds=0.1))
    assert found.code == "timeout"
    assert "page 1 took longer than 0.1 seconds" in found.message


def test_pictures_are_left_out_once_the_document_has_enough_of_them(tmp_path: Path) -> None:
    path = tmp_path / "pictures.pdf"
    canvas = Canvas(str(path), pagesize=(300, 300))
    for number in range(3):
        picture = Image.effect_noise((200, 200), 80 + number).convert("RGB")
        canvas.drawImage(ImageReader(picture), 40, 60, 200, 200)
        canvas.drawString(40, 30, f"page {number} " + "word " * 20)
        canvas.showPage()
    canvas.save()
    document = converted(path, limits=ReadLimits(max_image_bytes=10))
    assert [any(block.images for block in page.blocks) for page in document.pages] == [True, False, False]


def test_running_out_of_memory_is_not_taken_for_a_damaged_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(textpage: object, frame: object, **_: object) -> object:
        raise MemoryError

    monkeypatch.setattr(reader, "read_text", greedy)
    with pytest.raises(MemoryError):
        converted(pages_of_text(tmp_path / "a.pdf", 1))


def test_a_blank_page_is_an_empty_page_and_no_failure(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    canvas.showPage()
    canvas.save()
    document = converted(tmp_path / "a.pdf")
    assert document.pages[0].blocks == ()
    assert document.pages[0].method == "none"
    assert document.failed_pages == ()


@pytest.mark.needs_tesseract
def test_a_scanned_page_is_read_with_ocr_beside_a_page_with_text(tmp_path: Path) -> None:
    document = converted(scanned(tmp_path / "a.pdf", None, "Scanned letters speak plainly"))
    assert [page.method for page in document.pages] == ["pdftext", "ocr"]
    text = [block for block in document.pages[1].blocks if block.block_type == "Text"]
    assert "Scanned letters speak plainly" in text[0].html
    assert text[0].confidence is not None
    assert text[0].confidence > 0.5
    assert text[0].bbox.contains(100, 110, margin=30)


def test_without_ocr_scanned_pages_fail_with_the_reason_and_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "ocr_available", lambda: False)
    document = converted(scanned(tmp_path / "a.pdf", None, "unseen"))
    assert [page.index for page in document.pages] == [0]
    assert document.failed_pages == (1,)
    assert "apt-get install tesseract-ocr" in document.page_errors[1]


def test_without_ocr_a_scan_is_our_fault_and_has_no_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "ocr_available", lambda: False)
    failed = failure(scanned(tmp_path / "a.pdf", "unseen", "unseen"))
    assert (failed.code, failed.outcome, failed.error_in) == ("needs_ocr", "errored", "OTHER")


def test_the_source_layer_has_a_box_for_every_word_and_nothing_for_scans(tmp_path: Path) -> None:
    layer = read_source_layer(source(scanned(tmp_path / "a.pdf", None, "unseen")), ReadLimits())
    assert layer is not None
    assert layer.page_count == 2
    (page,) = layer.pages
    assert page.text == "This page has a text layer of its own."
    assert len(page.word_boxes) == len(page.text.split())
    first = page.word_boxes[0]
    assert first.x0 == pytest.approx(72, abs=1.5)
    assert first.y1 == pytest.approx(92, abs=1.5)


def test_the_source_layer_knows_how_each_word_is_set(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(72, 700, "Works of")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 670, "the imple-")
    canvas.drawString(72, 656, "mentation")
    canvas.save()
    layer = read_source_layer(source(tmp_path / "a.pdf"), ReadLimits())
    assert layer is not None
    (page,) = layer.pages
    assert page.text.split() == ["Works", "of", "the", "implementation"]
    assert page.word_styles == ((16, True), (16, True), (10, False), (10, False))


def test_the_source_layer_joins_a_word_hyphenated_at_a_line_end(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    canvas.drawString(72, 700, "about the imple-")
    canvas.drawString(72, 686, "mentation of it")
    canvas.save()
    layer = read_source_layer(source(tmp_path / "a.pdf"), ReadLimits())
    assert layer is not None
    assert layer.pages[0].text.split() == ["about", "the", "implementation", "of", "it"]
    assert len(layer.pages[0].word_boxes) == 5


def test_text_that_juts_out_over_the_page_has_its_boxes_cut(tmp_path):
    path = tmp_path / "edge.pdf"
    canvas = Canvas(str(path), pagesize=letter)
    canvas.setFont("Helvetica", 40)
    canvas.drawString(-20, 2, "Words across the lower left corner of a page that is too small for them")
    canvas.save()
    (page,) = converted(path).pages
    for block in page.blocks:
        assert page.bbox.contains(block.bbox.x0, block.bbox.y0)
        assert page.bbox.contains(block.bbox.x1, block.bbox.y1)


@pytest.mark.needs_tesseract
def test_a_very_long_scanned_page_is_rendered_within_what_ocr_reads(tmp_path):
    path = tmp_path / "long.pdf"
    canvas = Canvas(str(path), pagesize=(20, 14_000))
    canvas.drawImage(scan("A long strip"), 0, 0, 20, 14_000)
    canvas.save()
    assert converted(path).pages[0].method == "ocr"
