"""What looks like a table on a PDF page and is none."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from docassay.testing.documents.drawn_tables import cells_of
from docassay.testing.read_tables import (
    drawn,
    full_grid,
    lines_of_text,
    tables_of,
)


def test_running_text_between_lines_is_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.line(72, 720, 400, 720)
        lines_of_text(canvas, 72, 700)
        canvas.line(72, 500, 400, 500)

    assert tables_of(drawn(tmp_path, draw)) == []


def test_two_columns_of_text_between_lines_are_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.line(50, 720, 550, 720)
        lines_of_text(canvas, 50, 700, 7.5)
        lines_of_text(canvas, 310, 700, 7.5)
        canvas.line(50, 500, 550, 500)

    assert tables_of(drawn(tmp_path, draw)) == []


def test_a_chart_with_axes_and_grid_lines_is_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for step in range(6):
            canvas.line(100, 500 + 30 * step, 400, 500 + 30 * step)
            canvas.line(100 + 60 * step, 500, 100 + 60 * step, 650)
            canvas.drawString(95 + 60 * step, 504, str(2000 + step))
            canvas.drawString(104, 503 + 30 * step, f"{step}.5")
        path = canvas.beginPath()
        path.moveTo(100, 510)
        path.curveTo(200, 640, 300, 520, 400, 640)
        canvas.drawPath(path)

    assert tables_of(drawn(tmp_path, draw)) == []


def test_a_list_between_lines_is_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.line(72, 720, 400, 720)
        for number in range(1, 7):
            canvas.drawString(72, 720 - 16 * number, f"{number}.")
            canvas.drawString(100, 720 - 16 * number, f"Read gauge {number} at noon")
        canvas.line(72, 610, 400, 610)

    assert tables_of(drawn(tmp_path, draw)) == []


def test_a_legend_inside_a_chart_is_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for shift in range(4):
            path = canvas.beginPath()
            path.moveTo(80, 420 + 10 * shift)
            path.curveTo(200, 690, 300, 430, 450, 690 - 10 * shift)
            canvas.drawPath(path)
        names = [["Greece", "Spain"], ["Ireland", "Italy"], ["Portugal", "Norway"]]
        full_grid(cells_of(names), [60.0, 60], [16.0] * 3).draw(canvas, 200, 600)

    assert tables_of(drawn(tmp_path, draw, "fast")) == []


def test_program_text_between_lines_is_no_table(tmp_path: Path) -> None:
    code = [
        "SELECT   name,",
        "         usage",
        "FROM     stations",
        "WHERE    level > 5",
        "ORDER    BY usage;",
    ]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Courier", 10)
        canvas.line(72, 715, 400, 715)
        for number, line in enumerate(code):
            canvas.drawString(72, 700 - 12 * number, line)
        canvas.line(72, 645, 400, 645)

    assert tables_of(drawn(tmp_path, draw)) == []
