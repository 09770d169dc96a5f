"""DrawingML text bodies: formatted paragraphs, and which of them are list items (through inheritance)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from lxml import etree

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import Span, element, inline_html, safe_link
from docassay.readers.nested_lists import ListEntry, nested_list
from docassay.readers.office_math import math_html
from docassay.readers.open_package import RELATIONSHIP_ID
from docassay.readers.xml import child_of, integer, local_name

A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
LIST_STYLE: Final = f"{A}lstStyle"

_PARAGRAPH: Final = f"{A}p"
_PROPERTIES: Final = f"{A}pPr"
_RUNS: Final = frozenset({f"{A}r", f"{A}fld"})
_TEXT: Final = f"{A}t"
_RUN_PROPERTIES: Final = f"{A}rPr"
_LINK: Final = f"{A}hlinkClick"
_BREAK: Final = f"{A}br"
_ALTERNATE: Final = f"{MC}AlternateContent"
_FORMULA_PARAGRAPH: Final = f"{M}oMathPara"
_FORMULAS: Final = frozenset({f"{M}oMath", _FORMULA_PARAGRAPH})
_LEVELS: Final[Mapping[Any, int]] = {f"{A}lvl{level + 1}pPr": level for level in range(9)}
_BULLETS: Final[Mapping[Any, str]] = {
    f"{A}buNone": "", f"{A}buChar": "bullet", f"{A}buBlip": "bullet", f"{A}buAutoNum": "number",
}  # fmt: skip
_SHOWN_FORMATS: Final = frozenset({"b", "i", "u", "strike", "baseline"})
_UNSTYLED: Final = Span("")
_UNDERSTOOD: Final = frozenset({"a14", "p14", "p15", "a16", "wps"})


Bullets = Mapping[int, tuple[str, int]]
"""By level (0-8): kind (``bullet``, ``number``, empty for none) and first number."""


class Paragraph(NamedTuple):
    """``bullet`` is None (plain), ``bullet`` or ``number``; ``level`` 0-8; ``start`` the first number."""

    spans: list[Span]
    level: int
    bullet: str | None
    start: int

    @property
    def html(self) -> str:
        """The paragraph's inline html."""
        return inline_html(self.spans)


def read_paragraphs(
    body: etree._Element, links: Mapping[str, str], inherited: Sequence[Bullets] = ()
) -> list[Paragraph]:
    """The paragraphs of a text body.

    ``links`` maps relationship ids to addresses. ``inherited`` holds the bullets of list styles, nearest
    first, that decide after the body's own.
    """
    styles = list(inherited)
    paragraphs = []
    for node in body:
        if node.tag == _PARAGRAPH:
            paragraphs.append(_paragraph(node, links, styles))
        elif node.tag == LIST_STYLE and len(node):
            styles.insert(0, bullets_of(node))
    return paragraphs


def bullets_of(list_style: etree._Element) -> Bullets:
    """What the levels of a list style (an element with ``a:lvl1pPr`` ... children) say of bullets."""
    found: dict[int, tuple[str, int]] = {}
    for node in list_style:
        level = _LEVELS.get(node.tag)
        if level is not None and level not in found and (bullet := _bullet(node)) is not None:
            found[level] = bullet
    return found


def drafts_of(paragraphs: Sequence[Paragraph]) -> list[Draft]:
    """Plain paragraphs as ``Text`` (or ``Equation``), runs of list items as one ``ListGroup``."""
    drafts: list[Draft] = []
    entries: list[ListEntry] = []
    counts: dict[int, int] = {}

    def close() -> None:
        if entries:
            html, items = nested_list(entries)
            children = [Draft("ListItem", element("li", item)) for item in items]
            drafts.append(Draft("ListGroup", html, children=children))
            entries.clear()
            counts.clear()

    for paragraph in paragraphs:
        html = paragraph.html
        if not html:
            continue
        if paragraph.bullet is None:
            close()
            is_equation = html.startswith('<math display="block">') and html.count("<math") == 1
            drafts.append(Draft("Equation" if is_equation else "Text", element("p", html)))
            continue
        level = paragraph.level
        counts = {depth: count for depth, count in counts.items() if depth <= level}
        counts[level] = counts[level] + 1 if level in counts else paragraph.start
        entries.append(ListEntry(level, paragraph.bullet == "number", counts[level], html))
    close()
    return drafts


