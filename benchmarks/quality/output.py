"""What an engine wrote, as the measures need it: text blocks, tables and formulas in reading order.

Every engine goes through here in the same way: html as it is, markdown rendered to html first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from lxml import etree
from markdown_it import MarkdownIt

from docassay.checks.metrics.latex_symbols import plain_text, structured_symbols
from docassay.checks.metrics.table_cells import ComparableTable, comparable_grid
from docassay.documents.html_fragment import (
    BLOCK_TAGS,
    HIDDEN_TAGS,
    parse_fragment,
    tag_of,
    text_of_element,
)
from docassay.documents.tables import table_grids

MAX_DEPTH: Final = 200

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_CODE: Final = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[ \t]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_FORMULA: Final = re.compile(
    r"\$\$(?P<display>.+?)\$\$"
    r"|\\\[(?P<bracketed>.+?)\\\]"
    r"|\\\((?P<parenthesised>[^\n]+?)\\\)"
    r"|(?<![\\$\w])\$(?P<inline>[^\s$](?:[^$\n]*[^\s$\\])?)\$(?![\d$])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class TableBox:
    """Where an engine says a table is: 0-based page, points, origin at the bottom left."""

    page_index: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Output:
    """A converted document.

    ``blocks`` are the texts of paragraphs, headings, list items and the like in order, formulas in them as
    the characters that they show, tables left out. ``formulas`` are the symbol sequences of what is marked as
    a formula. ``boxes`` is None when the engine tells no places.
    """

    blocks: tuple[str, ...] = ()
    tables: tuple[ComparableTable, ...] = ()
    formulas: tuple[tuple[str, ...], ...] = ()
    boxes: tuple[TableBox, ...] | None = None

    @property
    def text(self) -> str:
        """All blocks in order."""
        return "\n".join(self.blocks)

    @property
    def is_empty(self) -> bool:
        """Whether there is neither text nor a table."""
        return not (self.blocks or self.tables)


def markdown_html(markdown: str) -> str:
    """Markdown with GFM tables, embedded html and LaTeX between dollars as html with ``<math>``."""
    formulas: list[str] = []

    def marked(match: re.Match[str]) -> str:
        latex = next(filter(None, match.groups()))
        is_display = match["display"] is not None or match["bracketed"] is not None
        opening = '<math display="block">' if is_display else "<math>"
        formulas.append(f"{opening}{escape(latex.strip())}</math>")
        return f"\ue000{len(formulas) - 1}\ue001"

    pieces: list[str] = []
    position = 0
    for code in _CODE.finditer(markdown):
        pieces += [_FORMULA.sub(marked, markdown[position : code.start()]), code[0]]
        position = code.end()
    pieces.append(_FORMULA.sub(marked, markdown[position:]))
    html: str = _MARKDOWN.render("".join(pieces))
    return re.sub("\ue000(\\d+)\ue001", lambda match: formulas[int(match[1])], html)


def read_html(html: str, boxes: tuple[TableBox, ...] | None = None) -> Output:
    """Blocks, tables and formulas of an html page."""
    root = parse_fragment(html)
    formulas = [_show_as_text(element) for element in root.iter("math")]
    reader = _Reader()
    reader.read(root, 0)
    reader.end_block()
    return Output(
        blocks=tuple(reader.blocks),
        tables=tuple(reader.tables),
        formulas=tuple(symbols for symbols in formulas if symbols),
        boxes=boxes,
    )


def _show_as_text(math: etree._Element) -> tuple[str, ...]:
    """Put the characters that a formula shows in its place; the symbols of its LaTeX."""
    annotation = next((each for each in math.iter("annotation")), None)
    latex = (annotation.text if annotation is not None else None) or "".join(math.itertext())
    for child in list(math):
        math.remove(child)
    math.text = plain_text(latex)
    return tuple(structured_symbols(latex))


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.tables: list[ComparableTable] = []
        self._inline: list[str] = []

    def read(self, element: etree._Element, depth: int) -> None:
        """What is in one element that may hold blocks; ``end_block`` ends the last one."""
        self._inline.append(element.text or "")
        for child in element:
            self._child(child, depth)
            self._inline.append(child.tail or "")

    def _child(self, child: etree._Element, depth: int) -> None:
        tag = tag_of(child)
        if tag in HIDDEN_TAGS or not tag:
            return
        if tag == "table":
            self.end_block()
            self._table(child)
        elif tag == "pre" or depth > MAX_DEPTH:
            self.end_block()
            self._inline.append(text_of_element(child))
            self.end_block()
        elif tag in BLOCK_TAGS:
            self.end_block()
            self.read(child, depth + 1)
            self.end_block()
        elif tag == "br":
            self._inline.append(" ")
        elif any(tag_of(inner) in BLOCK_TAGS for inner in child.iterdescendants()):
            self.read(child, depth + 1)
        else:
            self._inline.append(_inline_text(child))

    def end_block(self) -> None:
        """Close the block of what was read since the last one."""
        text = " ".join("".join(self._inline).split())
        self._inline.clear()
        if text:
            self.blocks.append(text)

    def _table(self, element: etree._Element) -> None:
        tail, element.tail = element.tail, None
        html = etree.tostring(element, encoding="unicode", method="html")
        element.tail = tail
        for grid in table_grids(html):
            table = comparable_grid(grid)
            if table is not None:
                self.tables.append(table)


def _inline_text(element: etree._Element) -> str:
    """The text of an inline element with the white space at its ends."""

    def pieces(node: etree._Element) -> Iterator[str]:
        if tag_of(node) == "br":
            yield " "
        if tag_of(node) not in HIDDEN_TAGS:
            yield node.text or ""
            for child in node:
                yield from pieces(child)
                yield child.tail or ""

    return "".join(pieces(element))
