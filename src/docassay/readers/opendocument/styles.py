"""Styles of an OpenDocument file: what they make of a paragraph, a run, a list or a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from docassay.readers.fragments import Span
from docassay.readers.opendocument.names import DRAW, FO, STYLE, TEXT, decoded_name
from docassay.readers.xml import elements, integer, local_name

_MAX_ANCESTORS: Final = 32
_MARKERS: Final = frozenset({"a", "A", "i", "I"})
_LENGTH: Final = re.compile(r"\s*(-?[0-9]*\.?[0-9]+)\s*(cm|mm|in|pt|pc|px)\s*")
_POINTS: Final = {"cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
_CODE_NAMES: Final = frozenset(
    {"preformatted text", "source code", "source text", "html preformatted", "code"}
)
_CODE_RUNS: Final = frozenset({"source text", "teletype", "source_text"})
_QUOTATION_NAMES: Final = frozenset({"quotations", "quote", "intense quote"})


def points(length: str | None) -> float | None:
    """An OpenDocument length (``2.5cm``) in points; None when it is none."""
    match = _LENGTH.fullmatch(length or "")
    return float(match[1]) * _POINTS[match[2]] if match else None


@dataclass(frozen=True, slots=True)
class ListLevel:
    """One level of a list style. ``number_format`` is ``1``, ``a``, ``i``, ... or empty for no number."""

    is_numbered: bool = False
    number_format: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    shown_levels: int = 1

    @property
    def is_labelled(self) -> bool:
        """Whether items show a bullet or a number at all."""
        return not self.is_numbered or bool(self.number_format)

    @property
    def marker(self) -> str:
        """The html ``type`` of letters and Roman numerals."""
        return self.number_format if self.number_format in _MARKERS else ""


@dataclass(slots=True)
class _Style:
    name: str
    parent: str | None
    outline_level: int | None
    list_style: str | None
    is_numbered: bool | None
    text: etree._Element | None


@dataclass(slots=True)
class Styles:
    """All styles of a file; those of ``content.xml`` go before those of ``styles.xml``."""

    _nodes: dict[tuple[str, str], etree._Element] = field(default_factory=dict)
    _styles: dict[tuple[str, str], _Style] = field(default_factory=dict)
    """Those of ``_nodes`` that something asked for: a presentation has hundreds and uses a dozen."""
    _lists: dict[str, dict[int, ListLevel]] = field(default_factory=dict)
    _formats: dict[str, dict[str, bool]] = field(default_factory=dict)
    _formatted: dict[tuple[Span, str], Span] = field(default_factory=dict)
    _names: dict[str | None, list[str]] = field(default_factory=dict)
    outline: dict[int, ListLevel] = field(default_factory=dict)

    def add(self, root: etree._Element) -> None:
        """Take the styles of one part."""
        self._names.clear()
        self._styles.clear()
        for group in elements(root):
            if not local_name(group).endswith("styles"):
                continue
            for node in elements(group):
                name = node.get(f"{STYLE}name") or ""
                if node.tag == f"{STYLE}style":
                    self._nodes[node.get(f"{STYLE}family") or "", name] = node
                elif node.tag == f"{TEXT}list-style":
                    self._lists[name] = _levels(node)
                elif node.tag == f"{TEXT}outline-style":
                    self.outline = _levels(node)

    def lineage(self, name: str | None, family: str = "paragraph") -> Iterator[_Style]:
        """The style and those that it is based on, nearest first."""
        seen = 0
        while name and seen < _MAX_ANCESTORS:
            style = self._styles.get((family, name))
            if style is None:
                node = self._nodes.get((family, name))
                if node is None:
                    return
                style = self._styles[family, name] = _parsed(node, name)
            yield style
            name = style.parent
            seen += 1

    def names(self, name: str | None) -> list[str]:
        """The lower-case names of a paragraph style and its ancestors, the last of which may be undefined."""
        names = self._names.get(name)
        if names is None:
            found = list(self.lineage(name))
            names = [style.name for style in found]
            undefined = found[-1].parent if found else name
            if undefined:
                names.append(decoded_name(undefined).lower())
            self._names[name] = names
        return names

    def heading_level(self, name: str | None) -> int | None:
        """The level of a paragraph that is a heading by its style alone (``Title``, ``Subtitle``)."""
        for style_name in self.names(name):
            if style_name == "title":
                return 1
            if style_name == "subtitle":
                return 2
        return None

    def is_code(self, name: str | None) -> bool:
        """Whether the paragraph style is a known one for preformatted text."""
        return any(style_name in _CODE_NAMES for style_name in self.names(name))

    def is_caption(self, name: str | None) -> bool:
        """Whether the paragraph style is a known one for captions."""
        return "caption" in self.names(name)

    def is_quotation(self, name: str | None) -> bool:
        """Whether the paragraph style is a known one for quoted paragraphs."""
        return any(style_name in _QUOTATION_NAMES for style_name in self.names(name))

    def list_style(self, paragraph_style: str | None) -> str | None:
        """The list that a paragraph style puts its paragraphs into."""
        return next((style.list_style for style in self.lineage(paragraph_style) if style.list_style), None)

    def shows_label(self, paragraph_style: str | None) -> bool:
        """Whether paragraphs of the style show their list's bullet or number when they are in one."""
        said = (style.is_numbered for style in self.lineage(paragraph_style) if style.is_numbered is not None)
        return next(said, True)

    def list_level(self, name: str | None, level: int) -> ListLevel:
        """A level (from 1) of a list style; a bullet when it is not defined."""
        return self._lists.get(name or "", {}).get(level, ListLevel())

    def master_pages(self) -> set[str]:
        """The names of the page styles that some paragraph or table starts."""
        return {page for node in self._nodes.values() if (page := node.get(f"{STYLE}master-page-name"))}

    def formatted(self, span: Span, name: str | None) -> Span | None:
        """The span in the format of a character style; None when that hides it."""
        if not name:
            return span
        known = self._formatted.get((span, name))
        if known is not None:
            return known
        formats = self._formats.get(name)
        if formats is None:
            formats = self._formats[name] = self._format(name)
        if not formats:
            return span
        if formats.get("hidden"):
            return None
        changed = span._replace(**formats)  # type: ignore[arg-type]
        if changed.href:
            return changed._replace(underline=False)
        self._formatted[span, name] = changed
        return changed

    def _format(self, name: str) -> dict[str, bool]:
        formats: dict[str, bool] = {}
        for style in reversed(list(self.lineage(name, "text"))):
            if style.name in _CODE_RUNS:
                formats["code"] = True
            if style.text is not None:
                _read_format(style.text, formats)
        return formats


