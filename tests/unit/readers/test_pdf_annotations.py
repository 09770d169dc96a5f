"""Links, form fields, free texts and comments of PDFs."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from docassay.documents.model import Document
from docassay.documents.rendering import to_markdown
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.readers.pdf.reader import read_pdf
from docassay.testing.documents.raw_pdf import show, write_raw_pdf


def convert(path: Path) -> Document:
    options = ConvertOptions(mode="balanced")
    return read_pdf(SourceFile(path, path.name, "application/pdf", "0" * 64), options)


def html_of(document: Document) -> str:
    return "\n".join(block.html for block in document.blocks())


def link(rectangle: str, action: str) -> str:
    return f"<< /Type /Annot /Subtype /Link /Rect [{rectangle}] /A << {action} >> >>"


def test_links_stand_on_the_words_they_cover(tmp_path: Path) -> None:
    content = show("F1", 10, 40, 300, "Read the full report before the meeting.")
    path = write_raw_pdf(
        tmp_path / "links.pdf",
        [content],
        page_entries="/Annots [100 0 R]",
        objects={100: link("82 295 140 310", "/S /URI /URI (https://example.org/a?b=1&c=2)")},
    )
    document = convert(path)
    assert '<a href="https://example.org/a?b=1&amp;c=2">full report</a> before' in html_of(document)
    assert "[full report](https://example.org/a?b=1&c=2)" in to_markdown(document)


def test_links_that_could_run_code_or_stay_in_the_file_are_dropped(tmp_path: Path) -> None:
    content = show("F1", 10, 40, 300, "one two three")
    actions = [
        "/S /URI /URI (javascript:alert\\(1\\))",
        "/S /JavaScript /JS (app.alert\\(1\\))",
        "/S /GoTo /D [10 0 R /Fit]",
    ]
    path = write_raw_pdf(
        tmp_path / "links.pdf",
        [content],
        page_entries="/Annots [100 0 R 101 0 R 102 0 R]",
        objects={100 + number: link("30 290 200 320", action) for number, action in enumerate(actions)},
    )
    assert html_of(convert(path)) == "<p>one two three</p>"


def test_addresses_written_out_become_links(tmp_path: Path) -> None:
    content = show(
        "F1", 10, 40, 300, "See https://example.org/x_y, www.example.com or file.txt and e.g. this."
    )
    html = html_of(convert(write_raw_pdf(tmp_path / "links.pdf", [content])))
    assert '<a href="https://example.org/x_y">https://example.org/x_y,</a>' in html
    assert '<a href="http://www.example.com">www.example.com</a>' in html
    assert html.count("<a ") == 2


def form(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=(400, 400))
    canvas.setFont("Helvetica", 10)
    fields = canvas.acroForm
    canvas.drawString(40, 352, "Family name:")
    fields.textfield(name="family", value="Duflot", x=120, y=345, width=150, height=20, borderWidth=0)
    canvas.drawString(40, 312, "Country:")
    fields.choice(
        name="country", options=["France", "Norway"], value="Norway", x=120, y=305, width=150, height=20
    )
    fields.checkbox(name="terms", checked=True, x=40, y=270, size=12)
    canvas.drawString(60, 272, "I have read the terms")
    fields.checkbox(name="news", checked=False, x=40, y=240, size=12)
    canvas.drawString(60, 242, "Send me the letter")
    fields.textfield(name="empty", value="", x=120, y=200, width=150, height=20)
    fields.textfield(
        name="f1_01",
        tooltip="Place of birth",
        value="Bergen",
        x=40,
        y=100,
        width=150,
        height=20,
        borderWidth=0,
    )
    canvas.save()
    return path


def test_values_of_form_fields_stand_beside_their_labels(tmp_path: Path) -> None:
    document = convert(form(tmp_path / "form.pdf"))
    text = to_markdown(document)
    assert "Family name: Duflot" in text
    assert "Country: Norway" in text
    assert "☑ I have read the terms" in text
    assert "☐ Send me the letter" in text
    assert "Place of birth: Bergen" in text
    assert text.count("Duflot") == 1
    assert {block.block_type for block in document.blocks()} == {"Form"}


def test_a_value_that_the_page_draws_itself_is_not_repeated(tmp_path: Path) -> None:
    content = show("F1", 10, 40, 300, "Name: Duflot")
    widget = (
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Duflot) /Rect [66 295 200 312] "
        "/DA (/F1 10 Tf) /F 4 >>"
    )
    path = write_raw_pdf(
        tmp_path / "form.pdf",
        [content],
        page_entries="/Annots [100 0 R]",
        catalog_entries="/AcroForm << /Fields [100 0 R] >>",
        objects={100: widget},
    )
    document = convert(path)
    assert to_markdown(document).strip() == "Name: Duflot"
    assert [block.block_type for block in document.blocks()] == ["Form"]


def test_passwords_and_hidden_fields_are_not_shown(tmp_path: Path) -> None:
    secret = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (pin) /V (4711) /Ff 8192 /Rect [66 295 200 312] >>"
    hidden = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (key) /V (sesame) /F 2 /Rect [66 195 200 212] >>"
    path = write_raw_pdf(
        tmp_path / "form.pdf",
        [show("F1", 10, 40, 300, "PIN:")],
        page_entries="/Annots [100 0 R 101 0 R]",
        catalog_entries="/AcroForm << /Fields [100 0 R 101 0 R] >>",
        objects={100: secret, 101: hidden},
    )
    html = html_of(convert(path))
    assert "4711" not in html
    assert "sesame" not in html


def test_free_texts_stand_in_the_page_and_comments_behind_it(tmp_path: Path) -> None:
    note = (
        "<< /Type /Annot /Subtype /Text /Rect [300 300 320 320] /Contents (Please check & sign.) /T (Ada) "
        "/M (D:20240531120000Z) >>"
    )
    free = "<< /Type /Annot /Subtype /FreeText /Rect [40 200 240 220] /Contents (Received on Monday) >>"
    path = write_raw_pdf(
        tmp_path / "notes.pdf",
        [show("F1", 10, 40, 300, "The contract ends in May.") + show("F1", 10, 40, 100, "Yours sincerely")],
        page_entries="/Annots [100 0 R 101 0 R]",
        objects={100: note, 101: free},
    )
    texts = [block.html for block in convert(path).blocks()]
    assert texts == [
        "<p>The contract ends in May.</p>",
        "<p>Received on Monday</p>",
        "<p>Yours sincerely</p>",
        '<p data-role="comment">[Ada, 2024-05-31] Please check &amp; sign.</p>',
    ]
