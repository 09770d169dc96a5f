"""The content of a Word paragraph: formatted runs, links, note and comment marks, pictures, text boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.fragments import Span, image_html, safe_link
from docassay.readers.monospace import is_typewriter_font
from docassay.readers.office_math import math_html
from docassay.readers.open_package import RELATIONSHIP_EMBED, RELATIONSHIP_ID, OpenPackage, Part
from docassay.readers.review import Comment, Tags
from docassay.readers.symbol_fonts import symbol_character
from docassay.readers.word.drawings import Drawn, alternative_text_of, drawn_things
from docassay.readers.word.fields import FieldStack
from docassay.readers.word.names import (
    ALTERNATE,
    DELETIONS,
    INSERTIONS,
    W_ID,
    W_R,
    W_T,
    W_VAL,
    M,
    W,
    chosen_alternative,
    is_set,
)
from docassay.readers.word.numbering import roman_numeral
from docassay.readers.word.revisions import revision_tags
from docassay.readers.word.styles import Styles

_HYPERLINK: Final = f"{W}hyperlink"
_RUN_PROPERTIES: Final = f"{W}rPr"
_CONTAINERS: Final = frozenset(
    W + name
    for name in ("sdt", "smartTag", "customXml", "sdtContent", "fldSimple", "dir", "bdo", "rubyBase", "rt")
)
_CHARACTERS: Final = {
    f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011", f"{W}softHyphen": "",
}  # fmt: skip
_NOTE_MARKS: Final = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_DRAWINGS: Final = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_COMMENT_EDGES: Final = frozenset({f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference"})
_MAX_OPEN_COMMENTS: Final = 20


@dataclass(slots=True)
class Content:
    """What a paragraph holds: its runs, the pictures used in them, and what is anchored in it."""

    spans: list[Span] = field(default_factory=list)
    image_names: list[str] = field(default_factory=list)
    text_boxes: list[etree._Element] = field(default_factory=list)
    display_math: list[str] = field(default_factory=list)
    charts: list[etree._Element] = field(default_factory=list)
    diagrams: list[etree._Element] = field(default_factory=list)


@dataclass(slots=True)
class Notes:
    """Footnotes and endnotes by id, numbered in the order of their marks; comments in that order too."""

    footnotes: dict[str, int] = field(default_factory=dict)
    endnotes: dict[str, int] = field(default_factory=dict)
    comments: Mapping[str, Comment] = field(default_factory=dict)
    marked_comments: dict[str, Comment] = field(default_factory=dict)

    def mark(self, kind: str, note_id: str) -> str:
        """The number shown for a note: 1, 2, ... for footnotes, i, ii, ... for endnotes."""
        ids = self.footnotes if kind == "footnote" else self.endnotes
        number = ids.setdefault(note_id, len(ids) + 1)
        return str(number) if kind == "footnote" else roman_numeral(number)


class InlineReader:
    """Reads paragraphs of one part (the body, a header, the notes).

    Without ``shows_changes`` the text is read with all tracked changes accepted, and comments leave a mark.
    With it inserted and deleted runs are marked up, and comments stand around what they are about.
    """

    def __init__(
        self,
        package: OpenPackage,
        part: Part,
        styles: Styles,
        images: EmbeddedImages,
        notes: Notes,
        *,
        shows_changes: bool = False,
    ) -> None:
        self._package = package
        self._part = part
        self._styles = styles
        self._images = images
        self._notes = notes
        self.shows_changes = shows_changes
        # Fields and comments may begin in one paragraph and end in another.
        self._fields = FieldStack()
        self._open_comments: dict[str, Tags] = {}
        self._ranged_comments: set[str] = set()
        self._changes: list[tuple[str, str]] = []
        self._around: tuple[tuple[str, str], ...] = ()

    def read(self, paragraph: etree._Element, around: tuple[tuple[str, str], ...] = ()) -> Content:
        """The paragraph's content; ``around`` are tags of a change that the whole paragraph is part of."""
        content = Content()
        self._changes = list(around)
        self._set_around()
        self._walk(paragraph, content, None)
        return content

    def _walk(self, parent: etree._Element, content: Content, href: str | None) -> None:
        for node in parent:
            tag = node.tag
            if tag == W_R:
                self._run(node, content, href)
            elif tag == _HYPERLINK:
                relationship = self._part.relationships.get(node.get(RELATIONSHIP_ID) or "")
                target = relationship.target if relationship and relationship.is_external else None
                self._walk(node, content, safe_link(target) or href)
            elif tag in _CONTAINERS:
                self._walk(node, content, href)
            elif tag in INSERTIONS or tag in DELETIONS:
                self._change(node, content, href)
            elif tag == f"{M}oMathPara":
                self._math_paragraph(node, content)
            elif tag == f"{M}oMath":
                if html := math_html(node, is_display=False):
                    content.spans.append(Span("", raw=html, around=self._around))
            elif tag in _COMMENT_EDGES:
                self._comment(node, content)
            elif tag == ALTERNATE:
                branch = chosen_alternative(node)
                if branch is not None:
                    self._walk(branch, content, href)

    def _change(self, node: etree._Element, content: Content, href: str | None) -> None:
        if not self.shows_changes:
            if node.tag in INSERTIONS:
                self._walk(node, content, href)
            return
        self._changes.append(revision_tags(node))
        self._set_around()
        self._walk(node, content, href)
        self._changes.pop()
        self._set_around()

    def _set_around(self) -> None:
        self._around = (*self._open_comments.values(), *self._changes)

    def _math_paragraph(self, node: etree._Element, content: Content) -> None:
        for equation in node.iterfind(f"{M}oMath"):
            if html := math_html(equation, is_display=True):
                content.display_math.append(html)

    def _run(self, run: etree._Element, content: Content, href: str | None) -> None:
        template = None
        for node in run:
            tag = node.tag
            if tag == _RUN_PROPERTIES:
                template = self._format(node, href)
                if template is None:
                    return
                continue
            if template is None:
                template = Span("", href=href, around=self._around)
            if tag == W_T or tag == f"{W}delText":
                self._text(node.text or "", template, content)
            elif tag in _CHARACTERS:
                self._text(_CHARACTERS[tag], template, content)
            elif tag == f"{W}br":
                self._text(" " if node.get(f"{W}type") in {"page", "column"} else "\n", template, content)
            elif tag == f"{W}fldChar":
                shown = self._fields.character(node)
                if shown:
                    self._text(shown, template, content)
            elif tag == f"{W}instrText":
                self._fields.instruct(node.text or "")
            elif tag in _NOTE_MARKS:
                if node.get(f"{W}customMarkFollows") not in {"1", "true", "on"}:
                    mark = self._notes.mark(_NOTE_MARKS[tag], node.get(W_ID) or "")
                    content.spans.append(Span(mark, superscript=True, around=self._around))
            elif tag in _COMMENT_EDGES:
                self._comment(node, content)
            elif tag in _DRAWINGS:
                self._drawing(node, content, href)
            elif tag == f"{W}sym":
                self._text(_symbol(node), template, content)
            elif tag == ALTERNATE:
                branch = chosen_alternative(node)
                if branch is not None:
                    self._drawing(branch, content, href)
            elif tag == f"{W}ruby":
                self._ruby(node, content, href)

    def _ruby(self, node: etree._Element, content: Content, href: str | None) -> None:
        """The base text, then its reading in parentheses."""
        base, reading = node.find(f"{W}rubyBase"), node.find(f"{W}rt")
        if base is not None:
            self._walk(base, content, href)
        if reading is not None and "".join(map(str, reading.itertext())).strip():
            content.spans.append(Span("("))
            self._walk(reading, content, href)
            content.spans.append(Span(")"))

    def _format(self, properties: etree._Element, href: str | None) -> Span | None:
        """The run's format as a span without text; None for hidden text."""
        style_id = vertical = None
        bold: bool | None = None
        italic: bool | None = None
        underline = strike = is_code = False
        for node in properties:
            tag = node.tag
            if tag == f"{W}b":
                bold = is_set(node)
            elif tag == f"{W}i":
                italic = is_set(node)
            elif tag == f"{W}u":
                underline = is_set(node)
            elif tag in {f"{W}strike", f"{W}dstrike"}:
                strike = strike or is_set(node)
            elif tag == f"{W}vertAlign":
                vertical = node.get(W_VAL)
            elif tag == f"{W}rStyle":
                style_id = node.get(W_VAL)
            elif tag == f"{W}rFonts":
                is_code = is_typewriter_font(node.get(f"{W}ascii"))
            elif tag == f"{W}vanish" and is_set(node):
                return None
        if style_id is not None:
            style_bold, style_italic = self._styles.character_format(style_id)
            bold = style_bold if bold is None else bold
            italic = style_italic if italic is None else italic
            is_code = is_code or self._styles.is_code_run(style_id)
        return Span(
            "",
            code=is_code,
            superscript=vertical == "superscript",
            subscript=vertical == "subscript",
            strike=strike,
            underline=underline and href is None,
            italic=bool(italic),
            bold=bool(bold),
            href=href,
            around=self._around,
        )

    def _text(self, text: str, template: Span, content: Content) -> None:
        if self._fields:
            if self._fields.is_in_instruction:
                return
            if template.href is None and (href := self._fields.link()):
                template = template._replace(href=href, underline=False)
        content.spans.append(template.with_text(text))

    def _comment(self, node: etree._Element, content: Content) -> None:
        comment_id = node.get(W_ID) or ""
        comment = self._notes.comments.get(comment_id)
        if comment is None:
            return
        if node.tag == f"{W}commentReference":
            is_new = comment_id not in self._notes.marked_comments
            self._notes.marked_comments.setdefault(comment_id, comment)
            if not self.shows_changes:
                content.spans.append(Span(f"[{comment.mark}]", superscript=True))
            elif is_new and comment_id not in self._ranged_comments:
                content.spans.append(Span("", raw="".join(comment.tags)))
            return
        if not self.shows_changes:
            return
        if node.tag == f"{W}commentRangeEnd":
            self._open_comments.pop(comment_id, None)
        elif len(self._open_comments) < _MAX_OPEN_COMMENTS:
            self._open_comments[comment_id] = comment.tags
            self._ranged_comments.add(comment_id)
        self._set_around()

    def _drawing(self, node: etree._Element, content: Content, href: str | None) -> None:
        alternative_text = alternative_text_of(node)
        for kind, found in drawn_things(node):
            if kind is Drawn.TEXT_BOX:
                content.text_boxes.append(found)
            elif kind is Drawn.CHART:
                part = self._package.internal_part(self._part, found.get(RELATIONSHIP_ID))
                content.charts += [] if part is None else [part.root]
            elif kind is Drawn.DIAGRAM:
                part = self._package.internal_part(self._part, found.get(f"{RELATIONSHIP_ID[:-2]}dm"))
                content.diagrams += [] if part is None else [part.root]
            else:
                relationship_id = found.get(RELATIONSHIP_EMBED if kind is Drawn.PICTURE else RELATIONSHIP_ID)
                if kind is Drawn.VML_PICTURE and not alternative_text:
                    parent = found.getparent()
                    alternative_text = "" if parent is None else parent.get("alt") or ""
                name = self._images.add(self._package.image(self._part, relationship_id))
                if name is not None:
                    content.image_names.append(name)
                html = image_html(name, alternative_text)
                content.spans.append(Span("", raw=html, href=href, around=self._around))


def _symbol(node: etree._Element) -> str:
    try:
        code = int(node.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    return symbol_character(code, node.get(f"{W}font") or "")
