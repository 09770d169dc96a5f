"""Large first letters that reach over several lines of their paragraph."""

from __future__ import annotations

from statistics import median
from typing import Final

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.text import Word

_LARGER: Final = 1.8
_MAXIMUM_CAPS: Final = 12


def with_drop_caps(runs: list[Line]) -> list[Line]:
    """Put each large letter at the head of the topmost line beside it.

    The other lines beside it then begin where the letter does, so that they do not look indented.
    """
    if len(runs) < 3:
        return runs
    limit = _LARGER * median([run.size for run in runs])
    caps = [run for run in runs if is_drop_cap(run.words[0], limit)]
    if not 0 < len(caps) <= _MAXIMUM_CAPS:
        return runs
    lone: set[int] = set()
    for run in caps:
        cap = run.words[0]
        beside = [other for other in runs if other is not run and _is_beside(cap, other, limit)]
        if len(run.words) == 1:
            if not beside:
                continue
            host = min(beside, key=lambda other: other.y0)
            host.attach([cap])
            lone.add(id(run))
        for other in beside:
            other.x0 = min(other.x0, cap.x0)
    return [run for run in runs if id(run) not in lone] if lone else runs


def is_drop_cap(word: Word, limit: float) -> bool:
    """Whether the word is one letter, with a quotation mark at most, of at least ``limit`` points."""
    text = word.text.lstrip("“„«\"'‘")
    return word.size >= limit and len(text) == 1 and text.isalpha() and len(word.text) <= 2


def _is_beside(cap: Word, line: Line, limit: float) -> bool:
    """Whether an ordinary line starts right of the letter, within its height."""
    if line.size >= limit / 1.3 or not cap.y0 - 0.3 * line.size <= line.middle <= cap.y1:
        return False
    return -0.2 * line.size <= line.x0 - cap.x1 <= 1.5 * line.size
