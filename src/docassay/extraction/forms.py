"""Values without a label that their form gives away, where the document leaves no choice.

Only when exactly one value of the form is printed: an e-mail address, web address or IBAN, the currency of
all amounts, the one date of the first page, one enum member in the headings, the company of a letterhead.
Such values never score above 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from docassay.extraction.conventions import Conventions
from docassay.extraction.dates import find_dates
from docassay.extraction.evidence import Match
from docassay.extraction.fields import Field
from docassay.extraction.labels import concepts_of, folded
from docassay.extraction.lines import PrintedLine
from docassay.extraction.numbers import find_numbers
from docassay.extraction.values import COMPANY_FORM, Reading, read_value

_BUSINESS: Final = re.compile(
    r"\b(?:Bank|Store|Market|Supermarket|Caf[eé]|Restaurant|Shop|Hotel|Pharmacy|Company|Co\.)(?!\w)",
    re.IGNORECASE,
)
_TITLE_WORDS: Final = frozenset(
    {
        "invoice", "rechnung", "facture", "factura", "fattura", "receipt", "quittung", "statement", "letter",
        "bill", "order", "quote", "quotation", "contract", "kontoauszug", "page", "date", "delivery",
    }
)  # fmt: skip
_PLAIN_DATE_CONCEPTS: Final = frozenset({"document_date", "invoice_date", "receipt_date", "statement_date"})
_LETTERHEAD_CONCEPTS: Final = frozenset({"vendor", "bank"})
_LETTERHEAD_LINES: Final = 3
_MAX_NAME_WORDS: Final = 6
_MAX_TITLE_CHARACTERS: Final = 40

Texts = Sequence[tuple[str, str]]
"""Pairs of a block id and a text of that block, in reading order."""


def match_by_form(
    field: Field, lines: Sequence[PrintedLine], texts: Texts, conventions: Conventions
) -> Match | None:
    """The value that stands for ``field`` without a label, or None when there is none or more than one.

    ``texts`` also holds the cells of tables, which ``lines`` does not.
    """
    if field.kind in ("email", "url", "iban"):
        is_owned = field.parent is not None and field.parent.key != "vendor"
        return None if is_owned else _only_one(field, texts, conventions, f"it is the only {field.kind}")
    if field.kind == "currency" or _is_currency_enum(field):
        return _currency_of_amounts(field, texts, conventions)
    if field.kind == "enum":
        headings = [(line.block_id, line.text) for line in lines if line.block_type == "SectionHeader"]
        first = [(line.block_id, line.text) for line in lines[:1]]
        return _only_one(
            field, headings or first, conventions, "it is the only allowed value in the headings"
        )
    if field.kind == "date" and field.concept is not None and field.concept.key in _PLAIN_DATE_CONCEPTS:
        page = lines[0].page_index if lines else 0
        first_page = [(line.block_id, line.text) for line in lines if line.page_index == page]
        if field.concept.key != "document_date" and not _has_title(text for _, text in first_page):
            return None
        return _only_date(field, first_page, texts, conventions)
    if field.concept is not None and field.concept.key in _LETTERHEAD_CONCEPTS and field.kind == "name":
        return _letterhead(lines)
    return None


def _is_currency_enum(field: Field) -> bool:
    return field.kind == "enum" and field.concept is not None and field.concept.key == "currency"


def _only_one(field: Field, texts: Texts, conventions: Conventions, note: str) -> Match | None:
    found: dict[str, tuple[Reading, str]] = {}
    for block_id, text in texts:
        reading = read_value(field, text, conventions)
        if reading is not None and reading.is_typed:
            found.setdefault(folded(str(reading.value)), (reading, block_id))
            if len(found) > 1:
                return None
    return _match(*next(iter(found.values())), note) if found else None


def _match(reading: Reading, block_id: str, note: str) -> Match:
    return Match(
        value=reading.value,
        printed=reading.printed,
        block_ids=(block_id,),
        how="form",
        is_certain=reading.is_certain,
        form_note=note,
    )


def _currency_of_amounts(field: Field, texts: Texts, conventions: Conventions) -> Match | None:
    printed: dict[str, str] = {}
    for block_id, text in texts:
        for number in find_numbers(text):
            if number.currency:
                printed.setdefault(number.currency, block_id)
    readings = {
        reading.value: (reading, block_id)
        for currency, block_id in printed.items()
        if (reading := read_value(field, currency, conventions)) is not None
    }
    if len(readings) != 1 or len(printed) > 2:
        return None
    return _match(*next(iter(readings.values())), "all amounts are printed with it")


def _only_date(field: Field, first_page: Texts, texts: Texts, conventions: Conventions) -> Match | None:
    """The one date of the first page, when the rest of the page prints no other."""
    ids = {block_id for block_id, _ in first_page}
    on_page = [*first_page, *((block_id, text) for block_id, text in texts if block_id not in ids)]
    if len({text[found.start : found.end] for _, text in on_page for found in find_dates(text)}) != 1:
        return None
    return _only_one(field, on_page, conventions, "it is the only date")


def _letterhead(lines: Sequence[PrintedLine]) -> Match | None:
    """A company's name among the first lines: short, without digits, with a company's form or trade.

    Only in the first block that is no bare title: the next one may well be the addressee's.
    """
    titled = next((line.block_id for line in lines if _without_title(line.text)), None)
    first_block = [line for line in lines if line.block_id == titled]
    for line in first_block[:_LETTERHEAD_LINES]:
        name = _without_title(line.text)
        if _is_name(name) and (COMPANY_FORM.search(name) or _BUSINESS.search(name)):
            return _match(Reading(name, name), line.block_id, "it is the letterhead")
    return None


def _without_title(text: str) -> str:
    """``Acme Ltd INVOICE`` without the document's kind at either end."""
    words = text.split()
    while words and folded(words[-1]) in _TITLE_WORDS:
        words.pop()
    while words and folded(words[0]) in _TITLE_WORDS:
        words.pop(0)
    return " ".join(words)


def _has_title(texts: Iterable[str]) -> bool:
    """Whether a short line says which business document this is."""
    return any(
        len(text) <= _MAX_TITLE_CHARACTERS and _TITLE_WORDS & set(folded(text).split()) for text in texts
    )


def _is_name(text: str) -> bool:
    words = text.split()
    is_plain = (
        bool(words) and len(words) <= _MAX_NAME_WORDS and not any(c.isdigit() or c in ":;" for c in text)
    )
    return is_plain and not _TITLE_WORDS & set(folded(text).split()) and not concepts_of(text)


def all_texts(lines: Iterable[PrintedLine], cells: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The texts of lines and of table cells with their block ids."""
    return [*((line.block_id, line.text) for line in lines), *cells]
