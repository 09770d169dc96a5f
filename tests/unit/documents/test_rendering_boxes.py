"""Ids and boxes in html: cells, rows, list items and words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from docassay.documents.html_fragment import parse_fragment, text_of
from docassay.documents.model import Block, BoundingBox, Document, Page, WordBox
from docassay.documents.rendering import Annotations, block_html, to_chunks, to_json

BOX = BoundingBox(0, 0, 200, 100)
WORDS = Annotations(word_boxes=True)


def words_of(*texts: str, confidence: float | None = None) -> tuple[WordBox, ...]:
    return tuple(WordBox(text, 10 * n, 0, 10 * n + 9, 10, confidence) for n, text in enumerate(texts))


def text_block(html: str, *texts: str, block_type: str = "Text") -> Block:
    return Block(f"/page/0/{block_type}/0", block_type, BOX, html, words=words_of(*texts))


def cell(number: int, html: str, box: tuple[float, float, float, float], *texts: str) -> Block:
    return Block(f"/page/0/TableCell/{number}", "TableCell", BoundingBox(*box), html, words=words_of(*texts))


TABLE = Block(
    "/page/0/Table/0",
    "Table",
    BOX,
    '<table><tr><th rowspan="2">A</th><td>one</td></tr><tr><td>two</td></tr></table>',
    (
        cell(1, '<th rowspan="2">A</th>', (0, 0, 100, 100), "A"),
        cell(2, "<td>one</td>", (100, 0, 200, 50), "one"),
        cell(3, "<td>two</td>", (100, 50, 200, 100.126), "two"),
    ),
)


def spans(html: str) -> list[tuple[str, str]]:
    return [(span.text or "", span.get("data-bbox") or "") for span in parse_fragment(html).iter("span")]


def test_cells_get_their_boxes() -> None:
    assert block_html(TABLE, Annotations(cell_boxes=True)) == (
        '<table><tr><th rowspan="2" data-bbox="0 0 100 100">A</th><td data-bbox="100 0 200 50">one</td></tr>'
        '<tr><td data-bbox="100 50 200 100.13">two</td></tr></table>'
    )


def test_a_row_gets_the_box_around_its_cells_but_not_around_those_that_reach_further_down() -> None:
    html = block_html(TABLE, Annotations(row_boxes=True))
    assert html.startswith('<table><tr data-bbox="100 0 200 50"><th rowspan="2">A</th>')
    assert '<tr data-bbox="100 50 200 100.13"><td>two</td></tr>' in html


def test_list_items_get_their_boxes_also_on_their_own_and_inside_each_other() -> None:
    inner = Block("/page/0/ListItem/2", "ListItem", BoundingBox(20, 10, 90, 20), "<li>b</li>")
    outer = Block(
        "/page/0/ListItem/1",
        "ListItem",
        BoundingBox(10, 0, 90, 20),
        "<li>a<ul><li>b</li></ul></li>",
        (inner,),
    )
    group = Block("/page/0/ListGroup/0", "ListGroup", BOX, f"<ul>{outer.html}</ul>", (outer,))
    options = Annotations(item_boxes=True)
    expected = '<li data-bbox="10 0 90 20">a<ul><li data-bbox="20 10 90 20">b</li></ul></li>'
    assert block_html(group, options) == f"<ul>{expected}</ul>"
    assert block_html(outer, options) == f"<ul>{expected}</ul>"


def test_the_parts_of_a_group_get_their_ids() -> None:
    caption = Block("/page/0/Caption/1", "Caption", BOX, "<p>Prices</p>")
    html = f"<p>Prices</p>{TABLE.html}"
    group = Block("/page/0/TableGroup/4", "TableGroup", BOX, html, (caption, TABLE))
    rendered = block_html(group, Annotations(block_ids=True))
    assert rendered.startswith(
        '<div data-block-id="/page/0/TableGroup/4"><p data-block-id="/page/0/Caption/1">'
    )
    assert '<table data-block-id="/page/0/Table/0">' in rendered
    assert '<td data-block-id="/page/0/TableCell/3">' in rendered


def test_words_stand_in_spans_with_box_and_confidence() -> None:
    words = words_of("Hello", "big", confidence=0.91234)
    block = Block("/page/0/Text/0", "Text", BOX, "<p>Hello <b>big</b> world</p>", words=words)
    assert block_html(block, WORDS) == (
        '<p><span data-bbox="0 0 9 10" data-confidence="0.9123">Hello</span> '
        '<b><span data-bbox="10 0 19 10" data-confidence="0.9123">big</span></b> world</p>'
    )


def test_a_word_broken_over_two_lines_is_two_spans() -> None:
    html = block_html(text_block("<p>an example, too</p>", "an", "exam-", "ple,", "too"), WORDS)
    assert spans(html) == [
        ("an", "0 0 9 10"),
        ("exam", "10 0 19 10"),
        ("ple,", "20 0 29 10"),
        ("too", "30 0 39 10"),
    ]


def test_a_word_in_several_elements_has_its_box_in_each() -> None:
    html = block_html(text_block("<p>CO<sub>2</sub> rises</p>", "CO2", "rises"), WORDS)
    assert spans(html) == [("CO", "0 0 9 10"), ("2", "0 0 9 10"), ("rises", "10 0 19 10")]


def test_words_that_the_html_leaves_out_or_adds_do_not_disturb_the_others() -> None:
    html = block_html(text_block("<p>one added two</p>", "•", "one", "gone", "two"), WORDS)
    assert spans(html) == [("one", "10 0 19 10"), ("two", "30 0 39 10")]


def test_text_without_white_space_is_put_together_from_several_words() -> None:
    html = block_html(text_block("<p>東京都の人口</p>", "東京", "都の", "人口"), WORDS)
    assert [text for text, _ in spans(html)] == ["東京", "都の", "人口"]


def test_formulas_are_not_marked() -> None:
    html = block_html(text_block("<p>so <math>x = 1</math> holds</p>", "so", "x", "=", "1", "holds"), WORDS)
    assert "<math>x = 1</math>" in html
    assert [text for text, _ in spans(html)] == ["so", "holds"]


def test_each_cell_takes_its_own_words() -> None:
    assert spans(block_html(TABLE, WORDS)) == [("A", "0 0 9 10"), ("one", "0 0 9 10"), ("two", "0 0 9 10")]


def test_boxes_are_in_the_html_of_chunks_and_of_the_json_tree_and_ids_are_not() -> None:
    document = Document((Page(0, 612, 792, (TABLE,)),), 1)
    options = Annotations(block_ids=True, cell_boxes=True)
    (chunk,) = to_chunks(document, annotations=options)["blocks"]
    (page,) = to_json(document, annotations=options)["children"]
    for html in (chunk["html"], page["children"][0]["html"]):
        assert 'data-bbox="100 0 200 50"' in html
        assert "data-block-id" not in html


tokens = st.lists(
    st.sampled_from(["a", "ab", "abc", "b-", "<b>a</b>b", "c<br/>", "日本", "a a", "&amp;"]), max_size=12
)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(
    tokens, st.lists(st.sampled_from(["a", "ab", "abc", "b", "b-", "c", "日", "本", "&", ""]), max_size=12)
)
def test_marking_words_never_changes_the_text(parts: list[str], words: list[str]) -> None:
    block = text_block(f"<p>{' '.join(parts)}</p>", *words)
    marked = block_html(block, WORDS)
    assert text_of(marked) == text_of(block.html)
    assert block_html(Block("/page/0/Text/0", "Text", BOX, marked)) != "" or not text_of(block.html)


def test_many_equal_words_are_marked_in_linear_time() -> None:
    html = "<p>" + "ab cd " * 20_000 + "</p>"
    block = text_block(html, *(["ab"] * 20_000 + ["c"] * 20_000))
    assert block_html(block, WORDS).count("<span") == 40_000
