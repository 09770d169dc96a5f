"""Tesseract's hOCR output to words in points.

hOCR and not the simpler TSV, because it has the baseline and the size of each line: boxes of ink alone make
a line without ascenders look like a smaller font, and headings are told by their size.
"""

from __future__ import annotations

import re
from html import unescape
from statistics import median
from typing import Final, NamedTuple

from docassay.readers.pdf.text import Word

_MINIMUM_CONFIDENCE: Final = 20.0
_SPECK: Final = re.compile(r"^[|_—–\-~=.,'`\"«»\\/:;°·•]+$")
_SPECK_CONFIDENCE: Final = 60.0
_SIZE_OF_ROW: Final = 1.12
"""Font size as a multiple of the row's height (ascender to descender); 1.12 for Helvetica and Times."""
_NUMBER: Final = r"(-?[\d.]+)"
_ELEMENT: Final = re.compile(
    r"<(?P<tag>p class='ocr_par'"
    r"|span class='(?P<kind>ocr_\w+|ocrx_word)')[^>]*? title=(?P<quote>['\"])(?P<title>.*?)(?P=quote)[^>]*>"
    r"(?P<text>[^<]*)",
    re.DOTALL,
)
_BOX: Final = re.compile(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
_BASELINE: Final = re.compile(rf"baseline {_NUMBER} {_NUMBER}")
_ROW: Final = re.compile(rf"x_size {_NUMBER}; x_descenders {_NUMBER}; x_ascenders {_NUMBER}")
_ANGLE: Final = re.compile(r"textangle (\d+)")
_CONFIDENCE: Final = re.compile(r"x_wconf (\d+)")


class _Row(NamedTuple):
    """A line of text: its box from ascender to descender, in pixels; ``size`` is the font's."""

    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    turn: int


class _Found(NamedTuple):
    """A word with its box in pixels, its row and the number of its paragraph."""

    text: str
    confidence: float
    x0: float
    y0: float
    x1: float
    y1: float
    turn: int
    paragraph: int


def words_of_hocr(markup: str, scale: float) -> list[Word]:
    """The words of one page with pixel positions multiplied by ``scale``.

    All words of a line share its extent across the line, and all lines of a paragraph one font size. Dust and
    guesses (confidence below 20 of 100) are left out.
    """
    found: list[_Found] = []
    sizes: list[list[float]] = [[]]
    row = _Row(0.0, 0.0, 0.0, 0.0, 1.0, 0)
    for element in _ELEMENT.finditer(markup):
        if element["kind"] is None:
            sizes.append([])
            continue
        box = _BOX.search(element["title"])
        if box is None:
            continue
        x0, y0, x1, y1 = (float(value) for value in box.groups())
        if element["kind"] != "ocrx_word":
            row = _row(element["title"], x0, y0, x1, y1)
            sizes[-1].append(row.size)
            continue
        stated = _CONFIDENCE.search(element["title"])
        text, confidence = unescape(element["text"]).strip(), float(stated.group(1)) if stated else 0.0
        if not text or confidence < _MINIMUM_CONFIDENCE:
            continue
        if _SPECK.match(text) and (confidence < _SPECK_CONFIDENCE or not text.strip("|")):
            continue  # dust; a lone bar is nearly always a ruling line of a table
        if row.turn % 2:
            x0, x1 = row.x0, row.x1
        else:
            y0, y1 = row.y0, row.y1
        found.append(_Found(text, confidence, x0, y0, x1, y1, row.turn, len(sizes) - 1))
    usual = [median(values) * scale if values else 1.0 for values in sizes]
    return [
        Word(
            text=word.text,
            x0=word.x0 * scale,
            y0=word.y0 * scale,
            x1=word.x1 * scale,
            y1=word.y1 * scale,
            size=max(usual[word.paragraph], 1.0),
            turn=word.turn,
            confidence=min(1.0, word.confidence / 100.0),
        )
        for word in found
    ]


def _row(title: str, x0: float, y0: float, x1: float, y1: float) -> _Row:
    """The line's box; from its baseline and row size where these agree with the ink, else the ink's."""
    angle, metrics, baseline = _ANGLE.search(title), _ROW.search(title), _BASELINE.search(title)
    turn = round(int(angle.group(1)) / 90) % 4 if angle else 0
    if baseline is not None and abs(float(baseline.group(1))) > 1.0:
        turn = 3  # lines that run down the page have no angle but an absurdly steep baseline
    ink = max(x1 - x0 if turn % 2 else y1 - y0, 1.0)
    if metrics is None:
        return _Row(x0, y0, x1, y1, ink * _SIZE_OF_ROW, turn)
    height, descenders, _ = (float(value) for value in metrics.groups())
    if not 0.5 * ink < height < 2.5 * ink:
        return _Row(x0, y0, x1, y1, ink * _SIZE_OF_ROW, turn)
    if turn or baseline is None:
        return _Row(x0, y0, x1, y1, height * _SIZE_OF_ROW, turn)
    slope, offset = (float(value) for value in baseline.groups())
    foot = y1 + offset + slope * (x1 - x0) / 2
    top, bottom = foot - (height - descenders), foot + descenders
    if min(bottom, y1) - max(top, y0) < 0.5 * min(ink, height):
        return _Row(x0, y0, x1, y1, height * _SIZE_OF_ROW, turn)
    return _Row(x0, top, x1, bottom, height * _SIZE_OF_ROW, turn)
