"""Numbers, dates and durations written as a spreadsheet shows them in a number format."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from docassay.readers.number_format_codes import Section, Token, sections_of
from docassay.readers.sheet_values import cell_text, number_text

_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zones
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MAX_DIGITS: Final = 400
_LAST_DAY: Final = 2_958_466
_EXACT: Final = 1e14
_NEAR_HALF: Final = 1e-6
_PLAIN_NUMBER: Final = re.compile(
    r'(?P<before>"[^"]*")?(?P<groups>#,##)?0(?:\.(?P<decimals>0{1,15}))?(?P<percent>%)?(?P<after> ?"[^"]*")?'
)
_PLAIN_DATE: Final = re.compile(r"(?:dd|mm|yyyy)(?:[-./ ](?:dd|mm|yyyy)){1,2}", re.IGNORECASE)
_DATE_PIECES: Final = re.compile(r"[a-z]+|.", re.IGNORECASE)
_DATE_PARTS: Final = {"dd": "{0.day:02d}", "mm": "{0.month:02d}", "yyyy": "{0.year:04d}"}


def formatted(value: object, code: str) -> str:
    """The value as the format code shows it; as without a format where the code is of another kind.

    Values are what calamine gives: numbers, dates, times, durations; anything else is its plain text.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | date | time | timedelta):
        return cell_text(value)
    quick = _quick(code)
    if isinstance(value, int | float):
        if quick.number is not None and (shown := quick.number.shown(value)) is not None:
            return shown
        if not math.isfinite(value) or abs(value) >= 1e300:
            return cell_text(value)
        section, is_absolute = _chosen(_sections(code), value)
        if not section.is_date:
            return _number(section.tokens, abs(value) if is_absolute else value)
        is_on_the_calendar = 0 <= value < _LAST_DAY
        return (
            _moment(section.tokens, _EPOCH + timedelta(days=value))
            if is_on_the_calendar
            else cell_text(value)
        )
    if quick.date_template is not None and isinstance(value, date):
        return quick.date_template.format(value)
    section = _sections(code)[0]
    if not section.is_date:
        return cell_text(value)
    return _moment(section.tokens, _as_moment(value))


class _QuickNumber(NamedTuple):
    """A plain format: digits, perhaps thousands, a fixed number of decimals, words around."""

    template: str
    factor: float
    scale: float

    def shown(self, number: float) -> str | None:
        """The number in the format; None when it is so near to a half that decimals must decide."""
        scaled = number * self.factor
        tenfold = abs(scaled) * self.scale
        if tenfold >= _EXACT or abs(tenfold % 1.0 - 0.5) < _NEAR_HALF or (number < 0 and tenfold < 1.0):
            return None
        return self.template.format(scaled)


class _Quick(NamedTuple):
    """Short cuts through the commonest formats; None where the tokens must be walked."""

    number: _QuickNumber | None
    date_template: str | None


@lru_cache(maxsize=1_024)
def _quick(code: str) -> _Quick:
    match = _PLAIN_NUMBER.fullmatch(code)
    if match:
        places = len(match["decimals"] or "")
        percent = "%" if match["percent"] else ""
        grouping = "," if match["groups"] else ""
        words = [_braced(match[name] or "") for name in ("before", "after")]
        template = f"{words[0]}{{:{grouping}.{places}f}}{percent}{words[1]}".strip()
        # A word in front stands between the sign and the number: those are for the long way.
        if not words[0]:
            return _Quick(_QuickNumber(template, 100.0 if percent else 1.0, 10.0**places), None)
        return _Quick(None, None)
    if _PLAIN_DATE.fullmatch(code):
        pieces = (_DATE_PARTS.get(piece.lower(), piece) for piece in _DATE_PIECES.findall(code))
        return _Quick(None, "".join(pieces))
    return _Quick(None, None)


def _braced(words: str) -> str:
    return words.replace('"', "").replace("{", "{{").replace("}", "}}")


def shows_value_as_it_is(code: str) -> bool:
    """Whether the code changes nothing about numbers (``General``, text)."""
    return all(token.kind in {"general", "text"} for section in _sections(code) for token in section.tokens)


@lru_cache(maxsize=1_024)
def _sections(code: str) -> tuple[Section, ...]:
    found = sections_of(code)
    return tuple(found) if found and found[0].tokens else (Section((Token("general", ""),), None), *found[1:])


