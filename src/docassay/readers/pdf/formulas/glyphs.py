"""The symbols of a page that may belong to formulas, read from pdfium one by one.

Only words that are not plain running text are read symbol by symbol: asking pdfium costs a call per symbol.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.bulk_calls import CHUNK, Arena, Handle, bulk, filled
from docassay.readers.pdf.formulas.box import MathBox
from docassay.readers.pdf.formulas.fonts import Alphabet, Encoding, MathFont, describe_math_font
from docassay.readers.pdf.formulas.symbols import Kind, read_symbol
from docassay.readers.pdf.geometry import PageFrame
from docassay.readers.pdf.text import HYPHEN_MARKS, PAIR_FILLER, Word
from docassay.readers.pdf.text_styles import font_name

_RUNNING_WORD: Final = re.compile(r"[^\W\d_]{2,}[\u2019'\-]?[^\W\d_]*[.,;:!?]?[\x02\ufffe]?\Z")
_GLYPHS_AS_SPACE: Final = re.compile(r"[\t\x0b\x0c\x1c-\x1f]|\r(?!\n)|(?<!\r)\n| ")
_TEXT_FONT: Final = MathFont(
    is_math=False, alphabet=Alphabet.UPRIGHT, is_bold=False, encoding=Encoding.UNICODE
)
_ALWAYS_MATH: Final = frozenset({Kind.OPERATOR, Kind.INTEGRAL, Kind.RADICAL})
_SYMBOL_ALPHABETS: Final = frozenset({"mathbf", "mathsf", "mathtt", "boldsymbol"})
_DELIMITERS: Final = frozenset({Kind.OPEN, Kind.CLOSE, Kind.FENCE, Kind.PIECE})
_NEVER_STRONG: Final = frozenset({Kind.PUNCTUATION, Kind.UNKNOWN})
_DECORATIVE: Final = frozenset("•·*∗†‡§¶■□◦○●△▽⋆★✓/")

_text_object = bulk(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
_font_size = bulk(pdfium.FPDFText_GetFontSize, ctypes.c_double)
_text_matrix = bulk(pdfium.FPDFText_GetMatrix, ctypes.c_int)
_font_of = bulk(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p)
_char_box = bulk(pdfium.FPDFText_GetCharBox, ctypes.c_int)
_char_origin = bulk(pdfium.FPDFText_GetCharOrigin, ctypes.c_int)
_is_generated = bulk(pdfium.FPDFText_IsGenerated, ctypes.c_int)
_edges = [Arena(ctypes.c_double, 1) for _ in range(4)]
_matrices = Arena(ctypes.c_float, 6)


class Glyph(NamedTuple):
    """A symbol and where it comes from: the word's position in the list of words, or -1.

    ``is_strong``: it can only belong to a formula. ``is_text``: it is a run of letters of running text.
    """

    box: MathBox
    word: int
    start: int
    is_strong: bool
    is_text: bool
    is_math_font: bool


class GlyphReader:
    """Reads symbols of one open pdfium text page."""

    def __init__(self, textpage: Any, frame: PageFrame, characters: str) -> None:
        self._page = ctypes.c_void_p(ctypes.cast(textpage.raw, ctypes.c_void_p).value)
        self._frame = frame
        self._characters = characters
        self._fonts: dict[int | None, MathFont] = {None: _TEXT_FONT}

    def read(self, words: Sequence[Word]) -> list[Glyph]:
        """The symbols of all words (running words as one symbol) and of glyphs that look like white space."""
        starts = {word.start for word in words}
        upright: list[int] = []
        italic: list[int] = []
        mixed: list[int] = []
        for number, word in enumerate(words):
            if word.start < 0 or word.turn != 0:
                continue
            if word.font.is_math or not _RUNNING_WORD.match(word.text):
                mixed.append(number)
            else:
                (italic if word.font.is_italic else upright).append(number)
        upright, pieced = self._in_one_piece(words, upright)
        mixed += pieced
        glyphs = self._of_words(words, mixed, starts)
        if any(glyph.is_math_font and _is_variable(glyph.box) for glyph in glyphs):
            upright += italic
        else:
            # The letters of formulas come from the italic of the text.
            glyphs += self._of_words(words, italic, starts)
        glyphs += self._running_words(words, upright)
        if any(font.encoding is Encoding.TEX_EXTENSION for font in self._fonts.values()):
            glyphs += self._glyphs_read_as_space()
        return glyphs

    def _in_one_piece(self, words: Sequence[Word], numbers: Sequence[int]) -> tuple[list[int], list[int]]:
        """The words drawn by one text object, and the others (a name with its index, for instance)."""
        firsts = map(_text_object, repeat(self._page), [words[number].start for number in numbers])
        ends = [words[number].start + len(words[number].text) - 1 for number in numbers]
        lasts = map(_text_object, repeat(self._page), ends)
        whole: list[int] = []
        pieced: list[int] = []
        for number, first, last in zip(numbers, firsts, lasts, strict=True):
            (whole if first == last else pieced).append(number)
        return whole, pieced

    def _of_words(self, words: Sequence[Word], numbers: Sequence[int], starts: set[int]) -> list[Glyph]:
        indexes: list[int] = []
        owners: list[int] = []
        for number in numbers:
            of_word = list(self._indexes(words[number].start, starts))
            indexes += of_word
            owners += [number] * len(of_word)
        return _with_joined_letters(self._symbols(indexes, owners))

    def _indexes(self, start: int, starts: set[int]) -> Iterator[int]:
        """The characters of the word at ``start``."""
        for index in range(start, len(self._characters)):
            character = self._characters[index]
            if index > start and (character.isspace() or index in starts):
                return
            if character != PAIR_FILLER:
                yield index
            if character in HYPHEN_MARKS and character != "\x02":
                return

    def _running_words(self, words: Sequence[Word], numbers: Sequence[int]) -> list[Glyph]:
        glyphs = []
        bases = self._baselines([words[number].start for number in numbers])
        for number, base in zip(numbers, bases, strict=True):
            word = words[number]
            alphabet = "mathrm"
            if word.font.is_italic:
                alphabet = ""
            elif word.font.is_bold:
                alphabet = "mathbf"
            box = MathBox(
                word.text, Kind.LETTER, word.x0, base - 0.7 * word.size, word.x1,
                base + 0.2 * word.size, base, word.size, alphabet=alphabet, text=word.text, order=word.start,
            )  # fmt: skip
            glyphs.append(Glyph(box, number, word.start, is_strong=False, is_text=True, is_math_font=False))
        return glyphs

    def _symbols(self, indexes: Sequence[int], owners: Sequence[int]) -> list[Glyph]:
        if not indexes:
            return []
        styles = self._styles(indexes)
        inks = self._inks(indexes)
        bases = self._baselines(indexes)
        glyphs = []
        for index, owner, (size, font), ink, base in zip(indexes, owners, styles, inks, bases, strict=True):
            character = self._characters[index]
            if character in HYPHEN_MARKS and font.encoding is Encoding.UNICODE:
                character = "-"
            elif character == "\ufffd" and font.encoding is Encoding.TEX_EXTENSION:
                character = "\0"
            glyphs.append(_glyph(character, index, owner, size, font, ink, base))
        return glyphs

    def _glyphs_read_as_space(self) -> list[Glyph]:
        """Symbols whose character code means white space (delimiters of the OMX encoding)."""
        indexes = [
            match.start()
            for match in _GLYPHS_AS_SPACE.finditer(self._characters)
            if _is_generated(self._page, match.start()) != 1
        ]
        glyphs = self._symbols(indexes, [-1] * len(indexes))
        return [glyph for glyph in glyphs if glyph.is_strong and glyph.box.height > 1.0]

    def _baselines(self, indexes: Sequence[int]) -> list[float]:
        frame = self._frame
        xs, ys = _doubles(_char_origin, self._page, indexes, 2)
        if frame.rotation == 0:
            return list((frame.top - ys).tolist())
        return [frame.to_display(x, y, x, y).y0 for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]

    def _inks(self, indexes: Sequence[int]) -> list[BoundingBox]:
        left, right, bottom, top = _doubles(_char_box, self._page, indexes, 4)
        edges = zip(left.tolist(), bottom.tolist(), right.tolist(), top.tolist(), strict=True)
        return [self._frame.to_display(*box) for box in edges]

    def _styles(self, indexes: Sequence[int]) -> list[tuple[float, MathFont]]:
        """Font size in points and font of each character; read once per text object."""
        objects: list[int | None] = list(map(_text_object, repeat(self._page), indexes))
        spots = dict(zip(objects, indexes, strict=True))
        places = list(spots.values())
        sizes: list[float] = list(map(_font_size, repeat(self._page), places))
        matrices = filled(_text_matrix, self._page, places, _matrices).tolist()
        styles: dict[int | None, tuple[float, MathFont]] = {}
        for address, size, matrix in zip(spots, sizes, matrices, strict=True):
            size *= (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5 or 1.0
            font_address = _font_of(Handle(address)) if address is not None else None
            font = self._fonts.get(font_address)
            if font is None and font_address is not None:
                name = font_name(font_address).decode("utf-8", "replace")
                font = self._fonts[font_address] = describe_math_font(name)
            styles[address] = (abs(size) or 1.0, font or _TEXT_FONT)
        return [styles[address] for address in objects]


def _is_variable(box: MathBox) -> bool:
    """Whether the symbol is an ordinary Latin letter of a formula."""
    return box.kind is Kind.LETTER and box.alphabet == "" and box.latex.isascii() and box.latex.isalpha()


def _doubles(call: Any, page: Any, indexes: Sequence[int], width: int) -> npt.NDArray[np.float64]:
    """What ``call(page, index, *pointers)`` writes, shape (width, indexes)."""
    parts = []
    for start in range(0, len(indexes), CHUNK):
        chunk = indexes[start : start + CHUNK]
        pointers = [arena.grow(len(chunk)) for arena in _edges[:width]]
        succeeded = list(map(call, repeat(page), chunk, *pointers))
        rows = np.concatenate([arena.view(len(chunk)) for arena in _edges[:width]], axis=1)
        rows[[not success for success in succeeded]] = 0.0
        parts.append(rows)
    return np.concatenate(parts).T if parts else np.empty((width, 0))


def _glyph(
    character: str, index: int, owner: int, size: float, font: MathFont, ink: BoundingBox, base: float
) -> Glyph:
    read = read_symbol(character, font)
    symbol = read.symbol
    text = character if character.isprintable() else symbol.latex.strip("\\")
    box = MathBox(
        symbol.latex, symbol.kind, ink.x0, ink.y0, ink.x1, ink.y1, base, size, alphabet=read.alphabet,
        text=text, order=index,
    )  # fmt: skip
    box.is_centred = (
        symbol.kind in _ALWAYS_MATH
        or (font.encoding is Encoding.TEX_EXTENSION and symbol.kind is not Kind.ACCENT)
        or (symbol.kind in _DELIMITERS and box.height > 1.15 * size)
    )
    is_strong = (
        (font.is_math and symbol.kind not in _NEVER_STRONG and character not in _DECORATIVE)
        or symbol.kind in _ALWAYS_MATH
        or ord(character) >= 0x1D400
    )
    is_text = (
        symbol.kind is Kind.LETTER
        and not font.is_math
        and symbol.latex.isalpha()
        and ord(character) < 0x1D400
        and font.alphabet is not Alphabet.VARIABLE
    )
    return Glyph(box, owner, index, is_strong, is_text, font.is_math)


def _with_joined_letters(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Join the letters of a running word inside a mixed word (``max`` in ``(max``) to one symbol.

    A letter alone in bold or sans serif is a symbol and no text.
    """
    joined: list[Glyph] = []
    for glyph in glyphs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.is_text
            and glyph.is_text
            and last.word == glyph.word
            and last.box.alphabet == glyph.box.alphabet
            and abs(last.box.size - glyph.box.size) < 0.1
            and abs(last.box.base - glyph.box.base) < 0.1
        ):
            box = last.box
            box.latex += glyph.box.latex
            box.text += glyph.box.text
            box.x1 = max(box.x1, glyph.box.x1)
            box.y0, box.y1 = min(box.y0, glyph.box.y0), max(box.y1, glyph.box.y1)
            continue
        joined.append(glyph)
    return [
        glyph._replace(is_text=False)
        if glyph.is_text and len(glyph.box.text) == 1 and glyph.box.alphabet in _SYMBOL_ALPHABETS
        else glyph
        for glyph in joined
    ]
