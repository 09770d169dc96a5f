import random
from functools import cache

import pytest
from rapidfuzz.distance import Levenshtein

from docassay.checks.metrics.table_cells import Cell, ComparableTable, PlacedCell, comparable_table
from docassay.checks.metrics.table_tree import MAX_CELL_PAIRS, tree_edit_similarity


def table_of(*rows: str) -> ComparableTable:
    """A table from rows like ``a|b|c``."""
    table = comparable_table(
        PlacedCell(row, column, Cell(text))
        for row, line in enumerate(rows)
        for column, text in enumerate(line.split("|"))
    )
    assert table is not None
    return table


def random_table(numbers: random.Random) -> ComparableTable:
    """Up to 3 x 3 cells, some of them spanning, some empty."""
    row_count, column_count = numbers.randint(1, 3), numbers.randint(1, 3)
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(row_count):
        for column in range(column_count):
            if (row, column) in taken:
                continue
            height = numbers.randint(1, row_count - row) if numbers.random() < 0.2 else 1
            width = numbers.randint(1, column_count - column) if numbers.random() < 0.2 else 1
            while any((row, column + step) in taken for step in range(width)):
                width -= 1
            covered = {(row + down, column + right) for down in range(height) for right in range(width)}
            taken |= covered
            text = numbers.choice(["", "a", "b", "abc", "abd", "x1"])
            cells.append(PlacedCell(row, column, Cell(text, height, width)))
    table = comparable_table(cells)
    return table if table is not None else table_of("a")


def distance_by_definition(truth: ComparableTable, output: ComparableTable) -> float:
    """The ordered tree edit distance by its recursion over forests (Zhang and Shasha, 1989), any tree."""
    forests = [
        (("table", tuple(("tr", tuple((cell, ()) for cell in row)) for row in table.rows)),)
        for table in (truth, output)
    ]

    def relabel(one: object, other: object) -> float:
        if isinstance(one, Cell) and isinstance(other, Cell):
            return Levenshtein.normalized_distance(one.text, other.text) if one[1:] == other[1:] else 1.0
        return 0.0 if one == other else 1.0

    @cache
    def size(forest: tuple) -> int:
        return sum(1 + size(children) for _, children in forest)

    @cache
    def distance(one: tuple, other: tuple) -> float:
        if not one or not other:
            return float(size(one) + size(other))
        (label, children), (other_label, other_children) = one[-1], other[-1]
        return min(
            distance(one[:-1] + children, other) + 1,
            distance(one, other[:-1] + other_children) + 1,
            distance(one[:-1], other[:-1]) + distance(children, other_children) + relabel(label, other_label),
        )

    return distance(*forests)


def test_the_fast_distance_is_the_tree_edit_distance() -> None:
    numbers = random.Random(20)
    for _ in range(300):
        truth, output = random_table(numbers), random_table(numbers)
        nodes = max(1 + len(table.rows) + sum(map(len, table.rows)) for table in (truth, output))
        expected = 1 - distance_by_definition(truth, output) / nodes
        assert tree_edit_similarity(truth, output) == pytest.approx(expected), (truth, output)


def test_a_table_is_itself_and_nothing_is_not_a_table() -> None:
    table = table_of("a|b", "c|d")
    assert tree_edit_similarity(table, table) == 1.0
    assert tree_edit_similarity(table, None) == 0.0


def test_missing_rows_and_changed_texts_cost() -> None:
    table = table_of("a|b", "c|d")
    assert tree_edit_similarity(table, table_of("a|b")) == pytest.approx(1 - 3 / 7)
    assert tree_edit_similarity(table, table_of("a|b", "c|x")) == pytest.approx(1 - 1 / 7)
    assert tree_edit_similarity(table, table_of("a|b", "c|x"), structure_only=True) == 1.0


def test_it_is_symmetric() -> None:
    numbers = random.Random(3)
    for _ in range(50):
        one, other = random_table(numbers), random_table(numbers)
        assert tree_edit_similarity(one, other) == pytest.approx(tree_edit_similarity(other, one))


def test_tables_beyond_the_limit_are_refused() -> None:
    long = table_of(*(str(number) for number in range(5_001)))
    assert MAX_CELL_PAIRS < 5_001**2
    with pytest.raises(ValueError, match="too large"):
        tree_edit_similarity(long, long)
