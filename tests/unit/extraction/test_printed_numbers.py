"""Numbers as several countries print them."""

import pytest

from docassay.extraction.conventions import conventions_of
from docassay.extraction.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "value", "printed"),
    [
        ("1,234.56", 1234.56, "1,234.56"),
        ("1.234,56 €", 1234.56, "1.234,56 €"),
        ("EUR 1.234", 1234, "EUR 1.234"),
        ("1'234.50 CHF", 1234.5, "1'234.50 CHF"),
        ("1 234,50 €", 1234.5, "1 234,50 €"),
        ("1\u202f234,50", 1234.5, "1\u202f234,50"),
        ("₹12,34,567.00", 1234567.0, "₹12,34,567.00"),
        ("(12.50)", -12.5, "(12.50)"),
        ("−3.10", -3.1, "−3.10"),
        ("12.50-", -12.5, "12.50-"),
        ("$-3.00", -3.0, "$-3.00"),
        ("$1.2 million", 1_200_000, "$1.2 million"),
        ("19 %", 19, "19 %"),
        ("5 kg", 5, "5"),
        ("0.125", 0.125, "0.125"),
        ("due 45.00.", 45.0, "45.00"),
    ],
)
def test_a_number_is_read_as_it_is_printed(text: str, value: float, printed: str) -> None:
    found = find_numbers(text)[0]
    assert found.value == value
    assert text[found.start : found.end].strip() == printed


@pytest.mark.parametrize("text", ["INV-2024-001", "2024-03-01", "A4", "12:30", "3.5.1", "x86", "no numbers"])
def test_codes_dates_and_times_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == []


def test_a_single_mark_before_three_digits_is_settled_by_the_document() -> None:
    assert find_numbers("1.234")[0][:1] == (1.234,)
    assert not find_numbers("1.234")[0].is_certain
    german = conventions_of(["95,00", "1.250,00"])
    assert german.decimal_mark == ","
    assert find_numbers("1.234", german.decimal_mark)[0].value == 1234
    assert find_numbers("1,234", german.decimal_mark)[0].value == 1.234
    assert find_numbers("1,234", ".")[0].value == 1234


def test_conventions_stay_open_when_the_document_contradicts_itself() -> None:
    assert conventions_of(["95,00", "95.00"]).decimal_mark is None
    assert conventions_of(["13/05/2024", "05/13/2024"]).is_day_first is None
    assert conventions_of(["13/05/2024", "01/02/2024"]).is_day_first is True
