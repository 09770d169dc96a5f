"""Expected outputs in files and in JSON: what is read, what is refused and how, what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docassay.documents.expected import Expected, ExpectedTable, ExpectedText
from docassay.documents.expected_files import (
    MAX_BYTES,
    ExpectedError,
    dump_expected,
    expected_to_json,
    load_expected,
    parse_expected,
    read_expected_file,
)

EVERYTHING: dict[str, Any] = {
    "pages": [{"page": 0, "markdown": "# One"}, {"page": 3, "html": "<p>four</p>"}],
    "tables": [
        {"page": 0, "format": "html", "text": "<table><tr><td>1</td></tr></table>"},
        {"format": "csv", "text": "a,b\n1,2\n"},
    ],
    "fields": {"total": 12.5, "lines": [{"name": None}]},
    "segments": [{"name": "Invoice", "pages": [0, 1]}],
    "tests": [{"type": "present", "text": "One", "page": 1}],
    "blocks": [{"page": 0, "type": "Table", "bbox": [0.0, 1.5, 20.0, 30.0]}],
}


def test_everything_reads_back_as_it_was_written() -> None:
    expected = parse_expected(EVERYTHING)
    assert expected.parts == ("text", "tables", "fields", "segments", "tests", "blocks")
    assert expected_to_json(expected) == EVERYTHING
    assert load_expected(dump_expected(expected)) == expected
    assert dump_expected(expected) == dump_expected(parse_expected(json.loads(json.dumps(EVERYTHING))))


@pytest.mark.parametrize("text_format", ["markdown", "html"])
def test_the_text_of_the_whole_document_reads_back(text_format: str) -> None:
    assert expected_to_json(parse_expected({text_format: "words"})) == {text_format: "words"}


def test_lists_that_are_empty_say_that_there_is_nothing() -> None:
    expected = parse_expected({"tables": [], "segments": []})
    assert expected.parts == ("tables", "segments")
    assert expected_to_json(expected) == {"tables": [], "segments": []}


def test_a_table_may_be_given_as_its_text() -> None:
    tables = parse_expected({"tables": ["<TABLE><tr><td>1</td></tr></TABLE>", "| a |\n|---|\n| 1 |"]}).tables
    assert tables is not None
    assert [table.format for table in tables] == ["html", "markdown"]


def test_pages_of_segments_are_put_in_order() -> None:
    [segment] = parse_expected({"segments": [{"name": " A ", "pages": [3, 1, 3]}]}).segments or ()
    assert (segment.name, segment.pages) == ("A", (1, 3))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "is a JSON object, not a list"),
        ({}, "is empty"),
        ({"texts": "x"}, "Unknown key 'texts'. An expected output has: markdown, html"),
        ({"markdown": 1}, "markdown: must be text, not a number"),
        ({"markdown": "a", "html": "b"}, "as markdown or as html, not as both"),
        ({"markdown": "a", "pages": [{"page": 0, "html": "b"}]}, "whole document or that of its pages"),
        ({"pages": [{"page": 0}]}, r"pages\[0\]: needs the text of the page"),
        ({"pages": [{"page": -1, "html": "b"}]}, r"pages\[0\].page: must be a page number from 0, not -1"),
        ({"pages": [{"page": True, "html": "b"}]}, "must be a page number from 0, not True"),
        ({"pages": [{"page": 1, "html": "b"}] * 2}, "page 1 is given twice"),
        ({"pages": "x"}, "pages: must be a list, not a text"),
        ({"tables": [{"format": "xml", "text": "x"}]}, r"tables\[0\].format: must be one of html, markdown"),
        ({"tables": [{"format": "html"}]}, r"tables\[0\].text: must be text, not null"),
        ({"tables": [{"text": "x", "rows": 1}]}, r"tables\[0\]: unknown key 'rows'"),
        ({"fields": [1]}, "fields: must be a JSON object, not a list"),
        ({"segments": [{"name": "", "pages": [0]}]}, r"segments\[0\].name: must be a text"),
        ({"segments": [{"name": "A", "pages": []}]}, r"segments\[0\].pages: must be a list of page numbers"),
        ({"tests": [{"text": "x"}]}, r'tests\[0\]: a unit test needs a "type"'),
        ({"blocks": [{"page": 0, "type": "Thing", "bbox": [0, 0, 1, 1]}]}, "'Thing' is no block type"),
        ({"blocks": [{"page": 0, "type": "Text", "bbox": [0, 0, 1]}]}, "must be four numbers"),
        ({"blocks": [{"page": 0, "type": "Text", "bbox": [0, 0, 1, float("nan")]}]}, "four numbers"),
        ({"blocks": [{"page": 0, "type": "Text", "bbox": [2, 0, 1, 1]}]}, "must not be above"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(value: Any, message: str) -> None:
    with pytest.raises(ExpectedError, match=message):
        parse_expected(value)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.md", b"\xef\xbb\xbf# A", Expected(texts=(ExpectedText("# A", "markdown"),))),
        ("a.HTML", b"<p>A</p>", Expected(texts=(ExpectedText("<p>A</p>", "html"),))),
        ("a.csv", b"a,b\n", Expected(tables=(ExpectedTable("a,b\n", "csv"),))),
        ("a.tex", b"\\hline", Expected(tables=(ExpectedTable("\\hline", "latex"),))),
        ("a.json", b'{"total": 5}', Expected(fields={"total": 5})),
        ("a.json", b'{"html": "x"}', Expected(texts=(ExpectedText("x", "html"),))),
        ("a.json", b'{"fields": {"html": "x"}}', Expected(fields={"html": "x"})),
        ("a.jsonl", b'{"type": "present"}\n\n', Expected(tests=({"type": "present"},))),
    ],
)
def test_files_are_read_by_their_extension(name: str, content: bytes, expected: Expected) -> None:
    assert read_expected_file(content, name) == expected


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.docx", b"x", "is a .json, .md, .html, .csv, .tex or .jsonl file, not .docx"),
        ("a", b"x", "not a file without extension"),
        ("a.md", b"ab\xff", r"a.md is not UTF-8 text \(byte 2\)"),
        ("a.json", b"{", "a.json is not valid JSON"),
        ("a.json", b'{"a": NaN}', "NaN is no JSON number"),
        ("a.json", b"[1]", "is a JSON object, not a list"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.jsonl", b'{"type": "present"}\n{', "a.jsonl, line 2 is not valid JSON"),
        ("a.jsonl", b"{}", 'a.jsonl, line 1: a unit test needs a "type"'),
        ("a.md", b"x" * (MAX_BYTES + 1), "is larger than 8 MiB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, message: str) -> None:
    with pytest.raises(ExpectedError, match=message):
        read_expected_file(content, name)
