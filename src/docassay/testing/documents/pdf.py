"""Born-digital PDFs: a report with a list and a table, a two-column paper, a document full of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    FrameBreak,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from docassay.testing.documents.content import TableData, Writer

_AUTHOR = "docassay document factory"


def write_report(path: Path, seed: int, sections: int = 4) -> None:
    """A report: title, numbered sections of prose, one bulleted list, one ruled table, page footers."""
    writer, styles = Writer(seed), getSampleStyleSheet()
    title = f"Annual report of the {writer.place()} district"
    story: list[Any] = [Paragraph(title, styles["Title"]), Paragraph(writer.paragraph(3), styles["BodyText"])]
    for number in range(1, sections + 1):
        story.append(Paragraph(f"{number}. {writer.heading()}", styles["Heading1"]))
        story.extend(Paragraph(writer.paragraph(4), styles["BodyText"]) for _ in range(2))
        if number == 1:
            story.append(Paragraph("Open tasks", styles["Heading2"]))
            items: list[Any] = [ListItem(Paragraph(task, styles["BodyText"])) for task in writer.tasks(4)]
            story.append(ListFlowable(items, bulletType="bullet", start="\u2022"))
        if number == 2:
            story.extend(_titled_table(writer.table(7), styles))

    def footer(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(25 * mm, 12 * mm, title)
        canvas.drawRightString(185 * mm, 12 * mm, f"Page {document.page}")

    _simple(path, title).build(story, onFirstPage=footer, onLaterPages=footer)


def write_paper(path: Path, seed: int) -> None:
    """A paper: title and abstract over the full width, then two columns with headings and a small table."""
    writer, styles = Writer(seed), getSampleStyleSheet()
    title = f"Leakage and demand in the {writer.place()} network"
    width, height = A4
    margin, gap, head = 20 * mm, 8 * mm, 75 * mm
    column = (width - 2 * margin - gap) / 2
    body = height - 2 * margin
    first = PageTemplate(
        id="first",
        frames=[
            Frame(margin, height - margin - head, width - 2 * margin, head, id="head"),
            Frame(margin, margin, column, body - head, id="left"),
            Frame(margin + column + gap, margin, column, body - head, id="right"),
        ],
    )
    later = PageTemplate(
        id="later",
        frames=[
            Frame(margin, margin, column, body, id="left"),
            Frame(margin + column + gap, margin, column, body, id="right"),
        ],
    )
    document = BaseDocTemplate(str(path), pagesize=A4, invariant=1, title=title, author=_AUTHOR)
    document.addPageTemplates([first, later])
    story: list[Any] = [
        NextPageTemplate("later"),
        Paragraph(title, styles["Title"]),
        Paragraph(f"{writer.person()} and {writer.person()}", styles["Italic"]),
        Spacer(1, 3 * mm),
        Paragraph("Abstract", styles["Heading3"]),
        Paragraph(writer.paragraph(4), styles["BodyText"]),
        FrameBreak(),
    ]
    for number in range(1, 6):
        story.append(Paragraph(f"{number} {writer.heading()}", styles["Heading2"]))
        story.extend(Paragraph(writer.paragraph(4), styles["BodyText"]) for _ in range(2))
    table = writer.table(4)
    narrow = TableData(table.title, table.header[:2], tuple(row[:2] for row in table.rows))
    story.extend(_titled_table(narrow, styles))
    document.build(story)


def write_tables(path: Path, seed: int, tables: int = 4) -> None:
    """Tables with and without rules, two a page, each under its own heading."""
    writer, styles = Writer(seed), getSampleStyleSheet()
    story: list[Any] = [Paragraph("Station registers", styles["Title"])]
    for number in range(tables):
        if number and number % 2 == 0:
            story.append(PageBreak())
        story.extend(_titled_table(writer.table(9 + number), styles, is_ruled=number % 2 == 0))
        story.append(Spacer(1, 6 * mm))
    _simple(path, "Station registers").build(story)


def write_note(path: Path, seed: int, pages: int = 1) -> None:
    """A plain note of one heading and some lines a page, drawn directly: the fastest PDF to make."""
    writer = Writer(seed)
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setAuthor(_AUTHOR)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(25 * mm, 270 * mm, f"{number}. {writer.heading()}")
        text = canvas.beginText(25 * mm, 258 * mm)
        text.setFont("Helvetica", 10, 14)
        for _ in range(8):
            for line in wrap_words(writer.paragraph(2), 88):
                text.textLine(line)
            text.textLine("")
        canvas.drawText(text)
        canvas.setFont("Helvetica", 8)
        canvas.drawCentredString(105 * mm, 12 * mm, f"Page {number} of {pages}")
        canvas.showPage()
    canvas.save()


def wrap_words(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters, broken between words."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def _simple(path: Path, title: str) -> SimpleDocTemplate:
    return SimpleDocTemplate(
        str(path),
        pagesize=A4,
        invariant=1,
        title=title,
        author=_AUTHOR,
        leftMargin=25 * mm,
        rightMargin=25 * mm,
    )


def _titled_table(data: TableData, styles: Any, *, is_ruled: bool = True) -> list[Any]:
    commands: list[Any] = [
        ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("FONTSIZE", (0, 0), (-1, -1), 9),
    ]
    if is_ruled:
        commands += [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ]
    else:
        commands += [("LINEABOVE", (0, 1), (-1, 1), 0.8, colors.black)]
    table = Table([list(data.header), *[list(row) for row in data.rows]], repeatRows=1)
    table.setStyle(TableStyle(commands))
    return [Paragraph(data.title, styles["Heading2"]), table]
