"""The words of a PDF page with their boxes, sizes and fonts, straight from pdfium.

pdfium is asked for the first and the last character of each word and once per text object, not per
character, and for all words of a page in one go: that is what makes this fast enough for long documents.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.readers.pdf.bulk_calls import Arena, bulk, filled
from docassay.readers.pdf.geometry import PageFrame
from docassay.readers.pdf.text_styles import PLAIN, Font, StyledText, TextStyle, read_styles

__all__ = ["PLAIN", "Font", "PageText", "PageWords", "Word", "page_characters", "read_text", "read_words"]

HYPHEN_MARKS: Final = "\x02\ufffe"
"""What pdfium writes in place of a hyphen at a line end; it leaves out the line break after it."""

PAIR_FILLER: Final = "\u2060"
"""Stands at the index of the second half of a character outside the basic plane (mathematical letters)."""

_PAIR: Final = re.compile("[\U00010000-\U0010ffff]")
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
_CLEANED: Final = re.compile(
    f"[{HYPHEN_MARKS}{PAIR_FILLER}\xadﬀ-ﬆ\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]"
)
"""Characters that ``_clean`` changes."""

_SPACE, _LETTER, _HYPHEN = 0, 1, 2
_KINDS: Final = np.full(0x10000, _LETTER, np.int8)
"""What each character of the basic plane is to words."""
_KINDS[[code for code in range(0x10000) if chr(code).isspace()]] = _SPACE
_KINDS[[ord(mark) for mark in HYPHEN_MARKS]] = _HYPHEN

_loose_box = bulk(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int)
_unicode = bulk(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_rectangles = Arena(ctypes.c_float, 4)

Boxes = npt.NDArray[np.float64]
"""Shape (count, 4): x0, y0, x1, y1 in display points."""


class Word(NamedTuple):
    """Characters without white space between them, in display points.

    ``size`` is the effective font size in points. ``is_hyphenated`` says that pdfium saw a hyphen at the end
    of a line (``text`` then ends with ``-``). ``turn`` is the direction of the text in quarter turns
    counter-clockwise (0: left to right). ``confidence`` is 0-1 for OCR and None otherwise. ``start`` is the
    pdfium index of the first character, or -1. A word with ``latex`` stands for a whole formula, whose
    characters are ``text``; ``is_display`` says that the formula has lines of its own.
    ``href`` is the address of a link on the word.
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
    start: int = -1
    latex: str = ""
    is_display: bool = False
    href: str = ""


NO_STYLES: Final = StyledText([], np.empty(0, np.int64))


class PageWords(NamedTuple):
    """All words of a page in the file's own order; ``garbage_share`` (0-1) counts unreadable characters.

    ``characters`` are those of the page by their pdfium index.
    """

    words: list[Word]
    garbage_share: float
    characters: str = ""


_OTHER_SIZE: Final = 0.12
_OTHER_LEVEL: Final = 0.08
_DESCENT: Final = 0.18
"""What of a character's loose box lies below its line, as a share of the box's height."""


class PageText(NamedTuple):
    """The words of a page as columns, in the file's own order; all have the same length.

    ``boxes`` has the shape (words, 4) in display points. The style of a word is that of its first character.
    ``starts`` are pdfium's indexes of the words' first characters, all of which are in ``characters``.
    ``hyphenated`` holds the numbers of words that end with a hyphen mark of pdfium, ``glued`` those of words
    that follow the one before without white space. ``garbage_share`` (0-1) counts unreadable characters.
    """

    texts: list[str]
    boxes: Boxes
    styled: StyledText
    starts: list[int]
    hyphenated: frozenset[int]
    glued: frozenset[int]
    characters: str
    garbage_share: float

    def part(self, numbers: Sequence[int]) -> PageText:
        """The words with these numbers, in that order."""
        chosen = np.asarray(numbers, np.int64)
        return self._replace(
            texts=[self.texts[number] for number in numbers],
            boxes=self.boxes[chosen],
            styled=StyledText(self.styled.styles, self.styled.numbers[chosen]),
            starts=[self.starts[number] for number in numbers],
            hyphenated=_renumbered(self.hyphenated, numbers),
            glued=_renumbered(self.glued, numbers),
        )

    def style(self, number: int) -> TextStyle:
        """The style of a word."""
        return self.styled.styles[int(self.styled.numbers[number])]

    def words(self) -> list[Word]:
        """The same as one tuple a word."""
        count = len(self.texts)
        if not count:
            return []
        hyphenated = [False] * count
        for number in self.hyphenated:
            hyphenated[number] = True
        styles = self.styled.styles
        sizes, fonts, turns = zip(*[styles[number] for number in self.styled.numbers.tolist()], strict=True)
        columns = self.boxes.T.tolist()
        nothing, empty, inline = [None] * count, [""] * count, [False] * count
        fields = zip(
            self.texts, *columns, sizes, fonts, hyphenated, turns, nothing, self.starts, empty, inline, empty,
            strict=True,
        )  # fmt: skip
        return list(map(tuple.__new__, repeat(Word), fields))


