"""Reading order: recursive cuts along column gutters, with lines that span a gutter as separators.

A variant of the recursive XY cut (Nagy and Seth, 1984): a gutter is a vertical strip that few segments
cross and that has text on both sides; segments that do cross it (titles, wide paragraphs) cut the area into
bands, and every band is read column by column. Where no gutter runs through the whole area, it is cut at
its widest blank strip, and each part is tried again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.running_text import are_labels_of, is_running_text, share_of_baselines

_MAXIMUM_DEPTH: Final = 8
_MINIMUM_SIDE: Final = 3
_CROSSING_SHARES: Final = (0.0, 0.1, 0.3)
"""Shares of the segments that may cross a gutter, tried in turn."""
_CONFLICT: Final = 3.0
_MAXIMUM_GUTTERS: Final = 4
_ALIGNED: Final = 0.5
_HEADING: Final = 1.15
_EDGE: Final = 0.08
_APART: Final = 1.7
_MOST_NEIGHBOURS: Final = 60
_SOLID: Final = 3
"""Characters from which a segment is more than a symbol of a formula."""


def reading_regions(
    segments: Sequence[Line], depth: int = 0, *, from_right: bool = False
) -> list[list[Line]]:
    """Split segments into single-column regions in reading order; each region is sorted top to bottom.

    ``from_right`` says that the right column is read before the left one (Arabic, Hebrew).
    """
    ordered = sorted(segments, key=lambda segment: (segment.y0 + segment.y1, segment.x0))
    if depth >= _MAXIMUM_DEPTH or len(ordered) < 2 * _MINIMUM_SIDE or not _has_neighbours(ordered):
        return [ordered] if ordered else []
    clear, crossed = _gutters(ordered)
    return (
        _columns(ordered, clear, depth, from_right=from_right)
        or _stacked(ordered, depth, from_right=from_right)
        or _columns(ordered, crossed, depth, from_right=from_right)
        or [ordered]
    )


def edge_lines(segments: Sequence[Line], height: float) -> tuple[list[Line], list[Line], list[Line]]:
    """Segments at the very head and foot of the page that stand apart from the rest, and the rest between.

    ``segments`` are sorted from top to bottom. Running headers and footers so never become a column's.
    """
    first, last = 0, len(segments)
    while first < last and segments[first].y1 <= _EDGE * height:
        first += 1
    while last > first and segments[last - 1].y0 >= (1 - _EDGE) * height:
        last -= 1
    if first == last:
        return [], list(segments), []
    body = list(segments[first:last])
    top, bottom = min([line.top for line in body]), max([line.bottom for line in body])
    head, foot = list(segments[:first]), list(segments[last:])
    if head and top - max([line.y1 for line in head]) < _APART * head[-1].size:
        body, head = [*head, *body], []
    if foot and min([line.y0 for line in foot]) - bottom < _APART * foot[0].size:
        body, foot = [*body, *foot], []
    return head, body, foot


def _has_neighbours(ordered: Sequence[Line]) -> bool:
    """Whether enough segments have another one beside them for there to be columns at all."""
    beside = 0
    for above, below in pairwise(ordered):
        if below.y0 < above.y1 and (below.x0 >= above.x1 or above.x0 >= below.x1):
            beside += 1
            if beside >= _MINIMUM_SIDE:
                return True
        elif above.y1 - above.y0 > 3 * above.size:
            return True  # a picture or table may have a column of text beside it
    return False


def _columns(
    ordered: Sequence[Line], gutters: Sequence[float], depth: int, *, from_right: bool
) -> list[list[Line]]:
    """The regions left and right of the first gutter with columns at its sides; empty when there is none."""
    for gutter in gutters:
        bands = _bands(ordered, gutter)
        if any(_are_columns(left, right) for _, left, right in bands):
            regions: list[list[Line]] = []
            for spanning, left, right in bands:
                for part in (spanning, right, left) if from_right else (spanning, left, right):
                    if part:
                        regions.extend(reading_regions(part, depth + 1, from_right=from_right))
            return regions
    return []


def _stacked(ordered: Sequence[Line], depth: int, *, from_right: bool) -> list[list[Line]]:
    """The regions above and below the widest blank strip; empty when neither part has columns."""
    above, below = _halves(ordered)
    if not above or not below:
        return []
    upper = reading_regions(above, depth + 1, from_right=from_right)
    lower = reading_regions(below, depth + 1, from_right=from_right)
    return [*upper, *lower] if len(upper) > 1 or len(lower) > 1 else []


_Band = tuple[list[Line], list[Line], list[Line]]


def _gutters(segments: Sequence[Line]) -> tuple[list[float], list[float]]:
    """The middles of the most promising gutters, best first: clear ones, and those that text runs across.

    A gutter's score is the number of solid segments on its smaller side, less half of those that cross it,
    less three for each crossing one that shares its row with other text and so is no separator. A gutter
    with more than one of these is not clear.
    """
    size = _main_size(segments)
    solid = [segment for segment in segments if _is_solid(segment, size)]
    gap = max(5.0, 0.8 * size)
    starts = sorted([segment.x0 for segment in segments])
    ends = sorted([segment.x1 for segment in segments])
    solid_starts = sorted([segment.x0 for segment in solid])
    solid_ends = sorted([segment.x1 for segment in solid])
    scores: list[tuple[float, float, float, bool]] = []
    for start, end, crossing in _open_strips(starts, ends, gap):
        if crossing and end - start < size:
            continue
        left = bisect_left(solid_ends, start + 0.01)
        right = len(solid) - bisect_left(solid_starts, end)
        smaller_side = min(left, right)
        score = smaller_side - 0.5 * crossing
        if smaller_side < _MINIMUM_SIDE or score <= 0:
            continue
        middle = (start + end) / 2
        conflicts = _conflicts(segments, middle) if crossing else 0
        score -= _CONFLICT * conflicts
        if score > 0:
            scores.append((-score, start - end, middle, conflicts <= 1))
    scores.sort()
    found: list[float] = []
    clear: list[float] = []
    crossed: list[float] = []
    for _, _, middle, is_clear in scores[: 4 * _MAXIMUM_GUTTERS]:
        if all(abs(middle - other) > gap for other in found):
            found.append(middle)
            (clear if is_clear else crossed).append(middle)
    return clear[:_MAXIMUM_GUTTERS], crossed[:_MAXIMUM_GUTTERS]


def _main_size(segments: Sequence[Line]) -> float:
    """The font size that sets most characters."""
    weights: dict[float, int] = {}
    for segment in segments:
        weights[segment.size] = weights.get(segment.size, 0) + len(segment.text)
    return max(weights, key=lambda size: weights[size])


def _is_solid(segment: Line, size: float) -> bool:
    """Whether the segment is more than a symbol or an index of a formula: text, or a picture's place."""
    if segment.y1 - segment.y0 > 3 * size:
        return True
    return len(segment.text) >= _SOLID and segment.size > 0.85 * size


