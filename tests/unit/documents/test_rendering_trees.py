"""Shapes of html, json, chunks, images and metadata."""

from __future__ import annotations

import base64
from dataclasses import replace

import orjson

from docassay.documents.model import Block, BoundingBox, Continuation, Document, Page, with_section_hierarchy
from docassay.documents.rendering import (
    Annotations,
    block_html,
    images,
    metadata,
    page_text,
    plain_text,
    to_chunks,
    to_html,
    to_json,
)

BOX = BoundingBox(10, 20, 110, 40)
POLYGON = [[10, 20], [110, 20], [110, 40], [10, 40]]
HEADER_ID = "/page/2/SectionHeader/1"
BLOCKS = (
    Block("/page/2/PageHeader/0", "PageHeader", BOX, "<p>head</p>"),
    Block(HEADER_ID, "SectionHeader", BOX, "<h2>Scope &amp;<br/>aim</h2>", level=2, confidence=0.9),
    Block(
        "/page/2/ListGroup/2",
        "ListGroup",
        BOX,
        "<ol><li>one</li><li>two</li></ol>",
        children=(
            Block("/page/2/ListItem/3", "ListItem", BOX, "<li>one</li>"),
            Block("/page/2/ListItem/4", "ListItem", BOX, "<li>two</li>"),
        ),
    ),
    Block(
        "/page/2/FigureGroup/5",
        "FigureGroup",
        BOX,
        '<p><img src="fig.png" alt="A"/></p><p>Caption</p>',
        children=(
            Block(
                "/page/2/Figure/6",
                "Figure",
                BOX,
                '<p><img src="fig.png" alt="A"/></p>',
                images={"fig.png": b"png"},
            ),
            Block("/page/2/Caption/7", "Caption", BOX, "<p>Caption</p>"),
        ),
    ),
)
DOCUMENT = Document(
    with_section_hierarchy((Page(2, 612, 792, BLOCKS, method="pdftext"),)),
    4,
    failed_pages=(3,),
    title="A < B",
)


def test_the_json_tree_has_the_wire_shape() -> None:
    tree = to_json(DOCUMENT)
    assert tree.keys() == {"children", "block_type", "metadata"}
    (page,) = tree["children"]
    assert page["id"] == "/page/2/Page/0"
    assert page["page"] == 2
    assert page["bbox"] == [0, 0, 612, 792]
    assert page["html"].startswith("<content-ref src='/page/2/PageHeader/0'></content-ref>")
    header = page["children"][1]
    assert header == {
        "id": HEADER_ID,
        "block_type": "SectionHeader",
        "page": 2,
        "html": "<h2>Scope &amp;<br/>aim</h2>",
        "markdown": None,
        "polygon": POLYGON,
        "bbox": [10, 20, 110, 40],
        "children": None,
        "section_hierarchy": {"2": HEADER_ID},
        "images": {},
        "metadata": {"confidence": 0.9},
    }
    assert orjson.loads(orjson.dumps(tree)) == tree


def test_groups_refer_to_their_children_and_keep_the_kind_of_list() -> None:
    (page,) = to_json(DOCUMENT)["children"]
    items = page["children"][2]
    assert items["html"] == (
        "<ol><content-ref src='/page/2/ListItem/3'></content-ref>"
        "<content-ref src='/page/2/ListItem/4'></content-ref></ol>"
    )
    assert [child["id"] for child in items["children"]] == ["/page/2/ListItem/3", "/page/2/ListItem/4"]


def test_a_group_whose_children_hold_less_text_keeps_its_whole_html() -> None:
    child = Block("/page/0/ListItem/1", "ListItem", BOX, "<li>one</li>")
    group = Block(
        "/page/0/ListGroup/0", "ListGroup", BOX, "<ul><li>one</li><li>two</li></ul>", children=(child,)
    )
    (page,) = to_json(Document((Page(0, 1, 1, (group,)),), 1))["children"]
    assert page["children"][0]["html"] == "<ul><li>one</li><li>two</li></ul>"


