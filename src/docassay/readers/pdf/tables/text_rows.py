"""Words of a table region to rows of text on one baseline, and rows to runs between column gaps."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from docassay.readers.pdf.text import Word

_NUMBER: Final = re.compile(
    r"[(\[]?[+\-\u2212\u2013±~\u223c<>≤≥]?[$€£]?(?:\d+(?:[.,:/]\d+)*|\.\d+)(?:[%)\]]|[kKMBGmsx])?[)\]]?"
    r"(?:[±\u2013]\d+(?:[.,]\d+)*%?)?[*\u2217†‡]*"
    r"|[-\u2212\u2013\u2014]+"
)
_THOUSANDS: Final = re.compile(r"\d{3}(?:[.,]\d+)?[%*\u2217†‡)]*")
RUN_GAP: Final = 0.5
_NUMBER_GAP: Final = 0.38
_DECIMAL: Final = re.compile(r"[+\-\u2212]?\d*[.,]\d+%?[*\u2217†‡]*")
_CURRENCIES: Final = frozenset("$€£¥")
_CLOSING: Final = frozenset({"%", ")", ")%"})
_JOINING: Final = frozenset("±=<>≤≥~")
_DECIMAL_GAP: Final = 0.42
_SMALL: Final = 0.75
_TALL: Final = 1.7


@dataclass(slots=True)
class TextRow:
    """Words on one baseline, from left to right."""

    words: list[Word]
    middle: float = 0.0
    size: float = 0.0
    y0: float = 0.0
    y1: float = 0.0

    def measure(self) -> None:
        """Take position and size from the words of ordinary size."""
        size = max(word.size for word in self.words)
        large = [word for word in self.words if word.size >= _SMALL * size]
        large = [word for word in large if word.y1 - word.y0 < _TALL * word.size] or large
        self.size = median(word.size for word in large)
        self.middle = sum(word.y0 + word.y1 for word in large) / (2 * len(large))
        self.y0 = min(word.y0 for word in large)
        self.y1 = max(word.y1 for word in large)
        self.words.sort(key=lambda word: word.x0)


@dataclass(slots=True)
class Run:
    """Neighbouring words of a row without a column gap between them."""

    row: int
    words: list[Word]
    x0: float = field(init=False)
    x1: float = field(init=False)
    is_spanning: bool = False

    def __post_init__(self) -> None:
        self.x0 = min(word.x0 for word in self.words)
        self.x1 = max(word.x1 for word in self.words)

    @property
    def text(self) -> str:
        """The words joined by spaces."""
        return " ".join(word.text for word in self.words)


def text_rows(words: Sequence[Word]) -> list[TextRow]:
    """Rows from top to bottom; superscripts and subscripts belong to the row of the word that they touch."""
    if not words:
        return []
    usual = median(word.size for word in words)
    plain: list[Word] = []
    odd: list[Word] = []
    for word in words:
        is_plain = word.size >= _SMALL * usual and word.y1 - word.y0 < _TALL * word.size
        (plain if is_plain else odd).append(word)
    rows = _clusters(plain)
    if odd:
        middles = [row.middle for row in rows]
        alone: list[Word] = []
        for word in odd:
            row = _row_of_odd(word, rows, middles)
            if row is None:
                alone.append(word)
            else:
                row.words.append(word)
        rows.extend(_clusters(alone))
        rows.sort(key=lambda row: row.middle)
    for row in rows:
        row.measure()
    return rows


def _clusters(words: Sequence[Word]) -> list[TextRow]:
    rows: list[TextRow] = []
    for word in sorted(words, key=lambda item: item.y0 + item.y1):
        middle = (word.y0 + word.y1) / 2
        row = rows[-1] if rows else None
        if row is not None and middle - row.middle <= 0.35 * max(word.size, 1.0):
            row.words.append(word)
            row.middle += (middle - row.middle) / len(row.words)
        else:
            rows.append(TextRow([word], middle))
    return rows


def _row_of_odd(word: Word, rows: Sequence[TextRow], middles: Sequence[float]) -> TextRow | None:
    """The row of a small or tall word: its own line, or the raised or lowered place beside another word.

    Fonts of symbols tell boxes that reach far above or below the line.
    """
    is_tall = word.y1 - word.y0 >= _TALL * word.size
    middle = word.y0 + 0.5 * word.size if is_tall else (word.y0 + word.y1) / 2
    nearest = bisect_left(middles, middle)
    best: TextRow | None = None
    best_distance = 0.0
    for row in rows[max(nearest - 1, 0) : nearest + 1]:
        distance = abs(row.middle - middle)
        if distance > 0.5 * word.size and (is_tall or not _touches_a_word(word, row)):
            continue
        if best is None or distance < best_distance:
            best, best_distance = row, distance
    return best


def _touches_a_word(word: Word, row: TextRow) -> bool:
    for other in row.words:
        overlap = min(word.y1, other.y1) - max(word.y0, other.y0)
        if overlap < 0.15 * (word.y1 - word.y0):
            continue
        gap = max(word.x0 - other.x1, other.x0 - word.x1)
        if -0.5 * other.size < gap < 0.3 * other.size:
            return True
    return False


def runs_of(number: int, row: TextRow, walls: Sequence[float] = (), gap: float = RUN_GAP) -> list[Run]:
    """Cut a row at gaps that are wider than a space, and at ``walls`` (x of vertical lines beside it).

    ``gap`` is the narrowest such gap in font sizes; between numbers a little less is enough.
    """
    groups: list[list[Word]] = [[row.words[0]]]
    reach = row.words[0].x1
    for before, word in pairwise(row.words):
        reach = max(reach, before.x1)
        if _parts(before, word, word.x0 - reach, gap) or _is_walled(before, word, walls):
            groups.append([])
            reach = word.x1
        groups[-1].append(word)
    return [Run(number, group) for group in _with_signs(groups)]


def _with_signs(groups: list[list[Word]]) -> list[list[Word]]:
    """Give a currency sign that stands apart to the amount on its right, and a percent sign to its left."""
    result: list[list[Word]] = []
    for group in groups:
        before = result[-1] if result else None
        is_amount = before is not None and len(before) == 1 and before[0].text in _CURRENCIES
        is_sign = before is not None and len(group) == 1 and group[0].text in _CLOSING
        if before is not None and (
            (is_amount and is_number(group[0].text)) or (is_sign and is_number(before[-1].text))
        ):
            before.extend(group)
        else:
            result.append(group)
    return result


def _parts(before: Word, word: Word, gap: float, widest: float) -> bool:
    size = max(before.size, word.size)
    if gap >= widest * size:
        return True
    if gap < _NUMBER_GAP * size:
        return False
    if (
        gap >= _DECIMAL_GAP * size
        and _DECIMAL.fullmatch(word.text)
        and before.text not in {"±", "=", "<", ">"}
    ):
        return True
    if not is_number(before.text) or not is_number(word.text):
        return False
    return not (before.text[-3:].isdigit() and _THOUSANDS.fullmatch(word.text))


def _is_walled(before: Word, word: Word, walls: Sequence[float]) -> bool:
    left, right = (before.x0 + before.x1) / 2, (word.x0 + word.x1) / 2
    place = bisect_left(walls, left)
    return place < len(walls) and walls[place] < right


def is_number(text: str) -> bool:
    """Whether a word is a whole number of its own, or a dash that stands for none."""
    return bool(_NUMBER.fullmatch(text))
