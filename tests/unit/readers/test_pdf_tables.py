"""Tables of PDF pages, each class with its exact grid."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest
from reportlab.pdfgen.canvas import Canvas

from docassay.engines.contract import Mode
from docassay.testing.documents.drawn_tables import DrawnCell, DrawnTable, cells_of
from docassay.testing.read_tables import (
    LEFT,
    SCORES,
    TOP,
    WIDTHS,
    booktabs,
    drawn,
    full_grid,
    grid,
    header,
    one_table,
    tables_of,
)


@pytest.mark.parametrize("mode", ["fast", "balanced"])
def test_a_table_with_lines_above_below_and_under_its_head(tmp_path: Path, mode: Mode) -> None:
    block = one_table(tmp_path, booktabs(cells_of(SCORES), 4), mode)
    assert grid(block) == [header(SCORES[0]), *SCORES[1:]]
    assert block.html.startswith("<table><thead><tr><th>Model</th>")
    assert "</thead><tbody><tr><td>Alpha base</td>" in block.html


def test_titles_over_short_lines_span_the_columns_below(tmp_path: Path) -> None:
    cells = [
        DrawnCell(0, 0, "Model", row_span=2),
        DrawnCell(0, 1, "Clean", column_span=2, align="centre"),
        DrawnCell(0, 3, "Noisy", column_span=2, align="centre"),
        *cells_of([["", "Low", "High", "Low", "High"], ["Alpha", "1.0", "2.5", "3.1", "4.2"]], first_row=1),
        *cells_of([["Beta", "1.5", "2.0", "3.5", "4.9"]], first_row=3),
    ]
    table = booktabs(cells, 4, [90.0, 60, 60, 60, 60], head=2)
    table.rules = [*table.rules, (1, 1, 2), (1, 3, 4)]
    assert grid(one_table(tmp_path, table)) == [
        ["Model*_2", "Clean*|2", "Noisy*|2"],
        ["Low*", "High*", "Low*", "High*"],
        ["Alpha", "1.0", "2.5", "3.1", "4.2"],
        ["Beta", "1.5", "2.0", "3.5", "4.9"],
    ]


def test_titles_without_lines_span_what_they_are_centred_over(tmp_path: Path) -> None:
    cells = [
        DrawnCell(0, 1, "Speed", column_span=3, align="centre"),
        DrawnCell(0, 4, "Weight", column_span=2, align="centre"),
        *cells_of(
            [["Engine", "Low", "Mid", "High", "Dry", "Wet"], ["V4", "10", "20", "30", "80", "95"]],
            first_row=1,
        ),
        *cells_of([["V6", "12", "25", "37", "99", "120"]], first_row=3),
    ]
    table = booktabs(cells, 4, [70.0, 50, 50, 50, 50, 50], head=2)
    table.align = "centre"
    assert grid(one_table(tmp_path, table))[:2] == [
        ["*", "Speed*|3", "Weight*|2"],
        header(["Engine", "Low", "Mid", "High", "Dry", "Wet"]),
    ]


def test_a_label_centred_beside_several_rows_spans_them(tmp_path: Path) -> None:
    cells = [
        *cells_of([["Data", "Method", "Score"]]),
        DrawnCell(1, 0, "North", row_span=3),
        DrawnCell(4, 0, "South", row_span=2),
        *cells_of([["", "Music", "25.1"], ["", "Dance", "31.2"], ["", "Genre", "29.4"]], first_row=1),
        *cells_of([["", "Music", "38.2"], ["", "Dance", "44.0"]], first_row=4),
    ]
    table = booktabs(cells, 6, [90.0, 90, 90])
    table.rules = [*table.rules, (4, 0, 2)]
    assert grid(one_table(tmp_path, table))[1:] == [
        ["North_3", "Music", "25.1"],
        ["Dance", "31.2"],
        ["Genre", "29.4"],
        ["South_2", "Music", "38.2"],
        ["Dance", "44.0"],
    ]


def test_labels_of_several_rows_need_no_lines_between_them(tmp_path: Path) -> None:
    cells = [
        *cells_of([["Data", "Method", "Score"]]),
        DrawnCell(1, 0, "North", row_span=2),
        DrawnCell(3, 0, "South", row_span=2),
        *cells_of([["", "Music", "25.1"], ["", "Dance", "31.2"]], first_row=1),
        *cells_of([["", "Music", "38.2"], ["", "Dance", "44.0"]], first_row=3),
    ]
    assert grid(one_table(tmp_path, booktabs(cells, 5, [90.0, 90, 90])))[1:] == [
        ["North_2", "Music", "25.1"],
        ["Dance", "31.2"],
        ["South_2", "Music", "38.2"],
        ["Dance", "44.0"],
    ]


def test_labels_on_the_first_of_their_rows_stay_there(tmp_path: Path) -> None:
    rows = [
        ["", "(1)", "(2)"],
        ["Intercept", "1.20*", "1.34*"],
        ["", "(0.41)", "(0.40)"],
        ["Slope", "0.70", "0.65"],
    ]
    rows += [["", "(0.30)", "(0.28)"], ["Observations", "123", "123"]]
    assert grid(one_table(tmp_path, booktabs(cells_of(rows), 6, [110.0, 90, 90])))[1:] == rows[1:]


def test_a_title_between_rows_spans_the_table(tmp_path: Path) -> None:
    cells = [
        *cells_of(SCORES[:1]),
        DrawnCell(1, 0, "Small", column_span=4, align="centre", is_bold=True),
        *cells_of(SCORES[1:3], first_row=2),
        DrawnCell(4, 0, "Large", column_span=4, align="centre", is_bold=True),
        *cells_of(SCORES[1:3], first_row=5),
    ]
    found = grid(one_table(tmp_path, booktabs(cells, 7)))
    assert found[1] == ["Small|4"]
    assert found[4] == ["Large|4"]
    assert found[2] == SCORES[1]


def test_a_text_wrapped_in_its_column_stays_one_cell(tmp_path: Path) -> None:
    rows = [
        ["Category", "Meaning"],
        ["Leakage", "Water that leaves the network without being\nmeasured by any meter at a house"],
    ]
    rows += [
        ["Burst", "A sudden break of a main that is seen from\nthe road and mended on the same day"],
        ["Drift", "Slow change of a gauge"],
    ]
    table = booktabs(cells_of(rows), 4, [90.0, 260])
    table.heights = [16.0, 30.0, 30.0, 16.0]
    table.__post_init__()
    assert grid(one_table(tmp_path, table))[1:] == [
        [text.replace("\n", " ") for text in row] for row in rows[1:]
    ]


def test_values_centred_beside_a_label_of_two_lines(tmp_path: Path) -> None:
    rows = [
        ["Variant", "EM", "F1"],
        ["without words", "42.6", "55.9"],
        ["without words and\nnormal forms", "27.0", "36.9"],
    ]
    rows += [["all", "31.3", "43.4"]]
    table = booktabs(cells_of(rows), 4, [130.0, 60, 60])
    table.heights = [16.0, 16.0, 28.0, 16.0]
    table.__post_init__()
    assert grid(one_table(tmp_path, table))[2] == ["without words and normal forms", "27.0", "36.9"]


def test_titles_of_two_lines_are_one_header_row(tmp_path: Path) -> None:
    rows = [
        ["Event", "Flare", "Tilt\nangle", "Top\nspeed"],
        ["One", "X1.1", "-3", "940"],
        ["Two", "X3.9", "52", "1530"],
    ]
    table = booktabs(cells_of(rows), 3)
    table.heights = [30.0, 16.0, 16.0]
    table.__post_init__()
    assert grid(one_table(tmp_path, table)) == [
        header(["Event", "Flare", "Tilt angle", "Top speed"]),
        *rows[1:],
    ]


@pytest.mark.parametrize("mode", ["fast", "balanced"])
def test_wrapped_cells_of_a_grid_of_boxes(tmp_path: Path, mode: Mode) -> None:
    rows = [
        ["Number of\ncompanies\nasked", "Share of all\ncompanies\nanalysed", "Note"],
        ["52", "52%", "first wave\nof letters"],
        ["28", "28%", "second"],
    ]
    table = full_grid(cells_of(rows), [90.0, 90, 90], [42.0, 30, 16])
    assert [[text.rstrip("*") for text in row] for row in grid(one_table(tmp_path, table, mode))] == [
        [text.replace("\n", " ") for text in row] for row in rows
    ]


def test_merged_cells_of_a_grid_of_boxes(tmp_path: Path) -> None:
    cells = [
        DrawnCell(0, 0, "Region", row_span=2),
        DrawnCell(0, 1, "Sales", column_span=2, align="centre"),
        *cells_of([["", "Units", "Value"], ["North", "12", "30.5"], ["South", "15", "41.0"]], first_row=1),
    ]
    table = DrawnTable(
        [90.0, 80, 80],
        [16.0] * 4,
        cells,
        rules=[(0, 0, 2), (1, 1, 2), (2, 0, 2), (3, 0, 2), (4, 0, 2)],
        walls=[(0, 0, 3), (1, 0, 3), (2, 1, 3), (3, 0, 3)],
    )
    assert grid(one_table(tmp_path, table)) == [
        ["Region*_2", "Sales*|2"],
        ["Units*", "Value*"],
        ["North", "12", "30.5"],
        ["South", "15", "41.0"],
    ]


def test_walls_interrupted_at_every_line_still_part_columns(tmp_path: Path) -> None:
    table = booktabs(cells_of(SCORES), 4)
    table.walls, table.wall_gap = [(1, 0, 3)], 2.5
    assert grid(one_table(tmp_path, table)) == [header(SCORES[0]), *SCORES[1:]]


def test_a_line_under_the_head_alone_makes_a_table(tmp_path: Path) -> None:
    table = DrawnTable(WIDTHS, [14.0] * 4, cells_of(SCORES), [(1, 0, 3)])
    assert grid(one_table(tmp_path, table)) == [header(SCORES[0]), *SCORES[1:]]


def test_dashed_lines_are_lines(tmp_path: Path) -> None:
    table = booktabs(cells_of(SCORES), 4)
    table.dash = 3.0
    assert grid(one_table(tmp_path, table, "fast")) == [header(SCORES[0]), *SCORES[1:]]


def test_shaded_rows_need_no_lines(tmp_path: Path) -> None:
    rows = [*SCORES, ["Delta", "0.90", "0.91", "0.90"], ["Epsilon", "0.66", "0.70", "0.68"]]
    table = DrawnTable(WIDTHS, [15.0] * 6, cells_of(rows), fills=[0, 2, 4])
    assert grid(one_table(tmp_path, table))[1:] == rows[1:]


def test_numbers_in_columns_are_a_table_without_any_line(tmp_path: Path) -> None:
    table = DrawnTable(WIDTHS, [14.0] * 4, cells_of(SCORES))
    assert grid(one_table(tmp_path, table)) == [header(SCORES[0]), *SCORES[1:]]


def test_columns_of_numbers_may_stand_close(tmp_path: Path) -> None:
    rows = [["Goal", "20", "50", "100"], ["North", "0.82", "0.70", "0.61"], ["South", "0.71", "0.67", "0.61"]]
    rows += [["East", "0.17", "0.20", "0.16"], ["West", "0.73", "0.53", "0.43"]]
    widths = [50.0, 24.5, 24.5, 24.5]
    table = booktabs(cells_of(rows), 5, widths)
    assert grid(one_table(tmp_path, table))[1:] == rows[1:]


def test_empty_cells_and_an_empty_column_keep_their_place(tmp_path: Path) -> None:
    rows = [
        ["Model", "Recall", "Note", "F1"],
        ["Alpha", "", "", "0.76"],
        ["Beta", "0.75", "", ""],
        ["Gamma", "0.81", "", "0.83"],
    ]
    assert grid(one_table(tmp_path, booktabs(cells_of(rows), 4))) == [header(rows[0]), *rows[1:]]


def test_tables_beside_and_below_each_other_stay_apart(tmp_path: Path) -> None:
    small = [["Class", "Count"], ["Left", "12"], ["Right", "15"]]

    def draw(canvas: Canvas) -> None:
        for x, top in ((72, 700), (320, 700), (72, 600)):
            booktabs(cells_of(small), 3, [90.0, 80]).draw(canvas, x, top)

    found = tables_of(drawn(tmp_path, draw))
    assert [grid(block) for block in found] == [[header(small[0]), *small[1:]]] * 3


def test_captions_and_notes_stay_outside(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 8, "Table 3: Scores of all models")
        booktabs(cells_of(SCORES), 4).draw(canvas, LEFT, TOP)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(LEFT, TOP - 76, "Note. Scores are means over five runs of each model.")

    document = drawn(tmp_path, draw)
    (table,) = tables_of(document)
    assert len(grid(table)) == 4
    outside = [block for block in document.walk() if block.block_type in {"Caption", "Text"}]
    texts = [lxml.html.fromstring(block.html).text_content() for block in outside]
    assert texts == ["Table 3: Scores of all models", "Note. Scores are means over five runs of each model."]


def test_cells_have_boxes_that_hold_their_text(tmp_path: Path) -> None:
    block = one_table(tmp_path, full_grid(cells_of(SCORES), WIDTHS, [16.0] * 4))
    assert len(block.children) == 16
    first = block.children[0].bbox
    assert first.x0 == pytest.approx(72, abs=1)
    assert first.x1 == pytest.approx(182, abs=1)
    assert first.y1 - first.y0 == pytest.approx(16, abs=1)
    assert [child.bbox.x0 for child in block.children[:4]] == pytest.approx([72, 182, 262, 342], abs=1)


def test_a_raised_mark_stays_in_its_cell(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        booktabs(cells_of(SCORES), 4).draw(canvas, LEFT, TOP)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(LEFT + WIDTHS[0] + 26, TOP - 16 * 1.5 + 1, "a")

    (block,) = tables_of(drawn(tmp_path, draw))
    assert [len(row) for row in grid(block)] == [4, 4, 4, 4]
    assert grid(block)[1][1].replace(" ", "") == "0.71a"


def test_a_table_on_its_side_is_read_along_its_text(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 100)
        canvas.rotate(90)
        booktabs(cells_of(SCORES), 4).draw(canvas, 0, 0)

    (block,) = tables_of(drawn(tmp_path, draw))
    assert grid(block) == [header(SCORES[0]), *SCORES[1:]]


def test_shading_line_by_line_draws_no_lines_between(tmp_path: Path) -> None:
    rows = [["Number of\ncompanies", "Share of all\ncompanies"], ["52", "52%"], ["28", "28%"]]
    table = full_grid(cells_of(rows), [90.0, 90], [28.0, 16, 16])

    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.95, 0.8, 0.6)
        for x in (LEFT, LEFT + 90):
            canvas.rect(x, TOP - 14, 90, 14, stroke=0, fill=1)
            canvas.rect(x, TOP - 28, 90, 14, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.rect(LEFT, TOP - 44, 180, 8, stroke=0, fill=1)
        canvas.setFillGray(0)
        table.draw(canvas, LEFT, TOP)

    (block,) = tables_of(drawn(tmp_path, draw))
    assert [[text.rstrip("*") for text in row] for row in grid(block)] == [
        ["Number of companies", "Share of all companies"],
        *rows[1:],
    ]


def test_a_label_set_on_its_side_spans_its_rows(tmp_path: Path) -> None:
    cells = [
        *cells_of([["", "Part", "Count"]]),
        *cells_of(
            [["", "Sentences", "9,634"], ["", "Tokens", "233,628"], ["", "Spans", "18,098"]], first_row=1
        ),
    ]

    def draw(canvas: Canvas) -> None:
        booktabs(cells, 4, [40.0, 90, 90]).draw(canvas, LEFT, TOP)
        canvas.saveState()
        canvas.translate(LEFT + 20, TOP - 57)
        canvas.rotate(90)
        canvas.drawString(0, 0, "TRAIN")
        canvas.restoreState()

    (block,) = tables_of(drawn(tmp_path, draw))
    assert grid(block)[1:] == [["TRAIN_3", "Sentences", "9,634"], ["Tokens", "233,628"], ["Spans", "18,098"]]
