"""A second reading of the file's own text against the extraction."""

from __future__ import annotations

import json

import pytest

from docassay.checks.contract import Subject
from docassay.documents.layer_document import document_of_layer
from docassay.documents.model import BoundingBox
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.engines.registry import get_engine
from docassay.extraction.rules import extract
from docassay.extraction.schema import parse_page_schema
from docassay.readers.layer import read_source_layer
from docassay.testing.documents.invoices import INVOICE_LAYOUTS, INVOICE_PAGE_SCHEMA, make_invoice

SCHEMA = {
    "properties": {
        "number": {"type": "string"},
        "total": {"type": "number"},
        "day": {"type": "string", "format": "date"},
        "lines": {"type": "array", "items": {"properties": {"what": {}, "amount": {"type": "number"}}}},
    }
}


def judge(build, run, first, second, **params):
    case = Subject(
        build.document(build.page()), extraction=first, page_schema=SCHEMA, second_extraction=second
    )
    (item,) = run("fields.agreement", case, "document", **params)
    return item


def test_values_are_equal_by_their_types_and_citations_are_none(build, run):
    first = {"number": "INV-7", "total": 1234.5, "day": "2024-01-02", "total_citations": ["/page/0/Text/0"]}
    second = {"number": "inv 7", "total": "1,234.50", "day": "2 January 2024", "total_score": 5}
    item = judge(build, run, first, second, types={"number": "id"})
    assert (item.score, item.value, item.details["compared"]) == (5, 1, 3)


def test_a_value_that_differs_is_named_with_both_readings(build, run):
    item = judge(build, run, {"number": "INV-7", "total": 19}, {"number": "INV-7", "total": 10})
    assert item.value == pytest.approx(1 / 2)
    assert "total: “19”, the second reading has “10”" in item.feedback
    assert item.details["different"] == [
        {"path": "total", "value": 0.0, "extraction": 19, "second_reading": 10}
    ]
    weighted = judge(
        build, run, {"number": "INV-7", "total": 19}, {"number": "INV-7", "total": 10}, weights={"total": 3}
    )
    assert weighted.value == pytest.approx(1 / 4)


def test_what_only_one_reading_has_is_counted_and_not_graded(build, run):
    rows = [{"what": "Bolt", "amount": 2}, {"what": "Nut", "amount": 3}]
    first = {"number": "INV-7", "total": None, "lines": rows}
    second = {"number": "INV-7", "total": 5, "day": "", "lines": []}
    item = judge(build, run, first, second)
    assert (item.value, item.details["compared"]) == (1, 1)
    assert (item.details["only_extraction"], item.details["only_second_reading"]) == (4, 1)
    assert "4 only in the extraction, 1 only in the second reading" in item.feedback


def test_rows_are_compared_wherever_they_stand(build, run):
    first = {"lines": [{"what": "Bolt", "amount": 2}, {"what": "Nut", "amount": 3}]}
    second = {"lines": [{"what": "Nut", "amount": 8}, {"what": "Bolt", "amount": 2}]}
    item = judge(build, run, first, second)
    assert item.value == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (None, {"total": 1}, "no extraction"),
        ({"total": 1}, None, "no text of its own"),
        ({"total": 1}, {"total": None, "number": "7"}, "No value is in both"),
        ({}, {}, "No value is in both"),
    ],
)
def test_without_values_of_both_readings_nothing_is_measured(build, run, first, second, reason):
    item = judge(build, run, first, second)
    assert (item.outcome, item.score) == ("not_applicable", None)
    assert reason in item.feedback


def test_the_lines_of_a_layer_are_blocks_with_the_boxes_of_their_words():
    boxes = tuple(BoundingBox(10.0 * n, 5.0, 10.0 * n + 8, 15.0) for n in range(4))
    layer = SourceLayer((SourcePage(0, "a <b>\n\n c d\n", boxes), SourcePage(1, "other")), 2)
    document = document_of_layer(layer, {0})
    (page,) = document.pages
    assert [block.html for block in page.blocks] == ["<p>a &lt;b&gt;</p>", "<p>c d</p>"]
    assert page.blocks[1].bbox == BoundingBox(20, 5, 38, 15)
    assert len(document_of_layer(layer).pages) == 2
    flowing = SourceLayer((SourcePage(0, "a"),), 1, is_paginated=False)
    assert len(document_of_layer(flowing, {3}).pages) == 1


@pytest.mark.parametrize("layout", sorted(INVOICE_LAYOUTS))
def test_a_digit_that_the_conversion_got_wrong_is_found_in_real_invoices(tmp_path, run, layout):
    path = tmp_path / "invoice.pdf"
    truth = make_invoice(path, seed=1, layout=layout)
    source = SourceFile(path, path.name, "application/pdf", "0" * 64)
    document = get_engine("built-in").convert(source, ConvertOptions())
    layer = read_source_layer(source, ReadLimits())
    assert layer is not None
    schema = parse_page_schema(json.dumps(INVOICE_PAGE_SCHEMA))
    first = dict(extract(document, schema).values)
    second = extract(document_of_layer(layer, {0}), schema).values
    (sound,) = run(
        "fields.agreement",
        Subject(document, layer, first, schema, second_extraction=second),
        "document",
    )
    assert (sound.value, sound.details["compared"] >= 6) == (1, True)
    first["total"] = truth["total"] + 10
    (wrong,) = run(
        "fields.agreement",
        Subject(document, layer, first, schema, second_extraction=second),
        "document",
    )
    assert [each["path"] for each in wrong.details["different"]] == ["total"]