def _open_strips(
    starts: Sequence[float], ends: Sequence[float], gap: float
) -> list[tuple[float, float, int]]:
    """Strips at least ``gap`` wide as (start, end, the most segments that cross it at one place)."""
    strips = _strips(starts, ends)
    found: dict[tuple[float, float], int] = {}
    for share in _CROSSING_SHARES:
        allowed = int(share * len(starts))
        opened, most = 0.0, -1
        for start, end, crossing in strips:
            if crossing > allowed:
                most = -1
                continue
            if most < 0:
                opened = start
            most = max(most, crossing)
            if end - opened >= gap:
                found.pop((opened, start), None)
                found[opened, end] = most
    return [(start, end, most) for (start, end), most in found.items()]


def _strips(starts: Sequence[float], ends: Sequence[float]) -> list[tuple[float, float, int]]:
    """The strips between neighbouring edges and how many segments cross each."""
    result: list[tuple[float, float, int]] = []
    started = ended = 0
    edges = sorted({*starts, *ends})
    for left, right in pairwise(edges):
        while started < len(starts) and starts[started] <= left:
            started += 1
        while ended < len(ends) and ends[ended] <= left:
            ended += 1
        result.append((left, right, started - ended))
    return result


def _conflicts(segments: Sequence[Line], gutter: float) -> int:
    """How many segments that cross the gutter have other text beside them."""
    beside = [segment for segment in segments if not segment.x0 < gutter < segment.x1]
    middles = [segment.y0 + segment.y1 for segment in beside]
    conflicts = 0
    for segment in segments:
        if segment.x0 < gutter < segment.x1:
            first, last = _same_height(middles, segment)
            conflicts += any(_overlaps(segment, beside[other]) for other in range(first, last))
    return conflicts