def _renumbered(marked: frozenset[int], numbers: Sequence[int]) -> frozenset[int]:
    if not marked:
        return marked
    return frozenset(new for new, number in enumerate(numbers) if number in marked)


def read_words(textpage: Any, frame: PageFrame) -> PageWords:
    """Read the words of an open pdfium text page."""
    text = read_text(textpage, frame)
    return PageWords(text.words(), text.garbage_share, text.characters)


def read_text(textpage: Any, frame: PageFrame, *, cuts_marks: bool = True) -> PageText:
    """Read the words of an open pdfium text page as columns.

    With ``cuts_marks`` raised and lowered marks that touch a word are words of their own.
    """
    characters = page_characters(textpage)
    starts, ends = _spans(characters)
    count = len(starts)
    if not count:
        return PageText([], np.empty((0, 4)), NO_STYLES, [], frozenset(), frozenset(), characters, 0.0)
    page = ctypes.c_void_p(ctypes.cast(textpage.raw, ctypes.c_void_p).value)
    styled = read_styles(page, starts, frame.rotation)
    corners = _character_boxes(page, starts + [end - 1 for end in ends], frame)
    firsts, lasts = corners[:count], corners[count:]
    is_broken = _on_other_line(firsts, lasts, styled)
    if cuts_marks:
        is_broken |= _on_other_level(firsts, lasts)
    broken: list[int] = np.flatnonzero(is_broken).tolist()
    boxes = _around(firsts, lasts)
    glued: frozenset[int] = frozenset()
    if broken:
        starts, ends, styled, boxes, glued = _cut_words(page, frame, starts, ends, styled, boxes, broken)
    texts = [characters[start:end] for start, end in zip(starts, ends, strict=True)]
    hyphenated: frozenset[int] = frozenset()
    garbage = 0
    touched = {bisect_right(starts, match.start()) - 1 for match in _CLEANED.finditer(characters)}
    if touched:
        hyphenated = frozenset(number for number in touched if texts[number][-1] in HYPHEN_MARKS)
        for number in touched:
            texts[number] = _clean(texts[number])
    found = _visible(PageText(texts, boxes, styled, starts, hyphenated, glued, characters, 0.0), frame)
    if touched:
        garbage = sum(map(str.count, found.texts, repeat("\ufffd")))
    return found._replace(garbage_share=garbage / max(1, sum(map(len, found.texts))))


