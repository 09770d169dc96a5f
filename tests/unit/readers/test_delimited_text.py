"""CSV and other delimited text: delimiters, encodings, uneven records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.readers.delimited_text import delimiter_of
from docassay.readers.sheets import read_sheets, sheets_source_layer


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/octet-stream", "0" * 64)


def delimited(tmp_path: Path, content: str | bytes) -> SourceFile:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return source_file(path)


def rows(document: Document) -> list[list[str]]:
    (table,) = (block for block in document.blocks() if block.block_type == "Table")
    return [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table.html)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["name", "note", "n"], ["a", '"quoted, ; | text"', "1"], ["b", '"two\nlines"', "2"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    assert delimiter_of(text) == delimiter
    document = read_sheets(delimited(tmp_path, text), ConvertOptions())
    assert rows(document) == [
        ["name", "note", "n"], ["a", "quoted, ; | text", "1"], ["b", "two<br/>lines", "2"]
    ]  # fmt: skip


def test_decimal_commas_do_not_hide_semicolons() -> None:
    assert delimiter_of("name;price;stock\na;1,50;3\nb;2,75;4\n") == ";"
    assert delimiter_of("sep=|\na,b|c\n") == "|"
    assert delimiter_of("one\ntwo\nthree\n") == ","


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    source = delimited(tmp_path, "name,price in €\nGröße,12\n".encode(encoding))
    assert rows(read_sheets(source, ConvertOptions())) == [["name", "price in €"], ["Größe", "12"]]


def test_uneven_records_are_padded_and_markup_is_escaped(tmp_path: Path) -> None:
    source = delimited(tmp_path, "a,b,c\n<script>,1\n1,2,3\n")
    document = read_sheets(source, ConvertOptions())
    assert rows(document) == [["a", "b", "c"], ["&lt;script&gt;", "1", ""], ["1", "2", "3"]]
    assert [block.block_type for block in document.blocks()] == ["Table"]
    assert sheets_source_layer(source, ReadLimits()).pages[0].text == "a b c\n<script> 1\n1 2 3"


def test_an_empty_column_does_not_split_a_csv(tmp_path: Path) -> None:
    assert rows(read_sheets(delimited(tmp_path, "a,,b\n1,,2\n"), ConvertOptions())) == [
        ["a", "", "b"],
        ["1", "", "2"],
    ]
