"""The words of a PDF page with their boxes, sizes and fonts, straight from pdfium.

pdfium is asked for the first and the last character of each word and once per text object, not per
character, and for all words of a page in one go: that is what makes this fast enough for long documents.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.readers.pdf.bulk_calls import Arena, Handle, bulk, filled
from docassay.readers.pdf.geometry import PageFrame

HYPHEN_MARKS: Final = "\x02\ufffe"
"""What pdfium writes in place of a hyphen at a line end; it leaves out the line break after it."""

PAIR_FILLER: Final = "\u2060"
"""Stands at the index of the second half of a character outside the basic plane (mathematical letters)."""

_WORD: Final = re.compile(rf"[^\s{HYPHEN_MARKS}]+[{HYPHEN_MARKS}]?|[{HYPHEN_MARKS}]")
_UNUSUAL: Final = re.compile(r"[^\x20-\x7e\s]")
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
_UNREADABLE: Final = re.compile("[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
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
_FONT_NAME_BYTES: Final = 256

_loose_box = bulk(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int)
_text_object = bulk(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
_font_size = bulk(pdfium.FPDFText_GetFontSize, ctypes.c_double)
_text_matrix = bulk(pdfium.FPDFText_GetMatrix, ctypes.c_int)
_font_of = bulk(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p)
_font_name = bulk(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t)
_font_flags = bulk(pdfium.FPDFFont_GetFlags, ctypes.c_int)
_font_weight = bulk(pdfium.FPDFFont_GetWeight, ctypes.c_int)
_unicode = bulk(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_boxes = Arena(ctypes.c_float, 4)
_matrices = Arena(ctypes.c_float, 6)


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


_PLAIN_STYLE: Final = _Style(1.0, PLAIN, 0)
_Boxes = npt.NDArray[np.float64]
"""Shape (count, 4): x0, y0, x1, y1 in display points."""


def read_words(textpage: Any, frame: PageFrame) -> PageWords:
    """Read the words of an open pdfium text page."""
    text = page_characters(textpage)
    spans = [match.span() for match in _WORD.finditer(text)]
    if not spans:
        return PageWords([], 0.0)
    page = ctypes.c_void_p(ctypes.cast(textpage.raw, ctypes.c_void_p).value)
    texts = [text[start:end] for start, end in spans]
    starts = [start for start, _ in spans]
    styles = _styles(page, starts, frame)
    firsts = _character_boxes(page, starts, frame)
    lasts = _character_boxes(page, [end - 1 for _, end in spans], frame)
    turns = [style.turn for style in styles]
    parts = _broken(firsts, lasts, turns)
    boxes = _around(firsts, lasts)
    if parts:
        texts, boxes, styles = _without_line_breaks(page, frame, spans, texts, boxes, styles, parts)
        turns = [style.turn for style in styles]
    hyphenated: list[bool] | repeat[bool] = repeat(False)
    is_usual = _UNUSUAL.search(text) is None
    if not is_usual:
        hyphenated = [word[-1] in HYPHEN_MARKS for word in texts]
        texts = [word if word.isascii() and word.isprintable() else _clean(word) for word in texts]
    words = _visible(_as_words(texts, boxes, styles, hyphenated, turns), boxes, frame)
    if is_usual or not words:
        return PageWords(words, 0.0)
    garbage = sum(word.text.count("\ufffd") for word in words)
    return PageWords(words, garbage / sum(len(word.text) for word in words))


def _as_words(
    texts: Sequence[str],
    boxes: _Boxes,
    styles: Sequence[_Style],
    hyphenated: list[bool] | repeat[bool],
    turns: Sequence[int],
) -> list[Word]:
    columns = boxes.T.tolist()
    sizes = [style.size for style in styles]
    fonts = [style.font for style in styles]
    fields = zip(texts, *columns, sizes, fonts, hyphenated, turns, repeat(None))
    return list(map(tuple.__new__, repeat(Word), fields))


def _visible(words: list[Word], boxes: _Boxes, frame: PageFrame) -> list[Word]:
    """Without words outside of the page, and without the second of those that were printed twice (a way
    to imitate bold)."""
    outside = (
        (boxes[:, 2] < 0) | (boxes[:, 3] < 0) | (boxes[:, 0] > frame.width) | (boxes[:, 1] > frame.height)
    )
    kept: list[bool] = (~outside).tolist()
    same_place = np.abs(boxes[1:, :2] - boxes[:-1, :2]).max(axis=1, initial=0.0) < 0.6
    for number in np.flatnonzero(same_place).tolist():
        if words[number].text == words[number + 1].text:
            kept[number + 1] = False
    return [word for word, is_kept in zip(words, kept, strict=True) if is_kept and word.text]


def _character_boxes(page: Any, indexes: Sequence[int], frame: PageFrame) -> _Boxes:
    """The boxes of characters by their pdfium index; a character without one has only zeros."""
    rows = filled(_loose_box, page, indexes, _boxes)
    left, top, right, bottom = rows.T
    if frame.rotation == 0:
        display = (left - frame.left, frame.top - top, right - frame.left, frame.top - bottom)
    elif frame.rotation == 90:
        display = (bottom - frame.bottom, left - frame.left, top - frame.bottom, right - frame.left)
    elif frame.rotation == 180:
        display = (frame.right - right, bottom - frame.bottom, frame.right - left, top - frame.bottom)
    else:
        display = (frame.top - top, frame.right - right, frame.top - bottom, frame.right - left)
    boxes = np.stack(display, axis=1)
    boxes[(rows == 0.0).all(axis=1)] = 0.0
    return boxes


def _around(firsts: _Boxes, lasts: _Boxes) -> _Boxes:
    corners = np.stack((firsts[:, :2], firsts[:, 2:], lasts[:, :2], lasts[:, 2:]))
    return np.concatenate((corners.min(axis=0), corners.max(axis=0)), axis=1)


def _broken(firsts: _Boxes, lasts: _Boxes, turns: Sequence[int]) -> list[int]:
    """Numbers of the words whose last character stands on another line than the first one."""
    beside = (lasts[:, 1] >= firsts[:, 3]) | (lasts[:, 3] <= firsts[:, 1])
    if any(turns):
        above = (lasts[:, 0] >= firsts[:, 2]) | (lasts[:, 2] <= firsts[:, 0])
        beside = np.where(np.asarray(turns) % 2 == 1, above, beside)
    return list(np.flatnonzero(beside).tolist())


def _without_line_breaks(
    page: Any,
    frame: PageFrame,
    spans: Sequence[tuple[int, int]],
    texts: list[str],
    boxes: _Boxes,
    styles: list[_Style],
    broken: Sequence[int],
) -> tuple[list[str], _Boxes, list[_Style]]:
    """The same with every word that pdfium ran together over a line break cut into its pieces."""
    new_texts: list[str] = []
    new_styles: list[_Style] = []
    new_boxes: list[_Boxes] = []
    done = 0
    for number in broken:
        start, end = spans[number]
        turn = styles[number].turn
        characters = _character_boxes(page, range(start, end), frame)
        cuts = [0]
        for offset in range(1, end - start):
            if _broken(characters[cuts[-1] : cuts[-1] + 1], characters[offset : offset + 1], [turn]):
                cuts.append(offset)
        ends = [*cuts[1:], end - start]
        new_texts += texts[done:number]
        new_texts += [texts[number][cut:stop] for cut, stop in zip(cuts, ends, strict=True)]
        new_styles += styles[done:number]
        new_styles += [styles[number]] * len(cuts)
        new_boxes += [boxes[done:number], _around(characters[cuts], characters[[stop - 1 for stop in ends]])]
        done = number + 1
    new_boxes.append(boxes[done:])
    return new_texts + texts[done:], np.concatenate(new_boxes), new_styles + styles[done:]


def _clean(text: str) -> str:
    """Letters of ligatures, a real hyphen, and one mark for everything that says nothing."""
    if text[-1] in HYPHEN_MARKS:
        text = text[:-1] + "-"
    text = text.translate(_LIGATURES)
    # A lone glyph of a symbol font is nearly always a bullet or a check box.
    return "•" if len(text) == 1 and _UNREADABLE.match(text) else _UNREADABLE.sub("\ufffd", text)


def _styles(page: Any, indexes: Sequence[int], frame: PageFrame) -> list[_Style]:
    """The style of each character; read once per text object."""
    objects: list[int | None] = list(map(_text_object, repeat(page), indexes))
    spots = dict(zip(objects, indexes, strict=True))
    places = list(spots.values())
    sizes: list[float] = list(map(_font_size, repeat(page), places))
    matrices = filled(_text_matrix, page, places, _matrices)[:, :4].tolist()
    fonts: list[int | None] = [
        _font_of(Handle(address)) if address is not None else None for address in spots
    ]
    known_fonts = {address: _describe_font(address) for address in set(fonts)}
    known: dict[tuple[Any, ...], _Style] = {}
    styles: dict[int | None, _Style] = {}
    for address, size, matrix, font in zip(spots, sizes, matrices, fonts, strict=True):
        key = (size, font, *matrix)
        style = known.get(key)
        if style is None:
            style = known[key] = _style(size, matrix, known_fonts[font], frame.rotation)
        styles[address] = style
    return [styles[address] for address in objects]


def _style(size: float, matrix: Sequence[float], font: Font, rotation: int) -> _Style:
    a, b, c, d = matrix
    turn = 0
    if any(matrix):
        size *= math.hypot(c, d) or 1.0
        turn = round((math.degrees(math.atan2(b, a)) - rotation) / 90.0) % 4
    return _Style(abs(size) or 1.0, font, turn)


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
        if len(text) == count and (text.isascii() or not _HALF_PAIR.search(text)):
            return text
    page = ctypes.c_void_p(ctypes.cast(raw, ctypes.c_void_p).value)
    return "".join(_characters(list(map(_unicode, repeat(page), range(count)))))


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


def _describe_font(address: int | None) -> Font:
    if address is None:
        return PLAIN
    font = Handle(address)
    buffer = ctypes.create_string_buffer(_FONT_NAME_BYTES)
    length = _font_name(font, buffer, ctypes.c_size_t(_FONT_NAME_BYTES))
    if length > _FONT_NAME_BYTES:
        buffer = ctypes.create_string_buffer(length)
        _font_name(font, buffer, ctypes.c_size_t(length))
    return _font(buffer.value, _font_flags(font), _font_weight(font))


@lru_cache(maxsize=1024)
def _font(base_name: bytes, flags: int, weight: int) -> Font:
    name = base_name.decode("utf-8", "replace").rpartition("+")[2].lower()
    flags = max(0, flags)
    is_bold = bool(re.search(r"bold|black|heavy|demi|cmbx|sfbx|[-,]bd|medi$", name))
    return Font(
        is_bold=is_bold or bool(flags & _FONT_FORCE_BOLD) or weight >= 600,
        is_italic=bool(flags & _FONT_ITALIC) or bool(re.search(r"italic|oblique|cmti|-it$|regularita", name)),
        is_monospace=bool(flags & _FONT_FIXED_PITCH)
        or bool(re.search(r"courier|mono|consol|typewriter|cmtt|menlo", name)),
    )
