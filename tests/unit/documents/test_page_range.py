from __future__ import annotations

import pytest

from docassay.documents.page_range import check_page_range_syntax, parse_page_range, select_pages


def test_pages_and_ranges_are_zero_based_and_inclusive() -> None:
    assert parse_page_range("0,2-4,10", 11) == [0, 2, 3, 4, 10]


def test_pages_come_ascending_and_once() -> None:
    assert parse_page_range("5, 1-3,2 - 4", 6) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "text", ["", " ", "a", "1,,2", "-1", "1-", "1-2-3", "4-2", "1.5", "٣", "0;1", "9" * 5000]
)
def test_wrong_syntax_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="page range"):
        check_page_range_syntax(text)


def test_a_page_out_of_bounds_is_named_with_the_count() -> None:
    with pytest.raises(ValueError, match=r"Page 7 is out of bounds: the document has 3 pages \(0 to 2"):
        parse_page_range("0,7", 3)
    with pytest.raises(ValueError, match=r"Page 1 is out of bounds: the document has 1 page \(only page 0"):
        parse_page_range("0-999999999", 1)
    with pytest.raises(ValueError, match="no pages"):
        parse_page_range("0", 0)


def test_an_endless_range_text_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        check_page_range_syntax("1," * 10_000)


def test_a_page_range_overrides_max_pages() -> None:
    assert select_pages("4-5", 1, 10) == [4, 5]
    assert select_pages(None, 3, 10) == [0, 1, 2]
    assert select_pages("", 30, 2) == [0, 1]
    assert select_pages(None, None, 2) == [0, 1]


def test_max_pages_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        select_pages(None, 0, 10)
