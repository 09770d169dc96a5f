"""Reviewers' comments on slides: those of PowerPoint since 2007 and the threaded ones since 2021."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import escape_text
from docassay.readers.open_package import OpenPackage, Part
from docassay.readers.slide_text import A
from docassay.readers.xml import local_name


@dataclass(frozen=True, slots=True)
class SlideComment:
    """Who said what, and when (ISO 8601); any of them may be empty."""

    author: str
    date: str
    text: str

    @property
    def line(self) -> str:
        """All of it in one line."""
        who = ", ".join(filter(None, (self.author, self.date[:10])))
        return f"{who}: {self.text}" if who else self.text

    @property
    def draft(self) -> Draft:
        """The comment as a paragraph."""
        return Draft("Text", f'<p data-role="comment">{escape_text(self.line)}</p>')


class SlideComments:
    """Reads the comments of a presentation's slides; authors are looked up once."""

    def __init__(self, package: OpenPackage, presentation: Part) -> None:
        self._package = package
        self._presentation = presentation
        self._authors: dict[str, str] | None = None

    def of_slide(self, slide: Part) -> list[SlideComment]:
        """The slide's comments and replies in file order."""
        found: list[SlideComment] = []
        for relationship in slide.related("comments"):
            if relationship.target in self._package.archive:
                found += self._read(self._package.root(relationship.target))
        return found

    def _read(self, root: etree._Element) -> Iterator[SlideComment]:
        for node in root.iter():
            if local_name(node) not in {"cm", "reply"}:
                continue
            text = " ".join(_own_text(node).split())
            if text:
                yield SlideComment(
                    self._author(node.get("authorId") or ""),
                    node.get("dt") or node.get("created") or "",
                    text,
                )

    def _author(self, author_id: str) -> str:
        if self._authors is None:
            self._authors = {}
            for kind in ("commentAuthors", "authors"):
                root = self._package.related_root(self._presentation, kind)
                for node in () if root is None else root:
                    self._authors[node.get("id") or ""] = (node.get("name") or "").strip()
        return self._authors.get(author_id, "")


def _own_text(comment: etree._Element) -> str:
    """The words of a comment without those of its replies."""
    pieces: list[str] = []
    for child in comment:
        name = local_name(child)
        if name == "text":
            pieces.append(child.text or "")
        elif name == "txBody":
            for paragraph in child.iter(f"{A}p"):
                pieces += [node.text or "" for node in paragraph.iter(f"{A}t")]
                pieces.append(" ")
    return "".join(pieces)
