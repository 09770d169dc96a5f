import pytest

from docassay.checks.metrics.adjacency import Agreement, Relation, relation_agreement, relations
from docassay.checks.metrics.table_cells import Cell, PlacedCell, comparable_grid, comparable_table
from docassay.documents.tables import table_grids


def relations_of(html: str) -> list[Relation]:
    table = comparable_grid(table_grids(html)[0])
    assert table is not None
    return sorted(relations(table).elements())


def test_neighbours_to_the_right_and_below() -> None:
    html = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    assert relations_of(html) == [
        Relation("a", "b", "right"),
        Relation("a", "c", "below"),
        Relation("b", "d", "below"),
        Relation("c", "d", "right"),
    ]


def test_empty_cells_are_looked_through() -> None:
    html = "<table><tr><td>a</td><td></td><td>b</td></tr><tr><td>c</td><td>d</td><td>e</td></tr></table>"
    assert Relation("a", "b", "right") in relations_of(html)


def test_a_spanning_cell_is_next_to_all_beside_it_once() -> None:
    html = (
        '<table><tr><th colspan="2">top</th><td rowspan="2">side</td></tr>'
        "<tr><td>a</td><td>b</td></tr></table>"
    )
    assert relations_of(html) == [
        Relation("a", "b", "right"),
        Relation("b", "side", "right"),
        Relation("top", "a", "below"),
        Relation("top", "b", "below"),
        Relation("top", "side", "right"),
    ]


def test_agreement_counts_missing_and_added_relations() -> None:
    truth = comparable_table(
        [PlacedCell(0, 0, Cell("a")), PlacedCell(0, 1, Cell("b")), PlacedCell(1, 0, Cell("c"))]
    )
    output = comparable_table(
        [PlacedCell(0, 0, Cell("a")), PlacedCell(0, 1, Cell("b")), PlacedCell(0, 2, Cell("c"))]
    )
    assert truth is not None
    assert output is not None
    agreement = relation_agreement(relations(truth), relations(output))
    assert agreement == Agreement(2, 2, 1)
    assert agreement.f1 == pytest.approx(0.5)


def test_nothing_against_nothing_has_no_score() -> None:
    nothing = Agreement(0, 0, 0)
    assert nothing.f1 is None
    assert nothing.recall is None
    assert Agreement(0, 3, 0).f1 == 0.0
    assert Agreement(3, 0, 0).precision == 0.0
    assert sum([Agreement(1, 2, 1), Agreement(3, 1, 1)], nothing) == Agreement(4, 3, 2)
