"""Tables that a page break cuts: heads that come again, parts that name the part before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from docassay.documents.model import Continuation
from docassay.testing.documents.drawn_tables import DrawnTable, cells_of
from docassay.testing.read_tables import (
    LEFT,
    drawn,
    grid,
    header,
    tables_of,
)

LONG = [
    ["Place", "Since", "Level"],
    *[[f"Station {number}", f"{1900 + number}", f"{number}.5"] for number in range(60)],
]


def paged(
    canvas: Canvas,
    parts: Sequence[Sequence[Sequence[str]]],
    rules: Callable[[int], list[tuple[int, int, int]]],
) -> None:
    for number, rows in enumerate(parts):
        if number:
            canvas.showPage()
        canvas.setFont("Helvetica", 8)
        canvas.drawString(LEFT, 810, "Register of stations")
        canvas.drawString(LEFT, 30, f"Page {number + 1}")
        table = DrawnTable([120.0, 80, 80], [16.0] * len(rows), cells_of(rows), rules(len(rows)))
        table.draw(canvas, LEFT, 780)


def test_a_head_repeated_on_the_next_page_is_a_head_there(tmp_path: Path) -> None:
    parts = [LONG[:40], [LONG[0], *LONG[40:]]]
    document = drawn(
        tmp_path, lambda canvas: paged(canvas, parts, lambda n: [(b, 0, 2) for b in range(n + 1)])
    )
    first, second = tables_of(document)
    assert grid(first)[0] == grid(second)[0] == header(LONG[0])
    assert grid(second)[1:] == LONG[40:]
    assert (first.continues, second.continues) == (None, Continuation(first.id, 1))


def test_rows_that_go_on_on_the_next_page_have_no_head(tmp_path: Path) -> None:
    parts = [LONG[:40], LONG[40:]]

    def rules(count: int) -> list[tuple[int, int, int]]:
        return [(0, 0, 2), (1, 0, 2), (count, 0, 2)]

    first, second = tables_of(drawn(tmp_path, lambda canvas: paged(canvas, parts, rules)))
    assert grid(first)[0] == header(LONG[0])
    assert grid(second) == LONG[40:]
    assert "<th>" not in second.html
    assert all("<th>" not in child.html for child in second.children)
    assert (first.page_index, second.page_index) == (0, 1)
    assert (first.continues, second.continues) == (None, Continuation(first.id))


def test_another_table_on_the_next_page_keeps_its_own_head(tmp_path: Path) -> None:
    other = [["Person", "Office", "Room"], ["Ames", "North", "12"], ["Birch", "South", "15"]]
    document = drawn(
        tmp_path,
        lambda canvas: paged(canvas, [LONG[:40], other], lambda n: [(0, 0, 2), (1, 0, 2), (n, 0, 2)]),
    )
    assert grid(tables_of(document)[1])[0] == header(other[0])
    assert tables_of(document)[1].continues is None


def test_each_part_of_a_long_table_names_the_one_before(tmp_path: Path) -> None:
    parts = [[LONG[0], *LONG[start : start + 20]] for start in (1, 21, 41)]
    document = drawn(
        tmp_path, lambda canvas: paged(canvas, parts, lambda n: [(b, 0, 2) for b in range(n + 1)])
    )
    first, second, third = tables_of(document)
    assert second.continues == Continuation(first.id, 1)
    assert third.continues == Continuation(second.id, 1)


@pytest.mark.parametrize(
    ("caption", "goes_on"), [("Table 2: Other stations", False), ("Table 1 (continued)", True)]
)
def test_a_caption_above_says_whether_a_table_goes_on(tmp_path: Path, caption: str, goes_on: bool) -> None:
    def draw(canvas: Canvas) -> None:
        paged(canvas, [LONG[:40], [LONG[0], *LONG[40:]]], lambda n: [(b, 0, 2) for b in range(n + 1)])
        canvas.drawString(LEFT, 788, caption)

    first, second = tables_of(drawn(tmp_path, draw))
    assert second.continues == (Continuation(first.id, 1) if goes_on else None)
