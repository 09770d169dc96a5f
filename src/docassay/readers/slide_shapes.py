"""Shapes of a slide as drafts in reading order, with their real boxes in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.documents.model import BoundingBox
from docassay.readers.chart_data import C, chart_drafts
from docassay.readers.diagram_data import DGM, diagram_drafts
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import Cell, element, image_html, inline_html, table_html
from docassay.readers.open_package import RELATIONSHIP_EMBED, RELATIONSHIP_ID, OpenPackage, Part
from docassay.readers.paragraphs import without_common_bold
from docassay.readers.slide_layouts import (
    BODY,
    FOOTERS,
    TITLES,
    P,
    Placeholder,
    SlideLayout,
    frame_of,
    placeholder_of,
    shape_tree,
)
from docassay.readers.slide_text import MC, A, M, Paragraph, chosen_alternative, drafts_of, read_paragraphs
from docassay.readers.xml import child_of, integer

EMU_PER_POINT: Final = 12_700
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHAPES: Final = frozenset({P + name for name in ("sp", "pic", "graphicFrame", "grpSp", "cxnSp")})
_GROUP: Final = f"{P}grpSp"
_PICTURE: Final = f"{P}pic"
_GRAPHIC: Final = f"{P}graphicFrame"
_ALTERNATE: Final = f"{MC}AlternateContent"
_CELL: Final = f"{A}tc"
_CELL_BODY: Final = f"{A}txBody"
_OFFSET: Final = f"{A}off"
_EXTENT: Final = f"{A}ext"
_SAYING_TAGS: Final = (f"{A}r", f"{A}fld", f"{M}oMath")
"""What a text body must hold to say anything."""
_MAX_GROUP_DEPTH: Final = 100


@dataclass(frozen=True, slots=True)
class _Transform:
    """From a group's inner coordinates (EMU) to the slide's."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    shift_x: float = 0.0
    shift_y: float = 0.0

    def box(self, x: float, y: float, width: float, height: float) -> BoundingBox:
        """The box in points of the slide."""
        x0, y0 = self.shift_x + x * self.scale_x, self.shift_y + y * self.scale_y
        x1, y1 = x0 + width * self.scale_x, y0 + height * self.scale_y
        return BoundingBox(x0 / EMU_PER_POINT, y0 / EMU_PER_POINT, x1 / EMU_PER_POINT, y1 / EMU_PER_POINT)

    def inside(self, group: etree._Element) -> _Transform:
        """The transform for what is inside a ``p:grpSp``."""
        frame = group.find(f"{P}grpSpPr/{A}xfrm")
        if frame is None:
            return self
        x, y = _pair(frame.find(f"{A}off"), "x", "y")
        width, height = _pair(frame.find(f"{A}ext"), "cx", "cy")
        inner_x, inner_y = _pair(frame.find(f"{A}chOff"), "x", "y")
        inner_width, inner_height = _pair(frame.find(f"{A}chExt"), "cx", "cy")
        scale_x = width / inner_width if inner_width else 1.0
        scale_y = height / inner_height if inner_height else 1.0
        return _Transform(
            self.scale_x * scale_x,
            self.scale_y * scale_y,
            self.shift_x + self.scale_x * (x - inner_x * scale_x),
            self.shift_y + self.scale_y * (y - inner_y * scale_y),
        )