def _read_format(node: etree._Element, formats: dict[str, bool]) -> None:
    weight, slope = node.get(f"{FO}font-weight"), node.get(f"{FO}font-style")
    if weight:
        formats["bold"] = weight == "bold" or (weight.isdigit() and int(weight) >= 600)
    if slope:
        formats["italic"] = slope in {"italic", "oblique"}
    underline, strike = (node.get(f"{STYLE}text-{kind}-style") for kind in ("underline", "line-through"))
    if underline:
        formats["underline"] = underline != "none"
    if strike:
        formats["strike"] = strike != "none"
    if node.get(f"{TEXT}display") == "none":
        formats["hidden"] = True
    position = (node.get(f"{STYLE}text-position") or "").split()
    if position:
        offset = position[0]
        is_below = offset == "sub" or offset.startswith("-")
        is_above = not is_below and offset not in {"0%", "0"}
        formats["superscript"], formats["subscript"] = is_above, is_below


def _is_numbered(properties: etree._Element | None) -> bool | None:
    value = None if properties is None else properties.get(f"{TEXT}enable-numbering")
    return None if value is None else value == "true"


def _parsed(node: etree._Element, name: str) -> _Style:
    shown = node.get(f"{STYLE}display-name") or decoded_name(name)
    return _Style(
        name=shown.lower(),
        parent=node.get(f"{STYLE}parent-style-name"),
        outline_level=integer(node.get(f"{STYLE}default-outline-level")),
        list_style=node.get(f"{STYLE}list-style-name"),
        is_numbered=_is_numbered(node.find(f"{STYLE}paragraph-properties")),
        text=node.find(f"{STYLE}text-properties"),
    )


def _levels(node: etree._Element) -> dict[int, ListLevel]:
    levels = {}
    for child in elements(node):
        level = integer(child.get(f"{TEXT}level"))
        if level is None:
            continue
        kind = local_name(child)
        levels[level] = ListLevel(
            is_numbered=kind in {"list-level-style-number", "outline-level-style"},
            number_format=child.get(f"{STYLE}num-format") or "",
            prefix=child.get(f"{STYLE}num-prefix") or "",
            suffix=child.get(f"{STYLE}num-suffix") or "",
            start=integer(child.get(f"{TEXT}start-value"), 1) or 1,
            shown_levels=integer(child.get(f"{TEXT}display-levels"), 1) or 1,
        )
    return levels


@dataclass(frozen=True, slots=True)
class PageStyles:
    """The master pages and page sizes of ``styles.xml``."""

    masters: dict[str, etree._Element]
    sizes: dict[str, tuple[float, float]]

    @classmethod
    def read(cls, root: etree._Element) -> PageStyles:
        """From the root of ``styles.xml``."""
        masters = {node.get(f"{STYLE}name") or "": node for node in root.iter(f"{STYLE}master-page")}
        sizes = {}
        for node in root.iter(f"{STYLE}page-layout"):
            properties = node.find(f"{STYLE}page-layout-properties")
            if properties is None:
                continue
            width = points(properties.get(f"{FO}page-width"))
            height = points(properties.get(f"{FO}page-height"))
            if width and height and width > 0 and height > 0:
                sizes[node.get(f"{STYLE}name") or ""] = (width, height)
        return cls(masters, sizes)

    def size(self, page: etree._Element) -> tuple[float, float] | None:
        """(width, height) in points of a ``draw:page``."""
        master = self.masters.get(page.get(f"{DRAW}master-page-name") or "")
        return None if master is None else self.sizes.get(master.get(f"{STYLE}page-layout-name") or "")
