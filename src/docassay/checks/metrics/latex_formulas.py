r"""How alike two formulas look: edits between the symbols that they show, after a light clean-up.

The clean-up makes spellings equal that show the same: fences of matrices (``pmatrix`` and
``\left(\begin{array}``), ``\not=`` and ``\neq``, ``\pmod{7}`` and ``(\bmod 7)``, chemistry (``\ce{H2O}``) and
its formula with scripts, columns of aligned lines, and punctuation that belongs to the sentence around.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import Levenshtein

from docassay.checks.metrics.latex_symbols import MAX_SOURCE_CHARACTERS, structured_symbols
from docassay.checks.metrics.latex_tokens import argument, latex_tokens, skip_option, written

_FENCES: Final = {
    "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": ("\\{", "\\}"), "vmatrix": ("|", "|"),
    "Vmatrix": ("\\|", "\\|"), "cases": ("\\{", ""), "dcases": ("\\{", ""), "rcases": ("", "\\}"),
}  # fmt: skip
_NEGATED: Final = {"=": "\\neq", "\\in": "\\notin", "\\mid": "\\nmid", "\\exists": "\\nexists"}
_AROUND: Final = frozenset(".,;")
_MAX_CHEMISTRY_DEPTH: Final = 3

_CHEMISTRY: Final = re.compile(
    r"(?P<math>\$[^$]*\$)"
    r"|(?P<arrow><?-+>|<=+>{1,2}|<-+)"
    r"|\^(?:\{(?P<group>[^{}]*)\}(?P<sign>[+-]?)|(?P<charge>[0-9]*[+-]?))"
    r"|(?P<precipitate>(?<= )v(?= |$))"
    r"|(?P<count>(?<=[A-Za-z)\]])[0-9]+)"
    r"|(?P<ion>(?<=[A-Za-z0-9)\]])[+-](?= |$))"
)


def formula_symbols(latex: str) -> list[str]:
    """The symbols that a formula shows, in the form of ``structured_symbols``, after the clean-up above.

    ``latex`` may stand between ``$``, ``$$``, ``\\(`` or ``\\[``. Empty when nothing is shown.
    """
    tokens = _cleaned(latex_tokens(latex[:MAX_SOURCE_CHARACTERS]), 0)
    symbols = structured_symbols(written(tokens).strip())
    while symbols and symbols[-1] in _AROUND:
        symbols.pop()
    return symbols


def formula_similarity(truth: Sequence[str], output: Sequence[str]) -> float:
    """``1 / (1 + d)`` with Levenshtein's distance ``d`` of two symbol sequences, 0-1; 1 when they are equal.

    0 when the two have no symbol in its place in common (``d`` is the length of the longer one).
    """
    edits = Levenshtein.distance(truth, output)
    if edits and edits >= max(len(truth), len(output)):
        return 0.0
    return float(1 / (1 + edits))


def _cleaned(tokens: Sequence[str], chemistry_depth: int) -> list[str]:
    cleaned: list[str] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token == "&":
            continue
        if token in ("\\begin", "\\end"):
            name, after = argument(tokens, index)
            fence = _FENCES.get("".join(name).removesuffix("*"))
            if fence is not None:
                cleaned.append(fence[token == "\\end"])
                index = after
                continue
        elif token == "\\not" and index < len(tokens) and tokens[index] in _NEGATED:
            token = _NEGATED[tokens[index]]
            index += 1
        elif token == "\\pmod":
            content, index = argument(tokens, index)
            cleaned += ["(", "\\bmod", *content, ")"]
            continue
        elif token == "\\color":
            _, index = argument(tokens, skip_option(tokens, index))
            continue
        elif token == "\\ce" and chemistry_depth < _MAX_CHEMISTRY_DEPTH:
            content, index = argument(tokens, index)
            chemistry = latex_tokens(_chemistry_as_formula(written(content)))
            cleaned += ["{", *_cleaned(chemistry, chemistry_depth + 1), "}"]
            continue
        cleaned.append(token)
    return cleaned


def _chemistry_as_formula(source: str) -> str:
    r"""The content of ``\ce`` with its scripts and arrows written out: ``Zn^{2}+ + H2O`` is
    ``Zn^{2+} + H_{2}O``."""

    def write(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "math":
            return match[0][1:-1]
        if kind == "arrow":
            if match[0].startswith("<="):
                return "\\rightleftharpoons "
            if match[0].startswith("<"):
                return "\\leftrightarrow " if match[0].endswith(">") else "\\leftarrow "
            return "\\rightarrow "
        if kind == "precipitate":
            return "\\downarrow "
        if match["group"] is not None:
            return f"^{{{match['group']}{match['sign'] or ''}}}"
        if kind == "charge":
            return f"^{{{match['charge']}}}" if match["charge"] else "\\uparrow "
        if kind == "count":
            return f"_{{{match[0]}}}"
        return f"^{{{match[0]}}}"

    return _CHEMISTRY.sub(write, source)
