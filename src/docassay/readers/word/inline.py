"""The content of a Word paragraph: formatted runs, links, notes marks, pictures and text boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from docassay.readers.chart_data import C
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.fragments import Span, image_html, safe_link
from docassay.readers.office_math import math_html
from docassay.readers.open_package import RELATIONSHIP_EMBED, RELATIONSHIP_ID, OpenPackage, Part
from docassay.readers.word.names import (
    MC,
    WP,
    A,
    M,
    V,
    W,
    chosen_alternative,
    is_on,
    value,
)
from docassay.readers.word.numbering import roman_numeral
from docassay.readers.word.styles import Styles
from docassay.readers.xml import elements

_HYPERLINK_FIELD: Final = re.compile(r'^\s*HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]+)"', re.IGNORECASE)
_CONTAINERS: Final = frozenset(
    {
        W + name
        for name in ("ins", "moveTo", "sdt", "smartTag", "customXml", "sdtContent", "fldSimple", "dir", "bdo")
    }
    | {W + name for name in ("ruby", "rt", "rubyBase", "hyperlink")}
)
_CHARACTERS: Final = {
    f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011", f"{W}softHyphen": "",
}  # fmt: skip
_SYMBOL_FONTS: Final = {
    0xF0A8: "☐", 0xF06F: "☐", 0xF071: "☐", 0xF0FE: "☒", 0xF0FD: "☒", 0xF0FC: "✓", 0xF0FB: "✗", 0xF0B7: "•",
    0xF0A7: "▪", 0xF0E0: "→", 0xF0DF: "←", 0xF0D8: "➢", 0xF0B0: "°", 0xF0B1: "±", 0xF0B3: "≥", 0xF0A3: "≤",
    0xF061: "α", 0xF062: "β", 0xF067: "γ", 0xF064: "δ", 0xF06D: "μ", 0xF070: "π", 0xF073: "σ", 0xF057: "Ω",
    0xF044: "Δ", 0xF053: "Σ",
}  # fmt: skip
"""Private-use characters of Symbol and Wingdings that documents really use."""


@dataclass(slots=True)
class Content:
    """What a paragraph holds: its runs, the pictures used in them, and the text boxes anchored in it."""

    spans: list[Span] = field(default_factory=list)
    image_names: list[str] = field(default_factory=list)
    text_boxes: list[etree._Element] = field(default_factory=list)
    display_math: list[str] = field(default_factory=list)
    charts: list[etree._Element] = field(default_factory=list)


@dataclass(slots=True)
class Notes:
    """Footnotes and endnotes by id, numbered in the order of their marks."""

    footnotes: dict[str, int] = field(default_factory=dict)
    endnotes: dict[str, int] = field(default_factory=dict)

    def mark(self, kind: str, note_id: str) -> str:
        """The number shown for a note: 1, 2, ... for footnotes, i, ii, ... for endnotes."""
        ids = self.footnotes if kind == "footnote" else self.endnotes
        number = ids.setdefault(note_id, len(ids) + 1)
        return str(number) if kind == "footnote" else roman_numeral(number)


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    is_in_result: bool = False


class InlineReader:
    """Reads paragraphs of one part (the body, a header, the notes)."""

    def __init__(
        self, package: OpenPackage, part: Part, styles: Styles, images: EmbeddedImages, notes: Notes
    ) -> None:
        self._package = package
        self._part = part
        self._styles = styles
        self._images = images
        self._notes = notes
        # Fields may begin in one paragraph and end in another.
        self._fields: list[_Field] = []

    def read(self, paragraph: etree._Element) -> Content:
        """The paragraph's content as it is with all tracked changes accepted (deleted runs are not read)."""
        content = Content()
        self._walk(paragraph, content, None)
        return content

    def _walk(self, parent: etree._Element, content: Content, href: str | None) -> None:
        for node in elements(parent):
            tag = node.tag
            if tag == f"{W}r":
                self._run(node, content, href)
            elif tag == f"{W}hyperlink":
                relationship = self._part.relationships.get(node.get(RELATIONSHIP_ID) or "")
                target = relationship.target if relationship and relationship.is_external else None
                self._walk(node, content, safe_link(target) or href)
            elif tag in _CONTAINERS:
                self._walk(node, content, href)
            elif tag == f"{M}oMathPara":
                self._math_paragraph(node, content)
            elif tag == f"{M}oMath":
                if html := math_html(node, is_display=False):
                    content.spans.append(Span("", raw=html))
            elif tag == f"{MC}AlternateContent":
                branch = chosen_alternative(node)
                if branch is not None:
                    self._walk(branch, content, href)

    def _math_paragraph(self, node: etree._Element, content: Content) -> None:
        for equation in node.iterfind(f"{M}oMath"):
            if html := math_html(equation, is_display=True):
                content.display_math.append(html)

    def _run(self, run: etree._Element, content: Content, href: str | None) -> None:
        properties = run.find(f"{W}rPr")
        if is_on(properties, "vanish"):
            return
        template = self._format(properties, href)
        for node in elements(run):
            tag = node.tag
            if tag == f"{W}t":
                self._text(node.text or "", template, content)
            elif tag == f"{W}br":
                self._text(" " if node.get(f"{W}type") in {"page", "column"} else "\n", template, content)
            elif tag in _CHARACTERS:
                self._text(_CHARACTERS[tag], template, content)
            elif tag == f"{W}sym":
                self._text(_symbol(node), template, content)
            elif tag == f"{W}fldChar":
                self._field_character(node.get(f"{W}fldCharType"))
            elif tag == f"{W}instrText":
                if self._fields and not self._fields[-1].is_in_result:
                    self._fields[-1].instruction += node.text or ""
            elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                self._note_mark(node, content)
            elif tag in {f"{W}drawing", f"{W}pict", f"{W}object"}:
                self._drawing(node, content)
            elif tag == f"{MC}AlternateContent":
                branch = chosen_alternative(node)
                if branch is not None:
                    self._drawing(branch, content)
            elif tag == f"{W}ruby":
                self._walk(node, content, href)

    def _format(self, properties: etree._Element | None, href: str | None) -> Span:
        if properties is None:
            return Span("", href=href)
        style_id = value(properties, "rStyle")
        style_bold, style_italic = self._styles.character_format(style_id)
        bold, italic = is_on(properties, "b"), is_on(properties, "i")
        vertical = value(properties, "vertAlign")
        return Span(
            "",
            bold=style_bold if bold is None else bold,
            italic=style_italic if italic is None else italic,
            underline=bool(is_on(properties, "u")) and href is None,
            strike=bool(is_on(properties, "strike") or is_on(properties, "dstrike")),
            code=self._styles.is_code_run(style_id),
            superscript=vertical == "superscript",
            subscript=vertical == "subscript",
            href=href,
        )

    def _text(self, text: str, template: Span, content: Content) -> None:
        if any(not field_.is_in_result for field_ in self._fields):
            return
        if template.href is None and (href := self._field_link()):
            template = replace(template, href=href, underline=False)
        content.spans.append(replace(template, text=text))

    def _field_character(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].is_in_result = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _field_link(self) -> str | None:
        for field_ in reversed(self._fields):
            match = _HYPERLINK_FIELD.match(field_.instruction)
            if match:
                return safe_link(match[1])
        return None

    def _note_mark(self, node: etree._Element, content: Content) -> None:
        if node.get(f"{W}customMarkFollows") in {"1", "true", "on"}:
            return
        kind = "footnote" if node.tag == f"{W}footnoteReference" else "endnote"
        mark = self._notes.mark(kind, node.get(f"{W}id") or "")
        content.spans.append(Span(mark, superscript=True))

    def _drawing(self, node: etree._Element, content: Content) -> None:
        alternative_text = _alternative_text(node)
        for found in _pictures_and_boxes(node):
            if found.tag == f"{W}txbxContent":
                content.text_boxes.append(found)
                continue
            if found.tag == f"{C}chart":
                part = self._package.internal_part(self._part, found.get(RELATIONSHIP_ID))
                content.charts += [] if part is None else [part.root]
                continue
            if found.tag == f"{A}blip":
                relationship_id = found.get(RELATIONSHIP_EMBED)
            else:
                relationship_id = found.get(RELATIONSHIP_ID)
                alternative_text = alternative_text or found.getparent().get("alt", "")  # type: ignore[union-attr]
            name = self._images.add(self._package.image(self._part, relationship_id))
            if name is not None:
                content.image_names.append(name)
            content.spans.append(Span("", raw=image_html(name, alternative_text)))


def _pictures_and_boxes(node: etree._Element) -> Iterator[etree._Element]:
    """Pictures, charts and text boxes inside a drawing; those inside a text box belong to the box."""
    if node.tag in {f"{W}txbxContent", f"{A}blip", f"{V}imagedata", f"{C}chart"}:
        yield node
    elif node.tag == f"{MC}AlternateContent":
        branch = chosen_alternative(node)
        if branch is not None:
            yield from _pictures_and_boxes(branch)
    else:
        for child in elements(node):
            yield from _pictures_and_boxes(child)


def _alternative_text(node: etree._Element) -> str:
    properties = next(node.iter(f"{WP}docPr"), None)
    if properties is None:
        return ""
    return properties.get("descr") or properties.get("title") or ""


def _symbol(node: etree._Element) -> str:
    try:
        code = int(node.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    if 0xE000 <= code <= 0xF8FF:
        return _SYMBOL_FONTS.get(code, "")
    return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code < 0x110000 else ""
