"""What the PDF reader makes of born-digital pages."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    FrameBreak,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
    TableStyle,
)

from docassay.documents.model import Block, Document
from docassay.engines.contract import ConvertOptions, Mode, SourceFile
from docassay.readers.read import read_document

STYLES = getSampleStyleSheet()
WORDS = re.findall(
    r"\w+",
    "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey xray yankee zulu",
)


def prose(seed: int, count: int) -> str:
    return " ".join(WORDS[(seed + 7 * number) % len(WORDS)] for number in range(count)).capitalize() + "."


def drawn(
    folder: Path, draw: Callable[[Canvas], None], mode: Mode = "balanced", **options: object
) -> Document:
    path = folder / "drawn.pdf"
    canvas = Canvas(str(path), pagesize=letter, invariant=1)
    draw(canvas)
    canvas.save()
    return converted(path, mode, **options)


def converted(path: Path, mode: Mode = "balanced", **options: object) -> Document:
    source = SourceFile(path, "drawn.pdf", "application/pdf", "0" * 64)
    return read_document(source, ConvertOptions(mode=mode, **options))  # type: ignore[arg-type]


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def of_type(document: Document, block_type: str) -> list[Block]:
    return [block for block in document.blocks() if block.block_type == block_type]


@pytest.mark.parametrize("mode", ["fast", "balanced"])
def test_two_columns_are_read_one_after_the_other_below_a_spanning_title(tmp_path: Path, mode: Mode) -> None:
    path = tmp_path / "columns.pdf"
    width, height = letter
    frames = [
        Frame(54, height - 150, width - 108, 100, id="title"),
        Frame(54, 54, 240, height - 210, id="left"),
        Frame(318, 54, 240, height - 210, id="right"),
    ]
    template = BaseDocTemplate(str(path), pagesize=letter)
    template.addPageTemplates(PageTemplate(frames=frames))
    left = [f"L{number} " + prose(number, 40) for number in range(6)]
    right = [f"R{number} " + prose(number + 3, 40) for number in range(6)]
    body = STYLES["BodyText"]
    template.build(
        [
            Paragraph("A title that stands over both of the columns", STYLES["Title"]),
            FrameBreak(),
            *[Paragraph(text, body) for text in left],
            FrameBreak(),
            *[Paragraph(text, body) for text in right],
        ]
    )
    document = converted(path, mode)
    texts = [plain(block.html) for block in document.blocks()]
    assert texts == ["A title that stands over both of the columns", *left, *right]
    assert document.pages[0].method == "pdftext"


def test_headings_get_levels_from_their_size_and_open_a_section(tmp_path: Path) -> None:
    path = tmp_path / "headings.pdf"
    body = STYLES["BodyText"]
    SimpleDocTemplate(str(path), pagesize=letter).build(
        [
            Paragraph("Annual Report", STYLES["Title"]),
            Paragraph("1 Results", STYLES["Heading1"]),
            Paragraph(prose(1, 60), body),
            Paragraph("1.1 Sales", STYLES["Heading2"]),
            Paragraph(prose(2, 60), body),
            Paragraph("2 Outlook", STYLES["Heading1"]),
            Paragraph(prose(3, 60), body),
        ]
    )
    document = converted(path)
    headers = [(plain(block.html), block.level) for block in of_type(document, "SectionHeader")]
    assert [text for text, _ in headers] == ["Annual Report", "1 Results", "1.1 Sales", "2 Outlook"]
    levels = dict(headers)
    assert levels["1 Results"] == levels["2 Outlook"]
    assert levels["1.1 Sales"] > levels["1 Results"]  # type: ignore[operator]
    sales = of_type(document, "Text")[1]
    assert of_type(document, "SectionHeader")[2].id in sales.section_hierarchy.values()


def test_a_word_hyphenated_at_a_line_end_is_joined(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 700, "The committee discussed the imple-")
        canvas.drawString(72, 686, "mentation of the new rules today.")

    text = plain(next(iter(drawn(tmp_path, draw).blocks())).html)
    assert text == "The committee discussed the implementation of the new rules today."


def test_paragraphs_are_split_at_gaps_and_indents(tmp_path: Path) -> None:
    lines = [prose(number, 11)[:78] for number in range(6)]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 11)
        for number, line in enumerate(lines):
            canvas.drawString(
                72 + (18 if number == 2 else 0), 700 - 13 * number - (20 if number > 3 else 0), line
            )

    blocks = list(drawn(tmp_path, draw).blocks())
    assert [plain(block.html)[:20] for block in blocks] == [lines[0][:20], lines[2][:20], lines[4][:20]]


def test_bullets_and_numbers_become_lists_without_their_markers(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 720, "What we need for the trip to the coast:")
        for number, item in enumerate(["A warm coat", "Two pairs of shoes", "Something to read"]):
            canvas.drawString(84, 700 - 14 * number, "•")
            canvas.drawString(96, 700 - 14 * number, item)
        canvas.drawString(72, 640, "And this is the order of things to be done:")
        for number, item in enumerate(["Pack the bags", "Lock the door"], start=1):
            canvas.drawString(84, 634 - 14 * number, f"{number}. {item}")

    groups = of_type(drawn(tmp_path, draw), "ListGroup")
    assert (
        groups[0].html == "<ul><li>A warm coat</li><li>Two pairs of shoes</li><li>Something to read</li></ul>"
    )
    assert groups[1].html == "<ol><li>Pack the bags</li><li>Lock the door</li></ol>"
    assert [child.block_type for child in groups[0].children] == ["ListItem"] * 3


ROWS = [
    ["Region", "Units", "Revenue"],
    ["North", "120", "1,450.00"],
    ["South", "98", "1,120.50"],
    ["West", "143", "1,905.75"],
]
HTML_ROWS = (
    "<thead><tr><th>Region</th><th>Units</th><th>Revenue</th></tr></thead>"
    "<tbody><tr><td>North</td><td>120</td><td>1,450.00</td></tr>"
    "<tr><td>South</td><td>98</td><td>1,120.50</td></tr>"
    "<tr><td>West</td><td>143</td><td>1,905.75</td></tr></tbody>"
)


def table_document(path: Path, rows: list[list[str]], *commands: tuple[object, ...]) -> None:
    table = Table(rows, colWidths=[120, 90, 90])
    table.setStyle(TableStyle(list(commands)))  # type: ignore[arg-type]
    body = STYLES["BodyText"]
    SimpleDocTemplate(str(path), pagesize=letter).build(
        [Paragraph(prose(1, 50), body), table, Paragraph(prose(2, 50), body)]
    )


@pytest.mark.parametrize("mode", ["fast", "balanced"])
def test_a_ruled_table_keeps_its_cells_and_place(tmp_path: Path, mode: Mode) -> None:
    path = tmp_path / "ruled.pdf"
    table_document(path, ROWS, ("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    document = converted(path, mode)
    assert [block.block_type for block in document.blocks()] == ["Text", "Table", "Text"]
    table = of_type(document, "Table")[0]
    assert table.html == f"<table>{HTML_ROWS}</table>"
    assert len(table.children) == 12
    assert all(table.bbox.contains(*child.bbox[:2], margin=1) for child in table.children)


def test_spanning_cells_of_a_ruled_table_get_a_colspan(tmp_path: Path) -> None:
    path = tmp_path / "span.pdf"
    rows = [["Sales of the year", "", "Note"], ["North", "120", "ok"], ["South", "98", "late"]]
    table_document(path, rows, ("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (0, 0), (1, 0)))
    html = of_type(converted(path), "Table")[0].html
    assert (
        '<td colspan="2">Sales of the year</td>' in html or '<th colspan="2">Sales of the year</th>' in html
    )


def test_an_unruled_table_is_found_by_alignment_except_in_fast_mode(tmp_path: Path) -> None:
    path = tmp_path / "unruled.pdf"
    table_document(path, ROWS)
    assert of_type(converted(path, "balanced"), "Table")[0].html == f"<table>{HTML_ROWS}</table>"
    fast = converted(path, "fast")
    assert of_type(fast, "Table") == []
    assert "North 120 1,450.00" in " ".join(
        plain(block.html.replace("<br/>", " ")) for block in fast.blocks()
    )


def test_a_table_between_horizontal_rules_is_a_table_in_every_mode(tmp_path: Path) -> None:
    path = tmp_path / "rules.pdf"
    table_document(
        path,
        ROWS,
        ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
    )
    assert of_type(converted(path, "fast"), "Table")[0].html == f"<table>{HTML_ROWS}</table>"


def test_text_is_escaped_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "escape.pdf"
    rows = [["<b>x</b>", "a & b", "1 < 2"], ["1", "2", "3"], ["4", "5", "6"]]
    table_document(path, rows, ("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    html = of_type(converted(path), "Table")[0].html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "a &amp; b" in html
    assert "1 &lt; 2" in html


def test_captions_start_with_figure_or_table_and_a_number(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 700, "Figure 3. The way of the river through the valley")
        canvas.drawString(72, 660, "Figure 3 shows the way of the river through the valley.")

    assert [block.block_type for block in drawn(tmp_path, draw).blocks()] == ["Caption", "Text"]


def test_running_headers_and_page_numbers_are_furniture_in_balanced_mode(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(1, 5):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(72, 760, "Journal of Examples, volume 4")
            canvas.drawString(300, 30, str(number))
            canvas.setFont("Helvetica", 11)
            for line in range(12):
                canvas.drawString(72, 650 - 14 * line, prose(number + line, 11)[:80])
            canvas.showPage()

    document = drawn(tmp_path, draw)
    for page in document.pages:
        assert page.blocks[0].block_type == "PageHeader"
        assert page.blocks[-1].block_type == "PageFooter"
        assert plain(page.blocks[-1].html) == str(page.index + 1)
    assert {block.block_type for block in drawn(tmp_path, draw, "fast").blocks()} & {"PageHeader"} == set()


def test_emphasis_inside_a_paragraph_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "emphasis.pdf"
    text = "Some words are <b>really bold</b> and others <i>leaning over</i> in this sentence."
    SimpleDocTemplate(str(path)).build([Paragraph(text, STYLES["BodyText"])])
    assert next(iter(converted(path).blocks())).html == f"<p>{text}</p>"


def test_code_in_a_fixed_pitch_font_keeps_its_indentation(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Courier", 10)
        for number, line in enumerate(
            ["def add(a, b):", "    if a < b:", "        return b", "    return a + b"]
        ):
            canvas.drawString(72, 700 - 12 * number, line)

    block = next(iter(drawn(tmp_path, draw).blocks()))
    assert block.block_type == "Code"
    assert block.html == (
        "<pre><code>def add(a, b):\n    if a &lt; b:\n        return b\n    return a + b</code></pre>"
    )


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_are_in_the_space_of_the_page_as_seen(tmp_path: Path, rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        canvas.setFont("Helvetica", 12)
        canvas.saveState()
        width, height = letter  # reportlab turns the media box so that the page is displayed as letter
        canvas.translate(*{0: (0, 0), 90: (height, 0), 180: (width, height), 270: (0, width)}[rotation])
        canvas.rotate(rotation)
        canvas.drawString(100, 500, "Upright when displayed")
        canvas.restoreState()

    document = drawn(tmp_path, draw)
    page = document.pages[0]
    assert (page.width, page.height) == letter
    (block,) = page.blocks
    assert plain(block.html) == "Upright when displayed"
    assert block.bbox.x0 == pytest.approx(100, abs=2)
    assert block.bbox.y1 == pytest.approx(page.height - 500, abs=6)


def test_a_page_of_sideways_text_is_read_along_its_own_lines(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(612, 0)
        canvas.rotate(90)
        canvas.setFont("Helvetica", 11)
        for number in range(4):
            canvas.drawString(80, 500 - 13 * number, prose(number, 12))

    (block,) = drawn(tmp_path, draw).pages[0].blocks
    text = plain(block.html)
    assert [text.index(prose(number, 12)[:30]) for number in range(4)] == sorted(
        text.index(prose(number, 12)[:30]) for number in range(4)
    )
    assert block.bbox.x1 - block.bbox.x0 < block.bbox.y1 - block.bbox.y0


def test_images_become_pictures_with_their_pixels_unless_unwanted(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    buffer = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(buffer, "PNG")

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 720, "Above the picture there is a line of text.")
        canvas.drawImage(ImageReader(io.BytesIO(buffer.getvalue())), 72, 500, 200, 150)
        canvas.drawString(72, 480, "Figure 1. A red area")

    document = drawn(tmp_path, draw)
    text, group = document.blocks()
    assert (text.block_type, group.block_type) == ("Text", "PictureGroup")
    picture, caption = group.children
    assert (picture.block_type, caption.block_type) == ("Picture", "Caption")
    assert group.html == picture.html + caption.html
    ((name, content),) = picture.images.items()
    assert f'src="{name}"' in picture.html
    red, green, _ = Image.open(io.BytesIO(content)).convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert red > 200 > 60 > green
    without = drawn(tmp_path, draw, extract_images=False)
    assert of_type(without, "Picture") == []


def test_small_numbered_notes_at_the_page_foot_are_footnotes(tmp_path: Path) -> None:
    note = ParagraphStyle("note", fontSize=7, leading=9)

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for line in range(12):
            canvas.drawString(72, 700 - 14 * line, prose(line, 11)[:80])
        canvas.setFont("Helvetica", note.fontSize)
        canvas.drawString(72, 100, "1 See the appendix for the method that was used here.")

    assert of_type(drawn(tmp_path, draw), "Footnote")[0].html.startswith("<p>1 See the appendix")


def test_block_ids_are_unique_and_name_page_and_type(tmp_path: Path) -> None:
    path = tmp_path / "ids.pdf"
    table_document(path, ROWS, ("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    blocks = list(converted(path).walk())
    assert len({block.id for block in blocks}) == len(blocks)
    assert all(re.fullmatch(rf"/page/0/{block.block_type}/\d+", block.id) for block in blocks)


def invoice(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    for line, (label, value) in enumerate(
        [("Invoice number:", "INV-7"), ("Date:", "2024-03-05"), ("Due:", "soon")]
    ):
        canvas.drawString(72, 680 - 14 * line, label)
        canvas.drawString(180, 680 - 14 * line, value)
    rows = [
        ("Item", "Qty", "Price"),
        ("Widget, blue", "3", "37.50"),
        ("Gadget", "10", "40.00"),
        ("Help", "1", "9.00"),
    ]
    for line, (item, quantity, price) in enumerate(rows):
        canvas.setFont("Helvetica-Bold" if line == 0 else "Helvetica", 10)
        canvas.drawString(72, 560 - 16 * line, item)
        canvas.drawRightString(400, 560 - 16 * line, quantity)
        canvas.drawRightString(520, 560 - 16 * line, price)


def test_rows_of_an_invoice_are_not_torn_into_columns(tmp_path: Path) -> None:
    fast = " | ".join(
        plain(block.html.replace("<br/>", " | ")) for block in drawn(tmp_path, invoice, "fast").blocks()
    )
    assert "Invoice number: INV-7 | Date: 2024-03-05 | Due: soon" in fast
    assert "Widget, blue 3 37.50 | Gadget 10 40.00" in fast
    values, items = of_type(drawn(tmp_path, invoice), "Table")
    assert "<tr><td>Invoice number:</td><td>INV-7</td></tr>" in values.html
    assert items.html.startswith("<table><thead><tr><th>Item</th><th>Qty</th><th>Price</th></tr>")
    assert "<tr><td>Widget, blue</td><td>3</td><td>37.50</td></tr>" in items.html


def test_columns_with_formulas_between_their_paragraphs_stay_columns(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for side, start in enumerate((54, 318)):
            y = 720
            for number in range(6):
                canvas.setFont("Times-Roman", 10)
                for line in range(3):
                    canvas.drawString(start, y, f"side{side} " + prose(number + line, 8)[:46].ljust(46, "x"))
                    y -= 12
                canvas.drawString(start + 90, y - 8, f"f({number}) = {side}")
                y -= 32

    text = " ".join(plain(block.html) for block in drawn(tmp_path, draw).blocks())
    assert text.rindex("side0") < text.index("side1")


def test_mathematical_letters_outside_the_basic_plane_are_one_character(tmp_path: Path) -> None:
    from docassay.readers.pdf.text import PAIR_FILLER, _characters

    codes = [0x61, 0xD835, 0xDC4E, 0xD835, 0, 0xDC4E, 0x62]
    assert _characters(codes) == f"a\U0001d44e{PAIR_FILLER}\ufffd\ufffd\ufffdb"


@pytest.mark.needs_shared_data
@pytest.mark.parametrize("mode", ["fast", "balanced"])
def test_third_party_pages_keep_all_of_their_words(mode: Mode) -> None:
    from docassay.documents.quality import parse_quality_score
    from docassay.engines.contract import ReadLimits
    from docassay.readers.layer import read_source_layer

    folder = Path(__file__).resolve().parents[3] / "../shared/data/formats/pdf"
    if not folder.is_dir():
        pytest.skip("the third-party documents are not here")
    for name in (
        "2305.03393v1-pg9",
        "amt_handbook_sample",
        "code_and_formula",
        "multi_page",
        "right_to_left_01",
    ):
        path = folder / f"{name}.pdf"
        document = converted(path, mode, extract_images=False)
        layer = read_source_layer(SourceFile(path, path.name, "", "0" * 64), ReadLimits())
        score = parse_quality_score(document, layer)
        assert score is not None, name
        assert score >= 4.9, name


def columns_of_text(canvas: Canvas, left: list[str], right: list[str], size: float = 10.0) -> None:
    canvas.setFont("Times-Roman", size)
    for start, lines in ((54, left), (318, right)):
        for number, line in enumerate(lines):
            width = canvas.stringWidth(line)
            spread = (240 - width) / max(line.count(" "), 1) if len(line) > 40 else 0
            text = canvas.beginText(start, 700 - 12 * number)
            text.setWordSpace(min(spread, 8))
            text.textOut(line)
            canvas.drawText(text)


def test_a_paragraph_that_goes_on_in_the_next_column_is_one_block(tmp_path: Path) -> None:
    left = [prose(number, 8)[:-1].lower() for number in range(12)]
    left[-1] += " imple-"
    right = [
        "mentation " + prose(3, 7)[:-1].lower(),
        *(prose(n, 8)[:-1].lower() for n in range(9)),
        "the end.",
    ]
    note = "1 A note in small print below the column."

    def draw(canvas: Canvas) -> None:
        columns_of_text(canvas, left, right)
        canvas.setFont("Times-Roman", 7)
        canvas.drawString(54, 540, note)

    blocks = list(drawn(tmp_path, draw).blocks())
    texts = [plain(block.html) for block in blocks]
    assert len(texts) == 2
    assert "implementation" in texts[0]
    assert texts[0].endswith("the end.")
    assert texts[1] == note


def test_a_new_sentence_at_the_head_of_a_column_after_a_full_stop_is_a_new_block(tmp_path: Path) -> None:
    left = [prose(number, 8)[:-1].lower() for number in range(12)]
    left[-1] = "and here it ends."
    right = [prose(number + 2, 8)[:-1].lower() for number in range(12)]
    right[0] = "Then " + right[0]
    assert len(list(drawn(tmp_path, lambda canvas: columns_of_text(canvas, left, right)).blocks())) == 2


def test_paragraphs_of_double_spaced_text_are_found_by_their_indents(tmp_path: Path) -> None:
    lines = [" ".join([*prose(n, 9)[:-1].lower().split(), "and"]) for n in range(9)]
    lines[3] = "Here it ends."

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 11)
        for number, line in enumerate(lines):
            canvas.drawString(72 + (20 if number in {0, 4} else 0), 700 - 24 * number, line)

    texts = [plain(block.html) for block in drawn(tmp_path, draw).blocks()]
    assert len(texts) == 2
    assert texts[0].endswith("Here it ends.")
