"""The words of a PDF page with their boxes, sizes and fonts, straight from pdfium.

pdfium is asked per word and per text object, not per character: that is what makes this fast enough for
long documents.
"""

from __future__ import annotations

import ctypes
import math
import re
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.geometry import PageFrame

HYPHEN_MARKS: Final = "\x02\ufffe"
"""What pdfium writes in place of a hyphen at a line end; it leaves out the line break after it."""

PAIR_FILLER: Final = "\u2060"
"""Stands at the index of the second half of a character outside the basic plane (mathematical letters)."""

_WORD: Final = re.compile(rf"[^\s{HYPHEN_MARKS}]+[{HYPHEN_MARKS}]?|[{HYPHEN_MARKS}]")
_UNREADABLE: Final = re.compile("[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_GARBAGE: Final = re.compile("\ufffd")
_LIGATURES: Final = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\xad": "-",
        PAIR_FILLER: "",
    }
)
_FONT_FORCE_BOLD: Final = 1 << 18
_FONT_ITALIC: Final = 1 << 6
_FONT_FIXED_PITCH: Final = 1


class Font(NamedTuple):
    """How a run of text is set."""

    is_bold: bool
    is_italic: bool
    is_monospace: bool


PLAIN: Final = Font(is_bold=False, is_italic=False, is_monospace=False)


class Word(NamedTuple):
    """Characters without white space between them, in display points.

    ``size`` is the effective font size in points. ``is_hyphenated`` says that pdfium saw a hyphen at the end
    of a line (``text`` then ends with ``-``). ``turn`` is the direction of the text in quarter turns
    counter-clockwise (0: left to right). ``confidence`` is 0-1 for OCR and None otherwise.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    font: Font = PLAIN
    is_hyphenated: bool = False
    turn: int = 0
    confidence: float | None = None


class PageWords(NamedTuple):
    """All words of a page in the file's own order; ``garbage_share`` (0-1) counts unreadable characters."""

    words: list[Word]
    garbage_share: float


class _Style(NamedTuple):
    size: float
    font: Font
    turn: int


def read_words(textpage: Any, frame: PageFrame) -> PageWords:
    """Read the words of an open pdfium text page."""
    text = page_characters(textpage)
    if not text.strip():
        return PageWords([], 0.0)
    reader = _WordReader(textpage.raw, frame)
    words: list[Word] = []
    for match in _WORD.finditer(text):
        reader.append(words, match.group(), match.start())
    visible = sum(len(word.text) for word in words)
    garbage = sum(len(_GARBAGE.findall(word.text)) for word in words)
    return PageWords(words, garbage / max(visible, 1))


def page_characters(textpage: Any) -> str:
    """The page's text with exactly one Python character per pdfium character index."""
    raw = textpage.raw
    count = pdfium.FPDFText_CountChars(raw)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(raw, 0, count, buffer)
    if written == count + 1:
        text = bytes(buffer).decode("utf-16-le", "surrogatepass")[:-1]
        if len(text) == count and not any("\ud800" <= character <= "\udfff" for character in text):
            return text
    codes = [pdfium.FPDFText_GetUnicode(raw, index) for index in range(count)]
    return "".join(_characters(codes))


def _characters(codes: list[int]) -> list[str]:
    """Characters for pdfium's codes; the second half of a surrogate pair becomes ``PAIR_FILLER``."""
    result: list[str] = []
    for index, code in enumerate(codes):
        if 0xDC00 <= code < 0xE000 and index and 0xD800 <= codes[index - 1] < 0xDC00:
            result[-1] = chr(0x10000 + ((codes[index - 1] - 0xD800) << 10) + (code - 0xDC00))
            result.append(PAIR_FILLER)
        elif 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
            result.append(chr(code))
        else:
            result.append("\ufffd")
    return result


