"""How text is set: size, weight, slant and direction, read from pdfium once per text object."""

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
from docassay.readers.pdf.formulas.fonts import is_math_font

_FONT_FORCE_BOLD: Final = 1 << 18
_FONT_ITALIC: Final = 1 << 6
_FONT_FIXED_PITCH: Final = 1
_FONT_NAME_BYTES: Final = 256
_BOLD: Final = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|[-,]bd|medi$")
_ITALIC: Final = re.compile(r"italic|oblique|cmti|-it$|regularita")
_MONOSPACE: Final = re.compile(r"courier|mono|consol|typewriter|cmtt|menlo")

_text_object = bulk(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
_font_size = bulk(pdfium.FPDFText_GetFontSize, ctypes.c_double)
_text_matrix = bulk(pdfium.FPDFText_GetMatrix, ctypes.c_int)
_font_of = bulk(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
_font_name = bulk(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t)
_font_flags = bulk(pdfium.FPDFFont_GetFlags, ctypes.c_int)
_font_weight = bulk(pdfium.FPDFFont_GetWeight, ctypes.c_int)
_matrices = Arena(ctypes.c_float, 6)


class Font(NamedTuple):
    """How a run of text is set."""

    is_bold: bool
    is_italic: bool
    is_monospace: bool
    is_math: bool = False
    """Whether the font holds nothing but mathematics."""


PLAIN: Final = Font(is_bold=False, is_italic=False, is_monospace=False)
FORMULA: Final = Font(is_bold=False, is_italic=False, is_monospace=False, is_math=True)
"""The font of words that stand for a whole formula."""


class TextStyle(NamedTuple):
    """``size`` is the effective font size in points, ``turn`` the direction of the text in quarter turns
    counter-clockwise (0: left to right as displayed)."""

    size: float
    font: Font
    turn: int


class StyledText(NamedTuple):
    """The styles of some characters: ``styles[numbers[i]]`` is that of the i-th."""

    styles: list[TextStyle]
    numbers: npt.NDArray[np.int64]


def read_styles(page: Any, indexes: Sequence[int], rotation: int) -> StyledText:
    """The style of each character.

    ``page`` is the pointer of a pdfium text page, ``indexes`` are pdfium's character indexes, ``rotation`` is
    that of the page in degrees clockwise.
    """
    objects: list[int | None] = list(map(_text_object, repeat(page), indexes))
    spots = dict(zip(objects, indexes, strict=True))
    places = list(spots.values())
    sizes: list[float] = list(map(_font_size, repeat(page), places))
    matrices = filled(_text_matrix, page, places, _matrices)[:, :4].T.tolist()
    fonts: list[int | None] = list(map(_font_of, spots))
    described = {address: _describe_font(address) for address in set(fonts)}
    settings = list(zip(sizes, fonts, *matrices, strict=True))
    known = {setting: number for number, setting in enumerate(dict.fromkeys(settings))}
    styles = [_style(size, matrix, described[font], rotation) for size, font, *matrix in known]
    numbers = dict(zip(spots, map(known.__getitem__, settings), strict=True))
    return StyledText(styles, np.array(list(map(numbers.__getitem__, objects))))


def _style(size: float, matrix: Sequence[float], font: Font, rotation: int) -> TextStyle:
    a, b, c, d = matrix
    turn = 0
    if any(matrix):
        size *= math.hypot(c, d) or 1.0
        turn = round((math.degrees(math.atan2(b, a)) - rotation) / 90.0) % 4
    return TextStyle(abs(size) or 1.0, font, turn)


def _describe_font(address: int | None) -> Font:
    if address is None:
        return PLAIN
    font = Handle(address)
    return _font(font_name(address), _font_flags(font), _font_weight(font))


def font_name(address: int) -> bytes:
    """The PostScript name of the font at ``address`` (a ``FPDF_FONT``)."""
    font = Handle(address)
    buffer = ctypes.create_string_buffer(_FONT_NAME_BYTES)
    length = _font_name(font, buffer, ctypes.c_size_t(_FONT_NAME_BYTES))
    if length > _FONT_NAME_BYTES:
        buffer = ctypes.create_string_buffer(length)
        _font_name(font, buffer, ctypes.c_size_t(length))
    return buffer.value


@lru_cache(maxsize=1024)
def _font(base_name: bytes, flags: int, weight: int) -> Font:
    """The font of that name: subset prefixes (``ABCDEF+``) are no part of it, unknown flags are -1."""
    name = base_name.decode("utf-8", "replace").rpartition("+")[2].lower()
    flags = max(0, flags)
    return Font(
        is_bold=bool(_BOLD.search(name)) or bool(flags & _FONT_FORCE_BOLD) or weight >= 600,
        is_italic=bool(flags & _FONT_ITALIC) or bool(_ITALIC.search(name)),
        is_monospace=bool(flags & _FONT_FIXED_PITCH) or bool(_MONOSPACE.search(name)),
        is_math=is_math_font(name),
    )
