"""Where rules suggest a table: lines that touch, and stacks of parallel lines with rows between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.list_markers import is_caption
from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.tables.prose import is_prose_row
from docassay.readers.pdf.tables.rules import distinct_positions, touching_groups
from docassay.readers.pdf.tables.sideways import with_sideways_words_turned
from docassay.readers.pdf.tables.text_rows import Run, TextRow, runs_of, text_rows
from docassay.readers.pdf.text import Word

_SAME_END: Final = 4.0
_DOUBLE_RULE: Final = 7.0
_SIDE: Final = 3.0
_MAXIMUM_OPEN: Final = 40
_BAND_WORDS: Final = 1_000
_HOLE: Final = 3.5
_NOTE_LINES: Final = 2
_FIRST_GAP: Final = 1.1
_HEAD: Final = 48.0
_MANY_TITLES: Final = 12
_FEW_TITLES: Final = 3
_MINIMUM_WIDTH: Final = 24.0
_SUM_WIDTH: Final = 0.3


@dataclass(slots=True)
class Region:
    """A box that may hold a table, with the lines in it."""

    box: BoundingBox
    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)

    @property
    def has_grid(self) -> bool:
        """Whether vertical lines part the inside over at least half of its height."""
        height = self.box.y1 - self.box.y0
        return any(
            self.box.x0 + _SIDE < position < self.box.x1 - _SIDE and length >= 0.5 * height
            for position, length in self._wall_lengths()
        )

    @property
    def is_closed(self) -> bool:
        """Whether the cells are boxes: a line on the left and on the right side, and others between."""
        height = self.box.y1 - self.box.y0
        walls = [position for position, length in self._wall_lengths() if length >= 0.8 * height]
        return (
            len(walls) >= 3
            and len(distinct_positions(self.horizontal)) >= 3
            and min(walls) < self.box.x0 + 2 * _SIDE
            and max(walls) > self.box.x1 - 2 * _SIDE
        )

    def _wall_lengths(self) -> list[tuple[float, float]]:
        lengths: dict[float, float] = {}
        positions = distinct_positions(self.vertical)
        for rule in self.vertical:
            place = bisect_right(positions, rule.position + 0.01) - 1
            lengths[positions[place]] = lengths.get(positions[place], 0.0) + rule.end - rule.start
        return list(lengths.items())

    def take(self, other: Region) -> None:
        """Grow over ``other``."""
        self.box = self.box.union(other.box)
        self.horizontal.extend(other.horizontal)
        self.vertical.extend(other.vertical)


class WordsByHeight:
    """The words of a page, found by the y of their middle."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._order = sorted(range(len(words)), key=lambda index: words[index].y0 + words[index].y1)
        self._middles = [(words[index].y0 + words[index].y1) / 2 for index in self._order]
        self.words = words

    @cached_property
    def main_turn(self) -> int:
        """The direction of most words, as ``Word.turn``."""
        return Counter([word.turn for word in self.words]).most_common(1)[0][0]

    def between(self, top: float, bottom: float) -> list[int]:
        """Indexes of the words whose middle lies between ``top`` and ``bottom``, from top to bottom."""
        return self._order[bisect_left(self._middles, top) : bisect_right(self._middles, bottom)]

    def inside(self, box: BoundingBox, margin: float = _SIDE) -> list[int]:
        """Indexes of the words whose middle lies inside the box."""
        result = []
        for index in self.between(box.y0 - 1, box.y1 + 1):
            word = self.words[index]
            if box.x0 - margin <= (word.x0 + word.x1) / 2 <= box.x1 + margin:
                result.append(index)
        return result

    def inside_alone(self, box: BoundingBox) -> list[int]:
        """Like ``inside``; [] when text of these rows goes on right beside the box."""
        result = []
        beside = 0
        for index in self.between(box.y0 - 1, box.y1 + 1):
            word = self.words[index]
            middle = (word.x0 + word.x1) / 2
            if box.x0 - _SIDE <= middle <= box.x1 + _SIDE:
                result.append(index)
                continue
            reach = 2 * _SIDE + 0.3 * word.size
            if middle < box.x0:
                beside += word.x1 > box.x0 - reach
            else:
                beside += word.x0 < box.x1 + reach
        return result if beside == 0 or beside < 0.02 * len(result) else []


