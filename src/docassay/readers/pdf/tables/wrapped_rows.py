"""Whether a row of text goes on with the cells of the row above it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from docassay.readers.pdf.tables.boundaries import Boundaries
from docassay.readers.pdf.tables.columns import Column
from docassay.readers.pdf.tables.fragments import Fragment
from docassay.readers.pdf.tables.grid_rows import GridRow
from docassay.readers.pdf.tables.text_rows import TextRow, is_number

_TIGHT: Final = 0.8
"""A pitch below this share of the usual one joins two lines into one row."""


_LABEL_PITCH: Final = 1.35
_FEW_SMALL: Final = 0.4


class WrappedRows:
    """Answers for one table; ``pitch`` is the usual distance of its rows, None when they are too few."""

    def __init__(
        self,
        rows: Sequence[TextRow],
        columns: Sequence[Column],
        boundaries: Boundaries,
        pitch: float | None,
    ) -> None:
        self._rows = rows
        self._columns = columns
        self._boundaries = boundaries
        self._pitch = pitch

    def joins(self, above: GridRow, row: GridRow, free: set[int], *, is_header: bool) -> bool:
        """Whether ``row`` goes on with the cells of ``above``.

        ``free`` are the columns of texts that stand beside both; ``is_header``: in the first band of several.
        """
        if self._boundaries.ranges(self._rows[above.last_base].middle, self._rows[row.base].middle):
            return False
        upper, lower = above.filled, row.filled
        if not upper or not lower:
            return False
        if is_header and self._is_line_over_rules(above, row):
            return True
        if any(item.first < item.last for item in (*above.fragments, *row.fragments)):
            return False
        pitch = self._rows[row.base].middle - self._rows[above.last_base].middle
        if pitch > 1.6 * row.size:
            return False
        if is_header:
            is_loose = self._are_apart_as_rows(pitch, row.size)
            return self._is_header_line(above, row, free, is_loose=is_loose)
        if upper == {0} and upper < lower:
            return pitch < _LABEL_PITCH * row.size and self._label_goes_on(above, row)
        if not lower < upper:
            return False
        if any(is_number(item.text) for item in row.fragments):
            return False
        if self._pitch is not None and pitch < _TIGHT * self._pitch:
            return True
        if lower == {0} or 0 not in lower:
            return all(self._goes_on(above, item) for item in row.fragments)
        return False

    def _is_header_line(self, above: GridRow, row: GridRow, free: set[int], *, is_loose: bool) -> bool:
        """Whether two rows of a header are lines of the same titles.

        ``free`` are the columns of titles that stand centred beside them; ``is_loose``: they are as far apart
        as the rows of the table, so that only a word cut by a hyphen goes on.
        """
        pairs = [(up, low) for up in above.fragments for low in row.fragments if up.first == low.first]
        if any(is_number(item.text) for item in (*above.fragments, *row.fragments)):
            return False
        if any(up.text.endswith("-") and up.text_row == above.last_base for up, _ in pairs):
            return True
        if is_loose:
            return False
        upper, lower = above.filled, row.filled
        has_title_beside = bool(free) and upper == lower and not free & upper
        if not (upper < lower or lower < upper or has_title_beside) or not pairs:
            return False
        if upper < lower and self._are_group_titles(above, row):
            return False
        return all(_is_aligned(up, low) for up, low in pairs)

    def _are_apart_as_rows(self, pitch: float, size: float) -> bool:
        """Whether lines of the head are as far apart as the rows below, and further than lines of text."""
        return self._pitch is not None and pitch > max(_LABEL_PITCH * size, 0.97 * self._pitch)

    def _is_line_over_rules(self, above: GridRow, row: GridRow) -> bool:
        """Whether each text above is centred, or starts, over one of the next line that has a rule below."""
        following = row.last_base + 1
        pitch = self._rows[row.base].middle - self._rows[above.last_base].middle
        if following >= len(self._rows) or pitch > _LABEL_PITCH * row.size:
            return False
        ruled = self._boundaries.partial(self._rows[row.last_base].middle, self._rows[following].middle)
        over_rules = [item for item in row.fragments if any(item.first in columns for columns in ruled)]
        partners = [next((low for low in over_rules if _is_aligned(up, low)), None) for up in above.fragments]
        if len(over_rules) < len(row.fragments) or not all(partners):
            return False
        for up, low in zip(above.fragments, partners, strict=True):
            if low is not None:
                up.first, up.last = low.first, low.last
        return True

    def _are_group_titles(self, above: GridRow, row: GridRow) -> bool:
        """Whether the texts above stand in the middle of groups of columns that are all but the first.

        A title of two lines may stand there by chance; then its second line goes on in small letters.
        """
        columns = [item.first for item in sorted(above.fragments, key=lambda item: item.first)]
        if any(
            item.text[:1].islower() or item.text[:1] in "(["
            for item in row.fragments
            if item.first in columns
        ):
            return False
        start = 1
        for column in columns:
            end = 2 * column - start
            if end <= column or end >= len(self._columns):
                return False
            start = end + 1
        return start == len(self._columns)

    def _label_goes_on(self, above: GridRow, row: GridRow) -> bool:
        """Whether a label ends in this row, beside its values: it goes on in small letters."""
        upper = above.fragments[-1]
        lower = next(item for item in row.fragments if item.first == 0)
        if not lower.text[:1].islower() or upper.text.endswith((":", ".")) or is_number(upper.text):
            return False
        is_same_face = upper.words[-1].font == lower.words[0].font
        return is_same_face and self._small_labels <= _FEW_SMALL

    @cached_property
    def _small_labels(self) -> float:
        """The share (0-1) of the rows whose first word, in the first column, starts with a small letter."""
        edge = self._columns[0].right
        firsts = [row.words[0].text for row in self._rows if row.words[0].x0 < edge]
        return sum(text[:1].islower() for text in firsts) / len(firsts) if firsts else 1.0

    def _goes_on(self, above: GridRow, item: Fragment) -> bool:
        """Whether the cell above was full and its text goes on in small letters or is long."""
        before = [other for other in above.fragments if other.first == item.first]
        if not before:
            return False
        last = max(before, key=lambda other: other.text_row)
        first = item.words[0]
        column = self._columns[item.first]
        room = (column.x1 - column.x0) - (last.x1 - last.x0)
        if room >= (first.x1 - first.x0) + 0.3 * first.size:
            return False
        is_long = len(last.words) >= 4 and column.x1 - column.x0 > 8 * first.size
        return is_long or first.text[:1].islower() or first.text[:1] in "(&" or last.text.endswith(("-", ","))


def _is_aligned(upper: Fragment, lower: Fragment) -> bool:
    """Whether two lines share their left edge, right edge or middle."""
    tolerance = 0.35 * lower.words[0].size
    left, right = abs(upper.x0 - lower.x0), abs(upper.x1 - lower.x1)
    return min(left, right, abs(upper.x0 + upper.x1 - lower.x0 - lower.x1) / 2) < tolerance
