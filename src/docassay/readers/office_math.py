"""Office Math (OMML, ECMA-376 22.1) to LaTeX; structures without a LaTeX form keep their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from lxml import etree

from docassay.readers.fragments import escape_text
from docassay.readers.latex_symbols import (
    ACCENTS,
    BIG_OPERATORS,
    FUNCTIONS,
    MATRICES,
    braced,
    concatenated,
    environment,
    fenced,
    function_name,
    latex_text,
    plain_words,
)
from docassay.readers.xml import elements, local_name

_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ALPHABETS: Final = {
    "double-struck": r"\mathbb", "script": r"\mathcal", "fraktur": r"\mathfrak", "sans-serif": r"\mathsf",
    "monospace": r"\mathtt",
}  # fmt: skip
_NAME: Final = re.compile(r"(?:\\mathrm)?\{([A-Za-z]+)\}|(?:\\text\{)([A-Za-z]+)\}|([A-Za-z]+)")
_OFF: Final = frozenset({"0", "false", "off"})
_ALIGNMENT: Final = "\x00"
"""Stands for ``&`` in equation arrays until the array is written."""


def math_html(node: etree._Element, *, is_display: bool) -> str:
    """``<math>LaTeX</math>`` for an ``m:oMath`` or ``m:oMathPara``; an empty string when it says nothing."""
    latex = " ".join(to_latex(node).split())
    if not latex:
        return ""
    opening = '<math display="block">' if is_display else "<math>"
    return f"{opening}{escape_text(latex)}</math>"


def to_latex(node: etree._Element) -> str:
    """The element's content as LaTeX."""
    return _content(node).replace(_ALIGNMENT, r"\&")


def _content(node: etree._Element) -> str:
    return concatenated(map(_structure, elements(node)))


def _structure(node: etree._Element) -> str:
    name = local_name(node)
    if name.endswith("Pr") or name == "t" or name.startswith("del"):
        return ""
    write = _WRITERS.get(name)
    return _content(node) if write is None else write(node)


def _run(node: etree._Element) -> str:
    text = "".join(child.text or "" for child in node.iterfind(f"{_MATH}t"))
    properties = node.find(f"{_MATH}rPr")
    if properties is None or not text:
        return _symbols(text)
    if _is_on(properties, "nor"):
        return plain_words(text)
    alphabet = _ALPHABETS.get(_value(properties, "scr") or "")
    if alphabet:
        return f"{alphabet}{{{_symbols(text)}}}"
    style = _value(properties, "sty")
    if style in {"b", "bi"} and text.strip():
        return rf"\mathbf{{{_symbols(text)}}}" if text.isascii() else rf"\boldsymbol{{{_symbols(text)}}}"
    if style == "p" and text.isascii() and text.isalpha() and len(text) > 1:
        return f"\\{text}" if text in FUNCTIONS else rf"\mathrm{{{text}}}"
    return _symbols(text)


def _symbols(text: str) -> str:
    pieces = [latex_text(piece) for piece in text.split("&")]
    return _ALIGNMENT.join(pieces)


def _fraction(node: etree._Element) -> str:
    numerator, denominator = _argument(node, "num"), _argument(node, "den")
    kind = _property(node, "fPr", "type")
    if kind in {"lin", "skw"}:
        return f"{braced(numerator)}/{braced(denominator)}"
    if kind == "noBar":
        return rf"\genfrac{{}}{{}}{{0pt}}{{}}{{{numerator}}}{{{denominator}}}"
    return rf"\frac{{{numerator}}}{{{denominator}}}"


def _scripted(node: etree._Element) -> str:
    return braced(_argument(node, "e")) + _scripts(node)


def _radical(node: etree._Element) -> str:
    degree = _argument(node, "deg").strip()
    return rf"\sqrt{f'[{degree}]' if degree else ''}{{{_argument(node, 'e')}}}"


def _big_operator(node: etree._Element) -> str:
    sign = _property(node, "naryPr", "chr") or "∫"
    return f"{BIG_OPERATORS.get(sign, latex_text(sign))}{_scripts(node)}{{{_argument(node, 'e')}}}"


def _delimited(node: etree._Element) -> str:
    opening, closing = _property(node, "dPr", "begChr"), _property(node, "dPr", "endChr")
    opening = "(" if opening is None else opening
    closing = ")" if closing is None else closing
    arguments = list(node.iterfind(f"{_MATH}e"))
    inner = list(elements(arguments[0])) if len(arguments) == 1 else []
    inner = [child for child in inner if not local_name(child).endswith("Pr")]
    if len(inner) == 1:
        kind = local_name(inner[0])
        if kind == "m" and (opening, closing) in MATRICES:
            return environment(MATRICES[opening, closing], _matrix_rows(inner[0]))
        if kind == "eqArr" and (opening, closing) == ("{", ""):
            return environment("cases", _array_rows(inner[0]))
        if kind == "f" and (opening, closing) == ("(", ")") and _property(inner[0], "fPr", "type") == "noBar":
            return rf"\binom{{{_argument(inner[0], 'num')}}}{{{_argument(inner[0], 'den')}}}"
    separator = _property(node, "dPr", "sepChr")
    separator = "|" if separator is None else separator
    content = f" {latex_text(separator)} ".join(map(_content, arguments))
    return fenced(opening, content, closing)


