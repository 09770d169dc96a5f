"""Boxes drawn around text: sidebars and notes that are read as a whole, apart from the text beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.marks import PageMarks, Rule

_SHORTEST_SIDE: Final = 24.0
_NARROWEST: Final = 60.0
_LARGEST_SHARE: Final = 0.6
_MOST_RULES: Final = 200
_TOUCH: Final = 3.0


def drawn_frames(marks: PageMarks, width: float, height: float) -> list[BoundingBox]:
    """Closed rectangles of lines, or the edges of filled areas, that may hold a block of text.

    The largest come first; a page with very many lines has none, they are a table or a drawing.
    """
    sides = [rule for rule in marks.vertical if rule.end - rule.start >= _SHORTEST_SIDE]
    if len(sides) < 2 or len(sides) > _MOST_RULES or len(marks.horizontal) > 2 * _MOST_RULES:
        return []
    by_extent: dict[tuple[int, int], list[Rule]] = defaultdict(list)
    for rule in sides:
        by_extent[round(rule.start / _TOUCH), round(rule.end / _TOUCH)].append(rule)
    found = []
    for group in by_extent.values():
        group.sort()
        for left, right in pairwise(group):
            box = BoundingBox(left.position, left.start, right.position, left.end)
            is_wide = box.x1 - box.x0 >= _NARROWEST
            area = (box.x1 - box.x0) * (box.y1 - box.y0)
            if is_wide and area <= _LARGEST_SHARE * width * height and _is_closed(box, marks.horizontal):
                found.append(box)
    return sorted(found, key=lambda box: (box.x0 - box.x1) * (box.y1 - box.y0))


def framed_text(frames: Sequence[BoundingBox], runs: Sequence[Line]) -> list[tuple[BoundingBox, list[Line]]]:
    """The frames that hold text of their own, with it, where other text stands beside them.

    A frame inside another one is part of it; a frame that text runs across is none.
    """
    result: list[tuple[BoundingBox, list[Line]]] = []
    taken: set[int] = set()
    for frame in frames:
        inside: list[Line] = []
        has_text_beside = is_crossed = False
        for run in runs:
            if run.middle < frame.y0 or run.middle > frame.y1:
                continue
            if run.x0 >= frame.x0 - _TOUCH and run.x1 <= frame.x1 + _TOUCH:
                inside.append(run)
            elif run.x1 > frame.x0 + _TOUCH and run.x0 < frame.x1 - _TOUCH:
                is_crossed = True
                break
            else:
                has_text_beside = True
        if is_crossed or not has_text_beside or len(inside) < 2 or any(id(run) in taken for run in inside):
            continue
        taken.update(map(id, inside))
        result.append((frame, inside))
    return result


def _is_closed(box: BoundingBox, horizontal: Sequence[Rule]) -> bool:
    return all(
        any(
            abs(rule.position - edge) <= _TOUCH
            and rule.start <= box.x0 + _TOUCH
            and rule.end >= box.x1 - _TOUCH
            for rule in horizontal
        )
        for edge in (box.y0, box.y1)
    )
