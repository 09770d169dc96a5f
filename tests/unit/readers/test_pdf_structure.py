"""Lists, captions, footnotes and headings of born-digital pages."""

import re
from collections.abc import Callable
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from docassay.documents.model import Block, Document
from docassay.documents.rendering import to_markdown
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.readers.read import read_document

FILLER = "the quick brown fox jumps over the lazy dog and runs into the deep green forest"


def drawn(folder: Path, draw: Callable[[Canvas], None], **options: object) -> Document:
    path = folder / "drawn.pdf"
    canvas = Canvas(str(path), pagesize=letter, invariant=1)
    draw(canvas)
    canvas.save()
    source = SourceFile(path, "drawn.pdf", "application/pdf", "0" * 64)
    return read_document(source, ConvertOptions(**{"mode": "balanced", **options}))  # type: ignore[arg-type]


def plain(block: Block) -> str:
    return re.sub(r"<[^>]+>", "", block.html)


def paragraph(canvas: Canvas, y: float, lines: int = 3, x: float = 72, size: float = 11) -> float:
    canvas.setFont("Helvetica", size)
    for _ in range(lines):
        canvas.drawString(x, y, FILLER)
        y -= 1.25 * size
    return y - size


def items(canvas: Canvas, y: float, rows: list[tuple[float, str, str]]) -> float:
    canvas.setFont("Helvetica", 11)
    for x, marker, text in rows:
        canvas.drawString(x, y, marker)
        canvas.drawString(x + 14, y, text)
        y -= 14
    return y


def of_type(document: Document, block_type: str) -> list[Block]:
    return [block for block in document.walk() if block.block_type == block_type]


