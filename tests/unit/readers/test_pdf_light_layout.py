"""The mode ``fast``: the file's own order, trusted only where it can be the reading order."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

from docassay.documents.model import Block, Document
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.readers.pdf import reader
from docassay.readers.pdf.reader import read_pdf

WORDS = re.findall(
    r"\w+", "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar"
)


def converted(tmp_path: Path, draw: Callable[[Canvas], None], mode: str = "fast") -> Document:
    path = tmp_path / "page.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.setFont("Helvetica", 10)
    draw(canvas)
    canvas.save()
    options = ConvertOptions(mode=mode)  # type: ignore[arg-type]
    return read_pdf(SourceFile(path, path.name, "application/pdf", "0" * 64), options)


def plain(block: Block) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", block.html)).strip()


def prose(number: int, count: int = 8) -> str:
    return " ".join(WORDS[(number * 3 + step) % len(WORDS)] for step in range(count))


def draw_lines(canvas: Canvas, x: float, y: float, lines: list[str], pitch: float = 12) -> None:
    for line in lines:
        canvas.drawString(x, y, line)
        y -= pitch


def test_a_header_that_was_drawn_last_stands_first(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, 72, 600, [prose(0), prose(1), prose(2)])
        draw_lines(canvas, 72, 500, [prose(3), prose(4), prose(5)])
        canvas.drawString(72, 760, "Annual report")

    assert plain(next(converted(tmp_path, draw).blocks())) == "Annual report"


def test_columns_drawn_line_by_line_across_the_gutter_are_told_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(12):
            canvas.drawString(60, 700 - 12 * number, f"left{number} " + prose(number, 5))
            canvas.drawString(330, 700 - 12 * number, f"right{number} " + prose(number + 1, 5))

    text = " ".join(plain(block) for block in converted(tmp_path, draw).blocks())
    assert text.index("left11") < text.index("right0")


def test_text_that_jumps_up_and_down_is_read_from_top_to_bottom(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number in (5, 0, 3, 1, 7, 2, 9, 6, 4, 8):
            canvas.drawString(72, 700 - 40 * number, f"part{number} " + prose(number))

    text = " ".join(plain(block) for block in converted(tmp_path, draw).blocks())
    assert [text.index(f"part{number}") for number in range(10)] == sorted(
        text.index(f"part{number}") for number in range(10)
    )


def test_text_in_another_direction_comes_last_and_keeps_its_place(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(30, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "arXiv stamp of 2026")
        canvas.restoreState()
        draw_lines(canvas, 72, 600, [prose(number) for number in range(6)])

    blocks = list(converted(tmp_path, draw).blocks())
    assert plain(blocks[-1]) == "arXiv stamp of 2026"
    assert blocks[-1].bbox.x0 == pytest.approx(20, abs=6)
    assert blocks[-1].bbox.y1 == pytest.approx(492, abs=4)


def test_cut_words_are_joined_and_bullets_start_items(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, 72, 700, [prose(0) + " inter-", "national " + prose(1), prose(2)])
        draw_lines(canvas, 72, 600, ["• first item " + prose(3, 4), "• second item " + prose(4, 4)])

    first, group = converted(tmp_path, draw).blocks()
    assert "international" in plain(first)
    assert group.block_type == "ListGroup"
    assert [plain(child).split(" item")[0] for child in group.children] == ["first", "second"]


def test_a_missing_piece_of_a_line_joins_the_cells_of_a_grid(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        xs, ys = (72, 192, 312, 432), (700, 680, 660, 640)
        for y in ys:
            canvas.line(xs[0], y, xs[-1], y)
        for x in xs:
            canvas.line(x, ys[0] if x in (xs[0], xs[-1]) else ys[1], x, ys[-1])
        canvas.drawString(80, 686, "Totals of both years")
        for row, y in enumerate((666, 646)):
            for column, x in enumerate(xs[:3]):
                canvas.drawString(x + 8, y, f"cell {row} {column}")
        draw_lines(canvas, 72, 500, [prose(0), prose(1)])

    table = next(block for block in converted(tmp_path, draw).blocks() if block.block_type == "Table")
    assert '<td colspan="3">Totals of both years</td>' in table.html
    assert table.html.count("<td>cell") == 6
    assert len(table.children) == 7
    assert table.children[0].bbox.x1 == pytest.approx(432, abs=1)


def test_rows_between_horizontal_lines_are_a_table_with_its_columns(tmp_path: Path) -> None:
    rows = [
        ["Country", "Area", "People"],
        ["Malta", "316", "535"],
        ["Cyprus", "9 251", "924"],
        ["", "7", "8"],
    ]

    def draw(canvas: Canvas) -> None:
        for y in (712, 694, 638):
            canvas.line(72, y, 400, y)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                canvas.drawString((76, 200, 320)[column], 698 - 18 * number, text)
        draw_lines(canvas, 72, 500, [prose(0), prose(1)])

    table = next(block for block in converted(tmp_path, draw).blocks() if block.block_type == "Table")
    head = "".join(f"<th>{text}</th>" for text in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows[1:])
    assert table.html == f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def test_prose_between_two_lines_is_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for y in (712, 640, 560):
            canvas.line(72, y, 540, y)
        draw_lines(canvas, 76, 698, [prose(number, 12) for number in range(4)])
        draw_lines(canvas, 76, 626, [prose(number + 4, 12) for number in range(4)])

    assert {block.block_type for block in converted(tmp_path, draw).blocks()} == {"Text"}


def test_plain_pages_do_without_the_full_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the full layout was asked")

    monkeypatch.setattr(reader, "layout_page", refuse)

    def draw(canvas: Canvas) -> None:
        canvas.setStrokeColor(colors.black)
        draw_lines(canvas, 72, 700, [prose(number) for number in range(20)])

    assert converted(tmp_path, draw).failed_pages == ()
