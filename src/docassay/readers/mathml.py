"""MathML (presentation markup, W3C MathML Core) to LaTeX; unknown elements keep what is inside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

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

MAX_DEPTH: Final = 100
"""Levels of nesting that are walked; what lies deeper is read as its characters."""

_VARIANTS: Final = {
    "bold": r"\mathbf", "bold-italic": r"\mathbf", "double-struck": r"\mathbb", "script": r"\mathcal",
    "bold-script": r"\mathcal", "fraktur": r"\mathfrak", "bold-fraktur": r"\mathfrak",
    "sans-serif": r"\mathsf", "monospace": r"\mathtt",
}  # fmt: skip
_UNDER_AND_OVER: Final = frozenset(BIG_OPERATORS.values()) | {f"\\{name}" for name in FUNCTIONS}
_SILENT: Final = frozenset(
    {"annotation", "annotation-xml", "none", "mprescripts", "maligngroup", "malignmark"}
)


def mathml_latex(math: etree._Element) -> str:
    """The formula as LaTeX on one line; the author's own TeX annotation when there is one.

    An element that holds nothing but text is taken for LaTeX, as many document parsers write it.
    """
    if not len(math):
        return " ".join((math.text or "").split())
    for node in math.iter():
        if _name(node) == "annotation" and "tex" in (node.get("encoding") or "").lower():
            return " ".join("".join(map(str, node.itertext())).split())
    return " ".join(_row(list(_children(math)), 0).split())


def _write(node: etree._Element, depth: int) -> str:
    name = _name(node)
    if name in _SILENT:
        return ""
    if depth > MAX_DEPTH:
        return latex_text("".join(map(str, node.itertext())))
    leaf = _LEAVES.get(name)
    if leaf is not None:
        return leaf(node, " ".join("".join(map(str, node.itertext())).split()))
    children = list(_children(node))
    structure = _STRUCTURES.get(name)
    if structure is not None:
        return structure(node, children, depth + 1)
    return _row(children, depth + 1)


def _row(children: list[etree._Element], depth: int) -> str:
    """Elements side by side; a fenced table between them becomes a matrix."""
    tables = [index for index, child in enumerate(children) if _name(child) == "mtable"]
    if len(children) == 3 and tables == [1]:
        fences = (_operator_text(children[0]), _operator_text(children[2]))
        if fences in MATRICES:
            return environment(MATRICES[fences], _rows(children[1], depth))
    if len(children) == 2 and tables == [1] and _operator_text(children[0]) == "{":
        return environment("cases", _rows(children[1], depth))
    return concatenated(_write(child, depth) for child in children)


def _identifier(node: etree._Element, text: str) -> str:
    variant = _VARIANTS.get(node.get("mathvariant") or "")
    if variant:
        return f"{variant}{{{latex_text(text)}}}"
    if len(text) > 1 and text.isascii() and text.isalpha():
        return function_name(text) if text in FUNCTIONS else rf"\mathrm{{{text}}}"
    return latex_text(text)


def _operator(node: etree._Element, text: str) -> str:
    return function_name(text) if text in FUNCTIONS else BIG_OPERATORS.get(text) or latex_text(text)


def _fraction(node: etree._Element, children: list[etree._Element], depth: int) -> str:
    above, below = _arguments(children, 2, depth)
    if (node.get("linethickness") or "").strip() in {"0", "0pt", "0px"}:
        return rf"\genfrac{{}}{{}}{{0pt}}{{}}{{{above}}}{{{below}}}"
    return rf"\frac{{{above}}}{{{below}}}"


def _scripted(node: etree._Element, children: list[etree._Element], depth: int) -> str:
    name = _name(node)
    base, *scripts = _arguments(children, 3 if name == "msubsup" else 2, depth)
    marks = {"msub": "_", "msup": "^", "msubsup": "_^"}[name]
    return braced(base) + "".join(
        f"{mark}{{{script}}}" for mark, script in zip(marks, scripts, strict=True) if script
    )


def _under_over(node: etree._Element, children: list[etree._Element], depth: int) -> str:
    name = _name(node)
    base, *limits = _arguments(children, 3 if name == "munderover" else 2, depth)
    base = base.strip()
    marks = {"munder": "_", "mover": "^", "munderover": "_^"}[name]
    if base in _UNDER_AND_OVER or base.startswith((r"\underbrace", r"\overbrace")):
        return base + "".join(
            f"{mark}{{{limit}}}" for mark, limit in zip(marks, limits, strict=True) if limit
        )
    written = base
    for mark, limit, child in zip(marks, limits, children[1:], strict=False):
        accent = ACCENTS.get(_operator_text(child))
        if accent is not None:
            if mark == "_" and accent in {r"\bar", r"\overline"}:
                accent = r"\underline"
            written = f"{accent}{{{written}}}"
        else:
            written = rf"\{'underset' if mark == '_' else 'overset'}{{{limit}}}{{{written}}}"
    return written


def _scripts_around(node: etree._Element, children: list[etree._Element], depth: int) -> str:
    if not children:
        return ""
    after, before = _split_at_prescripts(children[1:])
    written = "{}" + _pairs(before, depth) if before else ""
    return written + braced(_write(children[0], depth)) + _pairs(after, depth)


def _split_at_prescripts(
    children: list[etree._Element],
) -> tuple[list[etree._Element], list[etree._Element]]:
    for index, child in enumerate(children):
        if _name(child) == "mprescripts":
            return children[:index], children[index + 1 :]
    return children, []


def _pairs(children: list[etree._Element], depth: int) -> str:
    written = ""
    for index, child in enumerate(children):
        script = _write(child, depth)
        if script:
            written += f"{'^' if index % 2 else '_'}{{{script}}}"
    return written


def _fenced(node: etree._Element, children: list[etree._Element], depth: int) -> str:
    opening, closing = node.get("open", "("), node.get("close", ")")
    separators = "".join(node.get("separators", ",").split())
    pieces: list[str] = []
    for index, child in enumerate(children):
        if index and separators:
            pieces.append(latex_text(separators[min(index - 1, len(separators) - 1)]) + " ")
        pieces.append(_write(child, depth))
    written = concatenated(pieces)
    return fenced(opening.strip(), written, closing.strip())


def _table(node: etree._Element, children: list[etree._Element], depth: int) -> str:
    is_aligned = "left" in (node.get("columnalign") or "") and "right" in (node.get("columnalign") or "")
    return environment("aligned" if is_aligned else "matrix", _rows(node, depth))


def _rows(table: etree._Element, depth: int) -> list[list[str]]:
    rows = []
    for row in _children(table):
        cells = list(_children(row))
        if _name(row) == "mlabeledtr":
            cells = cells[1:]
        if _name(row) in {"mtr", "mlabeledtr"}:
            rows.append([_write(cell, depth + 1) for cell in cells])
    return rows


def _enclosed(node: etree._Element, children: list[etree._Element], depth: int) -> str:
    notations = (node.get("notation") or "longdiv").split()
    content = _row(children, depth)
    if "box" in notations or "roundedbox" in notations:
        return rf"\boxed{{{content}}}"
    if "radical" in notations:
        return rf"\sqrt{{{content}}}"
    if "top" in notations:
        return rf"\overline{{{content}}}"
    if "updiagonalstrike" in notations or "downdiagonalstrike" in notations:
        return rf"\cancel{{{content}}}"
    return content


def _arguments(children: list[etree._Element], count: int, depth: int) -> list[str]:
    written = [_write(child, depth) for child in children[:count]]
    return written + [""] * (count - len(written))


def _operator_text(node: etree._Element) -> str:
    return "".join(map(str, node.itertext())).strip() if _name(node) in {"mo", "mi"} else ""


def _name(node: etree._Element) -> str:
    tag = node.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _children(node: etree._Element) -> Iterator[etree._Element]:
    for child in node:
        if isinstance(child.tag, str):
            yield child


_LEAVES: Final[dict[str, Callable[[etree._Element, str], str]]] = {
    "mi": _identifier,
    "mn": lambda node, text: latex_text(text),
    "mo": _operator,
    "ms": lambda node, text: plain_words(text),
    "mtext": lambda node, text: plain_words(text) if text else "~",
    "mspace": lambda node, text: " ",
}
_STRUCTURES: Final[dict[str, Callable[[etree._Element, list[etree._Element], int], str]]] = {
    "mfrac": _fraction,
    "msqrt": lambda node, children, depth: rf"\sqrt{{{_row(children, depth)}}}",
    "mroot": lambda node, children, depth: "\\sqrt[{1}]{{{0}}}".format(*_arguments(children, 2, depth)),
    "msub": _scripted,
    "msup": _scripted,
    "msubsup": _scripted,
    "munder": _under_over,
    "mover": _under_over,
    "munderover": _under_over,
    "mmultiscripts": _scripts_around,
    "mfenced": _fenced,
    "mtable": _table,
    "menclose": _enclosed,
    "mphantom": lambda node, children, depth: rf"\phantom{{{_row(children, depth)}}}",
    "semantics": lambda node, children, depth: _row(children[:1], depth),
    "maction": lambda node, children, depth: _row(children[:1], depth),
}
