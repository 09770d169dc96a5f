"""Html that nobody vouches for: nothing that runs leaves the server, and nothing takes for ever."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from markdown_it import MarkdownIt

from docassay.documents.html_fragment import parse_fragment
from docassay.documents.model import Block, BoundingBox, Document, Page, WordBox
from docassay.documents.rendering import Annotations, plain_text, to_chunks, to_html, to_json, to_markdown

BOX = BoundingBox(0, 0, 1, 1)
EVERYTHING = Annotations(block_ids=True, word_boxes=True, cell_boxes=True, row_boxes=True, item_boxes=True)
HARMLESS_SCHEMES = ("http:", "https:", "mailto:", "tel:", "ftp:", "data:image/")

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT src=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href=' jAvA\tscript&#58;alert(1)'>a</a>",
    "<a href='java&amp;#115;cript:alert(1)'>a</a>",
    "<a href='javascript&amp;colon;alert(1)'>a</a>",
    "<img src='javascript&amp;colon;x'>",
    "<a href='vbscript:x' onclick='x()' style='background:url(javascript:x)'>a</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>a</a>",
    "<svg onload=alert(1)><script>alert(1)</script><text>a</text></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>a</text></a></svg>",
    "<math><maction actiontype='statusline#//evil'>a<mtext><img src=x onerror=x></mtext></maction></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<form action='javascript:x'><button formaction='javascript:x'>a</button><input onfocus=x></form>",
    "<meta http-equiv=refresh content='0;url=javascript:x'><base href='//evil/'><link rel=stylesheet href=x>",
    "<style>@import 'x'</style><p style='x:expression(x)'>a</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>x</script></template>",
    "<p title='--><script>x</script>'>a</p><!-- <script>x</script> -->",
    "<td onmouseover=x><details open ontoggle=x>a</details>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<code>&lt;/code&gt;&lt;script&gt;x&lt;/script&gt;</code>",
    "<pre>```\n&lt;script&gt;x&lt;/script&gt;</pre>",
    "<table><tr><td colspan='2' onclick=x>&lt;img src=x onerror=x&gt;</td></tr></table>",
    "[a](javascript:alert(1)) ![a](javascript:x) <a href='http://x/\"onmouseover=x'>a</a>",
]


def document_of(html: str, block_type: str = "Text") -> Document:
    return Document((Page(0, 10, 10, (Block(f"/page/0/{block_type}/0", block_type, BOX, html),)),), 1)


def htmls_of(document: Document) -> list[str]:
    """Everything of the answer that a browser could be given, markdown as a renderer shows it."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    renderer.validateLink = lambda url: True  # type: ignore[method-assign]
    return [
        to_html(document, annotations=EVERYTHING),
        *(chunk["html"] for chunk in to_chunks(document)["blocks"]),
        *_node_htmls(to_json(document)["children"]),
        renderer.render(to_markdown(document)),
        renderer.render(to_markdown(document, token_efficient=True)),
    ]


def _node_htmls(nodes: list[dict[str, Any]]) -> list[str]:
    return [html for node in nodes for html in (node["html"], *_node_htmls(node["children"] or []))]


def dangers_of(root: etree._Element) -> list[str]:
    found = []
    for element in root.iter():
        tag = str(element.tag).lower()
        if tag in {"script", "style", "svg", "iframe", "object", "embed", "form", "button", "link", "base"}:
            found.append(tag)
        for name, value in element.attrib.items():
            squeezed = "".join(str(value).split()).lower()
            is_link = str(name).lower() in {"href", "src", "action", "formaction", "data", "srcdoc"}
            has_scheme = ":" in squeezed.split("/")[0].split("?")[0].split("#")[0]
            if is_link and has_scheme and not squeezed.startswith(HARMLESS_SCHEMES):
                found.append(f"{name}={value}")
            if str(name).lower().startswith("on") or str(name).lower() in {"style", "srcdoc"}:
                found.append(str(name))
    return found


@pytest.mark.parametrize("block_type", ["Text", "Table", "Code"])
@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_leaves_the_server(html: str, block_type: str) -> None:
    for rendered in htmls_of(document_of(html, block_type)):
        assert dangers_of(parse_fragment(rendered)) == []


def test_what_is_looked_for_would_be_found() -> None:
    found = [danger for html in HOSTILE for danger in dangers_of(parse_fragment(html))]
    assert {"script", "svg", "iframe", "form", "onerror", "onclick", "style"} <= set(found)
    assert "href=javascript:alert(1)" in found


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 30_000 + "x",
        "<p>" + "<b>" * 30_000 + "x",
        ("<ul><li>" * 40 + "x" + "</li></ul>" * 40) * 100,
        "<ul>" + "<li>a</li>" * 60_000 + "</ul>",
        "<table><tr>" + "<td>a</td>" * 8_000 + "</tr>" + "<tr><td>b</td></tr>" * 8_000 + "</table>",
        "<table><tr><td colspan='1000000' rowspan='1000000'>x</td></tr></table>",
        "<table><tr><td>" * 60 + "x" + "</td></tr></table>" * 60,
        "<html" * 200_000,
        "<p>" + "*a " * 100_000 + "</p>",
        "<p>" + "<b>a</b><i>b</i>" * 20_000 + "</p>",
        "<p>" + "a<br/>" * 40_000 + "</p>",
        "<p>" + "<code>`</code>" * 20_000 + "</p>",
        "<p>" + r"<math>\alpha</math>" * 60_000 + "</p>",
    ],
    ids=range(13),
)
def test_hostile_html_is_rendered_in_linear_time(html: str) -> None:
    document = document_of(html)
    to_markdown(document)
    to_html(document, annotations=EVERYTHING)
    to_json(document)
    plain_text(document)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>" + "<b>a</b>" * 30_000 + "</p>", ["a"] * 30_000),
        ("<p>" + "a " * 30_000 + "aa " * 30_000 + "</p>", ["azz", *["a"] * 60_000]),
    ],
    ids=["one run in many elements", "one word that stands nowhere"],
)
def test_words_of_hostile_html_are_marked_in_linear_time(html: str, words: list[str]) -> None:
    boxes = tuple(WordBox(word, 0, 0, 1, 1) for word in words)
    block = Block("/page/0/Text/0", "Text", BOX, html, words=boxes)
    document = Document((Page(0, 10, 10, (block,)),), 1)
    rendered = to_html(document, annotations=EVERYTHING)
    assert rendered.count("<span data-bbox=") == sum(word == "a" for word in words)


def test_rows_of_very_different_length_stay_html_so_that_no_millions_of_cells_are_made_up() -> None:
    html = "<table><tr>" + "<td>a</td>" * 500 + "</tr>" + "<tr><td>b</td></tr>" * 500 + "</table>"
    markdown = to_markdown(document_of(html, "Table"))
    assert markdown.startswith("<table>")
    assert len(markdown) < 2 * len(html)
