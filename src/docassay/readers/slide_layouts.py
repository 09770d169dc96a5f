"""What the shapes of a slide inherit from its layout and master: boxes and list styles of placeholders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lxml import etree

from docassay.readers.open_package import OpenPackage, Part
from docassay.readers.slide_text import LIST_STYLE, A, Bullets, bullets_of
from docassay.readers.xml import child_of, local_name

P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
BODY: Final = f"{P}txBody"
TITLES: Final = frozenset({"title", "ctrTitle"})
FOOTERS: Final = frozenset({"ftr", "dt", "sldNum"})

_ABOUT_SHAPES: Final = frozenset(P + name for name in ("nvSpPr", "nvPicPr", "nvGraphicFramePr"))
_APPLICATION_PROPERTIES: Final = f"{P}nvPr"
_PLACEHOLDER: Final = f"{P}ph"
_MASTER_KINDS: Final = {
    "ctrTitle": "title", "subTitle": "body", "obj": "body", "tbl": "body", "chart": "body", "pic": "body",
    "media": "body", "clipArt": "body", "dgm": "body",
}  # fmt: skip
"""Kinds of placeholders that a master knows under another name."""

_SHAPE_PROPERTIES: Final = f"{P}spPr"
_FRAME: Final = f"{A}xfrm"
_FRAMES: Final = frozenset({_FRAME, f"{P}xfrm"})
_OFFSET: Final = f"{A}off"
_WITH_PLACEHOLDERS: Final = tuple(P + name for name in ("sp", "pic", "graphicFrame"))


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``kind`` is the placeholder's type (``obj`` by default), ``index`` its number in the layout."""

    kind: str
    index: str


def placeholder_of(shape: etree._Element) -> Placeholder | None:
    """What the shape is a placeholder for; None for other shapes."""
    for about in shape:
        if about.tag in _ABOUT_SHAPES:
            properties = child_of(about, _APPLICATION_PROPERTIES)
            node = None if properties is None else child_of(properties, _PLACEHOLDER)
            if node is not None:
                return Placeholder(node.get("type", "obj"), node.get("idx", "0"))
    return None


def frame_of(shape: etree._Element) -> etree._Element | None:
    """The shape's own place (``a:xfrm`` or ``p:xfrm``), when it has one."""
    for node in shape:
        frame = child_of(node, _FRAME) if node.tag == _SHAPE_PROPERTIES else node
        if frame is not None and frame.tag in _FRAMES and child_of(frame, _OFFSET) is not None:
            return frame
    return None


@dataclass(slots=True)
class Sheet:
    """A layout or master: its placeholders, its list styles by name, and the sheet that it is based on."""

    placeholders: list[tuple[Placeholder, etree._Element]]
    styles: Mapping[str, Bullets]
    base: Sheet | None
    _frames: dict[Placeholder, etree._Element | None] = field(default_factory=dict)
    _bullets: dict[Placeholder, list[Bullets]] = field(default_factory=dict)

    def frame(self, placeholder: Placeholder) -> etree._Element | None:
        """The place that this layout or its master gives the placeholder."""
        if placeholder not in self._frames:
            frames = map(frame_of, self._ancestors(placeholder))
            self._frames[placeholder] = next((frame for frame in frames if frame is not None), None)
        return self._frames[placeholder]

    def bullets(self, placeholder: Placeholder) -> list[Bullets]:
        """What decides on bullets after the shape's own list style, nearest first."""
        if placeholder not in self._bullets:
            found = [style for shape in self._ancestors(placeholder) if (style := _bullets_of_shape(shape))]
            if self.base is not None and placeholder.kind not in FOOTERS:
                name = "titleStyle" if placeholder.kind in TITLES else "bodyStyle"
                found.append(self.base.styles.get(name, {}))
            self._bullets[placeholder] = found
        return self._bullets[placeholder]

    def _ancestors(self, placeholder: Placeholder) -> Iterator[etree._Element]:
        """The layout's placeholder of the same number (or kind), then the master's of the same kind."""
        own = [pair for pair in self.placeholders if pair[0].index == placeholder.index]
        own = own or [pair for pair in self.placeholders if _is_alike(pair[0].kind, placeholder.kind)]
        kind = placeholder.kind
        if own:
            yield own[0][1]
            kind = own[0][0].kind
        for other, shape in () if self.base is None else self.base.placeholders:
            if _MASTER_KINDS.get(other.kind, other.kind) == _MASTER_KINDS.get(kind, kind):
                yield shape
                return


@dataclass(slots=True)
class Layouts:
    """The layouts and masters of a presentation, each read once, when a slide first needs it."""

    package: OpenPackage
    _sheets: dict[str, Sheet | None] = field(default_factory=dict)

    def of_slide(self, slide: Part) -> SlideLayout:
        """The layout that the slide is made from."""
        return SlideLayout(self, slide)

    def sheet(self, part: Part, kind: str) -> Sheet | None:
        """The layout (``slideLayout``) or master (``slideMaster``) that ``part`` refers to."""
        for relationship in part.related(kind):
            name = relationship.target
            if name not in self._sheets and name in self.package.archive:
                self._sheets[name] = None  # a master that names itself ends here
                self._sheets[name] = self._read(name)
            return self._sheets.get(name)
        return None

    def _read(self, name: str) -> Sheet:
        part = self.package.part(name)
        found = [
            (placeholder, shape)
            for shape in part.root.iter(*_WITH_PLACEHOLDERS)
            if (placeholder := placeholder_of(shape)) is not None
        ]
        styles = child_of(part.root, f"{P}txStyles")
        return Sheet(
            found,
            {} if styles is None else {local_name(style): bullets_of(style) for style in styles},
            self.sheet(part, "slideMaster"),
        )


class SlideLayout:
    """What one slide inherits; its layout is read when the slide first needs it."""

    def __init__(self, layouts: Layouts, slide: Part) -> None:
        self._layouts = layouts
        self._slide = slide

    @cached_property
    def _sheet(self) -> Sheet | None:
        return self._layouts.sheet(self._slide, "slideLayout")

    def frame(self, placeholder: Placeholder) -> etree._Element | None:
        """The place that the layout or the master gives the placeholder."""
        return None if self._sheet is None else self._sheet.frame(placeholder)

    def bullets(self, placeholder: Placeholder) -> list[Bullets]:
        """What decides on bullets after the shape's own list style, nearest first."""
        return [] if self._sheet is None else self._sheet.bullets(placeholder)


def _bullets_of_shape(shape: etree._Element) -> Bullets:
    body = child_of(shape, BODY)
    style = None if body is None else child_of(body, LIST_STYLE)
    return {} if style is None else bullets_of(style)


def _is_alike(kind: str, other: str) -> bool:
    return kind == other or {kind, other} <= TITLES


def bodies_of_placeholder(root: etree._Element, kind: str) -> list[etree._Element]:
    """The text bodies of a page's placeholders of one kind (the notes of a notes page: ``body``)."""
    bodies = []
    for shape in root.iter(f"{P}sp"):
        placeholder = placeholder_of(shape)
        body = child_of(shape, BODY)
        if placeholder is not None and placeholder.kind == kind and body is not None:
            bodies.append(body)
    return bodies


def shape_tree(root: etree._Element) -> etree._Element | None:
    """The shapes of a slide (``p:spTree``)."""
    common = child_of(root, f"{P}cSld")
    return None if common is None else child_of(common, f"{P}spTree")
