"""Lines of one column to paragraphs, list items, captions, footnotes and code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.footnotes import may_be_footnote
from docassay.readers.pdf.inline import code_markup, ends_hyphenated, markup, plain_and_markup
from docassay.readers.pdf.line_rows import lines_of
from docassay.readers.pdf.lines import Line, has_wide_gap
from docassay.readers.pdf.list_markers import is_caption, list_marker
from docassay.readers.pdf.paragraphs import LEADER, SENTENCE_END, has_leader, paragraphs_of
from docassay.readers.pdf.reading_direction import is_right_to_left

_ROW_GAP: Final = 1.5
_WIDE_ROW_GAP: Final = 3.0
_LONGEST_CAPTION: Final = 1500
_SHORTEST_CODE: Final = 20


class Piece:
    """A paragraph, item or heading as lines, before it becomes a draft.

    ``breaks`` are the indexes of lines that were broken on purpose; ``left`` and ``right`` are the edges of
    its column.
    """

    __slots__ = ("breaks", "left", "lines", "right", "size")

    def __init__(self, lines: list[Line], left: float, right: float) -> None:
        self.lines = lines
        self.left, self.right = left, right
        self.size = _size(lines)
        self.breaks = _short_lines(lines, left, right)

    @property
    def bbox(self) -> BoundingBox:
        """The box around all words."""
        lines = self.lines
        return BoundingBox(
            min([line.x0 for line in lines]),
            min([line.top for line in lines]),
            max([line.x1 for line in lines]),
            max([line.bottom for line in lines]),
        )

    def goes_on_in(self, other: Piece) -> bool:
        """Whether ``other``, in the next column, is the rest of this paragraph.

        The last line fills its column without ending a sentence, and the other starts with a small letter or
        at the edge of its column, in the same print and without a marker.
        """
        last, first = self.lines[-1], other.lines[0]
        if abs(self.size - other.size) > 0.06 * self.size or last.is_bold != first.is_bold:
            return False
        if last.is_monospace or list_marker(first) is not None or is_caption(first.text):
            return False
        if SENTENCE_END.search(last.text) or has_leader(last.text):
            return False
        is_lower = first.text[0].islower()
        if ends_hyphenated(last):
            return is_lower
        if is_right_to_left(last.text):
            return is_right_to_left(first.text) and last.x0 < self.left + 2.5 * last.size
        is_full = last.x1 > self.right - 2.5 * last.size and len(last.words) > 1
        if not is_full:
            return False
        if is_lower:
            return True
        is_flush = len(other.lines) == 1 or first.x0 < other.lines[1].x0 + 0.5 * first.size
        return is_flush and len(self.lines) > 1 and len(other.lines[0].words) > 1

    def extend(self, other: Piece) -> None:
        """Take over the lines of the rest of the paragraph."""
        self.breaks |= {len(self.lines) + number for number in other.breaks}
        self.lines = [*self.lines, *other.lines]
        self.left, self.right = other.left, other.right


def pieces_of_region(region: Sequence[Line]) -> list[Piece]:
    """The paragraphs, items and headings of one column, from top to bottom; ``region`` are its segments."""
    lines = lines_of(region)
    if not lines:
        return []
    left, right = min([line.x0 for line in lines]), max([line.x1 for line in lines])
    return [Piece(paragraph, left, right) for paragraph in paragraphs_of(lines)]


def _short_lines(lines: Sequence[Line], left: float, right: float) -> frozenset[int]:
    """Lines broken on purpose: rows with wide gaps, and lines that leave half of the column free."""
    breaks = set()
    if any([line.is_joined for line in lines]):  # noqa: C419
        is_item = list_marker(lines[0]) is not None
        rows = [_is_row(line, right, after_marker=is_item and line is lines[0]) for line in lines]
        breaks = {number for number, pair in enumerate(pairwise(rows)) if any(pair)}
    if right - left >= 12 * lines[0].size:
        middle, start = (left + right) / 2, left + 0.2 * (right - left)
        for number, line in enumerate(lines[:-1]):
            if line.x1 < middle and line.x0 <= start and number not in breaks:
                first = lines[number + 1].words[0]
                if right - line.x1 > first.x1 - first.x0 + line.size:
                    breaks.add(number)
    return frozenset(breaks)


def _is_row(line: Line, right: float, *, after_marker: bool) -> bool:
    """Whether the line looks like a row of a table: gaps that no justified text has."""
    if not has_wide_gap(line, _ROW_GAP, after_marker=after_marker):
        return False
    return line.x1 < right - line.size or has_wide_gap(line, _WIDE_ROW_GAP, after_marker=after_marker)


def draft_of(piece: Piece, page_height: float) -> Draft:
    """What the piece is by its own looks; headings and footnotes are decided when all pages are known."""
    lines = piece.lines
    text, html = plain_and_markup(lines, piece.breaks)
    box = piece.bbox
    draft = Draft(
        kind="Text",
        bbox=box,
        html=html,
        text=text,
        size=piece.size,
        is_bold=all(line.is_bold for line in lines),
        is_monospace=all(line.is_monospace for line in lines),
        line_count=len(lines),
        confidence=_confidence(lines),
        column_left=piece.left,
    )
    marker = list_marker(lines[0])
    if draft.is_monospace and (len(lines) > 1 or len(text) > _SHORTEST_CODE):
        draft.kind, draft.html = "Code", code_markup(lines)
    elif text[-1:].isalnum() and sum(has_leader(line.text) for line in lines) > 0.7 * len(lines):
        entries = [markup([line], emphasis=False) for line in lines]
        draft.kind = "TableOfContents"
        draft.html = "<br/>".join(LEADER.sub(" … ", entry) for entry in entries)
    elif is_caption(text) and len(text) < _LONGEST_CAPTION:
        draft.kind = "Caption"
    elif marker is not None and len(text) > len(marker):
        draft.kind, draft.marker = "ListItem", marker
        draft.html = _without_marker(lines, marker, piece.breaks)
        draft.indent = lines[0].words[1].x0 if lines[0].words[0].text == marker else lines[0].x0
    if draft.kind in {"Text", "ListItem"}:
        draft.may_be_footnote = may_be_footnote(text, box.y0, box.y1, page_height)
    return draft


def _without_marker(lines: Sequence[Line], marker: str, breaks: frozenset[int]) -> str:
    first = lines[0].words[0]
    if first.text == marker:
        rest = lines[0].words[1:]
    else:
        rest = [first._replace(text=first.text[len(marker) :]), *lines[0].words[1:]]
    line = Line(rest)
    line.y0, line.y1, line.size, line.is_level = (
        lines[0].y0,
        lines[0].y1,
        lines[0].size,
        line.is_level and lines[0].is_level,
    )
    return markup([line, *lines[1:]], breaks)


def _confidence(lines: Sequence[Line]) -> float | None:
    known = [word.confidence for line in lines for word in line.words if word.confidence is not None]
    return round(sum(known) / len(known), 4) if known else None


def _size(lines: Sequence[Line]) -> float:
    """The font size that sets most of the characters."""
    weights: dict[float, int] = {}
    for line in lines:
        weights[line.size] = weights.get(line.size, 0) + len(line.text)
    return max(weights, key=lambda size: (weights[size], size)) if len(weights) > 1 else lines[0].size
