"""Scans that lie sideways, upside down or skewed, and scanned tables."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from docassay.documents.model import BoundingBox, Document
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.readers.ocr.ink import ink_mask
from docassay.readers.ocr.ruling import page_rules
from docassay.readers.ocr.slant import page_slant
from docassay.readers.ocr.turned_pages import (
    box_on_skewed_page,
    marks_on_page,
    straight_image,
    upright_image,
    words_on_page,
)
from docassay.readers.pdf.marks import PageMarks, Rule
from docassay.readers.pdf.text import Word
from docassay.readers.read import read_document
from docassay.testing.documents.scans import draw_page, scan_lines

DPI = 150


def page_image() -> Image.Image:
    return draw_page(3, scan_lines(3))


def scanned(path: Path, image: Image.Image) -> Path:
    width, height = image.width * 72 / DPI, image.height * 72 / DPI
    canvas = Canvas(str(path), pagesize=(width, height), invariant=1)
    stored = BytesIO()
    image.save(stored, "PNG")
    stored.seek(0)
    canvas.drawImage(ImageReader(stored), 0, 0, width, height)
    canvas.save()
    return path


def converted(path: Path) -> Document:
    source = SourceFile(path, path.name, "application/pdf", "0" * 64)
    return read_document(source, ConvertOptions(mode="balanced", word_boxes=True))


def grid(size: tuple[int, int] = (1240, 900)) -> Image.Image:
    """Three columns and four rows of cells with words in them."""
    image = Image.new("L", size, 250)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(26)
    for row in range(5):
        draw.line((150, 200 + 80 * row, 1050, 200 + 80 * row), fill=40, width=2)
    for column in range(4):
        draw.line((150 + 300 * column, 200, 150 + 300 * column, 520), fill=40, width=2)
    for row, words in enumerate((("Depot", "Stock", "Price"), *[("North", "417", "8.50")] * 3)):
        for column, text in enumerate(words):
            draw.text((180 + 300 * column, 225 + 80 * row), text, fill=10, font=font)
    return image


def in_points(pixels: float) -> float:
    return pixels * 72 / DPI


@pytest.mark.parametrize("degrees", [-5.0, -1.0, 0.0, 0.5, 3.0])
def test_the_skew_of_a_page_is_found(degrees: float) -> None:
    page = draw_page(3, scan_lines(3))
    own = page_slant(ink_mask(page.reduce(2), 75.0)).skew_degrees
    turned = page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=250)
    slant = page_slant(ink_mask(turned.reduce(2), 75.0))
    assert not slant.seems_sideways
    assert slant.skew_degrees == pytest.approx(degrees + own, abs=0.4)


def test_a_page_on_its_side_looks_sideways_and_a_blank_one_straight() -> None:
    sideways = page_image().transpose(Image.Transpose.ROTATE_90)
    assert page_slant(ink_mask(sideways.reduce(2), 75.0)).seems_sideways
    assert page_slant(np.zeros((300, 200), np.bool_)) == (False, 0.0, 0.0)


def test_ink_is_found_on_dark_and_uneven_paper() -> None:
    shade = np.tile(np.linspace(90, 250, 400), (200, 1))
    shade[50:54, 20:380] *= 0.6
    mask = ink_mask(Image.fromarray(shade.astype(np.uint8)), 75.0)
    assert mask[50:54, 20:380].mean() > 0.95
    assert mask[100:190].mean() == 0.0


def test_ruling_lines_of_a_scan_are_found_and_letters_are_none() -> None:
    marks = page_rules(grid(), DPI)
    assert [rule.position for rule in marks.horizontal] == pytest.approx(
        [in_points(200.5 + 80 * row) for row in range(5)], abs=0.5
    )
    assert [rule.position for rule in marks.vertical] == pytest.approx(
        [in_points(150.5 + 300 * column) for column in range(4)], abs=0.5
    )
    for rule in marks.horizontal:
        assert (rule.start, rule.end) == pytest.approx((in_points(150), in_points(1050)), abs=4.0)
    assert page_rules(page_image(), DPI) == ([], [], [], [])


def test_filled_areas_and_dithered_pictures_are_no_ruling_lines() -> None:
    image = Image.new("L", (1240, 900), 250)
    ImageDraw.Draw(image).rectangle((200, 200, 700, 500), fill=0)
    assert page_rules(image, DPI).vertical == []
    noise = np.random.default_rng(1).integers(0, 2, (900, 1240)).astype(np.uint8) * 255
    assert page_rules(Image.fromarray(noise), DPI) == ([], [], [], [])


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_boxes_of_a_turned_page_come_back_to_where_they_were(turn: int) -> None:
    width, height = 600.0, 800.0
    image = Image.new("L", (600, 800), 255)
    image.paste(0, (100, 200, 150, 230))
    left, top, right, bottom = (
        upright_image(image, turn).point(lambda value: 255 - value).getbbox() or (0,) * 4
    )
    (word,) = words_on_page([Word("x", left, top, right, bottom, 10.0)], turn, width, height)
    assert (word.x0, word.y0, word.x1, word.y1) == (100, 200, 150, 230)
    assert word.turn == turn
    wide, high = (height, width) if turn % 2 else (width, height)
    marks = marks_on_page(PageMarks([Rule(high / 4, 0, wide)], [], [], []), turn, width, height)
    across = marks.vertical if turn % 2 else marks.horizontal
    assert len(across) == 1
    assert across[0].end - across[0].start == wide


@pytest.mark.parametrize("degrees", [-3.0, 2.0])
def test_boxes_of_a_skewed_page_come_back_to_where_they_were(degrees: float) -> None:
    image = Image.new("L", (600, 800), 255)
    image.paste(0, (400, 100, 404, 104))
    straight = straight_image(image, degrees).point(lambda value: 255 - value)
    box = box_on_skewed_page(BoundingBox(*straight.getbbox() or (0,) * 4), degrees, 600.0, 800.0)
    assert box.contains(402, 102)
    assert box.x1 - box.x0 < 10
    assert box_on_skewed_page(BoundingBox(0, 0, 600, 800), degrees, 600.0, 800.0) == (0, 0, 600, 800)


@pytest.mark.needs_tesseract
@pytest.mark.parametrize(("quarter_turns", "skew"), [(1, 0.0), (2, 0.0), (3, 2.0), (0, -3.0)])
def test_a_scan_is_read_however_it_lies(tmp_path: Path, quarter_turns: int, skew: float) -> None:
    image = page_image().rotate(90 * quarter_turns, expand=True)
    image = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=250)
    document = converted(scanned(tmp_path / "scan.pdf", image))
    straight = converted(scanned(tmp_path / "straight.pdf", page_image()))
    (page,) = document.pages
    assert page.method == "ocr"
    assert (page.width, page.height) == pytest.approx((in_points(image.width), in_points(image.height)))
    seen = " ".join(block.html for block in document.blocks()).split()
    expected = " ".join(block.html for block in straight.blocks()).split()
    assert len(set(seen) & set(expected)) > 0.9 * len(set(expected))
    title = next(block for block in page.blocks if "Inspection record" in block.html)
    middle = ((title.bbox.x0 + title.bbox.x1) / 2, (title.bbox.y0 + title.bbox.y1) / 2)
    is_near_edge = {
        0: middle[1] < 0.2 * page.height,
        1: middle[0] < 0.2 * page.width,
        2: middle[1] > 0.8 * page.height,
        3: middle[0] > 0.8 * page.width,
    }
    assert is_near_edge[quarter_turns]
    for block in page.blocks:
        assert block.words, block.html


@pytest.mark.needs_tesseract
@pytest.mark.parametrize("skew", [0.0, 1.5])
def test_a_ruled_table_of_a_scan_is_a_table(tmp_path: Path, skew: float) -> None:
    image = grid().rotate(skew, Image.Resampling.BICUBIC, fillcolor=250)
    document = converted(scanned(tmp_path / "table.pdf", image))
    (table,) = [block for block in document.blocks() if block.block_type == "Table"]
    cells = [child for child in table.children if child.block_type == "TableCell"]
    assert len(cells) == 12
    assert "Depot" in cells[0].html
    assert "8.50" in cells[-1].html
    assert table.confidence is not None
    assert table.confidence > 0.5
