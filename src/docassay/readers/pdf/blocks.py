"""Lines of one column to paragraphs, list items, captions, footnotes and code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.inline import code_markup, ends_hyphenated, markup, plain
from docassay.readers.pdf.lines import Line, has_wide_gap, lines_of
from docassay.readers.pdf.reading_direction import is_right_to_left

_BULLETS: Final = "•◦▪▫‣●○■□◆◇►▶➢➤✓✔∙·–—*-"
_BULLET: Final = re.compile(rf"^[{re.escape(_BULLETS)}]$")
_ENUMERATOR: Final = re.compile(
    r"^(?:\(?(?P<number>\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[(?P<reference>\d{1,3})\])$"
)
_CAPTION: Final = re.compile(
    r"^(?:fig(?:ure)?s?\.?|tab(?:le)?\.?|abb(?:ildung)?\.?|tabelle|scheme|chart|algorithm|listing|exhibit)"
    r"\s*(?:[A-Z]?\d+|[IVX]+)(?:[.\-]\d+)*[a-z]?\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_FOOTNOTE: Final = re.compile(r"^(?:\d{1,2}[.)]?|[*†‡§¶]+)\s*[^\W\d_]")
_LEADER: Final = re.compile(r"\s*(?:\.\s?){4,}|\s*…{2,}")
_ROW_GAP: Final = 1.5
_SENTENCE_END: Final = re.compile(r"[.!?:;…。！？؟][\"'”’)\]]*$")


def drafts_of_region(region: Sequence[Line], page_height: float) -> list[Draft]:
    """Turn the segments of one column into drafts, in order from top to bottom."""
    lines = lines_of(region)
    return [_draft(paragraph, lines, page_height) for paragraph in _paragraphs(lines)]


def is_caption(text: str) -> bool:
    """Whether the text starts like ``Figure 3. ...`` or ``Table II: ...`` and is not a sentence about it."""
    match = _CAPTION.match(text)
    if match is None:
        return False
    rest = match.group("rest")
    return not rest or rest[0] in ".:|–—-(" or rest[0].isupper()


def list_marker(line: Line) -> str | None:
    """The bullet or enumerator that starts the line, or None."""
    first = line.words[0].text
    if len(line.words) > 1 and (_BULLET.match(first) or _ENUMERATOR.match(first)):
        return first
    if len(first) > 1 and first[0] in "•▪●■◦➢➤►▶✓":
        return first[0]
    return None


def is_bullet(marker: str) -> bool:
    """Whether the marker says nothing about order."""
    return bool(_BULLET.match(marker)) or marker[0] in _BULLETS


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    if not lines:
        return []
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    pitches = [
        below.middle - above.middle
        for above, below in pairwise(lines)
        if 0 < below.middle - above.middle < 2.2 * above.size and abs(above.size - below.size) < 1
    ]
    usual = median(pitches) if len(pitches) >= 3 else 0.0
    result = [[lines[0]]]
    for position in range(1, len(lines)):
        line = lines[position]
        following = lines[position + 1] if position + 1 < len(lines) else None
        if _starts_paragraph(result[-1], line, following, left, right, usual):
            result.append([line])
        else:
            result[-1].append(line)
    return result


def _starts_paragraph(
    paragraph: list[Line], line: Line, following: Line | None, left: float, right: float, usual: float
) -> bool:
    previous = paragraph[-1]
    size = max(previous.size, line.size)
    has_leader = bool(_LEADER.search(line.text))
    if has_leader and _LEADER.search(previous.text):
        return line.middle - previous.middle > 3 * size
    if has_leader or _LEADER.search(previous.text):
        return True
    pitch = line.middle - previous.middle
    if ends_hyphenated(previous) and line.text[:1].islower() and pitch < 2.5 * size:
        return False
    limit = 1.3 * usual if 0.9 * size < usual < 1.6 * size else 1.75 * size
    if pitch > max(limit, usual + 0.3 * size) or line.y0 - previous.y1 > 0.9 * size:
        return True
    if abs(previous.size - line.size) > 0.12 * size:
        return True
    if previous.is_bold != line.is_bold and not (previous.is_monospace and line.is_monospace):
        return True
    if previous.is_italic and not line.is_italic and previous.x1 < left + 0.7 * (right - left):
        return True
    if previous.is_monospace != line.is_monospace and (len(line.words) > 1 or len(previous.words) > 1):
        return True
    if _is_realigned(previous, line, right):
        return True
    marker = list_marker(line)
    if marker is not None and (is_bullet(marker) or _marks_item(paragraph, line, previous, right)):
        return True
    if is_caption(line.text) and _SENTENCE_END.search(previous.text):
        return True
    if previous.is_monospace:
        return False
    if list_marker(paragraph[0]) is not None:
        return line.x0 < paragraph[0].x0 - 0.5 * size or (
            line.x0 < paragraph[0].x0 + 0.3 * size and _ends_early(previous, line, left, right)
        )
    return _is_indented(paragraph, line, following, left) or _ends_early(previous, line, left, right)


def _is_realigned(previous: Line, line: Line, right: float) -> bool:
    """A line that starts elsewhere, is not centred like the one above, and was not pushed off it."""
    first = line.words[0]
    return (
        abs(line.x0 - previous.x0) > 3 * line.size
        and abs((line.x0 + line.x1) - (previous.x0 + previous.x1)) / 2 > line.size
        and right - previous.x1 > first.x1 - first.x0 + line.size
        and not is_right_to_left(line.text)
    )


def _marks_item(paragraph: list[Line], line: Line, previous: Line, right: float) -> bool:
    """Whether an enumerator at a line start begins an item (and is not a wrapped number such as ``12.``)."""
    opener = list_marker(paragraph[0])
    if opener is not None and abs(paragraph[0].x0 - line.x0) < line.size:
        return True
    return previous.x1 < right - 0.1 * (right - previous.x0) or bool(_SENTENCE_END.search(previous.text))


def _is_indented(paragraph: list[Line], line: Line, following: Line | None, left: float) -> bool:
    previous = paragraph[-1]
    if is_right_to_left(line.text):
        return False
    indent = line.x0 - max(left, previous.x0 if len(paragraph) > 1 else left)
    centre_moves = abs((line.x0 + line.x1) - (previous.x0 + previous.x1)) / 2
    if indent < 0.8 * line.size or centre_moves < 0.5 * line.size:
        return False
    if len(paragraph) == 1 and abs(previous.x0 - line.x0) < 0.5 * line.size:
        return False  # hanging under an indented first line
    return following is None or following.x0 < line.x0 - 0.5 * line.size


def _ends_early(previous: Line, line: Line, left: float, right: float) -> bool:
    """Whether the previous line ended a sentence although the next word would have fitted on it."""
    room = previous.x0 - left if is_right_to_left(previous.text) else right - previous.x1
    first = line.words[0]
    needed = first.x1 - first.x0 + 0.6 * line.size
    starts_anew = line.text[:1].isupper() or line.text[:1].isdigit() or not line.text[:1].isascii()
    return room > needed + 0.08 * (right - left) and starts_anew and bool(_SENTENCE_END.search(previous.text))


def _short_lines(lines: Sequence[Line], region: Sequence[Line]) -> frozenset[int]:
    """Lines broken on purpose: rows with wide gaps, and lines that leave half of the column free."""
    left, right = min(line.x0 for line in region), max(line.x1 for line in region)
    is_wide = right - left >= 12 * lines[0].size
    breaks = set()
    for number, (line, below) in enumerate(pairwise(lines)):
        first = below.words[0]
        room = max(0.5 * (right - left), first.x1 - first.x0 + line.size)
        is_short = is_wide and right - line.x1 > room and line.x0 <= left + 0.2 * (right - left)
        if is_short or has_wide_gap(line, _ROW_GAP) or has_wide_gap(below, _ROW_GAP):
            breaks.add(number)
    return frozenset(breaks)


def _draft(lines: list[Line], region: Sequence[Line], page_height: float) -> Draft:
    text = plain(lines)
    box = BoundingBox(
        min(line.x0 for line in lines),
        min(line.top for line in lines),
        max(line.x1 for line in lines),
        max(line.bottom for line in lines),
    )
    sizes = sorted((word.size, len(word.text)) for line in lines for word in line.words)
    draft = Draft(
        kind="Text",
        bbox=box,
        html="",
        text=text,
        size=_weighted_median(sizes),
        is_bold=all(line.is_bold for line in lines),
        line_count=len(lines),
        confidence=_confidence(lines),
    )
    marker = list_marker(lines[0])
    if all(line.is_monospace for line in lines) and (len(lines) > 1 or len(text) > 20):
        draft.kind, draft.html = "Code", code_markup(lines)
    elif sum(bool(_LEADER.search(line.text)) for line in lines) > 0.7 * len(lines) and text[-1].isalnum():
        entries = [markup([line], emphasis=False) for line in lines]
        draft.kind, draft.html = (
            "TableOfContents",
            "<br/>".join(_LEADER.sub(" … ", entry) for entry in entries),
        )
    elif is_caption(text) and len(text) < 1500:
        draft.kind, draft.html = "Caption", markup(lines)
    elif marker is not None and len(text) > len(marker):
        draft.kind, draft.marker = "ListItem", marker
        draft.html = _without_marker(lines, marker)
    else:
        draft.html = markup(lines, _short_lines(lines, region))
    if draft.kind in {"Text", "ListItem"} and _FOOTNOTE.match(text):
        draft.may_be_footnote = box.y0 > 0.55 * page_height and box.y1 < 0.95 * page_height
    return draft


def _without_marker(lines: list[Line], marker: str) -> str:
    first = lines[0].words[0]
    if first.text == marker:
        rest = lines[0].words[1:]
    else:
        rest = [first._replace(text=first.text[len(marker) :]), *lines[0].words[1:]]
    return markup([Line(rest), *lines[1:]])


def _confidence(lines: Sequence[Line]) -> float | None:
    known = [word.confidence for line in lines for word in line.words if word.confidence is not None]
    return round(sum(known) / len(known), 4) if known else None


def _weighted_median(sizes: list[tuple[float, int]]) -> float:
    half, seen = sum(weight for _, weight in sizes) / 2, 0
    for size, weight in sizes:
        seen += weight
        if seen >= half:
            return size
    return sizes[-1][0]
