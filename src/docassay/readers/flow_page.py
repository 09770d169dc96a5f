"""Collects the blocks of one page in reading order and gives them ids and boxes.

Formats without positions (word processing, web) get *nominal* boxes: the blocks are stacked from top to
bottom by their estimated number of lines and, when that is more than the page holds, all are shrunk alike.
Such boxes are ordered, do not overlap and lie inside the page, and say nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from docassay.documents.model import Block, BoundingBox, Page, block_id
from docassay.engines.contract import ConvertOptions
from docassay.errors import DocumentFailure

NOMINAL_WIDTH: Final = 612.0
NOMINAL_HEIGHT: Final = 792.0
_MARGIN: Final = 36.0
_LINE_HEIGHT: Final = 14.0
_CHARACTERS_PER_LINE: Final = 90
_PICTURE_LINES: Final = 8.0
_TAG: Final = re.compile(r"<[^>]*>")
_LINE_START: Final = re.compile(r"<(?:tr|li|br|p|pre)\b|\n")


@dataclass(slots=True)
class Draft:
    """A block that has no id yet. ``bbox`` None means: to be placed nominally."""

    block_type: str
    html: str
    level: int | None = None
    children: list[Draft] = field(default_factory=list)
    images: Mapping[str, bytes] = field(default_factory=dict)
    bbox: BoundingBox | None = None


def flow_page(index: int, drafts: list[Draft], *, name: str | None = None) -> Page:
    """A nominal letter-size page with the drafts stacked from top to bottom."""
    heights = [_estimated_lines(draft) * _LINE_HEIGHT for draft in drafts]
    room = NOMINAL_HEIGHT - 2 * _MARGIN
    scale = min(1.0, room / total) if (total := sum(heights)) else 1.0
    top = _MARGIN
    for draft, height in zip(drafts, heights, strict=True):
        bottom = min(top + height * scale, NOMINAL_HEIGHT - _MARGIN)
        draft.bbox = BoundingBox(_MARGIN, top, NOMINAL_WIDTH - _MARGIN, bottom)
        top = bottom
    return placed_page(index, NOMINAL_WIDTH, NOMINAL_HEIGHT, drafts, name=name)


def placed_page(
    index: int, width: float, height: float, drafts: list[Draft], *, name: str | None = None
) -> Page:
    """A page of ``width`` x ``height`` points whose top-level drafts have boxes.

    Children without a box get an even slice of their parent's height. Boxes are cut at the page's edge.
    """
    numbers = count()
    page_box = BoundingBox(0.0, 0.0, width, height)
    blocks = tuple(_block(draft, draft.bbox or page_box, index, page_box, numbers) for draft in drafts)
    return Page(index=index, width=width, height=height, blocks=blocks, method="native", name=name)


def selected_pages(options: ConvertOptions, page_count: int, page_word: str) -> list[int]:
    """The page indexes to convert; ``page_word`` ("slides") names the unit in messages.

    Raises ``DocumentFailure``: ``page_range`` for a range that the file does not have, ``too_many_pages``
    when more are to be converted than the limits allow.
    """
    from docassay.documents.page_range import select_pages

    try:
        indexes = select_pages(options.page_range, options.max_pages, page_count)
    except ValueError as error:
        raise DocumentFailure("page_range", str(error)) from error
    if len(indexes) > options.limits.max_pages:
        raise DocumentFailure(
            "too_many_pages",
            f"{len(indexes)} {page_word} are to be converted, {options.limits.max_pages} are allowed. "
            "Choose fewer with page_range.",
        )
    return indexes


def _block(
    draft: Draft, bbox: BoundingBox, page_index: int, page_box: BoundingBox, numbers: Iterator[int]
) -> Block:
    bbox = _inside(bbox, page_box)
    number = next(numbers)
    children = []
    if draft.children:
        slice_height = (bbox.y1 - bbox.y0) / len(draft.children)
        for position, child in enumerate(draft.children):
            top = bbox.y0 + position * slice_height
            nominal = BoundingBox(bbox.x0, top, bbox.x1, min(top + slice_height, bbox.y1))
            children.append(_block(child, child.bbox or nominal, page_index, page_box, numbers))
    return Block(
        id=block_id(page_index, draft.block_type, number),
        block_type=draft.block_type,
        bbox=bbox,
        html=draft.html,
        children=tuple(children),
        level=draft.level,
        images=draft.images,
    )


def _inside(box: BoundingBox, page_box: BoundingBox) -> BoundingBox:
    if 0.0 <= box.x0 <= box.x1 <= page_box.x1 and 0.0 <= box.y0 <= box.y1 <= page_box.y1:
        return box
    x0, x1 = sorted((min(max(box.x0, 0.0), page_box.x1), min(max(box.x1, 0.0), page_box.x1)))
    y0, y1 = sorted((min(max(box.y0, 0.0), page_box.y1), min(max(box.y1, 0.0), page_box.y1)))
    return BoundingBox(x0, y0, x1, y1)


def _estimated_lines(draft: Draft) -> float:
    html = draft.html
    if html.count("<") == 2 and "\n" not in html:  # one element with nothing but text inside
        return max(math.ceil((html.rfind("<") - html.find(">") - 1) / _CHARACTERS_PER_LINE), 1)
    text_lines = math.ceil(len(_TAG.sub("", html)) / _CHARACTERS_PER_LINE)
    starts = len(_LINE_START.findall(html))
    pictures = html.count("<img")
    return max(text_lines, starts, 1) + pictures * _PICTURE_LINES
