"""What the shapes of a slide inherit from its layout and master: boxes and list styles of placeholders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from docassay.readers.open_package import OpenPackage, Part
from docassay.readers.slide_text import A
from docassay.readers.xml import elements

P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
TITLES: Final = frozenset({"title", "ctrTitle"})
FOOTERS: Final = frozenset({"ftr", "dt", "sldNum"})

_PLACEHOLDER_PATHS: Final = tuple(
    f"{P}{properties}/{P}nvPr/{P}ph" for properties in ("nvSpPr", "nvPicPr", "nvGraphicFramePr")
)
_MASTER_KINDS: Final = {
    "ctrTitle": "title", "subTitle": "body", "obj": "body", "tbl": "body", "chart": "body", "pic": "body",
    "media": "body", "clipArt": "body", "dgm": "body",
}  # fmt: skip
"""Kinds of placeholders that a master knows under another name."""

_FRAME_PATHS: Final = (f"{P}spPr/{A}xfrm", f"{P}xfrm")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``kind`` is the placeholder's type (``obj`` by default), ``index`` its number in the layout."""

    kind: str
    index: str


def placeholder_of(shape: etree._Element) -> Placeholder | None:
    """What the shape is a placeholder for; None for other shapes."""
    for path in _PLACEHOLDER_PATHS:
        node = shape.find(path)
        if node is not None:
            return Placeholder(node.get("type", "obj"), node.get("idx", "0"))
    return None


def frame_of(shape: etree._Element) -> etree._Element | None:
    """The shape's own place (``a:xfrm`` or ``p:xfrm``), when it has one."""
    for path in _FRAME_PATHS:
        frame = shape.find(path)
        if frame is not None and frame.find(f"{A}off") is not None:
            return frame
    return None


@dataclass(slots=True)
class _Sheet:
    """A layout or master: its placeholders, its list styles, and the sheet that it is based on."""

    placeholders: list[tuple[Placeholder, etree._Element]]
    styles: etree._Element | None = None
    base: _Sheet | None = None


@dataclass(slots=True)
class Layouts:
    """The layouts and masters of a presentation, each read once, when a slide first needs it."""

    package: OpenPackage
    _sheets: dict[str, _Sheet | None] = field(default_factory=dict)

    def of_slide(self, slide: Part) -> SlideLayout:
        """The layout that the slide is made from."""
        return SlideLayout(self, slide)

    def sheet(self, part: Part, kind: str) -> _Sheet | None:
        """The layout (``slideLayout``) or master (``slideMaster``) that ``part`` refers to."""
        for relationship in part.related(kind):
            name = relationship.target
            if name not in self._sheets and name in self.package.archive:
                self._sheets[name] = None  # a master that names itself ends here
                self._sheets[name] = self._read(name)
            return self._sheets.get(name)
        return None

    def _read(self, name: str) -> _Sheet:
        part = self.package.part(name)
        found = [
            (placeholder, shape)
            for shape in part.root.iter(f"{P}sp", f"{P}pic", f"{P}graphicFrame")
            if (placeholder := placeholder_of(shape)) is not None
        ]
        return _Sheet(found, part.root.find(f"{P}txStyles"), self.sheet(part, "slideMaster"))


class SlideLayout:
    """What one slide inherits."""

    def __init__(self, layouts: Layouts, slide: Part) -> None:
        self._layouts = layouts
        self._slide = slide
        self._layout: _Sheet | None = None
        self._is_read = False

    def frame(self, placeholder: Placeholder) -> etree._Element | None:
        """The place that the layout or the master gives the placeholder."""
        for shape in self._ancestors(placeholder):
            frame = frame_of(shape)
            if frame is not None:
                return frame
        return None

    def list_styles(self, placeholder: Placeholder) -> list[etree._Element]:
        """The list styles that decide on bullets after the shape's own, nearest first."""
        styles = [
            style
            for shape in self._ancestors(placeholder)
            if (style := shape.find(f"{P}txBody/{A}lstStyle")) is not None
        ]
        layout = self._sheet()
        master = None if layout is None else layout.base
        if master is not None and master.styles is not None and placeholder.kind not in FOOTERS:
            name = "titleStyle" if placeholder.kind in TITLES else "bodyStyle"
            style = master.styles.find(P + name)
            styles += [] if style is None else [style]
        return styles

    def _sheet(self) -> _Sheet | None:
        if not self._is_read:
            self._layout = self._layouts.sheet(self._slide, "slideLayout")
            self._is_read = True
        return self._layout

    def _ancestors(self, placeholder: Placeholder) -> Iterator[etree._Element]:
        """The layout's placeholder of the same number (or kind), then the master's of the same kind."""
        layout = self._sheet()
        if layout is None:
            return
        own = [pair for pair in layout.placeholders if pair[0].index == placeholder.index]
        own = own or [pair for pair in layout.placeholders if _is_alike(pair[0].kind, placeholder.kind)]
        kind = placeholder.kind
        if own:
            yield own[0][1]
            kind = own[0][0].kind
        for other, shape in () if layout.base is None else layout.base.placeholders:
            if _MASTER_KINDS.get(other.kind, other.kind) == _MASTER_KINDS.get(kind, kind):
                yield shape
                return


def _is_alike(kind: str, other: str) -> bool:
    return kind == other or {kind, other} <= TITLES


def bodies_of_placeholder(root: etree._Element, kind: str) -> list[etree._Element]:
    """The text bodies of a page's placeholders of one kind (the notes of a notes page: ``body``)."""
    bodies = []
    for shape in root.iter(f"{P}sp"):
        placeholder = placeholder_of(shape)
        body = shape.find(f"{P}txBody")
        if placeholder is not None and placeholder.kind == kind and body is not None:
            bodies.append(body)
    return bodies


def shape_tree(root: etree._Element) -> etree._Element | None:
    """The shapes of a slide (``p:spTree``)."""
    for node in elements(root):
        if node.tag == f"{P}cSld":
            return node.find(f"{P}spTree")
    return None
