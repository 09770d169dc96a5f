"""Whether the words of a row read like running text rather than like cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.tables.text_rows import Run, TextRow
from docassay.readers.pdf.text import Word

_PROSE_WORDS: Final = 6
_LONG_TITLE: Final = 16
_TITLES: Final = 3
_TITLE_APART: Final = 1.0


def is_prose_row(row: TextRow, runs: Sequence[Run], box: BoundingBox) -> bool:
    """Whether a row reads like a line of running text rather than cells.

    Long text beside short text is a cell beside its label, and so is long text that starts away from the
    left edge.
    """
    words, width = row.words, box.x1 - box.x0
    if _is_spread_out(row, runs):
        return False
    if len(runs) == 1 and runs[0].x1 - runs[0].x0 > 0.8 * width and len(runs[0].text) > _LONG_TITLE:
        return True
    if words[0].x0 > box.x0 + 0.12 * width:
        return False
    if len(words) >= 5 and words[-1].x1 - words[0].x0 >= 0.5 * width:
        widest = max(after.x0 - before.x1 for before, after in pairwise(words))
        small = sum(word.text[:1].islower() for word in words)
        if widest < 1.2 * row.size and small >= 0.5 * len(words):
            return True
    return all(is_prose(run.words, run.x1 - run.x0, width) for run in runs)


def _is_spread_out(row: TextRow, runs: Sequence[Run]) -> bool:
    """Whether three or more short texts stand well apart, as titles of columns do."""
    if len(runs) < _TITLES or any(len(run.words) > _TITLES for run in runs):
        return False
    return all(after.x0 - before.x1 >= _TITLE_APART * row.size for before, after in pairwise(runs))


def is_prose(run: Sequence[Word], run_width: float, width: float) -> bool:
    """Whether a run of words reads like running text: many words in small letters, wide."""
    if len(run) < _PROSE_WORDS or run_width < 0.3 * width:
        return False
    small = sum(word.text[:1].islower() for word in run)
    return small >= 0.5 * len(run)
