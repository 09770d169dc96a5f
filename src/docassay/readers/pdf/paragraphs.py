"""Lines of one column to paragraphs: by pitch, indents, line ends, print and markers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from docassay.readers.pdf.inline import ends_hyphenated
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.list_markers import is_bullet, is_caption, list_marker
from docassay.readers.pdf.reading_direction import is_right_to_left

LEADER: Final = re.compile(r"\s*(?:\.\s?){4,}|\s*…{2,}|\s*(?:·\s?){4,}|\s*_{4,}")
"""Dots between an entry of a table of contents and its page."""

SENTENCE_END: Final = re.compile(r"[.!?:;…。！？؟][\"'”’»)\]]*$")
_SECTION_NUMBER: Final = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[A-Z]\.?|[IVX]{1,5}\.?)$")
_PITCH_SLACK: Final = 0.25
_UNKNOWN_PITCH: Final = 1.75
_LARGEST_PITCH: Final = 3.2
_JUSTIFIED_LINES: Final = 5
_JUSTIFIED_SHARE: Final = 0.6
_CODE_PITCH: Final = 3.6
"""Blank lines of program text are part of it, up to two of them."""


def has_leader(text: str) -> bool:
    """Whether the text has dots between an entry and its page."""
    if ".." in text or ". ." in text or "__" in text:
        return bool(LEADER.search(text))
    if text.isascii():
        return False
    return ("……" in text or "··" in text or "· ·" in text) and bool(LEADER.search(text))


class _Column(NamedTuple):
    """What the lines of a column have in common: its edges, the usual pitch by font size, whether most
    lines are spread to reach the right edge, and how far first lines of paragraphs are set in (0: not)."""

    left: float
    right: float
    pitches: dict[float, float]
    is_justified: bool
    indent: float


def paragraphs_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Group the lines of a column, from top to bottom, into paragraphs, items and headings."""
    if not lines:
        return []
    column = _measured(lines)
    current = _Paragraph(lines[0])
    result = [current.lines]
    leads = has_leader(lines[0].text)
    for position in range(1, len(lines)):
        line = lines[position]
        leads, led = has_leader(line.text), leads
        if leads or led:
            previous = lines[position - 1]
            pitch = line.y1 - previous.y1
            is_start = not (leads and led) or pitch > 3 * max(previous.size, line.size)
        else:
            following = lines[position + 1] if position + 1 < len(lines) else None
            is_start = _starts_paragraph(current, line, following, column)
        if is_start:
            current = _Paragraph(line)
            result.append(current.lines)
        else:
            current.lines.append(line)
    return result


class _Paragraph:
    """The lines of a paragraph so far, and the list marker that it starts with."""

    __slots__ = ("_is_known", "_opener", "lines")

    def __init__(self, line: Line) -> None:
        self.lines = [line]
        self._opener: str | None = None
        self._is_known = False

    @property
    def opener(self) -> str | None:
        """The bullet or enumerator before the first line."""
        if not self._is_known:
            self._is_known = True
            self._opener = list_marker(self.lines[0])
        return self._opener


def _measured(lines: Sequence[Line]) -> _Column:
    lefts = sorted([line.x0 for line in lines])
    rights = sorted([line.x1 for line in lines])
    few = len(lines) // 10
    left, right = lefts[few], rights[-1 - few]
    pitches: dict[float, list[float]] = defaultdict(list)
    wide = left + 0.8 * (right - left)
    for above, below in pairwise(lines):
        pitch = below.y1 - above.y1
        is_same = abs(above.size - below.size) < 0.3 and 0 < pitch < _LARGEST_PITCH * above.size
        if is_same and above.x1 >= wide and _goes_on(above.text, below.text):
            pitches[round(above.size)].append(pitch)
    full = sum([abs(line.x1 - right) < 0.3 * line.size for line in lines])
    is_justified = len(lines) >= _JUSTIFIED_LINES and full >= _JUSTIFIED_SHARE * len(lines)
    usual = {size: median(found) for size, found in pitches.items()}
    return _Column(left, right, usual, is_justified, _usual_indent(lines, left))


