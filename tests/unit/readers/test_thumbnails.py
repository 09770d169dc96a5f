"""Page thumbnails."""

import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure
from docassay.readers.thumbnails import thumbnails


def pdf(folder: Path, *sizes: tuple[int, int]) -> Path:
    path = folder / "a.pdf"
    canvas = Canvas(str(path))
    for size in sizes:
        canvas.setPageSize(size)
        canvas.drawString(20, 20, "page")
        canvas.showPage()
    canvas.save()
    return path


def size_of(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "JPEG"
        return image.size


def test_every_page_of_a_pdf_has_one_of_the_width_asked_for(tmp_path: Path) -> None:
    pictures = thumbnails(pdf(tmp_path, (200, 400), (400, 200)), "a.pdf", None, None, 100)
    assert [size_of(picture) for picture in pictures] == [(100, 200), (100, 50)]


def test_pages_come_in_the_order_asked_for(tmp_path: Path) -> None:
    pictures = thumbnails(pdf(tmp_path, (200, 400), (400, 200)), "a.pdf", None, [1, 0], 100)
    assert [size_of(picture) for picture in pictures] == [(100, 50), (100, 200)]


def test_images_have_them_too(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    Image.new("RGB", (300, 150)).save(path, save_all=True, append_images=[Image.new("L", (100, 100))])
    assert [size_of(picture) for picture in thumbnails(path, "a.tiff", None, None, 60)] == [
        (60, 30),
        (60, 60),
    ]


@pytest.mark.parametrize("width", [0, 15, 2001, -5])
def test_widths_have_bounds(tmp_path: Path, width: int) -> None:
    with pytest.raises(ValueError, match="between 16 and 2000"):
        thumbnails(pdf(tmp_path, (200, 200)), "a.pdf", None, None, width)


def failure(path: Path, name: str, pages: list[int] | None = None, limits: ReadLimits | None = None) -> str:
    with pytest.raises(DocumentFailure) as caught:
        thumbnails(path, name, None, pages, 100, limits)
    return caught.value.code


def test_other_types_have_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert failure(path, "a.csv") == "unsupported_type"


def test_pages_outside_of_the_file_and_limits_are_refused(tmp_path: Path) -> None:
    path = pdf(tmp_path, (200, 200), (200, 200))
    assert failure(path, "a.pdf", [2]) == "page_range"
    assert failure(path, "a.pdf", [-1]) == "page_range"
    assert failure(path, "a.pdf", limits=ReadLimits(max_pages=1)) == "too_many_pages"
    image = tmp_path / "b.png"
    Image.new("L", (200, 200)).save(image)
    assert failure(image, "b.png", limits=ReadLimits(max_pixels=1000)) == "too_many_pixels"


def test_a_strip_of_paper_does_not_fill_the_memory(tmp_path: Path) -> None:
    assert failure(pdf(tmp_path, (10, 14_000)), "a.pdf") == "too_many_pixels"
