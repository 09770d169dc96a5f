r"""Formulas as sequences of the symbols that they show, with or without their structure.

Two formulas that look the same on paper shall have the same symbols, however they were typed: fonts, sizes
and spacing are dropped, look-alikes are one character, ``\sin`` is the letters s, i, n. Letters of
mathematical alphabets count as the plain letter, so what only a font tells (a bold x) is not compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import Levenshtein

from docassay.checks.metrics import latex_commands as known
from docassay.checks.metrics.latex_tokens import (
    VERBATIM,
    argument,
    group_end,
    is_word_command,
    latex_tokens,
    skip_option,
    skip_space,
)

MAX_SOURCE_CHARACTERS: Final = 20_000
"""What a source has beyond is not read."""
MAX_DEPTH: Final = 40
"""Groups nested deeper are read as if their braces were not there."""

END: Final = "end"
"""Ends the argument of a structural symbol that has more than one symbol."""
_ENVIRONMENTS_WITH_COLUMNS: Final = frozenset({"array", "tabular", "alignedat", "alignat", "alignat*"})


def folded(text: str) -> str:
    """``text`` in NFKC with one character for those that look the same (see ``FOLDED_CHARACTERS``)."""
    if text.isascii():
        return text.replace("`", "'")
    return unicodedata.normalize(
        "NFKC", unicodedata.normalize("NFKC", text).translate(known.FOLDED_CHARACTERS)
    )


def plain_text(latex: str) -> str:
    r"""The characters that LaTeX source shows, in source order, without structure: ``a_1\le\frac12`` is
    ``a1≤12``. White space of the source is kept as single spaces, so running text stays readable."""
    tokens = latex_tokens(_without_delimiters(latex))
    return folded(unicodedata.normalize("NFC", "".join(_Reader(has_structure=False).read(tokens))))


def structured_symbols(latex: str) -> list[str]:
    r"""The symbols of a formula with marks for scripts, fractions, roots, accents and stacks.

    ``x_{ij}^2`` is ``x, _, i, j, end, ^, 2``; ``\frac{a}{b+c}`` is ``frac, a, b, +, c, end``. A lower script
    comes before an upper one whatever the source says. Characters of mathematical alphabets and Unicode
    scripts (``x²``) are read as what they stand for. White space is no symbol.
    """
    symbols = _Reader(has_structure=True).read(latex_tokens(_scripts_written_out(_without_delimiters(latex))))
    flat: list[str] = []
    for symbol in symbols:
        if symbol in _MARKS:
            flat.append(symbol)
        else:
            flat.extend(character for character in folded(symbol) if not character.isspace())
    return flat


def symbol_similarity(truth: Sequence[str], output: Sequence[str]) -> float | None:
    """``1 - d / max(len(truth), len(output))`` with Levenshtein's distance ``d`` of two symbol sequences.

    None when the truth has no symbols; 0 when only the output has none.
    """
    return float(Levenshtein.normalized_similarity(truth, output)) if truth else None


_MARKS: Final = frozenset({"^", "_", "frac", "binom", "atop", "sqrt", "root", "stack", END}) | {
    f"accent{mark}" for mark in known.ACCENTS.values()
}

_SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_SUBSCRIPTS: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True))


def _scripts_written_out(source: str) -> str:
    """Unicode super- and subscripts as LaTeX writes them."""
    if source.isascii():
        return source
    pieces: list[str] = []
    open_script = ""
    for character in source:
        script = "^" if character in _SUPERSCRIPTS else "_" if character in _SUBSCRIPTS else ""
        if script != open_script:
            pieces.append(("}" if open_script else "") + (f"{script}{{" if script else ""))
            open_script = script
        pieces.append(_SUPERSCRIPTS.get(character) or _SUBSCRIPTS.get(character) or character)
    return "".join(pieces) + ("}" if open_script else "")


def _without_delimiters(latex: str) -> str:
    source = latex.strip()[:MAX_SOURCE_CHARACTERS]
    for opening, closing in (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$")):
        if (
            source.startswith(opening)
            and source.endswith(closing)
            and len(source) >= len(opening + closing)
            and "$" not in source[len(opening) : -len(closing)]
        ):
            return source[len(opening) : -len(closing)]
    return source


class _Reader:
    """Turns tokens into symbols; scripts, fractions and the like leave marks when ``has_structure``."""

    def __init__(self, *, has_structure: bool) -> None:
        self._has_structure = has_structure
        self._depth = 0

    def read(self, tokens: Sequence[str]) -> list[str]:
        if self._depth > MAX_DEPTH:
            return [token for token in tokens if len(token) == 1 and token not in "{}^_&$~"]
        self._depth += 1
        try:
            return self._read_level(tokens)
        finally:
            self._depth -= 1

    def _read_level(self, tokens: Sequence[str]) -> list[str]:
        split = _infix_command(tokens)
        if split is not None:
            mark = known.INFIX[tokens[split][1:]]
            return self._marked(mark, tokens[:split], tokens[split + 1 :])
        symbols: list[str] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token == "{":
                end = group_end(tokens, index)
                symbols += self.read(tokens[index + 1 : end])
                index = end + 1
            elif token in ("^", "_") or token == "'":
                index = self._scripts(tokens, index, symbols)
            elif token.startswith("\\") and len(token) > 1:
                index = self._command(tokens, index, symbols)
            else:
                if token.startswith(VERBATIM):
                    symbols.append(token[1:])
                elif token in "~&":
                    symbols.append(" ")
                elif token not in "}$":
                    symbols.append(token)
                index += 1
        return symbols

    def _marked(self, mark: str, *arguments: Sequence[str]) -> list[str]:
        """The mark and each argument; arguments of more than one symbol are closed by ``END``."""
        symbols = [mark] if self._has_structure else []
        for tokens in arguments:
            inner = self.read(tokens)
            symbols += inner
            if self._has_structure and sum(symbol != " " for symbol in inner) != 1:
                symbols.append(END)
        return symbols

    def _scripts(self, tokens: Sequence[str], index: int, symbols: list[str]) -> int:
        """All scripts that follow each other from ``index`` on, the lower ones first."""
        lower: list[str] = []
        upper: list[str] = []
        while index < len(tokens):
            index = skip_space(tokens, index) if self._has_structure else index
            token = tokens[index] if index < len(tokens) else ""
            if token == "'":
                upper.append("′")
                index += 1
            elif token in ("^", "_") and token:
                content, index = _script_argument(tokens, index + 1)
                (upper if token == "^" else lower).extend(content)
            else:
                break
        if lower:
            symbols += self._marked("_", lower)
        if upper:
            is_primes = all(token in ("′", "\\prime", " ") for token in upper)
            symbols += self.read(upper) if is_primes else self._marked("^", upper)
        return index

    def _command(self, tokens: Sequence[str], index: int, symbols: list[str]) -> int:
        name = tokens[index][1:]
        index += 1
        if name in known.SYMBOLS:
            symbols.append(known.SYMBOLS[name])
        elif name in known.FRACTIONS or name in known.BINOMIALS:
            first, index = argument(tokens, skip_option(tokens, index))
            second, index = argument(tokens, index)
            symbols += self._marked("frac" if name in known.FRACTIONS else "binom", first, second)
        elif name == "sqrt":
            after = skip_option(tokens, index)
            degree = [token for token in tokens[index:after] if token not in "[] "]
            content, index = argument(tokens, after)
            if not self._has_structure:
                symbols += [*degree, "√"]
            symbols += self._marked("root", degree, content) if degree else self._marked("sqrt", content)
        elif name in known.ACCENTS:
            content, index = argument(tokens, index)
            symbols += self._accented(known.ACCENTS[name], content)
        elif name in known.STACKS:
            first, index = argument(tokens, skip_option(tokens, index))
            second, index = argument(tokens, index)
            symbols += self._marked("stack", second, first)
        elif name in known.LABELLED_ARROWS:
            content, index = argument(tokens, skip_option(tokens, index))
            symbols += self._marked("stack", [known.LABELLED_ARROWS[name]], content)
        elif name == "not":
            content, index = argument(tokens, index)
            symbols += [*self.read(content), "\u0338"]
        elif name in known.FUNCTIONS:
            symbols += "mod" if name in ("pmod", "bmod") else name
        elif name in ("begin", "end"):
            index = _behind_environment_mark(tokens, index)
            symbols.append(" ")
        else:
            index = self._layout_command(name, tokens, index, symbols)
        return index

    def _layout_command(self, name: str, tokens: Sequence[str], index: int, symbols: list[str]) -> int:
        if name in known.DROPPED:
            for _ in range(known.DROPPED[name]):
                _, index = argument(tokens, skip_option(tokens, index))
        elif name in known.KEPT_LAST:
            content: list[str] = []
            for _ in range(known.KEPT_LAST[name]):
                content, index = argument(tokens, skip_option(tokens, index))
            symbols += self.read(content)
        elif name in ("left", "right", "middle"):
            index = skip_space(tokens, index)
            if index < len(tokens) and tokens[index] == ".":
                index += 1
        elif name in ("\\", "tabularnewline"):
            index = skip_option(tokens, index)
            symbols.append(" ")
        elif name in ("textsuperscript", "textsubscript"):
            content, index = argument(tokens, index)
            symbols += self._marked("^" if name == "textsuperscript" else "_", content)
        elif name in ("makecell", "thead", "shortstack"):
            index = skip_option(tokens, index)
        elif name in known.STYLES:
            symbols += [" "] if name in ("quad", "qquad", " ", "newline") else []
        elif name in ("{", "}", "%", "$", "&", "#", "_"):
            symbols.append(name)
        elif name == "|":
            symbols.append("‖")
        elif is_word_command("\\" + name):
            symbols += list(name)
        else:
            symbols.append(" ")
        return index

    def _accented(self, mark: str, content: Sequence[str]) -> list[str]:
        if self._has_structure:
            return self._marked(f"accent{mark}", content)
        symbols = self.read(content)
        if len(symbols) == 1 and mark not in ("\u0332", "\u23df", "\u23de"):
            return [unicodedata.normalize("NFC", symbols[0].replace("ı", "i") + mark)]
        return symbols


def _infix_command(tokens: Sequence[str]) -> int | None:
    r"""The place of ``\over`` or one of its kind at this level."""
    if not any(token[1:] in known.INFIX for token in tokens if token[0] == "\\"):
        return None
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token == "{") - (token == "}")
        if depth == 0 and token[0] == "\\" and token[1:] in known.INFIX:
            return index
    return None


def _script_argument(tokens: Sequence[str], index: int) -> tuple[list[str], int]:
    r"""The argument of a script; a command takes its own arguments with it (``x^\frac12``)."""
    index = skip_space(tokens, index)
    if index >= len(tokens) or tokens[index] == "{" or not is_word_command(tokens[index]):
        return argument(tokens, index)
    start = index
    index += 1
    while index < len(tokens) and tokens[index] == "{":
        index = min(group_end(tokens, index) + 1, len(tokens))
    return list(tokens[start:index]), index


def _behind_environment_mark(tokens: Sequence[str], index: int) -> int:
    r"""The index behind ``{name}`` and the column layout of an array."""
    name, index = argument(tokens, index)
    if "".join(name) in _ENVIRONMENTS_WITH_COLUMNS:
        after = skip_option(tokens, index)
        if after < len(tokens) and tokens[after] == "{":
            return min(group_end(tokens, after) + 1, len(tokens))
    return index
