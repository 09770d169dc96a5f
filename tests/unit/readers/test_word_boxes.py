"""Words with boxes, asked for with ``ConvertOptions.word_boxes``."""

from pathlib import Path

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from docassay.documents.model import Block, BoundingBox, Document, WordBox
from docassay.engines.contract import ConvertOptions, Mode, SourceFile
from docassay.readers.pdf.word_boxes import with_words
from docassay.readers.read import read_document


def block(number: int, kind: str, box: tuple[float, float, float, float], html: str, *inner: Block) -> Block:
    return Block(f"/page/0/{kind}/{number}", kind, BoundingBox(*box), html, tuple(inner))


def read(path: Path, *, word_boxes: bool, mode: Mode = "fast") -> Document:
    source = SourceFile(path, path.name, "application/pdf", "0" * 64)
    return read_document(source, ConvertOptions(mode=mode, word_boxes=word_boxes))


def two_paragraphs_and_a_table(folder: Path) -> Path:
    path = folder / "drawn.pdf"
    canvas = Canvas(str(path), pagesize=letter, invariant=1)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 720, "The quick brown fox jumps over the exam-")
    canvas.drawString(72, 706, "ple without a sound and then goes home.")
    canvas.drawString(72, 640, "Later it came back with the others.")
    rows = [["Item", "Price"], ["Bolt", "1.50"], ["Nut", "0.20"]]
    table = Table(rows, style=TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")]))
    table.wrapOn(canvas, 400, 200)
    table.drawOn(canvas, 72, 500)
    canvas.save()
    return path


def test_words_are_only_there_when_asked_for(tmp_path: Path) -> None:
    document = read(two_paragraphs_and_a_table(tmp_path), word_boxes=False)
    assert not any(found.words for found in document.walk())


def test_each_block_of_a_pdf_gets_its_own_words_with_their_boxes(tmp_path: Path) -> None:
    document = read(two_paragraphs_and_a_table(tmp_path), word_boxes=True)
    words = [word for found in document.walk() for word in found.words]
    assert [word.text for word in words][:4] == ["The", "quick", "brown", "fox"]
    assert {"exam-", "ple"} <= {word.text for word in words}
    fox = next(word for word in words if word.text == "fox")
    assert 72 < fox.x0 < fox.x1 < 540
    assert 792 - 720 - 12 < fox.y0 < fox.y1 < 792 - 720 + 4
    assert fox.confidence is None
    cells = {
        found.html: [word.text for word in found.words]
        for found in document.walk()
        if found.block_type == "TableCell"
    }
    assert ["Bolt"] in cells.values()
    assert ["0.20"] in cells.values()


def test_a_word_goes_to_the_smallest_block_around_it_that_has_its_text() -> None:
    wide = block(0, "Text", (0, 0, 100, 100), "<p>one two</p>")
    narrow = block(1, "Text", (0, 0, 50, 50), "<p>three</p>")
    one, three = WordBox("one", 10, 10, 20, 20), WordBox("three", 10, 30, 20, 40)
    found = with_words([wide, narrow], [one, three], 100, 100)
    assert found[0].words == (one,)
    assert found[1].words == (three,)


def test_words_of_a_group_are_its_childrens() -> None:
    item = block(1, "ListItem", (0, 0, 50, 20), "<li>one</li>")
    group = block(0, "ListGroup", (0, 0, 50, 20), "<ul><li>one</li></ul>", item)
    word = WordBox("one", 10, 5, 20, 15, 0.9)
    (found,) = with_words([group], [word], 100, 100)
    assert found.words == ()
    assert found.children[0].words == (word,)


def test_words_outside_of_all_blocks_are_left_out() -> None:
    only = block(0, "Text", (0, 0, 50, 50), "<p>one</p>")
    (found,) = with_words([only], [WordBox("far", 500, 500, 520, 510)], 100, 100)
    assert found.words == ()