def test_a_table_that_goes_on_names_the_part_before() -> None:
    table = Block(
        "/page/3/Table/1",
        "Table",
        BOX,
        "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>",
        continues=Continuation("/page/2/Table/4", 1),
    )
    group = Block("/page/3/TableGroup/0", "TableGroup", BOX, table.html, children=(table,))
    document = Document(with_section_hierarchy((Page(3, 612, 792, (group,)),)), 4)
    known = {"continues": "/page/2/Table/4", "repeated_header_rows": 1}
    (page,) = to_json(document)["children"]
    assert "metadata" not in page["children"][0]
    assert page["children"][0]["children"][0]["metadata"] == known
    assert to_chunks(document)["blocks"][0]["metadata"] == known


def test_chunks_are_flat_and_hold_the_images_of_their_children() -> None:
    chunks = to_chunks(DOCUMENT)
    assert [block["block_type"] for block in chunks["blocks"]] == [
        "SectionHeader",
        "ListGroup",
        "FigureGroup",
    ]
    assert chunks["blocks"][2]["images"] == {"fig.png": base64.b64encode(b"png").decode()}
    assert chunks["page_info"] == {
        "2": {"bbox": [0, 0, 612, 792], "polygon": [[0, 0], [612, 0], [612, 792], [0, 792]]}
    }
    assert "markdown" not in chunks["blocks"][0]
    with_markdown = to_chunks(DOCUMENT, include_markdown=True, keep_page_header=True)["blocks"]
    assert [block["markdown"] for block in with_markdown[:3]] == ["head", "## Scope & aim", "1. one\n2. two"]


def test_metadata_lists_headers_blocks_and_failed_pages() -> None:
    assert metadata(DOCUMENT) == {
        "table_of_contents": [
            {"title": "Scope & aim", "heading_level": 2, "page_id": 2, "polygon": POLYGON},
        ],
        "page_stats": [
            {
                "page_id": 2,
                "text_extraction_method": "pdftext",
                "block_counts": [
                    ["ListItem", 2],
                    ["PageHeader", 1],
                    ["SectionHeader", 1],
                    ["ListGroup", 1],
                    ["FigureGroup", 1],
                    ["Figure", 1],
                    ["Caption", 1],
                ],
            }
        ],
        "failed_pages": [3],
    }


def test_images_are_base64_by_file_name() -> None:
    assert images(DOCUMENT) == {"fig.png": "cG5n"}


def test_html_names_blocks_and_their_items() -> None:
    html = to_html(DOCUMENT, annotations=Annotations(block_ids=True), paginate=True)
    assert "<title>A &lt; B</title>" in html
    assert '<div class="page" data-page-id="2">' in html
    assert '<h2 data-block-id="/page/2/SectionHeader/1">' in html
    assert '<li data-block-id="/page/2/ListItem/4">two</li>' in html
    assert '<div data-block-id="/page/2/FigureGroup/5">' in html
    assert "head</p>" not in html
    assert "head</p>" in to_html(DOCUMENT, keep_page_header=True)
    assert "data-block-id" not in to_html(DOCUMENT)


def test_html_never_carries_what_could_run() -> None:
    hostile = (
        "<p onclick='x()' style='a'>a<script>b</script><iframe src='x'>c</iframe>"
        "<a href=' jAva\tscript:x()'>d</a><img src='x' onerror='y()'/><svg onload='z()'>e</svg></p>"
    )
    rendered = block_html(Block("/page/0/Text/0", "Text", BOX, hostile))
    for word in ("onclick", "style", "script", "iframe", "onerror", "onload", "svg"):
        assert word not in rendered


def test_a_list_item_on_its_own_stands_in_a_list() -> None:
    item = Block("/page/0/ListItem/0", "ListItem", BOX, "<li>a</li>")
    assert block_html(item) == "<ul><li>a</li></ul>"
    with_id = block_html(item, Annotations(block_ids=True))
    assert with_id == '<ul><li data-block-id="/page/0/ListItem/0">a</li></ul>'


def test_plain_text_leaves_page_furniture_out_unless_asked() -> None:
    assert plain_text(DOCUMENT) == "Scope &\naim\n\none\ntwo\n\nCaption"
    assert page_text(DOCUMENT.pages[0], keep_furniture=True).startswith("head\n\nScope")


def test_the_title_of_the_html_page_is_the_documents_else_its_first_heading() -> None:
    assert "<title>A &lt; B</title>" in to_html(DOCUMENT)
    assert "<title>Scope &amp; aim</title>" in to_html(replace(DOCUMENT, title=None))
    assert "<title>" not in to_html(Document((Page(0, 1, 1),), 1))
