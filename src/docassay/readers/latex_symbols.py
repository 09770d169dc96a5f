"""Characters of formulas as LaTeX: symbols, big operators, accents, styled letters, functions, fences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

SYMBOLS: Final = {
    # Greek
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "ϵ": r"\epsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "ϑ": r"\vartheta", "ι": r"\iota", "κ": r"\kappa",
    "λ": r"\lambda", "μ": r"\mu", "µ": r"\mu", "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ϖ": r"\varpi",
    "ρ": r"\rho", "ϱ": r"\varrho", "σ": r"\sigma", "ς": r"\varsigma", "τ": r"\tau", "υ": r"\upsilon",
    "φ": r"\varphi", "ϕ": r"\phi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma",
    "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi", "Σ": r"\Sigma",
    "Υ": r"\Upsilon", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega", "∆": r"\Delta", "\u2126": r"\Omega",
    "ϰ": r"\varkappa",
    # binary operators
    "±": r"\pm", "∓": r"\mp", "×": r"\times", "÷": r"\div", "⋅": r"\cdot", "∙": r"\bullet", "·": r"\cdot",
    "∗": "*", "⋆": r"\star", "∘": r"\circ", "•": r"\bullet", "⊕": r"\oplus", "⊖": r"\ominus",
    "⊗": r"\otimes", "⊘": r"\oslash", "⊙": r"\odot", "∧": r"\wedge", "∨": r"\vee", "∩": r"\cap",
    "∪": r"\cup", "⊎": r"\uplus", "⊓": r"\sqcap", "⊔": r"\sqcup", "∖": r"\setminus", "≀": r"\wr",
    "†": r"\dagger", "‡": r"\ddagger", "⨿": r"\amalg", "⋄": r"\diamond", "−": "-", "∕": "/", "⁄": "/",
    # relations
    "≤": r"\leq", "≥": r"\geq", "≦": r"\leqq", "≧": r"\geqq", "⩽": r"\leqslant", "⩾": r"\geqslant",
    "≪": r"\ll", "≫": r"\gg", "≠": r"\neq", "≈": r"\approx", "≃": r"\simeq", "≅": r"\cong",
    "≡": r"\equiv", "≢": r"\not\equiv", "∼": r"\sim", "≁": r"\nsim", "∝": r"\propto", "≐": r"\doteq",
    "≔": ":=", "≺": r"\prec", "≻": r"\succ", "⪯": r"\preceq", "⪰": r"\succeq", "∈": r"\in",
    "∉": r"\notin", "∋": r"\ni", "⊂": r"\subset", "⊃": r"\supset", "⊆": r"\subseteq", "⊇": r"\supseteq",
    "⊄": r"\not\subset", "⊊": r"\subsetneq", "⊋": r"\supsetneq", "⊥": r"\perp", "∥": r"\parallel",
    "∦": r"\nparallel", "∣": r"\mid", "∤": r"\nmid", "⊢": r"\vdash", "⊣": r"\dashv", "⊨": r"\models",
    "≍": r"\asymp", "⋈": r"\bowtie", "≲": r"\lesssim", "≳": r"\gtrsim", "≮": r"\nless", "≯": r"\ngtr",
    "≰": r"\nleq", "≱": r"\ngeq", "⊴": r"\trianglelefteq", "⊵": r"\trianglerighteq",
    # arrows
    "→": r"\to", "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "⇐": r"\Leftarrow",
    "⇔": r"\Leftrightarrow", "↦": r"\mapsto", "⟶": r"\longrightarrow", "⟵": r"\longleftarrow",
    "⟷": r"\longleftrightarrow", "⟹": r"\Longrightarrow", "⟸": r"\Longleftarrow", "⟺": r"\iff",
    "⟼": r"\longmapsto", "↑": r"\uparrow", "↓": r"\downarrow", "↕": r"\updownarrow", "⇑": r"\Uparrow",
    "⇓": r"\Downarrow", "↗": r"\nearrow", "↘": r"\searrow", "↙": r"\swarrow", "↖": r"\nwarrow",
    "↪": r"\hookrightarrow", "↩": r"\hookleftarrow", "⇀": r"\rightharpoonup", "⇁": r"\rightharpoondown",
    "↼": r"\leftharpoonup", "⇌": r"\rightleftharpoons", "⇄": r"\rightleftarrows", "⇝": r"\leadsto",
    # logic, sets, calculus and the rest
    "∞": r"\infty", "∂": r"\partial", "∇": r"\nabla", "∀": r"\forall", "∃": r"\exists", "∄": r"\nexists",
    "¬": r"\neg", "∅": r"\emptyset", "⌀": r"\varnothing", "ℵ": r"\aleph", "ℏ": r"\hbar", "ℓ": r"\ell",
    "℘": r"\wp", "ℜ": r"\Re", "ℑ": r"\Im", "∠": r"\angle", "∡": r"\measuredangle", "△": r"\triangle",
    "▵": r"\triangle", "□": r"\square", "■": r"\blacksquare", "◊": r"\lozenge", "⊤": r"\top",
    "∴": r"\therefore", "∵": r"\because", "′": "'", "″": "''", "‴": "'''", "°": r"^{\circ}",
    "…": r"\ldots", "⋯": r"\cdots", "⋮": r"\vdots", "⋱": r"\ddots", "√": r"\surd", "ⅆ": "d", "ⅇ": "e",
    "ⅈ": "i", "ⅉ": "j", "ı": r"\imath", "ȷ": r"\jmath", "ℂ": r"\mathbb{C}", "ℍ": r"\mathbb{H}",
    "ℕ": r"\mathbb{N}", "ℙ": r"\mathbb{P}", "ℚ": r"\mathbb{Q}", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}",
    "‖": r"\|", "⟨": r"\langle", "⟩": r"\rangle", "〈": r"\langle", "〉": r"\rangle", "⌈": r"\lceil",
    "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor",
    # characters that LaTeX takes for its own
    "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "\\": r"\backslash",
    "~": r"\sim", "^": r"\wedge",
    # spaces that mean something, and marks that mean nothing
    "\u2003": r"\quad ", "\u2002": r"\enspace ", "\u2009": r"\,", "\u2005": r"\:", "\u2004": r"\;",
    "\u200a": r"\,", "\u00a0": "~", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u200b": "",
    "\u200c": "", "\u200d": "", "\ufeff": "",
}  # fmt: skip

BIG_OPERATORS: Final = {
    "∑": r"\sum", "∏": r"\prod", "∐": r"\coprod", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint",
    "⨌": r"\iiiint", "∮": r"\oint", "∯": r"\oiint", "⋃": r"\bigcup", "⋂": r"\bigcap", "⋁": r"\bigvee",
    "⋀": r"\bigwedge", "⨁": r"\bigoplus", "⨂": r"\bigotimes", "⨀": r"\bigodot", "⨄": r"\biguplus",
    "⨆": r"\bigsqcup",
}  # fmt: skip

ACCENTS: Final = {
    "\u0300": r"\grave", "\u0301": r"\acute", "\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar",
    "\u0305": r"\overline", "\u0306": r"\breve", "\u0307": r"\dot", "\u0308": r"\ddot",
    "\u030a": r"\mathring",
    "\u030c": r"\check", "\u0332": r"\underline", "\u033f": r"\overline", "\u20d6": r"\overleftarrow",
    "\u20d7": r"\vec", "\u20d1": r"\overrightarrow", "\u20db": r"\dddot", "\u20e1": r"\overleftrightarrow",
    "`": r"\grave", "´": r"\acute", "^": r"\hat", "ˆ": r"\hat", "~": r"\tilde", "˜": r"\tilde",
    "¯": r"\bar", "ˉ": r"\bar", "‾": r"\overline", "_": r"\underline", "˘": r"\breve", "˙": r"\dot",
    "¨": r"\ddot", "ˇ": r"\check", "→": r"\vec", "⟶": r"\overrightarrow", "←": r"\overleftarrow",
    "↔": r"\overleftrightarrow", "⏞": r"\overbrace", "⏟": r"\underbrace", "⏜": r"\overparen",
    "⏝": r"\underparen",
}  # fmt: skip
"""Marks over (or under) a base, as combining characters and as characters of their own."""

FUNCTIONS: Final = frozenset(
    {
        "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp",
        "gcd", "hom", "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "sec", "sin",
        "sinh", "sup", "tan", "tanh", "Pr",
    }
)  # fmt: skip

FENCES: Final = {
    "{": r"\{", "}": r"\}", "⟨": r"\langle", "⟩": r"\rangle", "〈": r"\langle", "〉": r"\rangle",
    "‖": r"\|", "∥": r"\|", "⌈": r"\lceil", "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor", "": ".",
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", "↑": r"\uparrow", "↓": r"\downarrow",
    "⟦": r"\llbracket", "⟧": r"\rrbracket",
}  # fmt: skip

_STYLES: Final = (
    ("DOUBLE-STRUCK", r"\mathbb"), ("BOLD SCRIPT", r"\mathcal"), ("SCRIPT", r"\mathcal"),
    ("BOLD FRAKTUR", r"\mathfrak"), ("FRAKTUR", r"\mathfrak"), ("SANS-SERIF", r"\mathsf"),
    ("MONOSPACE", r"\mathtt"), ("BOLD", r"\mathbf"), ("ITALIC", ""),
)  # fmt: skip
_COMMAND_END: Final = re.compile(r"\\[A-Za-z]+\Z")
_LONGEST_COMMAND: Final = 24
_SINGLE: Final = re.compile(r"[^\\{}]|\\[A-Za-z]+|\\[^A-Za-z]")


def latex_text(text: str) -> str:
    """Characters of a formula as LaTeX, with a space behind commands where a letter follows."""
    return concatenated(map(latex_character, text))


def latex_character(character: str) -> str:
    """One character as LaTeX; mathematical alphabets (U+1D400 to U+1D7FF) as styled letters."""
    known = SYMBOLS.get(character)
    if known is None:
        known = BIG_OPERATORS.get(character)
    if known is not None:
        return known
    if "\U0001d400" <= character <= "\U0001d7ff":
        plain = unicodedata.normalize("NFKC", character)
        name = unicodedata.name(character, "")
        style = next((command for words, command in _STYLES if words in name), "")
        inner = SYMBOLS.get(plain, plain)
        return f"{style}{{{inner}}}" if style else inner
    return character


def concatenated(pieces: Iterable[str]) -> str:
    """Pieces of LaTeX side by side, with a space where a command would run into a letter."""
    parts: list[str] = []
    end = ""
    for piece in pieces:
        if not piece:
            continue
        if piece[0].isalpha() and _COMMAND_END.search(end):
            parts.append(" ")
        parts.append(piece)
        end = piece[-_LONGEST_COMMAND:]
    return "".join(parts)


def braced(latex: str) -> str:
    """The piece as one argument or base: alone when it is a single sign or command, else in braces."""
    latex = latex.strip()
    return latex if _SINGLE.fullmatch(latex) else f"{{{latex}}}"


def function_name(name: str) -> str:
    """An upright name: a known function as its command, others as an operator name."""
    return f"\\{name}" if name in FUNCTIONS else rf"\operatorname{{{name}}}"


def plain_words(text: str) -> str:
    """Ordinary text inside a formula."""
    escaped = "".join(f"\\{char}" if char in "{}%#&$_" else char for char in text.replace("\\", ""))
    return rf"\text{{{escaped}}}" if escaped.strip() else ("~" if escaped else "")


def fenced(opening: str, content: str, closing: str) -> str:
    """Content between two fences (characters; empty for none) that grow with it."""
    left, right = FENCES.get(opening, latex_text(opening)), FENCES.get(closing, latex_text(closing))
    return rf"\left{left} {content}\right{right}"


MATRICES: Final = {
    ("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("{", "}"): "Bmatrix", ("|", "|"): "vmatrix",
    ("‖", "‖"): "Vmatrix", ("∥", "∥"): "Vmatrix",
}  # fmt: skip
"""Environments that draw the fences around a matrix."""


def environment(name: str, rows: list[list[str]]) -> str:
    r"""``\begin{name}`` ... ``\end{name}``; cells by ``&``, rows by ``\\``."""
    lines = r" \\ ".join(" & ".join(cell.strip() for cell in row) for row in rows)
    return rf"\begin{{{name}}}{lines}\end{{{name}}}"
