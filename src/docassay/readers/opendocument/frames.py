"""Frames and shapes of OpenDocument: pictures, formulas, charts, text boxes."""

from __future__ import annotations

import posixpath
from typing import Final

from lxml import etree

from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure
from docassay.readers.archive import Archive
from docassay.readers.embedded_images import MAX_IMAGE_BYTES, EmbeddedImages
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import element, escape_text, image_html
from docassay.readers.mathml import mathml_latex
from docassay.readers.open_package import resolved
from docassay.readers.opendocument.names import CHART, DRAW, OFFICE, SVG, TABLE, XLINK
from docassay.readers.xml import elements, local_name, parse_xml

_MAX_OBJECTS: Final = 2_000


class FrameReader:
    """Reads what frames show; embedded objects are looked up in the archive, each once."""

    def __init__(self, archive: Archive, limits: ReadLimits, images: EmbeddedImages) -> None:
        self._archive = archive
        self._limits = limits
        self.images = images
        self._objects: dict[str, etree._Element | None] = {}

    def inline_html(self, frame: etree._Element) -> str | None:
        """The html of a picture or formula inside a line; None for what is a block (text box, chart)."""
        if frame.tag != f"{DRAW}frame":
            return None
        formula = self.formula(frame)
        if formula is not None:
            return element("math", escape_text(formula)) if formula else ""
        if self._is_block(frame):
            return None
        return self.picture_html(frame)

    def _is_block(self, frame: etree._Element) -> bool:
        return (
            frame.find(f"{DRAW}text-box") is not None
            or frame.find(f"{TABLE}table") is not None
            or self.chart(frame) is not None
        )

    def formula(self, frame: etree._Element) -> str | None:
        """The LaTeX of a formula object; None when the frame holds none."""
        root = self._object_root(frame)
        return mathml_latex(root) if root is not None and local_name(root) == "math" else None

    def chart(self, frame: etree._Element) -> etree._Element | None:
        """The ``chart:chart`` of a chart object."""
        root = self._object_root(frame)
        if root is None or root.tag != f"{OFFICE}document-content":
            return None
        return root.find(f"{OFFICE}body/{OFFICE}chart/{CHART}chart")

    def picture_html(self, frame: etree._Element) -> str:
        """An ``img`` for the picture of a frame; an empty string when it has none that can be told of."""
        alternative_text = " ".join(
            (frame.findtext(f"{SVG}desc") or frame.findtext(f"{SVG}title") or "").split()
        )
        names = [self._picture(node.get(f"{XLINK}href")) for node in frame.iterfind(f"{DRAW}image")]
        name = next((found for found in names if found is not None), None)
        return image_html(name, alternative_text) if names or alternative_text else ""

    def picture_draft(self, frame: etree._Element) -> list[Draft]:
        """The picture of a frame as a block."""
        html = self.picture_html(frame)
        return [Draft("Picture", element("p", html), images=self.images.used_in(html))] if html else []

    def _picture(self, address: str | None) -> str | None:
        if not self.images.is_enabled or not address or ":" in address.partition("/")[0]:
            return None
        name = resolved("", address)
        if name not in self._archive or self._archive.declared_size(name) > MAX_IMAGE_BYTES:
            return None
        return self.images.add(self._archive.read(name))

    def _object_root(self, frame: etree._Element) -> etree._Element | None:
        node = frame.find(f"{DRAW}object")
        if node is None:
            return None
        inline = next(elements(node), None)
        if inline is not None:
            return inline
        name = posixpath.join(resolved("", node.get(f"{XLINK}href") or ""), "content.xml")
        if name not in self._objects:
            self._objects[name] = None
            if name in self._archive and len(self._objects) <= _MAX_OBJECTS:
                try:
                    self._objects[name] = parse_xml(
                        self._archive.read(name), name, self._limits, allow_doctype=True
                    )
                except DocumentFailure as failure:
                    # A damaged object costs its content, not the document; its picture still stands for it.
                    if failure.code != "corrupt":
                        raise
        return self._objects[name]
