"""``table.columns``: whether the columns that a table has on the page are columns in the output."""

from __future__ import annotations

import re
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
        yield from _tokens_of_part(part)


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
    strays = [token.word for number, token in enumerate(printed) if number not in taken]
    found: dict[int, dict[int, list[_Word]]] = defaultdict(dict)
    for (cell, _), place in zip(cells, places, strict=True):
        if place and cell.column_span == 1 and not _MATH.search(cell.text):
            own = {printed[number].word for number in place}
            found[cell.column][cell.row] = sorted(_with_strays(own, strays), key=lambda word: word.x0)
    return dict(found)


def _with_strays(own: set[_Word], strays: Sequence[_Word]) -> set[_Word]:
    """The words of a cell, and those of no cell that are printed between them (signs that were misread)."""
    lines = {word.line for word in own}
    start, end = min(word.x0 for word in own), max(word.x1 for word in own)
    return own | {word for word in strays if word.line in lines and start < word.x0 and word.x1 < end}


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
    for (cell, tokens), place in zip(cells, places, strict=True):
        of_row = lines[cell.row]
        if len(place) == len(tokens) or not of_row:
            continue
        first, last = min(of_row), max(of_row)
        near = [
            number
            for number, token in enumerate(printed)
            if first <= token.word.line <= last and (number in place or number not in taken)
        ]
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


def _gaps(column: int, rows: _Rows, width: float) -> Iterator[_Gap]:
    """The borders inside of a column, from left to right."""
    spaces = {row: list(_spaces(words, width)) for row, words in rows.items()}
    places = sorted((start + end) / 2 for found in spaces.values() for start, end in found)
    best = 0.0
    supporters: list[int] = []
    for place in places:
        holders = [row for row, found in spaces.items() if any(start < place < end for start, end in found)]
        if len(holders) > len(supporters):
            best, supporters = place, holders
    if len(supporters) < FEWEST_ROWS:
        return
    others = [words for row, words in rows.items() if row not in supporters]
    crossed = sum(
        any(word.x0 < best for word in words) and any(word.x1 > best for word in words) for words in others
    )
    if crossed > MOST_CROSSED * len(supporters):
        return
    left = {row: [word for word in words if word.x1 <= best] for row, words in rows.items()}
    right = {row: [word for word in words if word.x0 >= best] for row, words in rows.items()}
    yield from _gaps(column, left, width)
    row = supporters[0]
    yield _Gap(column, row, _text(left[row]), _text(right[row]))
    yield from _gaps(column, right, width)


def _spaces(words: Sequence[_Word], width: float) -> Iterator[tuple[float, float]]:
    """The wide spaces from left to right that no word of a row reaches into."""
    end = float("inf")
    for word in words:
        if word.x0 - end >= width:
            yield end, word.x0
        end = word.x1 if end == float("inf") else max(end, word.x1)


def _text(words: Iterable[_Word]) -> str:
    return " ".join(word.text for word in sorted(words))
