import pytest

from docassay.checks.metrics.grid_match import grid_match, grid_similarity
from docassay.checks.metrics.table_cells import Cell, ComparableTable, PlacedCell, comparable_table


def table_of(*rows: str) -> ComparableTable:
    table = comparable_table(
        PlacedCell(row, column, Cell(text))
        for row, line in enumerate(rows)
        for column, text in enumerate(line.split("|"))
    )
    assert table is not None
    return table


TABLE = table_of("a|b|c", "d|e|f", "g|h|i")


def test_a_table_matches_itself_and_nothing_matches_no_table() -> None:
    assert grid_match(TABLE, TABLE) == 1.0
    assert grid_match(TABLE, None) == 0.0


def test_a_missing_row_and_an_added_column_cost_their_slots() -> None:
    assert grid_similarity(TABLE, table_of("a|b|c", "g|h|i"), exact=True) == pytest.approx(2 * 6 / 15)
    assert grid_similarity(TABLE, table_of("a|x|b|c", "d|y|e|f", "g|z|h|i"), exact=True) == pytest.approx(
        2 * 9 / 21
    )


def test_rows_in_another_order_cannot_all_be_matched() -> None:
    assert grid_similarity(TABLE, table_of("g|h|i", "a|b|c", "d|e|f"), exact=True) == pytest.approx(
        2 * 6 / 18
    )


def test_texts_that_are_alike_count_in_part() -> None:
    one, other = table_of("abcd|x"), table_of("abce|x")
    assert grid_similarity(one, other, exact=True) == pytest.approx(0.5)
    assert grid_similarity(one, other, exact=False) == pytest.approx((0.75 + 1) / 2)
    assert grid_match(one, other) == pytest.approx(0.5 * 0.875)


def test_a_spanning_cell_stands_in_every_slot() -> None:
    spanned = comparable_table(
        [PlacedCell(0, 0, Cell("a", 1, 2)), PlacedCell(1, 0, Cell("b")), PlacedCell(1, 1, Cell("c"))]
    )
    assert spanned is not None
    assert spanned.grid == (("a", "a"), ("b", "c"))
    assert grid_similarity(spanned, table_of("a|", "b|c"), exact=True) == pytest.approx(0.75)


def test_a_repeated_table_gains_nothing() -> None:
    assert grid_similarity(
        TABLE, table_of("a|b|c", "d|e|f", "g|h|i", "a|b|c", "d|e|f", "g|h|i"), exact=True
    ) == pytest.approx(2 * 9 / 27)


def test_grids_beyond_the_limit_are_refused() -> None:
    long = table_of(*(str(number) for number in range(5_001)))
    with pytest.raises(ValueError, match="too large"):
        grid_match(long, long)
