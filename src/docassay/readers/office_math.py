"""Office Math (OMML, ECMA-376 22.1) to LaTeX; structures without a LaTeX form keep their text."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from docassay.readers.fragments import escape_text
from docassay.readers.xml import elements, local_name

_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SYMBOLS: Final = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\epsilon", "θ": r"\theta",
    "λ": r"\lambda", "μ": r"\mu", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\phi",
    "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta",
    "Λ": r"\Lambda", "Π": r"\Pi", "Σ": r"\Sigma", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
    "∞": r"\infty", "±": r"\pm", "∓": r"\mp", "×": r"\times", "÷": r"\div", "⋅": r"\cdot", "∙": r"\cdot",
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "≡": r"\equiv", "∈": r"\in", "∉": r"\notin",
    "⊂": r"\subset", "⊆": r"\subseteq", "∪": r"\cup", "∩": r"\cap", "∀": r"\forall", "∃": r"\exists",
    "∂": r"\partial", "∇": r"\nabla", "→": r"\to", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow",
    "…": r"\ldots", "⋯": r"\cdots", "−": "-",
    "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "\\": r"\backslash",
    "~": r"\sim", "^": r"\hat{}",
}  # fmt: skip
_OPERATORS: Final = {
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint",
    "⋃": r"\bigcup", "⋂": r"\bigcap", "∐": r"\coprod", "⋁": r"\bigvee", "⋀": r"\bigwedge",
}  # fmt: skip
_ACCENTS: Final = {
    "\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0305": r"\overline", "\u0307": r"\dot",
    "\u0308": r"\ddot", "\u20d7": r"\vec", "\u0301": r"\acute", "\u0300": r"\grave", "\u0306": r"\breve",
}  # fmt: skip
_FUNCTIONS: Final = frozenset(
    {
        "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "log",
        "ln", "lg", "exp", "lim", "min", "max", "sup", "inf", "det",
    }
)  # fmt: skip
_FENCES: Final = {"{": r"\{", "}": r"\}", "⟨": r"\langle", "⟩": r"\rangle", "‖": r"\|", "": "."}
_NAME: Final = re.compile(r"\{([A-Za-z]+)\}|([A-Za-z]+)")
_COMMAND_END: Final = re.compile(r"\\[A-Za-z]+\Z")


def math_html(node: etree._Element, *, is_display: bool) -> str:
    """``<math>LaTeX</math>`` for an ``m:oMath`` or ``m:oMathPara``; an empty string when it says nothing."""
    latex = to_latex(node).strip()
    if not latex:
        return ""
    opening = '<math display="block">' if is_display else "<math>"
    return f"{opening}{escape_text(latex)}</math>"


def to_latex(node: etree._Element) -> str:
    """The element's content as LaTeX."""
    parts: list[str] = []
    for child in elements(node):
        piece = _structure(child)
        if piece and parts and piece[0].isalpha() and _COMMAND_END.search(parts[-1]):
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def _structure(node: etree._Element) -> str:
    name = local_name(node)
    if name.endswith("Pr"):
        return ""
    if name == "r":
        return "".join(_text(child.text or "") for child in node.iterfind(f"{_MATH}t"))
    if name == "f":
        return rf"\frac{{{_argument(node, 'num')}}}{{{_argument(node, 'den')}}}"
    if name in {"sSup", "sSub", "sSubSup"}:
        return _base(node) + _scripts(node)
    if name == "sPre":
        return "{}" + _scripts(node) + _base(node)
    if name == "rad":
        degree = _argument(node, "deg").strip()
        return rf"\sqrt{f'[{degree}]' if degree else ''}{{{_argument(node, 'e')}}}"
    if name == "nary":
        operator = _property(node, "naryPr", "chr") or "∫"
        return f"{_OPERATORS.get(operator, _text(operator))}{_scripts(node)}{{{_argument(node, 'e')}}}"
    if name == "d":
        return _fenced(node)
    if name == "func":
        return f"{_function_name(node)}{{{_argument(node, 'e')}}}"
    if name == "acc":
        accent = _ACCENTS.get(_property(node, "accPr", "chr") or "\u0302", r"\hat")
        return f"{accent}{{{_argument(node, 'e')}}}"
    if name == "bar":
        command = r"\underline" if _property(node, "barPr", "pos") == "bot" else r"\overline"
        return f"{command}{{{_argument(node, 'e')}}}"
    if name in {"limLow", "limUpp"}:
        mark = "_" if name == "limLow" else "^"
        return f"{_limit_base(node)}{mark}{{{_argument(node, 'lim')}}}"
    if name == "m":
        cells = (" & ".join(map(to_latex, row.iterfind(f"{_MATH}e"))) for row in node.iterfind(f"{_MATH}mr"))
        rows = r" \\ ".join(cells)
        return rf"\begin{{matrix}}{rows}\end{{matrix}}"
    if name == "eqArr":
        lines = r" \\ ".join(map(to_latex, node.iterfind(f"{_MATH}e")))
        return rf"\begin{{aligned}}{lines}\end{{aligned}}"
    if name == "t" or name.startswith("del"):
        return ""
    return to_latex(node)


def _text(text: str) -> str:
    written = ""
    for char in text:
        symbol = _SYMBOLS.get(char, char)
        if symbol[0].isalpha() and _COMMAND_END.search(written):
            written += " "
        written += symbol
    return written


def _argument(node: etree._Element, name: str) -> str:
    child = node.find(_MATH + name)
    return "" if child is None else to_latex(child)


def _base(node: etree._Element) -> str:
    base = _argument(node, "e")
    return base if len(base) == 1 else f"{{{base}}}"


def _scripts(node: etree._Element) -> str:
    written = ""
    for name, mark in (("sub", "_"), ("sup", "^")):
        script = _argument(node, name)
        if script:
            written += f"{mark}{{{script}}}"
    return written


def _fenced(node: etree._Element) -> str:
    opening = _property(node, "dPr", "begChr")
    closing = _property(node, "dPr", "endChr")
    opening = "(" if opening is None else opening
    closing = ")" if closing is None else closing
    separator = _property(node, "dPr", "sepChr") or "|"
    content = f" {_text(separator)} ".join(map(to_latex, node.iterfind(f"{_MATH}e")))
    return rf"\left{_FENCES.get(opening, opening)} {content}\right{_FENCES.get(closing, closing)}"


def _limit_base(node: etree._Element) -> str:
    base = _argument(node, "e").strip()
    return f"\\{base}" if base in _FUNCTIONS else base


def _function_name(node: etree._Element) -> str:
    name = _argument(node, "fName").strip()
    match = _NAME.match(name)
    if match is None:
        return name
    word = match[1] or match[2]
    command = f"\\{word}" if word in _FUNCTIONS else rf"\operatorname{{{word}}}"
    return command + name[match.end() :]


def _property(node: etree._Element, properties: str, name: str) -> str | None:
    child = node.find(f"{_MATH}{properties}/{_MATH}{name}")
    return None if child is None else child.get(f"{_MATH}val", "")