def _same_height(middles: Sequence[float], segment: Line) -> tuple[int, int]:
    """The range of indexes in ``middles`` (sums of y0 and y1, sorted) about as high as the segment.

    At most so many that segments printed over each other cannot make the work grow with their square.
    """
    middle, reach = segment.y0 + segment.y1, 1.5 * segment.size
    first = bisect_left(middles, middle - reach)
    return first, min(bisect_left(middles, middle + reach), first + _MOST_NEIGHBOURS)


def _bands(segments: Sequence[Line], gutter: float) -> list[_Band]:
    """Cut into (spanning lines, left column, right column) triples from top to bottom."""
    sides = [1 if segment.x1 <= gutter else 2 if segment.x0 >= gutter else 0 for segment in segments]
    _return_overlong_lines(segments, sides)
    _span_lonely_headings(segments, sides)
    bands: list[_Band] = [([], [], [])]
    for segment, side in zip(segments, sides, strict=True):
        if side == 0 and (bands[-1][1] or bands[-1][2]):
            bands.append(([], [], []))
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


def _return_overlong_lines(segments: Sequence[Line], sides: list[int]) -> None:
    """Give a crossing line to its column when the other column has text beside it: it only sticks out."""
    middles = [segment.y0 + segment.y1 for segment in segments]
    for number, segment in enumerate(segments):
        if sides[number]:
            continue
        first, last = _same_height(middles, segment)
        beside = {sides[other] for other in range(first, last) if _overlaps(segment, segments[other])} - {0}
        if len(beside) == 1:
            sides[number] = 3 - beside.pop()


def _overlaps(segment: Line, other: Line) -> bool:
    """Whether they share a good part of the smaller one's height."""
    shared = min(segment.y1, other.y1) - max(segment.y0, other.y0)
    return shared > 0.4 * min(segment.y1 - segment.y0, other.y1 - other.y0)


def _span_lonely_headings(segments: Sequence[Line], sides: list[int]) -> None:
    """Let a line in large print be a separator when the other column breaks off above and below it."""
    limit = _HEADING * median([segment.size for segment in segments])
    if all(segment.size < limit for segment in segments):
        return
    last_small = max(number for number, segment in enumerate(segments) if segment.size < limit)
    others_below = _nearest_elsewhere(reversed(segments), reversed(sides))[::-1]
    others_above = _nearest_elsewhere(segments, sides)
    for number, (segment, above, below) in enumerate(zip(segments, others_above, others_below, strict=True)):
        if segment.size < limit or above is None:
            continue
        if below is None:
            if number > last_small and above.y1 <= segment.y0:
                sides[number] = 0
            continue
        slack = 0.25 * segment.size
        if above.y1 <= segment.y0 + slack and below.y0 >= segment.y1 - slack:
            sides[number] = 0


def _nearest_elsewhere(segments: Iterable[Line], sides: Iterable[int]) -> list[Line | None]:
    """For each segment of a column the last one before it that is not in its column."""
    latest: list[Line | None] = [None, None, None]
    result: list[Line | None] = []
    for segment, side in zip(segments, sides, strict=True):
        result.append(latest[side] if side else None)
        for other in (1, 2):
            if other != side:
                latest[other] = segment
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


def _are_columns(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether the two sides of a band are columns of text and not the cells of a table."""
    if len(left) < 2 or len(right) < 2 or len(left) + len(right) < 2 * _MINIMUM_SIDE:
        return False
    if min(left[-1].y1, right[-1].y1) <= max(left[0].y0, right[0].y0):
        return False
    if all(line.is_monospace for line in (*left, *right)):
        return False  # columns inside program text are part of it
    flows = is_running_text(left), is_running_text(right)
    if all(flows):
        return True
    if any(flows):
        text, labels = (left, right) if flows[0] else (right, left)
        return not are_labels_of(labels, text)
    return share_of_baselines(left, right) < _ALIGNED


def _halves(ordered: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """The segments above and below the highest blank strip that no segment reaches into."""
    best, best_gap, bottom = 0, 0.0, ordered[0].bottom
    for number, (before, after) in enumerate(pairwise(ordered), start=1):
        bottom = max(bottom, before.bottom)
        gap = after.top - bottom
        if gap > best_gap:
            best, best_gap = number, gap
    return ordered[:best], ordered[best:]
