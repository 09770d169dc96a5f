"""Images as documents."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.layer import read_source_layer
from docassay.readers.ocr import installed as ocr
from docassay.readers.ocr.page_image import PageImageReader, PageReading
from docassay.readers.pdf.page_layout import NO_MARKS
from docassay.readers.read import read_document


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/octet-stream", "0" * 64)


def converted(path: Path, **options: object) -> Document:
    return read_document(source(path), ConvertOptions(**options))  # type: ignore[arg-type]


def failure(path: Path, **options: object) -> DocumentFailure:
    with pytest.raises(DocumentFailure) as caught:
        converted(path, **options)
    return caught.value


def written(text: str, size: tuple[int, int] = (1000, 600)) -> Image.Image:
    image = Image.new("L", size, "white")
    ImageDraw.Draw(image).text((80, 100), text, fill=0, font=ImageFont.load_default(40))
    return image


def all_text(document: Document) -> str:
    return " ".join(block.html for block in document.blocks())


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


@pytest.mark.needs_tesseract
@pytest.mark.parametrize("extension", ["png", "jpg", "webp", "gif", "tiff"])
def test_every_image_format_is_read_with_ocr(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    written("Readable words here").save(path)
    document = converted(path)
    assert "Readable words here" in all_text(document)
    assert document.pages[0].method == "ocr"
    assert all(block.confidence is not None for block in document.blocks())


@pytest.mark.needs_tesseract
def test_every_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    frames = [written(text) for text in ("First sheet", "Second sheet", "Third sheet")]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(150, 150))
    document = converted(path, page_range="1-2")
    assert document.source_page_count == 3
    assert [page.index for page in document.pages] == [1, 2]
    assert "Third sheet" in all_text(document)
    assert document.pages[0].width == pytest.approx(1000 * 72 / 150)


@pytest.mark.needs_tesseract
def test_a_photo_taken_sideways_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    written("Turned the right way").transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    assert "Turned the right way" in all_text(converted(path))


@pytest.mark.needs_tesseract
def test_transparent_pixels_are_paper_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    ink = written("Ink on glass").point(lambda value: 255 - value)
    layer = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    layer.putalpha(ink)
    layer.save(path)
    assert "Ink on glass" in all_text(converted(path))


@pytest.mark.needs_tesseract
def test_sixteen_bit_images_are_brought_to_grey(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    written("Deep grey values").convert("I;16").point(lambda value: value * 200.0 + 0.0).save(path)
    assert "Deep grey values" in all_text(converted(path))


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_too_many_pixels_are_refused_from_the_header(tmp_path: Path, side: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(huge_png(side, side))
    failed = failure(path)
    assert failed.code == "too_many_pixels"
    assert "60 megapixels" in failed.message


def test_a_later_frame_with_too_many_pixels_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PageImageReader, "read", lambda *_: PageReading([], NO_MARKS, 0.0))
    path = tmp_path / "a.tiff"
    written("small", (100, 100)).save(path, save_all=True, append_images=[written("big", (400, 400))])
    document = converted(path, limits=ReadLimits(max_pixels=20_000))
    assert [page.index for page in document.pages] == [0]
    assert document.failed_pages == (1,)
    assert "megapixels" in document.page_errors[1]


def test_a_truncated_image_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    written("cut off").save(path)
    path.write_bytes(path.read_bytes()[:400])
    assert failure(path).code == "corrupt"


def test_without_ocr_an_image_cannot_be_read_and_that_is_our_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "ocr_available", lambda: False)
    path = tmp_path / "a.png"
    written("unseen").save(path)
    failed = failure(path)
    assert (failed.code, failed.outcome) == ("needs_ocr", "errored")


def test_an_image_has_a_layer_without_text(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    written("pixels only").save(path)
    layer = read_source_layer(source(path), ReadLimits())
    assert layer is not None
    assert layer.page_count == 1
    assert not layer.has_text


@pytest.mark.needs_tesseract
@pytest.mark.parametrize("size", [(40_000, 4), (2, 40_000)])
def test_an_image_with_a_side_too_long_for_ocr_is_a_failed_file(tmp_path, size):
    path = tmp_path / "strip.png"
    Image.new("1", size).save(path)
    failed = failure(path)
    assert (failed.code, failed.outcome) == ("too_many_pixels", "failed")
    assert "32767" in failed.message


@pytest.mark.needs_tesseract
def test_a_long_strip_is_not_enlarged_beyond_what_ocr_reads(tmp_path):
    path = tmp_path / "strip.png"
    Image.new("L", (20, 15_000), "white").save(path, dpi=(72, 72))
    assert converted(path).pages[0].method == "ocr"
