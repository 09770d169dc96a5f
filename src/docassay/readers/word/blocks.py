"""Block-level content of a Word part: paragraphs, headings, lists, tables, text boxes, in document order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from docassay.readers.chart_data import chart_drafts
from docassay.readers.diagram_data import diagram_drafts
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import (
    Span,
    code_html,
    element,
    inline_html,
    inline_html_and_text,
    table_html,
)
from docassay.readers.joined_blocks import joined
from docassay.readers.monospace import is_monospaced, looks_like_code
from docassay.readers.nested_lists import ListEntry, nested_list
from docassay.readers.paragraphs import drafts_of_html, without_common_bold
from docassay.readers.word.inline import Content, InlineReader
from docassay.readers.word.names import (
    ALTERNATE,
    BLOCK_CONTAINERS,
    INSERTIONS,
    W_DEL,
    W_INS,
    W_P,
    W_TBL,
    W_VAL,
    W,
    chosen_alternative,
    properties_of,
)
from docassay.readers.word.numbering import Numbering, Position
from docassay.readers.word.revisions import revision_tags
from docassay.readers.word.styles import Styles, heading_level_of_outline, number_reference
from docassay.readers.word.tables import read_rows
from docassay.readers.xml import elements, integer

ALTERNATIVE_CHUNK: Final = f"{W}altChunk"
_PROPERTIES: Final = f"{W}pPr"
_STYLE: Final = f"{W}pStyle"
_OUTLINE: Final = f"{W}outlineLvl"
_NUMBER: Final = f"{W}numPr"
_RUN_PROPERTIES: Final = f"{W}rPr"

Properties = dict[str, etree._Element]
Around = tuple[tuple[str, str], ...]
ChunkReader = Callable[[etree._Element], list[Draft]]


@dataclass(slots=True)
class _Item:
    position: Position
    html: str
    image_names: list[str]


@dataclass(slots=True)
class _Open:
    """What consecutive paragraphs are being gathered into."""

    items: list[_Item] = field(default_factory=list)
    peer: Position | None = None
    """The last of ``items`` of the same level as the first."""
    code_lines: list[str] = field(default_factory=list)
    contents_lines: list[str] = field(default_factory=list)
    typed: list[tuple[Content, str | None]] = field(default_factory=list)
    """Paragraphs in a typewriter font, with their styles."""
    carried: list[Span] = field(default_factory=list)
    """The text of paragraphs whose end was deleted: it belongs to the paragraph after them."""


class BlockReader:
    """Turns body-level elements of one part into drafts.

    ``read_chunk`` gives the drafts of a ``w:altChunk`` (a part of another format put into the text).
    """

    def __init__(
        self,
        inline: InlineReader,
        styles: Styles,
        numbering: Numbering,
        images: EmbeddedImages,
        read_chunk: ChunkReader,
    ) -> None:
        self._inline = inline
        self._styles = styles
        self._numbering = numbering
        self._images = images
        self._read_chunk = read_chunk

    def read(self, parent: etree._Element, around: Around = ()) -> list[Draft]:
        """The drafts of everything inside ``parent`` (a body, a cell, a text box, a note).

        ``around`` are tags to put around all runs: those of a tracked change of a whole row.
        """
        drafts: list[Draft] = []
        gathered = _Open()
        for node, change in _body_elements(parent):
            tags = around
            if change is not None and self._inline.shows_changes:
                tags = (*around, revision_tags(change))
            if node.tag == W_P:
                self._paragraph(node, drafts, gathered, tags)
                continue
            self._close(drafts, gathered)
            drafts += self._table(node, tags) if node.tag == W_TBL else self._read_chunk(node)
        self._close(drafts, gathered)
        return drafts

    def _paragraph(self, node: etree._Element, drafts: list[Draft], gathered: _Open, around: Around) -> None:
        properties = properties_of(node.find(_PROPERTIES))
        style = properties.get(_STYLE)
        style_id = None if style is None else style.get(W_VAL)
        content = self._inline.read(node, around)
        if self._ends_in_deletion(properties) and not content.display_math:
            gathered.carried += content.spans
            content.spans = []
        elif gathered.carried:
            content.spans[:0] = gathered.carried
            gathered.carried = []
        is_empty = all(span.is_blank for span in content.spans) and not content.display_math
        if is_empty:
            # An empty paragraph is only a spacer: lists and code go on after it.
            if gathered.code_lines and self._styles.is_code(style_id):
                gathered.code_lines.append("")
            if gathered.typed:
                gathered.typed.append((content, style_id))
        elif self._styles.is_code(style_id):
            self._close(drafts, gathered, keep="code")
            gathered.code_lines.append("".join(span.text for span in content.spans))
        elif self._styles.is_contents(style_id) and self._heading_level(properties, style_id) is None:
            self._close(drafts, gathered, keep="contents")
            gathered.contents_lines.append(inline_html(content.spans))
        else:
            self._visible_paragraph(content, properties, style_id, drafts, gathered)
        if content.text_boxes or content.charts or content.diagrams:
            self._close(drafts, gathered, keep="carried")
            for chart in content.charts:
                drafts += chart_drafts(chart)
            for diagram in content.diagrams:
                drafts += diagram_drafts(diagram)
            for box in content.text_boxes:
                drafts += self.read(box)

    def _visible_paragraph(
        self,
        content: Content,
        properties: Properties,
        style_id: str | None,
        drafts: list[Draft],
        gathered: _Open,
    ) -> None:
        level = self._heading_level(properties, style_id)
        reference = number_reference(properties.get(_NUMBER))
        if reference is None or reference.number_id is None:
            inherited = self._styles.number(style_id)
            if inherited is not None:
                reference = inherited if reference is None else inherited._replace(level=reference.level)
        position = self._numbering.advance(reference, style_id) if reference else None
        html, has_text = inline_html_and_text(content.spans)
        if level is not None and has_text:
            self._close(drafts, gathered)
            spans = without_common_bold(content.spans)
            label = [Span(position.label + " ")] if position and position.label else []
            html = inline_html([*label, *spans])
            drafts.append(Draft("SectionHeader", element(f"h{level}", html), level=level))
            drafts[-1].images = self._images.named(content.image_names)
            return
        if position is not None and html:
            self._close(drafts, gathered, keep="list")
            if gathered.items and gathered.peer is not None:
                first = gathered.items[0].position
                if _starts_new_list(first, gathered.peer, position):
                    self._close(drafts, gathered)
            if not gathered.items or position.level == gathered.items[0].position.level:
                gathered.peer = position
            if position.has_own_words and position.label:
                html = inline_html([Span(position.label + " "), *content.spans])
            gathered.items.append(_Item(position, html, content.image_names))
        elif is_monospaced(content.spans):
            self._close(drafts, gathered, keep="typed")
            gathered.typed.append((content, style_id))
        else:
            self._close(drafts, gathered)
            drafts += self._block(html, has_text, content, style_id)
        if content.display_math:
            self._close(drafts, gathered)
            drafts += [Draft("Equation", element("p", math)) for math in content.display_math]

    def _block(self, html: str, has_text: bool, content: Content, style_id: str | None) -> list[Draft]:
        if self._styles.is_quotation(style_id):
            quoted = f"<blockquote><p>{html}</p></blockquote>"
            return [Draft("Text", quoted, images=self._images.used_in(html))] if html else []
        block_type = "Caption" if self._styles.is_caption(style_id) else "Text"
        return drafts_of_html(html, has_text, content.spans, self._images, block_type)

    def _ends_in_deletion(self, properties: Properties) -> bool:
        """Whether the paragraph's end is deleted, and changes are read as accepted."""
        run_properties = properties.get(_RUN_PROPERTIES)
        return (
            run_properties is not None
            and not self._inline.shows_changes
            and run_properties.find(W_DEL) is not None
        )

    def _heading_level(self, properties: Properties, style_id: str | None) -> int | None:
        node = properties.get(_OUTLINE)
        outline = None if node is None else integer(node.get(W_VAL))
        if outline is not None:
            return heading_level_of_outline(outline)
        return self._styles.heading_level(style_id)

    def _table(self, node: etree._Element, around: Around) -> list[Draft]:
        images: dict[str, bytes] = {}

        def cell_html(cell: etree._Element, row_properties: etree._Element | None) -> str:
            tags = around
            if row_properties is not None and self._inline.shows_changes:
                changes = (row_properties.find(tag) for tag in (W_INS, W_DEL))
                tags = (*around, *(revision_tags(change) for change in changes if change is not None))
            drafts = self.read(cell, tags)
            for draft in drafts:
                images.update(draft.images)
            return joined(drafts)

        rows = read_rows(node, cell_html, keeps_deleted=self._inline.shows_changes)
        if not any(cell.html for row in rows for cell in row):
            return []
        return [Draft("Table", table_html(rows), images=images)]

    def _close(self, drafts: list[Draft], gathered: _Open, keep: str = "") -> None:
        if gathered.carried and not keep:
            html = inline_html(gathered.carried)
            gathered.carried = []
            if html:
                drafts.append(Draft("Text", element("p", html)))
        if gathered.items and keep != "list":
            drafts.append(self._list(gathered.items))
            gathered.items = []
        if gathered.code_lines and keep != "code":
            text = "\n".join(gathered.code_lines).strip("\n")
            drafts.append(Draft("Code", code_html(text)))
            gathered.code_lines = []
        if gathered.typed and keep != "typed":
            drafts += self._typed(gathered.typed)
            gathered.typed = []
        if gathered.contents_lines and keep != "contents":
            lines = "".join(element("p", line) for line in gathered.contents_lines)
            drafts.append(Draft("TableOfContents", lines))
            gathered.contents_lines = []

    def _typed(self, paragraphs: list[tuple[Content, str | None]]) -> list[Draft]:
        """Paragraphs in a typewriter font: code when they look like it, else text as any other."""
        lines = ["".join(span.text for span in content.spans).rstrip() for content, _ in paragraphs]
        if any(map(looks_like_code, lines)):
            return [Draft("Code", code_html("\n".join(lines).strip("\n")))]
        drafts: list[Draft] = []
        for content, style_id in paragraphs:
            content.spans = [span._replace(code=False) for span in content.spans]
            drafts += self._block(*inline_html_and_text(content.spans), content, style_id)
        return drafts

    def _list(self, items: list[_Item]) -> Draft:
        entries = [
            ListEntry(
                level=item.position.level,
                is_ordered=item.position.is_ordered and not item.position.has_own_words,
                number=item.position.number,
                html=item.html,
                marker=item.position.marker,
            )
            for item in items
        ]
        html, top_items = nested_list(entries)
        images = self._images.named(name for item in items for name in item.image_names)
        children = [
            Draft("ListItem", element("li", inner), images=_used(images, inner)) for inner in top_items
        ]
        return Draft("ListGroup", html, children=children, images=images)


def _starts_new_list(first: Position, peer: Position, position: Position) -> bool:
    """Whether a paragraph begins another list than the one being gathered.

    ``first`` is the first paragraph of that list, ``peer`` its last one of the same level as the first.
    """
    if position.level != first.level:
        return position.level < first.level
    if peer.is_ordered != position.is_ordered:
        return True
    return position.is_ordered and position.number != peer.number + 1


def _used(images: dict[str, bytes], html: str) -> dict[str, bytes]:
    return {name: content for name, content in images.items() if f'src="{name}"' in html}


def _body_elements(
    parent: etree._Element, change: etree._Element | None = None
) -> Iterator[tuple[etree._Element, etree._Element | None]]:
    """Paragraphs, tables and chunks in order, each with the tracked insertion around it."""
    for node in elements(parent):
        tag = node.tag
        if tag in {W_P, W_TBL, ALTERNATIVE_CHUNK}:
            yield node, change
        elif tag in BLOCK_CONTAINERS:
            yield from _body_elements(node, node if tag in INSERTIONS else change)
        elif tag == ALTERNATE:
            branch = chosen_alternative(node)
            if branch is not None:
                yield from _body_elements(branch, change)
