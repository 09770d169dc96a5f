"""Read the value of a field off a piece of text, keeping how it was printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from docassay.extraction.concepts import ValueKind
from docassay.extraction.conventions import Conventions
from docassay.extraction.dates import TIME_PATTERN, find_dates, settled
from docassay.extraction.fields import Field
from docassay.extraction.labels import folded
from docassay.extraction.numbers import CURRENCY_OF_SYMBOL, CURRENCY_PATTERN, PrintedNumber, find_numbers

MAX_TEXT_CHARACTERS: Final = 400
"""Longer texts are passages, not values."""

_PLACEHOLDER: Final = re.compile(
    r"[\s\-–—_.:/*]*|(?:n\.?\s?/?\s?a\.?|none|nil|null|tbd|tba|unknown|k\.?\s?a\.?)"
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}")
_PHONE: Final = re.compile(r"(?<![\w/.-])(?:\+|\(|\d)[\d\s()./\-–]{5,24}\d(?![\w-])")
_URL: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"']+[^\s<>()\"'.,;:]|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,10}\b(?:/\S*)?"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}\b")
_CODE: Final = re.compile(r"[A-Za-z0-9](?:[\w\-/.]*[A-Za-z0-9])?")
_SPACED_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9\-/.]*(?: [A-Z0-9][A-Z0-9\-/.]*){1,7}")
_PRICE: Final = re.compile(r"\d+[.,]\d{1,2}")
COMPANY_FORM: Final = re.compile(
    r"\b(?:GmbH|AG|KG|UG|OHG|e\.?K\.?|e\.?V\.?|Inc|LLC|LLP|Ltd|Limited|Corp|Corporation|PLC|plc|SARL|SAS"
    r"|S\.?A\.?|S\.?L\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|B\.?V\.?|N\.?V\.?|ApS|A/S|Oy)(?!\w)\.?"
)
"""The legal form at the end of a company's name."""
_SENTENCE_END: Final = re.compile(r"(?<=[a-z0-9%)]{2})\.\s+(?=[A-ZÄÖÜ])")
_LONG_TEXT: Final = frozenset({"notes", "description", "subject", "title"})
_YES: Final = frozenset(
    {"yes", "true", "y", "x", "ja", "oui", "si", "sim", "checked", "☑", "☒", "✓", "✔", "✗", "[x]"}
)
_NO: Final = frozenset({"no", "false", "n", "nein", "non", "nao", "unchecked", "☐", "[ ]", "[]"})


class Reading(NamedTuple):
    """A value and the exact text that prints it.

    ``is_complete``: nothing else stood in the text. ``is_certain``: it can be read in one way only.
    ``is_typed``: it has the form that the field's kind asks for (False for text kept as printed instead).
    """

    value: Any
    printed: str
    is_complete: bool = True
    is_certain: bool = True
    is_typed: bool = True


def read_value(field: Field, text: str, conventions: Conventions) -> Reading | None:
    """The value of ``field`` that ``text`` prints, or None when it prints no such value.

    A field typed number gets a JSON number. A string field of another kind than plain text falls back to the
    whole text (``is_typed`` False) so that the caller, who knows how good the label is, may take or leave it.
    """
    text = text.strip()
    if not text or _PLACEHOLDER.fullmatch(folded(text)):
        return None
    reading = _READERS[field.kind](field, text[:MAX_TEXT_CHARACTERS], conventions)
    if reading is None and _may_be_text(field):
        plain = _read_text(field, text, conventions)
        reading = plain._replace(is_typed=False) if plain else None
    if field.pattern and (reading is None or not _fits(field.pattern, reading)):
        return None if field.is_numeric else _read_by_pattern(field.pattern, text[:MAX_TEXT_CHARACTERS])
    return reading


def _may_be_text(field: Field) -> bool:
    """Whether a field that only sounds like a date or number may hold other words (``Due: on receipt``)."""
    is_code = (
        field.concept is not None and field.concept.kind == "identifier" and field.concept.key != "reference"
    )
    return field.kind in _MAY_BE_TEXT and not (field.is_numeric or field.wants_iso_date or is_code)


def _read_by_pattern(pattern: str, text: str) -> Reading | None:
    """The part of the text, or else the first word of it, that the schema's own pattern matches."""
    for part in (text, *text.split()):
        match = re.search(pattern, part)
        if match and match[0].strip():
            return Reading(match[0], match[0], is_complete=match[0] == text)
    return None


