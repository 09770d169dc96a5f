"""Dates as several countries print them."""

import pytest

from docassay.extraction.dates import find_dates, settled


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-01", "2024-03-01"),
        ("01.03.2024", "2024-03-01"),
        ("1. 3. 2024", "2024-03-01"),
        ("13/05/2024", "2024-05-13"),
        ("05/13/2024", "2024-05-13"),
        ("04/04/2024", "2024-04-04"),
        ("3 March 2024", "2024-03-03"),
        ("March 3rd, 2024", "2024-03-03"),
        ("03-Mar-24", "2024-03-03"),
        ("3. März 2024", "2024-03-03"),
        ("12 août 2022", "2022-08-12"),
        ("5 de mayo de 2021", "2021-05-05"),
        ("2024年3月5日", "2024-03-05"),
        ("Berlin, den 5. Dezember 2023", "2023-12-05"),
        ("10.1.69", "1969-01-10"),
        ("10.1.68", "2068-01-10"),
    ],
)
def test_a_date_with_one_reading_is_read(text: str, iso: str) -> None:
    found = find_dates(text)
    assert [reading.isoformat() for reading in found[0].readings] == [iso]


def test_a_date_with_two_readings_waits_for_the_document() -> None:
    found = find_dates("03/05/2024")[0]
    assert settled(found, None) is None
    assert str(settled(found, True)) == "2024-05-03"
    assert str(settled(found, False)) == "2024-03-05"


@pytest.mark.parametrize("text", ["31/02/2024", "1.2.3.4", "12 items 2024", "version 1.2", "192.168.10.24"])
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert find_dates(text) == []
