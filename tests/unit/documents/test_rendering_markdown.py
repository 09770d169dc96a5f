from __future__ import annotations

import pytest

from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.documents.rendering import block_markdown, to_markdown

BOX = BoundingBox(0, 0, 1, 1)


def markdown_of(html: str, block_type: str = "Text", level: int | None = None, **options: bool) -> str:
    return block_markdown(Block(f"/page/0/{block_type}/0", block_type, BOX, html, level=level), **options)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p># not a heading</p>", "\\# not a heading"),
        ("<p>1. not a list</p>", "1\\. not a list"),
        ("<p>a<br/>- not a list<br/>---</p>", "a\\\n\\- not a list\\\n\\---"),
        ("<p>2 * 3 * 4 and snake_case and _x_</p>", "2 * 3 * 4 and snake_case and \\_x\\_"),
        ("<p>&lt;b&gt; and a &lt; b &amp;amp; c &amp; d</p>", "\\<b> and a < b \\&amp; c & d"),
        ("<p>[12], [a](b) and `c`</p>", "[12], [a\\](b) and \\`c\\`"),
        ("<p>costs $5, or $6</p>", "costs $5, or $6"),
        ("<p>costs $5 for <math>x</math></p>", "costs \\$5 for $x$"),
        ("<p>{3}" + "-" * 48 + "</p>", "\\{3}" + "-" * 48),
        ("<p>|--|--|</p>", "\\|--|--|"),
        ("<p>C:\\temp \\*</p>", "C:\\temp \\\\*"),
        ("<p>* a<br/>***<br/>* * *</p>", "\\* a\\\n\\*\\*\\*\\\n\\* * *"),
        ("<p>p &lt; 0.05* (see note)</p>", "p < 0.05* (see note)"),
        ("<p>**a* and *b**</p>", "\\*\\*a\\* and \\*b\\*\\*"),
        ("<p>Name: _____ Date: _____</p>", "Name: _____ Date: _____"),
        ("<p>~~~</p>", "\\~~~"),
        ("<p>``` is a fence</p>", "\\``` is a fence"),
        ("<p>a ` b ``` c</p>", "a \\` b \\`\\`\\` c"),
        ("<p>S80~Y84 and U00~U99</p>", "S80\\~Y84 and U00\\~U99"),
        ("<p>[ , <math>]: x</math></p>", "\\[ , $]: x$"),
        ("<p>[a]: b</p>", "[a\\]: b"),
        ("<p>US$ only</p>", "US$ only"),
        ("<p><b>one* two</b> 2 * three*</p>", "**one\\* two** 2 * three\\*"),
    ],
)
def test_text_that_looks_like_markdown_is_escaped(html: str, expected: str) -> None:
    assert markdown_of(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b> bold </b> <i>it</i> <del>old</del></p>", "a **bold** *it* ~~old~~"),
        ("<p>a<b>(b)</b>c</p>", "a<strong>(b)</strong>c"),
        ("<p><b>a</b><i>b</i></p>", "<strong>a</strong>*b*"),
        ("<p>x<sup>2</sup></p>", "x<sup>2</sup>"),
        ("<p><code>a`b</code></p>", "``a`b``"),
        ('<p><a href="http://x.org/a(1)">see [1]</a></p>', "[see \\[1\\]](<http://x.org/a(1)>)"),
        ('<p><a href="java\nscript:alert(1)">click</a></p>', "click"),
        ('<p><img src="fig 1.png" alt="a [b]"/></p>', "![a \\[b\\]](<fig 1.png>)"),
        ('<p><img src="data:image/png;base64,AAAA" alt="x"/></p>', ""),
        ('<p><input type="checkbox" checked="checked"/> done</p>', "☑ done"),
        ("<p>a <math>x&lt;y</math> b</p>", "a $x< y$ b"),
        ('<math display="block">E = mc^2</math>', "$$E = mc^2$$"),
        ("<p>a</p><script>x()</script><p>b</p>", "a\n\nb"),
    ],
)
def test_inline_html_becomes_markdown(html: str, expected: str) -> None:
    assert markdown_of(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h3>Title #</h3>", "### Title \\#"),
        ("<h1>a<br/>b</h1>", "# a b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start='9'><li>a</li><li><p>b</p><p>c</p></li></ol>", "9. a\n10. b\n\n    c"),
        ("<li>a</li>", "- a"),
        ("<ul><li><ul><li><ul><li></li><li>a</li></ul></li></ul></li><li></li></ul>", "- - - a"),
        ("<ol><li></li><li>b</li></ol>", "1.\n2. b"),
        ("<li></li>", ""),
        ("<pre><code class='language-sql'>select\n\n```</code></pre>", "````sql\nselect\n\n```\n````"),
        ("loose<p>b</p>", "loose\n\nb"),
    ],
)
def test_block_html_becomes_markdown(html: str, expected: str) -> None:
    assert markdown_of(html) == expected


def test_a_header_block_without_heading_element_takes_its_own_level() -> None:
    assert markdown_of("<p>Scope</p>", "SectionHeader", level=2) == "## Scope"


def test_a_code_block_without_pre_is_fenced() -> None:
    assert markdown_of("<p>x = 1<br/>y = 2</p>", "Code") == "```\nx = 1\ny = 2\n```"


def test_a_simple_table_becomes_a_pipe_table() -> None:
    html = "<table><tr><th>Item</th><th>a|b</th></tr><tr><td>1<br/>2</td></tr></table>"
    assert markdown_of(html, "Table") == ("| Item   | a\\|b |\n| ------ | ---- |\n| 1<br>2 |      |")
    assert markdown_of(html, "Table", token_efficient=True) == "|Item|a\\|b|\n|---|---|\n|1<br>2||"


