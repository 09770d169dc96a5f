from __future__ import annotations

import zlib

import orjson
import pytest

from docassay.documents.model import Block, BoundingBox, Continuation, Document, Page, WordBox
from docassay.documents.serialize import (
    UnreadableDataError,
    dump_document,
    dump_layer,
    load_document,
    load_layer,
)
from docassay.documents.source_layer import SourceLayer, SourcePage, WordStyle

BOX = BoundingBox(1.5, 2, 3, 4.25)
WORDS = (WordBox("a", 1.5, 2, 3, 4.25, 0.5), WordBox("b", 3, 2, 4, 4.25))
ITEM = Block("/page/3/ListItem/1", "ListItem", BOX, "<li>a b</li>", confidence=0.5, words=WORDS)
LIST = Block(
    "/page/3/ListGroup/0",
    "ListGroup",
    BOX,
    "<ul><li>a</li></ul>",
    children=(ITEM,),
    section_hierarchy={"1": "/page/0/SectionHeader/0"},
    images={"a.png": b"\x89PNG\x00"},
)
TABLE = Block(
    "/page/3/Table/2", "Table", BOX, "<table></table>", continues=Continuation("/page/2/Table/7", 1)
)
DOCUMENT = Document(
    pages=(Page(3, 612, 792, (LIST, TABLE), method="ocr", name="Sheet"),),
    source_page_count=5,
    failed_pages=(4,),
    page_errors={4: "Not readable."},
    title="Ünï",
    is_paginated=False,
)
STYLE = WordStyle(9.5, is_bold=True)
LAYER = SourceLayer(
    (SourcePage(0, "two words", (BOX, BOX), (STYLE, STYLE)), SourcePage(2, "")), 3, is_paginated=False
)


def test_a_document_comes_back_as_it_was() -> None:
    assert load_document(dump_document(DOCUMENT)) == DOCUMENT


def test_a_source_layer_comes_back_as_it_was() -> None:
    assert load_layer(dump_layer(LAYER)) == LAYER


def test_an_unknown_format_version_is_named() -> None:
    payload = orjson.loads(zlib.decompress(dump_document(DOCUMENT))) | {"version": 99}
    with pytest.raises(UnreadableDataError, match="format version 99; this release reads version 1"):
        load_document(zlib.compress(orjson.dumps(payload)))


def test_another_kind_of_data_is_refused() -> None:
    with pytest.raises(UnreadableDataError, match="stored document was expected, found 'source_layer'"):
        load_document(dump_layer(LAYER))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        zlib.compress(b"{"),
        zlib.compress(b"[]"),
        dump_document(DOCUMENT)[:-20],
        zlib.compress(b'{"kind":"document","version":1}'),
        zlib.compress(b'{"kind":"document","version":1,"pages":[{}]}'),
    ],
)
def test_damaged_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDataError):
        load_document(data)
