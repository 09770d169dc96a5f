"""Places of blocks, links inside of the document, and markup that is broken or shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docassay.checks.contract import Subject
from docassay.documents.expected import Expected, ExpectedBlock
from docassay.documents.model import BoundingBox


def box(x0, y0, x1, y1):
    return BoundingBox(x0, y0, x1, y1)


TITLE, BODY, GRID = box(50, 50, 550, 80), box(50, 100, 550, 300), box(50, 320, 550, 500)
TRUTH = (
    ExpectedBlock(0, "SectionHeader", TITLE),
    ExpectedBlock(0, "Text", BODY),
    ExpectedBlock(0, "Table", GRID),
)


def layout(build, run, blocks, truth=TRUTH, level="page", **params):
    pages = [build.page(*blocks)]
    return run("layout.f1", Subject(build.document(*pages), expected=Expected(blocks=truth)), level, **params)


def blocks(build, title=TITLE, body=BODY, grid=GRID):
    return [
        build.block("Title", "SectionHeader", bbox=title, level=1),
        build.block("Body", "Text", number=1, bbox=body),
        build.block("<table><tr><td>x</td></tr></table>", "Table", number=2, bbox=grid),
    ]


def test_blocks_in_their_places_are_perfect_and_moved_ones_are_named(build, run):
    (item,) = layout(build, run, blocks(build))
    assert (item.score, item.details["types"]["Table"]["f1"]) == (5, 1)
    (item,) = layout(build, run, blocks(build, body=box(50, 100, 550, 180)))
    assert item.value == pytest.approx(4 / 6)
    assert "Missing: Text at (50, 100, 550, 300)." in item.feedback
    assert "Not expected: /page/0/Text/1." in item.feedback
    (item,) = layout(build, run, blocks(build, body=box(50, 100, 550, 180)), overlap=0.3)
    assert item.score == 5


def test_types_count_unless_the_boxes_alone_are_compared(build, run):
    wrong = [*blocks(build)[:2], build.block("x", "Picture", number=2, bbox=GRID)]
    assert layout(build, run, wrong)[0].value == pytest.approx(4 / 6)
    assert layout(build, run, wrong, types=False)[0].score == 5


def test_a_group_is_one_block_or_its_parts_as_the_truth_has_it(build, run):
    parts = tuple(blocks(build))
    group = replace(build.block("g", "TableGroup", number=9, bbox=box(50, 50, 550, 500)), children=parts)
    assert layout(build, run, [group])[0].score == 5
    whole = (ExpectedBlock(0, "TableGroup", box(50, 50, 550, 500)),)
    assert layout(build, run, [group], truth=whole)[0].score == 5


def test_layout_needs_expected_blocks_on_converted_pages(build, run):
    assert layout(build, run, blocks(build), truth=None)[0].outcome == "not_applicable"
    other = (ExpectedBlock(7, "Text", BODY),)
    assert layout(build, run, blocks(build), truth=other)[0].outcome == "not_applicable"
    lost = Subject(
        build.document(build.page("x"), failed_pages=(1,), source_page_count=2),
        expected=Expected(blocks=(ExpectedBlock(1, "Text", BODY),)),
    )
    (item,) = run("layout.f1", lost, "page")
    assert (item.outcome, item.score) == ("failed", 0)


def links(build, run, *fragments, level="document"):
    made = [
        each if not isinstance(each, str) else build.block(each, number=number)
        for number, each in enumerate(fragments)
    ]
    return run("links.resolve", Subject(build.document(build.page(*made))), level)


def test_links_notes_and_images_resolve_or_are_named(build, run):
    image = replace(build.block('<p><img src="a.png"/></p>', "Picture", number=5), images={"a.png": b"x"})
    (item,) = links(
        build,
        run,
        '<p><a href="#here">see</a> and <a href="#gone">this</a>, <a href="https://example.org/#x">that</a></p>',
        '<h2 id="here">Here</h2>',
        "<p>A claim[^1] and another[^2]</p>",
        "<p>[^1]: The note</p>",
        '<p><img src="lost.png"/><img src="data:image/png;base64,x"/></p>',
        image,
    )
    assert item.value == pytest.approx(3 / 6)
    assert "link “gone” (/page/0/Text/0)" in item.feedback
    assert "note “2”" in item.feedback
    assert "image “lost.png”" in item.feedback


def test_a_link_to_a_block_resolves_and_blocks_have_items(build, run):
    found = links(
        build, run, '<p><a href="#/page/0/Text/1">x</a></p>', '<p><a href="#a%20b">y</a></p>', level="block"
    )
    assert [(item.block_id, item.score) for item in found] == [("/page/0/Text/0", 5), ("/page/0/Text/1", 0)]


def test_without_links_there_is_nothing_to_measure(build, run):
    assert links(build, run, '<p><a href="https://example.org">x</a></p>')[0].outcome == "not_applicable"


@pytest.mark.parametrize(
    "html",
    [
        "<p>Plain &amp; simple, 3 &lt; 5</p>",
        "<p>a<br>b<img src='x'/><b>c</b></p>",
        "<pre><code>&lt;td&gt; ``` \\frac{1}{2}</code></pre>",
        "<p><math>\\frac{1}{2}</math> and 2 ** 3 ** 4</p>",
        "<p>C# is a language, # too</p>",
        "<table><tr><td>x</td></tr></table>",
    ],
)
def test_sound_markup_is_left_alone(build, run, html):
    (item,) = run("markup.valid", Subject(build.document(build.page(build.block(html)))), "block")
    assert (item.score, item.feedback) == (5, "/page/0/Text/0: sound.")


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<p>a <b>b</p>", "<b> is not closed before </p>"),
        ("<p>a</p></div>", "</div> closes nothing"),
        ("<p>a", "<p> is not closed"),
        ("<p>a</p><b", "the tag <b is not finished"),
        ("<p>&lt;td&gt;x&lt;/td&gt;</p>", "the tag “<td>” shows as text"),
        ("<p>Tom &amp;amp; Jerry</p>", "the entity “&amp;” shows as text"),
        ("<p>```python</p>", "the code fence"),
        ("<p>|---|---|</p>", "the rule of a Markdown table"),
        ("<p>## Scope</p>", "the mark of a Markdown heading"),
        ("<p>This is **bold** text</p>", "the marks of bold text"),
        ("<p>\\textbf{x}</p>", "the LaTeX command"),
    ],
)
def test_broken_and_visible_markup_is_named(build, run, html, message):
    case = Subject(build.document(build.page(build.block(html), build.block("sound", number=1))))
    (item, _) = run("markup.valid", case, "block")
    assert item.score == 0
    assert message in item.feedback
    (whole,) = run("markup.valid", case, "document")
    assert whole.value == 0.5
