"""Block-level content of an OpenDocument text: headings, paragraphs, lists, tables, indexes, frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import (
    Span,
    code_html,
    element,
    escape_text,
    inline_html,
    plain_text,
    table_html,
)
from docassay.readers.joined_blocks import joined
from docassay.readers.opendocument.frames import FrameReader
from docassay.readers.opendocument.inline import Content, InlineReader
from docassay.readers.opendocument.lists import ListReader, OutlineNumbers
from docassay.readers.opendocument.names import CHART, DRAW, LIST, STYLE_NAME, TABLE, TEXT, H, P
from docassay.readers.opendocument.styles import Styles
from docassay.readers.opendocument.tables import read_rows
from docassay.readers.paragraphs import paragraph_drafts, without_common_bold
from docassay.readers.xml import elements, integer

_INDEXES: Final = frozenset(
    TEXT + name
    for name in ("table-of-content", "illustration-index", "table-index", "object-index", "user-index")
)
_SECTIONS: Final = frozenset(
    {f"{TEXT}{name}" for name in ("section", "numbered-paragraph", "index-body", "bibliography")}
    | {f"{TEXT}alphabetical-index", f"{DRAW}a"}
)
_SILENT: Final = frozenset({f"{TEXT}tracked-changes", f"{TEXT}index-title-template"})
_INDEX_TITLE: Final = f"{TEXT}index-title"


@dataclass(slots=True)
class _Open:
    code_lines: list[str] = field(default_factory=list)


class BlockReader:
    """Turns body-level elements into drafts."""

    def __init__(self, styles: Styles, inline: InlineReader, frames: FrameReader) -> None:
        self._styles = styles
        self._inline = inline
        self._frames = frames
        self._images = frames.images
        self._lists = ListReader(styles, self.read)
        self._outline = OutlineNumbers(styles)

    def read(self, parent: etree._Element) -> list[Draft]:
        """The drafts of everything inside ``parent`` (a body, a cell, a text box, a note)."""
        drafts: list[Draft] = []
        gathered = _Open()
        for node in elements(parent):
            self._element(node, drafts, gathered)
        self._close(drafts, gathered)
        return drafts

    def _element(self, node: etree._Element, drafts: list[Draft], gathered: _Open) -> None:
        tag = node.tag
        if tag == P:
            self._paragraph(node, drafts, gathered)
            return
        if tag in _SILENT:
            return
        self._close(drafts, gathered)
        if tag == H:
            self._heading(node, drafts)
        elif tag == LIST:
            drafts += self._lists.read(node)
        elif tag == f"{TABLE}table":
            drafts += self.table(node)
        elif tag in _INDEXES:
            drafts += self._index(node)
        elif tag in _SECTIONS:
            if node.get(f"{TEXT}display") != "none":
                drafts += self.read(node)
        elif str(tag).startswith(DRAW):
            drafts += self.anchored(node)

    def _paragraph(self, node: etree._Element, drafts: list[Draft], gathered: _Open) -> None:
        style = node.get(STYLE_NAME)
        content = self._inline.read(node)
        if self._styles.is_code(style):
            gathered.code_lines.append("".join(span.text for span in content.spans))
        else:
            self._close(drafts, gathered)
            drafts += self._text(content, style)
        if content.anchored:
            self._close(drafts, gathered)
            for frame in content.anchored:
                drafts += self.anchored(frame)

    def _text(self, content: Content, style: str | None) -> list[Draft]:
        level = self._styles.heading_level(style)
        if level is not None and plain_text(content.spans):
            html = inline_html(without_common_bold(content.spans))
            images = self._images.used_in(html)
            return [Draft("SectionHeader", element(f"h{level}", html), level=level, images=images)]
        if self._styles.is_quotation(style):
            html = inline_html(content.spans)
            quoted = f"<blockquote><p>{html}</p></blockquote>"
            return [Draft("Text", quoted, images=self._images.used_in(html))] if html else []
        block_type = "Caption" if self._styles.is_caption(style) else "Text"
        return paragraph_drafts(content.spans, self._images, block_type)

    def _heading(self, node: etree._Element, drafts: list[Draft]) -> None:
        content = self._inline.read(node)
        if plain_text(content.spans):
            outline = min(max(integer(node.get(f"{TEXT}outline-level"), 1) or 1, 1), 10)
            is_counted = node.get(f"{TEXT}is-list-header") != "true"
            label = self._outline.label(outline) if is_counted else ""
            spans = without_common_bold(content.spans)
            spans = [Span(f"{label} "), *spans] if label else spans
            level, html = min(outline, 6), inline_html(spans)
            images = self._images.used_in(html)
            drafts.append(Draft("SectionHeader", element(f"h{level}", html), level=level, images=images))
        else:
            drafts += paragraph_drafts(content.spans, self._images)
        for frame in content.anchored:
            drafts += self.anchored(frame)

    def table(self, node: etree._Element) -> list[Draft]:
        """A table with at least one word in it."""
        images: dict[str, bytes] = {}

        def cell_html(cell: etree._Element) -> str:
            inner = self.read(cell)
            for draft in inner:
                images.update(draft.images)
            return joined(inner)

        rows = read_rows(node, cell_html)
        if not any(cell.html for row in rows for cell in row):
            return []
        return [Draft("Table", table_html(rows), images=images)]

    def anchored(self, node: etree._Element) -> list[Draft]:
        """A frame or shape as blocks."""
        if node.tag == f"{DRAW}frame":
            return self._frame(node)
        drafts: list[Draft] = []
        for child in elements(node):
            if str(child.tag).startswith(DRAW):
                drafts += self.anchored(child)
        return drafts + self.read_own(node)

    def read_own(self, shape: etree._Element) -> list[Draft]:
        """The paragraphs and lists written on a shape itself."""
        drafts: list[Draft] = []
        gathered = _Open()
        for child in elements(shape):
            if child.tag in {P, H, LIST}:
                self._element(child, drafts, gathered)
        self._close(drafts, gathered)
        return drafts

    def _frame(self, frame: etree._Element) -> list[Draft]:
        formula = self._frames.formula(frame)
        if formula is not None:
            html = f'<p><math display="block">{escape_text(formula)}</math></p>'
            return [Draft("Equation", html)] if formula else []
        chart = self._frames.chart(frame)
        if chart is not None:
            return self._chart(chart)
        box = frame.find(f"{DRAW}text-box")
        if box is not None:
            return self.read(box)
        table = frame.find(f"{TABLE}table")
        return self.table(table) if table is not None else self._frames.picture_draft(frame)

    def _chart(self, chart: etree._Element) -> list[Draft]:
        """The title as ``Caption`` and the chart's own table of values."""
        title = chart.find(f"{CHART}title")
        drafts = [] if title is None else self.read(title)
        for draft in drafts:
            draft.block_type = "Caption"
        table = chart.find(f"{TABLE}table")
        return drafts if table is None else [*drafts, *self.table(table)]

    def _index(self, node: etree._Element) -> list[Draft]:
        """The heading of an index as it stands, its lines as one ``TableOfContents``."""
        body = node.find(f"{TEXT}index-body")
        drafts: list[Draft] = []
        lines = ""
        for child in () if body is None else elements(body):
            if child.tag == _INDEX_TITLE:
                html = joined(self.read(child))
                drafts += [Draft("SectionHeader", element("h1", html), level=1)] if html else []
            elif child.tag == P:
                line = inline_html(self._inline.read(child).spans)
                lines += element("p", line) if line else ""
        return [*drafts, Draft("TableOfContents", lines)] if lines else drafts

    @staticmethod
    def _close(drafts: list[Draft], gathered: _Open) -> None:
        text = "\n".join(gathered.code_lines).strip("\n")
        if text:
            drafts.append(Draft("Code", code_html(text)))
        gathered.code_lines.clear()