def _chosen(sections: Sequence[Section], number: float) -> tuple[Section, bool]:
    """The section for a number, and whether it shows the number without its sign."""
    if any(section.applies for section in sections):
        for index, section in enumerate(sections):
            if section.applies is None or section.applies(number):
                return section, index > 0 and number < 0 and len(sections) > 1 and section.applies is None
        return sections[-1], False
    if number < 0 and len(sections) > 1:
        return sections[1], True
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _number(tokens: Sequence[Token], number: float) -> str:
    kinds = {token.kind for token in tokens}
    if "general" in kinds or "text" in kinds:
        plain = number_text(float(number))
        return "".join(plain if token.kind in {"general", "text"} else token.text for token in tokens).strip()
    if "digit" not in kinds:
        return "".join(token.text for token in tokens if token.kind != "comma").strip()
    if "slash" in kinds:
        shown = _fraction(tokens, abs(number))
    elif "exponent" in kinds:
        shown = _scientific(tokens, abs(number))
    else:
        shown = _decimal(tokens, Decimal(repr(abs(number))))
    is_zero = not any(character in "123456789" for character in shown)
    return ("-" if number < 0 and not is_zero else "") + shown.strip()


def _decimal(tokens: Sequence[Token], number: Decimal) -> str:
    whole, fraction, has_point = _at_point(tokens)
    last = max((i for i, token in enumerate(whole) if token.kind == "digit"), default=-1)
    end = max((i for i, token in enumerate(tokens) if token.kind == "digit"), default=-1)
    scale = sum(1 for token in tokens[end + 1 :] if token.kind == "comma")
    scale += sum(1 for token in whole[last + 1 :] if token.kind == "comma") if has_point else 0
    has_groups = any(token.kind == "comma" for token in whole[: last + 1])
    percents = sum(1 for token in tokens if token.kind == "percent")
    places = sum(1 for token in fraction if token.kind == "digit")
    with localcontext() as context:
        context.prec = _MAX_DIGITS
        scaled = number.scaleb(2 * percents - 3 * scale).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        digits, _, decimals = f"{scaled:f}".partition(".")
    digits = "" if digits == "0" else digits
    point = "." if has_point else ""
    return _whole(whole, digits, has_groups) + point + _decimals(fraction, decimals)


def _at_point(tokens: Sequence[Token]) -> tuple[list[Token], list[Token], bool]:
    for index, token in enumerate(tokens):
        if token.kind == "point":
            return list(tokens[:index]), list(tokens[index + 1 :]), True
    return list(tokens), [], False


def _whole(tokens: list[Token], digits: str, has_groups: bool) -> str:
    """Digits put into their places from the right; the leftmost place takes all that are left."""
    shown: list[str] = []
    count = 0
    left = sum(1 for token in tokens if token.kind == "digit")

    def put(digit: str) -> None:
        nonlocal count
        if has_groups and count and count % 3 == 0:
            shown.append(",")
        shown.append(digit)
        count += 1

    for token in reversed(tokens):
        if token.kind != "digit":
            if token.kind != "comma":
                shown.append(token.text[::-1])
            continue
        left -= 1
        if digits:
            put(digits[-1])
            digits = digits[:-1]
        elif token.text == "0":
            put("0")
        elif token.text == "?":
            shown.append(" ")
        while left == 0 and digits:
            put(digits[-1])
            digits = digits[:-1]
    return "".join(shown)[::-1]


def _decimals(tokens: list[Token], decimals: str) -> str:
    needed = max((i + 1 for i, digit in enumerate(decimals) if digit != "0"), default=0)
    shown = ""
    place = 0
    for token in tokens:
        if token.kind == "digit":
            if place < needed or token.text == "0":
                shown += decimals[place : place + 1] or "0"
            elif token.text == "?":
                shown += " "
            place += 1
        elif token.kind != "comma":
            shown += token.text
    return shown


