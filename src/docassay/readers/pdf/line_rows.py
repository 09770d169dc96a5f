"""Segments of one column to lines: rows of segments, and small pieces off the baseline in their lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.reading_direction import in_reading_order
from docassay.readers.pdf.segments import same_baseline

_MOST_CHARACTERS: Final = 14
"""Characters of a piece that may belong to a line without standing on its baseline."""

_MOST_WORDS: Final = 4
_SMALL_PIECE: Final = 0.85

_BIG_OPERATOR: Final = re.compile(
    "[\u220f\u2210\u2211\u222b-\u2233\u22c0-\u22c3\u2a00-\u2a06\ufffd]|(?:lim|max|min|sup|inf|arg|det|[PQRXYZ])$"
)


def joined_rows(group: Sequence[Line]) -> list[list[Line]]:
    """Segments that share a baseline, from left to right, rows from top to bottom."""
    rows: list[list[Line]] = []
    for segment in sorted(group, key=lambda item: item.y0 + item.y1):
        last = rows[-1][-1] if rows else None
        if last is not None and segment.y0 < last.y1 and same_baseline(last, segment):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda item: item.x0)
    return rows


def lines_of(group: Sequence[Line]) -> list[Line]:
    """One line per row of segments, from top to bottom.

    Small pieces off the baseline (fractions, limits of sums, marks drawn apart) join the line in whose gap
    they stand.
    """
    if len(group) < 2:
        return list(group)
    group, small = _without_small_pieces(group)
    lines = [row[0] if len(row) == 1 else _joined(row) for row in joined_rows(group)]
    if small:
        homeless = _attach_small_pieces(lines, small)
        if homeless:
            lines.extend(row[0] if len(row) == 1 else _joined(row) for row in joined_rows(homeless))
            lines.sort(key=lambda line: line.y0 + line.y1)
    return _with_satellites(lines) if len(lines) > 1 else lines


def _joined(row: Sequence[Line]) -> Line:
    """One line of the segments of a row."""
    line = Line(in_reading_order([word for segment in row for word in segment.words]))
    line.is_joined = True
    return line


def _without_small_pieces(group: Sequence[Line]) -> tuple[Sequence[Line], list[Line]]:
    """Segments of ordinary size and short ones in smaller print, which may be parts of formulas."""
    weights: dict[float, int] = {}
    for segment in group:
        weights[segment.size] = weights.get(segment.size, 0) + len(segment.text)
    if len(weights) == 1:
        return group, []
    limit = _SMALL_PIECE * max(weights, key=lambda size: (weights[size], size))
    small = [segment for segment in group if segment.size < limit and len(segment.text) <= _MOST_CHARACTERS]
    if not small or len(small) == len(group):
        return group, []
    taken = {id(segment) for segment in small}
    return [segment for segment in group if id(segment) not in taken], small


def _attach_small_pieces(lines: Sequence[Line], pieces: Sequence[Line]) -> list[Line]:
    """Attach each piece to the line in whose gap it stands; returns the pieces that have none."""
    middles = [line.middle for line in lines]
    hosts: dict[int, list[Line]] = {}
    homeless: list[Line] = []
    for piece in pieces:
        first = bisect_left(middles, piece.middle) - 2
        best, best_overlap = -1, 0.0
        for number in range(max(first, 0), min(first + 4, len(lines))):
            host = lines[number]
            overlap = min(host.y1, piece.y1) - max(host.y0, piece.y0)
            if overlap > best_overlap and _fits_into(host, piece, overlap):
                best, best_overlap = number, overlap
        if best < 0:
            homeless.append(piece)
        else:
            hosts.setdefault(best, []).append(piece)
    for number, found in hosts.items():
        lines[number].attach([word for piece in found for word in piece.words])
    return homeless


def _with_satellites(lines: list[Line]) -> list[Line]:
    """Attach short lines that stand in a gap of a neighbouring line, or over or under its operator."""
    small = [
        number
        for number, line in enumerate(lines)
        if len(line.words) <= _MOST_WORDS and len(line.text) <= _MOST_CHARACTERS
    ]
    if not small or len(small) == len(lines):
        return lines
    taken: set[int] = set()
    for number in small:
        piece = lines[number]
        best, best_overlap = None, 0.0
        for other in (number - 1, number + 1, number - 2, number + 2):
            if not 0 <= other < len(lines) or other in taken or len(lines[other].words) <= len(piece.words):
                continue
            host = lines[other]
            overlap = min(host.y1, piece.bottom) - max(host.y0, piece.top)
            if overlap > best_overlap and _fits_into(host, piece, overlap):
                best, best_overlap = host, overlap
        if best is not None:
            best.attach(piece.words)
            taken.add(number)
    return [line for number, line in enumerate(lines) if number not in taken] if taken else lines


def _fits_into(host: Line, piece: Line, overlap: float) -> bool:
    """Whether ``piece`` stands between the words of ``host``, or at an operator of it."""
    if not host.x0 - 0.2 * host.size <= piece.x0 <= host.x1 + 0.3 * host.size:
        return False
    slack = 0.15 * host.size
    depth = 0.3 * (piece.bottom - piece.top)
    covered = [
        word
        for word in host.words
        if word.x0 < piece.x1 - slack
        and word.x1 > piece.x0 + slack
        and min(word.y1, piece.bottom) - max(word.y0, piece.top) > depth
    ]
    if not covered:
        return overlap > 0.22 * (piece.bottom - piece.top)
    is_small = piece.size < 0.85 * host.size
    return is_small and len(covered) == 1 and bool(_BIG_OPERATOR.match(covered[0].text))
