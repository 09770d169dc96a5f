"""Brings annotations into a page's text: links on words, values of form fields where they are filled in."""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_left
from collections.abc import Sequence
from html import escape
from statistics import median
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.fragments import safe_link
from docassay.readers.pdf.annotations import Comment, FieldValue, Link
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.text import Word

_ADDRESS: Final = re.compile(r"[(<\[\"'“‘]*(?P<url>(?:https?://|www\.)[^\s<>\"“”]+\w/?)[)>\]\"'”’.,;:!?]*")
_GOES_ON: Final = tuple("/_=&?%-")
_CHARACTER_WIDTH: Final = 0.5
_USUAL_SIZE: Final = 10.0
_MAXIMUM_LINES: Final = 400


def with_links(words: Sequence[Word], links: Sequence[Link]) -> list[Word]:
    """The words with the address of the link that lies over each, if any."""
    if not links:
        return list(words)
    middles = [(word.y0 + word.y1) / 2 for word in words]
    order = sorted(range(len(words)), key=middles.__getitem__)
    heights = [middles[number] for number in order]
    linked: dict[int, str] = {}
    for link in links:
        first, last = bisect_left(heights, link.box.y0), bisect_left(heights, link.box.y1)
        for number in order[first:last]:
            word = words[number]
            if link.box.x0 <= (word.x0 + word.x1) / 2 <= link.box.x1 and not word.latex:
                linked.setdefault(number, link.href)
    if not linked:
        return list(words)
    return [
        word._replace(href=linked[number]) if number in linked else word for number, word in enumerate(words)
    ]


def with_written_addresses(words: Sequence[Word]) -> list[Word]:
    """The words with a link on every web address that is written out, unless it goes on in the next line."""
    result = list(words)
    for number, word in enumerate(words):
        if word.href or "." not in word.text:
            continue
        match = _ADDRESS.fullmatch(word.text)
        if match is None or match["url"].endswith(_GOES_ON[1:]) or word.is_hyphenated:
            continue
        url = match["url"]
        href = safe_link(url if "://" in url else f"http://{url}")
        if href and not _goes_on_below(words, number):
            result[number] = word._replace(href=href)
    return result


def _goes_on_below(words: Sequence[Word], number: int) -> bool:
    """Whether the address ends its line in a way that breaks of addresses have."""
    word = words[number]
    following = words[number + 1] if number + 1 < len(words) else None
    is_last_on_line = following is not None and following.y0 >= word.y1 - 0.2 * word.size
    return is_last_on_line and word.text.endswith(_GOES_ON)


def with_field_values(words: Sequence[Word], fields: Sequence[FieldValue]) -> list[Word]:
    """The words and those of the values, except of values that the page itself shows."""
    if not fields:
        return list(words)
    size = median(word.size for word in words) if words else _USUAL_SIZE
    result = list(words)
    for value in fields:
        if not _is_shown(value, words):
            result.extend(_words_of(value, size))
    return result


def _is_shown(value: FieldValue, words: Sequence[Word]) -> bool:
    inside = [
        word for word in words if value.box.contains((word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2, 2.0)
    ]
    if value.is_mark:
        return bool(inside)
    shown = "".join("".join(word.text.split()) for word in inside)
    return bool(shown) and "".join(value.text.split()) in shown


def _words_of(value: FieldValue, usual_size: float) -> list[Word]:
    box = value.box
    height = max(box.y1 - box.y0, 1.0)
    size = min(usual_size, height / 1.2)
    if value.is_mark:
        middle = (box.y0 + box.y1) / 2
        return [Word(value.text, box.x0, middle - 0.6 * size, box.x1, middle + 0.5 * size, size)]
    fitting = max(int((box.x1 - box.x0) / (_CHARACTER_WIDTH * size)), 8)
    is_single = height < 2.2 * size and "\n" not in value.text
    lines = [value.text] if is_single else _wrapped(value.text, fitting)
    pitch = 1.2 * size
    top = (box.y0 + box.y1) / 2 - 0.6 * size if is_single else box.y0 + 0.1 * size
    if len(lines) * pitch > height and not is_single:
        pitch = height / len(lines)
    width = min(_CHARACTER_WIDTH * size, (box.x1 - box.x0) / max(1, *map(len, lines)))
    words = []
    for number, line in enumerate(lines):
        y = top + number * pitch
        for match in re.finditer(r"\S+", line):
            x0, x1 = box.x0 + 2 + match.start() * width, box.x0 + 2 + match.end() * width
            words.append(Word(match.group(), x0, y, x1, y + 1.1 * size, size))
    return words


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, width) or []
        if len(lines) >= _MAXIMUM_LINES:
            break
    return lines or [text]


def mark_forms(drafts: Sequence[Draft], fields: Sequence[FieldValue]) -> None:
    """Make the paragraphs that hold field values ``Form`` drafts, with the field's label when the page has
    no words beside it. Values in tables stay there."""
    candidates = [draft for draft in drafts if draft.kind == "Text"]
    for value in fields:
        draft = next((draft for draft in candidates if _meets(draft.bbox, value.box)), None)
        if draft is None:
            continue
        draft.kind = "Form"
        is_alone = "".join(draft.text.split()) == "".join(value.text.split())
        if is_alone and value.label:
            label = escape(value.label, quote=False)
            draft.html = f"{draft.html} {label}" if value.is_mark else f"{label}: {draft.html}"
            draft.text = f"{draft.text} {value.label}" if value.is_mark else f"{value.label}: {draft.text}"


def _meets(area: BoundingBox, box: BoundingBox) -> bool:
    """Whether the field lies in the area; its value may fill only a part of it."""
    overlap = min(area.y1, box.y1) - max(area.y0, box.y0)
    smaller = min(area.y1 - area.y0, box.y1 - box.y0)
    return area.x0 < box.x1 and area.x1 > box.x0 and overlap > 0.4 * smaller


def comment_drafts(comments: Sequence[Comment], width: float, height: float) -> list[Draft]:
    """The comments of a page as the last blocks of it."""
    area = BoundingBox(0.0, 0.0, width, height)
    return [
        Draft("Text", area, f'<p data-role="comment">{escape(comment.line, quote=False)}</p>', comment.line)
        for comment in comments
    ]