def _function(node: etree._Element) -> str:
    name = _argument(node, "fName").strip()
    match = _NAME.match(name)
    if match is not None:
        word = match[1] or match[2] or match[3]
        name = function_name(word) + name[match.end() :]
    return f"{name}{{{_argument(node, 'e')}}}"


def _accent(node: etree._Element) -> str:
    command = ACCENTS.get(_property(node, "accPr", "chr") or "\u0302", r"\hat")
    content = _argument(node, "e")
    if command == r"\hat" and len(content.strip()) > 2:
        command = r"\widehat"
    elif command == r"\tilde" and len(content.strip()) > 2:
        command = r"\widetilde"
    return f"{command}{{{content}}}"


def _bar(node: etree._Element) -> str:
    command = r"\underline" if _property(node, "barPr", "pos") == "bot" else r"\overline"
    return f"{command}{{{_argument(node, 'e')}}}"


def _grouped(node: etree._Element) -> str:
    sign = _property(node, "groupChrPr", "chr") or "⏟"
    is_above = _property(node, "groupChrPr", "pos") == "top"
    content = _argument(node, "e")
    if sign in {"⏞", "⏟", "⏜", "⏝"}:
        return f"{ACCENTS[sign]}{{{content}}}"
    return rf"\{'overset' if is_above else 'underset'}{{{latex_text(sign)}}}{{{content}}}"


def _limit(node: etree._Element) -> str:
    base, limit = _argument(node, "e").strip(), _argument(node, "lim")
    mark = "_" if local_name(node) == "limLow" else "^"
    match = _NAME.fullmatch(base)
    word = "" if match is None else match[1] or match[2] or match[3]
    if word in FUNCTIONS:
        return f"\\{word}{mark}{{{limit}}}"
    if base in {f"\\{name}" for name in FUNCTIONS} or base in BIG_OPERATORS.values():
        return f"{base}{mark}{{{limit}}}"
    if base.startswith((r"\underbrace", r"\overbrace")):
        return f"{base}{mark}{{{limit}}}"
    if base in {r"\to", r"\rightarrow", r"\longrightarrow"} and mark == "^":
        return rf"\xrightarrow{{{limit}}}"
    return rf"\{'underset' if mark == '_' else 'overset'}{{{limit}}}{{{base}}}"


def _matrix(node: etree._Element) -> str:
    return environment("matrix", _matrix_rows(node))


def _matrix_rows(node: etree._Element) -> list[list[str]]:
    return [[_content(cell) for cell in row.iterfind(f"{_MATH}e")] for row in node.iterfind(f"{_MATH}mr")]


def _equation_array(node: etree._Element) -> str:
    return environment("aligned", _array_rows(node))


def _array_rows(node: etree._Element) -> list[list[str]]:
    return [_content(line).split(_ALIGNMENT) for line in node.iterfind(f"{_MATH}e")]


def _boxed(node: etree._Element) -> str:
    return rf"\boxed{{{_argument(node, 'e')}}}"


def _phantom(node: etree._Element) -> str:
    content = _argument(node, "e")
    return rf"\phantom{{{content}}}" if _property(node, "phantPr", "show") in _OFF else content


def _argument(node: etree._Element, name: str) -> str:
    child = node.find(_MATH + name)
    return "" if child is None else _content(child)


def _scripts(node: etree._Element) -> str:
    written = ""
    for name, mark in (("sub", "_"), ("sup", "^")):
        script = _argument(node, name)
        if script:
            written += f"{mark}{{{script}}}"
    return written


def _property(node: etree._Element, properties: str, name: str) -> str | None:
    return _value(node.find(_MATH + properties), name)


def _value(properties: etree._Element | None, name: str) -> str | None:
    child = None if properties is None else properties.find(_MATH + name)
    return None if child is None else child.get(f"{_MATH}val", "")


def _is_on(properties: etree._Element, name: str) -> bool:
    value = _value(properties, name)
    return value is not None and value not in _OFF


_WRITERS: Final[dict[str, Callable[[etree._Element], str]]] = {
    "r": _run,
    "f": _fraction,
    "sSup": _scripted,
    "sSub": _scripted,
    "sSubSup": _scripted,
    "sPre": lambda node: "{}" + _scripts(node) + braced(_argument(node, "e")),
    "rad": _radical,
    "nary": _big_operator,
    "d": _delimited,
    "func": _function,
    "acc": _accent,
    "bar": _bar,
    "groupChr": _grouped,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _matrix,
    "eqArr": _equation_array,
    "borderBox": _boxed,
    "phant": _phantom,
}
