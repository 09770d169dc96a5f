"""XML parts of untrusted documents parsed without entities, network, document types or unbounded depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final

from lxml import etree

from docassay.engines.contract import ReadLimits
from docassay.errors import DocumentFailure

_PARSER_DEPTH: Final = 256
"""The depth at which libxml2 itself stops when ``huge_tree`` is off."""

_STRICT_NAMESPACES: Final = (
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math",
     b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
     b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/presentationml/main",
     b"http://schemas.openxmlformats.org/presentationml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)  # fmt: skip
"""ISO/IEC 29500 Strict names and the Transitional ones that the readers know."""

_NAMED_ENTITY: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


def parse_xml(data: bytes, part: str, limits: ReadLimits, *, allow_doctype: bool = False) -> etree._Element:
    """The root element of an XML part; ``part`` names it in messages.

    Strict OOXML namespaces become Transitional ones. With ``allow_doctype`` (EPUB) a document type without
    entity declarations passes and HTML's named entities are characters. Raises ``DocumentFailure``
    (``corrupt``) for anything that is not well formed, nests too deeply or declares entities.
    """
    flat = data.replace(b"\0", b"") if b"\0" in data[:64] else data
    if b"<!ENTITY" in flat or (b"<!DOCTYPE" in flat and not allow_doctype):
        raise _entities(part)
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, transitional in _STRICT_NAMESPACES:
            data = data.replace(strict, transitional)
    if allow_doctype:
        data = _NAMED_ENTITY.sub(_character, data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentFailure("corrupt", f"The part '{part}' is not well-formed XML ({error}).") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and (not allow_doctype or next(declared.iterentities(), None) is not None):
        raise _entities(part)
    if limits.max_xml_depth < _PARSER_DEPTH and depth_of(root) > limits.max_xml_depth:
        raise DocumentFailure(
            "corrupt", f"The part '{part}' nests elements deeper than {limits.max_xml_depth} levels."
        )
    return root


def depth_of(root: etree._Element) -> int:
    """The number of levels of the tree, the root included."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; an empty string for comments, instructions and entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child_of(parent: etree._Element, tag: str) -> etree._Element | None:
    """The first child with this full tag; ``find`` takes three times as long for the same."""
    for node in parent:
        if node.tag == tag:
            return node
    return None


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """The child elements, without comments, instructions and entity references."""
    for child in parent:
        if isinstance(child.tag, str):
            yield child


def integer(text: str | None, default: int | None = None) -> int | None:
    """A whole number from an attribute, or ``default`` when it is missing or is not one."""
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        return default


def _character(match: re.Match[bytes]) -> bytes:
    if match[1] in _XML_ENTITIES:
        return match[0]
    characters = html5.get(match[1].decode("ascii") + ";")
    return "".join(f"&#{ord(char)};" for char in characters).encode("ascii") if characters else match[0]


def _entities(part: str) -> DocumentFailure:
    return DocumentFailure(
        "corrupt", f"The part '{part}' declares a document type or entities; for safety it was not read."
    )
