"""Characters of the fonts Symbol and Wingdings, which documents address by position instead of Unicode.

Symbol follows Adobe's Symbol encoding. Of Wingdings only signs are given that have a plain Unicode form and
that documents use in text: boxes, checks, bullets, arrows, circled digits.
"""

from __future__ import annotations

from typing import Final

_PRIVATE_USE: Final = range(0xE000, 0xF900)

_SYMBOL_ROWS: Final = (
    (0x21, "!∀#∃%&∋()∗+,−./0123456789:;<=>?"),
    (0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"),
    (0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
    (0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓"),
    (0xB0, "°±″≥×∝∂•÷≠≡≈…⏐⎯↵"),
    (0xC0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉"),
    (0xD0, "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"),
    (0xE0, "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"),
    (0xF1, "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"),
)
_SYMBOL: Final = {
    start + offset: character for start, row in _SYMBOL_ROWS for offset, character in enumerate(row)
}
_WINGDINGS: Final = {
    0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "☐",
    0x70: "❐", 0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "☒",
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "☐", 0xAA: "✦", 0xAB: "★", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓",
    0xFD: "☒", 0xFE: "☑",
    **{0x80 + digit: "⓪①②③④⑤⑥⑦⑧⑨⑩"[digit] for digit in range(11)},
    **{0x8B + digit: "⓿❶❷❸❹❺❻❼❽❾❿"[digit] for digit in range(11)},
}  # fmt: skip
_WINGDINGS_2: Final = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"}


def symbol_character(code: int, font: str) -> str:
    """The Unicode character at a position of a symbol font; an empty string when it has none.

    ``code`` is the position itself or, as Word stores it, 0xF000 more. Positions in other fonts are
    Unicode already, unless they are private ones: those mean nothing outside their font.
    """
    position = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    name = font.strip().lower()
    if name.startswith("wingdings 2"):
        return _WINGDINGS_2.get(position, "")
    if name == "wingdings":
        return _WINGDINGS.get(position, "")
    if name == "symbol":
        return _SYMBOL.get(position, "")
    if code in _PRIVATE_USE:
        return private_character(code)
    return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code < 0x110000 else ""


def private_character(code: int) -> str:
    """The likeliest meaning of a private-use position when the font is not known.

    Bullets and boxes stand where Wingdings has them, Greek letters and signs where Symbol has them.
    """
    position = code - 0xF000
    if position in {0x6F, 0x71, 0xA7, 0xA8, 0xD8, 0xDF, 0xE0, 0xFB, 0xFC, 0xFD, 0xFE}:
        return _WINGDINGS[position]
    return _SYMBOL.get(position, "")