def _fits(pattern: str, reading: Reading) -> bool:
    return re.search(pattern, str(reading.value)) is not None


def _read_text(field: Field, text: str, conventions: Conventions) -> Reading | None:
    if len(text) >= MAX_TEXT_CHARACTERS or not re.search(r"\w", text):
        return None
    if field.concept is not None and field.concept.key not in _LONG_TEXT:
        first = _SENTENCE_END.split(text, maxsplit=1)[0]
        return Reading(first, first, is_complete=first == text)
    return Reading(text, text)


def _read_name(field: Field, text: str, conventions: Conventions) -> Reading | None:
    """The first line, or up to a company's form: a name stands before the address that follows it."""
    first, _, rest = text.partition("\n")
    first = first.strip(" \t,;")
    company = COMPANY_FORM.search(first)
    if company and re.search(r"\d", first[company.end() :]):
        rest = first[company.end() :]
        first = first[: company.end()]
    if not re.search(r"[^\W\d_]", first) or len(first) > 120:
        return None
    return Reading(first, first, is_complete=not rest)


def _read_number(field: Field, text: str, conventions: Conventions) -> Reading | None:
    numbers = find_numbers(text, conventions.decimal_mark)
    if not numbers or find_dates(text):
        return None
    number = _choose(field.kind, numbers)
    if number is None:
        return None
    value: int | float | str = number.value
    printed = text[number.start : number.end]
    if field.is_integer:
        if value != int(value):
            return None
        value = int(value)
    rest = CURRENCY_PATTERN.sub("", text[: number.start] + text[number.end :])
    is_complete = len(numbers) == 1 and not re.search(r"[^\W\d_]{4,}|\d", rest)
    if not field.is_numeric:
        value = printed
    return Reading(value, printed, is_complete, number.is_certain or not field.is_numeric)


def _choose(kind: ValueKind, numbers: list[PrintedNumber]) -> PrintedNumber | None:
    """The number of several that fits the kind: a percent, a price with its currency, else the first."""
    if kind == "percent":
        return next((number for number in numbers if number.is_percent), numbers[0])
    plain = [number for number in numbers if not number.is_percent] or (numbers if kind != "money" else [])
    if kind == "money":
        with_currency = [number for number in plain if number.currency]
        with_decimals = [number for number in plain if number.has_decimals]
        plain = with_currency or with_decimals or plain
    return plain[0] if plain else None


def _read_date(field: Field, text: str, conventions: Conventions) -> Reading | None:
    dates = find_dates(text)
    if not dates:
        return None
    found = dates[0]
    printed = text[found.start : found.end]
    is_complete = len(dates) == 1 and not re.search(r"[^\W\d_]{4,}", text[: found.start] + text[found.end :])
    if not field.wants_iso_date:
        return Reading(printed, printed, is_complete)
    day = settled(found, conventions.is_day_first)
    if day is None:
        return Reading(printed, printed, is_complete, is_certain=False)
    if field.kind == "datetime":
        return _with_time(day.isoformat(), text, found.start, found.end, is_complete)
    return Reading(day.isoformat(), printed, is_complete)


def _with_time(day: str, text: str, start: int, end: int, is_complete: bool) -> Reading:
    """Date and time in RFC 3339 order; without a printed time the date as printed, since none is invented."""
    match = TIME_PATTERN.match(text, end)
    printed = text[start:end]
    if match is None:
        return Reading(printed, printed, is_complete, is_certain=False)
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4].casefold().startswith("p") else 0)
    if hour > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return Reading(printed, printed, is_complete, is_certain=False)
    zone = (match[5] or "").upper()
    printed = text[start : match.end()].strip()
    return Reading(f"{day}T{hour:02d}:{match[2]}:{match[3] or '00'}{zone}", printed, is_complete)


def _read_identifier(field: Field, text: str, conventions: Conventions) -> Reading | None:
    line = text.split("\n", 1)[0].strip().lstrip("#№: ").rstrip(" .,;")
    if any(found.start == 0 for found in find_dates(line)) or _PRICE.fullmatch(line):
        return None
    if _SPACED_CODE.fullmatch(line) and re.search(r"\d", line) and not find_dates(line):
        return Reading(line, line)
    match = _CODE.match(line)
    if match is None or not re.search(r"\d", match[0]):
        return None
    return Reading(match[0], match[0], is_complete=match[0] == line)


