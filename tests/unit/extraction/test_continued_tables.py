"""Tables that say which part they continue are read as one."""

from __future__ import annotations

from docassay.documents.model import Block, BoundingBox, Continuation
from docassay.documents.tables import table_grids
from docassay.extraction.rows import LogicalTable, logical_tables

BOX = BoundingBox(0, 0, 10, 10)
HEAD = "<thead><tr><th>Item</th><th>Price</th></tr></thead>"


def joined(*blocks: Block) -> list[LogicalTable]:
    return logical_tables([(block, table_grids(block.html)[0]) for block in blocks], {}, ())


def table(page: int, html: str, continues: Continuation | None = None) -> Block:
    return Block(f"/page/{page}/Table/0", "Table", BOX, f"<table>{html}</table>", continues=continues)


def row(*texts: str) -> str:
    return "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"


def test_a_part_joins_the_one_that_it_names_without_the_repeated_head() -> None:
    first = table(0, HEAD + row("Bolt", "1.50"))
    second = table(1, row("Item", "Price") + row("Nut", "0.20"), Continuation(first.id, 1))
    third = table(2, row("Pin", "0.90"), Continuation(second.id))

    (found,) = joined(first, second, third)

    assert found.header == ("Item", "Price")
    assert found.rows == [("Bolt", "1.50"), ("Nut", "0.20"), ("Pin", "0.90")]
    assert found.block_ids == [first.id, second.id, third.id]


def test_a_part_whose_first_part_was_not_converted_is_a_table_of_its_own() -> None:
    (found,) = joined(table(4, HEAD + row("Nut", "0.20"), Continuation("/page/3/Table/0", 1)))

    assert found.rows == [("Nut", "0.20")]
