"""Dates as documents print them, with every reading that the print allows.

A date written with a month's name, in ISO order, or with points (day first wherever points are used) has one
reading. ``03/05/2024`` has two; the document settles it when its other dates agree on an order. Two-digit
years follow POSIX: 69-99 are 19xx, 00-68 are 20xx.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

_MONTH_NAMES: Final = (
    "january jan januar jaenner jän jänner janvier janv enero ene gennaio gen januari janeiro",
    "february feb februar février févr febrero febbraio febbr februari fevereiro fev",
    "march mar märz mrz mär mars marzo maart mrt março",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août agosto ago augustus",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


_MONTHS: Final = {
    _folded(name): number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()
}
_NOT_INSIDE: Final = r"(?<![\w/.,-])"
_ISO: Final = re.compile(_NOT_INSIDE + r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d-]|[./]\d)")
_CJK: Final = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_NUMERIC: Final = re.compile(
    _NOT_INSIDE + r"(\d{1,2})(?:([/-])(\d{1,2})\2|(\.)\s?(\d{1,2})\.\s?)(\d{4}|\d{2})(?![\w-]|[./,]\d)"
)
_DAY_FIRST: Final = re.compile(
    r"(?<![\w/.,-])(\d{1,2})(?:st|nd|rd|th|er|\.|º)?(?:\s+of|\s+de)?[\s-]*([^\W\d_]{3,10})\.?,?"
    r"(?:\s+del?)?[\s-]*(\d{4}|'?\d{2})(?![\w]|[.,/:]\d)"
)
_MONTH_FIRST: Final = re.compile(
    r"(?<!\w)([^\W\d_]{3,10})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+|-)(\d{4})(?![\w]|[.,/]\d)"
)
TIME_PATTERN: Final = re.compile(
    r"[T,\s]+(?:at\s+|um\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]\.?m\.?)?\s*(Z|[+-]\d{2}:\d{2})?",
    re.IGNORECASE,
)


class PrintedDate(NamedTuple):
    """One date in a text. ``readings`` holds one date, or two (day first, month first) when ambiguous.

    ``is_day_first`` tells the order of a date written with slashes or hyphens and one reading, else None.
    """

    start: int
    end: int
    readings: tuple[date, ...]
    is_day_first: bool | None = None


def find_dates(text: str) -> list[PrintedDate]:
    """Every date of ``text`` in order, none overlapping another; 31 February is not a date."""
    found: list[PrintedDate] = []
    for printed in _all_forms(text):
        if all(printed.end <= other.start or printed.start >= other.end for other in found):
            found.append(printed)
    return sorted(found)


def settled(printed: PrintedDate, is_day_first: bool | None) -> date | None:
    """The one reading of a date, given the document's order; None while it stays ambiguous."""
    if len(printed.readings) == 1:
        return printed.readings[0]
    if is_day_first is None:
        return None
    return printed.readings[0] if is_day_first else printed.readings[1]


def _all_forms(text: str) -> Iterator[PrintedDate]:
    for match in _ISO.finditer(text):
        yield from _one(match, match[1], match[3], match[4])
    for match in _CJK.finditer(text):
        yield from _one(match, match[1], match[2], match[3])
    for match in _MONTH_FIRST.finditer(text):
        yield from _one(match, match[3], _MONTHS.get(_folded(match[1])), match[2])
    for match in _DAY_FIRST.finditer(text):
        yield from _one(match, match[3].lstrip("'"), _MONTHS.get(_folded(match[2])), match[1])
    for match in _NUMERIC.finditer(text):
        if match[4]:
            yield from _one(match, match[6], match[5], match[1])
        else:
            yield from _either_order(match, match[1], match[3], match[6])


def _one(match: re.Match[str], year: str, month: str | int | None, day: str) -> Iterator[PrintedDate]:
    read = _date(year, month, day)
    if read is not None:
        yield PrintedDate(match.start(), match.end(), (read,))


def _either_order(match: re.Match[str], first: str, second: str, year: str) -> Iterator[PrintedDate]:
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if day_first and month_first:
        readings = (day_first,) if day_first == month_first else (day_first, month_first)
        yield PrintedDate(match.start(), match.end(), readings)
    elif day_first or month_first:
        reading = day_first or month_first
        yield PrintedDate(match.start(), match.end(), (reading,) if reading else (), day_first is not None)


def _date(year: str, month: str | int | None, day: str) -> date | None:
    if month is None:
        return None
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 69 else 2000
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
