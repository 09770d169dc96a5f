"""Words and marks of one page to drafts in reading order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.blocks import draft_of, pieces_of_region
from docassay.readers.pdf.column_breaks import Framed, Item, join_columns
from docassay.readers.pdf.columns import edge_lines, reading_regions
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.drop_caps import with_drop_caps
from docassay.readers.pdf.figure_labels import labels_of, with_labels
from docassay.readers.pdf.frames import drawn_frames, framed_text
from docassay.readers.pdf.geometry import from_reading, to_reading
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.marks import PageMarks, Rule
from docassay.readers.pdf.reading_direction import is_right_to_left
from docassay.readers.pdf.segments import segments
from docassay.readers.pdf.slanted import LEVEL_HEIGHT, is_slanted, slanted_drafts
from docassay.readers.pdf.tables.find import ruled_tables
from docassay.readers.pdf.tables.unruled import tables_in_region
from docassay.readers.pdf.text import Word
from docassay.readers.pdf.typewriter import is_typewritten, without_fixed_pitch

NO_MARKS: Final = PageMarks([], [], [], [])
_MINIMUM_WORDS_ON_PICTURE: Final = 5
_CUTTING: Final = frozenset({"Table", "Equation", "Frame"})
"""What ends the paragraph above it."""


def layout_page(
    words: Sequence[Word],
    marks: PageMarks,
    pictures: Sequence[Draft],
    width: float,
    height: float,
    *,
    with_aligned_tables: bool,
) -> list[Draft]:
    """Arrange a page of ``width`` x ``height`` points.

    ``pictures`` are drafts without text that take part in the reading order. Text that runs in another
    direction than most of the page (margin notes, stamps, watermarks) is laid out apart and comes last.
    """
    if is_typewritten(words):
        words = without_fixed_pitch(words)
    slanted = [word for word in words if word.y1 - word.y0 > LEVEL_HEIGHT * word.size and is_slanted(word)]
    if slanted:
        apart = set(map(id, slanted))
        words = [word for word in words if id(word) not in apart]
    directions = _by_direction(words)
    ordered_turns = [turn for turn, _ in sorted(directions.items(), key=_by_length)] or [0]
    main_turn = ordered_turns[0]
    upright = _all_turned(words, main_turn, width, height)
    across, down = (width, height) if main_turn % 2 == 0 else (height, width)
    upright_marks = _turned_marks(marks, main_turn, width, height)
    ruled = ruled_tables(upright, upright_marks, across, down)
    frames = drawn_frames(upright_marks, across, down)
    in_tables = {id(words[index]) for found in ruled for index in found.words}
    result: list[Draft] = []
    for position, turn in enumerate(ordered_turns):
        is_main = position == 0
        group: Sequence[Word] = directions.get(turn, ())
        if in_tables:
            group = [word for word in group if id(word) not in in_tables]
        group = _all_turned(group, turn, width, height)
        turned_pictures = list(pictures) if is_main else []
        for picture in turned_pictures:
            picture.bbox = to_reading(picture.bbox, turn, width, height)
        drafts = _layout_upright(
            group,
            turned_pictures,
            [found.draft for found in ruled] if is_main else [],
            frames if is_main else [],
            height if turn % 2 == 0 else width,
            with_aligned_tables=with_aligned_tables and is_main,
        )
        for draft in drafts:
            _turn_back(draft, turn, width, height)
        result.extend(drafts)
    return [*result, *slanted_drafts(slanted)]


def _by_direction(words: Sequence[Word]) -> dict[int, Sequence[Word]]:
    turns = {word.turn for word in words}
    if len(turns) == 1:
        return {turns.pop(): words}
    return {turn: [word for word in words if word.turn == turn] for turn in turns}


def _by_length(direction: tuple[int, Sequence[Word]]) -> int:
    return -sum([len(word.text) for word in direction[1]])


def _all_turned(words: Sequence[Word], turn: int, width: float, height: float) -> Sequence[Word]:
    return words if turn == 0 else [_turned(word, turn, width, height) for word in words]


def _layout_upright(
    words: Sequence[Word],
    pictures: Sequence[Draft],
    ruled: Sequence[Draft],
    frames: Sequence[BoundingBox],
    height: float,
    *,
    with_aligned_tables: bool,
) -> list[Draft]:
    tables = list(ruled)
    runs = segments(words)
    if with_aligned_tables:
        for aligned in tables_in_region(runs, minimum_columns=3):
            tables.append(aligned.draft)
            runs = [run for run in runs if id(run) not in aligned.segments]
    head, runs, foot = edge_lines(with_drop_caps(runs), height)
    pictures, runs = _labelled(pictures, runs)
    separators, loose = _placeholders(tables, pictures, runs)
    from_right = is_right_to_left(" ".join([run.text for run in runs]))
    for frame, inside in framed_text(frames, runs) if frames else ():
        taken = set(map(id, inside))
        parts = [line for line in separators if _is_inside(line, frame)]
        held = {line: separators.pop(line) for line in parts}
        runs = [run for run in runs if id(run) not in taken]
        regions = [
            _region(region, held, with_aligned_tables=with_aligned_tables)
            for region in reading_regions([*inside, *parts], from_right=from_right)
        ]
        join_columns(regions)
        framed = Framed(frame, [item for region in regions for item in region])
        separators[_placeholder(frame)] = framed
    regions = [
        _region(region, separators, with_aligned_tables=with_aligned_tables)
        for region in [head, *reading_regions([*runs, *separators], from_right=from_right), foot]
    ]
    join_columns(regions)
    result = [draft for region in regions for item in region for draft in _drafts_of(item, height)]
    for picture in loose:
        result.insert(_place_of(picture, result), picture)
    return result


def _drafts_of(item: Item, height: float) -> list[Draft]:
    if isinstance(item, Framed):
        return [draft for part in item.items for draft in _drafts_of(part, height)]
    return [item if isinstance(item, Draft) else draft_of(item, height)]


def _is_inside(line: Line, frame: BoundingBox) -> bool:
    return frame.contains((line.x0 + line.x1) / 2, (line.top + line.bottom) / 2)


def _placeholder(box: BoundingBox) -> Line:
    """A line that stands for something that is no text while columns are cut."""
    return Line([Word("\u25a1", box.x0, box.y0, box.x1, box.y1, 10.0)])


def _labelled(pictures: Sequence[Draft], runs: list[Line]) -> tuple[list[Draft], list[Line]]:
    """The pictures, charts in groups with their labels, and the segments that are no labels."""
    result: list[Draft] = []
    for picture in pictures:
        labels = labels_of(picture, runs)
        if labels:
            taken = set(map(id, labels))
            runs = [run for run in runs if id(run) not in taken]
            picture = with_labels(picture, labels)
        result.append(picture)
    return result, runs


def _placeholders(
    tables: Sequence[Draft], pictures: Sequence[Draft], runs: Sequence[Line]
) -> tuple[dict[Line, Draft | Framed], list[Draft]]:
    """Lines that stand for tables and pictures while columns are cut, and pictures that lie under text."""
    separators: dict[Line, Draft | Framed] = {}
    loose: list[Draft] = []
    for draft in [*tables, *pictures]:
        if draft.kind != "Table":
            covered = sum(
                len(run.words) for run in runs if draft.bbox.contains((run.x0 + run.x1) / 2, run.middle)
            )
            if covered >= _MINIMUM_WORDS_ON_PICTURE:
                loose.append(draft)
                continue
        separators[_placeholder(draft.bbox)] = draft
    return separators, loose


def _region(
    region: Sequence[Line], separators: Mapping[Line, Draft | Framed], *, with_aligned_tables: bool
) -> list[Item]:
    text = [line for line in region if line not in separators]
    inserted = [separators[line] for line in region if line in separators]
    if with_aligned_tables:
        for table in tables_in_region(text):
            inserted.append(table.draft)
            text = [line for line in text if id(line) not in table.segments]
    items: list[Item] = []
    start = 0
    cuts = sorted(draft.bbox.y0 for draft in inserted if draft.kind in _CUTTING)
    for cut in cuts:
        above = [line for line in text[start:] if line.middle <= cut]
        items.extend(pieces_of_region(above))
        start += len(above)
    items.extend(pieces_of_region(text[start:]))
    for draft in inserted:
        items.insert(_place_of(draft, items), draft)
    return items


def _place_of(draft: Draft | Framed, items: Sequence[Item]) -> int:
    """The index of the first item that starts below the top edge of a table or picture."""
    middle = (draft.bbox.y0 + draft.bbox.y1) / 2
    for position, other in enumerate(items):
        box = other.bbox
        if box.y0 >= draft.bbox.y0 and (box.y0 + box.y1) / 2 > middle:
            return position
    return len(items)


def _turned(word: Word, turn: int, width: float, height: float) -> Word:
    x0, y0, x1, y1 = to_reading(BoundingBox(word.x0, word.y0, word.x1, word.y1), turn, width, height)
    return word._replace(x0=x0, y0=y0, x1=x1, y1=y1)


def _turned_marks(marks: PageMarks, turn: int, width: float, height: float) -> PageMarks:
    if turn == 0:
        return marks
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    boxes = [
        (BoundingBox(rule.start, rule.position, rule.end, rule.position), True) for rule in marks.horizontal
    ]
    boxes += [
        (BoundingBox(rule.position, rule.start, rule.position, rule.end), False) for rule in marks.vertical
    ]
    for box, was_horizontal in boxes:
        x0, y0, x1, y1 = to_reading(box, turn, width, height)
        if was_horizontal == (turn % 2 == 0):
            horizontal.append(Rule(y0, x0, x1))
        else:
            vertical.append(Rule(x0, y0, y1))
    return PageMarks(horizontal, vertical, [], [])


def _turn_back(draft: Draft, turn: int, width: float, height: float) -> None:
    if turn == 0:
        return
    draft.bbox = from_reading(draft.bbox, turn, width, height)
    for child in draft.children:
        _turn_back(child, turn, width, height)
