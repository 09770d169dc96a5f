"""Whether two values of a field are the same, by the type of the field.

Every value has one or two *readings*, texts that are equal when the values are: a number its decimal form, a
day its ISO form, a text its letters. Values with a reading in common are equal; ``1.234`` is read as both
numbers that it may be, ``01/02/2024`` as both days.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from docassay.checks.value_match import as_date
from docassay.checks.words import normalise

Kind = Literal["auto", "id", "number", "date", "name", "enum", "prose", "boolean", "text"]
KINDS: Final[tuple[Kind, ...]] = (
    "auto", "id", "number", "date", "name", "enum", "prose", "boolean", "text",
)  # fmt: skip
LEAST_CREDIT: Final = 0.5
"""A name or a prose text that is less alike is worth nothing."""
_MOST_CHARACTERS: Final = 20_000

_TRUE: Final = frozenset({"true", "yes", "y", "x", "checked", "on", "ja", "oui", "si", "sí"})
_FALSE: Final = frozenset({"false", "no", "n", "unchecked", "off", "nein", "non"})
_CURRENCY: Final = r"(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹]|[$€£¥₹])"
_NUMBER: Final = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+\u2212])?\s*{_CURRENCY}?\s*(?P<inner>[-+\u2212])?\s*"
    rf"(?P<digits>\d[\d.,'\u2019\u00a0\u202f ]*\d|\d|[.,]\d+)\s*(?P<percent>%)?\s*{_CURRENCY}?\s*"
    r"(?P<after>-)?(?P<close>\))?"
)
_MARKS: Final = re.compile(r"[.,'\u2019\u00a0\u202f ]")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3})+")
_INDIAN: Final = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_DAY: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_SEPARATORS: Final = re.compile(r"[\s\-_/.:#]+")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_SUFFIXES: Final = {
    "corporation": "corp", "incorporated": "inc", "limited": "ltd", "company": "co", "and": "",
    "gesellschaft": "ges", "mbh": "mbh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldType:
    """How a field is compared. Numbers may differ by ``tolerance`` or by the share ``relative``."""

    kind: Kind = "auto"
    tolerance: float = 0.0
    relative: float = 0.0

    @property
    def has_tolerance(self) -> bool:
        """Whether numbers may differ."""
        return self.tolerance > 0 or self.relative > 0

    @property
    def is_partial(self) -> bool:
        """Whether a value that is nearly right is worth something."""
        return self.kind in ("name", "prose")


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, or a text without any visible character."""
    return value is None or (isinstance(value, str) and not value.strip())


def similarity(kind: FieldType, expected: Any, found: Any) -> float:
    """1 when the values are equal, else 0, or for a name and a prose text how alike they are (0.5 to 1)."""
    if not set(readings(kind.kind, expected)).isdisjoint(readings(kind.kind, found)):
        return 1.0
    if kind.has_tolerance:
        numbers = as_number(expected), as_number(found)
        if numbers[0] is not None and numbers[1] is not None:
            return float(is_near(kind, numbers[0], numbers[1]))
    if kind.is_partial:
        return likeness(kind.kind, str(expected), str(found))
    return 0.0


def is_near(kind: FieldType, expected: float, found: float) -> bool:
    """Whether a number is within the tolerances of the expected one."""
    return abs(expected - found) <= max(kind.tolerance, kind.relative * abs(expected)) + 1e-12


def likeness(kind: Kind, expected: str, found: str) -> float:
    """How alike two texts are, below ``LEAST_CREDIT`` 0: a name by its words in any order, prose by edits."""
    one, other = _folded(expected[:_MOST_CHARACTERS]), _folded(found[:_MOST_CHARACTERS])
    if not one or not other:
        return 0.0
    if kind == "name":
        value = fuzz.token_sort_ratio(_company(one), _company(other)) / 100
    else:
        value = float(Levenshtein.normalized_similarity(one, other))
    return value if value >= LEAST_CREDIT else 0.0


def readings(kind: Kind, value: Any) -> tuple[str, ...]:
    """What a value may mean, as one or two texts; values that have one in common are equal."""
    if isinstance(value, str):
        return _readings_of_text(kind, value)
    if isinstance(value, bool):
        return (f"boolean {value}",)
    if isinstance(value, int | float):
        return _readings_of_text(kind, repr(value)) if kind in ("id", "text") else (_number_key(value),)
    return (f"text {value}",)


