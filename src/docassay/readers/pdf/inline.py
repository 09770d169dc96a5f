"""Lines of words to escaped inline HTML: emphasis, raised marks, joined hyphens, kept line breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise, zip_longest
from typing import Final, NamedTuple

from docassay.readers.pdf.hyphens import UNDECIDED_HYPHEN
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.text import Word
from docassay.readers.pdf.text_styles import FORMULA, Font

_HYPHENATED: Final = re.compile(r"[^\W\d_]{2}[-\u2010]$")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_SPACE_SCRIPT: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60]")
_OPEN_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S*[/_=&?%-]$")
_HANGING: Final = re.compile(r"(?:and|or|to|und|oder|bzw|sowie|bis|et|ou|en|of|y|o|e)\b")
_DROP_CAP: Final = 1.8
_LETTER_WORDS: Final = frozenset({"A", "I", "O", "À", "Y"})
_SMALLER: Final = 0.86
_RAISED: Final = 0.12
_LOWERED: Final = 0.06
_DESCENT: Final = 0.18
"""What of the height of a box lies below the baseline."""


class _Style(NamedTuple):
    is_bold: bool
    is_italic: bool
    tag: str = ""
    """``sup`` or ``sub`` for a raised or lowered word, ``math`` for a formula."""

    plain: str = ""
    """What plain text shows instead (the characters of a formula)."""

    href: str = ""


_PLAIN: Final = _Style(is_bold=False, is_italic=False)
_Pieces = list[tuple[_Style, str]]


def plain(lines: Sequence[Line]) -> str:
    """The text of the lines as one paragraph.

    Where a line ends in a hyphen and the word goes on below, an ``UNDECIDED_HYPHEN`` stands for it.
    """
    return _plain(_pieces(lines, frozenset()))


def markup(
    lines: Sequence[Line], breaks_after: frozenset[int] = frozenset(), *, emphasis: bool = True
) -> str:
    """The same as escaped HTML with ``<b>``, ``<i>``, ``<sup>``, ``<sub>`` and, after the given line
    indexes, ``<br/>``.

    Emphasis that covers everything is left out: it says nothing (headings keep their level instead).
    """
    return _markup(_pieces(lines, breaks_after), emphasis=emphasis)


def plain_and_markup(lines: Sequence[Line], breaks_after: frozenset[int] = frozenset()) -> tuple[str, str]:
    """Both at once; breaks are spaces in the plain text."""
    pieces = _pieces(lines, breaks_after)
    return _plain(pieces), _markup(pieces, emphasis=True)


def code_markup(lines: Sequence[Line]) -> str:
    """Lines of a fixed-pitch font with their indentation and blank lines rebuilt from the positions."""
    left = min(line.x0 for line in lines)
    widths = [
        (word.x1 - word.x0) / len(word.text) for line in lines for word in line.words if len(word.text) > 1
    ]
    character = sorted(widths)[len(widths) // 2] if widths else lines[0].size * 0.6
    pitches = sorted(below.y0 - above.y0 for above, below in pairwise(lines))
    pitch = max(pitches[(len(pitches) - 1) // 2] if pitches else 0.0, lines[0].size)
    rows = []
    for number, line in enumerate(lines):
        if number:
            rows.extend([""] * min(3, round((line.y0 - lines[number - 1].y0) / pitch) - 1))
        row, x = "", left
        for word in line.words:
            gap = round((word.x0 - x) / max(character, 0.1))
            row += " " * min(200, max(gap, 1 if row else 0)) + word.text
            x = word.x1
        rows.append(escape(_CONTROL.sub("", row), quote=False))
    return "\n".join(rows)


def ends_hyphenated(line: Line) -> bool:
    """Whether the last word of the line may go on in the next one."""
    last = line.words[-1]
    return last.is_hyphenated or (last.text[-1:] in "-\u2010" and bool(_HYPHENATED.search(last.text)))


def joined_across(before: str, after: str) -> str:
    """Two parts of a paragraph that a column or page break separated; plain text or inline HTML."""
    if _HYPHENATED.search(before):
        if after[:1].islower() and not _HANGING.match(after):
            return before[:-1] + UNDECIDED_HYPHEN + after
        return before + ("" if after[:1].isupper() else " ") + after
    if before and after and _NO_SPACE_SCRIPT.match(before[-1]) and _NO_SPACE_SCRIPT.match(after[0]):
        return before + after
    return f"{before} {after}"


def _plain(pieces: _Pieces) -> str:
    text = "".join([style.plain or piece for style, piece in pieces])
    if not text.isprintable():
        text = _CONTROL.sub("", text).replace("\n", " ")
    return text.strip()


def _markup(pieces: _Pieces, *, emphasis: bool) -> str:
    first = pieces[0][0]
    if not first.tag and not first.href and all(style == first for style, _ in pieces):
        return _escaped("".join([piece for _, piece in pieces])).strip()
    shown = {style[:2] for style, piece in pieces if not piece.isspace() and not style.tag}
    use_emphasis = emphasis and len(shown) > 1
    runs: _Pieces = []
    for style, piece in pieces:
        if not use_emphasis:
            style = style._replace(is_bold=False, is_italic=False)
        clean = _escaped(piece)
        if runs and (runs[-1][0] == style or (not piece.strip() and not runs[-1][0].tag)):
            runs[-1] = (runs[-1][0], runs[-1][1] + clean)
        else:
            runs.append((style, clean))
    return "".join([_styled(style, text) for style, text in runs]).strip()


def _escaped(text: str) -> str:
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return escape(text, quote=False).replace("\n", "<br/>")


def _styled(style: _Style, text: str) -> str:
    body = text.strip()
    if not body or body == "<br/>" or style == _PLAIN:
        return text
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if style.tag:
        body = f"<{style.tag}>{body}</{style.tag}>"
    if style.is_italic:
        body = f"<i>{body}</i>"
    if style.is_bold:
        body = f"<b>{body}</b>"
    if style.href:
        body = f'<a href="{escape(style.href)}">{body}</a>'
    return head + body + tail


def _pieces(lines: Sequence[Line], breaks_after: frozenset[int]) -> _Pieces:
    """Runs of words of one style and the white space after each; a line break is ``\\n``."""
    pieces: _Pieces = []
    styles: dict[tuple[Font, str, str], _Style] = {}
    last = len(lines) - 1
    for number, line in enumerate(lines):
        words = line.words
        final = words[-1]
        if number == last:
            ending = final.text
        elif number in breaks_after:
            ending = final.text + "\n"
        else:
            ending = _joined(final, lines[number + 1].words[0])
        font = line.only_font if line.is_level else None
        text = line.text
        has_spaces = text.isascii() or not _NO_SPACE_SCRIPT.search(text)
        if (
            font is not None
            and font is not FORMULA
            and has_spaces
            and "- " not in text
            and not _has_link(words)
        ):
            key = (font, "", "")
            style = styles.get(key)
            if style is None:
                style = styles[key] = _Style(font.is_bold, font.is_italic)
            pieces.append((style, text[: len(text) - len(final.text)] + ending))
            continue
        # Words of one size that have spaces between them can only touch where something was cut.
        is_plain = line.is_level and has_spaces
        run: list[str] = []
        of_run: _Style = _PLAIN
        for word, following in zip_longest(words, words[1:]):
            if following is None:
                written = ending
            elif (
                is_plain and not word.is_hyphenated and not word.latex and not following.latex
            ) or not _touches(word, following, line):
                written = word.text + " "
            else:
                written = word.text
            if word.latex:
                if run:
                    pieces.append((of_run, "".join(run)))
                    run = []
                pieces += [_formula(word), (_PLAIN, written[len(word.text) :])]
                continue
            key = (word.font, _tag(word, line), word.href)
            style = styles.get(key)
            if style is None:
                style = styles[key] = _Style(word.font.is_bold, word.font.is_italic, key[1], href=key[2])
            if run and style is not of_run:
                pieces.append((of_run, "".join(run)))
                run = []
            of_run = style
            run.append(written)
        if run:
            pieces.append((of_run, "".join(run)))
    return pieces


def _has_link(words: Sequence[Word]) -> bool:
    for word in words:  # noqa: SIM110 - every word of every page passes here; a generator takes twice as long
        if word.href:
            return True
    return False


def _formula(word: Word) -> tuple[_Style, str]:
    return _Style(is_bold=False, is_italic=False, tag="math", plain=word.text), word.latex


def _tag(word: Word, line: Line) -> str:
    """``sup`` or ``sub`` for a small word above or below the baseline of its line."""
    if not line.is_level and word.size < _SMALLER * line.size and len(word.text) <= 12:
        shift = _baseline(word.y0, word.y1) - _baseline(line.y0, line.y1)
        if shift < -_RAISED * line.size:
            return "sup"
        if shift > _LOWERED * line.size:
            return "sub"
    return ""


def _baseline(y0: float, y1: float) -> float:
    return y1 - _DESCENT * (y1 - y0)


def _joined(word: Word, following: Word) -> str:
    """``word`` as it continues with ``following`` on the next line."""
    text = word.text
    if word.latex:
        return text + " "
    if text[-1] in "-\u2010" and len(text) > 1:
        after = following.text
        if (word.is_hyphenated or _HYPHENATED.search(text)) and not _OPEN_ADDRESS.match(text):
            if after[:1].islower() or (text.isupper() and len(text) > 3 and after[:2].isupper()):
                return text + " " if _HANGING.fullmatch(after) else text[:-1] + UNDECIDED_HYPHEN
            return text
        return text if after[:1].isalnum() else text + " "
    if text[-1] in "/_=&?%" and _OPEN_ADDRESS.match(text):
        return text
    if _NO_SPACE_SCRIPT.match(text[-1]) and _NO_SPACE_SCRIPT.match(following.text[0]):
        return text
    return text + " "


def _touches(word: Word, following: Word, line: Line) -> bool:
    """Whether two words of a line were split without white space between them."""
    gap = following.x0 - word.x1
    if word.latex or following.latex:
        return gap < 0.12 * min(word.size, following.size)
    if _NO_SPACE_SCRIPT.match(word.text[-1]) and _NO_SPACE_SCRIPT.match(following.text[0]):
        return gap < 0.5 * word.size
    if word.is_hyphenated:
        return gap < 0.1 * word.size
    if line.is_level or abs(word.size - following.size) < 0.1 * line.size:
        return False
    if word.size > _DROP_CAP * following.size and word is line.words[0]:
        # A letter over several lines; those that are words of their own keep a little more room.
        return gap < (0.25 if word.text in _LETTER_WORDS else 1.0) * following.size
    return gap < 0.1 * min(word.size, following.size)
