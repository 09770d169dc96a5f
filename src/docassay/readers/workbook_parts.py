"""What XLSX sheets hold beside values: number formats, links, comments, pictures, text boxes, charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.readers.chart_data import C, chart_drafts, chart_text, chart_titles, is_about_sheet
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import element, escape_text, image_html, safe_link
from docassay.readers.number_format_codes import BUILT_IN
from docassay.readers.number_formats import shows_value_as_it_is
from docassay.readers.open_package import RELATIONSHIP_EMBED, RELATIONSHIP_ID, OpenPackage, Part
from docassay.readers.slide_text import A, drafts_of, read_paragraphs
from docassay.readers.xml import elements, integer, local_name

_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_HYPERLINK: Final = re.compile(rb"<(?:\w+:)?hyperlink\s[^>]*>")
_ATTRIBUTE: Final = re.compile(rb"""(?:^|\s)([\w:]+)\s*=\s*["']([^"']*)["']""")
_MAX_LINKS: Final = 100_000
_MAX_ATTACHED: Final = 10_000

Place = tuple[int, int]
"""(row, column), both from 0."""


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that stands on or beside the cells, at the cell where it begins; ``text`` is its words."""

    place: Place
    drafts: tuple[Draft, ...]
    text: str
    is_comment: bool = False


class WorkbookParts:
    """Looks things up in an XLSX package; styles and people are read once."""

    def __init__(self, package: OpenPackage, images: EmbeddedImages) -> None:
        self._package = package
        self._images = images
        self._main = package.main_part("Excel")
        self._parts = [
            relationship.target
            for node in self._main.root.iter()
            if local_name(node) == "sheet"
            and (relationship := self._main.relationships.get(node.get(RELATIONSHIP_ID) or "")) is not None
        ]
        self._formats: Mapping[bytes, str] | None = None
        self._people: dict[str, str] | None = None

    def content(self, index: int) -> bytes:
        """The bytes of a sheet's part; empty when it is not in the file."""
        name = self._parts[index] if index < len(self._parts) else ""
        return self._package.archive.read(name) if name in self._package.archive else b""

    def number_formats(self, content: bytes) -> dict[Place, str]:
        """The format codes of the cells with numbers whose format says how they are shown."""
        if self._formats is None:
            self._formats = self._read_formats()
        if not self._formats:
            return {}
        styles = b"|".join(self._formats)
        # Written like this by every common program; in a cell written otherwise the number stays plain.
        pattern = re.compile(
            rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})" s="(' + styles + rb')"(?: t="n")?>', re.ASCII
        )
        columns: dict[bytes, int] = {}
        found: dict[Place, str] = {}
        for letters, digits, style in pattern.findall(content):
            column = columns.get(letters)
            if column is None:
                column = columns[letters] = column_index(letters.decode("ascii"))
            found[int(digits) - 1, column] = self._formats[style]
        return found

    def links(self, index: int, content: bytes) -> dict[Place, str]:
        """The safe addresses that cells link to."""
        tags = _HYPERLINK.findall(content)[:_MAX_LINKS]
        if not tags:
            return {}
        relationships = self._package.relationships(self._parts[index])
        links: dict[Place, str] = {}
        for tag in tags:
            attributes = dict(_ATTRIBUTE.findall(tag))
            identifier = next((value for name, value in attributes.items() if name.endswith(b":id")), b"")
            relationship = relationships.get(identifier.decode("utf-8", "replace"))
            place = place_of(attributes.get(b"ref", b"").decode("ascii", "replace"))
            if relationship is not None and relationship.is_external and place is not None:
                href = safe_link(relationship.target)
                if href:
                    links[place] = href
        return links

    def attached(self, index: int, sheet_name: str) -> list[Attached]:
        """The drawings of a sheet by place, then its comments."""
        if index >= len(self._parts) or self._parts[index] not in self._package.archive:
            return []
        name = self._parts[index]
        relationships = self._package.relationships(name)
        found: list[Attached] = []
        comments: dict[Place, list[tuple[str, str]]] = {}
        threads: dict[Place, list[tuple[str, str]]] = {}
        for relationship in relationships.values():
            if relationship.is_external or relationship.target not in self._package.archive:
                continue
            if relationship.kind == "drawing":
                is_chart_sheet = "/chartsheets/" in f"/{name}"
                found += self._drawing(relationship.target, "" if is_chart_sheet else sheet_name)
            elif relationship.kind == "comments":
                comments |= _comments(self._package.root(relationship.target))
            elif relationship.kind == "threadedComment":
                threads |= self._threads(self._package.root(relationship.target))
        # The comment that stands for a thread in older programs only says that there is one.
        for place, remarks in sorted((comments | threads).items()):
            found += [_comment(place, author, text) for author, text in remarks]
        return found[:_MAX_ATTACHED]

    def _read_formats(self) -> dict[bytes, str]:
        root = self._package.related_root(self._main, "styles")
        if root is None:
            return {}
        codes = dict(BUILT_IN)
        formats: dict[bytes, str] = {}
        for group in elements(root):
            name = local_name(group)
            if name == "numFmts":
                for node in elements(group):
                    codes[integer(node.get("numFmtId"), -1) or 0] = node.get("formatCode") or ""
            elif name == "cellXfs":
                for index, node in enumerate(elements(group)):
                    code = codes.get(integer(node.get("numFmtId"), 0) or 0)
                    if code and not shows_value_as_it_is(code):
                        formats[str(index).encode("ascii")] = code
        return formats

    def _drawing(self, name: str, sheet_name: str) -> Iterator[Attached]:
        part = self._package.part(name)
        for anchor in elements(part.root):
            start = anchor.find(f"{_DRAWING}from")
            row = 0 if start is None else integer(start.findtext(f"{_DRAWING}row"), 0) or 0
            column = 0 if start is None else integer(start.findtext(f"{_DRAWING}col"), 0) or 0
            drafts, text = self._shapes(part, anchor, sheet_name)
            if drafts:
                yield Attached((max(row, 0), max(column, 0)), tuple(drafts), text)

    def _shapes(self, part: Part, anchor: etree._Element, sheet_name: str) -> tuple[list[Draft], str]:
        drafts: list[Draft] = []
        texts: list[str] = []
        for node in anchor.iter(f"{_DRAWING}txBody", f"{_DRAWING}pic", f"{C}chart"):
            if node.tag == f"{_DRAWING}txBody":
                drafts += drafts_of(read_paragraphs(node, {}))
                texts += ["".join(t.text or "" for t in p.iter(f"{A}t")) for p in node.iter(f"{A}p")]
            elif node.tag == f"{_DRAWING}pic":
                drafts.append(self._picture(part, node))
            else:
                chart = self._package.internal_part(part, node.get(RELATIONSHIP_ID))
                if chart is not None:
                    found = chart_drafts(chart.root)
                    # The cells themselves already say what a chart of its own sheet shows.
                    is_repeated = bool(sheet_name) and is_about_sheet(chart.root, sheet_name)
                    drafts += [d for d in found if not (is_repeated and d.block_type == "Table")]
                    texts += chart_titles(chart.root) if is_repeated else [chart_text(chart.root)]
        return drafts, "\n".join(filter(None, texts))

    def _picture(self, part: Part, node: etree._Element) -> Draft:
        properties = next(node.iter(f"{_DRAWING}cNvPr"), None)
        alternative_text = "" if properties is None else properties.get("descr") or ""
        blip = next(node.iter(f"{A}blip"), None)
        name = None
        if self._images.is_enabled and blip is not None:
            name = self._images.add(self._package.image(part, blip.get(RELATIONSHIP_EMBED)))
        html = element("p", image_html(name, alternative_text))
        return Draft("Picture", html, images=self._images.named([name]))

    def _threads(self, root: etree._Element) -> dict[Place, list[tuple[str, str]]]:
        if self._people is None:
            people = self._package.related_root(self._main, "person")
            self._people = {
                node.get("id") or "": node.get("displayName") or ""
                for node in (() if people is None else people)
            }
        threads: dict[Place, list[tuple[str, str]]] = {}
        for node in elements(root):
            place = place_of(node.get("ref") or "")
            text = " ".join("".join(t.text or "" for t in node if local_name(t) == "text").split())
            if place is not None and text:
                author = self._people.get(node.get("personId") or "", "")
                threads.setdefault(place, []).append((author, text))
        return threads


