"""Paragraph and character styles: what a style makes of a paragraph, through inheritance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from lxml import etree

from docassay.readers.word.names import W, is_on, value
from docassay.readers.xml import integer

_HEADING: Final = re.compile(
    r"(?:heading|überschrift|berschrift|titre|título|ttulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek|"
    r"nagwek|nadpis|заголовок|επικεφαλίδα|επικεφαλιδα|başlık|balk|titlu|címsor|标题|標題|見出し|제목)"
    r"[ _-]?([1-9])"
)
"""Word keeps built-in names in English; other programs write them, or only ids, in the user's language."""

_NAMED_LEVELS: Final = {
    "title": 1, "titel": 1, "toc heading": 1, "contents heading": 1, "subtitle": 2, "untertitel": 2,
}  # fmt: skip
_CODE_NAMES: Final = frozenset(
    {
        "code", "source code", "code block", "html preformatted", "preformatted text", "macro", "macro text",
        "plain text", "listing", "preformatted",
    }
)  # fmt: skip
_CODE_RUN_NAMES: Final = frozenset(
    {
        "verbatim char", "source code char", "html code", "inline code", "code char", "source text",
        "html keyboard", "html sample",
    }
)  # fmt: skip
_CAPTION_NAMES: Final = frozenset(
    {
        "caption", "beschriftung", "légende", "didascalia", "leyenda", "legenda", "bijschrift",
        "image caption", "table caption", "captioned figure",
    }
)  # fmt: skip
_QUOTATION_NAMES: Final = frozenset({"quote", "intense quote", "block text", "quotations", "block quotation"})
_CONTENTS: Final = re.compile(r"(?:toc|contents) ?[1-9]|table of figures|figure index [1-9]")
_MAX_ANCESTORS: Final = 32
BODY_TEXT_OUTLINE_LEVEL: Final = 9


_UNUSED_STYLES: Final = (b'<w:style w:type="table"', b"<w:latentStyles")
_ENDS: Final = {_UNUSED_STYLES[0]: b"</w:style>", _UNUSED_STYLES[1]: b"</w:latentStyles>"}


class NumberReference(NamedTuple):
    """``w:numPr``: a list and a level in it; None for what is left to inheritance."""

    number_id: int | None
    level: int | None


@dataclass(frozen=True, slots=True)
class Style:
    """One style as written; inherited values are looked up through ``Styles``."""

    id: str
    name: str
    based_on: str | None
    outline_level: int | None
    number: NumberReference | None
    is_bold: bool | None
    is_italic: bool | None


