"""Which characters of a text markdown would read as its own, and where a backslash keeps them as they are.

Exact, and not noisy: a mark that cannot mean anything where it stands (``2 * 3``, ``snake_case``, the only
asterisk of a paragraph) is left alone.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

HARD_BREAK: Final = "\0"
"""Stands for ``<br>``; the html parser never leaves this character in a text."""

MAYBE_MARKUP: Final = re.compile(r"[*`~_\\<&\[\]$]")
"""What any text must have that ``escaped_text`` would change."""
_MARKS: Final = "*_~`$"
_LINE_OF_RULES: Final = re.compile(r"[-=:|*_\s]*")
_BLOCK_START: Final = re.compile(
    r"#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|`{3,}(?=[^`]*$)|~{3}|\[(?=[ xX]\](?:\s|$))"
    r"|\[(?=(?:[^\[\]\\]|\\.){0,999}\]:)|\{(?=\d+\}-{48})"
)
_NUMBERED_START: Final = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def escaped_text(text: str, *, all_dollars: bool, brackets: bool, is_whole: bool = False) -> str:
    """``text`` with backslashes before what would be read as inline markup.

    ``all_dollars``: the paragraph has formulas, so every dollar sign is one too many; without any, only a
    dollar sign that could close a formula is escaped, so that prices stay readable. ``brackets``: inside a
    link's text. ``is_whole``: the text is all of its paragraph (``HARD_BREAK`` for line breaks), so that its
    ends are those of a line and a mark that has no partner in it has none at all.
    """
    if not MAYBE_MARKUP.search(text):
        return text
    alone = _marks_without_partner(text) if is_whole else ""
    edge = " " if is_whole else ""

    def escaped(match: re.Match[str]) -> str:
        found = match[0]
        mark = found[0]
        if mark not in _MARKS:
            return f"\\{found}"
        if mark in alone and not (mark == "$" and all_dollars):
            return found
        start, end = match.span()
        if mark in "*_~":
            before = text[start - 1] if start else edge
            after = text[end] if end < len(text) else edge
            # White space at the ends of a part goes away when the part is put between marks.
            is_inside = is_whole or (bool(text[:start].strip()) and bool(text[end:].strip()))
            if before.isspace() and after.isspace() and is_inside:
                return found
            if mark == "_" and before.isalnum() and after.isalnum():
                return found
        return "".join(f"\\{character}" for character in found)

    return _pattern(all_dollars=all_dollars, brackets=brackets).sub(escaped, text)


def escaped_line_start(line: str) -> str:
    """A paragraph's line, escaped where it would start a list, heading, quote, fence, rule or table."""
    if line[:1].isalpha():
        return line
    if _LINE_OF_RULES.fullmatch(line):
        return f"\\{line}" if line else line
    if _BLOCK_START.match(line):
        return f"\\{line}"
    return _NUMBERED_START.sub(r"\1\\\2", line, count=1) if _NUMBERED_START.match(line) else line


def _marks_without_partner(text: str) -> str:
    return "".join(mark for mark in _MARKS if mark in text and len(_runs_of(mark).findall(text)) == 1)


@cache
def _runs_of(mark: str) -> re.Pattern[str]:
    return re.compile(f"{re.escape(mark)}+" if mark != "$" else r"\$")


@cache
def _pattern(*, all_dollars: bool, brackets: bool) -> re.Pattern[str]:
    """Runs of marks, and single characters that markdown would read as markup; a lone ``<``, ``&`` or ``]``
    means nothing."""
    return re.compile(
        r"\*+|_+|~+|`+"
        r"|\\(?=[!-/:-@\[-`{-~])"
        r"|<(?=[A-Za-z/!?])"
        r"|&(?=[A-Za-z0-9#]+;)"
        + (r"|[\[\]]" if brackets else r"|\](?=[(\[:])")
        + (r"|\$" if all_dollars else r"|(?<!\s)\$(?!\d)|\$(?=\$)")
    )
