"""Numbers and amounts as documents print them: decimal marks, groups, signs, currencies, percents.

A single mark before exactly three digits (``1,234`` or ``1.234``) can be a group or a decimal mark. The rest
of the document settles it (``conventions``); without evidence the comma groups, the point is a decimal mark,
and the reading is marked as uncertain.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

_CURRENCY_CODES: Final = (
    "AED|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|MXN|MYR|NOK|NZD|PHP|PLN|RON|RUB|SAR"
    "|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
CURRENCY_OF_SYMBOL: Final = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "US$": "USD"}
"""Symbols that stand for one currency only; ``$``, ``¥`` and ``kr`` do not."""

_CURRENCY: Final = (
    r"(?:US\$|CA\$|A\$|C\$|[$€£¥₹₽₩]|(?<![A-Za-z])(?:" + _CURRENCY_CODES + r")(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:kr|zł|Kč|Fr|Rs|Euro|euros?|dollars?)\b\.?)"
)
CURRENCY_PATTERN: Final = re.compile(_CURRENCY)
_GROUPED: Final = r"\d{1,3}(?P<mark>['’\u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*(?:[.,]\d+)?"
_SPACED: Final = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,4})?")
_BODY: Final = r"(?:" + _GROUPED + r"|\d+(?:[.,]\d+)*|[.,]\d+)"
_NUMBER: Final = re.compile(
    r"(?<![\w/#:])(?<!\d[.,-])(?<![A-Za-z]-)"
    r"(?P<open>\()?\s?(?P<sign>[-+−–])?\s?"
    rf"(?P<before>{_CURRENCY})?\s?(?P<inner>[-−–])?\s?"
    rf"(?P<body>{_BODY})"
    r"(?P<trailing>[-−](?=\s|$))?"
    r"(?:\s?(?P<scale>million|billion|thousand|mn|bn|Mio\.?|Mrd\.?)\b)?"
    rf"(?:\s?(?P<after>{_CURRENCY}))?(?P<percent>\s?%)?(?P<close>\s?\))?"
    r"(?![\d/]|[A-Za-z]{3,}\d|[-:]\d|[.,]\d)"
)
_SCALES: Final = {"thousand": 3, "million": 6, "mn": 6, "mio": 6, "billion": 9, "bn": 9, "mrd": 9}
_MINUS: Final = "-−–"


class PrintedNumber(NamedTuple):
    """One number in a text: ``text[start:end]`` is how it is printed, currency and sign included.

    ``has_decimals`` tells a price from a count; ``is_certain`` is False when its mark can be read both ways.
    """

    value: int | float
    start: int
    end: int
    currency: str | None
    is_percent: bool
    has_decimals: bool
    is_certain: bool


def find_numbers(text: str, decimal_mark: str | None = None) -> list[PrintedNumber]:
    """Every number of ``text`` that is not part of a word, date or code, in order.

    ``decimal_mark`` is the document's own ("." or ","), or None when nothing settles it. Groups apart by
    plain spaces (``1 234,50``) count only when the text is that one number, since spaces also part columns.
    """
    spaced = _spaced_groups_joined(text)
    found = []
    for match in _NUMBER.finditer(spaced):
        number = _printed(match, decimal_mark)
        if number is not None:
            found.append(number)
    if spaced != text:
        return [number._replace(start=_shift(text, number.start), end=len(text)) for number in found[:1]]
    return found


def decimal_mark_of(text: str) -> str | None:
    """ "." or "," when the body of one printed number can only be read with that decimal mark, else None."""
    marks = [character for character in text if character in ".,"]
    if not marks:
        return None
    other = {",": ".", ".": ","}
    if len(set(marks)) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 else None
    if len(marks) > 1:
        return other[marks[0]]
    whole, _, decimals = text.partition(marks[0])
    return marks[0] if len(decimals) == 2 and whole.isdigit() else None


def _spaced_groups_joined(text: str) -> str:
    match = _SPACED.search(text)
    if match is None:
        return text
    around = CURRENCY_PATTERN.sub("", text[: match.start()] + text[match.end() :])
    if re.sub(r"[\s()+\-−–%.:]", "", around):
        return text
    return text[: match.start()] + match[0].replace(" ", "") + text[match.end() :]


def _shift(text: str, start: int) -> int:
    """Joining groups removes spaces after the start only, so that the start stays where it was."""
    return min(start, len(text))


def _printed(match: re.Match[str], decimal_mark: str | None) -> PrintedNumber | None:
    # No currency is printed with three decimals, so a price's single mark before three digits groups.
    is_price = bool(match["before"] or match["after"])
    read = _read_body(match["body"], "," if is_price and decimal_mark is None else decimal_mark)
    if read is None:
        return None
    value, is_certain = read
    has_decimals = value.as_tuple().exponent != 0
    if match["scale"]:
        value = value.scaleb(_SCALES[match["scale"].casefold().rstrip(".")])
    is_bracketed = bool(match["open"] and match["close"])
    has_minus = any(match[part] and match[part] in _MINUS for part in ("sign", "inner", "trailing"))
    if is_bracketed or has_minus:
        value = -value
    start, end = match.start(), match.end()
    if match["open"] and not match["close"]:
        start = match.start() + 1
    if match["close"] and not match["open"]:
        end = match.start("close")
    start += len(match.string[start:end]) - len(match.string[start:end].lstrip())
    is_whole = value == value.to_integral_value()
    return PrintedNumber(
        value=int(value) if is_whole and not has_decimals else float(value),
        start=start,
        end=end,
        currency=match["before"] or match["after"],
        is_percent=match["percent"] is not None,
        has_decimals=has_decimals,
        is_certain=is_certain,
    )


def _read_body(body: str, decimal_mark: str | None) -> tuple[Decimal, bool] | None:
    """The value of the digits and whether they can be read in one way only; None when they are no number."""
    plain = re.sub(r"['’\u00a0\u202f]", "", body)
    if len(plain) > 30:
        return None
    marks = [character for character in plain if character in ".,"]
    if not marks:
        return Decimal(plain), True
    last = marks[-1]
    whole, _, decimals = plain.rpartition(last)
    if len(set(marks)) == 2:
        group = marks[0]
        if marks.count(last) > 1 or not _is_grouped(whole.split(group)):
            return None
        return Decimal(f"{whole.replace(group, '')}.{decimals}"), True
    if len(marks) > 1:
        return (Decimal(plain.replace(last, "")), True) if _is_grouped(plain.split(last)) else None
    if len(decimals) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0") or plain != body:
        return Decimal(f"{whole or '0'}.{decimals}"), True
    is_decimal = last == decimal_mark if decimal_mark else last == "."
    value = Decimal(f"{whole}.{decimals}" if is_decimal else whole + decimals)
    return value, decimal_mark is not None


def _is_grouped(groups: list[str]) -> bool:
    """Whether digits are grouped by thousands, or as in India by hundreds above the last thousand."""
    head, *rest = groups
    if not 1 <= len(head) <= 3 or not rest or len(rest[-1]) != 3:
        return False
    widths = {len(group) for group in rest[:-1]}
    return widths <= {3} or (widths <= {2} and len(head) <= 2)
