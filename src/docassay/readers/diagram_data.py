"""SmartArt diagrams as nested lists, from their data model (ECMA-376 21.4)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import element
from docassay.readers.nested_lists import ListEntry, nested_list
from docassay.readers.slide_text import read_paragraphs
from docassay.readers.xml import integer

DGM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
TEXT_POINTS: Final = frozenset({"node", "asst"})
"""The types of points that hold a diagram's own text."""

_MAX_LEVEL: Final = 8


def diagram_drafts(root: etree._Element) -> list[Draft]:
    """The texts of a diagram as a list; points below another one are nested in its item."""
    texts: dict[str, str] = {}
    for point in root.iter(f"{DGM}pt"):
        body = point.find(f"{DGM}t")
        if body is None or point.get("type", "node") not in TEXT_POINTS:
            continue
        lines = [paragraph.html for paragraph in read_paragraphs(body, {})]
        html = "<br/>".join(filter(None, lines))
        if html:
            texts[point.get("modelId") or str(len(texts))] = html
    if not texts:
        return []
    entries = [ListEntry(level, False, 1, texts[model_id]) for model_id, level in _in_order(root, texts)]
    html, items = nested_list(entries)
    return [Draft("ListGroup", html, children=[Draft("ListItem", element("li", item)) for item in items])]


def _in_order(root: etree._Element, texts: dict[str, str]) -> list[tuple[str, int]]:
    """The points with their levels, parents before children; what no connection reaches comes last."""
    children: dict[str, list[tuple[int, str]]] = {}
    below: set[str] = set()
    for connection in root.iter(f"{DGM}cxn"):
        if connection.get("type", "parOf") != "parOf":
            continue
        source, target = connection.get("srcId") or "", connection.get("destId") or ""
        children.setdefault(source, []).append((integer(connection.get("srcOrd"), 0) or 0, target))
        below.add(target)
    ordered: dict[str, int] = {}
    tops = [parent for parent in children if parent not in below]
    waiting = [(top, -1 if top not in texts else 0) for top in reversed(tops)]
    visited: set[str] = set()
    while waiting:
        model_id, level = waiting.pop()
        if model_id in visited:
            continue
        visited.add(model_id)
        if model_id in texts:
            ordered[model_id] = min(max(level, 0), _MAX_LEVEL)
        deeper = level + 1 if model_id in texts or level < 0 else level
        for _, child in sorted(children.get(model_id, []), reverse=True):
            waiting.append((child, deeper))
    for model_id in texts:
        ordered.setdefault(model_id, 0)
    return list(ordered.items())
