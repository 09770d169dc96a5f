"""Labels on the left of lines that reach over columns of amounts only, as in accounts."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.tables.prose import is_prose
from docassay.readers.pdf.tables.regions import Region, WordsByHeight
from docassay.readers.pdf.tables.text_rows import Run, is_number, runs_of, text_rows

_MINIMUM_ROWS: Final = 3
_LABELLED: Final = 0.6
_NUMERIC: Final = 0.6
_LABEL_WORDS: Final = 9
_MAXIMUM_WORDS: Final = 4_000
_INDENT: Final = 4.0


def with_labels(region: Region, words: WordsByHeight, others: Sequence[Region]) -> Region:
    """The region, widened over the labels of its rows when its own first column holds amounts.

    Most rows must have one text on the left, from a common edge, and no text of another kind between.
    """
    box = region.box
    left = max((other.box.x1 for other in others if _is_on_the_left(other.box, box)), default=0.0)
    inside = words.inside(box)
    if not 2 * _MINIMUM_ROWS <= len(inside) <= _MAXIMUM_WORDS:
        return region
    around = words.inside(BoundingBox(left, box.y0, box.x1, box.y1))
    if len(around) == len(inside) or len(around) > _MAXIMUM_WORDS:
        return region
    own = {id(words.words[index]) for index in inside}
    labels: list[Run] = []
    amounts = rows_of_amounts = 0
    for number, row in enumerate(text_rows([words.words[index] for index in around])):
        runs = runs_of(number, row)
        before = [run for run in runs if id(run.words[0]) not in own]
        after = [run for run in runs if id(run.words[0]) in own]
        if not after:
            continue
        rows_of_amounts += 1
        amounts += is_number(after[0].words[-1].text)
        if len(before) == 1:
            labels.append(before[0])
        elif before:
            return region
    if amounts < _NUMERIC * rows_of_amounts or len(labels) < max(_MINIMUM_ROWS, _LABELLED * rows_of_amounts):
        return region
    if not _are_labels(labels, box.x0):
        return region
    edge = min(run.x0 for run in labels)
    return Region(BoundingBox(edge, box.y0, box.x1, box.y1), region.horizontal, region.vertical)


def _is_on_the_left(other: BoundingBox, box: BoundingBox) -> bool:
    return other.x1 <= box.x0 and min(other.y1, box.y1) > max(other.y0, box.y0)


def _are_labels(runs: Sequence[Run], right: float) -> bool:
    """Short texts that start at one edge, or a little right of it, and end before the amounts."""
    edge = min(run.x0 for run in runs)
    size = median(run.words[0].size for run in runs)
    width = right - edge
    indented = sum(run.x0 - edge > _INDENT * size for run in runs)
    prose = sum(is_prose(run.words, run.x1 - run.x0, width) and run.x1 > right - size for run in runs)
    return (
        median(len(run.words) for run in runs) <= _LABEL_WORDS
        and indented <= 0.2 * len(runs)
        and prose <= 0.2 * len(runs)
        and max(run.x1 for run in runs) <= right + size
    )
