"""The real ``datalab-python-sdk`` against a live server process: it must not notice whose server it is."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from docx import Document as WordDocument
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that the SDK uses, on import
    from datalab_sdk import DatalabClient
    from datalab_sdk.exceptions import DatalabAPIError
    from datalab_sdk.models import ConvertOptions, ExtractOptions, OCROptions, SegmentOptions


pytestmark = pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")
"""The SDK asks for an event loop in the old way; Python 3.12 and later warn about it."""

PAGE_SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "invoice_number": {"type": "string", "description": "Invoice number"},
            "total": {"type": "number", "description": "Total amount"},
            "favourite_colour": {"type": "string", "description": "Favourite colour of the seller"},
        },
    }
)


@pytest.fixture(scope="module")
def client(live_server: Any) -> DatalabClient:
    return DatalabClient(api_key=live_server.key, base_url=live_server.url)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def invoice_pdf(folder: Path) -> Path:
    path = folder / "invoice.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(72, 770, "Invoice")
    canvas.setFont("Helvetica", 11)
    for row, line in enumerate(("Invoice number: A-2291", "Date: 2026-03-14", "Total: 512.40 EUR")):
        canvas.drawString(72, 730 - 18 * row, line)
    canvas.showPage()
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(72, 770, "Terms and conditions")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 730, "Payment is due within thirty days of delivery.")
    canvas.showPage()
    canvas.save()
    return path


@pytest.fixture(scope="module")
def letter_docx(folder: Path) -> Path:
    path = folder / "letter.docx"
    document = WordDocument()
    document.add_heading("Dear reader", level=1)
    document.add_paragraph("The harvest was better than expected.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Crop", "Tons", "Rye", "41"), strict=True
    ):
        cell.text = text
    document.save(str(path))
    return path


@pytest.fixture(scope="module")
def talk_pptx(folder: Path) -> Path:
    path = folder / "talk.pptx"
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Quarterly review"
    slide.placeholders[1].text = "Revenue grew by nine percent"
    presentation.save(str(path))
    return path


def picture(text: str) -> Image.Image:
    image = Image.new("RGB", (1000, 240), "white")
    ImageDraw.Draw(image).text((40, 80), text, fill="black", font=ImageFont.load_default(56))
    return image


@pytest.fixture(scope="module")
def sign_png(folder: Path) -> Path:
    path = folder / "sign.png"
    picture("Mind the open gate").save(path, dpi=(150, 150))
    return path


@pytest.fixture(scope="module")
def upload(live_server: Any) -> Callable[..., httpx.Response]:
    """POST to the server without the SDK, for what it cannot send."""

    def send(path: str, name: str, content: bytes, **fields: str) -> httpx.Response:
        return httpx.post(
            f"{live_server.url}/api/v1/{path}",
            headers={"X-API-Key": live_server.key},
            files={"file": (name, io.BytesIO(content))},
            data=fields,
        )

    return send


def test_a_pdf_becomes_markdown(client: DatalabClient, invoice_pdf: Path) -> None:
    result = client.convert(invoice_pdf)
    assert result.success
    assert "Invoice number: A-2291" in result.markdown
    assert "thirty days" in result.markdown
    assert result.page_count == 2
    assert result.output_format == "markdown"
    assert (result.html, result.json, result.chunks) == (None, None, None)
    assert 4 < result.parse_quality_score <= 5
    assert [page["page_id"] for page in result.metadata["page_stats"]] == [0, 1]


def test_all_formats_come_from_one_request(client: DatalabClient, invoice_pdf: Path) -> None:
    options = ConvertOptions(output_format="markdown,html,json,chunks", add_block_ids=True, paginate=True)
    result = client.convert(invoice_pdf, options=options)
    assert "A-2291" in result.markdown
    assert f"{{1}}{'-' * 48}" in result.markdown
    assert 'data-block-id="/page/0/' in result.html
    assert [page["block_type"] for page in result.json["children"]] == ["Page", "Page"]
    assert any("A-2291" in block["html"] for block in result.chunks["blocks"])


def test_words_and_cells_have_boxes_in_html(client: DatalabClient, invoice_pdf: Path) -> None:
    options = ConvertOptions(output_format="html,chunks", extras="table_cell_bboxes,list_item_bboxes")
    options.word_bboxes = True  # type: ignore[attr-defined]
    result = client.convert(invoice_pdf, options=options)
    assert re.search(r'<span data-bbox="[\d. ]+">A-2291</span>', result.html)
    assert any("data-bbox" in block["html"] for block in result.chunks["blocks"])
    assert "options_not_applied" not in result.metadata


def test_a_page_range_keeps_the_numbers_of_the_file(client: DatalabClient, invoice_pdf: Path) -> None:
    result = client.convert(invoice_pdf, options=ConvertOptions(page_range="1", output_format="json"))
    assert result.page_count == 1
    assert result.json["children"][0]["id"].startswith("/page/1/")


def test_a_word_document_becomes_markdown(client: DatalabClient, letter_docx: Path) -> None:
    markdown = client.convert(letter_docx).markdown
    assert "# Dear reader" in markdown
    assert "better than expected" in markdown
    assert "| Rye" in markdown


def test_a_presentation_becomes_markdown(client: DatalabClient, talk_pptx: Path) -> None:
    markdown = client.convert(talk_pptx).markdown
    assert "Quarterly review" in markdown
    assert "Revenue grew by nine percent" in markdown


@pytest.mark.needs_tesseract
def test_a_picture_is_read_with_ocr(client: DatalabClient, sign_png: Path) -> None:
    assert "Mind the open gate" in client.convert(sign_png).markdown


@pytest.mark.needs_tesseract
def test_ocr_gives_lines_with_boxes(client: DatalabClient, sign_png: Path) -> None:
    with pytest.warns(DeprecationWarning, match="ocr"):
        result = client.ocr(sign_png, options=OCROptions(skip_cache=True))
    assert result.success
    assert "Mind the open gate" in result.get_text()
    line = result.pages[0]["text_lines"][0]
    assert 0 < line["confidence"] <= 1
    assert len(line["polygon"]) == 4


def test_ocr_of_a_pdf_with_text_reads_the_text(client: DatalabClient, invoice_pdf: Path) -> None:
    with pytest.warns(DeprecationWarning, match="ocr"):
        result = client.ocr(invoice_pdf)
    assert "Payment is due" in result.get_text(page_num=1)
    assert result.page_count == 2


def test_output_is_saved_to_files(client: DatalabClient, invoice_pdf: Path, tmp_path: Path) -> None:
    options = ConvertOptions(output_format="markdown,json")
    client.convert(invoice_pdf, options=options, save_output=tmp_path / "out" / "invoice")
    assert "A-2291" in (tmp_path / "out" / "invoice.md").read_text()
    assert json.loads((tmp_path / "out" / "invoice.json").read_text())["block_type"] == "Document"


def test_the_answer_is_streamed_to_disk(client: DatalabClient, invoice_pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    result = client.convert(invoice_pdf, stream_response_to=target)
    assert (result.success, result.status, result.output_path) == (True, "complete", target)
    assert "A-2291" in json.loads(target.read_text())["markdown"]


def test_fields_are_extracted_with_citations(client: DatalabClient, invoice_pdf: Path) -> None:
    result = client.extract(invoice_pdf, options=ExtractOptions(page_schema=PAGE_SCHEMA))
    values = json.loads(result.extraction_schema_json)
    assert values["invoice_number"] == "A-2291"
    assert values["total"] == 512.4
    assert values["total_citations"][0].startswith("/page/0/")
    assert values["favourite_colour"] is None


def test_segments_are_found(client: DatalabClient, invoice_pdf: Path) -> None:
    schema = {
        "segments": [
            {"name": "Invoice", "description": "Invoice with number, date and total"},
            {"name": "Terms", "description": "Terms and conditions of payment"},
        ]
    }
    result = client.segment(invoice_pdf, options=SegmentOptions(segmentation_schema=json.dumps(schema)))
    pages = {segment["name"]: segment["pages"] for segment in result.segmentation_results["segments"]}
    assert pages == {"Invoice": [0], "Terms": [1]}


def test_a_checkpoint_is_used_instead_of_a_file(client: DatalabClient, invoice_pdf: Path) -> None:
    kept = client.convert(invoice_pdf, options=ConvertOptions(save_checkpoint=True))
    assert kept.checkpoint_id
    options = ExtractOptions(page_schema=PAGE_SCHEMA, checkpoint_id=kept.checkpoint_id)
    values = json.loads(client.extract(options=options).extraction_schema_json)
    assert values["invoice_number"] == "A-2291"


def test_files_are_uploaded_listed_downloaded_converted_and_deleted(
    client: DatalabClient, invoice_pdf: Path, letter_docx: Path
) -> None:
    invoice, letter = client.upload_files([invoice_pdf, letter_docx])
    listed = {file.file_id: file for file in client.list_files(limit=100)["files"]}
    assert listed[invoice.file_id].upload_status == "completed"
    assert listed[letter.file_id].file_size == letter_docx.stat().st_size
    link = client.get_file_download_url(invoice.file_id)["download_url"]
    assert httpx.get(link).content == invoice_pdf.read_bytes()
    assert "A-2291" in client.convert(file_url=invoice.reference).markdown
    assert client.delete_file(invoice.file_id)["success"]
    with pytest.raises(DatalabAPIError) as caught:
        client.get_file_metadata(invoice.file_id)
    assert caught.value.status_code == 404


def test_a_conversion_is_scored_with_a_rubric(
    client: DatalabClient, invoice_pdf: Path, live_server: Any
) -> None:
    definition = {
        "name": "Complete",
        "rules": [{"name": "Nothing is lost", "type": "page", "check": "text.layer_recall"}],
    }
    rubric = httpx.post(
        f"{live_server.url}/api/v1/eval_rubrics",
        headers={"X-API-Key": live_server.key},
        json={"name": "Complete", "eval_definition": definition},
    ).json()
    result = client.convert(invoice_pdf, options=ConvertOptions(eval_rubric_id=rubric["id"]))
    rule = result.evaluation["evaluations"][0]
    assert (rule["name"], rule["items_evaluated"]) == ("Nothing is lost", 2)
    assert rule["rule_score"] == 5


def test_a_wrong_key_raises(live_server: Any, invoice_pdf: Path) -> None:
    stranger = DatalabClient(api_key="not-a-key", base_url=live_server.url)
    with pytest.raises(DatalabAPIError) as caught:
        stranger.convert(invoice_pdf)
    assert caught.value.status_code == 401


def test_an_unsupported_file_raises(client: DatalabClient, tmp_path: Path) -> None:
    path = tmp_path / "tune.mp3"
    path.write_bytes(b"ID3" + bytes(100))
    with pytest.raises(DatalabAPIError) as caught:
        client.convert(path)
    assert caught.value.status_code == 400


def test_a_broken_document_raises_with_the_reason(client: DatalabClient, tmp_path: Path) -> None:
    path = tmp_path / "broken.docx"
    path.write_bytes(b"PK\x03\x04 this is no archive")
    with pytest.raises(DatalabAPIError, match=r"Processing failed: .*damaged"):
        client.convert(path)


def test_an_empty_document_is_accepted_and_fails(client: DatalabClient, tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.touch()
    reference = client.upload_files(path).reference
    with pytest.raises(DatalabAPIError, match=r"Processing failed: .*empty"):
        client.convert(file_url=reference)


def test_pages_are_shown_as_thumbnails(
    upload: Callable[..., httpx.Response], live_server: Any, invoice_pdf: Path
) -> None:
    request_id = upload("convert", "invoice.pdf", invoice_pdf.read_bytes()).json()["request_id"]
    answer = httpx.get(
        f"{live_server.url}/api/v1/thumbnails/{request_id}",
        headers={"X-API-Key": live_server.key},
        params={"thumb_width": 120, "page_range": "1"},
        timeout=60,
    ).json()
    assert (answer["success"], answer["error"], len(answer["thumbnails"])) == (True, None, 1)