def _spans(characters: str) -> tuple[list[int], list[int]]:
    """Where words start and end: at white space, and after a hyphen mark."""
    codes = np.frombuffer(characters.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _KINDS[np.minimum(codes, 0xFFFF)]
    cuts = np.zeros(len(codes) + 1, bool)
    cuts[0] = cuts[-1] = True
    is_space = kinds == _SPACE
    cuts[1:-1] = (is_space[1:] != is_space[:-1]) | (kinds[:-1] == _HYPHEN)
    edges = np.flatnonzero(cuts)
    is_word = ~is_space[edges[:-1]]
    return edges[:-1][is_word].tolist(), edges[1:][is_word].tolist()


def _visible(text: PageText, frame: PageFrame) -> PageText:
    """Without words outside of the page, and without the second of those that were printed twice (a way
    to imitate bold)."""
    texts, boxes = text.texts, text.boxes
    x0, y0, x1, y1 = boxes.T
    kept = ~((x1 < 0) | (y1 < 0) | (x0 > frame.width) | (y0 > frame.height))
    moved = np.abs(boxes[1:, :2] - boxes[:-1, :2])
    for number in np.flatnonzero((moved[:, 0] < 0.6) & (moved[:, 1] < 0.6)).tolist():
        if texts[number] == texts[number + 1]:
            kept[number + 1] = False
    if not all(texts):
        kept &= np.asarray(list(map(bool, texts)))
    if kept.all():
        return text
    return text.part(np.flatnonzero(kept).tolist())


def _character_boxes(page: Any, indexes: Sequence[int], frame: PageFrame) -> Boxes:
    """The boxes of characters by their pdfium index; a character without one has only zeros."""
    rows = filled(_loose_box, page, indexes, _rectangles)
    boxes = np.empty_like(rows)
    if frame.rotation == 0:
        np.subtract(rows[:, 0::2], frame.left, out=boxes[:, 0::2])
        np.subtract(frame.top, rows[:, 1::2], out=boxes[:, 1::2])
    else:
        x, y = frame.points_to_display(rows[:, 0::2], rows[:, 1::2])
        boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3] = x.min(1), y.min(1), x.max(1), y.max(1)
    is_missing = ~rows.any(axis=1)
    if is_missing.any():
        boxes[is_missing] = 0.0
    return boxes


def _around(firsts: Boxes, lasts: Boxes) -> Boxes:
    """The boxes around pairs of boxes, whichever corner of each comes first."""
    boxes = np.empty_like(firsts)
    np.minimum(firsts[:, :2], lasts[:, :2], out=boxes[:, :2])
    np.maximum(firsts[:, 2:], lasts[:, 2:], out=boxes[:, 2:])
    return boxes


def _on_other_level(firsts: Boxes, lasts: Boxes) -> npt.NDArray[np.bool_]:
    """Whether the second of two boxes has another height and stands higher or lower on the line (the mark of
    a footnote, an index)."""
    height, last_height = firsts[:, 3] - firsts[:, 1], lasts[:, 3] - lasts[:, 1]
    step = last_height - height
    shift = lasts[:, 3] - firsts[:, 3] - _DESCENT * step
    larger = np.maximum(height, last_height)
    found: npt.NDArray[np.bool_] = (np.abs(step) > _OTHER_SIZE * larger) & (
        np.abs(shift) > _OTHER_LEVEL * larger
    )
    return found


def _on_other_line(firsts: Boxes, lasts: Boxes, styled: StyledText) -> npt.NDArray[np.bool_]:
    """Whether the second of two boxes lies wholly above or below the first, or beside it in turned text."""
    found: npt.NDArray[np.bool_] = (lasts[:, 1] >= firsts[:, 3]) | (lasts[:, 3] <= firsts[:, 1])
    if any(style.turn for style in styled.styles):
        beside = (lasts[:, 0] >= firsts[:, 2]) | (lasts[:, 2] <= firsts[:, 0])
        is_upright = np.array([style.turn % 2 == 0 for style in styled.styles])
        found = np.where(is_upright[styled.numbers], found, beside)
    return found


class _Cut(NamedTuple):
    """Words after some of them were cut; ``glued`` are the numbers of all pieces but the first of each."""

    starts: list[int]
    ends: list[int]
    styled: StyledText
    boxes: Boxes
    glued: frozenset[int]


