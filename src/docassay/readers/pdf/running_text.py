"""Whether lines that stand below each other are running text, labels or cells of a table."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.readers.pdf.lines import Line

_FULL_LINE: Final = 0.6
"""Share of the column's width from which a line counts as running text."""

_ON_BASELINE: Final = 0.15
_FLOWING_STARTS: Final = 0.35
_SENTENCE_ENDS: Final = ".!?:;…。！？؟"


def is_running_text(column: Sequence[Line]) -> bool:
    """Whether most of the text stands in lines that fill the column, or sentences go on from line to line."""
    start, end = min([line.x0 for line in column]), max([line.x1 for line in column])
    full_width = _FULL_LINE * (end - start)
    total = full = 0
    for line in column:
        characters = len(line.text)
        total += characters
        if line.x1 - line.x0 >= full_width and (
            len(line.words) >= 4 or (characters >= 10 and not line.text.isascii())
        ):
            full += characters  # scripts without spaces have long lines of few words
    return full >= 0.5 * total or _flows(column)


def share_of_baselines(left: Sequence[Line], right: Sequence[Line]) -> float:
    """The share (0-1) of the shorter side's lines that sit exactly on a line of the other side."""
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    bottoms = sorted([line.y1 for line in many])
    return sum([_has_near(bottoms, line.y1, _ON_BASELINE * line.size) for line in few]) / len(few)


def are_labels_of(labels: Sequence[Line], text: Sequence[Line]) -> bool:
    """Whether each short line stands beside the first line of a paragraph: terms and their descriptions."""
    starts = sorted([text[0].y1, *_paragraph_starts(text)])
    heads = [
        labels[0],
        *(below for above, below in pairwise(labels) if below.y0 - above.y1 > 0.4 * below.size),
    ]
    if len(heads) < 2 or len(labels) > len(text):
        return False
    matched = sum([_has_near(starts, head.y1, 2 * _ON_BASELINE * head.size) for head in heads])
    return matched >= 0.75 * len(heads)


def _paragraph_starts(text: Sequence[Line]) -> list[float]:
    right = max([line.x1 for line in text])
    result = []
    for above, below in pairwise(text):
        is_apart = below.y0 - above.y1 > 0.4 * below.size
        is_ended = above.x1 < right - 2 * above.size and above.text[-1] in _SENTENCE_ENDS
        if is_apart or is_ended:
            result.append(below.y1)
    return result


def _flows(column: Sequence[Line]) -> bool:
    """Whether many lines go on in the middle of a sentence: they start with a small letter."""
    if len(column) < 4 or sum([len(line.words) for line in column]) < 2 * len(column):
        return False
    going_on = sum(
        [
            below.text[0].islower() and above.text[-1] not in _SENTENCE_ENDS
            for above, below in pairwise(column)
        ]
    )
    return going_on >= _FLOWING_STARTS * (len(column) - 1)


def _has_near(sorted_values: Sequence[float], value: float, reach: float) -> bool:
    position = bisect_left(sorted_values, value - reach)
    return position < len(sorted_values) and sorted_values[position] <= value + reach
