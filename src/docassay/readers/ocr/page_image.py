"""A page image to its words and ruling lines: scaled, turned upright, straightened and read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docassay.engines.contract import Mode
from docassay.errors import DocumentFailure
from docassay.readers.ocr.ink import ink_mask, reduced
from docassay.readers.ocr.reconcile import mean_confidence, reconciled
from docassay.readers.ocr.ruling import page_rules
from docassay.readers.ocr.slant import page_slant
from docassay.readers.ocr.tesseract import LONGEST_SIDE_PIXELS, PageDeadline, Tesseract
from docassay.readers.ocr.turned_pages import marks_on_page, straight_image, upright_image, words_on_page
from docassay.readers.pdf.marks import PageMarks
from docassay.readers.pdf.text import Word

READING_DPI: Final[dict[Mode, float]] = {"fast": 200.0, "balanced": 300.0, "accurate": 300.0}
_FINE_DPI: Final = 400.0
"""Of the third reading of ``accurate``."""
_LARGEST_SCALE: Final = 4.0
_LEAST_CHANGE: Final = 1.15
_LEAST_SKEW_DEGREES: Final = 0.25
_SLANT_DPI: Final = 75.0
_UNSURE: Final = 0.7
_SAMPLE_HEIGHT_INCHES: Final = 1.2
_SAMPLE_WIDTH_INCHES: Final = 5.0
_BETTER: Final = 1.5
_LEAST_INK: Final = 0.001
_NO_RULES: Final = PageMarks([], [], [], [])


class PageReading(NamedTuple):
    """What OCR found on a page, in points of the page as it is shown, but straightened.

    The page was turned clockwise by ``skew_degrees`` about its middle before it was read;
    ``box_on_skewed_page`` takes boxes back. ``marks`` holds ruling lines only.
    """

    words: list[Word]
    marks: PageMarks
    skew_degrees: float


class PageImageReader:
    """Reads the page images of one document; close it to end the OCR program that it keeps."""

    def __init__(self, languages: Sequence[str], mode: Mode, max_pixels: int, timeout_seconds: float) -> None:
        self._program = Tesseract(languages)
        self._others = (Tesseract(languages, thresholds_locally=True), Tesseract(languages))
        self._mode: Mode = mode
        self._max_pixels = max_pixels
        self._timeout_seconds = timeout_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the OCR programs."""
        for program in (self._program, *self._others):
            program.close()

    def read(self, image: Image.Image, dpi: float) -> PageReading:
        """Read one page whose resolution is ``dpi``, however it lies.

        ``timeout_seconds`` of the reader bounds all readings of the page together. Raises DocumentFailure as
        ``Tesseract.words`` does.
        """
        width, height = image.width * 72.0 / dpi, image.height * 72.0 / dpi
        page = _PageOnDesk(self._program, *self._scaled(image, dpi), self._timeout_seconds)
        turn, words = self._read_however_it_lies(page)
        if self._mode == "accurate" and page.has_ink:
            words = self._read_again(page, turn, words)
        marks = _NO_RULES
        if words and self._mode != "fast":
            marks = page_rules(page.straightened(turn), page.dpi)
        return PageReading(
            words_on_page(words, turn, width, height),
            marks_on_page(marks, turn, width, height),
            page.skew(turn),
        )

    def _scaled(self, image: Image.Image, dpi: float) -> tuple[Image.Image, float]:
        """The image in grey and at the resolution at which it is read."""
        grey = image if image.mode == "L" else image.convert("L")
        scale = min(
            _LARGEST_SCALE,
            READING_DPI[self._mode] / dpi,
            (self._max_pixels / (grey.width * grey.height)) ** 0.5,
            max(1.0, LONGEST_SIDE_PIXELS / max(grey.size)),
        )
        if 1 / _LEAST_CHANGE < scale < _LEAST_CHANGE:
            return grey, dpi
        size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
        return grey.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0), dpi * scale

    def _read_again(self, page: _PageOnDesk, turn: int, words: list[Word]) -> list[Word]:
        """The words of three readings: as it is, with another threshold, and enlarged.

        Readings of another kind err elsewhere. One that fails or takes too long leaves the others.
        """
        straight = page.straightened(turn)
        by_threshold, enlarged = self._others
        with suppress(DocumentFailure):
            words = reconciled(words, by_threshold.words(straight, page.dpi, page.deadline))
        scale = min(
            _FINE_DPI / page.dpi,
            (self._max_pixels / (straight.width * straight.height)) ** 0.5,
            LONGEST_SIDE_PIXELS / max(straight.size),
        )
        if scale < _LEAST_CHANGE:
            return words
        size = (round(straight.width * scale), round(straight.height * scale))
        larger = straight.resize(size, Image.Resampling.BICUBIC)
        with suppress(DocumentFailure):
            words = reconciled(words, enlarged.words(larger, page.dpi * scale, page.deadline))
        return words

    @staticmethod
    def _read_however_it_lies(page: _PageOnDesk) -> tuple[int, list[Word]]:
        """The direction of the text and the words of the page turned upright.

        Nearly all pages are upright, so that is tried first unless the ink looks otherwise. A reading that
        is unsure is compared with short samples of the page turned: wrongly turned text reads as little.
        """
        if page.slant.seems_sideways:
            turn = page.likeliest_turn((0, 1, 3))
            return turn, page.words(turn)
        words = page.words(0)
        if not page.has_ink or mean_confidence(words) >= _UNSURE:
            return 0, words
        turn = page.likeliest_turn((0, 1, 2, 3))
        return (turn, page.words(turn)) if turn else (0, words)