def _cut_words(
    page: Any,
    frame: PageFrame,
    starts: list[int],
    ends: list[int],
    styled: StyledText,
    boxes: Boxes,
    broken: Sequence[int],
) -> _Cut:
    """The same with every word that pdfium ran together over a line break or a change of level cut into its
    pieces."""
    indexes = [index for number in broken for index in range(starts[number], ends[number])]
    characters = _character_boxes(page, indexes, frame)
    for place in np.flatnonzero(~characters[1:].any(axis=1)).tolist():
        characters[place + 1] = characters[place]  # a character without a box stands with the one before it
    owners = [number for number in broken for _ in range(starts[number], ends[number])]
    read = read_styles(page, indexes, frame.rotation)
    sizes = np.array([style.size for style in read.styles])[read.numbers]
    is_other_size = np.abs(np.diff(sizes)) > _OTHER_SIZE * np.maximum(sizes[:-1], sizes[1:])
    firsts, lasts = characters[:-1], characters[1:]
    after = StyledText(read.styles, read.numbers[1:])
    is_cut = (_on_other_level(firsts, lasts) & is_other_size) | _on_other_line(firsts, lasts, after)
    steps = np.flatnonzero(is_cut).tolist()
    cuts: dict[int, list[int]] = {number: [] for number in broken}
    for step in steps:
        if owners[step] == owners[step + 1]:
            cuts[owners[step]].append(step + 1)
    new_starts: list[int] = []
    new_ends: list[int] = []
    new_boxes: list[Boxes] = []
    pieces: list[int] = []
    first_places: list[int] = []
    glued: set[int] = set()
    done = place = 0
    for number in broken:
        begins = [place, *cuts[number]]
        first_places += begins
        place += ends[number] - starts[number]
        stops = [*cuts[number], place]
        new_starts += starts[done:number]
        own = range(len(new_starts), len(new_starts) + len(begins))
        pieces += own
        glued.update(own[1:])
        new_starts += [indexes[begin] for begin in begins]
        new_ends += ends[done:number]
        new_ends += [indexes[stop - 1] + 1 for stop in stops]
        new_boxes += [
            boxes[done:number],
            _around(characters[begins], characters[[stop - 1 for stop in stops]]),
        ]
        done = number + 1
    new_starts += starts[done:]
    new_ends += ends[done:]
    new_boxes.append(boxes[done:])
    counts = np.ones(len(starts), np.int64)
    counts[list(broken)] = [len(cuts[number]) + 1 for number in broken]
    numbers = np.repeat(styled.numbers, counts)
    numbers[pieces] = read.numbers[first_places] + len(styled.styles)
    all_styles = StyledText([*styled.styles, *read.styles], numbers)
    return _Cut(new_starts, new_ends, all_styles, np.concatenate(new_boxes), frozenset(glued))


def _clean(text: str) -> str:
    """Letters of ligatures, a real hyphen, and one mark for everything that says nothing."""
    if text[-1] in HYPHEN_MARKS:
        text = text[:-1] + "-"
    text = text.translate(_LIGATURES)
    # A lone glyph of a symbol font is nearly always a bullet or a check box.
    return "•" if len(text) == 1 and _UNREADABLE.match(text) else _UNREADABLE.sub("\ufffd", text)


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
        if not text.isascii():
            text = _HALF_PAIR.sub("\ufffd", _PAIR.sub(rf"\g<0>{PAIR_FILLER}", text))
        if len(text) == count:
            return text
    page = ctypes.c_void_p(ctypes.cast(raw, ctypes.c_void_p).value)
    return _characters(list(map(_unicode, repeat(page), range(count))))


def _characters(codes: Sequence[int]) -> str:
    """One character for each of pdfium's UTF-16 codes: the second half of a pair becomes ``PAIR_FILLER``,
    no code and half a pair become U+FFFD."""
    units = np.asarray(codes, np.uint32)
    is_high = (units >= 0xD800) & (units < 0xDC00)
    is_low = (units >= 0xDC00) & (units < 0xE000)
    is_first = is_high & np.append(is_low[1:], False)
    is_second = np.append(False, is_first[:-1])
    points = np.where((units == 0) | (units >= 0x110000) | is_high | is_low, 0xFFFD, units)
    points[is_first] = 0x10000 + ((units[is_first] - 0xD800) << 10) + (units[is_second] - 0xDC00)
    points[is_second] = ord(PAIR_FILLER)
    return points.astype("<u4").tobytes().decode("utf-32-le")
