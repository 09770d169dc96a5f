from __future__ import annotations

from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.documents.tables import (
    MAX_SLOTS,
    TableGrid,
    markdown_table_grid,
    table_grids,
    tables_in,
)


def grid_of(html: str) -> TableGrid:
    (grid,) = table_grids(html)
    return grid


def kinds(grid: TableGrid) -> list[str]:
    return [defect.kind for defect in grid.defects]


def test_spans_are_carried_out() -> None:
    grid = grid_of(
        "<table><tr><th rowspan='2'>Item</th><th colspan='2'>Price</th></tr>"
        "<tr><th>net</th><th>gross</th></tr><tr><td>Bolt</td><td>1</td><td>2</td></tr></table>"
    )
    assert grid.rows == (("Item", "Price", "Price"), ("Item", "net", "gross"), ("Bolt", "1", "2"))
    assert grid.header_row_count == 2
    assert grid.defects == ()
    assert [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells[:2]] == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
    ]


def test_a_head_group_makes_header_cells() -> None:
    grid = grid_of("<table><thead><tr><td>A</td></tr></thead><tbody><tr><td>1</td></tr></tbody></table>")
    assert [cell.is_header for cell in grid.cells] == [True, False]
    assert grid.header_row_count == 1


def test_rows_off_the_usual_width_are_ragged() -> None:
    row = "<tr><td>a</td><td>b</td></tr>"
    grid = grid_of(f"<table>{row}{row}<tr><td>c</td></tr></table>")
    assert [(defect.kind, defect.row) for defect in grid.defects] == [("ragged", 2)]
    assert grid.rows[2] == ("c", "")


def test_a_cell_over_a_spanning_cell_overlaps() -> None:
    grid = grid_of("<table><tr><td>a</td><td rowspan='2'>b</td></tr><tr><td colspan='2'>c</td></tr></table>")
    assert kinds(grid) == ["overlap"]
    assert grid.rows == (("a", "b"), ("c", "b"))


def test_a_row_span_below_the_last_row_overflows() -> None:
    grid = grid_of("<table><tr><td rowspan='3'>a</td><td>b</td></tr><tr><td>c</td></tr></table>")
    assert kinds(grid) == ["overflow"]
    assert grid.rows == (("a", "b"), ("a", "c"))


def test_a_row_span_of_zero_reaches_the_end_of_its_group() -> None:
    grid = grid_of(
        "<table><tbody><tr><td rowspan='0'>a</td><td>b</td></tr><tr><td>c</td></tr></tbody>"
        "<tbody><tr><td>d</td><td>e</td></tr></tbody></table>"
    )
    assert grid.rows == (("a", "b"), ("a", "c"), ("d", "e"))
    assert grid.defects == ()


def test_hostile_spans_are_cut() -> None:
    rows = "<tr><td>y</td></tr>" * 4000
    grid = grid_of(f"<table><tr><td colspan='1000000000' rowspan='999999999999'>x</td></tr>{rows}</table>")
    assert grid.row_count * grid.column_count <= MAX_SLOTS
    assert {"span_cut", "overflow", "too_wide"} <= set(kinds(grid))


def test_a_table_inside_a_cell_is_that_cells_text() -> None:
    grid = grid_of("<table><tr><td>a<table><tr><td>n</td></tr></table></td><td>b</td></tr></table>")
    assert grid.rows == (("a\nn", "b"),)
    assert kinds(grid) == ["nested"]


def test_unreadable_spans_count_as_one() -> None:
    grid = grid_of("<table><tr><td colspan='x' rowspan='-2'>a</td><td colspan='0'>b</td></tr></table>")
    assert grid.rows == (("a", "b"),)


def test_a_pipe_table_keeps_its_ragged_rows() -> None:
    grid = markdown_table_grid("| a | b |\n|:--|--:|\n| **1** | x\\|y |\n| 3 |\n")
    assert grid.rows == (("a", "b"), ("1", "x|y"), ("3", ""))
    assert grid.header_row_count == 1
    assert kinds(grid) == ["ragged"]


def test_a_pipe_table_without_delimiter_has_no_header() -> None:
    assert markdown_table_grid("a | b\nc | d").header_row_count == 0


def test_tables_are_found_with_their_blocks_in_reading_order() -> None:
    box = BoundingBox(0, 0, 1, 1)
    table = "<table><tr><td>1</td></tr></table>"
    blocks = (
        Block("/page/0/Text/0", "Text", box, "<p>no</p>"),
        Block("/page/0/Table/1", "Table", box, table),
        Block("/page/0/Form/2", "Form", box, f"<div>{table}</div>"),
        Block("/page/0/Form/3", "Form", box, "<p>no table</p>"),
        Block("/page/0/Table/4", "Table", box, "<p>lost</p>"),
        Block(
            "/page/0/TableGroup/5",
            "TableGroup",
            box,
            table,
            children=(Block("/page/0/Table/6", "Table", box, table),),
        ),
    )
    found = tables_in(Document((Page(0, 1, 1, blocks),), 1))
    assert [block.id.rsplit("/", 1)[1] for block, _ in found] == ["1", "2", "4", "6"]
    assert kinds(found[2][1]) == ["no_table"]
