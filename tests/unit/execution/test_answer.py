"""The wire's answers: which keys are filled from a document, and which stay null."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from typing import Any

import orjson

from docassay import __version__
from docassay.documents.model import Block, BoundingBox, Document, Page, WordBox
from docassay.execution.answer import failure_response, final_response, ocr_response
from docassay.execution.answer_shape import FINAL_KEYS, OCR_KEYS
from docassay.extraction.contract import Extraction
from docassay.requests.options import RenderOptions

BOX = BoundingBox(10, 20, 110, 40)


def block(kind: str, html: str, number: int = 0, **fields: Any) -> Block:
    return Block(f"/page/0/{kind}/{number}", kind, BOX, html, **fields)


def document(*blocks: Block, **fields: Any) -> Document:
    return Document((Page(0, 200, 300, blocks),), fields.pop("source_page_count", 1), **fields)


def answer(source: Document, render: RenderOptions | None = None, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "kind": "convert",
        "extraction": None,
        "extraction_mode": None,
        "segmentation": None,
        "source_layer": None,
        "runtime_seconds": 1.23456,
        "engine_name": "built-in",
        "engine_version": "7",
        "checkpoint_id": None,
        "evaluation": None,
    }
    return final_response(source, render=asdict(render or RenderOptions()), **(given | fields))


PICTURE = block("Picture", '<p><img src="a.png" alt="A hill"/></p>', 1, images={"a.png": b"png"})
SIMPLE = document(block("SectionHeader", "<h1>Title</h1>", level=1), PICTURE)


def test_only_the_formats_asked_for_are_filled() -> None:
    body = answer(SIMPLE, RenderOptions(output_formats=("json", "html")))
    assert tuple(body) == FINAL_KEYS
    assert body["json"]["block_type"] == "Document"
    assert "<h1>Title</h1>" in body["html"]
    assert (body["markdown"], body["chunks"]) == (None, None)
    assert body["output_format"] == "json,html"


def test_the_rest_of_the_answer_describes_the_work() -> None:
    body = answer(SIMPLE, checkpoint_id="ckpt_1", evaluation={"evaluations": []})
    assert (body["status"], body["success"], body["error"], body["error_in"]) == (
        "complete",
        True,
        None,
        None,
    )
    assert body["versions"] == {"docassay": __version__, "engine": "built-in 7"}
    assert (body["runtime"], body["page_count"]) == (1.235, 1)
    assert (body["checkpoint_id"], body["evaluation"]) == ("ckpt_1", {"evaluations": []})
    assert body["cost_breakdown"] == {"final_cost_cents": 0.0}
    assert body["extraction_schema_json"] is None
    assert body["segmentation_results"] is None


def test_images_are_base64_unless_disabled() -> None:
    assert answer(SIMPLE)["images"] == {"a.png": base64.b64encode(b"png").decode()}
    assert answer(SIMPLE, RenderOptions(disable_image_extraction=True))["images"] == {}


def test_page_errors_and_unused_options_are_said_in_the_metadata() -> None:
    broken = document(failed_pages=(1,), page_errors={1: "The page is damaged."}, source_page_count=2)
    metadata = answer(broken, RenderOptions(not_applied=("word_bboxes",)))["metadata"]
    assert metadata["failed_pages"] == [1]
    assert metadata["page_errors"] == {"1": "The page is damaged."}
    assert metadata["options_not_applied"] == ["word_bboxes"]
    assert "options_not_applied" not in answer(broken)["metadata"]


def test_extracted_values_are_json_text() -> None:
    extraction = Extraction({"total": 1.5, "total_citations": ["/page/0/Text/0"]}, average_score=4.0)
    body = answer(SIMPLE, kind="extract", extraction=extraction, extraction_mode="turbo")
    assert json.loads(body["extraction_schema_json"]) == dict(extraction.values)
    assert (body["extraction_mode"], body["extraction_score_average"]) == ("turbo", 4.0)


def test_what_utf8_cannot_hold_is_replaced() -> None:
    broken = document(block("Text", "<p>a\ud800b</p>"))
    body = answer(broken, extraction=Extraction({"field\ud800": "x\ud800"}))
    assert json.loads(body["extraction_schema_json"]) == {"field?": "x?"}
    assert orjson.loads(orjson.dumps(body)) == body


def test_ocr_lines_are_the_innermost_blocks_with_text() -> None:
    cells = tuple(block("TableCell", f"<td>{text}</td>", n) for n, text in enumerate(("left", "right")))
    table = block(
        "Table", "<table><tr><td>left</td><td>right</td></tr></table>", children=cells, confidence=0.5
    )
    lines = ocr_response(document(table, block("Text", "<p>one<br/>two</p>", 2), PICTURE))["pages"][0][
        "text_lines"
    ]
    assert [line["text"] for line in lines] == ["left", "right", "one\ntwo"]
    assert [line["confidence"] for line in lines] == [0.5, 0.5, None]
    assert lines[0]["bbox"] == [10, 20, 110, 40]
    assert lines[0]["polygon"] == [[10, 20], [110, 20], [110, 40], [10, 40]]


def test_ocr_names_the_page_and_its_box() -> None:
    body = ocr_response(document())
    assert tuple(body) == OCR_KEYS
    assert body["pages"] == [{"page": 0, "image_bbox": [0, 0, 200, 300], "text_lines": []}]


def test_a_failure_has_every_key_and_the_reason() -> None:
    body = failure_response("convert", code="empty", message="It is empty.", error_in="VALIDATION")
    assert tuple(body) == FINAL_KEYS
    assert (body["status"], body["success"], body["error"]) == ("failed", False, "It is empty.")
    assert (body["error_in"], body["metadata"]) == ("VALIDATION", {"error_code": "empty"})
    assert body["markdown"] is None


def test_a_failure_of_ocr_has_the_keys_of_ocr() -> None:
    assert tuple(failure_response("ocr", code="empty", message="It is empty.")) == OCR_KEYS


def test_boxes_and_markdown_reach_every_format_that_can_hold_them() -> None:
    cell = block("TableCell", "<td>one</td>", 2, words=(WordBox("one", 12, 22, 30, 34, 0.5),))
    table = block("Table", "<table><tr><td>one</td></tr></table>", 1, children=(cell,))
    options = RenderOptions(
        ("html", "json", "chunks"),
        include_markdown_in_chunks=True,
        word_bboxes=True,
        table_cell_bboxes=True,
    )
    body = answer(document(table), options)
    node = body["json"]["children"][0]["children"][0]
    (chunk,) = body["chunks"]["blocks"]
    word = '<span data-bbox="12 22 30 34" data-confidence="0.5">one</span>'
    for html in (body["html"], node["html"], chunk["html"]):
        assert f'<td data-bbox="10 20 110 40">{word}</td>' in html
    assert node["markdown"] == chunk["markdown"]
    assert "one" in node["markdown"]


def test_ocr_lines_are_those_that_are_printed_where_words_are_known() -> None:
    words = (
        WordBox("Two", 10, 20, 30, 32, 0.5),
        WordBox("words,", 34, 22, 70, 32, 0.7),
        WordBox("東京", 10, 36, 30, 48),
        WordBox("都", 30, 36, 40, 48),
    )
    (page,) = ocr_response(document(block("Text", "<p>Two words, 東京都</p>", words=words)))["pages"]
    assert [line["text"] for line in page["text_lines"]] == ["Two words,", "東京都"]
    assert [line["confidence"] for line in page["text_lines"]] == [0.6, None]
    assert page["text_lines"][0]["bbox"] == [10, 20, 70, 32]


def test_an_item_with_a_list_inside_gives_its_own_lines_first() -> None:
    inner = block("ListItem", "<li>b</li>", 2, words=(WordBox("b", 20, 30, 30, 40),))
    outer = block("ListItem", "<li>a<ul><li>b</li></ul></li>", 1, words=(WordBox("a", 10, 20, 20, 28),))
    outer = replace(outer, children=(inner,))
    (page,) = ocr_response(document(outer))["pages"]
    assert [line["text"] for line in page["text_lines"]] == ["a", "b"]
