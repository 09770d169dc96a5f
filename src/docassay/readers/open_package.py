"""Open Packaging Conventions (ECMA-376 part 2): the parts of an OOXML file and their relationships."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from lxml import etree

from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure
from docassay.readers.archive import Archive
from docassay.readers.embedded_images import MAX_IMAGE_BYTES, raster_extension
from docassay.readers.xml import elements, local_name, parse_xml

RELATIONSHIP_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CORE_PROPERTIES: Final = "docProps/core.xml"
RELATIONSHIP_EMBED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


@dataclass(frozen=True, slots=True)
class Relationship:
    """``kind`` is the last piece of the type's address (``image``); ``target`` a member or an address."""

    kind: str
    target: str
    is_external: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A parsed XML part with its relationships by id."""

    name: str
    root: etree._Element
    relationships: Mapping[str, Relationship]

    def related(self, kind: str) -> Iterator[Relationship]:
        """The internal relationships of one kind, in file order."""
        for relationship in self.relationships.values():
            if relationship.kind == kind and not relationship.is_external:
                yield relationship


class OpenPackage:
    """Reads parts of an opened archive."""

    def __init__(self, archive: Archive, limits: ReadLimits) -> None:
        self.archive = archive
        self.limits = limits

    def main_part(self, format_name: str) -> Part:
        """The part that the package is about. Raises ``DocumentFailure`` (``corrupt``) when there is none."""
        for relationship in self.relationships("").values():
            if relationship.kind == "officeDocument" and relationship.target in self.archive:
                return self.part(relationship.target)
        raise DocumentFailure(
            "corrupt", f"The archive is not a {format_name} file: it has no main document part."
        )

    def title(self) -> str | None:
        """The title in the file's properties; damaged properties cost the title, not the document."""
        if CORE_PROPERTIES not in self.archive:
            return None
        try:
            root = self.root(CORE_PROPERTIES)
        except DocumentFailure as failure:
            if failure.code == "corrupt":
                return None
            raise
        title = next((node.text for node in root if local_name(node) == "title"), None)
        return (title or "").strip() or None

    def part(self, name: str) -> Part:
        """The part ``name`` parsed."""
        return Part(name, self.root(name), self.relationships(name))

    def root(self, name: str, reduce: Callable[[bytes], bytes] | None = None) -> etree._Element:
        """The root element of the part ``name``.

        ``reduce`` may cut away what the caller does not need before it is parsed; what it leaves is parsed
        when that is well formed, else the whole part is.
        """
        content = self.archive.read(name)
        reduced = content if reduce is None else reduce(content)
        if reduced is not content and reduced != content:
            try:
                return parse_xml(reduced, name, self.limits)
            except DocumentFailure:
                pass
        return parse_xml(content, name, self.limits)

    def related_root(
        self, part: Part, kind: str, reduce: Callable[[bytes], bytes] | None = None
    ) -> etree._Element | None:
        """As ``related_part``, without the part's own relationships; ``reduce`` as in ``root``."""
        for relationship in part.related(kind):
            if relationship.target in self.archive:
                return self.root(relationship.target, reduce)
        return None

    def related_part(self, part: Part, kind: str) -> Part | None:
        """The first part of this kind that ``part`` points to, or None."""
        for relationship in part.related(kind):
            if relationship.target in self.archive:
                return self.part(relationship.target)
        return None

    def internal_part(self, part: Part, relationship_id: str | None) -> Part | None:
        """The part behind a relationship of ``part``; None when it is external or missing."""
        relationship = part.relationships.get(relationship_id or "")
        if relationship is None or relationship.is_external or relationship.target not in self.archive:
            return None
        return self.part(relationship.target)

    def image(self, part: Part, relationship_id: str | None) -> bytes | None:
        """The bytes of an embedded raster picture; None when it is external, missing or too large."""
        relationship = part.relationships.get(relationship_id or "")
        if relationship is None or relationship.is_external or relationship.target not in self.archive:
            return None
        if self.archive.declared_size(relationship.target) > MAX_IMAGE_BYTES:
            return None
        if raster_extension(self.archive.head(relationship.target)) is None:
            return None
        return self.archive.read(relationship.target)

    def relationships(self, part_name: str) -> dict[str, Relationship]:
        """The relationships of a part by id; those of the package itself for an empty name."""
        folder, _, file_name = part_name.rpartition("/")
        name = posixpath.join(folder, "_rels", f"{file_name}.rels")
        content = self.archive.read_optional(name)
        if content is None:
            return {}
        found = {}
        for node in elements(parse_xml(content, name, self.limits)):
            if local_name(node) != "Relationship":
                continue
            target = node.get("Target") or ""
            is_external = node.get("TargetMode") == "External"
            found[node.get("Id") or ""] = Relationship(
                kind=(node.get("Type") or "").rpartition("/")[2],
                target=target if is_external else resolved(folder, target),
                is_external=is_external,
            )
        return found


def resolved(folder: str, target: str) -> str:
    """The member name of a relative or absolute target; ``..`` cannot leave the archive."""
    path = unquote(target.partition("#")[0])
    joined = path if path.startswith("/") else f"/{folder}/{path}"
    return posixpath.normpath(joined).lstrip("/")
