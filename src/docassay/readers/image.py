"""Images as documents: every frame is a page that is read with OCR."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from docassay.documents.model import Document
from docassay.documents.page_range import select_pages
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.ocr.page_image import PageImageReader
from docassay.readers.pdf.draft import PageDraft
from docassay.readers.pdf.finish import finished_pages
from docassay.readers.pdf.page_layout import layout_page
from docassay.readers.pdf.scanned_page import page_image_reader, place_drafts, placed_words
from docassay.readers.pdf.word_boxes import word_boxes

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_LETTER_WIDTH_INCHES: Final = 8.27
_PLAUSIBLE_DPI: Final = (50.0, 1_200.0)
_GUESSED_DPI: Final = (72.0, 400.0)
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "TIFF", "GIF")


@contextmanager
def open_image(path: Path, shown_name: str, max_pixels: int) -> Iterator[ImageFile]:
    """Open an image after checking its size in the header; nothing is decoded yet.

    Raises DocumentFailure ``too_many_pixels`` or ``corrupt``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own bomb warning and notes on odd metadata
        try:
            image = Image.open(path, formats=_FORMATS)
        except Image.DecompressionBombError as error:
            raise DocumentFailure("too_many_pixels", _too_large(shown_name, max_pixels)) from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
            raise DocumentFailure("corrupt", f"{shown_name} is not a readable image: {error}") from error
        with image:
            check_pixels(image, shown_name, max_pixels)
            yield image


def check_pixels(image: Image.Image, shown_name: str, max_pixels: int) -> None:
    """Raise DocumentFailure ``too_many_pixels`` when the (current frame of the) image is over the limit."""
    width, height = image.size
    if width * height > max_pixels:
        raise DocumentFailure(
            "too_many_pixels", f"{_too_large(shown_name, max_pixels)} It has {width} x {height}."
        )


def frame_count(image: Image.Image, shown_name: str) -> int:
    """How many pages the image has: frames of a TIFF; animations count as their first frame."""
    if image.format != "TIFF":
        return 1
    try:
        return int(getattr(image, "n_frames", 1))
    except (OSError, ValueError, SyntaxError, EOFError, KeyError) as error:
        raise DocumentFailure("corrupt", f"{shown_name} has a damaged list of pages: {error}") from error


def frame_image(image: Image.Image, index: int, shown_name: str, max_pixels: int) -> Image.Image:
    """Decode one frame, upright (EXIF orientation) and on white.

    Raises DocumentFailure ``too_many_pixels`` or ``corrupt`` (with the decoder's reason).
    """
    try:
        image.seek(index)
        check_pixels(image, shown_name, max_pixels)
        upright = ImageOps.exif_transpose(image)
        if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
            layer = upright.convert("RGBA")
            upright = Image.new("RGB", layer.size, "white")
            upright.paste(layer, mask=layer.getchannel("A"))
        elif upright.mode.startswith(("I", "F")):
            low, high = upright.getextrema()
            span = max(float(high) - float(low), 1.0)  # type: ignore[arg-type]
            upright = upright.point(lambda value: (value - low) * (255.0 / span)).convert("L")
        return upright.convert("L") if upright.mode in {"1", "L"} else upright.convert("RGB")
    except MemoryError:
        raise
    except DocumentFailure:
        raise
    except Exception as error:
        raise DocumentFailure("corrupt", f"{shown_name} cannot be decoded: {error}") from error


def image_dpi(image: Image.Image) -> float:
    """The resolution stated in the file when plausible; else as if the short side were a letter's width."""
    stated = image.info.get("dpi")
    try:
        dpi = float(stated[0]) if stated else 0.0
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        dpi = 0.0
    short_side = min(image.size)
    if _PLAUSIBLE_DPI[0] <= dpi <= _PLAUSIBLE_DPI[1] and short_side / dpi > 2 and dpi not in {72.0, 96.0}:
        return dpi
    return min(max(short_side / _LETTER_WIDTH_INCHES, _GUESSED_DPI[0]), _GUESSED_DPI[1])


def read_image(source: SourceFile, options: ConvertOptions) -> Document:
    """Read every selected frame with OCR.

    Frames that cannot be read end in ``failed_pages``. Raises DocumentFailure when none could be read.
    """
    limits = options.limits
    with (
        open_image(source.path, source.filename, limits.max_pixels) as image,
        page_image_reader(options) as reader,
    ):
        count = frame_count(image, source.filename)
        try:
            selected = select_pages(options.page_range, options.max_pages, count)
        except ValueError as error:
            raise DocumentFailure("page_range", f"{source.filename}: {error}") from error
        if len(selected) > limits.max_pages:
            raise DocumentFailure(
                "too_many_pages",
                f"{source.filename} has {len(selected)} pages to convert; the limit is {limits.max_pages}. "
                f"Choose fewer with page_range or max_pages.",
            )
        pages: list[PageDraft] = []
        failures: dict[int, DocumentFailure] = {}
        for index in selected:
            try:
                frame = frame_image(image, index, source.filename, limits.max_pixels)
                pages.append(_page(frame, index, image_dpi(image), options, reader))
            except DocumentFailure as failure:
                failures[index] = failure
        if not pages:
            raise failures[min(failures)]
    return Document(
        pages=finished_pages(pages, with_furniture=options.mode != "fast"),
        source_page_count=count,
        failed_pages=tuple(sorted(failures)),
        page_errors={index: failure.message for index, failure in sorted(failures.items())},
    )


def _page(
    frame: Image.Image, index: int, dpi: float, options: ConvertOptions, reader: PageImageReader
) -> PageDraft:
    width, height = frame.width * 72.0 / dpi, frame.height * 72.0 / dpi
    reading = reader.read(frame, dpi)
    drafts = layout_page(
        reading.words, reading.marks, [], width, height, with_aligned_tables=options.mode != "fast"
    )
    place_drafts(drafts, reading, width, height)
    words = placed_words(reading.words, reading, width, height)
    boxes = word_boxes(words) if options.word_boxes else ()
    return PageDraft(index, width, height, drafts, "ocr", boxes)


def _too_large(shown_name: str, max_pixels: int) -> str:
    return f"{shown_name} has more than {max_pixels / 1e6:g} megapixels, the limit. Make it smaller."
