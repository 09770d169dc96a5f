"""The symbols of a page that may belong to formulas, read from pdfium one by one.

Only words that are not plain running text are read symbol by symbol: asking pdfium costs a call per symbol.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from docassay.readers.pdf.bulk_calls import CHUNK, Arena, bulk, filled
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

_LIGATURES: Final = frozenset({"ff", "fi", "fl", "ffi", "ffl", "ft", "fj", "ct", "st", "tt", "ti", "Th"})
_LIGATURE_CHARACTERS: Final = frozenset("\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06")
_LIGATURE_STARTS: Final = frozenset(letters[0] for letters in _LIGATURES)

_text_object = bulk(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
_font_size = bulk(pdfium.FPDFText_GetFontSize, ctypes.c_double)
_text_matrix = bulk(pdfium.FPDFText_GetMatrix, ctypes.c_int)
_font_of = bulk(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
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
        self._fonts: dict[int | None, _Meanings] = {None: _Meanings(_TEXT_FONT)}

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
        if any(known.font.encoding is Encoding.TEX_EXTENSION for known in self._fonts.values()):
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
            before = len(indexes)
            self._add_indexes(indexes, words[number].start, starts)
            owners += [number] * (len(indexes) - before)
        return _with_joined_letters(_with_ligatures(self._symbols(indexes, owners)))

    def _add_indexes(self, indexes: list[int], start: int, starts: set[int]) -> None:
        """Append the characters of the word at ``start``."""
        characters = self._characters
        for index in range(start, len(characters)):
            character = characters[index]
            if index > start and (character.isspace() or index in starts):
                return
            if character != PAIR_FILLER:
                indexes.append(index)
            if character in HYPHEN_MARKS and character != "\x02":
                return

    def _running_words(self, words: Sequence[Word], numbers: Sequence[int]) -> list[Glyph]:
        glyphs = []
        letter = Kind.LETTER
        bases = self._baselines([words[number].start for number in numbers])
        for number, base in zip(numbers, bases, strict=True):
            text, x0, _, x1, _, size, font, _, _, _, start = words[number][:11]
            alphabet = "" if font.is_italic else "mathbf" if font.is_bold else "mathrm"
            y0, y1 = base - 0.7 * size, base + 0.2 * size
            box = MathBox(text, letter, x0, y0, x1, y1, base, size, alphabet, text, start)
            glyphs.append(Glyph(box, number, start, False, True, False))
        return glyphs

    def _symbols(self, indexes: Sequence[int], owners: Sequence[int]) -> list[Glyph]:
        if not indexes:
            return []
        characters = self._characters
        sizes, fonts = self._styles(indexes)
        glyphs = []
        for index, owner, size, font, ink, base in zip(
            indexes, owners, sizes, fonts, self._inks(indexes), self._baselines(indexes), strict=True
        ):
            latex, kind, alphabet, text, is_centred, is_delimiter, is_strong, is_text = font[
                characters[index]
            ]
            x0, y0, x1, y1 = ink
            box = MathBox(
                latex, kind, x0, y0, x1, y1, base, size, alphabet, text, index,
                is_centred or (is_delimiter and y1 - y0 > 1.15 * size),
            )  # fmt: skip
            glyphs.append(Glyph(box, owner, index, is_strong, is_text, font.font.is_math))
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

    def _inks(self, indexes: Sequence[int]) -> list[list[float]]:
        """The ink box of each character in display points: x0, y0, x1, y1."""
        left, right, bottom, top = _doubles(_char_box, self._page, indexes, 4)
        x0, y0 = self._frame.points_to_display(left, bottom)
        x1, y1 = self._frame.points_to_display(right, top)
        edges = [np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)]
        boxes: list[list[float]] = np.column_stack(edges).tolist()
        return boxes

    def _styles(self, indexes: Sequence[int]) -> tuple[list[float], list[_Meanings]]:
        """Font size in points and font of each character; read once per text object."""
        objects: list[int | None] = list(map(_text_object, repeat(self._page), indexes))
        spots = dict(zip(objects, indexes, strict=True))
        places = list(spots.values())
        read = list(map(_font_size, repeat(self._page), places))
        matrices = filled(_text_matrix, self._page, places, _matrices)
        scales = np.hypot(matrices[:, 2], matrices[:, 3])
        scales[scales == 0.0] = 1.0
        scaled = np.abs(np.asarray(read) * scales)
        scaled[scaled == 0.0] = 1.0
        sizes = dict(zip(spots, scaled.tolist(), strict=True))
        fonts = dict(zip(spots, map(_font_of, spots), strict=True))
        known = self._fonts
        for address in set(fonts.values()) - known.keys():
            assert address is not None
            known[address] = _Meanings(describe_math_font(font_name(address).decode("utf-8", "replace")))
        described = {item: known[address] for item, address in fonts.items()}
        return list(map(sizes.__getitem__, objects)), list(map(described.__getitem__, objects))


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


class _Meaning(NamedTuple):
    """What a character of a font is wherever it stands; ``is_centred`` if it is so at any height."""

    latex: str
    kind: str
    alphabet: str
    text: str
    is_centred: bool
    is_delimiter: bool
    is_strong: bool
    is_text: bool


class _Meanings(dict[str, _Meaning]):
    """What the characters of one font mean."""

    def __init__(self, font: MathFont) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, character: str) -> _Meaning:
        found = self[character] = _meaning(character, self.font)
        return found


@lru_cache(maxsize=4096)
def _meaning(character: str, font: MathFont) -> _Meaning:
    if character in HYPHEN_MARKS and font.encoding is Encoding.UNICODE:
        character = "-"
    elif character == "\ufffd" and font.encoding is Encoding.TEX_EXTENSION:
        character = "\0"
    if character in _LIGATURE_CHARACTERS:
        letters = unicodedata.normalize("NFKC", character)
        return _Meaning(
            letters, Kind.LETTER, font.alphabet.value, letters, is_centred=False, is_delimiter=False,
            is_strong=False, is_text=True,
        )  # fmt: skip
    (latex, kind), alphabet, _ = read_symbol(character, font)
    is_centred = kind in _ALWAYS_MATH or (font.encoding is Encoding.TEX_EXTENSION and kind is not Kind.ACCENT)
    is_strong = (
        (font.is_math and kind not in _NEVER_STRONG and character not in _DECORATIVE)
        or kind in _ALWAYS_MATH
        or ord(character) >= 0x1D400
    )
    is_text = (
        kind is Kind.LETTER
        and not font.is_math
        and latex.isalpha()
        and ord(character) < 0x1D400
        and font.alphabet is not Alphabet.VARIABLE
    )
    text = character if character.isprintable() else latex.strip("\\")
    return _Meaning(latex, kind, alphabet, text, is_centred, kind in _DELIMITERS, is_strong, is_text)


def _with_ligatures(glyphs: list[Glyph]) -> list[Glyph]:
    """Make letters that are one glyph one symbol of running text, whatever font it is from.

    Formulas have no ligatures, but some fonts of text take theirs from a font of mathematics. A glyph that
    means several letters has the same place for each of them.
    """
    places = [
        number
        for number, (glyph, following) in enumerate(pairwise(glyphs))
        if glyph.box.x0 == following.box.x0 and glyph.box.text in _LIGATURE_STARTS
    ]
    if not places:
        return glyphs
    result = list(glyphs)
    for place in reversed(places):
        first, second = result[place : place + 2]
        letters = first.box.text + second.box.text
        is_one_glyph = first.word == second.word and second.start == first.start + 1
        if is_one_glyph and first.box.x1 == second.box.x1 and letters in _LIGATURES:
            first.box.latex = first.box.text = letters
            first.box.alphabet = "mathrm"
            result[place : place + 2] = [first._replace(is_strong=False, is_text=True, is_math_font=False)]
    return result


def _with_joined_letters(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Join the letters of a running word inside a mixed word (``max`` in ``(max``) to one symbol.

    A letter alone in bold or sans serif is a symbol and no text.
    """
    joined: list[Glyph] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if not glyph.is_text:
            joined.append(glyph)
            last = None
            continue
        if last is not None and last.word == glyph.word and _goes_on(last.box, glyph.box):
            box, other = last.box, glyph.box
            box.latex += other.latex
            box.text += other.text
            box.x1 = max(box.x1, other.x1)
            box.y0, box.y1 = min(box.y0, other.y0), max(box.y1, other.y1)
            continue
        last = glyph
        joined.append(glyph)
    return [
        glyph._replace(is_text=False)
        if glyph.is_text and len(glyph.box.text) == 1 and glyph.box.alphabet in _SYMBOL_ALPHABETS
        else glyph
        for glyph in joined
    ]


def _goes_on(box: MathBox, other: MathBox) -> bool:
    return (
        box.alphabet == other.alphabet
        and abs(box.size - other.size) < 0.1
        and abs(box.base - other.base) < 0.1
    )
