"""DrawingML charts as tables, from the values that are cached in the chart part (ECMA-376 21.2)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import Cell, element, escape_text, table_html
from docassay.readers.sheet_values import number_text
from docassay.readers.xml import elements, integer, local_name

C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CATEGORY_TAGS: Final = frozenset(C + tag for tag in ("cat", "xVal"))
MAX_POINTS: Final = 20_000
_CATEGORIES: Final = ("cat", "xVal")
_VALUES: Final = ("val", "yVal", "bubbleSize")


def chart_drafts(root: etree._Element) -> list[Draft]:
    """The titles as ``Caption`` and each plot as ``Table``: a row a category, a column a series."""
    drafts = [Draft("Caption", element("p", escape_text(title))) for title in chart_titles(root)]
    area = root.find(f"{C}chart/{C}plotArea")
    for plot in () if area is None else elements(area):
        if local_name(plot).endswith("Chart"):
            drafts += _plot(plot)
    return drafts


def chart_titles(root: etree._Element) -> list[str]:
    """The words of the chart's own title and of those of its axes; a title without words is left out."""
    nodes = [root.find(f"{C}chart/{C}title")]
    area = root.find(f"{C}chart/{C}plotArea")
    axes = () if area is None else (node for node in elements(area) if local_name(node).endswith("Ax"))
    nodes += [axis.find(f"{C}title") for axis in axes]
    titles = []
    for node in nodes:
        words = None if node is None else node.find(f"{C}tx/{C}rich")
        if words is not None:
            titles.append(" ".join("".join(text.text or "" for text in words.iter(f"{A}t")).split()))
    return [title for title in titles if title]


def is_about_sheet(root: etree._Element, sheet_name: str) -> bool:
    """Whether all values of the chart are cells of this sheet."""
    sources = [
        (node.text or "").rpartition("!")[0].strip("'").replace("''", "'") for node in root.iter(f"{C}f")
    ]
    return bool(sources) and all(source == sheet_name for source in sources)


def chart_text(root: etree._Element) -> str:
    """The chart's own words and numbers in file order, one a line; categories once, not once a series."""
    lines: list[str] = []
    seen: set[str] = set()
    walker = etree.iterwalk(root, events=("start",))
    for _, node in walker:
        if node.tag in _CATEGORY_TAGS:
            text = " ".join(node.itertext())
            if text in seen:
                walker.skip_subtree()
            seen.add(text)
        elif node.tag == f"{C}v":
            lines.append(_shown(node.text or ""))
        elif node.tag == f"{A}t":
            lines.append(node.text or "")
    return "\n".join(filter(None, lines))


def _plot(plot: etree._Element) -> list[Draft]:
    columns: list[tuple[str, dict[int, str]]] = []
    labels: dict[int, str] = {}
    for series in plot.iterfind(f"{C}ser"):
        name = " ".join(_points(series.find(f"{C}tx")).values())
        for tag in _CATEGORIES:
            labels = labels or _points(series.find(C + tag))
        for tag in _VALUES:
            values = series.find(C + tag)
            if values is not None:
                columns.append((name, _points(values)))
    height = max([len(labels) and max(labels) + 1, *(max(column, default=-1) + 1 for _, column in columns)])
    if not columns or not height:
        return []
    rows = [[Cell("", is_header=True), *(Cell(escape_text(name), is_header=True) for name, _ in columns)]]
    for index in range(height):
        values_of_row = (column.get(index, "") for _, column in columns)
        rows.append([Cell(escape_text(text)) for text in (labels.get(index, ""), *values_of_row)])
    return [Draft("Table", table_html(rows))]


def _points(source: etree._Element | None) -> dict[int, str]:
    """The cached points by index; labels of several levels are joined, the outermost first."""
    if source is None:
        return {}
    levels = list(source.iter(f"{C}lvl"))
    if levels:
        return _joined_levels([_level_points(level) for level in reversed(levels)])
    points = _level_points(source)
    if not points and (text := source.findtext(f"{C}v")):
        return {0: text}
    return points


def _level_points(parent: etree._Element) -> dict[int, str]:
    points = {}
    for node in parent.iter(f"{C}pt"):
        index = integer(node.get("idx"), 0) or 0
        if 0 <= index < MAX_POINTS:
            points[index] = _shown(node.findtext(f"{C}v") or "")
    return points


def _joined_levels(levels: list[dict[int, str]]) -> dict[int, str]:
    innermost = levels[-1]
    current = [""] * (len(levels) - 1)
    joined = {}
    for index in range(max(innermost, default=-1) + 1):
        current = [level.get(index, label) for level, label in zip(levels, current, strict=False)]
        joined[index] = " ".join(filter(None, [*current, innermost.get(index, "")]))
    return joined


def _shown(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return text
    return number_text(number) if any(mark in text for mark in ".eE") else text