def test_a_table_without_header_keeps_its_first_row_as_data() -> None:
    html = "<table><tr><td>1</td><td>2</td></tr></table>"
    assert markdown_of(html, token_efficient=True) == "|||\n|---|---|\n|1|2|"


@pytest.mark.parametrize(
    "cell",
    [
        "<td colspan='2'>x</td>",
        "<td rowspan='2'>x</td>",
        "<td><ul><li>x</li></ul></td>",
        "<td><pre>x\n\ny</pre></td>",
    ],
)
def test_a_table_that_pipes_cannot_say_stays_html_without_empty_lines(cell: str) -> None:
    rendered = markdown_of(f"<table>\n\n<tr onclick='x()'>{cell}</tr>\n\n<tr><td>z</td></tr></table>")
    assert rendered.startswith("<table><tr>")
    assert "\n\n" not in rendered
    assert "onclick" not in rendered


def test_token_efficient_markdown_has_no_images() -> None:
    assert markdown_of('<p>a <img src="b.png" alt="c"/></p>', token_efficient=True) == "a"


def test_hostile_nesting_is_shown_as_text() -> None:
    assert markdown_of("<ul><li>" * 900 + "deep # text" + "</li></ul>" * 900) == "deep # text"


def _document() -> Document:
    pages = []
    for index in (0, 7):
        blocks = (
            Block(f"/page/{index}/PageHeader/0", "PageHeader", BOX, "<p>head</p>"),
            Block(f"/page/{index}/Text/1", "Text", BOX, f"<p>body {index}</p>"),
            Block(f"/page/{index}/PageFooter/2", "PageFooter", BOX, "<p>foot</p>"),
        )
        pages.append(Page(index, 10, 10, blocks))
    return Document(tuple(pages), 9)


def test_page_furniture_is_left_out_unless_kept() -> None:
    assert to_markdown(_document()) == "body 0\n\nbody 7"
    assert to_markdown(_document(), keep_page_header=True).startswith("head\n\nbody 0\n\nhead")
    assert to_markdown(_document(), keep_page_footer=True).endswith("body 7\n\nfoot")


def test_pagination_names_each_page_by_its_index_in_the_file() -> None:
    rule = "-" * 48
    assert to_markdown(_document(), paginate=True) == f"\n\n{{0}}{rule}\n\nbody 0\n\n{{7}}{rule}\n\nbody 7"


def _page_of_lists(*htmls: str) -> str:
    blocks = tuple(
        Block(f"/page/0/ListGroup/{number}", "ListGroup", BOX, html) for number, html in enumerate(htmls)
    )
    return to_markdown(Document((Page(0, 10, 10, blocks),), 1))


def test_a_numbered_list_that_starts_anew_is_not_read_as_more_of_the_one_before() -> None:
    assert _page_of_lists("<ol><li>a</li><li>b</li></ol>", "<ol><li>c</li></ol>", "<ol><li>d</li></ol>") == (
        "1. a\n2. b\n\n1) c\n\n1. d"
    )


def test_a_numbered_list_that_goes_on_stays_one_list() -> None:
    assert _page_of_lists("<ol><li>a</li></ol>", '<ol start="2"><li>b</li></ol>') == "1. a\n\n2. b"


def test_lists_with_text_between_them_keep_their_marks() -> None:
    assert (
        _page_of_lists("<ol><li>a</li></ol>", "<p>then</p>", "<ol><li>b</li></ol>") == "1. a\n\nthen\n\n1. b"
    )


def test_bold_italics_are_one_run_of_marks() -> None:
    assert markdown_of("<p><b><i>a</i></b> <i><b>b</b></i> x<b><i>(c)</i></b>y</p>") == (
        "***a*** ***b*** x<strong><em>(c)</em></strong>y"
    )
    assert markdown_of("<p><del><b>a</b></del></p>") == "~~**a**~~"
    assert markdown_of('<p><a href="http://x.org"><b>a</b></a></p>') == "[**a**](http://x.org)"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<br/>b<br/>- c</p>", "a\nb\n\\- c"),
        (
            "<p>Costs .......... 12, name: ________ or . . . . . end</p>",
            "Costs ... 12, name: ___ or ... end",
        ),
        ("<p><u>a</u> <b>b</b> x<sup>2</sup></p>", "a **b** x<sup>2</sup>"),
        (
            "<table><thead><tr><th colspan='2'>x</th></tr></thead><tbody><tr><td>y</td></tr></tbody></table>",
            '<table><tr><th colspan="2">x</th></tr>\n<tr><td>y</td></tr></table>',
        ),
        ("<pre><code>=====</code></pre>", "```\n=====\n```"),
    ],
)
def test_token_efficient_markdown_says_the_same_in_fewer_characters(html: str, expected: str) -> None:
    assert markdown_of(html, token_efficient=True) == expected


def test_an_address_with_an_ampersand_keeps_its_characters() -> None:
    html = '<p><a href="https://example.org/?a=1&amp;lt;=2&amp;b=3">x</a></p>'
    assert markdown_of(html) == "[x](https://example.org/?a=1&amp;lt;=2&b=3)"


def test_formulas_side_by_side_are_written_as_one() -> None:
    html = r"<p>a <math>x_1</math><math>{}^2</math> b <math>\Delta</math><math>x</math> <math>y</math></p>"
    assert markdown_of(html) == r"a $x_1{}^2$ b $\Delta x$ $y$"


def test_a_table_that_is_too_wide_to_be_aligned_has_single_spaces() -> None:
    long = "x" * 170
    html = f"<table><tr><th>{long}</th><th>b</th></tr><tr><td>1</td><td></td></tr></table>"
    assert markdown_of(html) == f"| {long} | b |\n| --- | --- |\n| 1 |  |"