class SlideReader:
    """Reads the shapes of one slide."""

    def __init__(
        self,
        package: OpenPackage,
        slide: Part,
        layout: SlideLayout,
        page_box: BoundingBox,
        images: EmbeddedImages,
    ) -> None:
        self._package = package
        self._slide = slide
        self._layout = layout
        self._page_box = page_box
        self._images = images
        self._links = {
            relationship_id: relationship.target
            for relationship_id, relationship in slide.relationships.items()
            if relationship.is_external
        }

    def read(self) -> list[Draft]:
        """Title first, then everything else from top to bottom and left to right, footers last."""
        title: list[Draft] = []
        footer: list[Draft] = []
        units: list[list[Draft]] = []
        tree = shape_tree(self._slide.root)
        for unit in () if tree is None else self._units(tree, _Transform(), 0):
            kinds = {draft.block_type for draft in unit}
            if kinds == {"PageFooter"}:
                footer += unit
            elif kinds == {"SectionHeader"} and not title:
                title = unit
            elif unit:
                units.append(unit)
        return [*title, *(draft for unit in in_reading_order(units) for draft in unit), *footer]

    def _units(self, tree: etree._Element, transform: _Transform, depth: int) -> Iterator[list[Draft]]:
        for node in _shape_elements(tree):
            if node.tag != _GROUP:
                yield self._shape(node, transform)
            elif depth < _MAX_GROUP_DEPTH:
                inner = [unit for unit in self._units(node, transform.inside(node), depth + 1) if unit]
                yield [draft for unit in in_reading_order(inner) for draft in unit]

    def _shape(self, node: etree._Element, transform: _Transform) -> list[Draft]:
        placeholder = placeholder_of(node)
        if node.tag == _PICTURE:
            return [self._picture(node, self._box(node, placeholder, transform))]
        is_graphic = node.tag == _GRAPHIC
        drafts = self._graphic(node) if is_graphic else self._text(node, placeholder)
        return stacked(drafts, self._box(node, placeholder, transform)) if drafts else []

    def _box(
        self, node: etree._Element, placeholder: Placeholder | None, transform: _Transform
    ) -> BoundingBox:
        frame = frame_of(node)
        if frame is None and placeholder is not None:
            frame = self._layout.frame(placeholder)
        if frame is None:
            return self._page_box
        x, y = _pair(child_of(frame, _OFFSET), "x", "y")
        width, height = _pair(child_of(frame, _EXTENT), "cx", "cy")
        return transform.box(x, y, width, height)

    def _text(self, node: etree._Element, placeholder: Placeholder | None) -> list[Draft]:
        body = child_of(node, BODY)
        if body is None or next(body.iter(*_SAYING_TAGS), None) is None:
            return []
        kind = None if placeholder is None else placeholder.kind
        if kind in TITLES:
            paragraphs = read_paragraphs(body, self._links)
            lines = [inline_html(without_common_bold(paragraph.spans)) for paragraph in paragraphs]
            lines = [line for line in lines if line]
            return [Draft("SectionHeader", element("h1", "<br/>".join(lines)), level=1)] if lines else []
        inherited = [] if placeholder is None else self._layout.bullets(placeholder)
        drafts = drafts_of(read_paragraphs(body, self._links, inherited))
        if kind in FOOTERS:
            return [Draft("PageFooter", draft.html) for draft in drafts]
        return drafts

    def _picture(self, node: etree._Element, box: BoundingBox) -> Draft:
        properties = next(node.iter(f"{P}cNvPr"), None)
        alternative_text = "" if properties is None else properties.get("descr") or ""
        blip = next(node.iter(f"{A}blip"), None)
        relationship_id = None if blip is None else blip.get(RELATIONSHIP_EMBED)
        name = None
        if self._images.is_enabled:
            name = self._images.add(self._package.image(self._slide, relationship_id))
        html = element("p", image_html(name, alternative_text))
        return Draft("Picture", html, images=self._images.named([name]), bbox=box)

    def _graphic(self, node: etree._Element) -> list[Draft]:
        table = next(node.iter(f"{A}tbl"), None)
        if table is not None:
            rows = _table_rows(table, self._links)
            return [Draft("Table", table_html(rows))] if any(c.html for row in rows for c in row) else []
        chart = next(node.iter(f"{C}chart"), None)
        if chart is not None:
            part = self._package.internal_part(self._slide, chart.get(RELATIONSHIP_ID))
            return [] if part is None else chart_drafts(part.root)
        diagram = next(node.iter(f"{DGM}relIds"), None)
        if diagram is not None:
            part = self._package.internal_part(self._slide, diagram.get(f"{_R}dm"))
            return [] if part is None else diagram_drafts(part.root)
        # An embedded object shows the picture of its content.
        picture = next(node.iter(f"{P}pic"), None)
        return [] if picture is None else [self._picture(picture, self._page_box)]


def in_reading_order(units: Sequence[list[Draft]]) -> list[list[Draft]]:
    """Units in rows from top to bottom, from left to right in a row.

    A unit joins a row when it shares more than half of the lower one of the two heights with it.
    """
    boxes = [(unit_box(unit), unit) for unit in units]
    rows: list[tuple[float, float, list[tuple[BoundingBox, list[Draft]]]]] = []
    for box, unit in sorted(boxes, key=lambda pair: (pair[0].y0, pair[0].x0)):
        if rows:
            top, bottom, members = rows[-1]
            shared = min(bottom, box.y1) - max(top, box.y0)
            if shared > 0.5 * min(bottom - top, box.y1 - box.y0):
                members.append((box, unit))
                continue
        rows.append((box.y0, box.y1, [(box, unit)]))
    return [unit for _, _, row in rows for _, unit in sorted(row, key=lambda pair: pair[0].x0)]


def unit_box(unit: Sequence[Draft]) -> BoundingBox:
    """The box around a unit's drafts, all of which have one."""
    boxes = [draft.bbox for draft in unit if draft.bbox is not None]
    around = boxes[0]
    for box in boxes[1:]:
        around = around.union(box)
    return around


def stacked(drafts: list[Draft], box: BoundingBox) -> list[Draft]:
    """Give each draft of one shape an even slice of the shape's box."""
    height = (box.y1 - box.y0) / max(len(drafts), 1)
    for index, draft in enumerate(drafts):
        top = box.y0 + index * height
        draft.bbox = BoundingBox(box.x0, top, box.x1, top + height)
    return drafts


def _table_rows(table: etree._Element, links: dict[str, str]) -> list[list[Cell]]:
    properties = table.find(f"{A}tblPr")
    has_header = properties is not None and properties.get("firstRow") in {"1", "true"}
    rows: list[list[Cell]] = []
    for index, row in enumerate(table.iterchildren(f"{A}tr")):
        cells = []
        for node in row.iterchildren(_CELL):
            if node.get("hMerge") in {"1", "true"} or node.get("vMerge") in {"1", "true"}:
                continue
            body = child_of(node, _CELL_BODY)
            paragraphs: list[Paragraph] = [] if body is None else read_paragraphs(body, links)
            html = "<br/>".join([line for paragraph in paragraphs if (line := paragraph.html)])
            cells.append(
                Cell(
                    html,
                    row_span=max(integer(node.get("rowSpan"), 1) or 1, 1),
                    column_span=max(integer(node.get("gridSpan"), 1) or 1, 1),
                    is_header=has_header and index == 0,
                )
            )
        rows.append(cells)
    return rows


def _shape_elements(tree: etree._Element) -> Iterator[etree._Element]:
    for node in tree:
        if node.tag in _SHAPES:
            yield node
        elif node.tag == _ALTERNATE:
            branch = chosen_alternative(node)
            if branch is not None:
                yield from _shape_elements(branch)


def _pair(node: etree._Element | None, first: str, second: str) -> tuple[int, int]:
    if node is None:
        return 0, 0
    return integer(node.get(first), 0) or 0, integer(node.get(second), 0) or 0
