"""Text lines in the file's order to drafts: paragraphs, list items, captions, code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.light.rows import Row

_BULLET: Final = re.compile(r"([•◦▪▫‣●○■□◆◇►▶➢➤✓✔∙·–—*-])\s+|([•▪●■◦➢➤►▶✓])(?=\S)")
_ENUMERATOR: Final = re.compile(r"(\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d{1,3}\])\s+")
_CAPTION: Final = re.compile(
    r"(?:fig(?:ure)?s?\.?|tab(?:le)?\.?|abb(?:ildung)?\.?|tabelle|scheme|chart|algorithm|listing|exhibit)"
    r"\s*(?:[A-Z]?\d+|[IVX]+)(?:[.\-]\d+)*[a-z]?\s*(?:$|[.:|–—\-(]|(?-i:[A-Z]))",
    re.IGNORECASE,
)
_FOOTNOTE: Final = re.compile(r"(?:\d{1,2}[.)]?|[*†‡§¶]+)\s*[^\W\d_]")
_LEADER: Final = re.compile(r"\s*(?:\.\s?){4,}|\s*…{2,}")
_CLOSING: Final = "\"'”’)]"
_SENTENCE_ENDS: Final = tuple(".!?:;…")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAK: Final = re.compile(" ?\n")
_FIRST_CJK: Final = "\u2e80"
_CAPTION_LETTERS: Final = frozenset("fFtTaAsScClLeE")


def light_drafts(rows: Sequence[Row], page_height: float) -> list[tuple[int, Draft]]:
    """Drafts in the order of the rows, each with the number of its first word."""
    result: list[tuple[int, Draft]] = []
    block: list[Row] = []
    marker: str | None = None
    count = len(rows)
    for number, row in enumerate(rows):
        following = rows[number + 1] if number + 1 < count else None
        if block and _continues(block, marker, row, following):
            block.append(row)
            continue
        if block:
            result.append((block[0].first_word, _draft(block, marker, page_height)))
        block, marker = [row], _marker(row.text)
    if block:
        result.append((block[0].first_word, _draft(block, marker, page_height)))
    return result


def _marker(text: str) -> str | None:
    """The bullet or enumerator that starts the text, if something follows it."""
    match = _BULLET.match(text) or _ENUMERATOR.match(text)
    return (match.group(1) or match.group(2)) if match and match.end() < len(text) else None


def _continues(block: Sequence[Row], marker: str | None, row: Row, following: Row | None) -> bool:
    """Whether a row belongs to the block of the row above it; ``marker`` is that of the block."""
    previous = block[-1]
    size = max(previous.size, row.size)
    pitch = (row.y0 + row.y1 - previous.y0 - previous.y1) / 2
    usual = row.usual_pitch
    limit = 1.3 * usual if 0.9 * size < usual < 1.6 * size else 1.75 * size
    if pitch <= 0.2 * size or pitch > max(limit, usual + 0.3 * size) or row.y0 - previous.y1 > 0.9 * size:
        return False
    if abs(previous.size - row.size) > 0.12 * size or row.x0 > previous.right or row.x1 < previous.left:
        return False
    if previous.is_monospace != row.is_monospace:
        return False
    if previous.is_bold != row.is_bold and not row.is_monospace:
        return False
    if _has_leader(row) != _has_leader(previous):
        return False
    if row.is_monospace or _has_leader(row):
        return True
    is_lower = row.text[0].islower()
    if _is_realigned(previous, row) and not (is_lower and previous.text[-1] in "-\u2010"):
        return False
    own = None if is_lower and row.text[1:2] not in ".)" else _marker(row.text)
    if own is not None and (_BULLET.match(row.text) or _marks_item(block[0], marker, previous, row)):
        return False
    if row.text[0] in _CAPTION_LETTERS and _CAPTION.match(row.text) and _ends_sentence(previous.text):
        return False
    if marker is not None:
        first = block[0]
        if row.x0 < first.x0 - 0.5 * size:
            return False
        return not (row.x0 < first.x0 + 0.3 * size and _ends_early(previous, row))
    return not _is_indented(block, row, following) and not _ends_early(previous, row)


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def _has_leader(row: Row) -> bool:
    text = row.text
    return ("..." in text or ". . ." in text or "…" in text) and bool(_LEADER.search(text))


def _is_realigned(previous: Row, row: Row) -> bool:
    """A line that starts elsewhere, is not centred like the one above, and was not pushed off it."""
    return (
        abs(row.x0 - previous.x0) > 3 * row.size
        and abs((row.x0 + row.x1) - (previous.x0 + previous.x1)) / 2 > row.size
        and row.right - previous.x1 > row.first_width + row.size
    )


def _marks_item(first: Row, marker: str | None, previous: Row, row: Row) -> bool:
    """Whether an enumerator at a line start begins an item (and is not a wrapped number such as ``12.``)."""
    if marker is not None and abs(first.x0 - row.x0) < row.size:
        return True
    is_short = previous.x1 < row.right - 0.1 * (row.right - previous.x0)
    return is_short or _ends_sentence(previous.text)


def _is_indented(block: Sequence[Row], row: Row, following: Row | None) -> bool:
    previous = block[-1]
    indent = row.x0 - max(row.left, previous.x0 if len(block) > 1 else row.left)
    centre_moves = abs((row.x0 + row.x1) - (previous.x0 + previous.x1)) / 2
    if indent < 0.8 * row.size or centre_moves < 0.5 * row.size:
        return False
    if len(block) == 1 and abs(previous.x0 - row.x0) < 0.5 * row.size:
        return False  # hanging under an indented first line
    return following is None or following.x0 < row.x0 - 0.5 * row.size


def _ends_early(previous: Row, row: Row) -> bool:
    """Whether the previous line ended a sentence although the next word would have fitted on it."""
    room = row.right - previous.x1
    if room <= row.first_width + 0.6 * row.size + 0.08 * (row.right - row.left):
        return False
    starts_anew = not row.text[0].islower()
    return starts_anew and _ends_sentence(previous.text)


def _draft(block: Sequence[Row], marker: str | None, page_height: float) -> Draft:
    longest = block[0]
    box = BoundingBox(longest.x0, longest.top, longest.x1, longest.bottom)
    is_monospace, is_bold = longest.is_monospace, longest.is_bold
    if len(block) > 1:
        box = BoundingBox(
            min([row.x0 for row in block]),
            min([row.top for row in block]),
            max([row.x1 for row in block]),
            max([row.bottom for row in block]),
        )
        longest = max(block, key=lambda row: len(row.text))
        is_monospace = all(row.is_monospace for row in block)
        is_bold = all(row.is_bold for row in block)
    text, html = _joined(block, keep_lines=is_monospace)
    draft = Draft("Text", box, html, text, longest.size, is_bold, line_count=len(block))
    if is_monospace and (len(block) > 1 or len(text) > 20):
        draft.kind = "Code"
    elif _has_leader(block[0]) and text[-1].isalnum():
        entries = [_LEADER.sub(" … ", _escaped(row.text)) for row in block]
        draft.kind, draft.html = "TableOfContents", "<br/>".join(entries)
    elif text[0] in _CAPTION_LETTERS and len(text) < 1500 and _CAPTION.match(text):
        draft.kind = "Caption"
    elif marker is not None:
        draft.kind, draft.marker = "ListItem", marker
        draft.indent = block[1].x0 if len(block) > 1 else box.x0 + 1.5 * longest.size
        draft.column_left = block[0].left
        # The markup of the marker is as long as the marker, escaped.
        draft.html = html[len(_escaped(marker)) :].lstrip()
    if draft.kind in {"Text", "ListItem"} and box.y0 > 0.55 * page_height and _FOOTNOTE.match(text):
        draft.may_be_footnote = box.y1 < 0.95 * page_height
    return draft


def _joined(block: Sequence[Row], *, keep_lines: bool) -> tuple[str, str]:
    """Plain text and markup of the rows as one paragraph (or line by line)."""
    if keep_lines:
        lines = [_clean(row.text) for row in block]
        return " ".join(lines), "\n".join(map(_escaped, lines))
    if len(block) == 1:
        text = _clean(block[0].text)
        return text, _escaped(text)
    pieces: list[str] = []
    for row, below in pairwise(block):
        pieces.append(_before(row.text, below.text))
        if _is_broken_on_purpose(row, below):
            pieces.append("\n")
    pieces.append(block[-1].text)
    text = _clean("".join(pieces))
    if "\n" not in text:
        return text, _escaped(text)
    return _BREAK.sub(" ", text), _BREAK.sub("<br/>", _escaped(text))


def _before(text: str, following: str) -> str:
    """A line as it goes on with the next one: cut words are joined, other words are set apart."""
    last = text[-1]
    if last in "-\u2010" and len(text) > 2 and text[-2].isalpha() and text[-3].isalpha():
        return text[:-1] if following[0].islower() else text
    if last >= _FIRST_CJK and following[0] >= _FIRST_CJK and last.isalpha() and following[0].isalpha():
        return text
    return text + " "


def _is_broken_on_purpose(row: Row, below: Row) -> bool:
    """A row with wide gaps, or a line that leaves half of the column free."""
    if row.has_gap or below.has_gap:
        return True
    width = row.right - row.left
    room = max(0.5 * width, below.first_width + row.size)
    return width >= 12 * row.size and row.right - row.x1 > room and row.x0 <= row.left + 0.2 * width


def _clean(text: str) -> str:
    return text if text.isprintable() else _CONTROL.sub("", text).strip()


def _escaped(text: str) -> str:
    return escape(text, quote=False)
