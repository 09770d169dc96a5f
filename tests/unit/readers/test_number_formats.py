"""Number formats: what a spreadsheet shows for a value."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from docassay.readers.number_format_codes import BUILT_IN, MAX_CODE
from docassay.readers.number_formats import formatted, shows_value_as_it_is


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.5, "General", "1234.5"),
        (3, "0", "3"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (0.125, "0.00", "0.13"),
        (1.005, "0.00", "1.01"),
        (7, "000", "007"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.5, "#.##", ".5"),
        (3, "#.##", "3."),
        (3, "0.0#", "3.0"),
        (0, "#", ""),
        (0.256, "0%", "26%"),
        (0.256, "0.0%", "25.6%"),
        (1234567, "#,##0,", "1,235"),
        (1234567, '0.0,,"M"', "1.2M"),
        (12.5, "$#,##0.00", "$12.50"),
        (12.5, "[$€-407] #,##0.00", "€ 12.50"),
        (12.5, "#,##0.00 [$EUR]", "12.50 EUR"),
        (12.5, '0.0 "kg"', "12.5 kg"),
        (12.5, r"0.0\ \m", "12.5 m"),
        (-12.5, "#,##0.00_);(#,##0.00)", "(12.50)"),
        (-12.5, "0.00;[Red]-0.00", "-12.50"),
        (0, '0.00;-0.00;"none"', "none"),
        (-0.001, "0.00", "0.00"),
        (5, '"yes";"no"', "yes"),
        (-5, '"yes";"no"', "no"),
        (150, '[>100]"high";[>50]"middle";"low"', "high"),
        (75, '[>100]"high";[>50]"middle";"low"', "middle"),
        (5, '[>100]"high";[>50]"middle";"low"', "low"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.00012, "0.0E-0", "1.2E-4"),
        (12345, "##0.0E+0", "12.3E+3"),
        (9.999, "0.0E+0", "1.0E+1"),
        (1.5, "# ?/?", "1 1/2"),
        (0.3333333, "# ?/?", "1/3"),
        (2, "# ??/??", "2"),
        (0.25, "?/8", "2/8"),
        (5, "@", "5"),
        (5, '"No. "General', "No. 5"),
        (45000.5, "yyyy-mm-dd hh:mm", "2023-03-15 12:00"),
        (float("inf"), "0", "inf"),
        (True, "0", "TRUE"),
        ("text", "0.00", "text"),
        (None, "0", ""),
    ],
)
def test_numbers_are_shown_as_their_format_says(value: object, code: str, shown: str) -> None:
    assert formatted(value, code) == shown


MOMENT = datetime(2024, 3, 5, 14, 7, 9, 250_000)  # noqa: DTZ001 - spreadsheets know no time zones


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (MOMENT, "d/m/yy", "5/3/24"),
        (MOMENT, "dd.mm.yyyy", "05.03.2024"),
        (MOMENT, "dddd, d mmmm yyyy", "Tuesday, 5 March 2024"),
        (MOMENT, "ddd mmm mmmmm", "Tue Mar M"),
        (MOMENT, "h:mm AM/PM", "2:07 PM"),
        (MOMENT, "hh:mm:ss", "14:07:09"),
        (MOMENT, "mm:ss.00", "07:09.25"),
        (MOMENT, "[$-409]m/d/yyyy", "3/5/2024"),
        (MOMENT, 'yyyy"年"m"月"', "2024年3月"),
        (date(2024, 3, 5), BUILT_IN[14], "2024-03-05"),
        (time(9, 5), "h:mm", "9:05"),
        (time(0, 30), "h:mm A/P", "12:30 A"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
        (timedelta(seconds=90), "[ss]", "90"),
        (MOMENT.replace(minute=59, second=59, microsecond=999_999), "h:mm:ss", "15:00:00"),
        (MOMENT, "0.00", "2024-03-05T14:07:09.250000"),
        (-1, "yyyy", "-1"),
    ],
)
def test_dates_and_times_are_shown_as_their_format_says(value: object, code: str, shown: str) -> None:
    assert formatted(value, code) == shown


@pytest.mark.parametrize(
    "code", ["", "[", '"', "\\", ";;;", "[$", "0" * (MAX_CODE + 1), "0/", "E+", "*", "_"]
)
def test_broken_codes_do_no_harm(code: str) -> None:
    assert isinstance(formatted(12.5, code), str)
    assert isinstance(formatted(MOMENT, code), str)


@pytest.mark.parametrize(("code", "is_plain"), [("General", True), ("@", True), ("0", False), ("", True)])
def test_formats_that_change_nothing_are_known(code: str, is_plain: bool) -> None:
    assert shows_value_as_it_is(code) is is_plain


def test_all_built_in_formats_show_something() -> None:
    assert all(formatted(1234.5, code) for code in BUILT_IN.values())
