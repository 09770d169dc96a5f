"""Reading many of pdfium's values at once gives what reading them one by one gives."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from docassay.readers.pdf.bulk_calls import CHUNK, Arena, bulk, filled
from docassay.readers.pdf.geometry import page_frame
from docassay.readers.pdf.marks import read_marks
from docassay.readers.pdf.text import read_words


def test_values_come_back_in_order_also_over_several_chunks_and_zeros_where_a_call_fails(
    tmp_path: Path,
) -> None:
    path = tmp_path / "long.pdf"
    canvas = Canvas(str(path), pagesize=(5000, 5000))
    for row in range(60):
        canvas.drawString(10, 4900 - 60 * row, "abcdefghi " * 6)
    canvas.save()
    document = pypdfium2.PdfDocument(path)
    textpage = document[0].get_textpage()
    count = textpage.count_chars()
    assert count > CHUNK
    call = bulk(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int)
    owner = ctypes.c_void_p(ctypes.cast(textpage.raw, ctypes.c_void_p).value)
    indexes = [*range(count), count + 5]

    rows = filled(call, owner, indexes, Arena(ctypes.c_float, 4))

    rectangle = pdfium.FS_RECTF()
    for index in range(0, count, 97):
        pdfium.FPDFText_GetLooseCharBox(textpage, index, rectangle)
        expected = [rectangle.left, rectangle.top, rectangle.right, rectangle.bottom]
        assert rows[index].tolist() == expected
    assert rows[-1].tolist() == [0.0, 0.0, 0.0, 0.0]
    textpage.close()
    document.close()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_lines_in_nested_and_moved_forms_are_where_they_are_seen(tmp_path: Path, rotation: int) -> None:
    path = tmp_path / "forms.pdf"
    canvas = Canvas(str(path), pagesize=(400, 600))
    canvas.setPageRotation(rotation)
    canvas.beginForm("inner")
    canvas.line(0, 0, 100, 0)
    canvas.rect(0, 10, 50, 20)
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.translate(10, 20)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(30, 200)
    canvas.doForm("outer")
    canvas.save()
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    frame = page_frame(page)
    marks = read_marks(page, frame)
    # In user space: a line from (40, 220) to (140, 220); a box from (40, 230) to (90, 250).
    level = [(40, 220, 140, 220), (40, 230, 90, 230), (40, 250, 90, 250)]
    upright = [(40, 230, 40, 250), (90, 230, 90, 250)]
    if rotation % 180:
        level, upright = upright, level
    seen_level = [frame.to_display(*edge) for edge in level]
    seen_upright = [frame.to_display(*edge) for edge in upright]
    expected_rows = sorted((round(box.y0), box.x0, box.x1) for box in seen_level)
    expected_columns = sorted((round(box.x0), box.y0, box.y1) for box in seen_upright)
    # The bounds of a line that is drawn alone reach half its width beyond its ends.
    rows = sorted((round(position), start, end) for position, start, end in marks.horizontal)
    columns = sorted((round(position), start, end) for position, start, end in marks.vertical)
    assert np.array(rows) == pytest.approx(np.array(expected_rows), abs=1.1)
    assert np.array(columns) == pytest.approx(np.array(expected_columns), abs=1.1)
    assert not marks.drawings
    document.close()


def test_a_figure_that_goes_on_after_it_was_closed_is_followed_from_where_it_began(tmp_path: Path) -> None:
    path = tmp_path / "paths.pdf"
    canvas = Canvas(str(path), pagesize=(400, 600), pageCompression=0)
    canvas._code.append("100 100 m 200 100 l 200 300 l 100 300 l h 100 400 l S")
    canvas._code.append("20 20 m 60 90 l S")  # a slanted line is a drawing
    canvas._code.append("20 500 m 80 500 l 90 510 95 520 99 560 c S")  # and so is anything with a curve
    canvas.save()
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    marks = read_marks(page, page_frame(page))
    assert {(round(rule.position), round(rule.start), round(rule.end)) for rule in marks.vertical} == {
        (200, 300, 500),
        (100, 300, 500),
        (100, 200, 500),
    }
    assert {(round(rule.position), round(rule.start), round(rule.end)) for rule in marks.horizontal} == {
        (500, 100, 200),
        (300, 100, 200),
    }
    assert len(marks.drawings) == 2
    document.close()


def test_a_word_printed_twice_or_outside_of_the_page_is_read_once_or_not(tmp_path: Path) -> None:
    path = tmp_path / "twice.pdf"
    canvas = Canvas(str(path), pagesize=(400, 600))
    canvas.drawString(50, 500, "Heading")
    canvas.drawString(50.3, 500.1, "Heading")
    canvas.drawString(50, 300, "Body Body")
    canvas.drawString(500, 300, "Beyond")
    canvas.save()
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    textpage = page.get_textpage()
    found = read_words(textpage, page_frame(page))
    assert [word.text for word in found.words] == ["Heading", "Body", "Body"]
    assert found.garbage_share == 0.0
    textpage.close()
    document.close()
