"""A page in the light layout: text in the file's order, with ruled tables and pictures where they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.geometry import PageFrame, from_reading, to_reading
from docassay.readers.pdf.light.between import tables_between
from docassay.readers.pdf.light.blocks import light_drafts
from docassay.readers.pdf.light.grids import LightTable, grid_tables, merged_lines
from docassay.readers.pdf.light.rows import reads_left_to_right, text_rows
from docassay.readers.pdf.marks import PageMarks
from docassay.readers.pdf.text import PageText


def layout_lightly(
    text: PageText, marks: PageMarks, pictures: Sequence[Draft], frame: PageFrame
) -> list[Draft] | None:
    """Arrange a page in the file's own order; None when it needs the full layout.

    That is a page with right-to-left or mostly turned text, one whose columns were drawn line by line across
    the gutter, and one whose text jumps up and down.
    """
    if not reads_left_to_right(text):
        return None
    numbers: Sequence[int] = range(len(text.texts))
    turned: list[Draft] = []
    if any(style.turn for style in text.styled.styles):
        turns = np.array([style.turn for style in text.styled.styles])[text.styled.numbers]
        numbers = np.flatnonzero(turns == 0).tolist()
        if 2 * len(numbers) < len(turns):
            return None
        for turn in range(1, 4):
            turned += _turned_drafts(text.part(np.flatnonzero(turns == turn).tolist()), turn, frame)
        text = text.part(numbers)
    tables: list[tuple[int, Draft]] = []
    found = _tables(text, marks) if len(marks.horizontal) >= 2 else []
    if found:
        is_free = np.ones(len(numbers), bool)
        for table in found:
            is_free[table.words] = False
        tables = [(numbers[int(table.words[0])], table.draft) for table in found]
        free = np.flatnonzero(is_free).tolist()
        numbers, text = [numbers[number] for number in free], text.part(free)
    drafts: list[tuple[int, Draft]] = []
    if numbers:
        rows = text_rows(text, numbers)
        if rows is None:
            return None
        drafts = light_drafts(rows, frame.height)
    if tables:
        drafts = sorted([*drafts, *tables], key=lambda item: item[0])
    result = _with_edges_in_place([draft for _, draft in drafts])
    for picture in pictures:
        _insert(result, picture)
    return result + turned


def _turned_drafts(text: PageText, turn: int, frame: PageFrame) -> list[Draft]:
    """Text in another direction than most of the page (margin notes, stamps, labels of charts)."""
    if not text.texts:
        return []
    width, height = frame.width, frame.height
    boxes = [to_reading(BoundingBox(*box), turn, width, height) for box in text.boxes.tolist()]
    rows = text_rows(text._replace(boxes=np.array(boxes)), range(len(boxes)), is_trusted=True)
    drafts = [draft for _, draft in light_drafts(rows or (), width if turn % 2 else height)]
    for draft in drafts:
        draft.bbox = from_reading(draft.bbox, turn, width, height)
    return drafts


def _tables(text: PageText, marks: PageMarks) -> list[LightTable]:
    horizontal = merged_lines(marks.horizontal)
    tables = grid_tables(text, horizontal, merged_lines(marks.vertical))
    if len(horizontal) >= 3:
        is_free = np.ones(len(text.texts), bool)
        for table in tables:
            is_free[table.words] = False
        tables += tables_between(text, horizontal, is_free)
    return tables


def _with_edges_in_place(drafts: list[Draft]) -> list[Draft]:
    """Headers that were drawn last go first, footers that were drawn first go last."""
    if len(drafts) < 3:
        return drafts
    for _ in range(2):
        last, others = drafts[-1], drafts[:-1]
        if last.bbox.y1 <= min(draft.bbox.y0 for draft in others):
            drafts = [last, *others]
        first, others = drafts[0], drafts[1:]
        if first.bbox.y0 >= max(draft.bbox.y1 for draft in others):
            drafts = [*others, first]
    return drafts


def _insert(drafts: list[Draft], picture: Draft) -> None:
    """Put a picture before the first draft that starts below its top and stands over or under it."""
    box = picture.bbox
    for position, draft in enumerate(drafts):
        other = draft.bbox
        if other.y0 >= box.y0 and other.x0 <= box.x1 and other.x1 >= box.x0:
            drafts.insert(position, picture)
            return
    drafts.append(picture)
