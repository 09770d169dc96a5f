"""How a cell's value is written as text: ISO dates, numbers without binary noise, spreadsheet booleans."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

SIGNIFICANT_DIGITS: Final = 15
"""What spreadsheets keep of a number (IEEE 754 double: 15 digits survive a round trip to decimal)."""


def cell_text(value: object) -> str:
    """The value as text, an empty string for None: ``3.0`` is ``3``, a date at midnight is only its date."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value)
    return str(value)


def number_text(number: float) -> str:
    """At most 15 significant digits, no exponent for magnitudes that people write out."""
    if not math.isfinite(number):
        return str(number)
    short = f"{number:.{SIGNIFICANT_DIGITS}g}"
    if "e" in short and 1e-12 < abs(number) < 1e21:
        short = f"{Decimal(short):f}"
    return "0" if short == "-0" else short


def duration_text(duration: timedelta) -> str:
    """Hours, minutes and seconds as ``[h]:mm:ss`` shows them, with a minus sign for negative ones."""
    seconds = abs(duration)
    hours, rest = divmod(seconds, timedelta(hours=1))
    minutes, left = divmod(rest, timedelta(minutes=1))
    sign = "-" if duration < timedelta() else ""
    return f"{sign}{hours}:{minutes:02d}:{left.seconds:02d}" + (
        f".{left.microseconds:06d}".rstrip("0") if left.microseconds else ""
    )
