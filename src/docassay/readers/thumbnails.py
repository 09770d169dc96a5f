"""Small JPEG pictures of pages, for PDF and image files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure
from docassay.readers.detect import detect_type

if TYPE_CHECKING:
    from PIL.Image import Image

MINIMUM_WIDTH: Final = 16
MAXIMUM_WIDTH: Final = 2_000
_MAXIMUM_HEIGHT_FACTOR: Final = 20
_JPEG_QUALITY: Final = 80


def thumbnails(
    path: Path,
    filename: str,
    content_type: str | None,
    page_indexes: Sequence[int] | None,
    width: int,
    limits: ReadLimits | None = None,
) -> list[bytes]:
    """One JPEG of ``width`` pixels (16 to 2000) per page, in the order of ``page_indexes`` (None: all).

    Raises ValueError for a width out of bounds. Raises DocumentFailure ``unsupported_type`` for files that
    are neither PDF nor image, ``page_range`` for a page that does not exist, ``too_many_pages``,
    ``too_many_pixels``, ``encrypted`` or ``corrupt``.
    """
    if not MINIMUM_WIDTH <= width <= MAXIMUM_WIDTH:
        raise ValueError(
            f"The width must be between {MINIMUM_WIDTH} and {MAXIMUM_WIDTH} pixels, not {width}."
        )
    bounds = limits or ReadLimits()
    file_type = detect_type(path, filename, content_type)
    if file_type.family == "pdf":
        return _pdf_thumbnails(path, filename, page_indexes, width, bounds)
    if file_type.family == "image":
        return _image_thumbnails(path, filename, page_indexes, width, bounds)
    raise DocumentFailure(
        "unsupported_type",
        f"Thumbnails exist for PDF and image files only; {filename} is a {file_type.name.upper()} file.",
    )


def _pdf_thumbnails(
    path: Path, filename: str, page_indexes: Sequence[int] | None, width: int, limits: ReadLimits
) -> list[bytes]:
    import pypdfium2

    from docassay.readers.pdf.reader import open_pdf

    document = open_pdf(path, filename)
    try:
        result = []
        for index in _checked(page_indexes, len(document), filename, limits):
            try:
                page = document[index]
            except pypdfium2.PdfiumError as error:
                raise DocumentFailure("corrupt", f"Page {index} of {filename} is damaged: {error}") from error
            try:
                page_width, page_height = page.get_size()
                scale = width / max(page_width, 1.0)
                if scale * page_height > width * _MAXIMUM_HEIGHT_FACTOR:
                    raise DocumentFailure("too_many_pixels", _too_tall(index, filename))
                bitmap = page.render(scale=scale)
                try:
                    result.append(_jpeg(bitmap.to_pil(), width))
                finally:
                    bitmap.close()
            finally:
                page.close()
    finally:
        document.close()
    return result


def _image_thumbnails(
    path: Path, filename: str, page_indexes: Sequence[int] | None, width: int, limits: ReadLimits
) -> list[bytes]:
    from docassay.readers.image import frame_count, frame_image, open_image

    with open_image(path, filename, limits.max_pixels) as image:
        indexes = _checked(page_indexes, frame_count(image, filename), filename, limits)
        result = []
        for index in indexes:
            frame = frame_image(image, index, filename, limits.max_pixels)
            if frame.height > frame.width * _MAXIMUM_HEIGHT_FACTOR:
                raise DocumentFailure("too_many_pixels", _too_tall(index, filename))
            result.append(_jpeg(frame, width))
        return result


def _checked(
    page_indexes: Sequence[int] | None, count: int, filename: str, limits: ReadLimits
) -> Sequence[int]:
    indexes = range(count) if page_indexes is None else page_indexes
    if len(indexes) > limits.max_pages:
        raise DocumentFailure(
            "too_many_pages", f"{len(indexes)} thumbnails were asked for; the limit is {limits.max_pages}."
        )
    for index in indexes:
        if not 0 <= index < count:
            raise DocumentFailure(
                "page_range",
                f"{filename} has {count} pages (0 to {count - 1}); there is no page {index}.",
            )
    return indexes


def _jpeg(image: Image, width: int) -> bytes:
    height = max(1, round(image.height * width / image.width))
    picture = image.convert("RGB")
    if picture.size != (width, height):
        picture = picture.resize((width, height))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()


def _too_tall(index: int, filename: str) -> str:
    return f"Page {index} of {filename} is more than {_MAXIMUM_HEIGHT_FACTOR} times taller than wide."
