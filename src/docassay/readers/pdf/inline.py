"""Lines of words to escaped inline HTML: emphasis, joined hyphens, kept line breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.text import Font, Word

_HYPHENATED: Final = re.compile(r"[^\W\d_]{2}[-\u2010]$")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_SPACE_SCRIPT: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60]")


def plain(lines: Sequence[Line]) -> str:
    """The text of the lines as one paragraph, hyphens at line ends joined."""
    return _CONTROL.sub("", "".join(piece for _, piece in _pieces(lines, frozenset()))).strip()


def markup(
    lines: Sequence[Line], breaks_after: frozenset[int] = frozenset(), *, emphasis: bool = True
) -> str:
    """The same as escaped HTML with ``<b>``, ``<i>`` and, after the given line indexes, ``<br/>``.

    Emphasis that covers everything is left out: it says nothing (headings keep their level instead).
    """
    pieces = _pieces(lines, breaks_after)
    fonts = {(font.is_bold, font.is_italic) for font, piece in pieces if piece.strip()}
    use_emphasis = emphasis and len(fonts) > 1
    runs: list[tuple[tuple[bool, bool], str]] = []
    for font, piece in pieces:
        style = (font.is_bold, font.is_italic) if use_emphasis else (False, False)
        clean = escape(_CONTROL.sub("", piece), quote=False).replace("\n", "<br/>")
        if runs and (runs[-1][0] == style or not piece.strip()):
            runs[-1] = (runs[-1][0], runs[-1][1] + clean)
        else:
            runs.append((style, clean))
    return "".join(_styled(style, text) for style, text in runs).strip()


def code_markup(lines: Sequence[Line]) -> str:
    """Lines of a fixed-pitch font with their indentation rebuilt from the x positions."""
    left = min(line.x0 for line in lines)
    widths = [
        (word.x1 - word.x0) / len(word.text) for line in lines for word in line.words if len(word.text) > 1
    ]
    character = sorted(widths)[len(widths) // 2] if widths else lines[0].size * 0.6
    rows = []
    for line in lines:
        row, x = "", left
        for word in line.words:
            gap = round((word.x0 - x) / max(character, 0.1))
            row += " " * max(gap, 1 if row else 0) + word.text
            x = word.x1
        rows.append(escape(_CONTROL.sub("", row), quote=False))
    return "\n".join(rows)


def ends_hyphenated(line: Line) -> bool:
    """Whether the last word of the line may go on in the next one."""
    last = line.words[-1]
    return last.is_hyphenated or bool(_HYPHENATED.search(last.text))


def _styled(style: tuple[bool, bool], text: str) -> str:
    body = text.strip()
    if not body or body == "<br/>" or style == (False, False):
        return text
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    is_bold, is_italic = style
    if is_italic:
        body = f"<i>{body}</i>"
    if is_bold:
        body = f"<b>{body}</b>"
    return head + body + tail


def _pieces(lines: Sequence[Line], breaks_after: frozenset[int]) -> list[tuple[Font, str]]:
    """Words and the white space after each; a line break is ``\\n``."""
    pieces: list[tuple[Font, str]] = []
    for number, line in enumerate(lines):
        following = lines[number + 1].words[0] if number + 1 < len(lines) else None
        for position, word in enumerate(line.words):
            if position + 1 < len(line.words):
                space = "" if _touches(word, line.words[position + 1]) else " "
                pieces.append((word.font, word.text + space))
            elif following is None:
                pieces.append((word.font, word.text))
            elif number in breaks_after:
                pieces.append((word.font, word.text + "\n"))
            else:
                pieces.append((word.font, _joined(word, following)))
    return pieces


def _joined(word: Word, following: Word) -> str:
    """``word`` as it continues with ``following`` on the next line."""
    text = word.text
    if word.is_hyphenated or _HYPHENATED.search(text):
        if following.text[:1].islower() and len(text) > 1:
            return text[:-1]
        return text
    if _NO_SPACE_SCRIPT.match(text[-1]) and _NO_SPACE_SCRIPT.match(following.text[0]):
        return text
    return text + " "


def _touches(word: Word, following: Word) -> bool:
    """Whether two words of a line were split without white space between them."""
    if _NO_SPACE_SCRIPT.match(word.text[-1]) and _NO_SPACE_SCRIPT.match(following.text[0]):
        return following.x0 - word.x1 < 0.5 * word.size
    return word.is_hyphenated and following.x0 - word.x1 < 0.1 * word.size