def place_of(reference: str) -> Place | None:
    """(row, column) of the first cell of a reference (``B2``, ``B2:C3``)."""
    match = _REFERENCE.match(reference)
    return (int(match[2]) - 1, column_index(match[1])) if match and int(match[2]) > 0 else None


def reference_of(place: Place) -> str:
    """The name of a cell: (1, 1) is ``B2``."""
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def column_index(letters: str) -> int:
    """The column of its letters, from 0: ``A`` is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def comment_line(place: Place, author: str, text: str) -> str:
    """A comment in one line, with the cell that it is about."""
    return f"{', '.join(filter(None, (reference_of(place), author)))}: {text}"


def _comment(place: Place, author: str, text: str) -> Attached:
    line = comment_line(place, author, text)
    html = f'<p data-role="comment">{escape_text(line)}</p>'
    return Attached(place, (Draft("Text", html),), line, is_comment=True)


def _comments(root: etree._Element) -> dict[Place, list[tuple[str, str]]]:
    authors: list[str] = []
    comments: dict[Place, list[tuple[str, str]]] = {}
    for node in root.iter():
        name = local_name(node)
        if name == "author":
            authors.append((node.text or "").strip())
        elif name == "comment":
            place = place_of(node.get("ref") or "")
            number = integer(node.get("authorId"), -1)
            author = authors[number] if number is not None and 0 <= number < len(authors) else ""
            pieces = [t.text or "" for t in node.iter() if local_name(t) == "t"]
            text = " ".join("".join(pieces).split())
            # Excel writes the author's name at the head of the text itself.
            text = text.removeprefix(f"{author}:").strip() if author else text
            if place is not None and text:
                comments.setdefault(place, []).append((author, text))
    return comments
