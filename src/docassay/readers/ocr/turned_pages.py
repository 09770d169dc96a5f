"""Pages that were scanned sideways, upside down or skewed: made straight for reading, boxes mapped back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from PIL import Image

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.geometry import from_reading
from docassay.readers.pdf.marks import PageMarks, Rule
from docassay.readers.pdf.text import Word

_TO_UPRIGHT: Final = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def upright_image(image: Image.Image, turn: int) -> Image.Image:
    """The image turned so that text of direction ``turn`` (quarter turns counter-clockwise) is upright."""
    return image.transpose(_TO_UPRIGHT[turn]) if turn else image


def straight_image(image: Image.Image, degrees: float) -> Image.Image:
    """The image turned clockwise by ``degrees`` about its middle; same size, corners filled with white."""
    if degrees == 0.0:
        return image
    return image.rotate(-degrees, Image.Resampling.BILINEAR, fillcolor=255)


def words_on_page(words: Iterable[Word], turn: int, width: float, height: float) -> list[Word]:
    """Words of the upright image, placed on the page as it is shown (``width`` x ``height`` points)."""
    if turn == 0:
        return list(words)
    return [
        word._replace(
            **from_reading(BoundingBox(word.x0, word.y0, word.x1, word.y1), turn, width, height)._asdict(),
            turn=(word.turn + turn) % 4,
        )
        for word in words
    ]


def marks_on_page(marks: PageMarks, turn: int, width: float, height: float) -> PageMarks:
    """Ruling lines of the upright image, placed on the page as it is shown."""
    if turn == 0:
        return marks
    along = [
        from_reading(BoundingBox(rule.start, rule.position, rule.end, rule.position), turn, width, height)
        for rule in marks.horizontal
    ]
    across = [
        from_reading(BoundingBox(rule.position, rule.start, rule.position, rule.end), turn, width, height)
        for rule in marks.vertical
    ]
    if turn % 2:
        along, across = across, along
    return PageMarks(
        sorted(Rule(box.y0, box.x0, box.x1) for box in along),
        sorted(Rule(box.x0, box.y0, box.y1) for box in across),
        [],
        [],
    )


def box_on_skewed_page(box: BoundingBox, degrees: float, width: float, height: float) -> BoundingBox:
    """The upright box around ``box`` of the straightened page on the page as it is shown, within its edges.

    ``degrees`` is what the page was turned clockwise by to be straight.
    """
    if degrees == 0.0:
        return box
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    xs, ys = [], []
    for x in (box.x0 - width / 2, box.x1 - width / 2):
        for y in (box.y0 - height / 2, box.y1 - height / 2):
            xs.append(min(max(x * cosine + y * sine + width / 2, 0.0), width))
            ys.append(min(max(-x * sine + y * cosine + height / 2, 0.0), height))
    return BoundingBox(min(xs), min(ys), max(xs), max(ys))
