"""Two readings of a page become one, word by word."""

from docassay.readers.ocr.reconcile import reconciled
from docassay.readers.pdf.text import Word


def word(text: str, x0: float, x1: float, confidence: float, *, y0: float = 10.0, size: float = 9.0) -> Word:
    return Word(text, x0, y0, x1, y0 + 10.0, size, 0, confidence=confidence)


def texts(words: list[Word]) -> list[str]:
    return [each.text for each in words]


def test_the_surer_reading_of_the_same_ink_is_taken_in_the_line_that_it_comes_into() -> None:
    first = [word("cornmittee", 10, 60, 0.6), word("heard", 65, 90, 0.95)]
    second = [word("committee", 11, 61, 0.9, y0=11.0, size=12.0), word("beard", 65, 90, 0.7)]
    result = reconciled(first, second)
    assert texts(result) == ["committee", "heard"]
    assert (result[0].y0, result[0].y1, result[0].size) == (10.0, 20.0, 9.0)
    assert (result[0].x0, result[0].x1) == (11, 61)


def test_words_that_are_parted_differently_are_taken_as_a_whole() -> None:
    first = [word("1234", 10, 30, 0.5), word("56", 31, 40, 0.9)]
    second = [word("123456", 10, 40, 0.8)]
    assert texts(reconciled(first, second)) == ["123456"]
    assert texts(reconciled(second, first)) == ["123456"]


def test_equally_sure_readings_leave_the_first_one() -> None:
    assert texts(reconciled([word("8.50", 10, 30, 0.9)], [word("3.50", 10, 30, 0.9)])) == ["8.50"]


def test_a_word_that_one_reading_missed_is_kept_and_added_when_it_is_sure() -> None:
    first = [word("North", 10, 40, 0.3)]
    second = [word("417", 80, 95, 0.95), word("#~", 120, 130, 0.4)]
    assert texts(reconciled(first, second)) == ["North", "417"]


def test_words_above_each_other_are_not_the_same_ink() -> None:
    first = [word("above", 10, 40, 0.5)]
    second = [word("below", 10, 40, 0.9, y0=22.0)]
    assert texts(reconciled(first, second)) == ["above", "below"]


def test_nothing_comes_of_nothing() -> None:
    assert reconciled([], []) == []
    assert texts(reconciled([word("only", 10, 40, 0.5)], [])) == ["only"]