class _PageOnDesk:
    """One page image that can be read in any of four directions, within one time limit."""

    def __init__(self, program: Tesseract, image: Image.Image, dpi: float, timeout_seconds: float) -> None:
        self.dpi = dpi
        self._program = program
        self._image = image
        self.deadline = PageDeadline(timeout_seconds)
        small, self._small_dpi = reduced(image, dpi, _SLANT_DPI)
        self._mask = ink_mask(small, self._small_dpi)
        self.slant = page_slant(self._mask)
        self._straight: tuple[int, Image.Image] | None = None

    @property
    def has_ink(self) -> bool:
        """Whether there is enough on the page for a few words."""
        return bool(self._mask.mean() > _LEAST_INK)

    def skew(self, turn: int) -> float:
        """The skew that is taken out before reading, in degrees."""
        degrees = self.slant.skew_of(turn)
        return degrees if abs(degrees) >= _LEAST_SKEW_DEGREES else 0.0

    def straightened(self, turn: int) -> Image.Image:
        """The page with text of direction ``turn`` upright and straight; the last one is kept."""
        if self._straight is None or self._straight[0] != turn:
            self._straight = (turn, straight_image(upright_image(self._image, turn), self.skew(turn)))
        return self._straight[1]

    def words(self, turn: int) -> list[Word]:
        """All words of the page read in that direction, in points of the upright page."""
        return self._read(self.straightened(turn))

    def likeliest_turn(self, turns: Sequence[int]) -> int:
        """The direction in which a sample reads best; the first one unless another is clearly better."""
        evidence = {turn: self._evidence(turn) for turn in turns}
        best = max(turns, key=lambda turn: evidence[turn])
        return best if evidence[best] > _BETTER * evidence[turns[0]] else turns[0]

    def _evidence(self, turn: int) -> float:
        """Letters of a sample read in that direction, weighted by how sure the reading is beyond a half."""
        sample = straight_image(
            upright_image(self._image.crop(self._sample_box(turn)), turn), self.skew(turn)
        )
        words = self._read(sample)
        return sum(
            len(word.text) * max(0.0, (word.confidence or 0.0) - 0.5) for word in words if word.turn == 0
        )

    def _sample_box(self, turn: int) -> tuple[int, int, int, int]:
        """The part of the image of a few lines' size with the most edges of ink along the text."""
        mask = self._mask.T if turn % 2 else self._mask
        edges = np.count_nonzero(mask[:, 1:] != mask[:, :-1], axis=1)
        top, bottom = _densest(edges, round(_SAMPLE_HEIGHT_INCHES * self._small_dpi))
        edges = np.count_nonzero(mask[top:bottom, 1:] != mask[top:bottom, :-1], axis=0)
        left, right = _densest(edges, round(_SAMPLE_WIDTH_INCHES * self._small_dpi))
        scale = self.dpi / self._small_dpi
        box = (top, left, bottom, right) if turn % 2 else (left, top, right, bottom)
        x0, y0, x1, y1 = (round(value * scale) for value in box)
        return x0, y0, min(x1, self._image.width), min(y1, self._image.height)

    def _read(self, image: Image.Image) -> list[Word]:
        return self._program.words(image, self.dpi, self.deadline)


def _densest(counts: NDArray[np.intp], length: int) -> tuple[int, int]:
    """Start and end of the window of ``length`` (or all) with the highest sum."""
    if len(counts) <= length:
        return 0, len(counts)
    sums = np.concatenate(([0], np.cumsum(counts)))
    start = int(np.argmax(sums[length:] - sums[:-length]))
    return start, start + length