def _usual_indent(lines: Sequence[Line], left: float) -> float:
    """How far lines are set in that have a line at the edge below them, when at least two are."""
    found = [
        above.x0 - left
        for above, below in pairwise(lines)
        if 0.8 * above.size < above.x0 - left < 4 * above.size and abs(below.x0 - left) < 0.4 * below.size
    ]
    if len(found) < 2:
        return 0.0
    usual = median(found)
    return usual if sum([abs(indent - usual) < 2 for indent in found]) >= 0.7 * len(found) else 0.0


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence seems to run over from one line into the next."""
    first = after[0]
    return (first.islower() or not (first.isupper() or first.isdigit())) and not SENTENCE_END.search(before)


def _starts_paragraph(paragraph: _Paragraph, line: Line, following: Line | None, column: _Column) -> bool:
    before = paragraph.lines
    previous = before[-1]
    size = max(previous.size, line.size)
    pitch = line.y1 - previous.y1
    if ends_hyphenated(previous) and line.text[:1].islower() and pitch < 2.5 * size:
        return False
    font = line.only_font
    is_same_font = font is not None and previous.only_font is font
    if previous.is_monospace and line.is_monospace:
        return pitch > _CODE_PITCH * size or abs(previous.size - line.size) > 0.12 * size
    if _is_apart(previous, line, pitch, column):
        return True
    if abs(previous.size - line.size) > 0.12 * size:
        return True
    if not is_same_font:
        if previous.is_bold != line.is_bold:
            reaches_edge = previous.x1 > column.right - 2 * size
            return not (reaches_edge and line.text.lstrip("([\"'“„")[:1].islower())
        if previous.is_italic and not line.is_italic and previous.x1 < _share(column, 0.7):
            return True
        if previous.is_monospace != line.is_monospace and (len(line.words) > 1 or len(previous.words) > 1):
            return True
    if _hangs(before, line):
        return False
    if _is_realigned(previous, line, column.right) or _is_set_off(before, line, column):
        return True
    if _starts_with_mark(line):
        return True
    marker = list_marker(line)
    if marker is not None and (is_bullet(marker) or _marks_item(paragraph, line, previous, column.right)):
        return True
    if is_caption(line.text) and SENTENCE_END.search(previous.text):
        return True
    if _has_hung(before, line):
        return True
    if paragraph.opener is not None:
        return line.x0 < before[0].x0 - 0.5 * size or (
            line.x0 < before[0].x0 + 0.3 * size and _ends_early(previous, line, column)
        )
    return _is_indented(before, line, following, column) or _ends_early(previous, line, column)


def _share(column: _Column, share: float) -> float:
    return column.left + share * (column.right - column.left)


def _is_apart(previous: Line, line: Line, pitch: float, column: _Column) -> bool:
    """Whether there is more room between the lines than their text is usually set with."""
    size = max(previous.size, line.size)
    usual = column.pitches.get(round(previous.size)) or column.pitches.get(round(line.size))
    if usual is None:
        return pitch > _UNKNOWN_PITCH * size or line.y0 - previous.y1 > 0.9 * size
    excess = pitch - usual
    if excess <= _PITCH_SLACK * size:
        return False
    # A tall formula pushes lines apart: what counts is the room that is left blank.
    blank = line.top - previous.bottom
    usual_blank = usual - (line.y1 - line.y0)
    return blank > usual_blank + _PITCH_SLACK * size


def _hangs(paragraph: list[Line], line: Line) -> bool:
    """Whether the line stands below the words behind the number of a heading or caption."""
    first = paragraph[0].words
    if len(first) < 2 or len(paragraph) > 3 or line.x0 <= first[0].x1:
        return False
    if is_caption(paragraph[0].text):
        heads = first[1:4]
    elif _SECTION_NUMBER.match(first[0].text):
        heads = first[1:2]
    else:
        return False
    return any(abs(line.x0 - word.x0) < 0.3 * line.size for word in heads)


def _starts_with_mark(line: Line) -> bool:
    """Whether a raised number or sign stands in front, as before a footnote."""
    if line.is_level or len(line.words) < 2:
        return False
    word = line.words[0]
    is_small = word.size < 0.86 * line.size and word.y1 < line.y1 - 0.1 * line.size
    return (
        is_small and len(word.text) <= 3 and (word.text.isdigit() or word.text in {"*", "†", "‡", "§", "¶"})
    )


def _has_hung(paragraph: list[Line], line: Line) -> bool:
    """Whether all lines but the first are set in and the line is back at the edge: the next entry of a list
    without markers, such as a bibliography."""
    first = paragraph[0]
    if len(paragraph) < 2 or abs(line.x0 - first.x0) > 0.3 * line.size or is_right_to_left(line.text):
        return False
    inner = first.x0 + 0.8 * line.size
    return all(each.x0 > inner for each in (paragraph[1], paragraph[-1]))


def _is_realigned(previous: Line, line: Line, right: float) -> bool:
    """A line that starts elsewhere, is not centred like the one above, and was not pushed off it."""
    first = line.words[0]
    return (
        abs(line.x0 - previous.x0) > 3 * line.size
        and abs((line.x0 + line.x1) - (previous.x0 + previous.x1)) / 2 > line.size
        and right - previous.x1 > first.x1 - first.x0 + line.size
        and not is_right_to_left(line.text)
    )


def _is_set_off(paragraph: list[Line], line: Line, column: _Column) -> bool:
    """Whether one of the lines is set off from both edges (a displayed formula, a short centred line) and the
    other belongs to text that starts at the left edge."""
    previous = paragraph[-1]
    reach = 2 * line.size
    if _is_inset(previous, column, reach):
        return line.x0 < column.left + 0.5 * line.size
    if len(paragraph) < 2 or paragraph[-2].x0 > column.left + 0.5 * line.size:
        return False
    return _is_inset(line, column, 1.5 * reach) and previous.x0 < column.left + 0.5 * line.size


def _is_inset(line: Line, column: _Column, reach: float) -> bool:
    return line.x0 > column.left + reach and line.x1 < column.right - reach


def _marks_item(paragraph: _Paragraph, line: Line, previous: Line, right: float) -> bool:
    """Whether an enumerator at a line start begins an item (and is not a wrapped number such as ``12.``)."""
    if paragraph.opener is not None and abs(paragraph.lines[0].x0 - line.x0) < line.size:
        return True
    return previous.x1 < right - 0.1 * (right - previous.x0) or bool(SENTENCE_END.search(previous.text))


def _is_indented(paragraph: list[Line], line: Line, following: Line | None, column: _Column) -> bool:
    previous = paragraph[-1]
    if is_right_to_left(line.text):
        edge, start, before = -column.right, -line.x1, -previous.x1
        after = -following.x1 if following is not None else None
    else:
        edge, start, before = column.left, line.x0, previous.x0
        after = following.x0 if following is not None else None
    is_usual = column.indent > 0 and abs(start - edge - column.indent) < 2
    if is_usual and SENTENCE_END.search(previous.text) and line.text[0].isupper():
        return True
    indent = start - max(edge, before if len(paragraph) > 1 else edge)
    centre_moves = abs((line.x0 + line.x1) - (previous.x0 + previous.x1)) / 2
    if indent < 0.8 * line.size or centre_moves < 0.5 * line.size:
        return False
    if len(paragraph) == 1 and abs(before - start) < 0.5 * line.size:
        return False  # hanging under an indented first line
    return after is None or after < start - 0.5 * line.size


def _ends_early(previous: Line, line: Line, column: _Column) -> bool:
    """Whether the previous line ended a sentence although the next word would have fitted on it, or the other
    lines are all spread to the edge."""
    room = previous.x0 - column.left if is_right_to_left(previous.text) else column.right - previous.x1
    if room < 0.8 * line.size or not SENTENCE_END.search(previous.text):
        return False
    text = line.text
    if not (text[0].isupper() or text[0].isdigit() or not text[0].isascii()):
        return False
    if column.is_justified:
        return True
    first = line.words[0]
    needed = first.x1 - first.x0 + 0.6 * line.size
    return room > needed + 0.08 * (column.right - column.left)
