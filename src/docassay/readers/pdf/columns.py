"""Reading order: recursive cuts along column gutters, with lines that span a gutter as separators.

A variant of the recursive XY cut (Nagy and Seth, 1984): a gutter is a vertical strip that few segments
cross and that has running text on both sides; segments that do cross it (titles, wide paragraphs) cut the
area into bands, and every band is read column by column.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from docassay.readers.pdf.lines import Line

_MAXIMUM_DEPTH: Final = 6
_MINIMUM_SIDE: Final = 3
_FULL_LINE: Final = 0.6
"""Share of the column's width from which a line counts as running text."""


def reading_regions(segments: Sequence[Line], depth: int = 0) -> list[list[Line]]:
    """Split segments into single-column regions in reading order; each region is sorted top to bottom."""
    ordered = sorted(segments, key=lambda segment: (segment.middle, segment.x0))
    if depth >= _MAXIMUM_DEPTH or len(ordered) < 2 * _MINIMUM_SIDE:
        return [ordered] if ordered else []
    for gutter in _gutters(ordered):
        bands = _bands(ordered, gutter)
        if _has_columns(bands):
            regions: list[list[Line]] = []
            for spanning, left, right in bands:
                for part in (spanning, left, right):
                    if part:
                        regions.extend(reading_regions(part, depth + 1))
            return regions
    return [ordered]


_Band = tuple[list[Line], list[Line], list[Line]]


def _gutters(segments: Sequence[Line]) -> list[float]:
    """The middles of the most promising gutters, best first."""
    start = int(min(segment.x0 for segment in segments))
    end = int(max(segment.x1 for segment in segments)) + 1
    width = end - start + 1
    if width > 20_000:
        return []
    gap = max(5, int(0.6 * median(segment.size for segment in segments)))
    changes = [0] * (width + 2)
    begins = [0] * (width + 2)
    ends = [0] * (width + 2)
    for segment in segments:
        first, last = int(segment.x0) - start, int(segment.x1) - start
        changes[first] += 1
        changes[last + 1] -= 1
        begins[first] += 1
        ends[last] += 1
    crossing, total = [0] * width, 0
    left_of, right_of = [0] * (width + 1), [0] * (width + 2)
    for x in range(width):
        total += changes[x]
        crossing[x] = total
        left_of[x + 1] = left_of[x] + ends[x]
    for x in range(width - 1, -1, -1):
        right_of[x] = right_of[x + 1] + begins[x]
    scores: list[tuple[float, int, int]] = []
    x = 0
    while x < width:
        run = x
        while run + 1 < width and crossing[run + 1] == crossing[x]:
            run += 1
        if run - x + 1 >= gap:
            smaller_side = min(left_of[x], right_of[run + 1])
            score = smaller_side - 0.5 * crossing[x]
            if smaller_side >= _MINIMUM_SIDE and score > 0:
                scores.append((score, x, run))
        x = run + 1
    scores.sort(key=lambda item: (-item[0], item[1] - item[2]))
    return [start + (first + last + 1) / 2 for _, first, last in scores[:4]]


def _bands(segments: Sequence[Line], gutter: float) -> list[_Band]:
    """Cut into (spanning lines, left column, right column) triples from top to bottom."""
    bands: list[_Band] = [([], [], [])]
    for segment in segments:
        if segment.x0 < gutter < segment.x1:
            if bands[-1][1] or bands[-1][2]:
                bands.append(([], [], []))
            bands[-1][0].append(segment)
            continue
        side = 1 if segment.x1 <= gutter else 2
        bands[-1][side].append(segment)
    result: list[_Band] = []
    for band in bands:
        _keep_paragraph_ends(*band)
        top, left, right = band
        if not left or not right:
            rest = left or right
            if result and not result[-1][1] and not result[-1][2]:
                result[-1][0].extend(top + rest)
            else:
                result.append((top + rest, [], []))
        else:
            result.append(band)
    return result


def _keep_paragraph_ends(spanning: list[Line], left: list[Line], right: list[Line]) -> None:
    """Give short last lines of a spanning paragraph back to it."""
    while spanning and left:
        last, first = spanning[-1], left[0]
        is_tight = first.y0 - last.y1 < 0.5 * last.size and abs(first.size - last.size) < 0.1 * last.size
        if not is_tight or abs(first.x0 - last.x0) > 0.5 * last.size:
            return
        if any(segment.y0 < first.y1 for segment in right):
            return
        spanning.append(left.pop(0))


def _has_columns(bands: Sequence[_Band]) -> bool:
    """Whether the two-sided bands hold running text on both sides (and not the cells of a table)."""
    for _, left, right in bands:
        if len(left) < 2 or len(right) < 2 or len(left) + len(right) < 2 * _MINIMUM_SIDE:
            continue
        if min(left[-1].y1, right[-1].y1) <= max(left[0].y0, right[0].y0):
            continue
        if _is_running_text(left) and _is_running_text(right):
            return True
        if not _shares_baselines(left, right):
            return True
    return False


def _is_running_text(column: Sequence[Line]) -> bool:
    """Whether at least half of the characters stand in lines that fill most of the column."""
    start, end = min(line.x0 for line in column), max(line.x1 for line in column)
    total = full = 0
    for line in column:
        characters = sum(len(word.text) for word in line.words)
        total += characters
        is_full = line.x1 - line.x0 >= _FULL_LINE * (end - start)
        if is_full and (len(line.words) >= 4 or (characters >= 10 and not line.text.isascii())):
            full += characters  # scripts without spaces have long lines of few words
    return full >= 0.5 * total


def _shares_baselines(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether many lines of the shorter side sit on a line of the other: rows rather than columns."""
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    middles = [line.middle for line in many]
    shared = sum(1 for line in few if any(abs(line.middle - middle) < 0.25 * line.size for middle in middles))
    return shared >= 0.3 * len(few)
