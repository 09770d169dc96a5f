"""``table.columns``: whether the columns that a table has on the page are columns in the output."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import no_layer_reason
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.tables_of import grids_of
from docassay.checks.words import listing, shorten, to_words
from docassay.documents.model import Block, BoundingBox
from docassay.documents.source_layer import SourcePage

if TYPE_CHECKING:
    from docassay.documents.tables import TableCell, TableGrid

WIDE_GAP: Final = 0.8
"""The least width of a gap between columns, in heights of a printed word (a space has half of it)."""
FEWEST_ROWS: Final = 2
"""So many rows must have words on both sides of a gap."""
MOST_CROSSED: Final = 0.1
"""The share of rows that may print across a gap, as headers over two columns do."""
FEWEST_LOCATED: Final = 0.5
"""The share of a table's words that must be found inside of its box, or the box proves nothing."""
MOST_WORDS: Final = 20_000
MOST_BORDERS: Final = 64
"""So many lost borders of one column are told apart."""
_MOST_LINES: Final = 50
_MOST_LOOKED_AT: Final = 2_000_000
"""Lines of a row, and words over all cells, that are looked through for what the first look has missed."""
_REMEMBERED: Final = 64
_MARGIN_POINTS: Final = 2.0
_MATH: Final = re.compile(r"\\[a-zA-Z]|[\^_]\{")
"""The text of a cell that holds LaTeX."""
_QUOTE: Final = 60
_SHOWN: Final = 4


class _Word(NamedTuple):
    """A word of the layer; ``line`` counts the printed lines of the table from the top."""

    line: int
    x0: float
    x1: float
    text: str


class _Token(NamedTuple):
    """A part of a printed word that can be compared, with the word."""

    text: str
    word: _Word


@dataclass(frozen=True, slots=True)
class _Gap:
    """Two columns in one: ``column`` and ``row`` are 0-based, of the output; the texts are those of a row."""

    column: int
    row: int
    left: str
    right: str


_Rows = Mapping[int, Sequence[_Word]]
"""What is printed of one column in each row of the output, from left to right."""