def _read_iban(field: Field, text: str, conventions: Conventions) -> Reading | None:
    for match in _IBAN.finditer(text):
        printed = match[0]
        while len(printed) >= 15:
            if _has_iban_checksum(printed):
                return Reading(printed, printed, is_complete=printed == text)
            printed = printed[:-1].rstrip()
    return None


def _has_iban_checksum(printed: str) -> bool:
    """ISO 7064 mod 97-10 over the country code, check digits and account (ISO 13616)."""
    compact = re.sub(r"\s", "", printed)
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _read_currency(field: Field, text: str, conventions: Conventions) -> Reading | None:
    match = CURRENCY_PATTERN.search(text)
    if match is None:
        return None
    return Reading(CURRENCY_OF_SYMBOL.get(match[0], match[0]), match[0], is_complete=match[0] == text)


def _read_pattern(pattern: re.Pattern[str]) -> Callable[[Field, str, Conventions], Reading | None]:
    def read(field: Field, text: str, conventions: Conventions) -> Reading | None:
        match = pattern.search(text)
        if match is None:
            return None
        return Reading(match[0].strip(), match[0].strip(), is_complete=match[0] == text)

    return read


def _read_phone(field: Field, text: str, conventions: Conventions) -> Reading | None:
    for match in _PHONE.finditer(text):
        digits = sum(character.isdigit() for character in match[0])
        if 7 <= digits <= 15 and not find_dates(match[0]):
            return Reading(match[0], match[0], is_complete=match[0] == text)
    return None


def _read_boolean(field: Field, text: str, conventions: Conventions) -> Reading | None:
    first = text.split()[0] if not text.startswith("[ ]") else "[ ]"
    word = folded(first).strip(".,;:") or first
    is_complete = len(text.split()) == 1 or first == text
    if word in _YES:
        return Reading(True, first, is_complete)
    if word in _NO:
        return Reading(False, first, is_complete)
    return None


def _read_enum(field: Field, text: str, conventions: Conventions) -> Reading | None:
    """The one member that the text is, or else the one member whose words it contains."""
    plain = " ".join(folded(text).replace("_", " ").split())
    contained: list[tuple[Any, str]] = []
    for member in field.enum:
        words = " ".join(folded(str(member)).replace("_", " ").split())
        if words == plain:
            return Reading(member, text)
        pattern = r"(?<!\w)" + r"[\s_\-]+".join(map(re.escape, words.split())) + r"(?!\w)"
        match = re.search(pattern, folded(text))
        if match and words:
            contained.append((member, _original(text, match)))
    longest = [
        (member, printed)
        for member, printed in contained
        if not any(folded(printed) in folded(other) and other != printed for _, other in contained)
    ]
    if len(longest) == 1:
        return Reading(longest[0][0], longest[0][1], is_complete=False)
    if contained:
        return None
    return _currency_member(field, text, conventions)


def _original(text: str, match: re.Match[str]) -> str:
    """The printed form of a match in the folded text; folding keeps lengths for all but exotic letters."""
    return text[match.start() : match.end()] if len(folded(text)) == len(text) else text


def _currency_member(field: Field, text: str, conventions: Conventions) -> Reading | None:
    read = _read_currency(field, text, conventions)
    return read if read and read.value in field.enum else None


_MAY_BE_TEXT: Final = frozenset({"date", "datetime", "identifier", "money", "percent", "address", "number"})
_READERS: Final[Mapping[ValueKind, Callable[[Field, str, Conventions], Reading | None]]] = {
    "text": _read_text,
    "address": _read_text,
    "name": _read_name,
    "identifier": _read_identifier,
    "iban": _read_iban,
    "date": _read_date,
    "datetime": _read_date,
    "number": _read_number,
    "integer": _read_number,
    "money": _read_number,
    "percent": _read_number,
    "currency": _read_currency,
    "email": _read_pattern(_EMAIL),
    "url": _read_pattern(_URL),
    "phone": _read_phone,
    "boolean": _read_boolean,
    "enum": _read_enum,
}
