"""Whether a text says a value, in any of the ways in which documents print it.

Dates may be spelled with month names, in any order and with any separator; numbers with either thousands and
decimal mark; texts with other spacing. Short texts and numbers must stand there as whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Final

from docassay.checks.words import normalise, to_words

SHORTEST_SQUEEZED: Final = 4
"""Characters that a text needs before it may also be found with other spacing."""
LONG_WORDS: Final = 8
LONG_SHARE: Final = 0.9
"""A text of so many words is found when this share of its three-word passages is."""

_MONTHS: Final = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_MONTH_NAMES: Final = [
    sorted(
        {names.split()[month] for names in _MONTHS.values()}
        | {names.split()[month][:3] for names in _MONTHS.values()}
        | ({"sept"} if month == 8 else set())
    )
    for month in range(12)
]
_DATE_FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%B %d, %Y", "%d %B %Y")
_NUMBER: Final = re.compile(r"\d+(?:[.,'\u2019]\d+)*")
_SPACED_NUMBER: Final = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d])")
# A leading zero makes an identifier, not a quantity.
_NUMERIC_TEXT: Final = re.compile(
    r"[-+(]?\s?(?:[A-Z]{3}|[$€£¥])?\s?[-+]?(?!0\d)\d[\d.,'\u2019]*\s?(?:[A-Z]{3}|[$€£¥%])?\)?"
)
_NOT_SQUEEZED: Final = re.compile(r"[\W_]+")


class Haystack:
    """A text prepared for many look-ups."""

    def __init__(self, text: str) -> None:
        words = to_words(text)
        self._sentence = f" {' '.join(words.tokens)} "
        self._squeezed = squeeze(text)
        self._numbers = set(_decimals(words.text))
        self._trigrams = set(zip(words.tokens, words.tokens[1:], words.tokens[2:], strict=False))

    def says(self, value: str | int | float) -> bool:
        """Whether the text says ``value``; an empty text is never said."""
        if isinstance(value, str):
            return self._says_text(value)
        return self._says_number(Decimal(str(value)))

    def _says_number(self, number: Decimal) -> bool:
        if not number.is_finite():
            return False
        number = abs(number)
        return number in self._numbers or (number < 1 and number * 100 in self._numbers)

    def _says_text(self, value: str) -> bool:
        tokens = to_words(value).tokens
        if not tokens:
            return False
        text = normalise(value).strip()
        if _NUMERIC_TEXT.fullmatch(text):
            return any(number in self._numbers for number in _decimals(text))
        if f" {' '.join(tokens)} " in self._sentence:
            return True
        day = as_date(value)
        if day is not None:
            return any(f" {spelling} " in self._sentence for spelling in date_spellings(day))
        if len(tokens) >= LONG_WORDS:
            trigrams = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
            return sum(each in self._trigrams for each in trigrams) >= LONG_SHARE * len(trigrams)
        return self._says_squeezed(squeeze(value))

    def _says_squeezed(self, squeezed: str) -> bool:
        """Whether the letters and digits follow each other somewhere, not cutting a longer number short."""
        if len(squeezed) < SHORTEST_SQUEEZED:
            return False
        start = self._squeezed.find(squeezed)
        while start >= 0:
            end = start + len(squeezed)
            cuts_before = squeezed[0].isdigit() and self._squeezed[start - 1 : start].isdigit()
            cuts_after = squeezed[-1].isdigit() and self._squeezed[end : end + 1].isdigit()
            if not cuts_before and not cuts_after:
                return True
            start = self._squeezed.find(squeezed, start + 1)
        return False


def squeeze(text: str) -> str:
    """Letters and digits only, case folded."""
    return _NOT_SQUEEZED.sub("", normalise(text)).casefold()


def as_date(value: str) -> date | None:
    """The day that a text names in ISO or a usual spelling (times are cut off), or None."""
    text = value.strip()
    for candidate in (text, text[:10]):
        for spelling in _DATE_FORMATS:
            try:
                return datetime.strptime(candidate, spelling).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
    return None


def date_spellings(day: date) -> Iterator[str]:
    """The ways to print a day, as blank-separated tokens of ``to_words``."""
    days = sorted({str(day.day), f"{day.day:02}"})
    months = sorted({str(day.month), f"{day.month:02}"})
    years = (str(day.year), f"{day.year % 100:02}")
    for d, m, y in product(days, months, years):
        yield f"{d} {m} {y}"
        yield f"{m} {d} {y}"
        yield f"{y} {m} {d}"
        yield f"{y} 年 {m} 月 {d} 日"
    yield f"{day:%Y%m%d}"
    for d, name, y in product(days, _MONTH_NAMES[day.month - 1], years):
        yield f"{d} {name} {y}"
        yield f"{name} {d} {y}"
        yield f"{y} {name} {d}"
        for ordinal in ("st", "nd", "rd", "th"):
            yield f"{d} {ordinal} {name} {y}"
            yield f"{d} {ordinal} of {name} {y}"
            yield f"{name} {d} {ordinal} {y}"
        yield f"{d} de {name} de {y}"
        yield f"{d} of {name} {y}"


def _decimals(text: str) -> Iterator[Decimal]:
    """Every number of a normalised text, in each reading its marks allow (``1.234`` is 1234 and 1.234)."""
    for match in _NUMBER.finditer(text):
        yield from _readings(match[0])
    for match in _SPACED_NUMBER.finditer(text):
        yield from _readings(match[0].replace(" ", ""))


def _readings(printed: str) -> Iterator[Decimal]:
    digits = re.sub(r"\D", "", printed)
    last_mark = max(printed.rfind(mark) for mark in ".,'\u2019")
    try:
        tail = len(printed) - last_mark - 1
        if last_mark < 0 or tail == 3 or sum(printed.count(mark) for mark in ".,'\u2019") > 1:
            yield Decimal(digits)
        if last_mark >= 0:
            yield Decimal(f"{digits[:-tail]}.{digits[-tail:]}")
    except InvalidOperation:
        return
