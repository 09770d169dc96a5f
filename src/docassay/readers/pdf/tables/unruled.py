"""Tables without any line: runs of rows whose segments leave common gaps."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple

from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.line_rows import joined_rows
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.list_markers import is_caption, list_marker
from docassay.readers.pdf.tables.acceptance import aligned_share, has_leaders, is_fixed_pitch, is_patchy
from docassay.readers.pdf.tables.find import box_around, draft_of
from docassay.readers.pdf.tables.regions import Region
from docassay.readers.pdf.tables.structure import Structure, structure_of
from docassay.readers.pdf.tables.text_rows import is_number

_CELL_WORDS: Final = 5
_CELL_CHARACTERS: Final = 40
_MAXIMUM_ROWS: Final = 400
_COLUMN_GAP: Final = 0.9


class AlignedTable(NamedTuple):
    """A table and the segments that it took (by identity)."""

    draft: Draft
    segments: frozenset[int]


def tables_in_region(region: Sequence[Line], minimum_columns: int = 2) -> list[AlignedTable]:
    """Tables found by alignment alone inside a single-column region: at least three rows, or a row of bold
    labels and the row of their values.

    With ``minimum_columns`` of three or more it may be used on a page whose columns are not known yet: then
    no column of a table may hold running text.
    """
    rows = joined_rows(region)
    found: list[AlignedTable] = []
    start = 0
    while start < len(rows):
        if len(rows[start]) < 2:
            start += 1
            continue
        end = start + 1
        start -= start > 0 and _is_tight_head(rows[start - 1], rows[start])
        while end < len(rows) and end - start < _MAXIMUM_ROWS and _belongs(rows, end):
            end += 1
        while end > start and len(rows[end - 1]) < 2 and not _is_continuation(rows, end - 1):
            end -= 1
        minimum_rows = 2 if _are_labels_and_values(rows[start:end]) else 3
        table = _table(rows[start:end], minimum_rows, minimum_columns)
        if table is not None:
            found.append(table)
        start = max(end, start + 1)
    return found


def _are_labels_and_values(rows: Sequence[Sequence[Line]]) -> bool:
    """Three or more bold labels, each with one plain value right below that starts at the same place."""
    if len(rows) != 2 or len(rows[0]) < 3 or len(rows[0]) != len(rows[1]):
        return False
    return all(
        label.is_bold and not value.is_bold and abs(label.x0 - value.x0) < 2
        for label, value in zip(*rows, strict=True)
    )


def _belongs(rows: Sequence[Sequence[Line]], position: int) -> bool:
    """Whether a row continues the table of the row above it."""
    above, row = rows[position - 1], rows[position]
    gap = min(line.y0 for line in row) - max(line.y1 for line in above)
    size = max(line.size for line in row)
    if gap > 1.6 * size:
        return False
    return (
        len(row) >= 2
        or _is_continuation(rows, position)
        or _is_tight_row(above, row[0])
        or _is_between_cells(rows, position)
    )


def _is_tight_head(row: Sequence[Line], below: Sequence[Line]) -> bool:
    """A bold row right above one that is not bold, whose cells stand close: it ends where that row ends."""
    line, last = row[0], below[-1]
    if len(row) > 1 or len(line.words) < len(below) or not line.is_bold or last.is_bold:
        return False
    if min(other.y0 for other in below) - line.y1 > 0.9 * line.size or is_caption(line.text):
        return False
    word = line.words[-1]
    slack = 0.4 * line.size
    is_over = min(
        abs(word.x0 - last.x0), abs(word.x1 - last.x1), abs(word.x0 + word.x1 - last.x0 - last.x1) / 2
    )
    return is_over < slack


def _is_tight_row(above: Sequence[Line], line: Line) -> bool:
    """A row whose cells stand close: it ends with a number, and starts and ends where the row above does."""
    if len(above) < 2 or len(line.words) < 2 or not is_number(line.words[-1].text):
        return False
    last, number = above[-1], line.words[-1]
    slack = 0.4 * line.size
    is_under = min(abs(number.x1 - last.x1), abs(number.x0 + number.x1 - last.x0 - last.x1) / 2) < slack
    return is_under and abs(line.x0 - above[0].x0) < slack


def _is_between_cells(rows: Sequence[Sequence[Line]], position: int) -> bool:
    """A short text between two alike rows of cells: a label beside both, or a title of the rows below."""
    if position + 1 >= len(rows):
        return False
    above, (line, *others), below = rows[position - 1 : position + 2]
    if others or len(above) < 3 or len(below) < len(above) - 1 or len(line.words) > _CELL_WORDS:
        return False
    left, right = min(other.x0 for other in above), max(other.x1 for other in above)
    if line.x1 - line.x0 > 0.4 * (right - left) or line.x0 < left - line.size or line.x1 > right + line.size:
        return False
    limit = 0.9 * line.size
    return (
        line.y0 - max(other.y1 for other in above) < limit
        and min(other.y0 for other in below) - line.y1 < limit
        and abs(line.size - above[0].size) < 0.15 * line.size
    )


def _is_continuation(rows: Sequence[Sequence[Line]], position: int) -> bool:
    """A single segment right below a cell of the row above, narrower than the row: a wrapped cell."""
    above, (line, *others) = rows[position - 1], rows[position]
    if others or line.y0 - max(other.y1 for other in above) > 0.45 * line.size or len(above) < 2:
        return False
    width = max(other.x1 for other in above) - min(other.x0 for other in above)
    return line.x1 - line.x0 < 0.5 * width and any(
        abs(line.x0 - other.x0) < line.size or abs(line.x1 - other.x1) < line.size for other in above
    )


def _table(rows: Sequence[Sequence[Line]], minimum_rows: int, minimum_columns: int) -> AlignedTable | None:
    multiple = [row for row in rows if len(row) >= 2]
    if len(multiple) < minimum_rows or len(multiple) < 0.5 * len(rows) or not _looks_tabular(multiple):
        return None
    used = [line for row in rows for line in row]
    words = [word for line in used for word in line.words]
    found = structure_of(Region(box_around(words)), words, _COLUMN_GAP)
    if found is None or found.row_count < minimum_rows or found.column_count < minimum_columns:
        return None
    filled = sum(1 for cell in found.cells if cell.lines)
    if filled < 0.55 * len(found.cells) or has_leaders(found) or aligned_share(found) < 0.7:
        return None
    if is_patchy(found) or _reads_like_text(found):
        return None
    if minimum_columns > 2 and _has_prose_column(found):
        return None
    return AlignedTable(draft_of(found), frozenset(id(line) for line in used))


def _reads_like_text(found: Structure) -> bool:
    """Whether cells go on in the next row as lines of text do, or end like sentences."""
    texts = [cell.text for cell in found.cells if cell.lines and cell.row >= found.header_depth]
    sentences = sum(text[-1] in "-.,;" and text[-3:-1].isalpha() for text in texts)
    if found.column_count < 3 and sum(text.count(" ") for text in texts) > 2.5 * len(texts):
        return True
    return sentences > 0.15 * len(texts)


def _has_prose_column(found: Structure) -> bool:
    """Whether a column holds running text and so rather is another column of the page."""
    for column in range(found.column_count):
        lines = [line for cell in found.cells if cell.column == column for line in cell.lines]
        if lines and median(len(line.words) for line in lines) > _CELL_WORDS:
            return True
    return False


def _looks_tabular(rows: Sequence[Sequence[Line]]) -> bool:
    """Short cells, no list markers as a first column, no captions, no code."""
    lines = [line for row in rows for line in row]
    if is_fixed_pitch(lines):
        return False  # code
    firsts = [row[0] for row in rows]
    markers = sum(
        len(line.words) == 1 and list_marker(Line([line.words[0], row[1].words[0]])) is not None
        for line, row in zip(firsts, rows, strict=True)
    )
    if markers > 0.5 * len(rows) and median(len(row) for row in rows) <= 2:
        return False
    if any(is_caption(line.text) for line in firsts):
        return False
    words = [len(line.words) for line in lines]
    characters = [sum(len(word.text) for word in line.words) for line in lines]
    return (
        median(words) <= _CELL_WORDS
        and median(characters) <= _CELL_CHARACTERS
        and sum(words) / len(words) <= 9
    )
