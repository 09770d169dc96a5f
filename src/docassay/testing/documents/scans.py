"""Documents that are only pixels: printed text drawn to an image, slightly turned and noisy like a scan."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from docassay.testing.documents.content import Writer
from docassay.testing.documents.pdf import wrap_words

_DPI: Final = 150
_PAGE_PIXELS: Final = (1240, 1754)  # A4 at 150 dpi


def draw_page(seed: int, lines: list[str], size: tuple[int, int] = _PAGE_PIXELS) -> Image.Image:
    """Print ``lines`` on a grey page of ``size`` pixels, turned by up to half a degree, with paper noise.

    The first line is set larger, as a heading. A line that starts with a tab is set in a column at 60 % of
    the width.
    """
    writer = Writer(seed)
    page = Image.new("L", size, 250)
    draw = ImageDraw.Draw(page)
    heading, body = ImageFont.load_default(40), ImageFont.load_default(26)
    left, top = size[0] // 11, size[1] // 12
    for number, line in enumerate(lines):
        x = left if not line.startswith("\t") else size[0] * 6 // 10
        draw.text((x, top), line.strip(), fill=15, font=heading if number == 0 else body)
        top += 72 if number == 0 else 40
    turned = page.rotate(writer.random.uniform(-0.5, 0.5), Image.Resampling.BICUBIC, fillcolor=250)
    return _with_paper_noise(turned.filter(ImageFilter.GaussianBlur(0.5)), writer)


def _with_paper_noise(page: Image.Image, writer: Writer) -> Image.Image:
    # A small tile of noise repeated over the page: seeded, and far cheaper than a random number a pixel.
    side = 128
    tile = Image.frombytes("L", (side, side), bytes(b & 31 for b in writer.random.randbytes(side * side)))
    noise = Image.new("L", page.size)
    for x in range(0, page.width, side):
        for y in range(0, page.height, side):
            noise.paste(tile, (x, y))
    return ImageChops.subtract(page, noise)


def scan_lines(seed: int) -> list[str]:
    """The text of one scanned page: a heading, prose and a few labelled values."""
    writer = Writer(seed)
    lines = [f"Inspection record {writer.place()}", f"Inspector: {writer.person()}"]
    for _ in range(4):
        lines.append("")
        lines.extend(wrap_words(writer.paragraph(3), 62))
    return [*lines, "", f"Filed in {writer.month()} {writer.random.randint(2019, 2025)}"]


def write_scan(path: Path, seed: int, pages: int = 1) -> list[str]:
    """A PDF whose pages are JPEG images without a text layer; returns the printed lines."""
    canvas = Canvas(
        str(path), pagesize=(_PAGE_PIXELS[0] * 72 / _DPI, _PAGE_PIXELS[1] * 72 / _DPI), invariant=1
    )
    printed: list[str] = []
    for number in range(pages):
        lines = scan_lines(seed + number)
        printed.extend(line for line in lines if line)
        jpeg = BytesIO()
        draw_page(seed + number, lines).save(jpeg, "JPEG", quality=70, dpi=(_DPI, _DPI))
        jpeg.seek(0)
        canvas.drawImage(ImageReader(jpeg), 0, 0, _PAGE_PIXELS[0] * 72 / _DPI, _PAGE_PIXELS[1] * 72 / _DPI)
        canvas.showPage()
    canvas.save()
    return printed


def write_image(path: Path, seed: int) -> list[str]:
    """A photographed receipt in the format of the file's suffix (png, jpg, webp, tiff); returns its lines.

    Raises ValueError for another suffix.
    """
    formats = {
        ".png": "PNG",
        ".jpg": "JPEG",
        ".jpeg": "JPEG",
        ".webp": "WEBP",
        ".tif": "TIFF",
        ".tiff": "TIFF",
    }
    if path.suffix.lower() not in formats:
        raise ValueError(f"cannot write an image with the suffix {path.suffix!r}")
    writer = Writer(seed)
    total = 0
    lines = [f"Receipt {writer.random.randint(1000, 9999)}", writer.company(), ""]
    for task in writer.tasks(4):
        amount = writer.random.randint(500, 20_000)
        total += amount
        lines += [*wrap_words(task, 40), f"EUR {amount / 100:.2f}"]
    lines += ["", f"Total EUR {total / 100:.2f}"]
    image = draw_page(seed, lines, (900, 900))
    image.save(path, formats[path.suffix.lower()], dpi=(_DPI, _DPI))
    return [line for line in lines if line]
