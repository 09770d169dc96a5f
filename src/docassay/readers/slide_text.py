"""DrawingML text bodies: formatted paragraphs, and which of them are list items (through inheritance)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from lxml import etree

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import Span, element, inline_html, safe_link
from docassay.readers.nested_lists import ListEntry, nested_list
from docassay.readers.office_math import math_html
from docassay.readers.open_package import RELATIONSHIP_ID
from docassay.readers.xml import elements, integer, local_name

A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNDERSTOOD: Final = frozenset({"a14", "p14", "p15", "a16", "wps"})


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
    body: etree._Element, links: Mapping[str, str], inherited: Sequence[etree._Element] = ()
) -> list[Paragraph]:
    """The paragraphs of a text body.

    ``links`` maps relationship ids to addresses. ``inherited`` holds list styles (elements with
    ``a:lvl1pPr`` ... children), nearest first, that decide on bullets after the body's own.
    """
    own = body.find(f"{A}lstStyle")
    styles = [*([] if own is None else [own]), *inherited]
    return [_paragraph(node, links, styles) for node in body.iterfind(f"{A}p")]


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


def _paragraph(node: etree._Element, links: Mapping[str, str], styles: Sequence[etree._Element]) -> Paragraph:
    spans: list[Span] = []
    _inline(node, links, spans)
    properties = node.find(f"{A}pPr")
    level = integer(None if properties is None else properties.get("lvl"), 0) or 0
    level = min(max(level, 0), 8)
    named = [style.find(f"{A}lvl{level + 1}pPr") for style in styles]
    for candidate in [properties, *named]:
        bullet = None if candidate is None else _bullet(candidate)
        if bullet is not None:
            kind, start = bullet
            return Paragraph(spans, level, kind or None, start)
    return Paragraph(spans, level, None, 1)


def _bullet(properties: etree._Element) -> tuple[str, int] | None:
    """(kind, start) as these properties say, ("", 1) for none on purpose, None when they do not say."""
    for child in elements(properties):
        name = local_name(child)
        if name == "buNone":
            return "", 1
        if name in {"buChar", "buBlip"}:
            return "bullet", 1
        if name == "buAutoNum":
            start = integer(child.get("startAt"), 1)
            return "number", 1 if start is None else start
    return None


def _inline(parent: etree._Element, links: Mapping[str, str], spans: list[Span]) -> None:
    for node in elements(parent):
        tag = node.tag
        if tag in {f"{A}r", f"{A}fld"}:
            text = node.findtext(f"{A}t") or ""
            spans.append(_format(node.find(f"{A}rPr"), links).with_text(text.replace("\v", "\n")))
        elif tag == f"{A}br":
            spans.append(Span("\n"))
        elif tag == f"{MC}AlternateContent":
            branch = chosen_alternative(node)
            if branch is not None:
                _inline(branch, links, spans)
        elif tag in {f"{M}oMath", f"{M}oMathPara"}:
            if html := math_html(node, is_display=tag == f"{M}oMathPara"):
                spans.append(Span("", raw=html))
        elif local_name(node) == "m":
            _inline(node, links, spans)


def _format(properties: etree._Element | None, links: Mapping[str, str]) -> Span:
    if properties is None:
        return Span("")
    link = properties.find(f"{A}hlinkClick")
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
