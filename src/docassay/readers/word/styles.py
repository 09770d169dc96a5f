"""Paragraph and character styles: what a style makes of a paragraph, through inheritance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from lxml import etree

from docassay.readers.word.names import W, is_on, value
from docassay.readers.xml import integer

_HEADING: Final = re.compile(r"heading ?([1-9])")
_CODE_NAMES: Final = frozenset(
    {"code", "source code", "code block", "html preformatted", "preformatted text", "macro", "macro text"}
)
_CODE_RUN_NAMES: Final = frozenset(
    {"verbatim char", "source code char", "html code", "inline code", "code char"}
)
_MAX_ANCESTORS: Final = 32
BODY_TEXT_OUTLINE_LEVEL: Final = 9


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
        self._styles: dict[str, Style] = {}
        self._default_paragraph: str | None = None
        for node in [] if root is None else root.iterfind(f"{W}style"):
            style = _parsed(node)
            self._styles[style.id] = style
            if node.get(f"{W}type") == "paragraph" and node.get(f"{W}default") in {"1", "true", "on"}:
                self._default_paragraph = style.id

    def lineage(self, style_id: str | None) -> Iterator[Style]:
        """The style and those that it is based on, nearest first."""
        current = style_id if style_id is not None else self._default_paragraph
        seen: set[str] = set()
        while current and current not in seen and len(seen) < _MAX_ANCESTORS:
            seen.add(current)
            style = self._styles.get(current)
            if style is None:
                return
            yield style
            current = style.based_on

    def name(self, style_id: str | None) -> str:
        """The style's lower-case name; the id itself when it is not defined."""
        style = self._styles.get(style_id or "")
        return style.name if style else (style_id or "").lower()

    def heading_level(self, style_id: str | None) -> int | None:
        """1-6 when the style makes a heading (``Title`` is 1, ``Subtitle`` 2), else None."""
        if style_id is not None and style_id not in self._styles:
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

    def is_code_run(self, style_id: str | None) -> bool:
        """Whether the character style is a known one for code inside a line."""
        return style_id is not None and self.name(style_id) in _CODE_RUN_NAMES

    def character_format(self, style_id: str | None) -> tuple[bool, bool]:
        """(bold, italic) of a character style."""
        if style_id is None:
            return False, False
        bold = next((s.is_bold for s in self.lineage(style_id) if s.is_bold is not None), False)
        italic = next((s.is_italic for s in self.lineage(style_id) if s.is_italic is not None), False)
        return bool(bold), bool(italic)


def heading_level_of_outline(outline_level: int) -> int | None:
    """The heading level of ``w:outlineLvl``: 0 is heading 1, from 5 on heading 6, 9 is body text."""
    return min(outline_level + 1, 6) if 0 <= outline_level < BODY_TEXT_OUTLINE_LEVEL else None


def number_reference(properties: etree._Element | None) -> NumberReference | None:
    """The ``w:numPr`` of paragraph properties."""
    node = None if properties is None else properties.find(f"{W}numPr")
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
        number=number_reference(paragraph),
        is_bold=is_on(run, "b"),
        is_italic=is_on(run, "i"),
    )


def _level_by_name(name: str) -> int | None:
    match = _HEADING.fullmatch(name)
    if match:
        return min(int(match[1]), 6)
    return {"title": 1, "toc heading": 1, "subtitle": 2}.get(name)