@lru_cache(maxsize=65_536)
def _readings_of_text(kind: Kind, value: str) -> tuple[str, ...]:
    text = normalise(value).strip()
    if kind == "id":
        return (f"id {_SEPARATORS.sub('', text).casefold()}",)
    found: list[str] = []
    if kind in ("number", "auto"):
        found = [_number_key(number) for number in _numbers(text, is_sure=kind == "number")]
    if kind in ("date", "auto") and not found:
        found = [f"date {day.isoformat()}" for day in _days(text)]
    if found:
        return tuple(dict.fromkeys(found))[:2]
    word = text.casefold()
    folded = _folded(text)
    as_text = f"text {_company(folded) if kind == 'name' else folded or text}"
    if kind == "boolean" and word in _TRUE | _FALSE:
        return (f"boolean {word in _TRUE}",)
    if kind == "auto" and word in ("true", "false", "yes", "no"):
        return (f"boolean {word in _TRUE}", as_text)
    return (as_text,)


def as_number(value: Any) -> float | None:
    """The number that a value is, in its likelier reading, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        found = _numbers(normalise(value).strip(), is_sure=True)
        return float(found[0]) if found else None
    return None


def _number_key(number: int | float | Decimal) -> str:
    try:
        decimal = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
        return f"number {decimal.normalize() + 0:f}" if decimal.is_finite() else f"number {number}"
    except InvalidOperation:
        return f"number {number}"


def _numbers(text: str, *, is_sure: bool) -> list[Decimal]:
    """The one or two numbers that a text may be; none when it is something else.

    Unless it ``is_sure`` to be a number, a text of digits that begins with 0 is an identifier.
    """
    match = _NUMBER.fullmatch(text)
    if match is None or len(match["digits"]) > 60 or bool(match["open"]) != bool(match["close"]):
        return []
    digits = match["digits"]
    if not is_sure and len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return []
    signs = (match["sign"] or "") + (match["inner"] or "") + (match["after"] or "")
    is_negative = bool(match["open"]) or "-" in signs or "\u2212" in signs
    amounts = [-amount if is_negative else amount for amount in _amounts(digits)]
    return [amount / 100 for amount in amounts[:1]] + amounts[:1] if match["percent"] else amounts


def _amounts(digits: str) -> list[Decimal]:
    """Without its marks, with the last one as the decimal mark, or both where it may be either; nothing when
    the marks stand where no number has them (``1.2.3``)."""
    marks = _MARKS.findall(digits)
    whole = _MARKS.sub("", digits)
    if not marks:
        return [Decimal(digits)]
    last = max(digits.rfind(mark) for mark in set(marks))
    mark, tail = digits[last], len(digits) - last - 1
    is_grouped = bool(_GROUPED.fullmatch(digits) or _INDIAN.fullmatch(digits)) and len(set(marks)) == 1
    as_decimal = Decimal(f"{whole[:-tail] or '0'}.{whole[-tail:]}")
    if len(marks) == 1 and mark in ".,":
        if not is_grouped:
            return [as_decimal]
        # A comma more often groups, a point more often is a decimal mark.
        return [Decimal(whole), as_decimal] if mark == "," else [as_decimal, Decimal(whole)]
    if is_grouped:
        return [Decimal(whole)]
    before = digits[:last]
    is_decimal = mark in ".," and mark not in before
    return [as_decimal] if is_decimal and (_GROUPED.fullmatch(before) or _INDIAN.fullmatch(before)) else []


def _days(text: str) -> list[date]:
    match = _DAY.fullmatch(text)
    if match is None:
        day = as_date(text) if any(character.isdigit() for character in text) else None
        return [day] if day is not None else []
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if len(match[4]) == 2:
        year += 2000 if year < 70 else 1900
    found = []
    for month, number in ((second, first), (first, second)):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day not in found:
            found.append(day)
    return found


def _folded(text: str) -> str:
    """Letters and digits in lower case without accents, words apart by one space."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return _NOT_WORD.sub(" ", plain).strip()


def _company(folded: str) -> str:
    """The words of a name with legal forms abbreviated."""
    return " ".join(filter(None, (_SUFFIXES.get(word, word) for word in folded.split())))
