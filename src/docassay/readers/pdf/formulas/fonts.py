"""What a font's name says about the symbols set in it."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple


class Encoding(Enum):
    """How character codes without a Unicode value are to be read."""

    UNICODE = "unicode"
    TEX_SYMBOLS = "OMS"
    TEX_EXTENSION = "OMX"


class Alphabet(Enum):
    """What the letters of the font stand for."""

    UPRIGHT = "mathrm"
    VARIABLE = "variable"
    BLACKBOARD = "mathbb"
    CALLIGRAPHIC = "mathcal"
    FRAKTUR = "mathfrak"
    SANS_SERIF = "mathsf"
    TYPEWRITER = "mathtt"


class MathFont(NamedTuple):
    """``is_math``: the font holds nothing but mathematics, so that what is set in it belongs to a formula."""

    is_math: bool
    alphabet: Alphabet
    is_bold: bool
    encoding: Encoding


_MATH: Final = re.compile(
    r"math|^(?:cm(?:mi|sy|ex|mib|bsy)|lm(?:mi|sy|ex)\d|msam|msbm|eu(?:fm|fb|rm|rb|sm|sb|ex)\d|rsfs|bbm|bbold|"
    r"dsrom|dsss|esint|stmary|mt(?:mi|sy|ex|extra|-extra)|kp--m|"
    r"[rnt]*[tp]x(?:b?mi|b?sy|b?ex|b?r|b)[a-z]?\d*$|"
    r"[rn]?[tp]x(?:bmi|mi|sy|bsy|ex|bex|r)[a-z]*$|euclid(?:symbol|extra|math)|fourier-m|lucidanewmath|mnsymbol|"
    r"mdsymbol|pazomath|wasy\d)"
)
_EXTENSION: Final = re.compile(r"ext(?:ension|$)|^(?:cmex|lmex|euex|mtex)|^[rn]?[tp]xb?ex|kp--m-ex")
_SYMBOLS: Final = re.compile(r"^(?:cmb?sy|lmsy|mtsy|eus[mb])|^[rn]?[tp]xb?sy|kp--m-sy|symbol")
_AMS: Final = re.compile(r"^msbm|symbola|sy[bc]\b|^[rn]?[tp]xsyb|blackboard|^bb(?:m|old)|^ds(?:rom|ss)")
_VARIABLE: Final = re.compile(
    r"^(?:cmmi|lmmi|eur[mb]|mtmi)|mathit|math-?letters|italic|^[rn]?[tp]xb?mi|oblique|^(?:cm|sf|ec)?ti\d"
)
_CALLIGRAPHIC: Final = re.compile(r"^eus[mb]|^rsfs|calligra|script|mathcal|scr\d")
_BOLD: Final = re.compile(
    r"bold|black|heavy|demi|cmbx|sfbx|cmmib|cmbsy|lmbx|[-,]bd|medi(?:um|ital)?$|^eu[rfs]b|txb|medium-|"
    r"[tp]xb(?:mi|sy|ex)"
)
_ITALIC_TEXT: Final = re.compile(r"italic|oblique|cmti|slant|ital$|-it$|regularita|reguital")
_SANS: Final = re.compile(r"sans|cmss|lmss|helvet|arial|sfss|nimbussan|sf-kp")
_MONO: Final = re.compile(r"courier|mono|typewriter|cmtt|consol|nimbusmon|lmtt|sftt")


def describe_math_font(name: str) -> MathFont:
    """Describe the font with this PostScript name (a subset prefix such as ``ABCDEF+`` is ignored)."""
    name = name.rpartition("+")[2].lower()
    is_bold = bool(_BOLD.search(name))
    is_math = is_math_font(name)
    encoding = Encoding.UNICODE
    alphabet = Alphabet.UPRIGHT
    if is_math:
        if _EXTENSION.search(name):
            encoding = Encoding.TEX_EXTENSION
        elif _SYMBOLS.search(name) and not _AMS.search(name):
            encoding = Encoding.TEX_SYMBOLS
            alphabet = Alphabet.CALLIGRAPHIC
        if name.startswith(("eufm", "eufb")):
            alphabet = Alphabet.FRAKTUR
        elif _AMS.search(name):
            alphabet = Alphabet.BLACKBOARD
        elif _CALLIGRAPHIC.search(name):
            alphabet = Alphabet.CALLIGRAPHIC
        elif encoding is Encoding.UNICODE and _VARIABLE.search(name):
            alphabet = Alphabet.VARIABLE
    elif _MONO.search(name):
        alphabet = Alphabet.TYPEWRITER
    elif _ITALIC_TEXT.search(name):
        alphabet = Alphabet.VARIABLE
    elif _SANS.search(name):
        alphabet = Alphabet.SANS_SERIF
    return MathFont(is_math, alphabet, is_bold, encoding)


def is_math_font(name: str) -> bool:
    """Whether a font with this lower-case PostScript name holds nothing but mathematics."""
    return bool(_MATH.search(name))