def test_items_further_in_are_a_list_inside_the_item_above(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = paragraph(canvas, 720)
        rows = [
            (84.0, "•", "Fruit"),
            (104.0, "–", "Apples"),
            (104.0, "–", "Pears"),
            (84.0, "•", "Bread"),
            (104.0, "–", "Rye"),
            (124.0, "◦", "Dark rye"),
            (84.0, "•", "Milk"),
        ]
        items(canvas, y, rows)

    document = drawn(tmp_path, draw)
    (group,) = [block for block in document.blocks() if block.block_type == "ListGroup"]
    assert group.html == (
        "<ul><li>Fruit<ul><li>Apples</li><li>Pears</li></ul></li>"
        "<li>Bread<ul><li>Rye<ul><li>Dark rye</li></ul></li></ul></li><li>Milk</li></ul>"
    )
    assert [child.block_type for child in group.children] == ["ListItem"] * 3
    fruit = group.children[0]
    assert [child.block_type for child in fruit.children] == ["ListGroup"]
    assert fruit.bbox.contains(*fruit.children[0].bbox[:2])
    assert "- Fruit\n  - Apples\n  - Pears" in to_markdown(document)


def test_numbers_with_letters_inside_nest_and_go_on_after_other_blocks(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        rows = [(84.0, "1.", "Open the box"), (84.0, "2.", "Take out")]
        y = items(canvas, 700, rows)
        y = items(canvas, y, [(104.0, "a)", "the frame"), (104.0, "b)", "the wheels")])
        y = paragraph(canvas, y - 24)
        items(canvas, y - 20, [(84.0, "3.", "Close the box")])

    document = drawn(tmp_path, draw)
    groups = [block for block in document.blocks() if block.block_type == "ListGroup"]
    assert groups[0].html == (
        "<ol><li>Open the box</li><li>Take out<ul><li>a) the frame</li><li>b) the wheels</li></ul></li></ol>"
    )
    assert groups[1].html == '<ol start="3"><li>Close the box</li></ol>'


def test_a_paragraph_under_an_item_belongs_to_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = items(canvas, 700, [(84.0, "•", "First point of the two.")])
        canvas.drawString(98, y - 8, "More about the first point stands here.")
        items(canvas, y - 30, [(84.0, "•", "Second point.")])

    (group,) = drawn(tmp_path, draw).blocks()
    assert group.html == (
        "<ul><li><p>First point of the two.</p><p>More about the first point stands here.</p></li>"
        "<li>Second point.</li></ul>"
    )


def test_the_room_behind_a_bullet_breaks_no_line(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for top in (700, 660):
            canvas.drawString(72, top, "•")
            canvas.drawString(108, top, FILLER[:60])
            canvas.drawString(108, top - 14, "and more of it here")

    (group,) = drawn(tmp_path, draw).blocks()
    assert group.html == f"<ul>{f'<li>{FILLER[:60].strip()} and more of it here</li>' * 2}</ul>"


def test_a_number_at_the_start_of_a_lone_paragraph_is_no_list(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = paragraph(canvas, 720)
        items(canvas, y, [(72.0, "3.", "stands alone here")])

    assert of_type(drawn(tmp_path, draw), "ListGroup") == []


def test_the_caption_of_a_table_stands_in_a_group_with_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = paragraph(canvas, 740)
        canvas.drawString(72, y, "Table 1. Units sold by region")
        table = Table([["Region", "Units"], ["North", "120"], ["South", "98"]], colWidths=[120, 90])
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
        table.wrapOn(canvas, 400, 400)
        table.drawOn(canvas, 72, y - 64)
        paragraph(canvas, y - 100)

    document = drawn(tmp_path, draw)
    assert [block.block_type for block in document.blocks()] == ["Text", "TableGroup", "Text"]
    group = list(document.blocks())[1]
    caption, table = group.children
    assert (caption.block_type, table.block_type) == ("Caption", "Table")
    assert group.html == caption.html + table.html
    markdown = to_markdown(document)
    assert markdown.index("Table 1. Units sold") < markdown.index("| Region")


def test_a_caption_of_a_figure_is_not_bound_to_the_table_beside_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        from PIL import Image

        image = Image.new("RGB", (60, 40), "blue")
        canvas.drawImage(ImageReader(image), 72, 560, 200, 120)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 545, "Figure 2. A blue area")
        table = Table([["Region", "Units"], ["North", "120"], ["South", "98"]], colWidths=[120, 90])
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
        table.wrapOn(canvas, 400, 400)
        table.drawOn(canvas, 72, 470)
        paragraph(canvas, 420)

    kinds = [block.block_type for block in drawn(tmp_path, draw).blocks()]
    assert kinds == ["PictureGroup", "Table", "Text"]


def test_footnotes_stand_at_the_end_of_the_page_and_their_marks_are_raised(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for start in (54, 330):
            for line in range(20):
                canvas.drawString(start, 700 - 14 * line, "the quick brown fox jumps over the lazy dog")
        canvas.drawString(54, 420, "A sentence with a mark")
        canvas.setFont("Helvetica", 7)
        canvas.drawString(54 + canvas.stringWidth("A sentence with a mark", "Helvetica", 11), 424, "1")
        canvas.setFont("Helvetica", 8)
        canvas.drawString(54, 120, "1 The note tells where the fox came from and where")
        canvas.drawString(54, 110, "it went after that.")
        canvas.drawString(54, 96, "2 Another note.")

    document = drawn(tmp_path, draw)
    notes = of_type(document, "Footnote")
    assert [plain(note)[:12] for note in notes] == ["1 The note t", "2 Another no"]
    assert [block.block_type for block in document.blocks()][-2:] == ["Footnote", "Footnote"]
    text = " ".join(block.html for block in document.blocks())
    assert "a mark<sup>1</sup>" in text


def bookmarked(canvas: Canvas, title: str, level: int, y: float, font: str, size: float) -> None:
    canvas.setFont(font, size)
    canvas.drawString(72, y, title)
    key = title.replace(" ", "-")
    canvas.bookmarkHorizontal(key, 0, y + size)
    canvas.addOutlineEntry(title, key, level)


def test_headings_have_the_levels_of_the_outline(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        bookmarked(canvas, "Beginnings", 0, 740, "Helvetica-Bold", 14)
        y = paragraph(canvas, 715)
        bookmarked(canvas, "The early days", 1, y, "Helvetica", 11)
        y = paragraph(canvas, y - 20)
        bookmarked(canvas, "A detail", 2, y, "Helvetica-Oblique", 11)
        y = paragraph(canvas, y - 20)
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, y, "Not in the outline")
        paragraph(canvas, y - 22)

    headers = [(plain(block), block.level) for block in of_type(drawn(tmp_path, draw), "SectionHeader")]
    assert headers == [
        ("Beginnings", 1),
        ("The early days", 2),
        ("A detail", 3),
        ("Not in the outline", 1),
    ]


def test_an_outline_that_names_nothing_on_the_page_changes_nothing(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage("here")
        canvas.addOutlineEntry("Nothing of this is on the page", "here", 0)
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(72, 740, "A title")
        paragraph(canvas, 710)

    headers = [(plain(block), block.level) for block in of_type(drawn(tmp_path, draw), "SectionHeader")]
    assert headers == [("A title", 1)]


def typed(canvas: Canvas, lines: list[str], y: float, font: str = "Courier") -> None:
    canvas.setFont(font, 10)
    for line in lines:
        if line:
            canvas.drawString(72, y, line)
        y -= 12


PROGRAM = [
    "int main(void) {",
    "    int x = 1;      /* one */",
    "",
    "    return x;",
    "}",
]


def test_program_text_with_blank_lines_and_gaps_is_one_block_of_code(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = paragraph(canvas, 740)
        typed(canvas, PROGRAM, y)
        paragraph(canvas, y - 80)

    document = drawn(tmp_path, draw)
    assert [block.block_type for block in document.blocks()] == ["Text", "Code", "Text"]
    (code,) = of_type(document, "Code")
    assert code.html == "<pre><code>" + "\n".join(PROGRAM) + "</code></pre>"


def test_options_and_what_they_do_stay_on_one_line_of_code(tmp_path: Path) -> None:
    rows = [f"-{letter}, --option-{letter}      what option {letter} does" for letter in "abcdefgh"]

    def draw(canvas: Canvas) -> None:
        paragraph(canvas, 740)
        canvas.setFont("Courier", 10)
        for number, row in enumerate(rows):
            option, meaning = row.split("      ")
            canvas.drawString(72, 660 - 12 * number, option)
            canvas.drawString(72 + 6 * (len(option) + 6), 660 - 12 * number, meaning)

    (code,) = of_type(drawn(tmp_path, draw), "Code")
    assert code.html.count("\n") == 7
    assert "-c, --option-c      what option c does" in code.html


def test_a_typewritten_letter_is_text_with_paragraphs(tmp_path: Path) -> None:
    sentence = "and so we write to you about the matter that you know and ask for"
    lines = ["Dear sir, we have your letter of the first of May before us", *[sentence] * 4, "an answer.", ""]
    lines += ["We also ask for your patience in this and in all other matters", *[sentence] * 4, "a reply."]
    blocks = list(drawn(tmp_path, lambda canvas: typed(canvas, lines, 700)).blocks())
    assert [block.block_type for block in blocks] == ["Text", "Text"]
    assert plain(blocks[0]).endswith("ask for an answer.")


def test_a_header_above_two_columns_is_read_first_and_a_footer_last(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(400, 760, "Report of the year, part two")
        canvas.drawString(60, 30, "Made in a hurry")
        canvas.setFont("Helvetica", 10)
        for start, word in ((54, "left"), (318, "right")):
            for line in range(30):
                canvas.drawString(
                    start, 700 - 12 * line, f"{word} the quick brown fox jumps over the lazy dog"
                )

    texts = [plain(block) for block in drawn(tmp_path, draw).blocks()]
    assert texts[0] == "Report of the year, part two"
    assert texts[-1] == "Made in a hurry"
    assert texts[1].startswith("left")


def test_a_short_centred_line_between_paragraphs_is_a_block_of_its_own(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate([FILLER, FILLER, None, FILLER, FILLER]):
            y = 700 - 14 * number
            if line is None:
                canvas.drawCentredString(72 + canvas.stringWidth(FILLER) / 2, y, "to be or not to be")
            else:
                canvas.drawString(72, y, line)

    texts = [plain(block) for block in drawn(tmp_path, draw).blocks()]
    assert texts[1] == "to be or not to be"
    assert len(texts) == 3


def test_a_large_first_letter_stands_at_its_word_and_breaks_no_paragraph(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 34)
        canvas.drawString(72, 676, "T")
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(
            95, 690, "he quick brown fox jumps over the lazy dog and runs into the deep green forest"
        )
        canvas.drawString(
            95, 676, "where he lives with the other foxes and comes out in the evening when all is"
        )
        canvas.drawString(
            72, 662, "dark and quiet in the fields around the forest and nobody can see him at all or"
        )
        canvas.drawString(72, 648, "hear him.")

    (block,) = drawn(tmp_path, draw).blocks()
    assert plain(block).startswith("The quick brown fox")
    assert plain(block).endswith("hear him.")
    assert block.bbox.x0 < 75


def test_a_large_letter_that_is_a_word_keeps_its_space(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 34)
        canvas.drawString(72, 676, "A")
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(
            102, 690, "quick brown fox jumps over the lazy dog and runs into the deep green forest"
        )
        canvas.drawString(
            102, 676, "where he lives with the other foxes and comes out in the evening when all is"
        )
        canvas.drawString(72, 662, "dark and quiet in the fields.")

    (block,) = drawn(tmp_path, draw).blocks()
    assert plain(block).startswith("A quick brown fox")


def test_a_boxed_sidebar_is_read_as_a_whole(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for line in range(34):
            text = f"body{line} the quick brown fox jumps over the lazy dog and away"
            canvas.drawString(60, 720 - 13 * line, text)
        canvas.setFillGray(0.9)
        canvas.rect(380, 500, 180, 140, fill=1, stroke=0)
        canvas.setFillGray(0)
        canvas.setFont("Helvetica", 9)
        for line, text in enumerate(
            ["Good to know", "Foxes eat mice,", "berries and eggs,", "and they can swim", "well."]
        ):
            canvas.drawString(390, 620 - 17 * line, text)

    texts = [plain(block) for block in drawn(tmp_path, draw).blocks()]
    joined = " | ".join(texts)
    assert "Good to know Foxes eat mice, berries and eggs, and they can swim well." in joined.replace(
        " | ", " "
    )
    order = [int(number) for number in re.findall(r"body(\d+)", joined)]
    assert order == list(range(34))


def test_a_frame_around_the_whole_page_or_a_drawing_changes_nothing(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(30, 30, 552, 732)
        canvas.setFont("Helvetica", 10)
        for start, word in ((54, "left"), (318, "right")):
            for line in range(20):
                canvas.drawString(
                    start, 700 - 12 * line, f"{word} the quick brown fox jumps over the lazy dog"
                )

    text = " ".join(plain(block) for block in drawn(tmp_path, draw).blocks())
    assert text.rindex("left") < text.index("right")


def test_a_slanted_watermark_comes_last_and_breaks_no_text(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for line in range(40):
            canvas.drawString(72, 720 - 14 * line, f"line{line} {FILLER}")
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(45)
        canvas.setFont("Helvetica", 90)
        canvas.drawCentredString(0, 0, "DRAFT COPY")
        canvas.restoreState()

    texts = [plain(block) for block in drawn(tmp_path, draw).blocks()]
    assert len(texts) == 2
    assert texts[1] == "DRAFT COPY"
    assert [int(number) for number in re.findall(r"line(\d+)", texts[0])] == list(range(40))


def test_words_drawn_in_any_order_and_twice_are_read_once_in_order(tmp_path: Path) -> None:
    import random

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        placed = []
        for line in range(12):
            x = 72.0
            for word in f"line{line} {FILLER}".split():
                placed.append((x, 720 - 14 * line, word))
                x += canvas.stringWidth(f"{word} ")
        random.Random(2).shuffle(placed)
        for x, y, word in placed:
            canvas.drawString(x, y, word)
            canvas.drawString(x + 0.25, y, word)

    (block,) = drawn(tmp_path, draw).blocks()
    assert plain(block) == " ".join(f"line{line} {FILLER}" for line in range(12))


def test_entries_under_a_heading_of_references_are_references(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = paragraph(canvas, 740)
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, y, "References")
        canvas.setFont("Helvetica", 11)
        entries = [
            "[1] A. Fox and B. Dog. Jumping over others. Journal of Leaps, 2014.",
            "[2] C. Hen. Eggs. 2020, p. 9.",
        ]
        for number, entry in enumerate(entries):
            canvas.drawString(72, y - 24 - 16 * number, entry)
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, y - 80, "Thanks")
        paragraph(canvas, y - 104)

    document = drawn(tmp_path, draw)
    assert [plain(block)[:11] for block in of_type(document, "Reference")] == ["[1] A. Fox ", "[2] C. Hen."]
    assert [block.block_type for block in document.blocks()][-2:] == ["SectionHeader", "Text"]


def test_labels_of_a_chart_are_one_block_beside_it_and_not_in_the_text(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = paragraph(canvas, 740, lines=4)
        canvas.setFont("Helvetica", 8)
        for number in range(8):
            height = 20 + 12 * ((number * 3) % 7)
            canvas.wedge(150 + 30 * number, 480, 170 + 30 * number, 480 + height, 0, 300, fill=1)
            canvas.circle(160 + 30 * number, 580, 4, fill=1)
            canvas.drawString(152 + 30 * number, 484, f"Q{number}")
        for number, label in enumerate(("0", "50", "100")):
            canvas.drawString(128, 480 + 40 * number, label)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(150, 460, "Figure 4. Quarters of the year")
        paragraph(canvas, 430, lines=4)
        assert y > 600

    document = drawn(tmp_path, draw)
    assert [block.block_type for block in document.blocks()] == ["Text", "FigureGroup", "Text"]
    group = list(document.blocks())[1]
    assert [child.block_type for child in group.children] == ["Figure", "Text", "Caption"]
    labels = group.children[1].html.replace("<br/>", " ").removeprefix("<p>").removesuffix("</p>").split()
    assert sorted(labels) == sorted(["100", "50", "0", *(f"Q{number}" for number in range(8))])


def test_small_print_with_numbers_above_larger_text_is_no_footnote(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        paragraph(canvas, 740, lines=12)
        canvas.setFont("Helvetica", 8)
        for number in range(3):
            canvas.drawString(
                72, 330 - 10 * number, f"{number + 1} A remark in small print that is part of the text"
            )
        paragraph(canvas, 280, lines=8)

    document = drawn(tmp_path, draw)
    assert of_type(document, "Footnote") == []
    assert plain(list(document.blocks())[-1]).startswith(FILLER)


def test_capitals_inside_running_lines_are_no_heading(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = paragraph(canvas, 740, lines=6)
        canvas.drawString(72, y, "ALL OF THIS")
        y = paragraph(canvas, y - 26, lines=6)
        for number, line in enumerate(["select the first of them", "OR ELSE", "take another one"]):
            canvas.drawString(72 + 30 * (number == 1), y - 13 * number, line)

    headers = [plain(block) for block in of_type(drawn(tmp_path, draw), "SectionHeader")]
    assert headers == ["ALL OF THIS"]
