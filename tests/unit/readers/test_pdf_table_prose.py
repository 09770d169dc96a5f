"""Lines of running text are told from rows of cells by the distance between their parts."""

from __future__ import annotations

import pytest

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.tables.prose import is_prose_row
from docassay.readers.pdf.tables.text_rows import TextRow, runs_of
from docassay.readers.pdf.text import Word

SIZE = 10.0
BOX = BoundingBox(0.0, 0.0, 200.0, 100.0)


def row_of(parts: list[str], apart: float) -> TextRow:
    """Parts of words with ordinary spaces, ``apart`` font sizes between the parts."""
    words: list[Word] = []
    x = 0.0
    for part in parts:
        for text in part.split():
            words.append(Word(text, x, 10.0, x + 0.5 * SIZE * len(text), 20.0, SIZE))
            x = words[-1].x1 + 0.25 * SIZE
        x += (apart - 0.25) * SIZE
    row = TextRow(words)
    row.measure()
    return row


@pytest.mark.parametrize(("apart", "is_prose"), [(0.8, True), (1.4, False)])
def test_parts_that_stand_close_are_running_text_also_when_each_begins_large(
    apart: float, is_prose: bool
) -> None:
    row = row_of(["Every ring here", "Moreover it has", "Zero as its"], apart)
    runs = runs_of(0, row)
    assert len(runs) == 3
    assert is_prose_row(row, runs, BOX) is is_prose