@check(
    "table.columns",
    version="1",
    levels=("block",),
    needs=frozenset({"source"}),
    summary=(
        "Whether columns that stand apart on the page are columns of the output's tables. The words of each "
        "column are looked up in the text layer inside the table's box; a wide gap between them that runs "
        "through its rows is a border between columns that the output has lost. One item a table. Tables "
        "without a box, and files whose layer does not say where words stand, are left out."
    ),
    mapping="5 x columns of the output / (columns of the output + borders that were lost)",
    source="White space between columns as in T-Recs (Kieninger, 1998) and camelot's stream mode.",
    cost="0.6 ms a page",
)
def table_columns(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for each block with one table whose words are found; ``value`` is 0-1."""
    source = subject.source
    if source is None or not source.has_text or not source.is_paginated or not subject.document.is_paginated:
        return [not_applicable(no_layer_reason(subject))]
    tables: dict[str, list[tuple[Block, TableGrid]]] = defaultdict(list)
    for block, grid in grids_of(subject):
        tables[block.id].append((block, grid))
    if not tables:
        return [not_applicable("The output has no tables.")]
    items = []
    for (block, grid), *others in tables.values():
        page = source.page(block.page_index)
        if page is not None and not others:
            item = _item(block, grid, page)
            if item is not None:
                items.append(item)
    return items or [not_applicable("The text layer does not say where the words of the tables stand.")]


def _item(block: Block, grid: TableGrid, page: SourcePage) -> Item | None:
    words = list(_words_inside(page, block.bbox))
    if not words or not grid.cells:
        return None
    columns = _columns(grid, words)
    if columns is None:
        return None
    width = WIDE_GAP * median(box.y1 - box.y0 for _, box in words)
    gaps = [gap for column, rows in sorted(columns.items()) for gap in _gaps(column, rows, width)]
    value = grid.column_count / (grid.column_count + len(gaps))
    size = f"{block.id} ({grid.row_count} x {grid.column_count} cells)"
    feedback = f"{size}: its columns are those of the page."
    if gaps:
        told = [
            f"column {gap.column + 1} holds both “{shorten(gap.left, _QUOTE)}” and "
            f"“{shorten(gap.right, _QUOTE)}” (row {gap.row + 1})"
            for gap in gaps
        ]
        feedback = f"{size}: columns that stand apart on the page are one: {listing(told, _SHOWN)}."
    return Item(
        score=BEST * value,
        value=value,
        feedback=feedback,
        page_index=block.page_index,
        block_id=block.id,
        block_type=block.block_type,
        details={"lost_borders": len(gaps), "columns": sorted({gap.column + 1 for gap in gaps})},
    )


def _words_inside(page: SourcePage, area: BoundingBox) -> Iterator[tuple[str, BoundingBox]]:
    """The words whose centre lies in the area; none when the layer has no boxes."""
    for text, box in zip(page.text.split(), page.word_boxes, strict=False):
        if area.contains((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, _MARGIN_POINTS):
            yield text, box


def _in_lines(words: Sequence[tuple[str, BoundingBox]]) -> Iterator[_Word]:
    """The words line by line from the top, each line from left to right."""
    lines: list[list[tuple[str, BoundingBox]]] = []
    bottom = middle = float("-inf")
    for text, box in sorted(words, key=lambda each: each[1].y0 + each[1].y1):
        centre = (box.y0 + box.y1) / 2
        if not lines or (centre > bottom and box.y0 > middle):
            lines.append([])
            bottom, middle = box.y1, centre
        lines[-1].append((text, box))
    for number, line in enumerate(lines):
        for text, box in sorted(line, key=lambda each: each[1].x0):
            yield _Word(number, box.x0, box.x1, text)


def _tokens(text: str) -> Iterator[str]:
    """The words of a text; a sign that is no word stands for itself."""
    for part in text.split():
        yield from _tokens_of_part(part) if len(part) <= _REMEMBERED else to_words(part).tokens or (part,)


@lru_cache(maxsize=4_096)
def _tokens_of_part(part: str) -> tuple[str, ...]:
    return to_words(part).tokens or (part,)


def _columns(grid: TableGrid, words: Sequence[tuple[str, BoundingBox]]) -> dict[int, _Rows] | None:
    """What is printed of each column, as far as it is found in the layer; None when too little is.

    Formulas and cells over several columns are left out: the white space in them parts no columns.
    """
    printed = [_Token(token, word) for word in _in_lines(words) for token in _tokens(word.text)]
    cells = [
        (cell, list(_tokens(cell.text)))
        for cell in sorted(grid.cells, key=lambda each: (each.row, each.column))
    ]
    wanted = sum(len(tokens) for _, tokens in cells)
    if not printed or not wanted or max(len(printed), wanted) > MOST_WORDS:
        return None
    places = _located(cells, printed)
    if sum(map(len, places)) < FEWEST_LOCATED * wanted:
        return None
    taken = set().union(*places)
    strays: dict[int, list[_Word]] = defaultdict(list)
    for number, token in enumerate(printed):
        if number not in taken:
            strays[token.word.line].append(token.word)
    found: dict[int, dict[int, list[_Word]]] = defaultdict(dict)
    for (cell, _), place in zip(cells, places, strict=True):
        if place and cell.column_span == 1 and not _MATH.search(cell.text):
            own = {printed[number].word for number in place}
            found[cell.column][cell.row] = sorted(_with_strays(own, strays), key=lambda word: word.x0)
    return dict(found)


def _with_strays(own: set[_Word], strays: Mapping[int, Sequence[_Word]]) -> set[_Word]:
    """The words of a cell, and those of no cell that are printed between them (signs that were misread).

    ``strays`` are by line, each line from left to right.
    """
    start, end = min(word.x0 for word in own), max(word.x1 for word in own)
    found = set(own)
    for line in {word.line for word in own}:
        beside = strays.get(line, ())
        first = bisect_right(beside, start, key=_left_of)
        found.update(word for word in beside[first : bisect_left(beside, end, key=_left_of)] if word.x1 < end)
    return found


def _left_of(word: _Word) -> float:
    return word.x0


def _located(cells: Sequence[tuple[TableCell, list[str]]], printed: Sequence[_Token]) -> list[set[int]]:
    """The numbers of the printed tokens of each cell.

    The whole table is set beside the page first. That goes by printed lines; what it misses of cells with
    several lines is then looked for among the lines of the same row.
    """
    flat = [(number, token) for number, (_, tokens) in enumerate(cells) for token in tokens]
    places: list[set[int]] = [set() for _ in cells]
    for one, other in _common([token for _, token in flat], [token.text for token in printed]):
        places[flat[one][0]].add(other)
    lines: dict[int, set[int]] = defaultdict(set)
    for (cell, _), place in zip(cells, places, strict=True):
        lines[cell.row].update(printed[number].word.line for number in place)
    taken = set().union(*places)
    line_numbers = [token.word.line for token in printed]
    left = _MOST_LOOKED_AT
    for (cell, tokens), place in zip(cells, places, strict=True):
        of_row = lines[cell.row]
        if len(place) == len(tokens) or not of_row:
            continue
        first, last = min(of_row), max(of_row)
        begin, end = bisect_left(line_numbers, first), bisect_right(line_numbers, last)
        left -= end - begin
        if last - first > _MOST_LINES or left < 0:
            continue
        near = [number for number in range(begin, end) if number in place or number not in taken]
        again = {near[other] for _, other in _common(tokens, [printed[number].text for number in near])}
        if len(again) > len(place):
            taken.update(again)
            place.clear()
            place.update(again)
    return places


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The pairs of places of a longest common subsequence."""
    from rapidfuzz.distance import LCSseq

    for step in LCSseq.opcodes(one, other):
        if step.tag == "equal":
            yield from zip(
                range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
            )


def _gaps(column: int, rows: _Rows, width: float) -> list[_Gap]:
    """The borders inside of a column, at most ``MOST_BORDERS``, from left to right."""
    found: list[tuple[float, _Gap]] = []
    parts = [rows]
    while parts and len(found) < MOST_BORDERS:
        part = parts.pop()
        border = _border(part, width)
        if border is None:
            continue
        place, row = border
        left = {row: [word for word in words if word.x1 <= place] for row, words in part.items()}
        right = {row: [word for word in words if word.x0 >= place] for row, words in part.items()}
        found.append((place, _Gap(column, row, _text(left[row]), _text(right[row]))))
        parts += [left, right]
    return [gap for _, gap in sorted(found, key=lambda each: each[0])]


def _border(rows: _Rows, width: float) -> tuple[float, int] | None:
    """Where the most rows have a wide space, the leftmost of such places, and the first of these rows; None
    when they are too few or too many others print across it."""
    spaces = {row: list(_spaces(words, width)) for row, words in rows.items()}
    starts = sorted(start for found in spaces.values() for start, _ in found)
    ends = sorted(end for found in spaces.values() for _, end in found)
    best, most = 0.0, 0
    for place in sorted((start + end) / 2 for found in spaces.values() for start, end in found):
        # The spaces of a row are apart, so that the spaces around a place are the rows that have one there.
        count = bisect_left(starts, place) - bisect_right(ends, place)
        if count > most:
            best, most = place, count
    if most < FEWEST_ROWS:
        return None
    supporters = [row for row, found in spaces.items() if any(start < best < end for start, end in found)]
    among = frozenset(supporters)
    others = [words for row, words in rows.items() if row not in among]
    crossed = sum(
        any(word.x0 < best for word in words) and any(word.x1 > best for word in words) for words in others
    )
    return (best, supporters[0]) if crossed <= MOST_CROSSED * len(supporters) else None


def _spaces(words: Sequence[_Word], width: float) -> Iterator[tuple[float, float]]:
    """The wide spaces from left to right that no word of a row reaches into."""
    end = float("inf")
    for word in words:
        if word.x0 - end >= width:
            yield end, word.x0
        end = word.x1 if end == float("inf") else max(end, word.x1)


def _text(words: Iterable[_Word]) -> str:
    return " ".join(word.text for word in sorted(words))