class Styles:
    """The styles of a document by id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._nodes: dict[str, etree._Element] = {}
        self._parsed: dict[str, Style] = {}
        self._levels: dict[str | None, int | None] = {}
        self._formats: dict[str, tuple[bool, bool]] = {}
        self._numbers: dict[str | None, NumberReference | None] = {}
        self._default_paragraph: str | None = None
        for node in () if root is None else root.iterchildren(f"{W}style"):
            style_id = node.get(f"{W}styleId") or ""
            self._nodes[style_id] = node
            if node.get(f"{W}default") in {"1", "true", "on"} and node.get(f"{W}type") == "paragraph":
                self._default_paragraph = style_id

    def _style(self, style_id: str) -> Style | None:
        """The style, parsed when it is first asked for: most of a file's styles are never used."""
        style = self._parsed.get(style_id)
        if style is None and style_id in self._nodes:
            style = self._parsed[style_id] = _parsed(self._nodes[style_id])
        return style

    def lineage(self, style_id: str | None) -> Iterator[Style]:
        """The style and those that it is based on, nearest first."""
        current = style_id if style_id is not None else self._default_paragraph
        seen: set[str] = set()
        while current and current not in seen and len(seen) < _MAX_ANCESTORS:
            seen.add(current)
            style = self._style(current)
            if style is None:
                return
            yield style
            current = style.based_on

    def name(self, style_id: str | None) -> str:
        """The style's lower-case name; the id itself when it is not defined."""
        style = self._style(style_id or "")
        return style.name if style else (style_id or "").lower()

    def heading_level(self, style_id: str | None) -> int | None:
        """1-6 when the style makes a heading (``Title`` is 1, ``Subtitle`` 2), else None."""
        if style_id not in self._levels:
            self._levels[style_id] = self._heading_level(style_id)
        return self._levels[style_id]

    def _heading_level(self, style_id: str | None) -> int | None:
        if style_id is not None and style_id not in self._nodes:
            return _level_by_name(style_id.lower())
        for style in self.lineage(style_id):
            level = _level_by_name(style.name)
            if level is not None:
                return level
            if style.outline_level is not None:
                return heading_level_of_outline(style.outline_level)
        return None

    def number(self, style_id: str | None) -> NumberReference | None:
        """The list that the style puts its paragraphs into."""
        if style_id not in self._numbers:
            self._numbers[style_id] = self._number(style_id)
        return self._numbers[style_id]

    def _number(self, style_id: str | None) -> NumberReference | None:
        level = None
        for style in self.lineage(style_id):
            if style.number is not None:
                level = style.number.level if level is None else level
                if style.number.number_id is not None:
                    return NumberReference(style.number.number_id, level)
        return None

    def is_code(self, style_id: str | None) -> bool:
        """Whether the style is a known one for preformatted text."""
        return self.name(style_id) in _CODE_NAMES

    def is_caption(self, style_id: str | None) -> bool:
        """Whether the style is a known one for the captions of figures and tables."""
        return style_id is not None and self.name(style_id) in _CAPTION_NAMES

    def is_quotation(self, style_id: str | None) -> bool:
        """Whether the style is a known one for quoted paragraphs."""
        return style_id is not None and self.name(style_id) in _QUOTATION_NAMES

    def is_contents(self, style_id: str | None) -> bool:
        """Whether the style is that of a line in a table of contents, figures or tables."""
        return style_id is not None and _CONTENTS.fullmatch(self.name(style_id)) is not None

    def is_code_run(self, style_id: str | None) -> bool:
        """Whether the character style is a known one for code inside a line."""
        return style_id is not None and self.name(style_id) in _CODE_RUN_NAMES

    def character_format(self, style_id: str) -> tuple[bool, bool]:
        """(bold, italic) of a character style."""
        if style_id not in self._formats:
            self._formats[style_id] = self._character_format(style_id)
        return self._formats[style_id]

    def _character_format(self, style_id: str) -> tuple[bool, bool]:
        bold = next((s.is_bold for s in self.lineage(style_id) if s.is_bold is not None), False)
        italic = next((s.is_italic for s in self.lineage(style_id) if s.is_italic is not None), False)
        return bool(bold), bool(italic)


def without_unused(content: bytes) -> bytes:
    """A styles part without table styles and latent ones, which are most of it and say nothing here."""
    for start in _UNUSED_STYLES:
        pieces = content.split(start)
        kept = [pieces[0]]
        for piece in pieces[1:]:
            _, end, rest = piece.partition(_ENDS[start])
            kept.append(rest if end else start + piece)
        content = b"".join(kept)
    return content


def heading_level_of_outline(outline_level: int) -> int | None:
    """The heading level of ``w:outlineLvl``: 0 is heading 1, from 5 on heading 6, 9 is body text."""
    return min(outline_level + 1, 6) if 0 <= outline_level < BODY_TEXT_OUTLINE_LEVEL else None


def number_reference(node: etree._Element | None) -> NumberReference | None:
    """What a ``w:numPr`` says; None without one."""
    if node is None:
        return None
    return NumberReference(integer(value(node, "numId")), integer(value(node, "ilvl")))


def _parsed(node: etree._Element) -> Style:
    paragraph = node.find(f"{W}pPr")
    run = node.find(f"{W}rPr")
    return Style(
        id=node.get(f"{W}styleId") or "",
        name=(value(node, "name") or "").strip().lower(),
        based_on=value(node, "basedOn"),
        outline_level=integer(value(paragraph, "outlineLvl")),
        number=number_reference(None if paragraph is None else paragraph.find(f"{W}numPr")),
        is_bold=is_on(run, "b"),
        is_italic=is_on(run, "i"),
    )


def _level_by_name(name: str) -> int | None:
    match = _HEADING.fullmatch(name)
    if match:
        return min(int(match[1]), 6)
    return _NAMED_LEVELS.get(name)
