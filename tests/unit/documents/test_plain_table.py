"""Tables of texts, which are written without a tree, against the same tables parsed."""

from __future__ import annotations

from random import Random

import pytest

from docassay.documents.model import Block, BoundingBox
from docassay.documents.plain_table import LINE_BREAK, PlainRow, plain_table
from docassay.documents.rendering import block_markdown, markdown

_PIECES = (
    "a", "b c", " ", "  ", "|", "*", "_x_", "&amp;", "&lt;b&gt;", "&quot;", "<br/>", "1", "12.5", "é", "\xa0",
    "\t", "\n", "\\", "$5", "[x]", "`", "....", "- - - - -", "~~", "&nbsp;", "&lt;br/&gt;", "&amp;lt;", "\r",
    "\0",
)  # fmt: skip


def _cell(random: Random, header_share: float) -> str:
    tag = "th" if random.random() < header_share else "td"
    spans = f' rowspan="{random.choice((1, 2))}"' if random.random() < 0.03 else ""
    spans += f' colspan="{random.choice((1, 2, 3))}"' if random.random() < 0.03 else ""
    text = "".join(random.choice(_PIECES) for _ in range(random.choice((0, 1, 1, 2, 5))))
    return f"<{tag}{spans}>{text}</{tag}>"


def _rows(random: Random, header_shares: tuple[float, ...], counts: tuple[int, ...]) -> str:
    rows = ""
    for _ in range(random.choice(counts)):
        share = random.choice(header_shares)
        rows += (
            "<tr>" + "".join(_cell(random, share) for _ in range(random.choice((0, 1, 2, 3, 3)))) + "</tr>"
        )
    return rows


def _table(random: Random) -> str:
    head = f"<thead>{_rows(random, (1.0, 0.0, 0.5), (0, 1, 1, 2))}</thead>" if random.random() < 0.5 else ""
    return f"<table>{head}<tbody>{_rows(random, (0.0, 0.0, 1.0, 0.3), (0, 1, 2, 4))}</tbody></table>"


@pytest.mark.parametrize("token_efficient", [False, True])
def test_a_table_of_texts_is_written_as_if_it_were_parsed(
    monkeypatch: pytest.MonkeyPatch, token_efficient: bool
) -> None:
    random = Random(7)
    blocks = [
        Block("/page/0/Table/0", "Table", BoundingBox(0, 0, 1, 1), _table(random)) for _ in range(1_500)
    ]
    assert sum(plain_table(block.html) is not None for block in blocks) > 500
    quick = [block_markdown(block, token_efficient=token_efficient) for block in blocks]
    monkeypatch.setattr(markdown, "plain_table", lambda _: None)
    assert quick == [block_markdown(block, token_efficient=token_efficient) for block in blocks]


def test_the_rows_of_a_table_of_texts_are_read() -> None:
    html = (
        "<table><thead><tr><th>a &amp; b</th><th>c</th></tr></thead>"
        '<tbody><tr><td colspan="2">d<br/>e</td></tr><tr><td></td><td>f</td></tr></tbody></table>'
    )
    assert plain_table(html) == [
        PlainRow(["a & b", "c"], is_header=True, has_spans=False),
        PlainRow([f"d{LINE_BREAK}e"], is_header=False, has_spans=True),
        PlainRow(["", "f"], is_header=False, has_spans=False),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<table><tbody><tr><td><b>a</b></td></tr></tbody></table>",
        "<table><caption>a</caption><tbody><tr><td>a</td></tr></tbody></table>",
        "<table><tbody><tr><td>a&nbsp;b</td></tr></tbody></table>",
        "<table><tbody><tr><td>a</th></tr></tbody></table>",
        "<table><tbody><tr><td>a</td></tr></tbody></table> ",
        "<table><tr><td>a</td></tr></table>",
        "<p>a</p>",
    ],
)
def test_anything_else_is_left_to_the_parser(html: str) -> None:
    assert plain_table(html) is None
