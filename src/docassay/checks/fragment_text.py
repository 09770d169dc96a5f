"""The words a reader sees in a block's HTML fragment, without its markup.

Inline tags leave no gap (``x<sup>2</sup>`` is ``x2``), table cells are parted by tabs and everything else by
line breaks. Image descriptions and link targets are not text of the page and are left out. LaTeX inside
``<math>`` becomes the characters that it shows, so that ``\\frac{a}{b}`` is compared as ``a b``.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from docassay.checks.metrics.latex_commands import FUNCTIONS, SYMBOLS

_INLINE: Final = frozenset(
    {
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
        "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
        "u", "var", "wbr",
    }
)  # fmt: skip
_CELLS: Final = frozenset({"td", "th"})

# No part may match "<", so a scan from any "<" ends at the next one: linear on hostile input.
_TAG: Final = re.compile(
    r"<(?:!--[^<>]*+--|[!?][^<>]*+|(/?)([a-zA-Z][a-zA-Z0-9:-]*)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+))>"
)
# What most fragments are made of: tags that the pattern above reads in the same way, the name alone captured.
_PLAIN_TAG: Final = re.compile(r"""</?([a-z][a-z0-9]*)(?: [a-z-]+="[^"<>]*+")*+ ?/?>""")
_PARAGRAPH: Final = re.compile(r"<p>([^<]*+)</p>")
_GAPS: Final = dict.fromkeys(_INLINE, "") | dict.fromkeys(_CELLS, "\t")
_START: Final = re.compile(r"""\bstart\s*=\s*["']?(\d{1,6})""")

_LATEX_ENVIRONMENT: Final = re.compile(r"\\(?:begin|end)\s*\{[^{}]*+\}(?:\{[lcr| ]*+\})?")
_LATEX_MARKUP: Final = re.compile(r"\\([a-zA-Z]+)|\\(.)|[{}^_&$~\\]", re.DOTALL)
_LATEX_MARKS: Final = {"{": "", "}": "", "^": "", "_": "", "&": "\t"}
_LATEX_ESCAPED: Final = frozenset("{}%$&#_")
_STARRED: Final = re.compile(r"(\\(?:operatorname|hspace|vspace|tag))\*")


@dataclass(frozen=True, slots=True)
class FragmentText:
    """``text`` of a fragment; ``list_markers`` are the numbers that an ordered list shows."""

    text: str
    list_markers: tuple[str, ...] = ()


def fragment_text(fragment: str) -> FragmentText:
    """The text of an HTML fragment, entities decoded."""
    if "<" not in fragment:
        return FragmentText(html.unescape(fragment))
    if fragment.count("<") == 2 and "&" not in fragment and (match := _PARAGRAPH.fullmatch(fragment)):
        return FragmentText(f"\n{match[1]}\n")
    plain = _text_of_plain_tags(fragment)
    if plain is not None:
        return FragmentText(plain)
    pieces: list[str] = []
    markers: list[str] = []
    open_lists: list[int | None] = []
    in_math = False
    position = 0
    for match in _TAG.finditer(fragment):
        if match.start() > position:
            text = html.unescape(fragment[position : match.start()])
            pieces.append(latex_text(text) if in_math else text)
        position = match.end()
        tag = (match[2] or "").lower()
        is_closing = bool(match[1])
        if tag == "math":
            in_math = not is_closing
            pieces.append(" ")
        elif tag in _CELLS:
            pieces.append("\t")
        elif tag and tag not in _INLINE:
            pieces.append("\n")
            _follow_lists(tag, is_closing, match[3], open_lists, markers)
    pieces.append(html.unescape(fragment[position:]))
    return FragmentText("".join(pieces), tuple(markers))


def _text_of_plain_tags(fragment: str) -> str | None:
    """The text of a fragment without formulas and numbered lists in which each "<" begins a plain tag, else
    None; cut at all tags at once, for a table has hundreds."""
    if "<math" in fragment or "<ol" in fragment:
        return None
    pieces: list[str] = _PLAIN_TAG.split(fragment)
    names = pieces[1::2]
    if len(names) != fragment.count("<"):
        return None
    if "&" in fragment:
        pieces[::2] = map(html.unescape, pieces[::2])
    pieces[1::2] = [_GAPS.get(name, "\n") for name in names]
    return "".join(pieces)


def _follow_lists(
    tag: str, is_closing: bool, attributes: str, open_lists: list[int | None], markers: list[str]
) -> None:
    """Keep the next number of every open list (None for bullets) and note the number each item shows."""
    if tag in ("ol", "ul"):
        if is_closing:
            if open_lists:
                open_lists.pop()
            return
        start = _START.search(attributes)
        open_lists.append(None if tag == "ul" else int(start[1]) if start else 1)
    elif tag == "li" and not is_closing and open_lists:
        number = open_lists[-1]
        if number is not None:
            markers.append(str(number))
            open_lists[-1] = number + 1


def latex_text(latex: str) -> str:
    """LaTeX as the characters that it shows, in source order: ``x^{2}`` is ``x2``, ``\\frac{a}{b}`` ``a b``.

    Symbols are their characters (``\\alpha``, ``\\sum``, ``\\ell``), functions their names (``\\sin``, a word
    of its own); all other commands leave a gap.
    """
    text = _STARRED.sub(r"\1 ", _LATEX_ENVIRONMENT.sub(" ", latex)).replace("}{", "} {")
    return _LATEX_MARKUP.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    name, escaped = match[1], match[2]
    if name is not None:
        if name in FUNCTIONS:
            shown = "mod" if name in ("bmod", "pmod") else name
            if match.string[match.start() - 1 : match.start()].isalnum():
                shown = f" {shown}"
            return f"{shown} " if match.string.startswith("\\", match.end()) else shown
        return SYMBOLS.get(name, " ")
    if escaped is not None:
        return escaped if escaped in _LATEX_ESCAPED else " "
    return _LATEX_MARKS.get(match[0], " ")
