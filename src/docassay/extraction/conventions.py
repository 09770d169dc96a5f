"""What the whole document says about how its numbers and dates are to be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from docassay.extraction.dates import find_dates
from docassay.extraction.numbers import decimal_mark_of

_NUMBER_BODY: Final = re.compile(r"(?<![\w.,/-])\d+(?:[.,]\d+)+(?![\w/]|[.,-]\d)")
_MAJORITY: Final = 3


@dataclass(frozen=True, slots=True)
class Conventions:
    """``decimal_mark`` is "." or ","; ``is_day_first`` the order of dates with slashes; None is open."""

    decimal_mark: str | None = None
    is_day_first: bool | None = None


def conventions_of(texts: Iterable[str]) -> Conventions:
    """Read the conventions off the numbers and dates that can be read in one way only.

    The decimal mark needs three times as many numbers as speak for the other one; the order of dates needs
    every date that tells an order to agree.
    """
    marks: Counter[str] = Counter()
    orders: set[bool] = set()
    for text in texts:
        dates = find_dates(text)
        orders |= {found.is_day_first for found in dates if found.is_day_first is not None}
        for match in _NUMBER_BODY.finditer(text):
            if any(found.start < match.end() and match.start() < found.end for found in dates):
                continue
            mark = decimal_mark_of(match[0])
            if mark:
                marks[mark] += 1
    return Conventions(_decimal_mark(marks), orders.pop() if len(orders) == 1 else None)


def _decimal_mark(marks: Counter[str]) -> str | None:
    ranked = marks.most_common(2)
    if not ranked:
        return None
    runner_up = ranked[1][1] if len(ranked) > 1 else 0
    return ranked[0][0] if ranked[0][1] >= _MAJORITY * runner_up else None