def ruled_regions(words: WordsByHeight, horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[Region]:
    """Regions from merged lines, from top to bottom; one whose lines are a lone rule is among them."""
    parts = []
    for rows, columns in touching_groups(horizontal, vertical):
        part = Region(_box_of(rows, columns), rows, columns)
        if part.box.x1 - part.box.x0 >= _MINIMUM_WIDTH or part.vertical:
            parts.append(part)
    parts.sort(key=lambda part: (part.box.y0, part.box.x0))
    frames = [part for part in parts if _is_frame(part)]
    return _stacked(words, [part for part in parts if part not in frames or not _holds_another(part, parts)])


def _stacked(words: WordsByHeight, parts: Sequence[Region]) -> list[Region]:
    """Stacks of the parts that belong together; what is cut off a stack makes stacks of its own."""
    stacks: list[Region] = []
    members: list[list[Region]] = []
    for part in parts:
        above = _nearest_above(stacks, part)
        if above is not None and _belong_together(words, stacks[above], part):
            stacks[above].take(part)
            members[above].append(part)
        else:
            stacks.append(Region(part.box, list(part.horizontal), list(part.vertical)))
            members.append([part])
    result: list[Region] = []
    for stack, own in zip(stacks, members, strict=True):
        if not stack.horizontal:
            continue
        region = _without_loose_ends(stack)
        result.append(region)
        loose = [
            part for part in own if part.box.y0 > region.box.y1 + 0.5 or part.box.y1 < region.box.y0 - 0.5
        ]
        if loose and len(loose) < len(own):
            result.extend(_stacked(words, loose))
    return result


def _without_loose_ends(stack: Region) -> Region:
    """Cut off short lines outside of the full ones: bars of fractions, underlines, other tables."""
    width = stack.box.x1 - stack.box.x0
    full = [rule.position for rule in stack.horizontal if rule.end - rule.start >= width - 2 * _SAME_END]
    if not full:
        return stack
    top, bottom = full[0], max(full[-1], _lowest_sum(stack, full[-1]))
    if top - stack.box.y0 < _HEAD:
        top = stack.box.y0  # short lines under titles, above the line below the head
    walls = [rule for rule in stack.vertical if rule.start < bottom + _DOUBLE_RULE and rule.end > top]
    top = min([top, *(rule.start for rule in walls)])
    bottom = max([bottom, *(rule.end for rule in walls)])
    kept = [rule for rule in stack.horizontal if top - 0.5 <= rule.position <= bottom + 0.5]
    walls = [rule for rule in stack.vertical if rule.start < bottom and rule.end > top]
    return Region(BoundingBox(stack.box.x0, top, stack.box.x1, bottom), kept, walls)


def _lowest_sum(stack: Region, bottom: float) -> float:
    """The lowest of the short lines below ``bottom`` that stand over sums.

    They leave the column of labels alone and end where the full lines do.
    """
    right = stack.box.x1
    least = _SUM_WIDTH * (right - stack.box.x0)
    lengths: dict[float, float] = {}
    ends: dict[float, float] = {}
    for rule in stack.horizontal:
        if rule.position > bottom + 0.5:
            lengths[rule.position] = lengths.get(rule.position, 0.0) + rule.end - rule.start
            ends[rule.position] = max(ends.get(rule.position, 0.0), rule.end)
    sums = [place for place, end in ends.items() if end > right - _SAME_END and lengths[place] >= least]
    return max(sums, default=bottom)


def _box_of(rows: Sequence[Rule], columns: Sequence[Rule]) -> BoundingBox:
    xs = [x for rule in rows for x in (rule.start, rule.end)] + [rule.position for rule in columns]
    ys = [y for rule in columns for y in (rule.start, rule.end)] + [rule.position for rule in rows]
    return BoundingBox(min(xs), min(ys), max(xs), max(ys))


def _is_frame(part: Region) -> bool:
    """A plain box: nothing but its four sides."""
    return (
        len(distinct_positions(part.vertical)) == 2
        and len(distinct_positions(part.horizontal)) == 2
        and part.box.y1 - part.box.y0 > 40
    )


def _holds_another(frame: Region, parts: Sequence[Region]) -> bool:
    box = frame.box
    return any(
        other is not frame
        and box.x0 - 1 <= other.box.x0
        and other.box.x1 <= box.x1 + 1
        and box.y0 - 1 <= other.box.y0
        and other.box.y1 <= box.y1 + 1
        for other in parts
    )


def _nearest_above(stacks: Sequence[Region], part: Region) -> int | None:
    """The index of the lowest stack above the part that shares its width."""
    best: int | None = None
    for number in range(max(len(stacks) - _MAXIMUM_OPEN, 0), len(stacks)):
        box = stacks[number].box
        if min(box.x1, part.box.x1) - max(box.x0, part.box.x0) <= 0:
            continue
        if best is None or box.y1 >= stacks[best].box.y1:
            best = number
    return best


def _belong_together(words: WordsByHeight, above: Region, part: Region) -> bool:
    if part.box.y0 <= above.box.y1 + 0.5:  # beside or inside each other
        return _within(above.box, part.box) or _within(part.box, above.box)
    if not (_within(above.box, part.box) or _within(part.box, above.box)):
        return False
    is_same_width = _within(above.box, part.box) and _within(part.box, above.box)
    gap = part.box.y0 - above.box.y1
    if (above.is_closed or part.is_closed) and (gap > _DOUBLE_RULE or not is_same_width):
        return False
    is_wider = not _within(above.box, part.box)
    if is_wider and len(distinct_positions(above.horizontal)) > 1:
        return False
    box = BoundingBox(
        min(above.box.x0, part.box.x0), above.box.y1, max(above.box.x1, part.box.x1), part.box.y0
    )
    indexes = words.inside(box)
    if not indexes:
        return gap <= _DOUBLE_RULE
    if len(indexes) > 20_000:
        return False
    inside = [words.words[index] for index in indexes]
    rows = text_rows(with_sideways_words_turned(inside, words.main_turn))
    if is_same_width and len(distinct_positions(above.horizontal)) > 1 and _is_note(rows, box):
        return True
    allowed_titles = _MANY_TITLES if is_same_width else 0 if is_wider else _FEW_TITLES
    starts = _starts_in_last_band(words, above) if is_same_width else []
    return _is_tabular_between(rows, box, allowed_titles, starts)


def _starts_in_last_band(words: WordsByHeight, above: Region) -> list[float]:
    """Where the cells between the last two lines start, those of the first column aside; sorted."""
    positions = distinct_positions(above.horizontal)
    if len(positions) < 2:
        return []
    box = BoundingBox(above.box.x0, positions[-2], above.box.x1, positions[-1])
    indexes = words.inside(box)
    if len(indexes) > _BAND_WORDS:
        return []
    rows = text_rows([words.words[index] for index in indexes])
    return sorted(run.x0 for number, row in enumerate(rows) for run in runs_of(number, row)[1:])


def _has_cell_at(starts: Sequence[float], row: TextRow, runs: Sequence[Run]) -> bool:
    """Whether a text of the row, not its first, starts where one of ``starts`` is."""
    slack = 0.2 * row.size
    places = (bisect_left(starts, run.x0 - slack) for run in runs[1:])
    return any(
        place < len(starts) and starts[place] <= run.x0 + slack
        for place, run in zip(places, runs[1:], strict=True)
    )


def _within(outer: BoundingBox, inner: BoundingBox) -> bool:
    return outer.x0 - _SAME_END <= inner.x0 and inner.x1 <= outer.x1 + _SAME_END


def _is_note(rows: Sequence[TextRow], box: BoundingBox) -> bool:
    """Whether one or two lines of text stand close to the line above and the line below them."""
    upper, lower = rows[0].y0 - box.y0, box.y1 - rows[-1].y1
    size = rows[0].size
    if len(rows) > _NOTE_LINES or max(upper, lower) > _FIRST_GAP * size or abs(upper - lower) > 0.5 * size:
        return False
    texts = [runs_of(number, row) for number, row in enumerate(rows)]
    is_inside = all(box.x0 - _SIDE < row.words[0].x0 and row.words[-1].x1 < box.x1 + _SIDE for row in rows)
    return is_inside and all(len(runs) == 1 for runs in texts) and not is_caption(texts[0][0].text)


def _is_tabular_between(
    rows: Sequence[TextRow], box: BoundingBox, allowed_titles: int, starts: Sequence[float]
) -> bool:
    """Whether the rows between two rules may be rows of one table.

    Rows of a single text may stand there alone when they are at most ``allowed_titles``. ``starts`` is where
    cells above start: long texts beside others are cells when they start there as well.
    """
    size = max(row.size for row in rows)
    edges = [box.y0, *(y for row in rows for y in (row.y0, row.y1)), box.y1]
    holes = [edges[place + 1] - edges[place] for place in range(0, len(edges) - 1, 2)]
    if max(holes) > _HOLE * size:
        return False
    prose = titles = 0
    for number, row in enumerate(rows):
        if row.words[0].x0 < box.x0 - 2 * _SIDE or row.words[-1].x1 > box.x1 + 2 * _SIDE:
            return False  # a line of text that runs on beside the rules
        runs = runs_of(number, row)
        if len(runs) == 1 and is_caption(runs[0].text):
            return False
        titles += len(runs) == 1
        is_title = len(runs) == 1 and all(word.font.is_bold for word in row.words)
        prose += not is_title and is_prose_row(row, runs, box) and not _has_cell_at(starts, row, runs)
    if prose > 0.3 * len(rows):
        return False
    if titles < len(rows):
        return True
    return max(holes[0], holes[-1]) < 1.1 * size and len(rows) <= allowed_titles
