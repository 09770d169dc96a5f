"""List items in a row to one list with nested lists inside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from docassay.documents.model import Block, BoundingBox
from docassay.readers.pdf.draft import BlockNumbers, Draft, PageDraft, with_marker
from docassay.readers.pdf.list_markers import is_bullet

_DECIMAL: Final = re.compile(r"^\(?(\d{1,3})[.)]$")
_DEEPER: Final = 0.7
_MAXIMUM_LEVELS: Final = 6


@dataclass(slots=True)
class _Entry:
    """An item, the paragraphs that go on under it and the items one level deeper."""

    draft: Draft
    more: list[Draft] = field(default_factory=list)
    inner: list[_Entry] = field(default_factory=list)


def mark_sequences(pages: Sequence[PageDraft]) -> None:
    """Mark enumerated items whose number follows on one before them, even with other blocks between."""
    latest: dict[str, tuple[int, Draft]] = {}
    for page in pages:
        for draft in page.drafts:
            if draft.kind == "SectionHeader":
                latest.clear()
            number = _number(draft)
            if number is None:
                continue
            style = _style(draft.marker)
            before = latest.get(style)
            if before is not None and number == before[0] + 1:
                draft.is_in_sequence = before[1].is_in_sequence = True
            latest[style] = (number, draft)


def continues_item(draft: Draft, item: Draft) -> bool:
    """Whether a paragraph stands under a list item and not under its marker."""
    if draft.kind != "Text" or item.indent <= item.bbox.x0:
        return False
    is_under = abs(draft.bbox.x0 - item.indent) < 0.6 * draft.size
    gap = draft.bbox.y0 - item.bbox.y1
    return is_under and -draft.size < gap < 2.0 * draft.size and abs(draft.size - item.size) < 0.1 * item.size


def list_blocks(items: Sequence[Draft], numbers: BlockNumbers) -> list[Block]:
    """Blocks for neighbouring ``ListItem`` drafts with the ``Text`` drafts that go on under them.

    A lone enumerator that belongs to no sequence is just text.
    """
    blocks: list[Block] = []
    for group in _groups_of_one_kind(_nested(items)):
        first = group[0].draft
        if len(group) == 1 and not is_bullet(first.marker) and not first.is_in_sequence:
            blocks.extend(_as_text(group[0], numbers))
        else:
            blocks.append(_group(group, numbers))
    return blocks


def _nested(items: Sequence[Draft]) -> list[_Entry]:
    """Entries by their indents: further in is deeper; so is another kind of marker at the same place."""
    top: list[_Entry] = []
    levels: list[tuple[float, str, list[_Entry]]] = []
    for draft in items:
        if draft.kind != "ListItem":
            levels[-1][2][-1].more.append(draft)
            continue
        style, x = _style(draft.marker), draft.bbox.x0 - draft.column_left
        step = _DEEPER * draft.size
        while len(levels) > 1 and (x < levels[-1][0] - step or _is_open(levels[:-1], x, style, step)):
            levels.pop()
        if not levels:
            levels.append((x, style, top))
        elif len(levels) < _MAXIMUM_LEVELS:
            deeper = step if style != levels[-1][1] else 2 * step
            if x > levels[-1][0] + deeper:
                levels.append((x, style, levels[-1][2][-1].inner))
        levels[-1] = (min(x, levels[-1][0]), style, levels[-1][2])
        levels[-1][2].append(_Entry(draft))
    return top


def _is_open(levels: Sequence[tuple[float, str, list[_Entry]]], x: float, style: str, step: float) -> bool:
    """Whether the item belongs to an outer level: the same place and kind of marker."""
    return any(abs(x - left) <= step and style == kind for left, kind, _ in levels)


def _groups_of_one_kind(entries: Sequence[_Entry]) -> list[list[_Entry]]:
    """Entries split where bullets give way to numbers."""
    groups: list[list[_Entry]] = []
    for entry in entries:
        if groups and is_bullet(groups[-1][0].draft.marker) == is_bullet(entry.draft.marker):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _group(entries: Sequence[_Entry], numbers: BlockNumbers) -> Block:
    identifier = numbers.next_id("ListGroup")
    found = [_number(entry.draft) for entry in entries]
    start = found[0]
    is_ordered = start is not None and found == list(range(start, start + len(found)))
    children = []
    for entry in entries:
        keeps_marker = not is_ordered and not is_bullet(entry.draft.marker)
        children.append(_item(entry, numbers, keeps_marker=keeps_marker))
    tag = "ol" if is_ordered else "ul"
    opening = f'ol start="{start}"' if is_ordered and start != 1 else tag
    html = f"<{opening}>{''.join([child.html for child in children])}</{tag}>"
    known = [child.confidence for child in children if child.confidence is not None]
    return Block(
        identifier,
        "ListGroup",
        _around([child.bbox for child in children]),
        html,
        tuple(children),
        confidence=round(sum(known) / len(known), 4) if known else None,
    )


def _item(entry: _Entry, numbers: BlockNumbers, *, keeps_marker: bool) -> Block:
    identifier = numbers.next_id("ListItem")
    draft = entry.draft
    inner = with_marker(draft) if keeps_marker else draft.html
    if entry.more:
        inner = "".join([f"<p>{part}</p>" for part in (inner, *(more.html for more in entry.more))])
    children = [_group(group, numbers) for group in _groups_of_one_kind(entry.inner)]
    inner += "".join([child.html for child in children])
    boxes = [draft.bbox, *(more.bbox for more in entry.more), *(child.bbox for child in children)]
    return Block(
        identifier,
        "ListItem",
        _around(boxes),
        f"<li>{inner}</li>",
        tuple(children),
        confidence=draft.confidence,
    )


def _as_text(entry: _Entry, numbers: BlockNumbers) -> list[Block]:
    blocks = [_text(with_marker(entry.draft), entry.draft, numbers)]
    blocks += [_text(more.html, more, numbers) for more in entry.more]
    blocks += [_group(group, numbers) for group in _groups_of_one_kind(entry.inner)]
    return blocks


def _text(html: str, draft: Draft, numbers: BlockNumbers) -> Block:
    return Block(numbers.next_id("Text"), "Text", draft.bbox, f"<p>{html}</p>", confidence=draft.confidence)


def _number(draft: Draft) -> int | None:
    match = _DECIMAL.match(draft.marker) if draft.kind == "ListItem" else None
    return int(match.group(1)) if match else None


def _style(marker: str) -> str:
    """What markers of one level have in common: ``1.`` for numbers with a full stop, the bullet itself."""
    if is_bullet(marker):
        return marker[0]
    if any(map(str.isdigit, marker)):
        return re.sub(r"\d+", "1", marker)
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", marker))


def _around(boxes: Sequence[BoundingBox]) -> BoundingBox:
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box
