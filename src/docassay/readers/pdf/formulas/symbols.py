"""Characters and TeX character codes to LaTeX commands.

Fonts of TeX without a Unicode table give glyphs with Adobe names their Unicode values and all others their
character code; the codes are those of the OMS and OMX encodings (Knuth, The TeXbook, appendix F).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from docassay.readers.pdf.formulas.fonts import Alphabet, Encoding, MathFont


class Kind:
    """The part a symbol plays in a formula, as a word: members of an Enum are compared ten times slower."""

    LETTER: Final = "letter"
    DIGIT: Final = "digit"
    ORDINARY: Final = "ordinary"
    OPERATOR: Final = "operator"
    INTEGRAL: Final = "integral"
    RELATION: Final = "relation"
    BINARY: Final = "binary"
    OPEN: Final = "open"
    CLOSE: Final = "close"
    FENCE: Final = "fence"
    PUNCTUATION: Final = "punctuation"
    ACCENT: Final = "accent"
    RADICAL: Final = "radical"
    PIECE: Final = "piece"
    BRACE_ABOVE: Final = "brace above"
    BRACE_BELOW: Final = "brace below"
    BRACE_TIP: Final = "brace tip"
    PRIME: Final = "prime"
    NEGATION: Final = "negation"
    FUNCTION: Final = "function"
    COMPOSITE: Final = "composite"
    UNKNOWN: Final = "unknown"


class Symbol(NamedTuple):
    """``latex`` of one character. For an accent it is the command that takes the base as its argument."""

    latex: str
    kind: str


_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "ϵ": "epsilon", "ϑ": "vartheta", "ϕ": "phi", "ϖ": "varpi",
    "ϱ": "varrho", "ϰ": "varkappa", "Γ": "Gamma", "Δ": "Delta", "∆": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "\u2126": "Omega",
}  # fmt: skip
_OPERATORS: Final = {
    "∑": "sum", "∏": "prod", "∐": "coprod", "⋃": "bigcup", "⋂": "bigcap", "⋁": "bigvee", "⋀": "bigwedge",
    "⨀": "bigodot", "⨁": "bigoplus", "⨂": "bigotimes", "⨄": "biguplus", "⨆": "bigsqcup",
}  # fmt: skip
_INTEGRALS: Final = {"∫": "int", "∬": "iint", "∭": "iiint", "∮": "oint", "∯": "oiint"}
_RELATIONS: Final = {
    "≤": "leq", "≥": "geq", "≠": "neq", "≈": "approx", "≡": "equiv", "∼": "sim", "≃": "simeq", "≅": "cong",
    "≇": "ncong", "∝": "propto", "≪": "ll", "≫": "gg", "∈": "in", "∉": "notin", "∋": "ni", "⊂": "subset",
    "⊃": "supset", "⊆": "subseteq", "⊇": "supseteq", "⊊": "subsetneq", "⊄": "not\\subset", "⊏": "sqsubset",
    "⊑": "sqsubseteq", "⊒": "sqsupseteq", "≺": "prec", "≻": "succ", "≼": "preceq", "⪯": "preceq",
    "⪰": "succeq", "≽": "succeq", "→": "to", "←": "leftarrow", "↔": "leftrightarrow", "⇒": "Rightarrow",
    "⇐": "Leftarrow", "⇔": "Leftrightarrow", "⟶": "longrightarrow", "⟵": "longleftarrow",
    "⟹": "Longrightarrow", "⟺": "Longleftrightarrow", "⟷": "longleftrightarrow", "↦": "mapsto",
    "⟼": "longmapsto", "↪": "hookrightarrow", "↩": "hookleftarrow", "↑": "uparrow", "↓": "downarrow",
    "↗": "nearrow", "↘": "searrow", "↖": "nwarrow", "↙": "swarrow", "⇌": "rightleftharpoons",
    "⇀": "rightharpoonup", "⇁": "rightharpoondown", "↠": "twoheadrightarrow", "⇝": "rightsquigarrow",
    "⊢": "vdash", "⊣": "dashv", "⊨": "models", "⊩": "Vdash", "⊥": "perp", "∥": "parallel",
    "∣": "mid", "∤": "nmid", "≜": "triangleq", "≐": "doteq", "≔": "coloneqq", "≲": "lesssim", "≳": "gtrsim",
    "⩽": "leqslant", "⩾": "geqslant", "≦": "leqq", "≧": "geqq", "⋈": "bowtie", "≍": "asymp", "⌢": "frown",
    "⌣": "smile", "≮": "nless", "≯": "ngtr", "≰": "nleq", "≱": "ngeq", "≢": "not\\equiv",
}  # fmt: skip
_BINARIES: Final = {
    "±": "pm", "∓": "mp", "×": "times", "÷": "div", "·": "cdot", "⋅": "cdot", "∙": "cdot", "⊕": "oplus",
    "⊖": "ominus", "⊗": "otimes", "⊘": "oslash", "⊙": "odot", "∪": "cup", "∩": "cap", "⊎": "uplus",
    "∨": "vee", "∧": "wedge", "∖": "setminus", "⊔": "sqcup", "⊓": "sqcap", "∘": "circ", "◦": "circ",
    "⋆": "star", "⋄": "diamond", "◇": "diamond", "•": "bullet", "†": "dagger", "‡": "ddagger",
    "⋉": "ltimes", "⋊": "rtimes", "⊲": "triangleleft", "⊳": "triangleright", "◁": "triangleleft",
    "▷": "triangleright", "⊞": "boxplus", "⊠": "boxtimes", "≀": "wr", "△": "bigtriangleup",
}  # fmt: skip
_ORDINARY: Final = {
    "∞": "infty", "∂": "partial", "∇": "nabla", "∀": "forall", "∃": "exists", "∄": "nexists", "¬": "neg",
    "∅": "emptyset", "ℵ": "aleph", "ℶ": "beth", "ℏ": "hbar", "ħ": "hbar", "ℓ": "ell", "℘": "wp", "ℜ": "Re",
    "ℑ": "Im", "⊤": "top", "∠": "angle", "∡": "measuredangle", "□": "square", "■": "blacksquare",
    "♯": "sharp", "♭": "flat", "♮": "natural", "♣": "clubsuit", "♦": "diamondsuit", "♥": "heartsuit",
    "♠": "spadesuit", "ı": "imath", "ȷ": "jmath", "𝚤": "imath", "𝚥": "jmath", "…": "ldots", "⋯": "cdots",
    "⋮": "vdots", "⋱": "ddots", "◯": "bigcirc", "∁": "complement", "ð": "eth", "Ⅎ": "Finv",
    "‰": "text{‰}", "°": "circ",
}  # fmt: skip
_OPENERS: Final = {
    "(": "(", "[": "[", "{": r"\{", "⟨": r"\langle", "⌊": r"\lfloor", "⌈": r"\lceil",
    "\u2329": r"\langle", "\u3008": r"\langle",
}  # fmt: skip
_CLOSERS: Final = {
    ")": ")", "]": "]", "}": r"\}", "⟩": r"\rangle", "⌋": r"\rfloor", "⌉": r"\rceil",
    "\u232a": r"\rangle", "\u3009": r"\rangle",
}  # fmt: skip
_ACCENTS: Final = {
    "ˆ": "hat", "^": "hat", "̂": "hat", "˜": "tilde", "~": "tilde", "̃": "tilde", "¯": "bar",
    "ˉ": "bar", "̄": "bar", "̅": "overline", "˙": "dot", "̇": "dot", "¨": "ddot",
    "̈": "ddot", "⃛": "dddot", "⃗": "vec", "´": "acute", "́": "acute",
    "ˊ": "acute", "̀": "grave", "`": "grave", "ˋ": "grave", "˘": "breve", "̆": "breve",
    "ˇ": "check", "̌": "check", "˚": "mathring", "̊": "mathring", "⃑": "overrightarrow",
}  # fmt: skip
_TEX_SYMBOL_CODES: Final = {
    "!": "→", "#": "⇀", "$": "↑", "%": "↓", "'": "≃", "(": "⇐", ")": "⇒", "*": "⇑", "+": "⇓", ",": "⇔",
    "-": "↖", ".": "↙", "/": "∝", "0": "′", "1": "∞", "2": "∈", "3": "∋", "4": "△", "5": "▽", "6": "̸",
    "7": "↦", "8": "∀", "9": "∃", ":": "¬", ";": "∅", "<": "ℜ", "=": "ℑ", ">": "⊤", "?": "⊥", "@": "ℵ",
    "[": "∪", "]": "⊎", "^": "∧", "_": "∨", "`": "⊢", "a": "⊣", "b": "⌊", "c": "⌋", "d": "⌈", "e": "⌉",
    "h": "⟨", "i": "⟩", "k": "∥", "l": "↕", "n": "∖", "o": "≀", "p": "√", "q": "∐", "r": "∇", "s": "∫",
    "t": "⊔", "u": "⊓", "v": "⊑", "w": "⊒", "y": "†", "z": "‡",
}  # fmt: skip
_PIECES: Final = {
    "(": "\uf8eb\uf8ec\uf8ed⎛⎜⎝", ")": "\uf8f6\uf8f7\uf8f8⎞⎟⎠", "[": "\uf8ee\uf8ef\uf8f0⎡⎢⎣",
    "]": "\uf8f9\uf8fa\uf8fb⎤⎥⎦", "{": "\uf8f1\uf8f2\uf8f3⎧⎨⎩", "}": "\uf8fc\uf8fd\uf8fe⎫⎬⎭",
    "|": "\uf8e6\uf8f4⎪",
}  # fmt: skip
_PIECE_OF: Final = {piece: whole for whole, pieces in _PIECES.items() for piece in pieces}
"""``|`` stands for the bars that lengthen braces and vertical lines alike."""

_RADICAL: Final = Symbol(r"\sqrt", Kind.RADICAL)
_PRIMES: Final = {"′": "'", "″": "''", "‴": "'''", "‵": r"\backprime"}
_ESCAPED: Final = {"%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "\\": r"\backslash"}
_PLAIN: Final = {
    "+": Kind.BINARY, "-": Kind.BINARY, "*": Kind.BINARY, "=": Kind.RELATION, "<": Kind.RELATION,
    ">": Kind.RELATION, ":": Kind.RELATION, ",": Kind.PUNCTUATION, ";": Kind.PUNCTUATION,
    ".": Kind.PUNCTUATION, "|": Kind.FENCE, "/": Kind.ORDINARY, "!": Kind.ORDINARY, "'": Kind.PRIME,
}  # fmt: skip
_SAME: Final = {"−": "-", "∗": "*", "∶": ":", "˗": "-", "⁄": "/", "∕": "/", "＝": "=", "ℎ": "h", "K": "K"}


def _extension_codes() -> dict[int, Symbol]:
    """The OMX encoding: delimiters in growing sizes, their pieces, large operators, wide accents."""
    codes: dict[int, Symbol] = {}
    fences = "()[]⌊⌋⌈⌉{}⟨⟩|∥/\\"
    runs = (
        (0x00, fences), (0x10, "()"), (0x12, "()[]⌊⌋⌈⌉{}⟨⟩/\\"), (0x20, "()[]⌊⌋⌈⌉{}⟨⟩/\\/\\"), (0x44, "⟨⟩"),
        (0x68, "[]⌊⌋⌈⌉{}"),
    )  # fmt: skip
    for start, characters in runs:
        for offset, character in enumerate(characters):
            codes[start + offset] = _of_character(character)
    pieces = "()[][][]{}{}{}||()()"
    for offset, character in enumerate(pieces):
        codes[0x30 + offset] = Symbol(character, Kind.PIECE)
    operators = "⨆⨆∮∮⨀⨀⨁⨁⨂⨂∑∏∫⋃⋂⨄⋀⋁∑∏∫⋃⋂⨄⋀⋁∐∐"
    for offset, character in enumerate(operators):
        codes[0x46 + offset] = _of_character(character)
    for code in range(0x62, 0x65):
        codes[code] = Symbol(r"\widehat", Kind.ACCENT)
        codes[code + 3] = Symbol(r"\widetilde", Kind.ACCENT)
    for code in range(0x70, 0x74):
        codes[code] = _RADICAL
    codes[0x74] = codes[0x75] = codes[0x76] = Symbol(r"\sqrt", Kind.PIECE)
    codes[0x77] = Symbol(r"\|", Kind.PIECE)
    for code in range(0x7A, 0x7E):
        codes[code] = Symbol("", Kind.BRACE_TIP)
    return codes


def _of_character(character: str) -> Symbol:
    for table, kind in _TABLES:
        if character in table:
            return Symbol("\\" + table[character], kind)
    if character in _OPENERS:
        return Symbol(_OPENERS[character], Kind.OPEN)
    if character in _CLOSERS:
        return Symbol(_CLOSERS[character], Kind.CLOSE)
    if character == "‖":
        return Symbol(r"\|", Kind.FENCE)
    if character == "√":
        return _RADICAL
    if character in _PRIMES:
        return Symbol(_PRIMES[character], Kind.PRIME)
    if character in _PIECE_OF:
        return Symbol(_PIECE_OF[character], Kind.PIECE)
    if character in "⏞︷":
        return Symbol(r"\overbrace", Kind.BRACE_ABOVE)
    if character in "⏟︸":
        return Symbol(r"\underbrace", Kind.BRACE_BELOW)
    if character == "̸":
        return Symbol(r"\not", Kind.NEGATION)
    if character in _ESCAPED:
        return Symbol(_ESCAPED[character], Kind.ORDINARY)
    if character in _PLAIN:
        return Symbol(character, _PLAIN[character])
    if character.isdigit() and character.isascii():
        return Symbol(character, Kind.DIGIT)
    if character.isalpha():
        return Symbol(character, Kind.LETTER)
    return Symbol(character, Kind.UNKNOWN)


_TABLES: Final = (
    (_GREEK, Kind.LETTER),
    (_OPERATORS, Kind.OPERATOR),
    (_INTEGRALS, Kind.INTEGRAL),
    ({"∥": "|"}, Kind.FENCE),
    (_RELATIONS, Kind.RELATION),
    (_BINARIES, Kind.BINARY),
    (_ORDINARY, Kind.ORDINARY),
    (_ACCENTS, Kind.ACCENT),
)
_EXTENSION_CODES: Final = _extension_codes()
_STIX_CALLIGRAPHIC: Final = 0xE22D
_LETTER_STYLES: Final = (
    ("DOUBLE-STRUCK", "mathbb"),
    ("FRAKTUR", "mathfrak"),
    ("BLACK-LETTER", "mathfrak"),
    ("SCRIPT", "mathcal"),
    ("SANS-SERIF", "mathsf"),
    ("MONOSPACE", "mathtt"),
)


class Read(NamedTuple):
    """A symbol with the LaTeX alphabet of its letter: ``mathbb``, ``mathrm``, ... or an empty string."""

    symbol: Symbol
    alphabet: str
    is_variable: bool


@lru_cache(maxsize=4096)
def read_symbol(character: str, font: MathFont) -> Read:
    """What ``character`` (one Unicode character, or the code of a glyph without one) means in ``font``."""
    code = ord(character)
    if font.encoding is Encoding.TEX_EXTENSION and code < 0x80:
        known = _EXTENSION_CODES.get(code)
        if known is not None:
            return Read(known, "", is_variable=False)
    if font.encoding is Encoding.TEX_SYMBOLS and character in _TEX_SYMBOL_CODES:
        return Read(_of_character(_TEX_SYMBOL_CODES[character]), "", is_variable=False)
    if font.alphabet is Alphabet.CALLIGRAPHIC and 0 <= code - _STIX_CALLIGRAPHIC < 26:
        return Read(
            Symbol(chr(ord("A") + code - _STIX_CALLIGRAPHIC), Kind.LETTER), "mathcal", is_variable=False
        )
    if code >= 0x1D400 or 0x2102 <= code <= 0x2138:
        styled = _mathematical_letter(character)
        if styled is not None:
            return styled
    if (font.is_math and font.alphabet is not Alphabet.UPRIGHT) or not font.is_math:
        character = {"φ": "ϕ", "ϕ": "φ"}.get(character, character) if font.is_math else character
    symbol = _of_character(_SAME.get(character, character))
    if symbol.kind is not Kind.LETTER:
        is_bold_symbol = font.is_bold and symbol.kind is Kind.ORDINARY
        return Read(symbol, "boldsymbol" if is_bold_symbol else "", is_variable=False)
    if symbol.latex.startswith("\\"):
        return Read(symbol, "boldsymbol" if font.is_bold else "", is_variable=True)
    if font.alphabet is Alphabet.VARIABLE:
        return Read(symbol, "boldsymbol" if font.is_bold else "", is_variable=True)
    if font.is_bold and font.alphabet is Alphabet.UPRIGHT:
        return Read(symbol, "mathbf", is_variable=False)
    return Read(symbol, font.alphabet.value, is_variable=False)


def _mathematical_letter(character: str) -> Read | None:
    """Letters of the Mathematical Alphanumeric Symbols and Letterlike Symbols blocks."""
    if character in _ORDINARY or character in "ℎ":
        return Read(_of_character(_SAME.get(character, character)), "", is_variable=True)
    name = unicodedata.name(character, "")
    kind, _, code = unicodedata.decomposition(character).partition(" ")
    if kind != "<font>" or " " in code:
        return None
    base = chr(int(code, 16))
    symbol = _of_character(base)
    for word, alphabet in _LETTER_STYLES:
        if word in name:
            return Read(symbol, alphabet, is_variable=False)
    is_bold, is_italic = "BOLD" in name, "ITALIC" in name
    if symbol.kind is Kind.DIGIT:
        return Read(symbol, "mathbf" if is_bold else "", is_variable=False)
    if is_bold:
        is_greek = symbol.latex.startswith("\\")
        return Read(symbol, "boldsymbol" if is_italic or is_greek else "mathbf", is_variable=is_italic)
    return Read(symbol, "", is_variable=True)