def chosen_alternative(node: etree._Element) -> etree._Element | None:
    """The one branch of ``mc:AlternateContent`` to read."""
    fallback = node.find(f"{MC}Fallback")
    for choice in node.findall(f"{MC}Choice"):
        if set((choice.get("Requires") or "").split()) <= _UNDERSTOOD:
            return choice
    return fallback if fallback is not None else node.find(f"{MC}Choice")


def _paragraph(node: etree._Element, links: Mapping[str, str], styles: Sequence[Bullets]) -> Paragraph:
    spans: list[Span] = []
    properties = _inline(node, links, spans)
    level = 0
    bullet: tuple[str, int] | None = None
    if properties is not None:
        level = min(max(integer(properties.get("lvl"), 0) or 0, 0), 8)
        bullet = _bullet(properties)
    if bullet is None:
        bullet = next((style[level] for style in styles if level in style), ("", 1))
    kind, start = bullet
    return Paragraph(spans, level, kind or None, start)


def _bullet(properties: etree._Element) -> tuple[str, int] | None:
    """(kind, start) as these properties say, ("", 1) for none on purpose, None when they do not say."""
    for node in properties:
        kind = _BULLETS.get(node.tag)
        if kind == "number":
            start = integer(node.get("startAt"), 1)
            return "number", 1 if start is None else start
        if kind is not None:
            return kind, 1
    return None


def _inline(parent: etree._Element, links: Mapping[str, str], spans: list[Span]) -> etree._Element | None:
    """Adds the runs inside ``parent``; the properties of the paragraph that it is, if it has any."""
    properties: etree._Element | None = None
    for node in parent:
        tag = node.tag
        if tag in _RUNS:
            _run(node, links, spans)
        elif tag == _BREAK:
            spans.append(Span("\n"))
        elif tag == _PROPERTIES:
            properties = node if properties is None else properties
        elif tag == _ALTERNATE:
            branch = chosen_alternative(node)
            if branch is not None:
                _inline(branch, links, spans)
        elif tag in _FORMULAS:
            if html := math_html(node, is_display=tag == _FORMULA_PARAGRAPH):
                spans.append(Span("", raw=html))
        elif local_name(node) == "m":
            _inline(node, links, spans)
    return properties


def _run(node: etree._Element, links: Mapping[str, str], spans: list[Span]) -> None:
    text = ""
    style = _UNSTYLED
    for part in node:
        if part.tag == _TEXT:
            text = text or part.text or ""
        elif part.tag == _RUN_PROPERTIES:
            style = _format(part, links)
    spans.append(style.with_text(text.replace("\v", "\n")))


def _format(properties: etree._Element, links: Mapping[str, str]) -> Span:
    if not _SHOWN_FORMATS.intersection(properties.keys()) and not len(properties):
        return _UNSTYLED
    link = child_of(properties, _LINK)
    href = None if link is None else safe_link(links.get(link.get(RELATIONSHIP_ID) or ""))
    baseline = integer((properties.get("baseline") or "0").rstrip("%").partition(".")[0], 0) or 0
    return Span(
        "",
        bold=properties.get("b") in {"1", "true"},
        italic=properties.get("i") in {"1", "true"},
        underline=properties.get("u", "none") != "none" and href is None,
        strike=properties.get("strike", "noStrike") != "noStrike",
        superscript=baseline > 0,
        subscript=baseline < 0,
        href=href,
    )
