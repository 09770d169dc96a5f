"""Office files: a Word report, an Excel workbook, a PowerPoint deck."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from docx import Document as WordDocument
from openpyxl import Workbook
from openpyxl.styles import Font
from pptx import Presentation
from pptx.util import Inches

from docassay.testing.documents.content import TableData, Writer
from docassay.testing.documents.frozen_zip import freeze_office_file


def write_docx(path: Path, seed: int, sections: int = 3) -> None:
    """A Word report: title, headings of two levels, prose, bulleted and numbered lists, one table."""
    writer = Writer(seed)
    document = WordDocument()
    document.core_properties.author = "docassay document factory"
    document.add_heading(f"Works order for {writer.place()}", level=0)
    document.add_paragraph(writer.paragraph(3))
    for number in range(sections):
        document.add_heading(writer.heading(), level=1)
        document.add_paragraph(writer.paragraph(4))
        if number == 0:
            document.add_heading("Tasks", level=2)
            for task in writer.tasks(3):
                document.add_paragraph(task, style="List Bullet")
        elif number == 1:
            data = writer.table(5)
            document.add_paragraph(data.title)
            table = document.add_table(rows=1, cols=len(data.header), style="Table Grid")
            for cell, text in zip(table.rows[0].cells, data.header, strict=True):
                cell.text = text
            for row in data.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        else:
            for task in writer.tasks(3):
                document.add_paragraph(task, style="List Number")
    saved = BytesIO()
    document.save(saved)
    freeze_office_file(saved, path)


def write_xlsx(path: Path, seed: int) -> None:
    """A workbook: a sheet of station readings with real numbers, and a sheet of notes."""
    writer = Writer(seed)
    book = Workbook()
    sheet = book.worksheets[0]
    data: TableData = writer.table(12)
    sheet.title = "Stations"
    sheet.append(list(data.header))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for name, hours, litres, cost in data.rows:
        sheet.append(
            [
                name,
                int(hours.replace(",", "")),
                float(litres) if litres else None,
                float(cost.replace(",", "")),
            ]
        )
    notes = book.create_sheet("Notes")
    notes.append(["Date", "Note"])
    for day, task in enumerate(writer.tasks(5), start=3):
        notes.append([f"2024-05-{day:02d}", task])
    saved = BytesIO()
    book.save(saved)
    freeze_office_file(saved, path)


def write_pptx(path: Path, seed: int) -> None:
    """A deck: a title slide, a slide of bullets, a slide with a table."""
    writer = Writer(seed)
    deck = Presentation()
    title = deck.slides.add_slide(deck.slide_layouts[0])
    title.shapes.title.text = f"Review of {writer.place()}"
    title.placeholders[1].text = f"{writer.person()}, {writer.month()} 2024"
    bullets = deck.slides.add_slide(deck.slide_layouts[1])
    bullets.shapes.title.text = writer.heading()
    frame = bullets.placeholders[1].text_frame
    first, *rest = writer.tasks(4)
    frame.text = first
    for task in rest:
        frame.add_paragraph().text = task
    data = writer.table(5)
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = data.title
    shape = slide.shapes.add_table(
        len(data.rows) + 1, len(data.header), Inches(0.5), Inches(1.8), Inches(9), Inches(3)
    )
    for row_index, row in enumerate((data.header, *data.rows)):
        for column_index, text in enumerate(row):
            shape.table.cell(row_index, column_index).text = text
    saved = BytesIO()
    deck.save(saved)
    freeze_office_file(saved, path)