class _WordReader:
    """Turns character ranges into words; remembers the style of each text object and font."""

    def __init__(self, raw: Any, frame: PageFrame) -> None:
        self._raw = raw
        self._frame = frame
        self._rectangle = pdfium.FS_RECTF()
        self._pointer = ctypes.byref(self._rectangle)
        self._styles: dict[int, _Style] = {}
        self._fonts: dict[int, Font] = {}

    def append(self, words: list[Word], text: str, start: int) -> None:
        """Add the word at ``start``; a word that pdfium ran together over a line break becomes two."""
        style = self._style(start)
        first = self._box(start)
        last = self._box(start + len(text) - 1) if len(text) > 1 else first
        if self._breaks_between(first, last, style.turn):
            boxes = [self._box(start + offset) for offset in range(len(text))]
            begin = 0
            for offset in range(1, len(text)):
                if self._breaks_between(boxes[begin], boxes[offset], style.turn):
                    self._add(words, text[begin:offset], boxes[begin], boxes[offset - 1], style)
                    begin = offset
            self._add(words, text[begin:], boxes[begin], boxes[-1], style)
        else:
            self._add(words, text, first, last, style)

    def _add(
        self, words: list[Word], text: str, first: BoundingBox, last: BoundingBox, style: _Style
    ) -> None:
        is_hyphenated = text[-1] in HYPHEN_MARKS
        if is_hyphenated:
            text = text[:-1] + "-"
        if not text.isascii():
            text = text.translate(_LIGATURES)
            if not text:
                return
        if not text.isprintable() or not text.isascii():
            # A lone glyph of a symbol font is nearly always a bullet or a check box.
            text = "•" if len(text) == 1 and _UNREADABLE.match(text) else _UNREADABLE.sub("\ufffd", text)
        x0, y0 = min(first.x0, last.x0), min(first.y0, last.y0)
        x1, y1 = max(first.x1, last.x1), max(first.y1, last.y1)
        if x1 < 0 or y1 < 0 or x0 > self._frame.width or y0 > self._frame.height:
            return
        previous = words[-1] if words else None
        if (
            previous is not None
            and previous.text == text
            and abs(previous.x0 - x0) < 0.6
            and abs(previous.y0 - y0) < 0.6
        ):
            return  # bold imitated by printing twice
        words.append(Word(text, x0, y0, x1, y1, style.size, style.font, is_hyphenated, style.turn))

    def _box(self, index: int) -> BoundingBox:
        rectangle = self._rectangle
        if not pdfium.FPDFText_GetLooseCharBox(self._raw, index, self._pointer):
            return BoundingBox(0.0, 0.0, 0.0, 0.0)
        frame = self._frame
        if frame.rotation == 0:
            return BoundingBox(
                rectangle.left - frame.left,
                frame.top - rectangle.top,
                rectangle.right - frame.left,
                frame.top - rectangle.bottom,
            )
        return frame.to_display(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)

    @staticmethod
    def _breaks_between(first: BoundingBox, last: BoundingBox, turn: int) -> bool:
        if turn % 2:
            return last.x0 >= first.x1 or last.x1 <= first.x0
        return last.y0 >= first.y1 or last.y1 <= first.y0

    def _style(self, index: int) -> _Style:
        text_object = pdfium.FPDFText_GetTextObject(self._raw, index)
        address = ctypes.cast(text_object, ctypes.c_void_p).value or 0
        style = self._styles.get(address)
        if style is None:
            style = self._styles[address] = self._read_style(index, text_object if address else None)
        return style

    def _read_style(self, index: int, text_object: Any) -> _Style:
        matrix = pdfium.FS_MATRIX()
        size = float(pdfium.FPDFText_GetFontSize(self._raw, index))
        turn = 0
        if pdfium.FPDFText_GetMatrix(self._raw, index, ctypes.byref(matrix)):
            size *= math.hypot(matrix.c, matrix.d) or 1.0
            angle = math.degrees(math.atan2(matrix.b, matrix.a)) - self._frame.rotation
            turn = round(angle / 90.0) % 4
        return _Style(abs(size) or 1.0, self._font(text_object) if text_object is not None else PLAIN, turn)

    def _font(self, text_object: Any) -> Font:
        font = pdfium.FPDFTextObj_GetFont(text_object)
        address = ctypes.cast(font, ctypes.c_void_p).value
        if address is None:
            return PLAIN
        known = self._fonts.get(address)
        if known is None:
            known = self._fonts[address] = _describe_font(font)
        return known


def _describe_font(font: Any) -> Font:
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 1))
    pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
    name = buffer.value.decode("utf-8", "replace").rpartition("+")[2].lower()
    flags = max(0, pdfium.FPDFFont_GetFlags(font))
    weight = pdfium.FPDFFont_GetWeight(font)
    is_bold = bool(re.search(r"bold|black|heavy|demi|cmbx|sfbx|[-,]bd|medi$", name))
    return Font(
        is_bold=is_bold or bool(flags & _FONT_FORCE_BOLD) or weight >= 600,
        is_italic=bool(flags & _FONT_ITALIC) or bool(re.search(r"italic|oblique|cmti|-it$|regularita", name)),
        is_monospace=bool(flags & _FONT_FIXED_PITCH)
        or bool(re.search(r"courier|mono|consol|typewriter|cmtt|menlo", name)),
    )
