"""Markdown and HTML texts to the block model: what people wrote as expected, what another tool gave out.

Markdown is GitHub's (CommonMark with tables and struck text, HTML inside of it) with formulas between ``$``,
``$$``, ``\\(``, ``\\[`` or as LaTeX environments. A text that this product paginated is read page by page.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from docassay.documents.model import Document, Page
from docassay.documents.rendering.markdown import PAGE_RULE
from docassay.errors import DocumentFailure
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import flow_page
from docassay.readers.fragments import escape_text
from docassay.readers.html_blocks import HtmlBlocks
from docassay.readers.visible_html import parse_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from docassay.documents.expected import Expected, TextFormat

_BETWEEN_TAGS: Final = re.compile(
    r"(?<![\\$\d])\$(?![\s$])([^$<>\n]{1,2000}?)(?<![\s\\])\$(?![\d$])|\\\(([^<>\n]{1,2000}?)\\\)"
)
"""A formula in the text of HTML; no dollar sign before a blank or a digit ends one, as in ``$5 to $6``."""
_PAGE_MARK: Final = re.compile(r"(?:^|\n)[ \t]*\{(\d{1,7})\}" + re.escape(PAGE_RULE) + r"[ \t]*(?:\n|$)")


def expected_document(expected: Expected) -> Document | None:
    """The expected text in the block model, None when no text was given.

    Texts of pages become pages with their indexes, as does a whole text with page separators; any other is
    one page of a document that is not paginated. Raises DocumentFailure when an HTML text cannot be parsed.
    """
    pages = expected.page_texts
    if pages:
        read = [_page(pages[index].text, pages[index].format, index) for index in sorted(pages)]
        return Document(pages=tuple(read), source_page_count=read[-1].index + 1)
    whole = expected.document_text
    return None if whole is None else read_marked_text(whole.text, whole.format)


def read_marked_text(text: str, text_format: TextFormat) -> Document:
    """A whole text in the block model, boxes nominal. Raises DocumentFailure when it cannot be parsed.

    Page separators as ``to_markdown`` writes them make the document paginated; text before the first belongs
    to its page, and of pages with one index the texts are joined.
    """
    marks = list(_PAGE_MARK.finditer(text)) if text_format == "markdown" else []
    if not marks:
        return Document(pages=(_page(text, text_format, 0),), source_page_count=1, is_paginated=False)
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    parts: dict[int, list[str]] = {int(marks[0][1]): [text[: marks[0].start()]]}
    for mark, end in zip(marks, ends, strict=True):
        parts.setdefault(int(mark[1]), []).append(text[mark.end() : end])
    pages = tuple(_page("\n\n".join(parts[index]), text_format, index) for index in sorted(parts))
    return Document(pages=pages, source_page_count=pages[-1].index + 1)


def _page(text: str, text_format: TextFormat, index: int) -> Page:
    html = _with_formulas(text) if text_format == "html" else _markdown_parser().render(text)
    if not html.strip():
        return flow_page(index, [])
    try:
        root = parse_html(html.encode(), "The text")
    except DocumentFailure as failure:
        if failure.code == "empty":
            return flow_page(index, [])
        raise
    return flow_page(index, HtmlBlocks(EmbeddedImages(is_enabled=False), keep_navigation=True).read(root))


def _with_formulas(html: str) -> str:
    return _BETWEEN_TAGS.sub(lambda match: f"<math>{match[1] or match[2]}</math>", html)


@cache
def _markdown_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.texmath import texmath_plugin

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    texmath_plugin(parser, delimiters="brackets")
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    amsmath_plugin(parser)
    for rule in ("math_inline", "math_single"):
        parser.add_render_rule(rule, _inline_formula)
    for rule in ("math_inline_double", "math_block", "math_block_label", "math_block_eqno", "amsmath"):
        parser.add_render_rule(rule, _displayed_formula)
    parser.add_render_rule("html_block", _html_block)
    parser.inline.ruler.before("escape", "math_bracket", _bracketed_formula)
    return parser


def _bracketed_formula(state: StateInline, silent: bool) -> bool:
    """``\\[ ... \\]`` inside of a paragraph."""
    if not state.src.startswith("\\[", state.pos):
        return False
    end = state.src.find("\\]", state.pos + 2, state.posMax)
    if end < 0:
        return False
    if not silent:
        state.push("math_inline_double", "", 0).content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _html_block(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return _with_formulas(tokens[index].content)


def _inline_formula(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f"<math>{escape_text(tokens[index].content.strip())}</math>"


def _displayed_formula(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<math display="block">{escape_text(tokens[index].content.strip())}</math>\n'