def _scientific(tokens: Sequence[Token], number: float) -> str:
    cut = next(i for i, token in enumerate(tokens) if token.kind == "exponent")
    mantissa, power = tokens[:cut], tokens[cut + 1 :]
    whole, fraction, _ = _at_point(mantissa)
    width = max(sum(1 for token in whole if token.kind == "digit"), 1)
    places = sum(1 for token in fraction if token.kind == "digit")
    exponent = math.floor(math.log10(number)) if number else 0
    exponent -= exponent % width
    scaled = Decimal(repr(number)).scaleb(-exponent)
    if round(scaled, places) >= 10**width:
        exponent += width
        scaled = scaled.scaleb(-width)
    places_of_power = sum(1 for token in power if token.kind == "digit")
    sign = "-" if exponent < 0 else ("+" if tokens[cut].text == "+" else "")
    rest = "".join(token.text for token in power if token.kind not in {"digit", "comma"})
    return f"{_decimal(mantissa, scaled)}E{sign}{abs(exponent):0{max(places_of_power, 1)}d}{rest}"


def _fraction(tokens: Sequence[Token], number: float) -> str:
    cut = next(i for i, token in enumerate(tokens) if token.kind == "slash")
    below = "".join(token.text for token in tokens[cut + 1 :]).strip()
    has_whole = sum(1 for token in tokens[:cut] if token.kind == "digit") > 1 and any(
        token.kind == "literal" and token.text.isspace() for token in tokens[:cut]
    )
    whole = math.floor(number) if has_whole else 0
    rest = Fraction(number) - whole
    if below.isdigit() and int(below):
        denominator = int(below)
        numerator = round(rest * denominator)
    else:
        limit = 10 ** min(max(below.count("?") + below.count("#") + below.count("0"), 1), 7) - 1
        near = rest.limit_denominator(limit)
        numerator, denominator = near.numerator, near.denominator
    if has_whole and numerator == denominator:
        whole, numerator = whole + 1, 0
    if has_whole and numerator == 0:
        return str(whole)
    shown = f"{numerator}/{denominator}"
    return f"{whole} {shown}" if whole else shown


def _as_moment(value: date | time | timedelta) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, time):
        return datetime.combine(_EPOCH.date(), value.replace(tzinfo=None))
    return _EPOCH + value


def _moment(tokens: Sequence[Token], moment: datetime) -> str:
    parts = [token for token in tokens if token.kind in {"date", "elapsed"}]
    has_half_days = any(token.text in {"AM/PM", "A/P"} for token in parts)
    if not any(token.text.startswith("s") and "." in token.text for token in parts):
        moment += timedelta(microseconds=500_000)  # a time is stored as a fraction and may be a hair short
    shown = ""
    position = -1
    for token in tokens:
        if token.kind == "elapsed":
            position += 1
            shown += _elapsed(token.text, moment)
        elif token.kind == "date":
            position += 1
            before = parts[position - 1].text if position else ""
            after = parts[position + 1].text if position + 1 < len(parts) else ""
            is_minute = before.startswith("h") or after.startswith("s")
            shown += _date_part(token.text, moment, has_half_days, is_minute=is_minute)
        else:
            shown += token.text
    return shown.strip()


def _elapsed(unit: str, moment: datetime) -> str:
    seconds = int((moment - _EPOCH).total_seconds())
    divisor = {"h": 3_600, "m": 60, "s": 1}[unit[0]]
    return f"{seconds // divisor:0{len(unit)}d}"


def _date_part(part: str, moment: datetime, has_half_days: bool, *, is_minute: bool) -> str:
    if part == "AM/PM":
        return "AM" if moment.hour < 12 else "PM"
    if part == "A/P":
        return "A" if moment.hour < 12 else "P"
    width, letter = len(part), part[0]
    if letter == "y":
        return f"{moment.year % 100:02d}" if width <= 2 else f"{moment.year:04d}"
    if letter == "b":  # the Buddhist calendar
        return f"{(moment.year + 543) % 100:02d}" if width <= 2 else f"{moment.year + 543:04d}"
    if letter == "m":
        if is_minute and width <= 2:
            return f"{moment.minute:0{width}d}"
        return _named(_MONTHS[moment.month - 1], moment.month, width)
    if letter == "d":
        return _named(_DAYS[moment.weekday()], moment.day, width)
    if letter == "h":
        hour = (moment.hour % 12 or 12) if has_half_days else moment.hour
        return f"{hour:0{min(width, 2)}d}"
    whole, _, decimals = part.partition(".")
    seconds = f"{moment.second:0{min(len(whole), 2)}d}"
    return f"{seconds}.{moment.microsecond:06d}"[: len(seconds) + 1 + len(decimals)] if decimals else seconds


def _named(name: str, number: int, width: int) -> str:
    if width <= 2:
        return f"{number:0{width}d}"
    return {3: name[:3], 5: name[:1]}.get(width, name)
